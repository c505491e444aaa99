"""A design held: what answers best to one future, and what that costs."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siting.models.assembly.model import Model, ModelOfFutures, model_of
from siting.models.assembly.stacked import FutureModel, stack
from siting.models.formulation import DESIGN, chosen
from siting.optimise.exact_plan import exact
from siting.optimise.futures.risk import costs_by_future
from siting.optimise.no_plan import NoPlanError
from siting.optimise.solver import highs, loading
from siting.optimise.warm_start import Earlier, used_sites, warm_start
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.case.futures import CaseOfFutures
    from siting.case.solution import Solution
    from siting.models.assembly.standard_form import StandardForm
    from siting.optimise.solver.deadline import Deadline

__all__ = ["InFuture", "answer_to", "held_in", "held_usd"]

LOOSE = (0.0, 1e-6, 1e-5)
"""By which parts, in turn, what was decided first may be off in a future that rounding leaves without a plan."""

ENOUGH_FRACTION = 1e-4
"""What one direction of batteries at a time may cost, over the cost of the future."""


@dataclasses.dataclass(frozen=True)
class InFuture:
    """The design in one future.

    Parameters
    ----------
    name : str
        Id of the future.
    weight : float
        Its probability.
    case : Case
        Its numbers.
    solution : Solution
        What is decided, first and then.
    cost_usd : float
        Present value.
    """

    name: str
    weight: float
    case: Case
    solution: Solution
    cost_usd: float


def held_in(case: CaseOfFutures, model: ModelOfFutures, number: int, values: Array, deadline: Deadline) -> InFuture:
    """Work out the best answer to one future, with what was decided first held.

    Parameters
    ----------
    case : CaseOfFutures
        Of all sites.
    model : ModelOfFutures
        Of the sites in use.
    number : int
        The future.
    values : ndarray
        A plan, by column of the model; columns beyond it are left alone.
    deadline : Deadline
        When to give up.

    Raises
    ------
    NoPlanError
        If the design does not serve the future.
    """
    part, places = model.parts[number], model.stacked.places[number]
    own = values[places]
    costs, constants = costs_by_future(model)
    about = float((costs @ values[: costs.shape[1]])[number] + constants[number])
    first = places < model.stacked.first_count
    for loose in LOOSE:
        held = held_model(part, own, first, loose)
        solver = loading.load(held.form)
        outcome = highs.Outcome("feasible", "", own, about, None)
        enough = about + ENOUGH_FRACTION * abs(about)
        try:
            solution, cost_usd = exact(case.outcomes[number], held, solver, outcome, enough, deadline, deadline)
        except NoPlanError:
            if loose == LOOSE[-1]:
                raise
        else:
            return InFuture(case.names[number], case.weights[number], case.outcomes[number], solution, cost_usd)
    raise RuntimeError("the last trial returns or raises")


def answer_to(
    case: CaseOfFutures, model: ModelOfFutures, number: int, first: Array, deadline: Deadline
) -> InFuture | None:
    """Work out the best answer to one future of which nothing is known but what was decided first; None without one.

    Parameters
    ----------
    case : CaseOfFutures
        Of all sites.
    model : ModelOfFutures
        Of the sites in use.
    number : int
        The future.
    first : ndarray
        What was decided first, by column of the model; other columns are not looked at.
    deadline : Deadline
        When to give up.
    """
    part, places = model.parts[number], model.stacked.places[number]
    is_first = places < model.stacked.first_count
    for loose in LOOSE:
        held = held_model(part, first[places], is_first, loose)
        solver = loading.load(held.form)
        found = highs.run(solver, deadline=deadline)
        if found.objective is None:
            continue
        enough = found.objective + ENOUGH_FRACTION * abs(found.objective)
        with contextlib.suppress(NoPlanError):
            solution, cost_usd = exact(case.outcomes[number], held, solver, found, enough, deadline, deadline)
            return InFuture(case.names[number], case.weights[number], case.outcomes[number], solution, cost_usd)
    return None


def held_model(part: Model, own: Array, first: npt.NDArray[np.bool_], loose: float) -> Model:
    """A future's own model with what was decided first held at its values."""
    form: StandardForm = part.form
    lower, upper = form.column_lower.copy(), form.column_upper.copy()
    whole = np.where(form.integral, np.round(own), own)
    room = np.where(form.integral, 0.0, loose * np.maximum(1.0, np.abs(own)))
    lower[first] = np.maximum(np.minimum(whole, upper) - room, lower)[first]
    upper[first] = np.minimum(np.maximum(whole, lower) + room, upper)[first]
    return dataclasses.replace(part, form=dataclasses.replace(form, column_lower=lower, column_upper=upper))


def held_usd(design: Earlier, case: Case, futures: Sequence[Case], deadline: Deadline) -> float:
    """Return what a design costs in a future at the least; NaN where it does not serve it [USD].

    Parameters
    ----------
    design : Earlier
        A plan, of which what is decided first is held.
    case : Case
        The future's numbers.
    futures : sequence of Case
        All futures, which say what is decided first.
    deadline : Deadline
        When to give up.
    """
    from pyomo.common.errors import InfeasibleConstraintException

    sites = [str(case.axes["site"][place]) for place in np.flatnonzero(used_sites(design, case))]
    try:
        part = model_of(dataclasses.replace(case, year_of=None).only(site=sites), chosen(DESIGN, case))
    except InfeasibleConstraintException:  # seen without a solver
        return float("nan")
    later = {name for kind in part.assembly.components for name in kind.decided_later(futures)}
    stacked = stack([FutureModel("held", 1.0, part.form)], later)
    values, first = warm_start(design, part), stacked.places[0] < stacked.first_count
    for loose in LOOSE:
        held = held_model(part, values, first, loose)
        found = highs.run(loading.load(held.form), deadline=deadline)
        if found.objective is not None:
            return found.objective / COST_SCALE
    return float("nan")
