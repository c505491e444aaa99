"""Solve a case: assemble, hand over, search, round, resolve, extract, audit, replay."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict

import numpy as np

from siting.accounts.audit import AuditError, audit
from siting.case.case import Case
from siting.case.minimum_cost import least_cost, unavoidable_cost
from siting.case.solution import Solution
from siting.optimise import highs
from siting.optimise.by_site import search_by_site
from siting.optimise.deadline import Deadline, Stopped
from siting.optimise.extraction import extract
from siting.optimise.forced_openings import forced_openings as why_not
from siting.optimise.highs import Progress, ProgressCallback
from siting.optimise.method import Method, choose_method, why
from siting.optimise.result import Result, cost_within
from siting.optimise.sheltered import sheltered
from siting.optimise.warm_start import Earlier, cautions_of_start, warm_start
from siting.optimise.whole_model import search
from siting.plan.cautions import Caution
from siting.plan.plan import Plan
from siting.plan.provenance import run_id
from siting.plan.search_record import Search

if TYPE_CHECKING:
    import pandas as pd

    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.plan.full_year import Replay

LOG = logging.getLogger("siting")

DEFAULT_GAP_FRACTION = 0.01

ROUNDING_FRACTION = 1e-9
"""Gap that is left between two numbers which are the same but for rounding."""

SEARCH_SHARE, FINISH_SHARE, REPLAY_SHARE = 0.75, 0.85, 0.95
"""Parts of the time after which the search ends, then the choice of directions of batteries and the rivals, and last
the full-year replay. What is left is for the reports of whoever asked."""

RIVALS_SHARE = 0.5
"""Part of the time left that the rivals may take from the replay."""

EXACT_SHARE, LEAST_EXACT_S = 1.1, 10.0
"""Time, over all of it and at the least, for making the plan found exact: without that there is no plan to report."""


class NoPlanError(RuntimeError):
    """There is no plan to report.

    Attributes
    ----------
    status : str
        ``infeasible``: no plan can meet all limits; ``none_found``: the search was stopped before it had
        one; ``failed``: the solver failed, or what it found does not add up.
    """

    def __init__(self, status: Literal["infeasible", "none_found", "failed"], message: str) -> None:
        super().__init__(message)
        self.status = status


def solve(
    case: Case,
    *,
    gap: float = DEFAULT_GAP_FRACTION,
    time_limit: float | None = None,
    method: Method = "auto",
    threads: int | None = None,
    start: Plan | None = None,
    replay: bool = True,
    rivals: bool = True,
    progress: ProgressCallback | None = None,
) -> Plan:
    """Find the cheapest plan, and say how close to the best it is.

    Parameters
    ----------
    case : Case
        From `siting.prepare`.
    gap : float
        Relative distance between plan and bound at which to stop (0 to 1).
    time_limit : float, optional
        Seconds for all of it. The search has three quarters of them and stops with the best plan found; what else is
        not done in time is left out, and said in the plan's warnings. Only building the model and making the plan
        exact are finished in any case; the latter has a tenth more than the limit, and ten seconds at the least.
    method : {"auto", "whole", "decomposed"}
        The whole model at once, or site by site; ``auto`` decides by size.
    threads : int, optional
        Threads of the solver; all cores by default.
    start : Plan, optional
        An earlier plan to begin the search with, of this study or of one like it.
    replay : bool
        Run the design through all 8,760 hours afterwards.
    rivals : bool
        Work out why each site that is not built is not.
    progress : callable, optional
        Told of each phase, and about once a second of incumbent, bound and gap; in a thread other than the caller's.

    Returns
    -------
    Plan
        Audited; its status is ``optimal`` (gap within the one asked for) or ``feasible`` (stopped by
        time or Ctrl-C, however often it is pressed: what was given up is said in the plan's warnings).

    Raises
    ------
    NoPlanError
        If no plan meets all limits, if none was found in time, or if what was found does not add up.
    """
    earlier = None if start is None else Earlier(start.case, start.solution)
    whole = Deadline(time_limit)

    def work() -> Plan:
        return _Run(case, whole, gap, time_limit, progress).plan(method, threads, earlier, replay=replay, rivals=rivals)

    return sheltered(work, whole)


class _Run:
    """One run: the search, and what follows it, each within its part of the time."""

    def __init__(
        self, case: Case, whole: Deadline, gap: float, time_limit: float | None, progress: ProgressCallback | None
    ) -> None:
        from siting.models.formulation import DESIGN, chosen

        self.case, self.components = case, chosen(DESIGN, case)
        self.whole, self.gap, self.time_limit = whole, gap, time_limit
        self.clock = _Clock(progress, whole)
        self.cautions: list[Caution] = []

    def plan(self, method: Method, threads: int | None, start: Earlier | None, *, replay: bool, rivals: bool) -> Plan:
        """Search, make the plan exact, and find out what else is asked about it."""
        from siting.quantities import COST_SCALE

        case, workers = self.case, highs.use_threads(threads)
        way = choose_method(case) if method == "auto" else method
        notes = [why(case)] if method == "auto" else []
        if start is not None:
            notes.append(f"begins with the plan of run {run_id(start.case, start.solution)}")
            self.cautions += cautions_of_start(start, case)
        options: _SolveOptions = {
            "gap": self.gap,
            "deadline": self.whole.part(SEARCH_SHARE),
            "progress": self.clock.relay,
        }
        result = _searched(case, self.components, way, start, workers, self.clock, notes, options)
        found = result.outcome
        if found.values is None or found.bound is None or result.model is None or result.size is None:
            raise _none(found)
        self.clock.begin("finish")
        solution, objective_usd = self._exact(result.model, result.solver, found, cost_within(self.gap, found.bound))
        losers: pd.DataFrame | None = None
        if rivals:
            solution, objective_usd, losers = self._rivals(solution, objective_usd, result, workers)
        rerun = self._replay(solution) if replay and case.year_of is not None else None
        bound_usd = min(max(found.bound / COST_SCALE, least_cost(case)), objective_usd)
        proven = _gap(objective_usd, bound_usd)
        is_enough = proven <= self.gap + ROUNDING_FRACTION
        if not is_enough and found.status != "optimal":
            self.cautions.insert(0, Caution("search_stopped", {"gap_fraction": proven}))
        self.clock.end()
        summary = Search(
            status="optimal" if is_enough else "feasible",
            reason=found.reason,
            objective_usd=objective_usd,
            bound_usd=bound_usd,
            unavoidable_usd=unavoidable_cost(case),
            gap_asked_fraction=self.gap,
            time_limit_seconds=self.time_limit,
            threads=workers,
            method=way,
            method_reason=why(case),
            **dataclasses.asdict(result.size),
            seconds=self.clock.seconds(),
            start_run_id=None if start is None else run_id(start.case, start.solution),
        )
        return Plan(
            case=case,
            solution=solution,
            search=summary,
            replay=rerun,
            rivals=losers,
            cautions=tuple(self.cautions),
        )

    def _exact(self, model: Model, solver: Any, outcome: highs.Outcome, enough: float) -> tuple[Solution, float]:
        """Make a plan exact, in time and whether or not Ctrl-C is pressed: before that there is no plan to keep."""
        seconds = None
        if self.time_limit is not None:
            seconds = max(EXACT_SHARE * self.time_limit - self.whole.spent(), LEAST_EXACT_S)
        return _exact(self.case, model, solver, outcome, enough, Deadline(seconds), self.whole.part(FINISH_SHARE))

    def _rivals(
        self, solution: Solution, objective_usd: float, result: Result, threads: int
    ) -> tuple[Solution, float, pd.DataFrame]:
        """Why the other sites are not built; and a better plan, if one comes up."""
        from siting.quantities import COST_SCALE

        self.clock.begin("rivals")
        rival = why_not(
            self.case,
            self.components,
            solution,
            objective_usd,
            result,
            gap=self.gap,
            deadline=self.whole.part(FINISH_SHARE).within(RIVALS_SHARE * self.whole.left()),
            threads=threads,
            progress=self.clock.relay,
        )
        if not rival.complete:
            self.cautions.append(Caution("rivals_stopped"))
        if rival.best is not None and rival.best[0].objective / COST_SCALE < objective_usd:
            other, model = rival.best
            enough = cost_within(self.gap, -np.inf if result.outcome.bound is None else result.outcome.bound)
            with contextlib.suppress(NoPlanError):  # the plan at hand is a good one
                again = self._exact(model, other.solver, other.outcome, enough)
                solution, objective_usd = min((solution, objective_usd), again, key=lambda plan: plan[1])
        return solution, objective_usd, rival.table(solution.decisions["open_count"].values[:, -1], objective_usd)

    def _replay(self, solution: Solution) -> Replay | None:
        """The design's year; None if it was given up."""
        from siting.optimise.replay import replay_year

        self.clock.begin("replay")
        try:
            rerun, told = replay_year(self.case, solution, self.clock.relay, self.whole.part(REPLAY_SHARE))
        except Stopped:
            self.cautions.append(Caution("replay_stopped"))
        except (AuditError, RuntimeError) as error:
            self.cautions.append(Caution("replay_failed", {"error": str(error)}))
        else:
            self.cautions += told
            return rerun
        return None


class _SolveOptions(TypedDict):
    """What is asked of a search, whichever way it goes."""

    gap: float
    deadline: Deadline
    progress: ProgressCallback


def _searched(
    case: Case,
    components: Sequence[type[Component]],
    way: Literal["whole", "decomposed"],
    start: Earlier | None,
    threads: int,
    clock: _Clock,
    notes: list[str],
    options: _SolveOptions,
) -> Result:
    """Build the model and search it, one way or the other."""
    from pyomo.common.errors import InfeasibleConstraintException

    from siting.models.assembly.model import model_of
    from siting.optimise.decomposition.blocks import Size
    from siting.optimise.decomposition.linking_rows import partition

    try:
        clock.begin("build")
        model = None if way == "decomposed" else model_of(case, components)
        clock.begin("solve")
        for note in notes:
            clock.relay(Progress(f"solve: {note}", 0.0))
        if model is None:  # built some sites at a time, as they are needed
            return search_by_site(case, components, threads=threads, start=start, **options)
    except InfeasibleConstraintException as error:  # seen without a solver: an empty sum that must be one
        raise _none(highs.Outcome("infeasible", str(error), None, None, None)) from error
    form = model.form
    found = search(form, start=None if start is None else warm_start(start, model), **options)
    rows, columns = form.matrix.shape
    size = Size(rows, columns, int(form.matrix.nnz), int(np.count_nonzero(form.integral)))
    prices: dict[str, float] | None = None
    if found.prices is not None:
        prices = {form.rows.name(row): float(found.prices[row]) for row in partition(model).shared.tolist()}
    return Result(found.outcome, found.solver, model, size, prices)


def _exact(
    case: Case,
    model: Model,
    solver: Any,
    outcome: highs.Outcome,
    enough: float,
    deadline: Deadline,
    choosing: Deadline,
) -> tuple[Solution, float]:
    """Make a plan exact, and return it, audited, with its cost [USD].

    Its integers are whole, and its batteries flow one way at a time, at the least cost or one that is enough
    (scale of the standard form), or the least that is found until there is no more time for choosing.

    Raises
    ------
    NoPlanError
        If the rounded integers leave no solution, or the plan does not add up.
    """
    from siting.optimise.battery_complementarity import CHOICE_SECONDS, flow_one_way, flows_of
    from siting.quantities import COST_SCALE

    if outcome.values is None:
        raise _none(outcome)
    exact = highs.fix_integers_and_resolve(solver, model.form, outcome.values, deadline)
    flows = flows_of(model.case, model.form)
    choosing = choosing.within(CHOICE_SECONDS)
    exact = flow_one_way(solver, flows, exact, enough=enough, deadline=deadline, choosing=choosing)
    if exact.values is None or exact.objective is None or exact.status != "optimal":
        if deadline.is_over():
            raise NoPlanError("none_found", "there was no time to make the plan found exact; give it more time")
        raise NoPlanError("failed", f"the plan's integers, rounded, leave no solution (HiGHS: {exact.reason})")
    of_some = extract(model.assembly, model.settle(exact.values))
    position = {site: place for place, site in enumerate(case.axes["site"])}
    places = np.array([position[site] for site in model.case.axes["site"]])
    solution, objective_usd = of_some.at_sites(places, len(position)), exact.objective / COST_SCALE
    try:
        audit(case, solution, objective_usd).raise_for_residuals()
    except AuditError as error:
        raise NoPlanError("failed", str(error)) from error
    return solution, objective_usd


def _gap(objective: float, bound: float) -> float:
    return (objective - bound) / abs(objective) if objective else 0.0


def _none(found: highs.Outcome) -> NoPlanError:
    """Say why there is no plan."""
    if found.status == "infeasible":
        return NoPlanError(
            "infeasible",
            "no plan can meet all limits together: the caps on carbon, water and sites, the limits on PUE and WUE, "
            "the headroom, the land and the latency limit leave no way to serve all demand. Relax one of them and "
            "run again",
        )
    if found.status == "feasible" or found.interrupted or "limit" in found.reason.lower():
        return NoPlanError(
            "none_found", f"the search was stopped before it had a plan (HiGHS: {found.reason}); give it more time"
        )
    return NoPlanError("failed", f"the solver failed (HiGHS: {found.reason})")


class _Clock:
    """Seconds of each phase, and the progress told of them."""

    def __init__(self, progress: ProgressCallback | None, deadline: Deadline) -> None:
        self._progress, self._deadline = progress, deadline
        self._began = time.monotonic()
        self._phase: str | None = None
        self._phase_began = self._began
        self._spent: dict[str, float] = {}

    def begin(self, phase: str) -> None:
        """End the current phase and begin the next."""
        self.end()
        self._phase, self._phase_began = phase, time.monotonic()
        self.relay(Progress(phase, 0.0))

    def end(self) -> None:
        """End the current phase."""
        if self._phase is not None:
            self._spent[self._phase] = time.monotonic() - self._phase_began
            self._phase = None

    def relay(self, moment: Progress) -> None:
        """Pass on a moment of a phase, on the clock of the whole work."""
        if self._progress is not None:
            try:
                self._progress(dataclasses.replace(moment, seconds=time.monotonic() - self._began))
            except KeyboardInterrupt:  # of whoever is told
                self._deadline.stop()
            except Exception as error:  # a fault of theirs costs no plan
                self._progress = None
                LOG.warning("progress is told no more: %s: %s", type(error).__name__, error)

    def seconds(self) -> dict[str, float]:
        """Seconds by phase, and of the whole."""
        return {**self._spent, "total": sum(self._spent.values())}
