"""The connection as the grid grants it: headroom, and the line that has to be built."""

from __future__ import annotations

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block
from siting.models.components.grid import Grid
from siting.models.components.placement import Placement


class Connection(Component):
    r"""Limit and fixed cost of a site's connection.

    .. math::

        X_{s,y} \le \bar{X}_s \, o_{s,y}

    The line to the substation and the substation's bay are paid once the site is open, whatever the power.

    Symbols
    -------
    \bar{X}_s : grid.headroom_mw
        Headroom of the nearest substations.
    \gamma^{\mathrm{line}}_s : connection.connection_fixed_usd
        Price of the line and the bay, whatever the power.
    """

    scope = Scope.SYSTEM
    needs = (Placement, Grid)

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - the integers are placement's
        """Post headroom and fixed cost."""
        headroom, fixed = assembly.numbers("grid.headroom_mw"), assembly.numbers("connection.connection_fixed_usd")
        is_open = assembly.block(Placement).open_count

        assembly.connection_mw.post(self, "headroom", lambda s, y: headroom[s] * is_open[s, y])
        assembly.purchases.buys(
            self,
            "line",
            "grid.connection",
            assembly.periods.added(lambda s, y: fixed[s] * is_open[s, y]),
            receiver="grid operators",
        )
