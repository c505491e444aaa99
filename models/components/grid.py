"""The grid: power drawn through the meter, its price, its peaks and the connection that carries it."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Relation
from siting.models.components.computing import Computing


class Grid(Component):
    r"""Draw, import and connection of a site.

    .. math::

        f_{s,y,h} = i_{s,y,h} + \sum_p e_{s,p,y,h}

        f_{s,y,h} \le P^{\mathrm{day}}_{s,y,d(h)}, \qquad
        P^{\mathrm{day}}_{s,y,d} \le P^{\mathrm{month}}_{s,y,n} \text{ for each day } d \text{ of month } n, \qquad
        P^{\mathrm{month}}_{s,y,n} \le X_{s,y}

        X_{s,y} + \mathrm{onsite}_{s,y} \ge \delta \sum_k \sum_r \mathrm{PUE}^{\max}_{s,k} \, I_{s,k,r,y}, \qquad
        X_{s,y} \ge X_{s,y-1}

    What is drawn through the meter is bought from the supplier or delivered by contracts, :math:`e`; the
    demand charge is paid on each month's peak. The last line sizes the connection, with what can be relied on beside
    it on site, for full load in the worst hour of the whole year, which the representative days may miss. A connection
    once made is kept and paid, renewed alike when its life ends, as halls and racks are.

    Symbols
    -------
    f_{s,y,h} : draw_mw
        Power drawn through the meter.
    i_{s,y,h} : import_mw
        Power bought from the supplier.
    P^{\mathrm{day}}_{s,y,d} : day_peak_mw
        Highest draw of a day.
    P^{\mathrm{month}}_{s,y,n} : month_peak_mw
        Highest draw of a month, on which the demand charge is paid.
    X_{s,y} : connection_mw
        Contracted connection.
    \mathrm{PUE}^{\max}_{s,k} : cooling.pue_peak_ratio
        PUE in the worst hour of the whole year.
    \gamma^{\mathrm{energy}}_{s,h} : grid.price_usd_per_mwh
        Price of power, delivered.
    \gamma^{\mathrm{peak}}_s : grid.demand_charge_usd_per_mw_month
        Charge on a month's peak, for capacity too where it is bought apart.
    \gamma^{\mathrm{conn}}_s : grid.connection_usd_per_mw
        Price of the connection, by its power.
    \alpha^{\mathrm{conn}} : grid.connection_annuity_per_yr
        Yearly payment for each dollar spent on a connection.
    \varepsilon^{\mathrm{grid}}_{s,h} : grid.carbon_t_per_mwh
        Mean carbon intensity of the grid, at the level of today.
    \varepsilon^{\mathrm{res}}_s : grid.residual_t_per_mwh
        Carbon intensity of what is not claimed, as a mean of the year, at the level of today.
    \chi^{\mathrm{path}}_{s,y} : grid.carbon_path_ratio
        Carbon intensity in a period over that of today.
    """

    scope = Scope.SITE
    needs = (Computing,)
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare draw, import, peaks and connection; post power, cost and carbon."""
        m, day_of, sum_over = assembly.model, assembly.day_of_hour, assembly.sum_over
        price = assembly.numbers("grid.price_usd_per_mwh")
        charge = assembly.numbers("grid.demand_charge_usd_per_mw_month")
        intensity, residual = assembly.numbers("grid.carbon_t_per_mwh"), assembly.numbers("grid.residual_t_per_mwh")
        path = assembly.numbers("grid.carbon_path_ratio")
        weight, line = assembly.numbers("hours.weight_h_per_yr"), assembly.numbers("grid.connection_usd_per_mw")

        draw = assembly.variable(block, "draw_mw", m.SITE, m.PERIOD, m.HOUR)
        bought = assembly.variable(block, "import_mw", m.SITE, m.PERIOD, m.HOUR)
        day_peak = assembly.variable(block, "day_peak_mw", m.SITE, m.PERIOD, m.DAY)
        month_peak = assembly.variable(block, "month_peak_mw", m.SITE, m.PERIOD, m.MONTH)
        connection = assembly.variable(block, "connection_mw", m.SITE, m.PERIOD)

        def draw_within_day_peak(_: Block, s: str, y: float, h: int) -> Relation:
            return draw[s, y, h] <= day_peak[s, y, day_of[h]]

        def day_peak_within_month_peak(_: Block, s: str, y: float, d: int, n: int) -> Relation:
            return day_peak[s, y, d] <= month_peak[s, y, n]

        def month_peak_within_connection(_: Block, s: str, y: float, n: int) -> Relation:
            return month_peak[s, y, n] <= connection[s, y]

        block.draw_within_day_peak = pyo.Constraint(m.SITE, m.PERIOD, m.HOUR, rule=draw_within_day_peak)
        block.day_peak_within_month_peak = pyo.Constraint(
            m.SITE, m.PERIOD, m.DAY_MONTH, rule=day_peak_within_month_peak
        )
        block.month_peak_within_connection = pyo.Constraint(
            m.SITE, m.PERIOD, m.MONTH, rule=month_peak_within_connection
        )
        block.connection_stays = pyo.Constraint(m.SITE, m.PERIOD, rule=assembly.periods.stays(connection))

        assembly.power_mw.post(self, "draw", lambda s, y, h: draw[s, y, h])
        assembly.meter_mw.post(self, "draw", lambda s, y, h: -draw[s, y, h])
        assembly.meter_mw.post(self, "import", lambda s, y, h: bought[s, y, h])
        assembly.connection_mw.post(self, "contracted", lambda s, y: -connection[s, y])
        assembly.network_mw.post(self, "contracted", lambda s, y: -connection[s, y])
        assembly.cost_usd_per_yr.post(
            self,
            "energy",
            lambda s, y: sum_over(m.HOUR, lambda h: weight[h] * price[s, h] * bought[s, y, h]),
            payer="operator",
            receiver="power suppliers",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "demand_charge",
            lambda s, y: sum_over(m.MONTH, lambda n: charge[s] * month_peak[s, y, n]),
            payer="operator",
            receiver="grid operators",
        )
        assembly.purchases.buys(
            self,
            "connection",
            "grid.connection",
            assembly.periods.added(lambda s, y: line[s] * connection[s, y]),
            receiver="grid operators",
        )
        assembly.carbon_location_t_per_yr.post(
            self,
            "draw",
            lambda s, y: sum_over(m.HOUR, lambda h: weight[h] * path[s, y] * intensity[s, h] * draw[s, y, h]),
        )
        assembly.carbon_hourly_t_per_yr.post(
            self,
            "import",
            lambda s, y: sum_over(m.HOUR, lambda h: weight[h] * path[s, y] * intensity[s, h] * bought[s, y, h]),
        )
        assembly.carbon_market_t_per_yr.post(
            self, "draw", lambda s, y: sum_over(m.HOUR, lambda h: weight[h] * path[s, y] * residual[s] * draw[s, y, h])
        )

    def conclude(self, block: Block, assembly: Assembly) -> None:
        """State that the connection, with what is on site, carries full load in the worst hour."""
        m, connection = assembly.model, block.connection_mw
        worst = assembly.numbers("cooling.pue_peak_ratio")
        diversity = assembly.number("computing.peak_diversity_fraction")
        installed = assembly.block(Computing).installed_mw

        def connection_carries_worst_hour(_: Block, s: str, y: float) -> Relation:
            load = diversity * assembly.sum_over(m.PAIR, lambda k, r: worst[s, k] * installed[s, k, r, y])
            return connection[s, y] + assembly.on_site_mw.total(s, y) >= load

        block.connection_carries_worst_hour = pyo.Constraint(m.SITE, m.PERIOD, rule=connection_carries_worst_hour)
