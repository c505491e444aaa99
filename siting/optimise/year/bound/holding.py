"""Which row holds a day's column back, so that it cannot grow without the design: the same for all prices.

A flow is within a peak, that within a connection, work within what is installed. So a column worth more
than nothing at some prices can be made worthless by a price of one row, and the columns that hold it there in turn,
down to the design. What that proves is a little less than the best prices do, and nothing is left without a limit.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import scipy.sparse

from siting.case.case import Array


@dataclasses.dataclass(frozen=True)
class Holding:
    """The row that holds each column, in the order in which they are to be held.

    Parameters
    ----------
    levels : tuple of (ndarray of int, ndarray of int, ndarray)
        Columns, their rows, and their coefficients there: each level is held by the design and those behind it.
    """

    levels: tuple[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Array], ...]


def holding(matrix: scipy.sparse.csr_array, row_lower: Array, row_upper: Array, lower: Array) -> Holding:
    """Find the rows that hold columns.

    Parameters
    ----------
    matrix : csr_array
        Rows of the days by their columns.
    row_lower, row_upper, lower : ndarray
        Bounds of the rows, and lower bounds of the columns.
    """
    entries = matrix.tocoo()
    row, column = np.r_[entries.row, entries.row], np.r_[entries.col, entries.col]
    side = np.r_[np.zeros(entries.nnz, dtype=np.int64), np.ones(entries.nnz, dtype=np.int64)]
    value = np.r_[entries.data, -entries.data]  # all rows as "at most", those with two sides twice
    there = np.where(side == 0, np.isfinite(row_upper[row]), np.isfinite(row_lower[row])) & (value != 0)
    row, column, side, value = row[there], column[there], side[there], value[there]
    place = row + side * matrix.shape[0]
    free = np.ones(matrix.shape[1], dtype=bool)
    endless = np.isneginf(lower)
    levels: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Array]] = []
    while True:
        needs = np.where(value < 0, free[column], endless[column])
        open_count = np.bincount(place[needs], minlength=2 * matrix.shape[0])
        can = (value > 0) & free[column] & (open_count[place] == 0)
        if not can.any():
            return Holding(tuple(reversed(levels)))
        columns, first = np.unique(column[can], return_index=True)
        levels.append((columns, row[can][first], np.where(side[can][first] == 0, 1.0, -1.0) * value[can][first]))
        free[columns] = False


def prices_that_hold(
    holds: Holding, matrix: scipy.sparse.csc_array, prices: Array, reduced: Array
) -> tuple[Array, Array]:
    """Change prices of rows until no column that they hold is worth more than nothing.

    Parameters
    ----------
    holds : Holding
        Which row holds which column.
    matrix : csc_array
        Rows of the days by their columns.
    prices, reduced : ndarray
        Of the rows, and the reduced costs of the columns at them.

    Returns
    -------
    prices, reduced : ndarray
        The same after the change.
    """
    for columns, rows, values in holds.levels:
        paid = np.flatnonzero(reduced[columns] < 0)
        if not len(paid):
            continue
        change = np.zeros(len(prices))
        step = reduced[columns[paid]] / values[paid]
        rising = step > 0
        np.minimum.at(change, rows[paid[~rising]], step[~rising])
        np.maximum.at(change, rows[paid[rising]], step[rising])
        prices = prices + change
        reduced = reduced - matrix.T @ change
        reduced[columns[paid]] = np.maximum(reduced[columns[paid]], 0.0)
    return prices, reduced
