"""The periods of a plan, as rules ask for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from siting.case.case import Case
from siting.models.compiler.algebra import SKIP, Amount, Block, Expression, Indexed, Relation, RelationRule
from siting.models.compiler.members import Member


class Periods:
    """The periods of a case, and the uses of what is bought in one and given up in a later one.

    Parameters
    ----------
    case : Case
        The numbers.
    """

    def __init__(self, case: Case) -> None:
        self._case = case

    def vintages(self, period: int) -> list[int]:
        """Periods up to and including the given one."""
        return [int(vintage) for vintage in self._case.axes["period"] if int(vintage) <= period]

    def last_end(self) -> int:
        """Return the year in which the horizon ends."""
        return int(self._case.axes["until"][-1])

    def sum_over_ended(self, period: int, rule: Callable[[int, int], Amount]) -> Amount:
        """Sum what a rule gives at each use that has ended when a period begins.

        Parameters
        ----------
        period : int
            The period.
        rule : callable
            Takes the period of purchase and the year in which the use ends.
        """
        return sum(rule(v, u) for v, u in self._case.short_uses() if u <= period)

    def sum_over_all(self, rule: Callable[[int], Amount]) -> Amount:
        """Sum what a rule gives at each period, which it may ask for the one before.

        Parameters
        ----------
        rule : callable
            Takes the period.
        """
        return sum(rule(int(v)) for v in self._case.axes["period"])

    def sum_over_cut_short(self, period: int, rule: Callable[[int, int], Amount]) -> Amount:
        """Sum what a rule gives at each use that goes on in a period and ends before the horizon does.

        Parameters
        ----------
        period : int
            The period.
        rule : callable
            Takes the period of purchase and the year in which the use ends.
        """
        return sum(rule(v, u) for v, u in self._case.short_uses() if v <= period < u)

    def before(self, period: int) -> int | None:
        """Period before the given one; None for the first."""
        earlier = self.vintages(period)[:-1]
        return earlier[-1] if earlier else None

    def stays(self, held: Indexed[Expression]) -> RelationRule:
        """Return the rule that a size is no smaller than in the period before.

        Parameters
        ----------
        held : Var
            The size; its last index is the period.
        """

        def size_stays(_: Block, *key: Member) -> Relation:
            *member, y = key
            before = self.before(cast("int", y))
            return SKIP if before is None else held[*member, y] >= held[*member, before]

        return size_stays

    def added(self, held: Callable[[str, int], Expression]) -> Callable[[str, int], Expression]:
        """Return the rule of what a period adds to what is held at a site.

        Parameters
        ----------
        held : callable
            Takes site and period; a size that never shrinks, or what it is worth.
        """

        def bought(s: str, v: int) -> Expression:
            before = self.before(v)
            return held(s, v) if before is None else held(s, v) - held(s, before)

        return bought
