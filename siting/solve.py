"""Solve a case: assemble, hand over, search, round, resolve, extract, audit, replay."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Literal, TypedDict

import numpy as np

from siting import highs
from siting.audit import AuditError, audit
from siting.case import Array, Case
from siting.cautions import Caution
from siting.coarse import in_steps
from siting.extraction import extract
from siting.highs import Progress, ProgressCallback
from siting.manifest import run_id
from siting.method import Method, choose_method, why
from siting.plan import Plan, Search
from siting.rivals import rivals as why_not
from siting.search import Found, search, search_by_site
from siting.solution import Solution
from siting.start import start_from
from siting.unavoidable import unavoidable_cost

if TYPE_CHECKING:
    import pandas as pd

    from siting.models.assembly import Assembly
    from siting.models.standard_form import StandardForm
    from siting.replay import Replay

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
    from pyomo.common.errors import InfeasibleConstraintException

    from siting.models.assembly import Assembly
    from siting.models.formulation import DESIGN, chosen
    from siting.models.partition import partition
    from siting.models.standard_form import COST_SCALE, compile_assembly

    clock = _Clock(progress)
    clock.begin("build")
    workers = highs.use_threads(threads)
    assembly = Assembly(case, chosen(DESIGN, case))
    try:
        form = compile_assembly(assembly)
    except InfeasibleConstraintException as error:  # seen without a solver: an empty sum that must be one
        raise _none(highs.Outcome("infeasible", str(error), None, None, None)) from error
    clock.begin("solve")
    way = choose_method(case) if method == "auto" else method
    if method == "auto":
        clock.relay(Progress(f"solve: {why(case)}", 0.0))
    parts = partition(assembly, form)
    unavoidable_usd = unavoidable_cost(case)
    cautions: tuple[Caution, ...] = ()
    begun: Array | None = None
    if start is not None:
        clock.relay(Progress(f"solve: begins with the plan of run {run_id(start)}", 0.0))
        found_again = start_from(start, assembly, form)
        begun, cautions = found_again.values, found_again.cautions()
    asked: _Asked = {
        "start": begun,
        "gap": gap,
        "time_limit": time_limit,
        "progress": clock.relay,
        "scale": COST_SCALE,
    }
    if way == "whole":
        result = search(form, **asked).at_rows(parts.shared)
    else:
        result = search_by_site(form, parts, coarse=in_steps(case), threads=workers, **asked)
    found = result.outcome
    if found.values is None or found.bound is None:
        raise _none(found)
    clock.begin("finish")
    solution, objective_usd, values = _exact(case, assembly, form, result)
    losers: pd.DataFrame | None = None
    if rivals:
        left = None if time_limit is None else max(time_limit - clock.seconds()["solve"], 0.0)
        clock.begin("rivals")
        rival = why_not(
            case,
            form,
            parts,
            result,
            values,
            solution.decisions["open_count"].values,
            objective_usd,
            scale=COST_SCALE,
            gap=gap,
            time_limit=left,
            threads=workers,
            progress=clock.relay,
        )
        if rival.best is not None and rival.best.objective / COST_SCALE < objective_usd:
            with contextlib.suppress(NoPlanError):  # the plan at hand is a good one
                other = _exact(case, assembly, form, rival.best)
                solution, objective_usd, _ = min((solution, objective_usd, values), other, key=lambda plan: plan[1])
        losers = rival.table(solution.decisions["open_count"].values[:, -1], objective_usd)
        if rival.interrupted:
            cautions += (Caution("rivals_stopped"),)
    rerun: Replay | None = None
    if replay and case.year is not None:
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
        unavoidable_usd=unavoidable_usd,
        gap_asked_fraction=gap,
        time_limit_seconds=time_limit,
        threads=workers,
        method=way,
        rows=form.matrix.shape[0],
        columns=form.matrix.shape[1],
        nonzeros=int(form.matrix.nnz),
        integers=int(np.count_nonzero(form.integral)),
        seconds=clock.seconds(),
        start_run_id=None if start is None else run_id(start),
    )
    return Plan(case=case, solution=solution, search=summary, replay=rerun, rivals=losers, cautions=cautions)


def _exact(case: Case, assembly: Assembly, form: StandardForm, result: Found) -> tuple[Solution, float, Array]:
    """Make a plan exact, and return it, audited, with its cost [USD] and its values by column of the form.

    Its integers are whole, and its batteries flow one way at a time.

    Raises
    ------
    NoPlanError
        If the rounded integers leave no solution, or the plan does not add up.
    """
    from siting.models.one_way import flow_one_way, flows_of
    from siting.models.standard_form import COST_SCALE

    if result.outcome.values is None:
        raise _none(result.outcome)
    exact = highs.fix_integers_and_resolve(result.solver, result.form, result.outcome.values)
    exact = flow_one_way(result.solver, flows_of(case, result.form), exact)
    if exact.values is None or exact.objective is None or exact.status != "optimal":
        raise NoPlanError("failed", f"the plan's integers, rounded, leave no solution (HiGHS: {exact.reason})")
    values = assembly.settle(form, result.form.columns.spread(exact.values))
    solution, objective_usd = extract(assembly, values), exact.objective / COST_SCALE
    try:
        audit(case, solution, objective_usd).raise_for_residuals()
    except AuditError as error:
        raise NoPlanError("failed", str(error)) from error
    return solution, objective_usd, values


class _Asked(TypedDict):
    """What is asked of a search, whichever way it goes."""

    gap: float
    time_limit: float | None
    progress: ProgressCallback
    scale: float
    start: Array | None


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
