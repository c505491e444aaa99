"""The days of a site, each solved on its own at a given design and given prices of the coupling rows.

Solvers are not kept: with the last basis, a day's problem is passed on and solved again in a millisecond, and the 365
solvers of a site would take 100 MB.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import scipy.sparse

from siting.case.case import Array
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.loading import new_solver
from siting.optimise.year.bound.site_year import Marks, SiteDays

OPTIMAL = "Optimal"

NOTHING = 1e-11
"""What a design allows that is rounding."""

BEYOND_RATIO = 10.0
"""What a design costs beyond the one given, over its price or the mean price, where a day cannot be done with it."""


@dataclasses.dataclass(frozen=True)
class _Part:
    """Rows and columns of the days that a design leaves something to do, cell by cell."""

    rows: Marks
    columns: Marks
    matrix: scipy.sparse.csc_array
    first_row: Any
    first_column: Any


class Bases:
    """What is known of a site's days from the last time: the basis of each, for the columns that stood then."""

    def __init__(self) -> None:
        self.columns: Marks | None = None
        self.of_cell: list[Any] = []


def solve_days(days: SiteDays, cost: Array, design: Array, bases: Bases, beyond: Array, deadline: Deadline) -> Array:
    """Return prices of the rows of all cells; those of a cell that cannot be solved are nothing.

    Where a day cannot be done with the design, more of it may be had that day for a price: what that proves holds all
    the same.

    Parameters
    ----------
    days : SiteDays
        The days.
    design : ndarray
        Value of each column of the design.
    coupling_prices : ndarray
        Price of each coupling row.
    bases : Bases
        Of the last time; changed to those of this.
    beyond : ndarray
        Price of each column of the design beyond what is given.
    deadline : Deadline
        When to give up.

    Raises
    ------
    Stopped
        If the deadline is over before.
    """
    allowed = days.design @ design
    part = _left_to_do(days, allowed)
    if bases.columns is None or not np.array_equal(bases.columns, part.columns):
        bases.columns, bases.of_cell = part.columns, []
    prices = np.zeros(len(days.row_lower))
    beyond_rows = np.zeros(len(prices), dtype=bool)
    rows, columns = np.flatnonzero(part.rows), np.flatnonzero(part.columns)
    solver = new_solver()
    solver.setOptionValue("presolve", "off")
    last: Any = None
    last_beyond: Any = None
    kept = []
    for cell in range(len(part.first_row) - 1):
        if cell % 16 == 0:
            deadline.check()
        of_rows, of_columns = slice(*part.first_row[cell : cell + 2]), slice(*part.first_column[cell : cell + 2])
        row, column = rows[of_rows], columns[of_columns]
        matrix = _block(part.matrix, of_rows, of_columns)
        _pass(
            solver,
            matrix,
            cost[column],
            (days.lower[column], days.upper[column]),
            (days.row_lower[row] - allowed[row], days.row_upper[row] - allowed[row]),
        )
        basis = bases.of_cell[cell] if bases.of_cell else last
        if basis is not None:
            solver.setBasis(basis)
        solver.run()
        if solver.modelStatusToString(solver.getModelStatus()) == OPTIMAL:
            prices[row] = solver.getSolution().row_dual
            last = solver.getBasis()
        else:
            whole = slice(*days.first_row[cell : cell + 2])
            prices[whole], last_beyond = _beyond(days, cell, cost, allowed, beyond, last_beyond)
            beyond_rows[whole] = True
        kept.append(last)
    if all(basis is not None for basis in kept):
        bases.of_cell = kept
    return _completed(days, part.rows | beyond_rows, allowed, prices, cost)


def _left_to_do(days: SiteDays, allowed: Array) -> _Part:
    """Leave out columns that the design keeps at nothing, and the rows that do so."""
    nothing = np.abs(allowed[days.within]) <= NOTHING
    columns = np.ones(len(days.cost), dtype=bool)
    columns[days.kept[nothing]] = False
    rows = np.ones(len(allowed), dtype=bool)
    rows[days.within[allowed[days.within] <= NOTHING]] = False
    rows[days.within[columns[days.kept]]] = True
    return _Part(
        rows,
        columns,
        days.matrix[:, columns].tocsr()[rows].tocsc(),
        np.r_[0, np.cumsum(rows)][days.first_row],
        np.r_[0, np.cumsum(columns)][days.first_column],
    )


def _block(matrix: scipy.sparse.csc_array, rows: slice, columns: slice) -> scipy.sparse.csc_array:
    """One cell's part of the matrix."""
    start = matrix.indptr[columns.start : columns.stop + 1]
    entries = slice(start[0], start[-1])
    return scipy.sparse.csc_array(
        (matrix.data[entries], matrix.indices[entries] - rows.start, start - start[0]),
        shape=(rows.stop - rows.start, columns.stop - columns.start),
    )


def _pass(
    solver: Any, matrix: scipy.sparse.csc_array, cost: Array, columns: tuple[Array, Array], rows: tuple[Array, Array]
) -> None:
    """Hand a linear problem over."""
    import highspy

    rows_count, columns_count = matrix.shape
    solver.passModel(
        columns_count,
        rows_count,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        cost,
        *columns,
        *rows,
        matrix.indptr,
        matrix.indices,
        matrix.data,
        np.zeros(columns_count, dtype=np.int32),
    )


def _beyond(days: SiteDays, cell: int, cost: Array, allowed: Array, beyond: Array, basis: Any) -> tuple[Array, Any]:
    """Prices of a day's rows where more of the design may be had for a price, and the basis for the next such day.

    Nothing where even that does not help.
    """
    row, column = slice(*days.first_row[cell : cell + 2]), slice(*days.first_column[cell : cell + 2])
    design = days.design[row].tocsc()
    named = np.flatnonzero(np.diff(design.indptr))
    solver = new_solver()
    _pass(
        solver,
        scipy.sparse.hstack([_block(days.matrix, row, column), design[:, named]]).tocsc(),
        np.r_[cost[column], beyond[named]],
        (np.r_[days.lower[column], np.zeros(len(named))], np.r_[days.upper[column], np.full(len(named), np.inf)]),
        (days.row_lower[row] - allowed[row], days.row_upper[row] - allowed[row]),
    )
    if basis is not None:
        solver.setBasis(basis)
    solver.run()
    if solver.modelStatusToString(solver.getModelStatus()) != OPTIMAL:
        return np.zeros(row.stop - row.start), basis
    return np.array(solver.getSolution().row_dual), solver.getBasis()


def _completed(days: SiteDays, priced: Marks, allowed: Array, prices: Array, cost: Array) -> Array:
    """Price the rows left out: what they keep at nothing is worth what it would spare."""
    out = np.flatnonzero(~priced[days.within] & (np.abs(allowed[days.within]) <= NOTHING))
    column, first = np.unique(days.kept[out], return_index=True)
    place = out[first]
    reduced = cost[column] - days.matrix[:, column].T @ prices
    np.minimum.at(prices, days.within[place], np.minimum(reduced / days.factor[place], 0.0))
    return prices
