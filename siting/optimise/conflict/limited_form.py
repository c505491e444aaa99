"""A model that no limit holds back, and beside it what each limit adds: rows, and bounds of columns.

What a limit adds is not written down anywhere: the model is put together once without any limit and once with each
alone, and what differs is the limit's. So a limit is held or given up by the bounds of its rows and columns, and the
solver keeps one model for all questions.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import scipy.sparse

from siting.models.assembly.labels import LabelRange, Labels

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.models.assembly.standard_form import StandardForm
    from siting.models.compiler.members import Positions

ROUNDING = 1e-9
"""Relative difference of numbers that are the same."""

Same = tuple["Positions", "Positions"]


@dataclasses.dataclass(frozen=True)
class Addition:
    """What a limit adds to the model without any.

    Parameters
    ----------
    matrix : csr_array
        Its rows by columns: those of the model without limits, then its own.
    row_lower, row_upper : ndarray
        Sides of its rows.
    rows : Positions
        Its rows in the model with it alone.
    own_lower, own_upper : ndarray
        Bounds of its own columns.
    columns : Positions
        Columns of the model without limits that it bounds.
    column_lower, column_upper : ndarray
        Their bounds.
    labels : Labels
        What the rows of the model with it alone stand for.
    """

    matrix: scipy.sparse.csr_array
    row_lower: Array
    row_upper: Array
    rows: Positions
    own_lower: Array
    own_upper: Array
    columns: Positions
    column_lower: Array
    column_upper: Array
    labels: Labels


def addition(free: StandardForm, limited: StandardForm) -> Addition:
    """Return what a limit adds.

    Parameters
    ----------
    free : StandardForm
        The model without limits.
    limited : StandardForm
        The same with one limit.
    """
    there, here = _same(limited.columns, free.columns)
    count = len(free.cost)
    own = np.setdiff1d(np.arange(len(limited.cost)), there)
    place = np.empty(len(limited.cost), dtype=np.int32)
    place[there], place[own] = here, count + np.arange(len(own))
    spread = scipy.sparse.csr_array(
        (np.ones(len(place)), (np.arange(len(place)), place)), shape=(len(place), count + len(own))
    )
    matrix = scipy.sparse.csr_array(limited.matrix) @ spread
    is_new = np.ones(limited.matrix.shape[0], dtype=bool)
    known, of_free = _same(limited.rows, free.rows)
    is_kept = np.zeros(count + len(own))
    is_kept[here] = 1.0
    before = scipy.sparse.csr_array(free.matrix)[of_free]
    before.resize((len(of_free), count + len(own)))
    before = before @ scipy.sparse.diags_array(is_kept)
    differs = (abs(matrix[known] - before) > ROUNDING * abs(before).maximum(abs(matrix[known]))).sum(axis=1) > 0
    for limited_side, free_side in ((limited.row_lower, free.row_lower), (limited.row_upper, free.row_upper)):
        differs |= ~_equal(limited_side[known], free_side[of_free])
    is_new[known[~differs]] = False
    rows = np.flatnonzero(is_new).astype(np.int32)
    lower, upper = np.zeros(count), np.zeros(count)  # a column that is not there is nothing
    lower[here], upper[here] = limited.column_lower[there], limited.column_upper[there]
    bounded = np.flatnonzero(~(_equal(lower, free.column_lower) & _equal(upper, free.column_upper))).astype(np.int32)
    return Addition(
        matrix=matrix[rows],
        row_lower=limited.row_lower[rows],
        row_upper=limited.row_upper[rows],
        rows=rows,
        own_lower=limited.column_lower[own],
        own_upper=limited.column_upper[own],
        columns=bounded,
        column_lower=lower[bounded],
        column_upper=upper[bounded],
        labels=limited.rows,
    )


def _equal(one: Array, other: Array) -> npt.NDArray[np.bool_]:
    return np.isclose(one, other, rtol=ROUNDING, atol=0.0, equal_nan=True)


def _same(ones: Labels, others: Labels) -> Same:
    """Positions of what two models have in common, in each of them."""
    of_other = {(found.block, found.name): found for found in others.ranges}
    pairs: list[Same] = []
    for found in ones.ranges:
        other = of_other.get((found.block, found.name))
        if other is not None:
            pairs.append(_same_keys(found, other))
    none = np.zeros(0, dtype=np.int32)
    first, second = zip(*pairs, strict=True) if pairs else ((none,), (none,))
    return np.concatenate([none, *first]), np.concatenate([none, *second])


def _same_keys(one: LabelRange, other: LabelRange) -> Same:
    """Positions of the keys that two ranges of one name have in common."""
    if [factor.keys for factor in one.index.factors] == [factor.keys for factor in other.index.factors]:
        _, at, there = np.intersect1d(one.numbers, other.numbers, assume_unique=True, return_indices=True)
    else:
        place = {other.index.key(int(number)): i for i, number in enumerate(other.numbers)}
        found = [place.get(one.index.key(int(number)), -1) for number in one.numbers]
        there = np.array(found, dtype=np.int32)
        at = np.flatnonzero(there >= 0)
        there = there[at]
    return (one.first + at).astype(np.int32), (other.first + there).astype(np.int32)


@dataclasses.dataclass(frozen=True)
class LimitedForm:
    """A model without limits, and what each limit adds.

    Parameters
    ----------
    free : StandardForm
        The model that no limit holds back.
    additions : tuple of Addition
        By limit.
    """

    free: StandardForm
    additions: tuple[Addition, ...]

    def matrix(self) -> scipy.sparse.csc_array:
        """Rows of the model without limits and of each limit, by columns in the same order."""
        own = [len(one.own_lower) for one in self.additions]
        count = len(self.free.cost)
        free = scipy.sparse.csr_array(self.free.matrix)
        free.resize((free.shape[0], count + sum(own)))
        parts = [free]
        for one, first in zip(self.additions, np.cumsum([0, *own]).tolist(), strict=False):
            blocks = [one.matrix[:, :count], scipy.sparse.csr_array((one.matrix.shape[0], first))]
            blocks += [one.matrix[:, count:], scipy.sparse.csr_array((one.matrix.shape[0], sum(own) - first))]
            parts.append(scipy.sparse.hstack([blocks[0], blocks[1], blocks[2]], format="csr"))
            parts[-1].resize((one.matrix.shape[0], count + sum(own)))
        return scipy.sparse.csc_array(scipy.sparse.vstack(parts))

    def row_sides(self, held: Sequence[int]) -> tuple[Array, Array]:
        """Sides of all rows when some limits are held."""
        keep = set(held)
        lower, upper = [self.free.row_lower], [self.free.row_upper]
        for i, one in enumerate(self.additions):
            lower.append(one.row_lower if i in keep else np.full(len(one.rows), -np.inf))
            upper.append(one.row_upper if i in keep else np.full(len(one.rows), np.inf))
        return np.concatenate(lower), np.concatenate(upper)

    def column_bounds(self, held: Sequence[int]) -> tuple[Array, Array]:
        """Bounds of all columns when some limits are held."""
        lower, upper = self.free.column_lower.copy(), self.free.column_upper.copy()
        for i in held:
            one = self.additions[i]
            lower[one.columns] = np.maximum(lower[one.columns], one.column_lower)
            upper[one.columns] = np.minimum(upper[one.columns], one.column_upper)
        own_lower, own_upper = [one.own_lower for one in self.additions], [one.own_upper for one in self.additions]
        return np.concatenate([lower, *own_lower]), np.concatenate([upper, *own_upper])

    def integral(self) -> npt.NDArray[np.bool_]:
        """Which columns are integer; a limit's own are not."""
        own = sum(len(one.own_lower) for one in self.additions)
        return np.concatenate([self.free.integral, np.zeros(own, dtype=bool)])

    def rows_of(self, limit: int) -> Positions:
        """Positions of the rows of a limit."""
        first = len(self.free.row_lower) + sum(len(one.rows) for one in self.additions[:limit])
        return np.arange(first, first + len(self.additions[limit].rows), dtype=np.int32)

    def replaced(self, limit: int, one: Addition) -> LimitedForm:
        """Return the same with another value of a limit."""
        return LimitedForm(self.free, (*self.additions[:limit], one, *self.additions[limit + 1 :]))
