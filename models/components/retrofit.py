"""Halls that stand already: kept with the cooling that they have, or converted to another."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Datum, Expression, Relation, total
from siting.models.compiler.expressions import whole
from siting.models.components.placement import Placement


class Retrofit(Component):
    r"""Old cooling out, new cooling in, module by module.

    .. math::

        C_{s,k,v} \in \mathbb{Z}_{\ge 0}, \qquad
        B \sum_k \sum_{v \le y} C_{s,k,v} \le \sum_k \hat{I}_{s,k} \, o_{s,y}

        F^{\mathrm{kept}}_{s,k,y} = \hat{I}_{s,k} \, o_{s,y}
            - \hat{\theta}_{s,k} \, B \sum_{k'} \sum_{v \le y} C_{s,k',v}

        F^{\mathrm{conv}}_{s,k,y} = B \left( \sum_{v \le y} C_{s,k,v} - \lambda_{s,y} \, C_{s,k,y} \right)

    with the index of :math:`C` the new cooling: the halls of a site have one way of cooling, and are converted
    to any other. A conversion is paid by an annuity over the new cooling's life. The shell and its land are
    there: neither is bought again. Kept and converted halls need upkeep, and the site must be open.

    Symbols
    -------
    C_{s,k,v} : converted_count
        Modules converted in a period.
    F^{\mathrm{kept}}_{s,k,y} : expression [MW]
        IT power of halls that keep their old cooling.
    F^{\mathrm{conv}}_{s,k,y} : expression [MW]
        IT power of converted halls, less what stands still while it is converted.
    \hat{\theta}_{s,k} : retrofit.existing_count
        Whether the halls that stand already have this cooling.
    \lambda_{s,y} : retrofit.conversion_lost_fraction
        Part of the period for which a module stands still while it is converted.
    \gamma^{\mathrm{conv}}_s : retrofit.conversion_usd_per_mw
        Price of a conversion.
    """

    scope = Scope.SYSTEM
    needs = (Placement,)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether halls stand already."""
        return bool(case.values("retrofit.existing_mw").any())

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the conversions and post space and cost."""
        m, sum_over = assembly.model, assembly.sum_over
        module, existing = assembly.numbers("halls.module_mw"), assembly.numbers("retrofit.existing_mw")
        lost = assembly.numbers("retrofit.conversion_lost_fraction")
        price = assembly.numbers("retrofit.conversion_usd_per_mw")
        upkeep = assembly.numbers("halls.maintenance_usd_per_mw_yr")
        stands, is_open = assembly.numbers("retrofit.existing_count"), assembly.block(Placement).open_count

        def most(_: Block, s: str, *_others: object) -> tuple[int, Datum]:
            there = sum_over(m.COOLING, lambda k: existing[s, k])
            return 0, whole(there / module[s])

        converted = assembly.variable(
            block, "converted_count", m.SITE, m.COOLING, m.PERIOD, within=pyo.NonNegativeIntegers, bounds=most
        )

        def capacity(s: str, k: str, y: float) -> Expression:
            return module[s] * total(converted[s, k, v] for v in assembly.periods.vintages(y))

        def gone(s: str, y: float) -> Expression:
            return sum_over(m.COOLING, lambda k: capacity(s, k, y))

        def kept(s: str, k: str, y: float) -> Expression:
            return existing[s, k] * is_open[s, y] - stands[s, k] * gone(s, y)

        def conversions_within_existing(_: Block, s: str, y: float) -> Relation:
            return gone(s, y) <= sum_over(m.COOLING, lambda k: existing[s, k]) * is_open[s, y]

        block.conversions_within_existing = pyo.Constraint(m.SITE, m.PERIOD, rule=conversions_within_existing)

        assembly.hall_space_mw.post(self, "kept", kept)
        assembly.hall_space_mw.post(
            self, "converted", lambda s, k, y: capacity(s, k, y) - lost[s, y] * module[s] * converted[s, k, y]
        )
        assembly.purchases.buys(
            self,
            "capital",
            "halls.hall",
            lambda s, k, v: price[s] * module[s] * converted[s, k, v],
            receiver="builders",
            kinds=m.COOLING,
        )
        assembly.cost_usd_per_yr.post(
            self,
            "maintenance",
            lambda s, y: sum_over(m.COOLING, lambda k: upkeep[k] * (kept(s, k, y) + capacity(s, k, y))),
            payer="operator",
            receiver="staff and contractors",
        )
