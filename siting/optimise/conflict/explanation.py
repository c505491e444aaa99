"""Why no plan exists, and the cheapest ways out."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from siting.models.formulation import DESIGN, chosen
from siting.optimise.conflict.explained import Explanation, Given
from siting.optimise.conflict.questions import Questions
from siting.optimise.conflict.served import served_fraction
from siting.optimise.conflict.smallest_sets import smallest_conflict, smallest_correction
from siting.optimise.conflict.stated_limits import StatedLimit, stated_limits
from siting.optimise.conflict.wording import wording
from siting.optimise.solver.deadline import Deadline, Stopped

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.models.assembly.assembly import Component

__all__ = ["explain"]

STEPS_H = (1, 4, 24)
"""Lengths of a step, of which the shortest is taken that leaves a model that is solved in a second."""

QUICK_SITE_HOURS = 400
"""Sites times steps and periods of such a model: many questions are asked of it."""


def explain(case: Case, *, time_limit: float | None = None) -> Explanation:
    """Say why a case has no plan: the fewest of its limits that cannot hold together, and the cheapest ways out.

    Parameters
    ----------
    case : Case
        From `siting.prepare`.
    time_limit : float, optional
        Seconds for all of it; what was found until then is returned.

    Returns
    -------
    Explanation
        With `Explanation.is_feasible` where all limits can hold.
    """
    from siting.optimise.solver import loading

    deadline, limits = Deadline(time_limit), stated_limits(case)
    loading.use_threads()
    design = dataclasses.replace(case, year_of=None)
    explanation = Explanation(case, limits, None, (), None, 1, is_whole=True, is_feasible=False, is_complete=False)
    steps = _steps(design)
    for step_h, is_whole in [(steps[0], False), *((step_h, True) for step_h in steps)]:
        if not is_whole and step_h == 1:
            continue  # small enough for whole ones at once
        stepped = design.in_steps(step_h) if step_h > 1 else design
        explanation = _explained(case, stepped, limits, step_h, deadline, is_whole=is_whole)
        if not explanation.is_feasible:
            break
    return dataclasses.replace(explanation, text=wording(explanation))


def _steps(case: Case) -> Sequence[int]:
    """Lengths of a step to try: the shortest in which the model is small, then shorter ones."""
    small = len(case.axes["site"]) * len(case.axes["hour"]) * len(case.axes["period"]) / QUICK_SITE_HOURS
    first = next((step_h for step_h in STEPS_H if small <= step_h), STEPS_H[-1])
    return [step_h for step_h in reversed(STEPS_H) if step_h <= first]


def _choose(case: Case) -> Sequence[type[Component]]:
    return chosen(DESIGN, case)


def _explained(
    case: Case,
    design: Case,
    limits: tuple[StatedLimit, ...],
    step_h: int,
    deadline: Deadline,
    *,
    is_whole: bool,
) -> Explanation:
    """Explain a case in steps of some length, as far as there is time."""
    found: frozenset[int] | None = None
    ways: list[tuple[Given, ...]] = []
    is_complete = is_feasible = False
    served: float | None = None
    with contextlib.suppress(Stopped):
        questions = Questions(design, _choose, limits, deadline, is_whole=is_whole)
        found = smallest_conflict(len(limits), questions.holds)
        is_feasible = found is None
        if found:
            ways += _ways_out(questions, found)
        if found is not None and is_whole:
            served = served_fraction(design, _choose, deadline)
        is_complete = True
    return Explanation(
        case=case,
        limits=limits,
        conflict=None if found is None else tuple(limits[i] for i in sorted(found)),
        ways_out=tuple(sorted(ways, key=lambda way: max(given.change_fraction for given in way))),
        served_fraction=served,
        step_h=step_h,
        is_whole=is_whole,
        is_feasible=is_feasible,
        is_complete=is_complete,
    )


def _ways_out(questions: Questions, conflict: frozenset[int]) -> list[tuple[Given, ...]]:
    """Each limit of a conflict that is enough by itself; where none is, the fewest that are enough together."""
    everything = range(len(questions.limits))
    ways: list[tuple[Given, ...]] = []
    for limit in sorted(conflict):
        others = [other for other in everything if other != limit]
        if questions.holds(frozenset(others)) is not None:
            ways.append((Given(questions.limits[limit], questions.least_given(limit, others)),))
    if ways:
        return ways
    together = sorted(smallest_correction(len(everything), questions.holds, [conflict]))
    kept = [limit for limit in everything if limit not in together]
    given: dict[int, Any] = {}
    for limit in together:  # the first with the others given up, each next beside what those before it give
        at = {before: value for before, value in given.items() if value is not None and not isinstance(value, tuple)}
        given[limit] = questions.least_given(limit, [*kept, *at], at)
    return [tuple(Given(questions.limits[limit], given[limit]) for limit in together)]
