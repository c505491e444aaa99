"""HiGHS, asked directly: hand-over of arrays, progress, interruption, honest status."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.case.case import Array
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.plan.search_record import SOLVER_RANDOM_SEED, Status
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    import numpy.typing as npt
    import scipy.sparse

    from siting.models.assembly.standard_form import StandardForm


WARM_ITERATIONS_PER_ROW, LEAST_ITERATIONS = 4, 1000
"""Iterations of the simplex, a row and besides, after which a warm start is given up."""

NO_ITERATION_LIMIT = 2**31 - 1
"""Iterations that no solve reaches."""

HIPO = {"solver": "hipo", "hipo_system": "augmented", "hipo_ordering": "amd"}
"""HiGHS's interior point by factorisation. Said beforehand, system and ordering take a third of the memory."""

IPX = {"solver": "ipx"}
"""HiGHS's other interior point, which is always there."""


@dataclasses.dataclass(frozen=True)
class Progress:
    """One moment of long work.

    Parameters
    ----------
    phase : str
        What is being done.
    seconds : float
        Seconds since the work began.
    incumbent_usd, bound_usd : float or None
        Best plan and best bound so far.
    gap_fraction : float or None
        Distance between them, over the incumbent.
    gap_site_dependent_fraction : float or None
        The same over the part of the incumbent that sites change.
    """

    phase: str
    seconds: float
    incumbent_usd: float | None = None
    bound_usd: float | None = None
    gap_fraction: float | None = None
    gap_site_dependent_fraction: float | None = None


ProgressCallback = Callable[[Progress], None]


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


def has_hipo() -> bool:
    """Whether HiGHS has HiPO: what it needs is in the package highspy-extras.

    Without that HiGHS prints an error, solves by the simplex, and calls it optimal.
    """
    return importlib.util.find_spec("highspy_extras") is not None


@contextlib.contextmanager
def inside(solver: Any, tolerance: float) -> Iterator[None]:
    """Solve linear models by an interior point, and end there: no vertex is looked for.

    Without presolve: on eight sites and 168 hours what it leaves is so badly conditioned that HiPO and IPX both stop
    with a gap, of 0.7 % and of all; the model as it is they solve to the eighth digit, in 56 and 81 steps.

    Parameters
    ----------
    solver : Highs
        From `load`.
    tolerance : float
        Relative gap between the objectives at which to stop.
    """
    chosen = {
        **(HIPO if has_hipo() else IPX),
        "run_crossover": "off",
        "presolve": "off",
        "ipm_optimality_tolerance": tolerance,
    }
    before = {name: solver.getOptionValue(name)[1] for name in chosen}
    for name, value in chosen.items():
        solver.setOptionValue(name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            solver.setOptionValue(name, value)


def begin_at(solver: Any, values: Array) -> None:
    """Give the next search a plan to begin with.

    One that breaks rows does no harm: HiGHS keeps its integers and solves for the rest, or drops it.

    Parameters
    ----------
    solver : Highs
        From `load`.
    values : ndarray
        Value of each column.
    """
    import highspy

    start = highspy.HighsSolution()
    start.col_value = values.tolist()
    solver.setSolution(start)


def use_threads(count: int | None = None) -> int:
    """Set how many threads all solvers of this process share, and return the number.

    HiGHS keeps one scheduler a process: a solver that asks for another number of threads than the first
    one fails. So the number is set here, once for each piece of work, and nowhere else.

    Parameters
    ----------
    count : int, optional
        Threads; one a core by default.
    """
    import highspy

    threads = count or os.cpu_count() or 1
    highspy.Highs.resetGlobalScheduler(True)
    solver = new_solver()
    solver.setOptionValue("threads", threads)
    solver.addVar(0.0, 1.0)
    solver.run()
    return threads


def new_solver() -> Any:
    """Return an empty, silent solver."""
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy is not typed
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("random_seed", SOLVER_RANDOM_SEED)
    return solver


def load(form: StandardForm) -> Any:
    """Hand a model over to HiGHS and return the solver.

    Parameters
    ----------
    form : StandardForm
        The model as arrays.
    """
    return new_lp(
        form.matrix,
        form.cost,
        (form.column_lower, form.column_upper),
        (form.row_lower, form.row_upper),
        offset=form.offset,
        integral=form.integral,
    )


def new_lp(
    matrix: scipy.sparse.csc_array,
    cost: Array,
    columns: tuple[Array, Array],
    rows: tuple[Array, Array],
    *,
    offset: float = 0.0,
    integral: npt.NDArray[np.bool_] | None = None,
) -> Any:
    """Return a silent solver that holds a model.

    Parameters
    ----------
    matrix : csc_array
        Rows by columns.
    cost : ndarray
        Cost of each column.
    columns, rows : (ndarray, ndarray)
        Lower and upper bounds.
    offset : float
        Constant of the objective.
    integral : ndarray of bool, optional
        Which columns are integer; none by default.

    Raises
    ------
    RuntimeError
        If HiGHS refuses the model.
    """
    import highspy

    solver = new_solver()
    rows_count, columns_count = matrix.shape
    whole = np.zeros(columns_count, dtype=bool) if integral is None else integral
    status = solver.passModel(  # arrays as they are: by way of a HighsLp every number is copied through Python
        columns_count,
        rows_count,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        offset,
        cost,
        *columns,
        *rows,
        matrix.indptr,
        matrix.indices,
        matrix.data,
        whole.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refuses the model")
    if not whole.any():  # said once more, HiGHS drops its list of kinds; with it, it takes a linear model for another
        set_kind(solver, np.arange(columns_count), integral=False)
    return solver


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


def solve_surely(solver: Any, deadline: Deadline | None = None) -> str:
    """Solve a linear model, from scratch where a warm start leads nowhere, and tell how it ended.

    One warm start in ten thousand ends as "Unknown" or "Not Set", and one does not end: 3,445 rows at prices far from
    those before were at work for minutes, and took 5,600 iterations from scratch.

    Parameters
    ----------
    solver : Highs
        Holds a linear model, and perhaps a basis.
    deadline : Deadline, optional
        When to give up.

    Raises
    ------
    Stopped
        If the deadline is over before it has ended.
    """
    if deadline is not None:
        deadline.check()
    for attempt in ("warm", "cold", "ipm"):
        if attempt != "warm":
            solver.clearSolver()
        solver.setOptionValue(
            "simplex_iteration_limit", warm_iterations(solver) if attempt == "warm" else NO_ITERATION_LIMIT
        )
        solver.setOptionValue("solver", "ipm" if attempt == "ipm" else "choose")
        status = run_alone(solver, deadline)
        if status in ("Optimal", "Infeasible", "Unbounded"):
            break
        if deadline is not None and deadline.is_over():
            solver.setOptionValue("solver", "choose")
            raise Stopped
    solver.setOptionValue("solver", "choose")
    return status


def run_alone(solver: Any, deadline: Deadline | None) -> str:
    """Run a solver in this thread until it ends or its deadline is over, and return HiGHS's word for how it ended."""
    if deadline is None:
        solver.run()
    else:
        with bound_by(solver, deadline):
            solver.run()
    return str(solver.modelStatusToString(solver.getModelStatus()))


def warm_iterations(solver: Any) -> int:
    """Return the iterations of the simplex after which a warm start is given up."""
    return WARM_ITERATIONS_PER_ROW * int(solver.getNumRow()) + LEAST_ITERATIONS


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
    solver.changeColsBounds(len(columns), columns, whole, whole)
    found = run(solver, gap=0.0, deadline=deadline)
    return dataclasses.replace(found, values=None if found.values is None else found.values[: len(form.cost)])


def relax(solver: Any, form: StandardForm) -> None:
    """Let the integer columns be continuous."""
    set_kind(solver, np.flatnonzero(form.integral), integral=False)


def restore(solver: Any, form: StandardForm) -> None:
    """Make the integer columns integer again."""
    set_kind(solver, np.flatnonzero(form.integral), integral=True)


def set_kind(solver: Any, columns: npt.NDArray[np.integer[Any]], *, integral: bool) -> None:
    """Make columns integer or continuous."""
    import highspy

    kind = highspy.HighsVarType.kInteger if integral else highspy.HighsVarType.kContinuous
    solver.changeColsIntegrality(len(columns), columns.astype(np.int32), np.full(len(columns), int(kind), np.uint8))


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
