"""The connection as the grid grants it: headroom, the line that has to be built, and a price that rises with size."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Relation
from siting.models.components.grid import Grid
from siting.models.components.placement import Placement


class Connection(Component):
    r"""Limit of a site's connection, its own line, and what it pays beyond what line and network carry.

    .. math::

        X_{s,y} \le (\bar{X}_s - \bar{U}^{\mathrm{line}}_s) \, o_{s,y} + U^{\mathrm{line}}_{s,y}, \qquad
        U^{\mathrm{line}}_{s,y} \le \bar{U}^{\mathrm{line}}_s \, o_{s,y}

        X_{s,y} \le (\bar{X}_s - \bar{U}^{\mathrm{net}}_s) \, o_{s,y} + U^{\mathrm{net}}_{s,y}, \qquad
        U^{\mathrm{net}}_{s,y} \le \bar{U}^{\mathrm{net}}_s \, o_{s,y}

        U^{\mathrm{line}}_{s,y} \ge U^{\mathrm{line}}_{s,y-1}, \qquad
        U^{\mathrm{net}}_{s,y} \ge U^{\mathrm{net}}_{s,y-1}

    The line to the grid and the substation are paid once the site is open, whatever the power. What goes beyond the
    capability of that line pays its share of a further one, and what goes beyond what the network nearby carries as it
    stands pays for reinforcing it: each price is on top of that of the connection, so that the whole rises with size
    in steps and is convex. Together the lines say that a site takes no more than its headroom.

    Symbols
    -------
    U^{\mathrm{line}}_{s,y} : further_line_mw
        Part of the connection beyond what the own line carries.
    U^{\mathrm{net}}_{s,y} : reinforced_mw
        Part of the connection beyond what the network carries as it stands.
    \bar{X}_s : grid.headroom_mw
        Headroom: the largest connection that the grid grants.
    \bar{U}^{\mathrm{line}}_s : connection.further_line_most_mw
        Headroom beyond what the own line carries.
    \bar{U}^{\mathrm{net}}_s : connection.reinforced_most_mw
        Headroom beyond what the network carries as it stands.
    \gamma^{\mathrm{line}}_s : connection.connection_fixed_usd
        Price of the line and the substation, whatever the power.
    \gamma^{\mathrm{further}}_s : connection.further_line_usd_per_mw
        Price of a further line, by the power that it carries.
    \gamma^{\mathrm{reinf}}_s : connection.reinforcement_usd_per_mw
        Price of reinforcing the network, on top of that of the connection.
    """

    scope = Scope.SYSTEM
    needs = (Placement, Grid)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what goes beyond line and network; post headroom, line, further line and reinforcement."""
        m, is_open = assembly.model, assembly.block(Placement).open_count
        headroom, fixed = assembly.numbers("grid.headroom_mw"), assembly.numbers("connection.connection_fixed_usd")
        further_most = assembly.numbers("connection.further_line_most_mw")
        reinforced_most = assembly.numbers("connection.reinforced_most_mw")
        further_price = assembly.numbers("connection.further_line_usd_per_mw")
        reinforcement_price = assembly.numbers("connection.reinforcement_usd_per_mw")

        further = assembly.variable(block, "further_line_mw", m.SITE, m.PERIOD)
        reinforced = assembly.variable(block, "reinforced_mw", m.SITE, m.PERIOD)

        def further_line_within_headroom(_: Block, s: str, y: float) -> Relation:
            return further[s, y] <= further_most[s] * is_open[s, y]

        def reinforced_within_headroom(_: Block, s: str, y: float) -> Relation:
            return reinforced[s, y] <= reinforced_most[s] * is_open[s, y]

        block.further_line_within_headroom = pyo.Constraint(m.SITE, m.PERIOD, rule=further_line_within_headroom)
        block.reinforced_within_headroom = pyo.Constraint(m.SITE, m.PERIOD, rule=reinforced_within_headroom)
        block.further_line_stays = pyo.Constraint(m.SITE, m.PERIOD, rule=assembly.periods.stays(further))
        block.reinforced_stays = pyo.Constraint(m.SITE, m.PERIOD, rule=assembly.periods.stays(reinforced))

        assembly.connection_mw.post(self, "own_line", lambda s, y: (headroom[s] - further_most[s]) * is_open[s, y])
        assembly.connection_mw.post(self, "further_line", lambda s, y: further[s, y])
        assembly.network_mw.post(self, "network", lambda s, y: (headroom[s] - reinforced_most[s]) * is_open[s, y])
        assembly.network_mw.post(self, "reinforced", lambda s, y: reinforced[s, y])
        assembly.purchases.buys(
            self,
            "line",
            "grid.connection",
            assembly.periods.added(lambda s, y: fixed[s] * is_open[s, y]),
            receiver="grid operators",
        )
        assembly.purchases.buys(
            self,
            "further_line",
            "grid.connection",
            assembly.periods.added(lambda s, y: further_price[s] * further[s, y]),
            receiver="grid operators",
        )
        assembly.purchases.buys(
            self,
            "reinforcement",
            "grid.connection",
            assembly.periods.added(lambda s, y: reinforcement_price[s] * reinforced[s, y]),
            receiver="grid operators",
        )
