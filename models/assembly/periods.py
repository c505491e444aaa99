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

    def all(self) -> tuple[float, ...]:
        """Years in which the periods start."""
        return cast("tuple[float, ...]", self._case.axes["period"])

    def vintages(self, period: float) -> list[float]:
        """Periods up to and including the given one."""
        return [vintage for vintage in self.all() if vintage <= period]

    def last_end(self) -> float:
        """Return the year in which the horizon ends."""
        return cast("float", self._case.axes["until"][-1])

    def sum_over_ended(self, period: float, rule: Callable[[float, float], Amount]) -> Amount:
        """Sum what a rule gives at each use that has ended when a period begins.

        Parameters
        ----------
        period : float
            The period.
        rule : callable
            Takes the period of purchase and the year in which the use ends.
        """
        return sum(rule(v, u) for v, u in self._case.short_uses() if u <= period)

    def sum_over_all(self, rule: Callable[[float], Amount]) -> Amount:
        """Sum what a rule gives at each period, which it may ask for the one before.

        Parameters
        ----------
        rule : callable
            Takes the period.
        """
        return sum(rule(v) for v in self.all())

    def sum_over_cut_short(self, period: float, rule: Callable[[float, float], Amount]) -> Amount:
        """Sum what a rule gives at each use that goes on in a period and ends before the horizon does.

        Parameters
        ----------
        period : float
            The period.
        rule : callable
            Takes the period of purchase and the year in which the use ends.
        """
        return sum(rule(v, u) for v, u in self._case.short_uses() if v <= period < u)

    def before(self, period: float) -> float | None:
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
            before = self.before(cast("float", y))
            return SKIP if before is None else held[*member, y] >= held[*member, before]

        return size_stays

    def added(self, held: Callable[[str, float], Expression]) -> Callable[[str, float], Expression]:
        """Return the rule of what a period adds to what is held at a site.

        Parameters
        ----------
        held : callable
            Takes site and period; a size that never shrinks, or what it is worth.
        """

        def bought(s: str, v: float) -> Expression:
            before = self.before(v)
            return held(s, v) if before is None else held(s, v) - held(s, before)

        return bought
