"""The search: relaxation, then its support, then everything.

HiGHS alone spends most of its time on finding a first good plan: on eight sites and 168 hours its root
relaxation takes 8 s of 120 s, and is then within 1 % of the best plan that it finds at the end. So the
relaxation is solved by itself; the integer model is solved on the sites, halls and racks that the
relaxation uses, which is small; and only if that does not close the gap does HiGHS search everything
that the relaxation's prices leave unsettled, starting from that plan.

A model that is mainly shares of many zones at many sites is searched by `siting.optimise.whole.growing_tree` before
that.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.optimise.gap import Gap
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.highs import Outcome
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.whole.growing_relaxation import links_of
from siting.optimise.whole.growing_tree import search_growing
from siting.optimise.whole.lp_relaxation import LpRelaxation, lp_relaxation
from siting.optimise.whole.reduced_cost_fixing import fixed_at_zero
from siting.plan.records.search_record import Status
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.models.assembly.standard_form import StandardForm
    from siting.optimise.whole.kept_basis import KeptBasis

KNOWN_SHARE = 0.75
"""Part of the gap within which a plan that is there makes searching another needless."""

ALL = "all choices"
"""Name of the last stage, the only one whose own bound holds for everything."""


@dataclasses.dataclass(frozen=True)
class Found:
    """What a search ends with.

    Parameters
    ----------
    outcome : Outcome
        The best plan and the best bound of all stages; values by column of `form`.
    form : StandardForm
        The model.
    solver : Highs
        Holds `form`.
    prices : ndarray or None
        Prices of the relaxation's rows, if it was solved.
    """

    outcome: Outcome
    form: StandardForm
    solver: Any
    prices: Array | None = None

    @property
    def objective(self) -> float:
        """Cost of the plan found, in the scale of the form; infinite if there is none."""
        return np.inf if self.outcome.objective is None else self.outcome.objective


def search(
    form: StandardForm,
    *,
    gap: Gap,
    deadline: Deadline,
    progress: ProgressCallback | None,
    start: Array | None = None,
    everything: bool = True,
    kept: KeptBasis | None = None,
    known: float = np.inf,
) -> Found:
    """Minimise a mixed-integer model as a whole.

    Parameters
    ----------
    form : StandardForm
        The model as arrays.
    gap : Gap
        At which to stop.
    deadline : Deadline
        Of all stages together.
    progress : callable or None
        Told of incumbent and bound.
    start : ndarray, optional
        A plan to begin with, by column; it may break rows.
    everything : bool
        Whether to search everything, too, where the search of the support has found a plan.
    kept : KeptBasis, optional
        What the relaxation of a model like it left; the relaxation begins there, and leaves its own.
    known : float
        Cost of a plan that is there already and will do if it is well within the gap of the relaxation: then none is
        searched for. By default there is none.
    """
    solver = loading.load(form)
    outcome, prices = _searched(form, solver, gap, deadline, progress, start, everything, kept, known)
    return Found(outcome, form, solver, prices)


def _searched(
    form: StandardForm,
    solver: Any,
    gap: Gap,
    deadline: Deadline,
    progress: ProgressCallback | None,
    start: Array | None,
    everything: bool,
    kept: KeptBasis | None,
    known: float,
) -> tuple[Outcome, Array | None]:
    """A short tree where shares of many by many are most of the model, and where that is not enough, all stages."""
    links = links_of(form)
    if not links.are_most_of(form):
        return _stages(form, solver, gap, deadline, progress, start, everything, kept=kept, known=known)
    asked: dict[str, Any] = {"gap": gap, "deadline": deadline, "progress": progress}
    grown, relaxed = search_growing(form, links, solver, start=start, **asked)
    if grown.status in ("optimal", "infeasible") or deadline.is_over():
        return grown, None if relaxed is None else relaxed.prices
    begun = start if grown.values is None else grown.values
    found, prices = _stages(form, solver, gap, deadline, progress, begun, everything, relaxed)
    bound = max((one.bound for one in (grown, found) if one.bound is not None), default=None)
    best = min((found, grown), key=lambda one: np.inf if one.objective is None else one.objective)
    if best is grown and bound is not None and best.objective is not None:
        status: Status = "optimal" if gap.is_met(best.objective, bound) else "feasible"
        best = dataclasses.replace(best, status=status, reason=found.reason, interrupted=found.interrupted)
    return dataclasses.replace(best, bound=bound), prices


def _stages(
    form: StandardForm,
    solver: Any,
    gap: Gap,
    deadline: Deadline,
    progress: ProgressCallback | None,
    start: Array | None,
    everything: bool,
    solved: Outcome | None = None,
    kept: KeptBasis | None = None,
    known: float = np.inf,
) -> tuple[Outcome, Array | None]:
    """Relaxation (unless it was solved before), support, everything; and the prices of the relaxation's rows."""

    def tell(stage: str, bound: float | None) -> ProgressCallback | None:
        return None if progress is None else lambda moment: progress(_bounded(moment, stage, bound))

    told = tell("relaxation", None)
    found = (
        LpRelaxation(solved)
        if solved is not None
        else lp_relaxation(solver, form, gap=gap.of_cost, deadline=deadline, progress=told, kept=kept)
    )
    relaxed = found.outcome
    if relaxed.status != "optimal" or relaxed.values is None or relaxed.bound is None:
        return dataclasses.replace(
            relaxed, status=_without_plan(relaxed), values=None, objective=None, bound=None
        ), None
    floor = relaxed.bound
    loading.restore(solver, form)
    prices = relaxed.prices
    if not form.integral.any():
        return relaxed, prices
    if floor >= gap.part(KNOWN_SHARE).cutoff(known):
        return Outcome("feasible", "the plan that is there is within the gap", None, None, floor), prices

    idle_there = form.integral & (relaxed.values < found.tolerance) & (form.column_lower == 0)
    if start is not None:
        idle_there &= start < 0.5  # the start must stay a plan
    left_out = np.flatnonzero(idle_there).astype(np.int32)
    zero = np.zeros(len(left_out))
    solver.changeColsBounds(len(left_out), left_out, zero, zero)
    if start is not None:
        loading.begin_at(solver, start)
    on_support = tell("support of the relaxation", floor / COST_SCALE)
    some = _run(solver, gap.part(0.5), floor, deadline, on_support)
    solver.changeColsBounds(len(left_out), left_out, zero, form.column_upper[left_out])
    if some.interrupted or (some.objective is not None and floor >= gap.cutoff(some.objective)):
        status = "optimal" if some.objective is not None and not some.interrupted else some.status
        return dataclasses.replace(some, status=status, bound=floor), prices
    if some.values is not None and not everything:
        return dataclasses.replace(some, status="feasible", bound=floor), prices

    worth, idle = np.inf, np.zeros(0, dtype=np.int32)
    if some.objective is not None and some.values is not None and some.bound is not None and prices is not None:
        worth = gap.cutoff(some.objective)
        unused = some.values < 0.5  # the plan that is the start must stay one
        idle = np.flatnonzero(fixed_at_zero(form, prices, floor, worth) & unused).astype(np.int32)
        if some.status == "optimal" and np.isin(left_out, idle).all():
            return dataclasses.replace(some, bound=max(floor, min(some.bound, worth))), prices
        solver.changeColsBounds(len(idle), idle, np.zeros(len(idle)), np.zeros(len(idle)))
    if some.values is not None:
        loading.begin_at(solver, some.values)
    on_all = tell(ALL, floor / COST_SCALE)
    every = _run(solver, gap, floor, deadline, on_all)
    solver.changeColsBounds(len(idle), idle, np.zeros(len(idle)), form.column_upper[idle])
    if every.values is None and some.values is not None:
        return dataclasses.replace(some, status="feasible", reason=every.reason, bound=floor), prices
    return dataclasses.replace(
        every, bound=None if every.bound is None else max(min(every.bound, worth), floor)
    ), prices


def _run(solver: Any, gap: Gap, floor: float, deadline: Deadline, progress: ProgressCallback | None) -> Outcome:
    """Search until plan and bound are within the gap; once more where the plan's cost allows less than the floor's."""
    distance = gap.allowed(floor)
    found = highs.run(solver, distance=distance, deadline=deadline, progress=progress)
    if found.status == "optimal" and found.objective is not None and found.bound is not None:
        nearer = gap.allowed(found.objective)
        if nearer < distance and max(found.bound, floor) < found.objective - nearer:
            return highs.run(solver, distance=nearer, deadline=deadline, progress=progress)
    return found


def _without_plan(relaxed: Outcome) -> Status:
    """Status when the relaxation gave nothing to build on."""
    return "infeasible" if relaxed.status == "infeasible" else "failed"


def _bounded(moment: Progress, stage: str, floor_usd: float | None) -> Progress:
    """Return a moment of a stage, with the bound that holds for everything."""
    best = floor_usd
    if stage == ALL and moment.bound_usd is not None and floor_usd is not None:
        best = max(floor_usd, moment.bound_usd)
    gap = None
    if moment.incumbent_usd and best is not None:
        gap = (moment.incumbent_usd - best) / abs(moment.incumbent_usd)
    return Progress(f"{moment.phase}: {stage}", moment.seconds, moment.incumbent_usd, best, gap)
