"""Racks: the computers, in whole racks, where the cooling can carry them."""

from __future__ import annotations

from collections.abc import Callable

import pyomo.environ as pyo

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Datum, Expression, Relation, TermRule, total
from siting.models.compiler.expressions import whole
from siting.models.components.halls import Halls
from siting.models.components.placement import Placement


class Racks(Component):
    r"""Racks of kind :math:`r` in halls of cooling :math:`k`, by period of purchase :math:`v`.

    .. math::

        R_{s,k,r,v} \in \mathbb{Z}_{\ge 0} \text{ only where } k \text{ can carry } r, \qquad
        \sum_{m} G_{s,k,r,v,m} \le R_{s,k,r,v}

        I_{s,k,r,y} = \nu_r \left( \sum_{v \le y} R_{s,k,r,v} - \sum_{v, m \le y} G_{s,k,r,v,m} \right), \qquad
        \sum_r I_{s,k,r,y} \le F_{s,k,y} + F^{\mathrm{kept}}_{s,k,y} + F^{\mathrm{conv}}_{s,k,y}

        \sum_k \sum_r I_{s,k,r,y} \ge \left( \underline{P}_s - \max_r \nu_r \right) \, o_{s,y}

    The last line lets no site stand open with empty halls; it holds to within one rack. Racks are paid
    by an annuity over their life and renewed alike to the horizon's end, or until they are given up: at the start of
    a period, when their life is over or before it is. Their space and power are then free for newer ones. Nobody buys
    an old rack, and making it has emitted what it has: the rest of its last life, money and carbon, is borne while it
    is used, by the rates :math:`\alpha^{\mathrm{use}}` and :math:`\varepsilon^{\mathrm{use}}`. They are those of a rack
    that stays where no rest is left. A kind is on offer from the first period that begins after it is sold.

    Symbols
    -------
    R_{s,k,r,v} : racks_count
        Racks bought in a period.
    G_{s,k,r,v,m} : given_up_count
        Those of them that are used until a year in which another period begins, and no longer.
    \nu_r : racks.rack_mw
        Nameplate power of a rack.
    \gamma^{\mathrm{rack}}_r : racks.rack_usd
        Price of a rack.
    \chi^{\mathrm{rack}}_{r,l} : racks.price_ratio
        Price of a rack in a year over that.
    \alpha^{\mathrm{use}}_{r,v,m} : racks.rack_paid_per_yr
        Yearly payment for each dollar spent on a rack that is used until a year.
    \mu^{\mathrm{rack}}_r : racks.rack_maintenance_usd_per_yr
        Upkeep of a rack.
    \varepsilon^{\mathrm{rack}}_r : racks.rack_embodied_t_per_yr
        Carbon of making a rack, spread over its life.
    \varepsilon^{\mathrm{use}}_{r,v,m} : racks.embodied_use_ratio
        Years of such carbon that a rack bears over those in which it is used.
    \theta^{\mathrm{sold}}_{r,v} : racks.sold_count
        Whether a rack is sold when a period begins.
    """

    scope = Scope.SYSTEM
    needs = (Placement, Halls)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the racks and post space, installed power, cost and embodied carbon."""
        m, sum_over, racks_in = assembly.model, assembly.sum_over, assembly.partners(assembly.model.PAIR)
        nameplate, most_mw = assembly.numbers("racks.rack_mw"), assembly.numbers("placement.site_max_mw")
        price, upkeep = assembly.numbers("racks.rack_usd"), assembly.numbers("racks.rack_maintenance_usd_per_yr")
        halls_of = assembly.partners(m.PAIR, "rack")
        embodied, borne = assembly.numbers("racks.rack_embodied_t_per_yr"), assembly.numbers("racks.embodied_use_ratio")
        moved = assembly.numbers("racks.price_ratio")
        sold, ends_of = assembly.numbers("racks.sold_count"), assembly.partners(m.SHORT_USE)
        last = assembly.case.axes["period"][-1]

        def most(_: Block, s: str, _k: str, r: str, v: float, _u: float = 0) -> tuple[int, Datum]:
            return 0, sold[r, v] * whole(most_mw[s] / nameplate[r])

        smallest, is_open = assembly.numbers("placement.site_min_mw"), assembly.block(Placement).open_count
        racks = assembly.variable(
            block, "racks_count", m.SITE, m.PAIR, m.PERIOD, within=pyo.NonNegativeIntegers, bounds=most
        )

        given_up = assembly.variable(
            block, "given_up_count", m.SITE, m.PAIR, m.SHORT_USE, within=pyo.NonNegativeIntegers, bounds=most
        )

        def count(s: str, k: str, r: str, y: float) -> Expression:
            bought = total(racks[s, k, r, v] for v in assembly.periods.vintages(y))
            return bought - assembly.periods.sum_over_ended(y, lambda v, u: given_up[s, k, r, v, u])

        def given_up_within_bought(_: Block, s: str, k: str, r: str, v: float) -> Relation:
            return sum_over(ends_of[v], lambda u: given_up[s, k, r, v, u]) <= racks[s, k, r, v]

        early = assembly.subset("PERIOD_BEFORE_ANOTHER", m.PERIOD, lambda v: v != last)
        block.given_up_within_bought = pyo.Constraint(m.SITE, m.PAIR, early, rule=given_up_within_bought)

        largest = max(m.RACK, key=lambda r: pyo.value(nameplate[r]))
        large = assembly.subset("SITE_LARGE", m.SITE, lambda s: pyo.value(smallest[s]) > pyo.value(nameplate[largest]))

        def enough_racks(_: Block, s: str, y: float) -> Relation:
            installed = sum_over(m.PAIR, lambda k, r: nameplate[r] * count(s, k, r, y))
            return installed + nameplate[largest] * is_open[s, y] >= smallest[s] * is_open[s, y]

        block.enough_racks = pyo.Constraint(large, m.PERIOD, rule=enough_racks)

        def yearly(rate_of: Callable[[str], Datum]) -> TermRule:
            return lambda s, y: sum_over(m.PAIR, lambda k, r: rate_of(r) * count(s, k, r, y))

        assembly.hall_space_mw.post(
            self,
            "occupied",
            lambda s, k, y: -sum_over(racks_in[k], lambda r: nameplate[r] * count(s, k, r, y)),
        )
        assembly.installed_mw.post(self, "bought", lambda s, k, r, y: nameplate[r] * count(s, k, r, y))
        assembly.purchases.buys(
            self,
            "capital",
            "racks.rack",
            lambda s, r, v: price[r] * moved[r, v] * sum_over(halls_of[r], lambda k: racks[s, k, r, v]),
            receiver="equipment makers",
            kinds=m.RACK,
            given_up=lambda s, r, v, e: (
                price[r] * moved[r, v] * sum_over(halls_of[r], lambda k: given_up[s, k, r, v, e])
            ),
        )
        assembly.cost_usd_per_yr.post(
            self, "maintenance", yearly(lambda r: upkeep[r]), payer="operator", receiver="staff and contractors"
        )

        def bearing(s: str, k: str, r: str, y: float) -> Expression:
            more = assembly.periods.sum_over_cut_short(y, lambda v, u: (borne[r, v, u] - 1) * given_up[s, k, r, v, u])
            return count(s, k, r, y) + more

        assembly.carbon_embodied_t_per_yr.post(
            self, "manufacture", lambda s, y: sum_over(m.PAIR, lambda k, r: embodied[r] * bearing(s, k, r, y))
        )
