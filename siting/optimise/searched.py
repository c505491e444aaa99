"""The search of a case, whichever way it goes, from a first plan on."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

import numpy as np

from siting.optimise.by_site import search_by_site
from siting.optimise.gap import Gap
from siting.optimise.neighbourhood import counts_of, values_of
from siting.optimise.no_plan import no_plan
from siting.optimise.result import Result
from siting.optimise.solver import highs
from siting.optimise.solver.clock import Clock
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.warm_start import Earlier, warm_start
from siting.optimise.whole.whole_model import Found, search

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.optimise.whole.kept_basis import KeptBasis


class SearchOptions(TypedDict):
    """What is asked of a search, whichever way it goes."""

    gap: Gap
    deadline: Deadline
    progress: ProgressCallback


def searched(
    case: Case,
    components: Sequence[type[Component]],
    way: Literal["whole", "decomposed"],
    start: Earlier | None,
    first: tuple[Found, Model] | None,
    threads: int,
    clock: Clock,
    notes: list[str],
    options: SearchOptions,
    kept: KeptBasis | None = None,
) -> Result:
    """Build the model and search it, one way or the other.

    Parameters
    ----------
    case : Case
        The numbers.
    components : sequence of component classes
        What the model consists of.
    way : {"whole", "decomposed"}
        The whole model at once, or site by site.
    start : Earlier or None
        An earlier plan to begin with.
    first : (Found, Model) or None
        A plan that is there already, and the model of its sites; it is returned where nothing better is found.
    threads : int
        Sites priced at once.
    clock : Clock
        Told of the phases.
    notes : list of str
        Told at the beginning.
    options : SearchOptions
        Gap, deadline and progress.
    kept : KeptBasis, optional
        What the relaxation of a neighbour left, of a case that is searched whole.

    Raises
    ------
    NoPlanError
        If it is seen without a solver that no plan is possible.
    """
    from pyomo.common.errors import InfeasibleConstraintException

    from siting.models.assembly.model import model_of

    try:
        clock.begin("build")
        is_late = first is not None and options["deadline"].is_over()
        model = None if way == "decomposed" or is_late else model_of(case, components)
        clock.begin("solve")
        for note in notes:
            clock.relay(Progress(f"solve: {note}", 0.0))
        if model is None:  # built some sites at a time, as they are needed
            return search_by_site(case, components, threads=threads, start=start, first=first, **options)
    except InfeasibleConstraintException as error:  # seen without a solver: an empty sum that must be one
        raise no_plan(highs.Outcome("infeasible", str(error), None, None, None)) from error
    return _of_whole(model, start, first, options, kept)


def _of_whole(
    model: Model,
    start: Earlier | None,
    first: tuple[Found, Model] | None,
    options: SearchOptions,
    kept: KeptBasis | None,
) -> Result:
    """Search the whole model, and take the first plan where that is the better."""
    from siting.optimise.decomposition.blocks import Size
    from siting.optimise.decomposition.linking_rows import partition

    form = model.form
    begun = None if start is None else warm_start(start, model)
    if begun is None and first is not None and first[0].outcome.values is not None:
        begun = values_of(form, counts_of(first[1].form, first[0].outcome.values))
    known = first[0].objective if kept is not None and kept.plans_will_do and first is not None else np.inf
    found = search(form, start=begun, kept=kept, known=known, **options)
    rows, columns = form.matrix.shape
    size = Size(rows, columns, int(form.matrix.nnz), int(np.count_nonzero(form.integral)))
    prices: dict[str, float] | None = None
    if found.prices is not None:
        prices = {form.rows.name(row): float(found.prices[row]) for row in partition(model).shared.tolist()}
    outcome, solver = found.outcome, found.solver
    if first is not None and outcome.status != "infeasible" and first[0].objective < found.objective:
        bound = options["gap"].unavoidable if outcome.bound is None else outcome.bound
        outcome = dataclasses.replace(
            first[0].outcome, bound=bound, reason=outcome.reason, interrupted=outcome.interrupted
        )
        solver, model = first[0].solver, first[1]
    return Result(outcome, solver, model, size, prices)
