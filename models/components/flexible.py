"""Flexible connection: more power than the grid grants firmly, for hours in which it is given up."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.case.energisation import NO_LIMIT_MW
from siting.case.regions import sites_by_authority
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import SKIP, Block, Relation
from siting.models.compiler.members import Members
from siting.models.components.grid import Grid
from siting.models.components.placement import Placement


class FlexibleConnection(Component):
    r"""A part of the connection that is given up in given hours.

    .. math::

        f_{s,y,h} \le X_{s,y} - \theta^{\mathrm{give}}_{s,h} \, X^{\mathrm{flex}}_{s,y}, \qquad
        X^{\mathrm{flex}}_{s,y} \ge X^{\mathrm{flex}}_{s,y-1}

    In the hours that are given up the site draws no more than its firm part; batch work that waits, training that
    pauses, batteries and plants on site make up for it. The hours are data, the dearest of the grid zone's year, whole
    or in part (a budget of energy), so the model stays linear.
    What is flexible is no part of the headroom and costs, on top of its connection, a share of a further line.

    Symbols
    -------
    X^{\mathrm{flex}}_{s,y} : flexible_mw
        Part of the connection that is given up in given hours.
    \theta^{\mathrm{give}}_{s,h} : flexible.given_up_fraction
        Whether an hour is given up, or the share of a longer step that is.
    """

    scope = Scope.SITE
    needs = (Grid,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site may have a flexible part."""
        return bool(case.values("flexible.flexible_most_mw").any())

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the flexible part; free the headroom of it, and buy its share of a further line."""
        m, grid = assembly.model, assembly.block(Grid)
        given_up = assembly.numbers("flexible.given_up_fraction")
        price = assembly.numbers("connection.further_line_usd_per_mw")
        draw, connection = grid.draw_mw, grid.connection_mw

        flexible = assembly.variable(block, "flexible_mw", m.SITE, m.PERIOD)

        def draw_within_firm(_: Block, s: str, y: float, h: int) -> Relation:
            return draw[s, y, h] <= connection[s, y] - given_up[s, h] * flexible[s, y]

        block.draw_within_firm = pyo.Constraint(m.SITE, m.PERIOD, m.HOUR, rule=draw_within_firm)
        block.flexible_stays = pyo.Constraint(m.SITE, m.PERIOD, rule=assembly.periods.stays(flexible))

        assembly.given_up_mw.post(self, "given_up", lambda s, y: flexible[s, y])
        assembly.connection_mw.post(self, "given_up", lambda s, y: flexible[s, y])
        assembly.network_mw.post(self, "given_up", lambda s, y: flexible[s, y])
        assembly.purchases.buys(
            self,
            "line",
            "grid.connection",
            assembly.periods.added(lambda s, y: price[s] * flexible[s, y]),
            receiver="grid operators",
        )


class FlexibleLimit(Component):
    r"""The most that a site may have of a flexible connection.

    .. math::

        X^{\mathrm{flex}}_{s,y} \le \bar{X}^{\mathrm{flex}}_{s,y} \, o_{s,y}

    Symbols
    -------
    \bar{X}^{\mathrm{flex}}_{s,y} : flexible.flexible_most_mw
        Largest flexible part of a connection.
    """

    scope = Scope.SYSTEM
    needs = (Placement, FlexibleConnection)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site may have a flexible part."""
        return FlexibleConnection.is_wanted(case)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State the limit."""
        m, flexible = assembly.model, assembly.block(FlexibleConnection).flexible_mw
        most, is_open = assembly.numbers("flexible.flexible_most_mw"), assembly.block(Placement).open_count

        def flexible_within_limit(_: Block, s: str, y: float) -> Relation:
            return flexible[s, y] <= most[s, y] * is_open[s, y]

        block.flexible_within_limit = pyo.Constraint(m.SITE, m.PERIOD, rule=flexible_within_limit)


class FlexibleWithinAuthority(Component):
    r"""All flexible parts in a balancing authority are within what is published to fit there.

    .. math::

        \sum_{s \in g} X^{\mathrm{flex}}_{s,y} \le \bar{X}^{\mathrm{auth}}_s

    What fits rises with the share of energy that is given up. It is of generation alone: no line is in it.

    Symbols
    -------
    \bar{X}^{\mathrm{auth}}_s : flexible.authority_most_mw
        Load that fits into the balancing authority of the site, at the energy that is given up.
    """

    scope = Scope.SYSTEM
    needs = (FlexibleConnection,)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any authority has a limit."""
        limited = bool((case.values("flexible.authority_most_mw") < NO_LIMIT_MW).any())
        return limited and FlexibleConnection.is_wanted(case)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State the limit of each authority."""
        m, flexible = assembly.model, assembly.block(FlexibleConnection).flexible_mw
        members = sites_by_authority(assembly.case)
        most = assembly.numbers("flexible.authority_most_mw")

        def flexible_within_authority(_: Block, g: str, y: float) -> Relation:
            inside = [s for s in m.SITE if s in members[g]]
            if not inside:
                return SKIP
            return assembly.sum_over(Members("site", inside), lambda s: flexible[s, y]) <= most[inside[0]]

        block.AUTHORITY = pyo.Set(initialize=list(members), ordered=True)
        block.flexible_within_authority = pyo.Constraint(block.AUTHORITY, m.PERIOD, rule=flexible_within_authority)
