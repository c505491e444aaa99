"""HiGHS, asked directly: progress, interruption, honest status."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.case.case import Array
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.loading import relax
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.plan.records.search_record import Status
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.models.assembly.standard_form import StandardForm


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What HiGHS says of a model.

    Parameters
    ----------
    status : str
        ``optimal`` (gap within the one asked for), ``feasible`` (stopped with a solution),
        ``infeasible``, or ``failed`` (no solution, or nothing that can be trusted).
    reason : str
        HiGHS's own word for how it ended.
    values : ndarray or None
        Value of each column, if there is a solution.
    objective, bound : float or None
        In the model's own scale; the bound is of the minimum.
    interrupted : bool
        Whether Ctrl-C ended it.
    prices : ndarray or None
        Price of each row; only of a linear model solved to its optimum.
    """

    status: Status
    reason: str
    values: Array | None
    objective: float | None
    bound: float | None
    interrupted: bool = False
    prices: Array | None = None


@contextlib.contextmanager
def bound_by(solver: Any, deadline: Deadline, watch: Callable[[Any], None] | None = None) -> Iterator[None]:
    """Let a deadline stop what a solver does, in whatever thread that is.

    Parameters
    ----------
    solver : Highs
        From `load` or `new_lp`.
    deadline : Deadline
        When it is over.
    watch : callable, optional
        Shown each event of a mixed-integer search.
    """

    def halt(event: Any) -> None:
        event.interrupt(deadline.is_stopped)  # said every time: HiGHS keeps the last answer for its next run

    def halt_search(event: Any) -> None:
        if watch is not None:
            watch(event)
        halt(event)

    # HiGHS holds the limit against the time of all runs of a solver, not of the one to come.
    solver.setOptionValue("time_limit", solver.getRunTime() + deadline.left())
    solver.HandleUserInterrupt = False
    solver.cbMipInterrupt.subscribe(halt_search)
    solver.cbSimplexInterrupt.subscribe(halt)
    solver.cbIpmInterrupt.subscribe(halt)
    try:
        yield
    finally:
        for callback in (solver.cbMipInterrupt, solver.cbSimplexInterrupt, solver.cbIpmInterrupt):
            callback.clear()


def run(
    solver: Any,
    *,
    gap: float = 0.0,
    distance: float = 0.0,
    deadline: Deadline | None = None,
    progress: ProgressCallback | None = None,
) -> Outcome:
    """Solve what is loaded; Ctrl-C stops the search and keeps the best solution.

    Parameters
    ----------
    solver : Highs
        From `load`.
    gap : float
        Relative gap at which to stop (0 to 1).
    distance : float
        Distance of plan and bound at which to stop, too, in the scale of the costs.
    deadline : Deadline, optional
        When to stop; Ctrl-C in the main thread stops it.
    progress : callable, optional
        Called about once a second with the incumbent and the bound.
    """
    import highspy

    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", distance)  # HiGHS's own 1e-6 would be a dollar
    limit = Deadline() if deadline is None else deadline
    latest: dict[str, float] = {}

    def watch(event: Any) -> None:
        latest["incumbent"], latest["bound"] = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound

    with bound_by(solver, limit, watch):
        _wait_for(solver, limit, None if progress is None else lambda now: progress(_moment(latest, now)))

    info, model_status = solver.getInfo(), solver.getModelStatus()
    statuses = highspy.HighsModelStatus
    reason = solver.modelStatusToString(model_status)
    integral = bool(len(solver.getLp().integrality_))
    has_solution = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if model_status == statuses.kInfeasible:
        return Outcome("infeasible", reason, None, None, None)
    if not has_solution:
        return Outcome("failed", reason, None, None, None, limit.is_stopped)
    objective = float(info.objective_function_value)
    of_relaxation = objective if model_status == statuses.kOptimal else -np.inf
    bound = float(info.mip_dual_bound) if integral else of_relaxation
    status: Status = "optimal" if model_status == statuses.kOptimal else "feasible"
    solution = solver.getSolution()
    prices = np.array(solution.row_dual) if status == "optimal" and not integral else None
    return Outcome(status, reason, np.array(solution.col_value), objective, bound, limit.is_stopped, prices)


def _wait_for(solver: Any, deadline: Deadline, tell: Callable[[float], None] | None) -> None:
    """Run a solver in a thread, and meanwhile listen to Ctrl-C and tell the seconds, about once in each."""
    ended = threading.Event()

    def work() -> None:
        try:
            solver.run()
        finally:
            ended.set()

    # Waiting for the event, not for the thread: a join that Ctrl-C interrupts takes the thread for dead (Python 3.11).
    thread = threading.Thread(target=work, daemon=True)
    began = last = time.monotonic()
    thread.start()
    while True:
        try:
            if ended.wait(0.05):
                return
            now = time.monotonic()
            if tell is not None and now - last >= 1.0:
                last = now
                tell(now - began)
        except KeyboardInterrupt:
            deadline.stop()


def run_alone(solver: Any, deadline: Deadline | None) -> str:
    """Run a solver in this thread until it ends or its deadline is over, and return HiGHS's word for how it ended."""
    if deadline is None:
        solver.run()
    else:
        with bound_by(solver, deadline):
            solver.run()
    return str(solver.modelStatusToString(solver.getModelStatus()))


def fix_integers_and_resolve(
    solver: Any, form: StandardForm, values: Array, deadline: Deadline | None = None
) -> Outcome:
    """Round the integer columns, fix them there, and solve the linear rest again.

    A mixed-integer solution may be integral and feasible only to a tolerance; what this returns is
    exact in the integers and a vertex in the rest.

    Parameters
    ----------
    solver : Highs
        Holds `form`, and perhaps more columns and rows behind its own (`siting.optimise.battery_complementarity`).
    form : StandardForm
        The model.
    values : ndarray
        A solution, by column.
    deadline : Deadline, optional
        When to give up.
    """
    columns = np.flatnonzero(form.integral).astype(np.int32)
    whole = np.round(values[columns])
    relax(solver, form)
    solver.clearSolver()  # with a basis HiGHS leaves out presolve, which takes out what is fixed: 155 s, not 0.5
    solver.changeColsBounds(len(columns), columns, whole, whole)
    found = run(solver, gap=0.0, deadline=deadline)
    return dataclasses.replace(found, values=None if found.values is None else found.values[: len(form.cost)])


def _moment(latest: dict[str, float], seconds: float) -> Progress:
    incumbent, bound = latest.get("incumbent", np.inf), latest.get("bound", -np.inf)
    known = np.isfinite(incumbent)
    bounded = np.isfinite(bound)
    return Progress(
        "solve",
        seconds,
        incumbent / COST_SCALE if known else None,
        bound / COST_SCALE if bounded else None,
        (incumbent - bound) / abs(incumbent) if known and bounded and incumbent else None,
    )
