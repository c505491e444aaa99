"""A design that is to compete: found on other days, and made a plan of the chosen days."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from siting.optimise.exact_plan import exact
from siting.optimise.neighbourhood import counts_of, neighbourhood
from siting.optimise.solver import highs, loading
from siting.optimise.solver.highs import Outcome
from siting.optimise.warm_start import Earlier, used_sites, warm_start
from siting.optimise.whole.whole_model import search
from siting.plan.full_year import OF_CALENDAR

if TYPE_CHECKING:
    import numpy.typing as npt

    from siting.case.case import Array, Case
    from siting.case.solution import Solution
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.optimise.gap import Gap
    from siting.optimise.solver.deadline import Deadline

HELD_WIDTH, HELD_ROOM = 1e-3, 1e-6
"""How far sizes that come from other days may move on the chosen ones, over the size and besides."""

Kept = dict[str, float]
"""Values of the decisions that have no hour, by name of their column."""


def built_part(case: Case, solution: Solution) -> Case:
    """Return a case with only the sites that a plan opens."""
    opened = np.flatnonzero(used_sites(Earlier(case, solution), case)).tolist()
    return case.only(site=[str(case.axes["site"][place]) for place in opened])


def best_sizes(earlier: Earlier, on: Case, components: Sequence[type[Component]], deadline: Deadline) -> Kept | None:
    """Keep a plan's whole decisions, and make all else the best on other days; None if nothing can be found.

    Parameters
    ----------
    earlier : Earlier
        The plan.
    on : Case
        Its sites on the other days.
    components : sequence of component classes
        What the model consists of.
    deadline : Deadline
        When to stop.
    """
    from siting.models.assembly.model import model_of

    model = model_of(on, components, of_more=True)
    form, whole = model.form, warm_start(earlier, model)
    lower = np.where(form.integral, whole, form.column_lower)
    upper = np.where(form.integral, whole, form.column_upper)
    held = dataclasses.replace(
        form, column_lower=lower, column_upper=upper, integral=np.zeros_like(form.integral, dtype=bool)
    )
    found = highs.run(loading.load(held), gap=0.0, deadline=deadline)
    return None if found.values is None or found.status != "optimal" else _kept(model, found.values)


def nearby(
    earlier: Earlier, on: Case, components: Sequence[type[Component]], gap: Gap, deadline: Deadline
) -> Kept | None:
    """Find the best plan on other days that is near another one in whole numbers; None if there is none.

    Parameters
    ----------
    earlier : Earlier
        The other one.
    on : Case
        Its sites on the other days.
    components : sequence of component classes
        What the model consists of.
    gap : Gap
        At which to stop.
    deadline : Deadline
        When to stop.
    """
    from siting.models.assembly.model import model_of

    model = model_of(on, components, of_more=True)
    counts = counts_of(model.form, warm_start(earlier, model))
    near = neighbourhood(model.form, counts, room=1.0)
    found = search(near, gap=gap, deadline=deadline, progress=None).outcome
    return None if found.values is None else _kept(model, found.values)


def on_chosen_days(
    kept: Kept, case: Case, sites: Case, components: Sequence[type[Component]], enough: float, deadline: Deadline
) -> tuple[Solution, float]:
    """Make a plan of the chosen days from decisions that come from others, exact and audited; and its cost [USD].

    Parameters
    ----------
    kept : dict of str to float
        Decisions by name of their column: the whole ones are held, sizes to within a thousandth.
    case, sites : Case
        The chosen days, of all sites and of those that are built.
    components : sequence of component classes
        What the model consists of.
    enough : float
        Cost at which batteries need choose no better (scale of the standard form).
    deadline : Deadline
        When to stop.

    Raises
    ------
    NoPlanError
        If the decisions cannot be held on these days.
    """
    from siting.models.assembly.model import model_of

    model = model_of(sites, components, of_more=True)
    form, values = model.form, np.zeros(len(model.form.columns))
    lower, upper = form.column_lower.copy(), form.column_upper.copy()
    for place in np.flatnonzero(_has_no_hour(model)).tolist():
        value = kept.get(form.columns.name(place), 0.0)
        values[place] = np.round(value) if form.integral[place] else value
        room = 0.0 if form.integral[place] else HELD_WIDTH * abs(value) + HELD_ROOM
        lower[place] = min(max(lower[place], values[place] - room), upper[place])
        upper[place] = max(min(upper[place], values[place] + room), lower[place])
    held = dataclasses.replace(model, form=dataclasses.replace(form, column_lower=lower, column_upper=upper))
    start = Outcome("feasible", "from other days", values, None, None)
    return exact(case, held, loading.load(held.form), start, enough, deadline, deadline)


def _kept(model: Model, values: Array) -> Kept:
    return {
        model.form.columns.name(place): float(values[place]) for place in np.flatnonzero(_has_no_hour(model)).tolist()
    }


def _has_no_hour(model: Model) -> npt.NDArray[np.bool_]:
    """Whether each column is decided once, for all hours."""
    found = np.zeros(len(model.form.columns), dtype=bool)
    for name, (_, axes) in model.assembly.variables.items():
        if not OF_CALENDAR.intersection(axes):
            found[model.form.columns.of(name)] = True
    return found
