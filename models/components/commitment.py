"""What a large load commits to: collateral for its connection, and what it owes where it leaves before its term."""

from __future__ import annotations

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Amount, Block, Expression, total
from siting.models.components.grid import Grid


class Commitment(Component):
    r"""A connection ties up collateral, and promises its minimum take for the years of its contract.

    .. math::

        \gamma^{\mathrm{coll}}_s \, X_{s,y}, \qquad
        \sum_{v} \gamma^{\mathrm{exit}}_{s,v} \left( X_{s,v} - X_{s,v-1} \right) \text{ in the last period}

    Collateral is paid for each year like a loan. The plan ends with the horizon: what the contract then still asks is
    owed, and set aside in even yearly parts over the last period, which have that worth at its end.

    Symbols
    -------
    \gamma^{\mathrm{coll}}_s : commitment.collateral_usd_per_mw_yr
        What collateral costs a year.
    \gamma^{\mathrm{exit}}_{s,y} : commitment.exit_usd_per_mw_yr
        What is set aside a year in the last period for power that is connected in a period.
    """

    scope = Scope.SITE
    needs = (Grid,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether a connection commits to anything."""
        collateral, owed = (
            case.values("commitment.collateral_usd_per_mw_yr"),
            case.values("commitment.exit_usd_per_mw_yr"),
        )
        return bool(collateral.any() or owed.any())

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - money needs no variable
        """Post what collateral costs, and what is set aside."""
        connection, periods = assembly.block(Grid).connection_mw, assembly.periods
        collateral = assembly.numbers("commitment.collateral_usd_per_mw_yr")
        owed = assembly.numbers("commitment.exit_usd_per_mw_yr")
        last = assembly.case.axes["period"][-1]
        added = periods.added(lambda s, y: connection[s, y])

        def set_aside(s: str, y: float) -> Amount:
            return total(owed[s, v] * added(s, v) for v in periods.vintages(y)) if y == last else 0

        def tied_up(s: str, y: float) -> Expression:
            return collateral[s] * connection[s, y]

        assembly.cost_usd_per_yr.post(self, "collateral", tied_up, payer="operator", receiver="lenders")
        assembly.cost_usd_per_yr.post(self, "exit", set_aside, payer="operator", receiver="grid operators")
