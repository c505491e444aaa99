"""Solve a case: assemble, hand over, search, round, resolve, extract, audit, replay."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict

import numpy as np

from siting import highs
from siting.audit import AuditError, audit
from siting.case import Case
from siting.cautions import Caution
from siting.extraction import extract
from siting.highs import Progress, ProgressCallback
from siting.method import Method, choose_method, why
from siting.plan import Plan, Search
from siting.provenance import run_id
from siting.result import Result, cost_within
from siting.rivals import rivals as why_not
from siting.search import search
from siting.search_by_site import search_by_site
from siting.solution import Solution
from siting.start import cautions_of_start, start_from
from siting.unavoidable import unavoidable_cost

if TYPE_CHECKING:
    import pandas as pd

    from siting.full_year import Replay
    from siting.models.assembly import Component
    from siting.models.model import Model

DEFAULT_GAP_FRACTION = 0.01

ROUNDING_FRACTION = 1e-9
"""Gap that is left between two numbers which are the same but for rounding."""


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
        Seconds after which the search stops with the best plan found; what is left of them may be spent on
        the rivals.
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
        Told of each phase, and about once a second of incumbent, bound and gap.

    Returns
    -------
    Plan
        Audited; its status is ``optimal`` (gap within the one asked for) or ``feasible`` (stopped by
        time or Ctrl-C).

    Raises
    ------
    NoPlanError
        If no plan meets all limits, if none was found in time, or if what was found does not add up.
    """
    from siting.models.formulation import DESIGN, chosen
    from siting.models.standard_form import COST_SCALE

    clock = _Clock(progress)
    workers = highs.use_threads(threads)
    components = chosen(DESIGN, case)
    way = choose_method(case) if method == "auto" else method
    notes = [why(case)] if method == "auto" else []
    cautions: tuple[Caution, ...] = ()
    if start is not None:
        notes.append(f"begins with the plan of run {run_id(start.case, start.solution)}")
        cautions = cautions_of_start(start, case)
    asked: _Asked = {"gap": gap, "time_limit": time_limit, "progress": clock.relay, "scale": COST_SCALE}
    result = _searched(case, components, way, start, workers, clock, notes, asked)
    found = result.outcome
    if found.values is None or found.bound is None or result.model is None or result.size is None:
        raise _none(found)
    clock.begin("finish")
    enough = cost_within(gap, found.bound)
    solution, objective_usd = _exact(case, result.model, result.solver, found, enough)
    losers: pd.DataFrame | None = None
    if rivals:
        left = None if time_limit is None else max(time_limit - clock.seconds()["solve"], 0.0)
        clock.begin("rivals")
        rival = why_not(
            case,
            components,
            solution,
            objective_usd,
            result,
            scale=COST_SCALE,
            gap=gap,
            time_limit=left,
            threads=workers,
            progress=clock.relay,
        )
        if rival.best is not None and rival.best[0].objective / COST_SCALE < objective_usd:
            other, model = rival.best
            with contextlib.suppress(NoPlanError):  # the plan at hand is a good one
                again = _exact(case, model, other.solver, other.outcome, enough)
                solution, objective_usd = min((solution, objective_usd), again, key=lambda plan: plan[1])
        losers = rival.table(solution.decisions["open_count"].values[:, -1], objective_usd)
        if rival.interrupted:
            cautions += (Caution("rivals_stopped"),)
    rerun: Replay | None = None
    if replay and case.year_of is not None:
        from siting.replay import replay_year

        clock.begin("replay")
        try:
            rerun, told = replay_year(case, solution, progress=clock.relay)
            cautions += told
        except KeyboardInterrupt:
            cautions += (Caution("replay_stopped"),)
        except (AuditError, RuntimeError) as error:
            cautions += (Caution("replay_failed", {"error": str(error)}),)
    bound_usd = min(found.bound / COST_SCALE, objective_usd)
    clock.end()
    summary = Search(
        status="optimal" if _gap(objective_usd, bound_usd) <= gap + ROUNDING_FRACTION else "feasible",
        reason=found.reason,
        objective_usd=objective_usd,
        bound_usd=bound_usd,
        unavoidable_usd=unavoidable_cost(case),
        gap_asked_fraction=gap,
        time_limit_seconds=time_limit,
        threads=workers,
        method=way,
        **dataclasses.asdict(result.size),
        seconds=clock.seconds(),
        start_run_id=None if start is None else run_id(start.case, start.solution),
    )
    return Plan(case=case, solution=solution, search=summary, replay=rerun, rivals=losers, cautions=cautions)


class _Asked(TypedDict):
    """What is asked of a search, whichever way it goes."""

    gap: float
    time_limit: float | None
    progress: ProgressCallback
    scale: float


def _searched(
    case: Case,
    components: Sequence[type[Component]],
    way: Literal["whole", "decomposed"],
    start: Plan | None,
    threads: int,
    clock: _Clock,
    notes: list[str],
    asked: _Asked,
) -> Result:
    """Build the model and search it, one way or the other."""
    from pyomo.common.errors import InfeasibleConstraintException

    from siting.models.model import model_of
    from siting.models.partition import partition
    from siting.models.pieces import Size

    try:
        clock.begin("build")
        model = None if way == "decomposed" else model_of(case, components)
        clock.begin("solve")
        for note in notes:
            clock.relay(Progress(f"solve: {note}", 0.0))
        if model is None:  # built some sites at a time, as they are needed
            return search_by_site(case, components, threads=threads, start=start, **asked)
    except InfeasibleConstraintException as error:  # seen without a solver: an empty sum that must be one
        raise _none(highs.Outcome("infeasible", str(error), None, None, None)) from error
    form = model.form
    found = search(form, start=None if start is None else start_from(start, model), **asked)
    rows, columns = form.matrix.shape
    size = Size(rows, columns, int(form.matrix.nnz), int(np.count_nonzero(form.integral)))
    prices: dict[str, float] | None = None
    if found.prices is not None:
        prices = {form.rows.name(row): float(found.prices[row]) for row in partition(model).shared.tolist()}
    return Result(found.outcome, found.solver, model, size, prices)


def _exact(case: Case, model: Model, solver: Any, outcome: highs.Outcome, enough: float) -> tuple[Solution, float]:
    """Make a plan exact, and return it, audited, with its cost [USD].

    Its integers are whole, and its batteries flow one way at a time, at the least cost or one that is enough
    (scale of the standard form).

    Raises
    ------
    NoPlanError
        If the rounded integers leave no solution, or the plan does not add up.
    """
    from siting.models.one_way import flow_one_way, flows_of
    from siting.models.standard_form import COST_SCALE

    if outcome.values is None:
        raise _none(outcome)
    exact = highs.fix_integers_and_resolve(solver, model.form, outcome.values)
    exact = flow_one_way(solver, flows_of(model.case, model.form), exact, enough=enough)
    if exact.values is None or exact.objective is None or exact.status != "optimal":
        raise NoPlanError("failed", f"the plan's integers, rounded, leave no solution (HiGHS: {exact.reason})")
    of_some = extract(model.assembly, model.assembly.settle(model.form, exact.values))
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

    def __init__(self, progress: ProgressCallback | None) -> None:
        self._progress = progress
        self._began = time.monotonic()
        self._phase: str | None = None
        self._phase_began = self._began
        self._spent: dict[str, float] = {}

    def begin(self, phase: str) -> None:
        """End the current phase and begin the next."""
        self.end()
        self._phase, self._phase_began = phase, time.monotonic()
        if self._progress is not None:
            self._progress(Progress(phase, self._phase_began - self._began))

    def end(self) -> None:
        """End the current phase."""
        if self._phase is not None:
            self._spent[self._phase] = time.monotonic() - self._phase_began
            self._phase = None

    def relay(self, moment: Progress) -> None:
        """Pass on a moment of a phase, on the clock of the whole work."""
        if self._progress is not None:
            seconds = time.monotonic() - self._began
            self._progress(Progress(moment.phase, seconds, moment.incumbent_usd, moment.bound_usd, moment.gap_fraction))

    def seconds(self) -> dict[str, float]:
        """Seconds by phase, and of the whole."""
        return {**self._spent, "total": sum(self._spent.values())}
