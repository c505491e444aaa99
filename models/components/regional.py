"""Rules of single regions: fees on water, prices on power, payments to communities, limits on what stands there."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import SKIP, Block, Expression, Relation
from siting.models.compiler.members import Members
from siting.models.components.computing import Computing
from siting.models.components.cooling import Cooling
from siting.models.components.grid import Grid


class RegionalFees(Component):
    r"""What a region charges for water and for power by where it is drawn, and what its communities are paid.

    .. math::

        \mathrm{cost}_{s,y} = \dots + \gamma^{\mathrm{fee}}_s \, \mathrm{water}_{s,y}
            + \gamma^{\mathrm{comm}}_s \sum_k \sum_r I_{s,k,r,y}
            + \gamma^{\mathrm{loc}}_s \sum_h \omega_h f_{s,y,h}

    Symbols
    -------
    \gamma^{\mathrm{fee}}_s : regional.water_fee_usd_per_m3
        Fee on water drawn at the site, of all regions in which it lies.
    \gamma^{\mathrm{comm}}_s : regional.payment_usd_per_mw_yr
        Payment to the communities there, by the IT power that stands.
    \gamma^{\mathrm{loc}}_s : regional.power_adder_usd_per_mwh
        Locational price on what is drawn through the meter, contracts' power with it; a credit where it is below zero.
    """

    scope = Scope.SITE
    needs = (Computing, Cooling, Grid)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site pays for where it lies."""
        names = ("water_fee_usd_per_m3", "payment_usd_per_mw_yr", "power_adder_usd_per_mwh")
        return any(bool(case.values(f"regional.{name}").any()) for name in names)

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - fees need no variable
        """Post fees and payments; what they are on is complete when the terms are asked for."""
        m, water = assembly.model, assembly.water_m3_per_yr
        fee, payment = (
            assembly.numbers("regional.water_fee_usd_per_m3"),
            assembly.numbers("regional.payment_usd_per_mw_yr"),
        )
        adder, weight = assembly.numbers("regional.power_adder_usd_per_mwh"), assembly.numbers("hours.weight_h_per_yr")
        installed, draw = assembly.block(Computing).installed_mw, assembly.block(Grid).draw_mw
        assembly.cost_usd_per_yr.post(
            self,
            "water_fee",
            lambda s, y: fee[s] * water.total(s, y),
            payer="operator",
            receiver="water authorities",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "community_payment",
            lambda s, y: payment[s] * assembly.sum_over(m.PAIR, lambda k, r: installed[s, k, r, y]),
            payer="operator",
            receiver="communities",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "locational_price",
            lambda s, y: assembly.sum_over(m.HOUR, lambda h: adder[s] * weight[h] * draw[s, y, h]),
            payer="operator",
            receiver="grid operators",
        )


class RegionalLimits(Component):
    r"""Limits on what all sites of a region have together.

    .. math::

        \sum_{s \in g} X_{s,y} \le \bar{X}^{\mathrm{reg}}_g, \qquad
        \sum_{s \in g} \mathrm{water}_{s,y} \le \bar{Q}^{\mathrm{reg}}_g, \qquad
        \sum_{s \in g} \sum_k \sum_r I_{s,k,r,y} \ge \underline{I}^{\mathrm{reg}}_g

    Symbols
    -------
    \bar{X}^{\mathrm{reg}}_g : region_connected_mw
        Most connected power in the region.
    \bar{Q}^{\mathrm{reg}}_g : region_water_m3_per_yr
        Most water drawn there in a period.
    \underline{I}^{\mathrm{reg}}_g : region_it_mw
        Least IT power that stands there.
    """

    scope = Scope.SYSTEM
    needs = (Grid, Cooling)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any region limits anything."""
        return any(
            (rule.connected_max_mw, rule.water_cap_m3_per_yr, rule.it_min_mw) != (None, None, None)
            for rule in case.study.policy.regional
        )

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Limits need no variable and post nothing."""

    def conclude(self, block: Block, assembly: Assembly) -> None:
        """State the limits, once every account is complete."""
        m, case = assembly.model, assembly.case
        there, water = case.values("regional.inside_count"), assembly.water_m3_per_yr
        connection, installed = assembly.block(Grid).connection_mw, assembly.block(Computing).installed_mw
        rules = dict(zip(case.axes["region"], case.study.policy.regional, strict=True))
        place = {region: i for i, region in enumerate(case.axes["region"])}

        def sites_in(g: int) -> Members[str]:
            return Members("site", [s for i, s in enumerate(m.SITE) if there[i, place[g]]])

        def installed_at(s: str, y: float) -> Expression:
            return assembly.sum_over(m.PAIR, lambda k, r: installed[s, k, r, y])

        def connected_within_region(_: Block, g: int, y: float) -> Relation:
            most, within = rules[g].connected_max_mw, sites_in(g)
            if most is None or not within:
                return SKIP
            return assembly.sum_over(within, lambda s: connection[s, y]) <= assembly.limit("region_connected_mw", most)

        def water_within_region(_: Block, g: int, y: float) -> Relation:
            most, within = rules[g].water_cap_m3_per_yr, sites_in(g)
            if most is None or not within:
                return SKIP
            drawn = assembly.sum_over(within, lambda s: water.total(s, y))
            return drawn <= assembly.limit("region_water_m3_per_yr", most)

        def enough_in_region(_: Block, g: int, y: float) -> Relation:
            least, within = rules[g].it_min_mw, sites_in(g)
            if least is None or not within:
                return SKIP
            return assembly.sum_over(within, lambda s: installed_at(s, y)) >= assembly.limit("region_it_mw", least)

        block.REGION = pyo.Set(initialize=list(rules), ordered=True)
        block.connected_within_region = pyo.Constraint(block.REGION, m.PERIOD, rule=connected_within_region)
        block.water_within_region = pyo.Constraint(block.REGION, m.PERIOD, rule=water_within_region)
        block.enough_in_region = pyo.Constraint(block.REGION, m.PERIOD, rule=enough_in_region)
