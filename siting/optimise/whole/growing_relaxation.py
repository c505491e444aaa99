"""The relaxation of a model in which many places serve many: rows and columns come in as they are needed.

With 100 sites and 1,000 zones a model has 100,000 rows that say that a share is within an opening, of which 11,000
bind, and 100,000 shares, of which 2,000 are used. An interior point takes all of them, and factors what is nearly
dense. The simplex takes a few thousand, and then those that its solution breaks or its prices ask for.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.optimise.dual_bound import dual_bound
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.highs import Outcome

if TYPE_CHECKING:
    import numpy.typing as npt

    from siting.case.case import Array
    from siting.models.assembly.standard_form import StandardForm
    from siting.models.compiler.members import Positions

CHEAPEST_COLUMNS_COUNT, CHEAPEST_ROWS_COUNT = 20, 8
"""Of each choice, the cheapest so many are there from the first, and the rows of so many from the second solve on."""

BROKEN = 1e-7
"""By how much a row is broken, or a reduced cost below zero: HiGHS's own tolerance."""

LARGE_ROWS_COUNT, LEAST_PART = 10_000, 0.5
"""Links from which on growing is worth it, and the part of all rows that they must be."""


@dataclasses.dataclass(frozen=True)
class Links:
    """Rows that hold the shares of choices within what is opened.

    Parameters
    ----------
    rows, columns, openings : ndarray of int
        Each row, of the form ``share <= factor * opening``, and its two columns.
    rank : ndarray of int
        Place of the share by cost in its choice, the row of shares that make up a given sum.
    """

    rows: Positions
    columns: Positions
    openings: Positions
    rank: Positions

    def are_most_of(self, form: StandardForm) -> bool:
        """Whether a model is large, and mainly consists of these rows."""
        return len(self.rows) >= max(LARGE_ROWS_COUNT, LEAST_PART * len(form.row_lower))


def links_of(form: StandardForm) -> Links:
    """Find the links of a model: rows of a continuous and an integer column, with zero beside them.

    A link counts only if its continuous column is in a choice, an equation of several columns that all have a link.

    Parameters
    ----------
    form : StandardForm
        The model.
    """
    by_row = form.matrix.tocsr()
    most, least = form.row_upper, form.row_lower
    one_sided = ((most == 0) & np.isneginf(least)) | ((least == 0) & np.isposinf(most))
    pairs = np.flatnonzero((np.diff(by_row.indptr) == 2) & one_sided)
    first, second = by_row.indices[by_row.indptr[pairs]], by_row.indices[by_row.indptr[pairs] + 1]
    mixed = form.integral[first] != form.integral[second]
    pairs, first, second = pairs[mixed], first[mixed], second[mixed]
    shares = np.where(form.integral[first], second, first)
    openings = np.where(form.integral[first], first, second)

    linked = np.zeros(len(form.cost), dtype=bool)
    linked[shares] = form.column_lower[shares] == 0
    width = np.diff(by_row.indptr)
    linked_count = by_row.astype(bool).astype(float) @ linked.astype(float)
    choices = by_row[np.flatnonzero((least == most) & (width > 1) & (linked_count == width))].tocoo()
    order = np.lexsort((form.cost[choices.col], choices.row))
    row, column = choices.row[order], choices.col[order]
    rank = np.full(len(form.cost), -1, dtype=np.intp)
    rank[column] = np.arange(len(row)) - np.searchsorted(row, row)
    chosen = rank[shares] >= 0
    return Links(*(found[chosen].astype(np.int32) for found in (pairs, shares, openings, rank[shares])))


class GrowingRelaxation:
    """A relaxation with some of the rows and columns of its model.

    Parameters
    ----------
    form : StandardForm
        The model.
    links : Links
        Its rows and columns that may come in later.
    """

    def __init__(self, form: StandardForm, links: Links) -> None:
        self._form, self._links, self._by_row = form, links, form.matrix.tocsr()
        self._share_upper = form.column_upper
        self._has_row: npt.NDArray[np.bool_] = np.ones(len(form.row_lower), dtype=bool)
        self._has_row[links.rows] = False
        self._has_column: npt.NDArray[np.bool_] = np.ones(len(form.cost), dtype=bool)
        self._has_column[links.columns[links.rank >= CHEAPEST_COLUMNS_COUNT]] = False
        self._rows, self._columns = _places(self._has_row), _places(self._has_column)
        self._solver = self._loaded()
        self._early = links.rows[links.rank < CHEAPEST_ROWS_COUNT]

    def limit(self, lower: Array, upper: Array) -> None:
        """Set the bounds of all integer columns; shares of what may not be opened are none.

        Parameters
        ----------
        lower, upper : ndarray
            By integer column, in their order.
        """
        form, links = self._form, self._links
        lowest, highest = form.column_lower.copy(), self._share_upper.copy()
        lowest[form.integral], highest[form.integral] = lower, upper
        highest[links.columns[highest[links.openings] == 0]] = 0.0
        self._form = dataclasses.replace(form, column_lower=lowest, column_upper=highest)
        columns = self._columns
        self._solver.changeColsBounds(
            len(columns), np.arange(len(columns), dtype=np.int32), lowest[columns], highest[columns]
        )

    def solve(self, deadline: Deadline) -> Outcome:
        """Solve what is there; values and prices are of the whole model, within the bounds set last, as is the bound.

        Parameters
        ----------
        deadline : Deadline
            When to give up.
        """
        found = highs.run(self._solver, deadline=deadline)
        missing = _places(~self._has_column & (self._form.column_upper > 0))
        if found.status == "infeasible" and len(missing):
            self._take_columns(missing)
            found = highs.run(self._solver, deadline=deadline)
        if found.values is None or found.prices is None:
            return found
        values, prices = np.zeros(len(self._form.cost)), np.zeros(len(self._form.row_lower))
        values[self._columns], prices[self._rows] = found.values, found.prices
        return dataclasses.replace(found, values=values, prices=prices, bound=dual_bound(self._form, prices))

    def separate_and_price(self, outcome: Outcome) -> bool:
        """Take in what a solution of `solve` breaks or its prices ask for; False if that is nothing.

        Parameters
        ----------
        outcome : Outcome
            Solved to its optimum.
        """
        form = self._form
        activity = self._by_row @ outcome.values
        broken = np.maximum(activity - form.row_upper, form.row_lower - activity) > BROKEN
        broken &= ~self._has_row
        wanted = ~self._has_column & (form.column_upper > 0)
        wanted &= form.cost - form.matrix.T @ outcome.prices < -BROKEN
        if not (broken.any() or wanted.any()):
            return False
        broken[self._early] |= ~self._has_row[self._early]
        self._take_columns(_places(wanted))
        self._take_rows(_places(broken))
        return True

    def _loaded(self) -> Any:
        form = self._form.part(self._rows, self._columns)
        return loading.load(dataclasses.replace(form, integral=np.zeros(len(self._columns), dtype=bool)))

    def _take_columns(self, columns: Positions) -> None:
        form, part = self._form, self._form.matrix[:, columns].tocsr()[self._rows].tocsc()
        lower, upper = form.column_lower[columns], form.column_upper[columns]
        starts = part.indptr[:-1]
        self._solver.addCols(len(columns), form.cost[columns], lower, upper, part.nnz, starts, part.indices, part.data)
        self._columns = np.concatenate([self._columns, columns])
        self._has_column[columns] = True

    def _take_rows(self, rows: Positions) -> None:
        form, part = self._form, self._by_row[rows].tocsc()[:, self._columns].tocsr()
        starts = part.indptr[:-1]
        self._solver.addRows(
            len(rows), form.row_lower[rows], form.row_upper[rows], part.nnz, starts, part.indices, part.data
        )
        self._rows = np.concatenate([self._rows, rows])
        self._has_row[rows] = True


def _places(mask: npt.NDArray[np.bool_]) -> Positions:
    return np.flatnonzero(mask).astype(np.int32)
