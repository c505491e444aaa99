"""A first plan at any size: sites and halls from a small location problem, racks from one linear problem, rounded up.

Of a large model the linear problem is that of longer steps, which says what halls there are and who serves whom; racks
are each site's own. The plan is there before any relaxation is solved, and within a few per cent of the best. Its racks
are rounded up within their halls, so what served the linear problem serves the plan; where it does not, the location
problem is asked again for more to spare.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.optimise.first_plan.location import FIRST, Location, choose_location
from siting.optimise.first_plan.site_by_site import in_cautious_steps, site_by_site
from siting.optimise.first_plan.whole_counts import RACKS, ROUNDING, whole_counts
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole.whole_model import Found

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.models.assembly.standard_form import StandardForm

SPARES = (0.02, 0.1, 0.25)
"""What capacities have to spare in the location problem, tried in turn."""

HALLS = "modules_count"
"""Variable of halls."""

LARGE_ROWS_COUNT = 100_000
"""Rows from which on sites are planned one after the other; all of them at once take the longer, and cost the least."""


def first_plan(case: Case, components: Sequence[type[Component]], deadline: Deadline) -> tuple[Found, Model] | None:
    """Make a plan in little time, and the model of its sites; None where that fails.

    Parameters
    ----------
    case : Case
        The numbers.
    components : sequence of component classes
        What the model consists of.
    deadline : Deadline
        When to give up.
    """
    return located_plan(dataclasses.replace(case, year_of=None), components, deadline, {})


def located_plan(
    design: Case, components: Sequence[type[Component]], deadline: Deadline, kept: Mapping[int, float]
) -> tuple[Found, Model] | None:
    """Make a plan from the location problem, in which some sites have halls already.

    Parameters
    ----------
    design : Case
        The numbers, without a year.
    components : sequence of component classes
        What the model consists of.
    deadline : Deadline
        When to give up.
    kept : mapping of int to float
        Modules that a site has at the least, by its position.
    """
    from pyomo.common.errors import InfeasibleConstraintException

    from siting.models.assembly.model import model_of

    effort = dataclasses.replace(FIRST, seconds=FIRST.seconds * len(design.axes["period"]))
    large: list[tuple[Model, Location]] = []
    for spare in SPARES:
        if deadline.is_over():
            return None
        location = choose_location(design, spare, deadline, kept, effort=effort)
        if location is None:
            break
        sites = [str(design.axes["site"][place]) for place in location.sites]
        with contextlib.suppress(InfeasibleConstraintException):  # of these sites, not of all
            model = model_of(design.only(site=sites), components, of_more=True)
            if len(model.form.row_lower) < LARGE_ROWS_COUNT:
                found = _at_once(model, location, deadline)
            else:
                large.append((model, location))
                steps = model_of(in_cautious_steps(model.case, spare), components, of_more=True)
                least = np.array([kept.get(int(site), 0.0) for site in location.sites])
                found = _one_by_one(model, steps, location, least, deadline)
            if found is not None:
                return found, model
    for model, location in large:  # tight caps leave no room for caution
        found = _at_once(model, location, deadline)
        if found is not None:
            return found, model
    return None


def _one_by_one(model: Model, steps: Model, location: Location, least: Array, deadline: Deadline) -> Found | None:
    """Plan one site after the other, with the halls that it has in longer steps, rounded up, or at the least."""
    form, solver = steps.form, loading.load(steps.form)
    loading.relax(solver, form)
    columns = np.arange(len(form.cost), dtype=np.int32)
    solver.changeColsBounds(len(columns), columns, *_bounds_of_ways(steps, location))
    outcome = highs.run(solver, deadline=deadline)
    if outcome.values is None or outcome.status != "optimal":
        return None
    halls = outcome.values[form.columns.of(HALLS)].reshape(len(location.sites), -1, len(model.case.axes["period"]))
    stand = whole_counts(halls.sum(axis=1)).cumsum(axis=-1)
    located = dataclasses.replace(
        location, modules_count=np.maximum(stand, np.minimum(least[:, None], location.modules_count))
    )
    return site_by_site(model, _bounds_at(model, located), steps, outcome.values, deadline)


def _at_once(model: Model, location: Location, deadline: Deadline) -> Found | None:
    """Plan all sites at once."""
    return rounded_up(model.form, loading.load(model.form), *_bounds_at(model, location), deadline)


def rounded_up(form: StandardForm, solver: Any, lower: Array, upper: Array, deadline: Deadline) -> Found | None:
    """Solve a model within bounds that leave only racks to be counted, and round these up.

    Parameters
    ----------
    form : StandardForm
        The model.
    solver : Highs
        Holds it; it holds it as it is afterwards, too.
    lower, upper : ndarray
        Bounds of columns.
    deadline : Deadline
        When to give up.

    Returns
    -------
    Found or None
        None if that is no plan, or time is up.
    """
    loading.relax(solver, form)
    columns = np.arange(len(form.cost), dtype=np.int32)
    solver.changeColsBounds(len(columns), columns, lower, upper)
    relaxed = highs.run(solver, deadline=deadline)
    if relaxed.values is None or relaxed.status != "optimal":
        return None
    racks = form.columns.of(RACKS).astype(np.int32)
    periods_count = int(form.columns.along("period")[racks].max()) + 1
    bought = relaxed.values[racks].reshape(-1, periods_count)
    whole = np.minimum(whole_counts(bought).ravel(), upper[racks])
    solver.changeColsBounds(len(racks), racks, whole, whole)
    outcome = highs.run(solver, deadline=deadline)
    solver.changeColsBounds(len(columns), columns, form.column_lower, form.column_upper)
    loading.restore(solver, form)
    if outcome.values is None or outcome.status != "optimal":
        return None
    proves_nothing = dataclasses.replace(outcome, status="feasible", reason="first plan", bound=None, prices=None)
    return Found(proves_nothing, form, solver)


def _bounds_at(model: Model, location: Location) -> tuple[Array, Array]:
    """Bounds of columns: openings, halls and clusters as chosen, racks of the chosen kind, and no other count."""
    form = model.form
    lower, upper = form.column_lower.copy(), form.column_upper.copy()
    lower[form.integral] = upper[form.integral] = 0.0
    counts = {
        "open_count": _of_sites(model, "open_count", location.open_count),
        HALLS: _of_ways(model, HALLS, location, np.diff(location.modules_count, prepend=0.0)),
        "clusters_count": _of_sites(model, "clusters_count", location.clusters_count),
    }
    for name, values in counts.items():
        columns = form.columns.of(name)
        lower[columns] = upper[columns] = values
    module = model.case.values("halls.module_mw")[:, None]
    room = module * location.modules_count / model.case.values("racks.rack_mw")[location.rack][:, None]
    racks = form.columns.of(RACKS)
    most = _of_ways(model, RACKS, location, np.floor(room + ROUNDING))
    upper[racks] = np.minimum(most, form.column_upper[racks])
    return lower, upper


def _bounds_of_ways(model: Model, location: Location) -> tuple[Array, Array]:
    """Bounds of columns: openings and clusters as chosen, halls and racks of the chosen kinds, and no other count."""
    form = model.form
    lower, upper = _bounds_at(model, location)
    for name in (HALLS, RACKS):
        columns = form.columns.of(name)
        chosen = _of_ways(model, name, location, np.ones_like(location.modules_count)) > 0
        lower[columns], upper[columns] = 0.0, np.where(chosen, form.column_upper[columns], 0.0)
    return lower, upper


def _of_sites(model: Model, name: str, values: Array) -> Array:
    """Values by site, class of clusters where it has any, and period, for the columns of a variable."""
    places = _places(model, name)
    return np.asarray(values[tuple(places[axis] for axis in ("site", "job", "period") if axis in places)])


def _of_ways(model: Model, name: str, location: Location, values: Array) -> Array:
    """Values by site and period for the columns of a variable of kinds: those of the chosen kinds, else zero."""
    places = _places(model, name)
    site, period = places["site"], places["period"]
    chosen = location.cooling[site] == places["cooling"]
    if "rack" in places:
        chosen &= location.rack[site] == places["rack"]
    return np.where(chosen, values[site, period], 0.0)


def _places(model: Model, name: str) -> dict[str, Any]:
    """Positions of the members of each axis, by column of a variable."""
    variable, axes = model.assembly.variables[name]
    return dict(zip(axes, variable.over.places(), strict=True))
