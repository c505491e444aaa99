"""Which sites are opened, and how much land they take."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import SKIP, Block, Datum, Relation


class Placement(Component):
    r"""Opening of sites.

    .. math::

        o_{s,y} \in \{0, 1\}, \qquad o_{s,y} \ge o_{s,y-1}

        \underline{o} \le \sum_s o_{s,y} \le \bar{o}, \qquad o_{s,y} = 0 \text{ for excluded } s

        o_{s,y} \le (1 - \beta_{s,y}) (1 - \beta^{\mathrm{ref}}_s) (1 - \beta^{\mathrm{reg}}_{s,y})

        a_{s,y} \le \bar{a}_s \, o_{s,y}

    A moratorium bars opening in the periods that start before its end, a refusal of consent in all, if the study
    respects it. A site once opened stays open. Land keeps its value: a year of it costs its price times the discount
    rate. Preparing a site (roads, fibre, permits) is paid once, over the horizon's longest life.

    Symbols
    -------
    o_{s,y} : open_count
        Whether the site is open.
    \beta_{s,y} : placement.barred_count
        Whether a moratorium bars opening the site.
    \beta^{\mathrm{ref}}_s : placement.refused_count
        Whether the study leaves the site out since consent was refused there.
    \beta^{\mathrm{reg}}_{s,y} : regional.closed_count
        Whether a rule of the region keeps the site closed.
    a_{s,y} : area_ha
        Land of the site.
    \bar{a}_s : placement.land_available_ha
        Land that can be had there.
    \underline{o} : sites_min_count
        Least number of open sites.
    \bar{o} : sites_max_count
        Largest number of open sites.
    \gamma^{\mathrm{land}}_s : placement.land_usd_per_ha
        Price of land.
    \rho : finance.discount_rate_per_yr
        Real discount rate.
    \gamma^{\mathrm{site}}_s : placement.fixed_site_usd
        Cost of preparing the site, whatever its size.
    \alpha^{\mathrm{site}} : placement.site_annuity_per_yr
        Yearly payment for each dollar spent on preparing a site.
    """

    scope = Scope.SYSTEM

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the openings and post land and preparation."""
        m, policy = assembly.model, assembly.case.study.policy
        land_limit = assembly.numbers("placement.land_available_ha")
        land_price = assembly.numbers("placement.land_usd_per_ha")
        fixed = assembly.numbers("placement.fixed_site_usd")

        barred, refused = assembly.numbers("placement.barred_count"), assembly.numbers("placement.refused_count")
        closed = assembly.numbers("regional.closed_count")

        def most(_: Block, s: str, y: float) -> tuple[int, int | Datum]:
            return 0, 0 if s in policy.excluded_sites else (1 - barred[s, y]) * (1 - refused[s]) * (1 - closed[s, y])

        is_open = assembly.variable(block, "open_count", m.SITE, m.PERIOD, within=pyo.Binary, bounds=most)
        area = assembly.variable(block, "area_ha", m.SITE, m.PERIOD)

        def area_within_land(_: Block, s: str, y: float) -> Relation:
            return area[s, y] <= land_limit[s] * is_open[s, y]

        def enough_sites(_: Block, y: float) -> Relation:
            return assembly.sum_over(m.SITE, lambda s: is_open[s, y]) >= policy.sites_min_count

        def few_enough_sites(_: Block, y: float) -> Relation:
            if policy.sites_max_count is None:
                return SKIP
            return assembly.sum_over(m.SITE, lambda s: is_open[s, y]) <= policy.sites_max_count

        block.stays_open = pyo.Constraint(m.SITE, m.PERIOD, rule=assembly.periods.stays(is_open))
        block.area_within_land = pyo.Constraint(m.SITE, m.PERIOD, rule=area_within_land)
        block.enough_sites = pyo.Constraint(m.PERIOD, rule=enough_sites)
        block.few_enough_sites = pyo.Constraint(m.PERIOD, rule=few_enough_sites)

        assembly.land_ha.post(self, "area", lambda s, y: area[s, y])
        assembly.assignment_fraction.post(self, "open", lambda s, _z, y: is_open[s, y])
        assembly.purchases.holds(self, "land", lambda s, y: land_price[s] * area[s, y], receiver="landowners")
        assembly.purchases.buys(
            self,
            "site_preparation",
            "placement.site",
            assembly.periods.added(lambda s, y: fixed[s] * is_open[s, y]),
            receiver="builders",
        )
