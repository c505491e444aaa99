"""Plants on site: they bridge the wait for the grid, and back it up or are switched off once it is there."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression, Relation, total
from siting.models.components.computing import Computing
from siting.quantities import HOURS_PER_YEAR


class Bridge(Component):
    r"""Engines, turbines and fuel cells on site, by kind :math:`O`.

    .. math::

        \mathrm{run}^{\mathrm{br}}_{s,O,y} \le \mathrm{own}^{\mathrm{br}}_{s,O,y}, \qquad
        \mathrm{own}^{\mathrm{br}}_{s,O,y} \ge \mathrm{own}^{\mathrm{br}}_{s,O,y-1}

        \mathrm{run}^{\mathrm{br}}_{s,O,y} \le \theta^{\mathrm{br}}_{O,y} \, \delta
            \sum_k \sum_r \mathrm{PUE}^{\max}_{s,k} \, I_{s,k,r,y}, \qquad
        \mathrm{own}^{\mathrm{br}}_{s,O,y} \le \delta \sum_{v \le y}
            \sum_k \sum_r \mathrm{PUE}^{\max}_{s,k} \, I_{s,k,r,v}

        \mathrm{out}^{\mathrm{br}}_{s,O,y,h} \le \phi^{\mathrm{firm}}_O \, \mathrm{run}^{\mathrm{br}}_{s,O,y}, \qquad
        \sum_h \omega_h \, \mathrm{out}^{\mathrm{br}}_{s,O,y,h}
            \le \tau^{\mathrm{permit}}_O \, \mathrm{run}^{\mathrm{br}}_{s,O,y}

    A plant is paid by an annuity over its life, whether it runs or not: nobody buys an old one. What is in service
    costs upkeep and counts, by the share that can be relied on, beside the connection for full load in the worst hour;
    what is switched off once the grid is there costs no more of it. No kind is larger than what the site draws in that
    hour, and none is there before it can be delivered; the bound on what is owned follows, and gives the column an end.
    Its fuel is burnt on the site, so its carbon is in every account
    alike.

    Symbols
    -------
    \mathrm{own}^{\mathrm{br}}_{s,O,y} : owned_bridge_mw
        Plants that have been bought.
    \mathrm{run}^{\mathrm{br}}_{s,O,y} : bridge_mw
        Plants in service.
    \mathrm{out}^{\mathrm{br}}_{s,O,y,h} : bridge_output_mw
        Power that they give.
    \theta^{\mathrm{br}}_{O,y} : bridge.there_count
        Whether a plant can be there when the period begins.
    \phi^{\mathrm{firm}}_O : bridge.firm_fraction
        Share of the plants that can be relied on.
    \tau^{\mathrm{permit}}_O : bridge.permit_h_per_yr
        Hours of full power that the permit allows a year.
    \gamma^{\mathrm{br}}_O : bridge.bridge_usd_per_mw
        Price of a plant.
    \alpha^{\mathrm{br}}_O : bridge.bridge_annuity_per_yr
        Yearly payment for each dollar spent on a plant.
    \mu^{\mathrm{br}}_O : bridge.upkeep_usd_per_mw_yr
        Upkeep of a plant in service.
    \gamma^{\mathrm{run}}_O : bridge.running_usd_per_mwh
        Maintenance by use.
    \gamma^{\mathrm{fuel}}_{s,O,y} : bridge.plant_fuel_usd_per_mwh
        Price of the fuel of a MWh of output.
    \varepsilon^{\mathrm{br}}_O : bridge.emitted_t_per_mwh
        Carbon of burning that fuel.
    """

    scope = Scope.SITE
    needs = (Computing,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study offers any plant."""
        return bool(case.axes["bridge"])

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare plants and output; post power, what can be relied on, cost and carbon."""
        m, sum_over = assembly.model, assembly.sum_over
        weight, worst = assembly.numbers("hours.weight_h_per_yr"), assembly.numbers("cooling.pue_peak_ratio")
        diversity = assembly.number("computing.peak_diversity_fraction")
        there, firm = assembly.numbers("bridge.there_count"), assembly.numbers("bridge.firm_fraction")
        permit, price = assembly.numbers("bridge.permit_h_per_yr"), assembly.numbers("bridge.bridge_usd_per_mw")
        upkeep, running = (
            assembly.numbers("bridge.upkeep_usd_per_mw_yr"),
            assembly.numbers("bridge.running_usd_per_mwh"),
        )
        fuel, emitted = assembly.numbers("bridge.plant_fuel_usd_per_mwh"), assembly.numbers("bridge.emitted_t_per_mwh")
        installed = assembly.block(Computing).installed_mw

        owned = assembly.variable(block, "owned_bridge_mw", m.SITE, m.BRIDGE, m.PERIOD)
        plants = assembly.variable(block, "bridge_mw", m.SITE, m.BRIDGE, m.PERIOD)
        output = assembly.variable(block, "bridge_output_mw", m.SITE, m.BRIDGE, m.PERIOD, m.HOUR)

        def in_service_within_owned(_: Block, s: str, b: str, y: float) -> Relation:
            return plants[s, b, y] <= owned[s, b, y]

        def load(s: str, y: float) -> Expression:
            return diversity * sum_over(m.PAIR, lambda k, r: worst[s, k] * installed[s, k, r, y])

        def in_service_within_load(_: Block, s: str, b: str, y: float) -> Relation:
            return plants[s, b, y] <= there[b, y] * load(s, y)

        def owned_within_loads(_: Block, s: str, b: str, y: float) -> Relation:
            return owned[s, b, y] <= total(load(s, v) for v in assembly.periods.vintages(y))

        def output_within_firm(_: Block, s: str, b: str, y: float, h: int) -> Relation:
            return output[s, b, y, h] <= firm[b] * plants[s, b, y]

        def is_short(b: str) -> bool:
            return bool(pyo.value(permit[b]) < pyo.value(firm[b]) * HOURS_PER_YEAR)

        def output_within_permit(_: Block, s: str, b: str, y: float) -> Relation:
            return sum_over(m.HOUR, lambda h: weight[h] * output[s, b, y, h]) <= permit[b] * plants[s, b, y]

        block.in_service_within_owned = pyo.Constraint(m.SITE, m.BRIDGE, m.PERIOD, rule=in_service_within_owned)
        block.in_service_within_load = pyo.Constraint(m.SITE, m.BRIDGE, m.PERIOD, rule=in_service_within_load)
        block.owned_within_loads = pyo.Constraint(m.SITE, m.BRIDGE, m.PERIOD, rule=owned_within_loads)
        block.owned_stays = pyo.Constraint(m.SITE, m.BRIDGE, m.PERIOD, rule=assembly.periods.stays(owned))
        block.output_within_firm = pyo.Constraint(m.SITE, m.BRIDGE, m.PERIOD, m.HOUR, rule=output_within_firm)
        permitted = assembly.subset("BRIDGE_PERMITTED", m.BRIDGE, is_short)
        block.output_within_permit = pyo.Constraint(m.SITE, permitted, m.PERIOD, rule=output_within_permit)

        def burnt(s: str, y: float) -> Expression:
            return sum_over(m.BRIDGE, lambda b: sum_over(m.HOUR, lambda h: weight[h] * emitted[b] * output[s, b, y, h]))

        assembly.power_mw.post(self, "output", lambda s, y, h: sum_over(m.BRIDGE, lambda b: output[s, b, y, h]))
        assembly.on_site_mw.post(self, "plants", lambda s, y: sum_over(m.BRIDGE, lambda b: firm[b] * plants[s, b, y]))
        assembly.standing_by_mw.post(
            self, "plants", lambda s, y: sum_over(m.BRIDGE, lambda b: firm[b] * owned[s, b, y])
        )
        for ledger in (
            assembly.carbon_location_t_per_yr,
            assembly.carbon_market_t_per_yr,
            assembly.carbon_hourly_t_per_yr,
        ):
            ledger.post(self, "fuel", burnt)
        assembly.unclean_mwh_per_yr.post(
            self,
            "output",
            lambda s, y: sum_over(m.BRIDGE, lambda b: sum_over(m.HOUR, lambda h: weight[h] * output[s, b, y, h])),
        )
        assembly.purchases.buys(
            self,
            "capital",
            "bridge.bridge",
            lambda s, b, v: price[b] * assembly.periods.added(lambda s, y: owned[s, b, y])(s, v),
            receiver="equipment makers",
            kinds=m.BRIDGE,
        )
        assembly.cost_usd_per_yr.post(
            self,
            "maintenance",
            lambda s, y: sum_over(
                m.BRIDGE,
                lambda b: (
                    upkeep[b] * plants[s, b, y]
                    + sum_over(m.HOUR, lambda h: weight[h] * running[b] * output[s, b, y, h])
                ),
            ),
            payer="operator",
            receiver="staff and contractors",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "fuel",
            lambda s, y: sum_over(
                m.BRIDGE, lambda b: sum_over(m.HOUR, lambda h: weight[h] * fuel[s, b, y] * output[s, b, y, h])
            ),
            payer="operator",
            receiver="fuel suppliers",
        )
