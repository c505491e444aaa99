"""A case of many futures: what is built is decided before it is known which of them comes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import cast

from siting.case.case import Case


@dataclasses.dataclass(frozen=True)
class CaseOfFutures(Case):
    """The same study in several futures, each a case of its own with its probability.

    The numbers of the case itself are those of one of its futures, for whatever asks only which sites there are.

    Parameters
    ----------
    outcomes : tuple of Case
        The futures, over the same sites and periods.
    weights : tuple of float
        Their probabilities; they sum to 1.
    names : tuple of str
        Their ids.
    """

    outcomes: tuple[Case, ...] = ()
    weights: tuple[float, ...] = ()
    names: tuple[str, ...] = ()

    def only(self, **members: Sequence[str | float]) -> CaseOfFutures:
        """Return the case with only the given members of some axes, in every future."""
        some = cast("CaseOfFutures", super().only(**members))
        return dataclasses.replace(some, outcomes=tuple(outcome.only(**members) for outcome in self.outcomes))

    def in_steps(self, length_h: int) -> CaseOfFutures:
        """Return the case in longer steps, in every future."""
        longer = cast("CaseOfFutures", super().in_steps(length_h))
        return dataclasses.replace(longer, outcomes=tuple(outcome.in_steps(length_h) for outcome in self.outcomes))


def case_of_futures(
    outcomes: Sequence[Case], weights: Sequence[float], names: Sequence[str], shown: int = 0
) -> CaseOfFutures:
    """Bring the cases of some futures together.

    Parameters
    ----------
    outcomes : sequence of Case
        The same sites and periods in each.
    weights : sequence of float
        Their probabilities.
    names : sequence of str
        Their ids.
    shown : int
        Future whose numbers stand for the case where only one can be told.

    Raises
    ------
    ValueError
        If the futures have other sites or periods, or weights that are no probabilities.
    """
    for outcome in outcomes:
        for axis in ("site", "period"):
            if outcome.axes[axis] != outcomes[0].axes[axis]:
                raise ValueError(f"the futures of a case have the same {axis}s")
    if len(weights) != len(outcomes) or len(names) != len(outcomes) or abs(sum(weights) - 1) > 1e-9:
        raise ValueError("each future has a name and a probability, and these sum to 1")
    chosen = outcomes[shown]
    stated = {field.name: getattr(chosen, field.name) for field in dataclasses.fields(Case) if field.name != "year_of"}
    return CaseOfFutures(**stated, outcomes=tuple(outcomes), weights=tuple(weights), names=tuple(names))
