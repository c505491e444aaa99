"""Heat sold to a stated demand near a site: what can be taken from the halls, the pipe, and the pump that lifts it."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Relation
from siting.models.components.computing import Computing, it_power
from siting.models.components.cooling import Cooling, site_it, site_overhead
from siting.models.components.placement import Placement


class HeatReuse(Component):
    r"""Heat of the halls, through a connection of a size, in the hours in which it is wanted.

    .. math::

        j_{s,k,y,h} \le \Gamma_{s,k} \, \Theta_{s,k} \sum_r P^{\mathrm{IT}}_{s,k,r,y,h}, \qquad
        \sum_k j_{s,k,y,h} \le \sigma_{s,h} \, H_{s,y}

        \sum_k \theta^{\mathrm{lift}}_{s,k} \, j_{s,k,y,h} \le L_{s,y} \le H_{s,y}, \qquad
        H_{s,y} \ge H_{s,y-1}, \qquad L_{s,y} \ge L_{s,y-1}

    Water that is too cold for the customers is lifted by a heat pump with a coefficient of performance COP: then
    :math:`\Gamma` = COP / (COP - 1) of heat is sold for each unit taken, and 1 / COP of it is the pump's power;
    else :math:`\Gamma` = 1. What is not sold is rejected as if there were no customer: pumps and fans are not
    credited for it.

    Symbols
    -------
    H_{s,y} : heat_connection_mw
        Connection to the customers.
    L_{s,y} : heat_pump_mw
        Heat pump, as the heat that it gives.
    j_{s,k,y,h} : heat_sold_mw
        Heat sold.
    \Gamma_{s,k} : heat_reuse.heat_gain_ratio
        Heat sold for each unit taken from the halls.
    \Theta_{s,k} : heat_reuse.heat_reusable_fraction
        Share of the racks' power that is in water all year.
    \theta^{\mathrm{lift}}_{s,k} : heat_reuse.heat_lifted_count
        Whether the water is too cold for the customers.
    \Lambda_{s,k} : heat_reuse.heat_pump_power_fraction
        Power of the pump, over the heat that it gives.
    \sigma_{s,h} : heat_reuse.heat_shape_fraction
        What the customers want in an hour, over their largest demand.
    \gamma^{\mathrm{heat}}_s : heat_reuse.heat_price_usd_per_mwh
        Price of heat.
    \alpha^{\mathrm{heat}}_s : heat_reuse.heat_annuity_per_yr
        Yearly payment for each dollar spent on the connection and the pump.
    \gamma^{\mathrm{pipe}}_s : heat_reuse.heat_connection_usd_per_mw
        Price of the pipe to the customers.
    \gamma^{\mathrm{pump}} : heat_reuse.heat_pump_usd_per_mw
        Price of a heat pump.
    """

    scope = Scope.SITE
    needs = (Computing,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether somebody near a site wants heat that a hall there can give, or it must be sold."""
        return bool(case.heat_sources()) or HeatDuty.is_wanted(case)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare connection, pump and sales; post the pump's power, the capital and the revenue."""
        m, sum_over = assembly.model, assembly.sum_over
        gain = assembly.numbers("heat_reuse.heat_gain_ratio")
        reusable = assembly.numbers("heat_reuse.heat_reusable_fraction")
        lift = assembly.numbers("heat_reuse.heat_pump_power_fraction")
        lifted = assembly.numbers("heat_reuse.heat_lifted_count")
        shape = assembly.numbers("heat_reuse.heat_shape_fraction")
        price = assembly.numbers("heat_reuse.heat_price_usd_per_mwh")
        pipe = assembly.numbers("heat_reuse.heat_connection_usd_per_mw")
        weight = assembly.numbers("hours.weight_h_per_yr")
        pump_price = assembly.number("heat_reuse.heat_pump_usd_per_mw")
        sources, racks_in = assembly.partners(m.SITE_HEAT), assembly.partners(m.PAIR)

        connection = assembly.variable(block, "heat_connection_mw", m.SITE, m.PERIOD)
        pump = assembly.variable(block, "heat_pump_mw", m.SITE, m.PERIOD)
        sold = assembly.variable(block, "heat_sold_mw", m.SITE_HEAT, m.PERIOD, m.HOUR)

        def sold_within_halls(_: Block, s: str, k: str, y: float, h: int) -> Relation:
            it = sum_over(racks_in[k], lambda r: it_power(assembly, s, k, r, y, h))
            return sold[s, k, y, h] <= gain[s, k] * reusable[s, k] * it

        def sold_within_demand(_: Block, s: str, y: float, h: int) -> Relation:
            return sum_over(sources[s], lambda k: sold[s, k, y, h]) <= shape[s, h] * connection[s, y]

        def lifted_within_pump(_: Block, s: str, y: float, h: int) -> Relation:
            return sum_over(sources[s], lambda k: lifted[s, k] * sold[s, k, y, h]) <= pump[s, y]

        def pump_within_connection(_: Block, s: str, y: float) -> Relation:
            return pump[s, y] <= connection[s, y]  # none gains by more, and without a limit no prices prove a bound

        block.pump_within_connection = pyo.Constraint(m.SITE, m.PERIOD, rule=pump_within_connection)
        block.sold_within_halls = pyo.Constraint(m.SITE_HEAT, m.PERIOD, m.HOUR, rule=sold_within_halls)
        block.sold_within_demand = pyo.Constraint(m.SITE, m.PERIOD, m.HOUR, rule=sold_within_demand)
        block.lifted_within_pump = pyo.Constraint(m.SITE, m.PERIOD, m.HOUR, rule=lifted_within_pump)
        block.connection_stays = pyo.Constraint(m.SITE, m.PERIOD, rule=assembly.periods.stays(connection))
        block.pump_stays = pyo.Constraint(m.SITE, m.PERIOD, rule=assembly.periods.stays(pump))

        assembly.power_mw.post(
            self, "heat_pump", lambda s, y, h: -sum_over(sources[s], lambda k: lift[s, k] * sold[s, k, y, h])
        )
        assembly.heat_demand_mw.post(self, "connected", lambda s, y: -connection[s, y])
        assembly.purchases.buys(
            self,
            "connection",
            "heat_reuse.heat",
            assembly.periods.added(lambda s, y: pipe[s] * connection[s, y]),
            receiver="builders",
        )
        assembly.purchases.buys(
            self,
            "heat_pump",
            "heat_reuse.heat",
            assembly.periods.added(lambda s, y: pump_price * pump[s, y]),
            receiver="equipment makers",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "sale",
            lambda s, y: (
                -price[s] * sum_over(m.HOUR, lambda h: sum_over(sources[s], lambda k: weight[h] * sold[s, k, y, h]))
            ),
            payer="heat customers",
            receiver="operator",
        )


class HeatDuty(Component):
    r"""Heat that a state has each site sell, over the year.

    .. math::

        \underline{\mathrm{ERF}} \sum_h \omega_h \left( \sum_k \sum_r P^{\mathrm{IT}}_{s,k,r,y,h}
            + P^{\mathrm{over}}_{s,y,h} \right) \le \sum_h \omega_h \sum_k j_{s,k,y,h}

    The share is of the energy of computers, cooling and losses. Where nobody wants heat, no site can keep it.

    Symbols
    -------
    \underline{\mathrm{ERF}} : heat_reuse_min_fraction
        Least share of the energy that is sold as heat.
    """

    scope = Scope.SITE
    needs = (Cooling, HeatReuse)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study asks for it."""
        return case.study.policy.heat_reuse_min_fraction is not None

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State the duty; it needs no variable."""
        m, sum_over, weight = assembly.model, assembly.sum_over, assembly.numbers("hours.weight_h_per_yr")
        sources, sold = assembly.partners(m.SITE_HEAT), assembly.block(HeatReuse).heat_sold_mw
        least = assembly.limit("heat_reuse_min_fraction", assembly.case.study.policy.heat_reuse_min_fraction or 0.0)

        def enough_heat_sold(_: Block, s: str, y: float) -> Relation:
            used = sum_over(
                m.HOUR, lambda h: weight[h] * (site_it(assembly, s, y, h) + site_overhead(assembly, s, y, h))
            )
            heat = sum_over(m.HOUR, lambda h: sum_over(sources[s], lambda k: weight[h] * sold[s, k, y, h]))
            return least * used <= heat

        block.enough_heat_sold = pyo.Constraint(m.SITE, m.PERIOD, rule=enough_heat_sold)


class HeatDemand(Component):
    r"""The largest demand for heat near a site, where it is open.

    .. math::

        H_{s,y} \le \bar{H}_s \, o_{s,y}

    Symbols
    -------
    \bar{H}_s : heat_reuse.heat_demand_mw
        Largest demand for heat near the site.
    """

    scope = Scope.SYSTEM
    needs = (Placement, HeatReuse)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether somebody near a site wants heat that a hall there can give, or it must be sold."""
        return bool(case.heat_sources()) or HeatDuty.is_wanted(case)

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - the integers are placement's
        """Post the demand."""
        largest, is_open = assembly.numbers("heat_reuse.heat_demand_mw"), assembly.block(Placement).open_count
        assembly.heat_demand_mw.post(self, "wanted", lambda s, y: largest[s] * is_open[s, y])
