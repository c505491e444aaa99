"""Data halls: building blocks of IT power, each built for one way of cooling."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Datum, Expression, Relation, total
from siting.models.compiler.expressions import whole
from siting.models.components.placement import Placement


class Halls(Component):
    r"""Halls in modules of :math:`B_s` MW of IT, by cooling :math:`k` and period of building :math:`v`.

    .. math::

        M_{s,k,v} \in \mathbb{Z}_{\ge 0}, \qquad F_{s,k,y} = B_s \sum_{v \le y} M_{s,k,v}

        \left( \underline{P}_s - \sum_k \hat{I}_{s,k} \right) o_{s,y} \le \sum_k F_{s,k,y}
            \le \left( \bar{P}_s - \sum_k \hat{I}_{s,k} \right) o_{s,y}

        \sum_s \sum_k \sum_{v \le y} M_{s,k,v}
            + \sum_s \left\lceil \frac{1}{\bar{B}} \sum_k \hat{I}_{s,k} \right\rceil \, o_{s,y}
            \ge \left\lceil \frac{\underline{I}_y}{\bar{B}} \right\rceil

    The last line follows from the others and the demand: no module is larger than the largest, :math:`\bar{B}`. It cuts
    fractions of a module off the relaxation (on eight sites it halved the gap at the first node).

    Halls that stand already (`retrofit`) count towards all three limits. No hall is cooled by a sea or a
    river where there is none. A hall is paid by an annuity over its life, with the region's cost
    multiplier; an asset that ends before the horizon is renewed alike.

    Symbols
    -------
    M_{s,k,v} : modules_count
        Modules built in a period.
    F_{s,k,y} : expression [MW]
        IT power that the new halls of a site can take.
    B_s : halls.module_mw
        IT power of one module at a site.
    \bar{B} : halls.module_most_mw
        IT power of one module at the site where it is largest.
    \underline{P}_s : placement.site_min_mw
        Least IT power of a site that is open.
    \bar{P}_s : placement.site_max_mw
        Largest IT power of a site.
    \hat{I}_{s,k} : retrofit.existing_mw
        IT power of halls that stand already, at the cooling that they have.
    \underline{I}_y : halls.least_it_mw
        Least IT power that can serve the demand, over all sites.
    \theta_{s,k} : halls.offered_count
        Whether the cooling is on offer at the site: seas and rivers are not everywhere.
    \gamma^{\mathrm{hall}}_k : halls.hall_usd_per_mw
        Price of a hall.
    \chi_s : placement.capital_ratio
        What building costs in the region, over the country's mean.
    \alpha^{\mathrm{hall}}_k : halls.hall_annuity_per_yr
        Yearly payment for each dollar spent on a hall.
    \mu^{\mathrm{hall}}_k : halls.maintenance_usd_per_mw_yr
        Upkeep of a hall.
    a^{\mathrm{hall}}_k : halls.land_ha_per_mw
        Land under a hall.
    \varepsilon^{\mathrm{hall}}_k : halls.hall_embodied_t_per_mw_yr
        Carbon of building a hall, spread over its life.
    """

    scope = Scope.SYSTEM
    needs = (Placement,)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the modules and post space, land, cost and embodied carbon."""
        m, sum_over = assembly.model, assembly.sum_over
        module, least = assembly.numbers("halls.module_mw"), assembly.numbers("halls.least_it_mw")
        largest_module = assembly.number("halls.module_most_mw")
        largest, smallest = assembly.numbers("placement.site_max_mw"), assembly.numbers("placement.site_min_mw")
        price, region = assembly.numbers("halls.hall_usd_per_mw"), assembly.numbers("placement.capital_ratio")
        upkeep = assembly.numbers("halls.maintenance_usd_per_mw_yr")
        land, embodied = assembly.numbers("halls.land_ha_per_mw"), assembly.numbers("halls.hall_embodied_t_per_mw_yr")
        existing = assembly.numbers("retrofit.existing_mw")
        is_open, offered = assembly.block(Placement).open_count, assembly.numbers("halls.offered_count")

        def most(_: Block, s: str, k: str, _v: float) -> tuple[int, Datum]:
            return 0, whole(offered[s, k] * largest[s] / module[s])

        modules = assembly.variable(
            block, "modules_count", m.SITE, m.COOLING, m.PERIOD, within=pyo.NonNegativeIntegers, bounds=most
        )

        def count(s: str, k: str, y: float) -> Expression:
            return total(modules[s, k, v] for v in assembly.periods.vintages(y))

        def capacity(s: str, k: str, y: float) -> Expression:
            return module[s] * count(s, k, y)

        def site_capacity(s: str, y: float) -> Expression:
            return sum_over(m.COOLING, lambda k: capacity(s, k, y))

        def standing(s: str) -> Datum:
            return sum_over(m.COOLING, lambda k: existing[s, k])

        def in_modules(power: Datum) -> Datum:
            return -whole(-power / largest_module)

        def within_site(_: Block, s: str, y: float) -> Relation:
            return site_capacity(s, y) <= (largest[s] - standing(s)) * is_open[s, y]

        def worth_opening(_: Block, s: str, y: float) -> Relation:
            return site_capacity(s, y) >= (smallest[s] - standing(s)) * is_open[s, y]

        def enough_in_all(_: Block, y: float) -> Relation:
            total = sum_over(m.SITE, lambda s: sum_over(m.COOLING, lambda k: count(s, k, y)))
            stands = sum_over(m.SITE, lambda s: in_modules(standing(s)) * is_open[s, y])
            return total + stands >= in_modules(least[y])

        block.within_site = pyo.Constraint(m.SITE, m.PERIOD, rule=within_site)
        block.worth_opening = pyo.Constraint(m.SITE, m.PERIOD, rule=worth_opening)

        block.enough_in_all = pyo.Constraint(m.PERIOD, rule=enough_in_all)

        assembly.hall_space_mw.post(self, "built", capacity)
        assembly.land_ha.post(
            self, "footprint", lambda s, y: -sum_over(m.COOLING, lambda k: land[k] * capacity(s, k, y))
        )
        assembly.purchases.buys(
            self,
            "capital",
            "halls.hall",
            lambda s, k, v: region[s] * price[k] * module[s] * modules[s, k, v],
            receiver="builders",
            kinds=m.COOLING,
        )
        assembly.cost_usd_per_yr.post(
            self,
            "maintenance",
            lambda s, y: sum_over(m.COOLING, lambda k: upkeep[k] * capacity(s, k, y)),
            payer="operator",
            receiver="staff and contractors",
        )
        assembly.carbon_embodied_t_per_yr.post(
            self, "construction", lambda s, y: sum_over(m.COOLING, lambda k: embodied[k] * capacity(s, k, y))
        )
