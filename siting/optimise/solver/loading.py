"""Models handed over to HiGHS as arrays, and what is changed in them there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.case.case import Array
from siting.plan.records.search_record import SOLVER_RANDOM_SEED

if TYPE_CHECKING:
    import numpy.typing as npt
    import scipy.sparse

    from siting.models.assembly.standard_form import StandardForm


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


def begin_at_basis(solver: Any, basis: Any) -> None:
    """Give the next linear solve a basis to begin with.

    Parameters
    ----------
    solver : Highs
        From `load`.
    basis : HighsBasis
        Of a model with the same columns, and the same rows or fewer: those behind them are basic.
    """
    import highspy

    more = solver.getNumRow() - len(basis.row_status)
    basis.row_status = [*basis.row_status, *[highspy.HighsBasisStatus.kBasic] * more]
    solver.setBasis(basis)


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
