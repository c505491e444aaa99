r"""Several futures as one model: what is decided before it is known which comes is one column, all else one each.

The components know nothing of it: each future is put together as a model of its own, and the models are laid side by
side. With :math:`x` what is decided first and :math:`u_f` what answers to future :math:`f` of probability
:math:`p_f`, each model being :math:`A_f x + B_f u_f \le b_f` at a cost of :math:`a_f' x + c_f' u_f`:

.. math::

    \min_{x, u} \sum_f p_f \left( a_f' x + c_f' u_f \right)
        \quad \text{with} \quad A_f x + B_f u_f \le b_f \text{ for each } f

Every row stays a row of its future, so what holds over a year (a cap, a share of clean energy, work to be done) holds
in each. Rows of what is decided first that are the same in all futures are stated once. Column generation over sites
cuts this model as it cuts any other: a column of a site then holds what it does in every future.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse

from siting.case.case import Array
from siting.models.assembly.labels import LabelRange, Labels
from siting.models.assembly.standard_form import StandardForm
from siting.models.compiler.members import Member, Positions

__all__ = ["FutureModel", "Stacked", "stack"]

RECOURSE_AXES = ("hour", "day", "month")
"""What is decided along any of these answers to what comes."""

_Key = tuple[Member, ...]


@dataclasses.dataclass(frozen=True)
class FutureModel:
    """The model of one future.

    Parameters
    ----------
    name : str
        Its id.
    weight : float
        Its probability.
    form : StandardForm
        Its model.
    """

    name: str
    weight: float
    form: StandardForm


@dataclasses.dataclass(frozen=True)
class Stacked:
    """The models of some futures side by side.

    Parameters
    ----------
    form : StandardForm
        Columns that all futures share stand first.
    places : tuple of ndarray of int
        Column here of each column of a future's own model, by future.
    first_count : int
        Columns that all futures share.
    """

    form: StandardForm
    places: tuple[Positions, ...]
    first_count: int


def stack(futures: Sequence[FutureModel], later: Collection[str]) -> Stacked:
    """Lay the models of some futures side by side.

    What one of them does not offer and that would be decided first is offered in none.

    Parameters
    ----------
    futures : sequence of Future
        Their models, of the same sites.
    later : collection of str
        Variables that answer to what comes though they are along none of `RECOURSE_AXES`.
    """
    first = _First(futures, later)
    ranges, count = list(first.ranges), first.count
    places = []
    for future in futures:
        place = np.full(len(future.form.columns), -1, dtype=np.int32)
        for found in future.form.columns.ranges:
            size = len(found.numbers)
            at = first.places(found) if first.has(found) else np.full(size, -1, dtype=np.int32)
            own = np.flatnonzero(at < 0)
            at[own] = np.arange(count, count + len(own), dtype=np.int32)
            ranges.append(dataclasses.replace(_of_future(found, future.name, count), numbers=found.numbers[own]))
            count += len(own)
            place[found.first : found.first + size] = at
        places.append(place)
    columns = Labels(tuple(ranges), np.arange(count, dtype=np.int32))
    form = _form(futures, places, columns, first)
    return Stacked(form, tuple(places), first.count)


class _First:
    """Columns of what is decided first: those that every future has."""

    def __init__(self, futures: Sequence[FutureModel], later: Collection[str]) -> None:
        self.later = later
        self.ranges: list[LabelRange] = []
        self.count = 0
        self._known: dict[str, tuple[LabelRange, Positions]] = {}
        begun = futures[0].form.columns.ranges
        others = [{found.name: found for found in future.form.columns.ranges} for future in futures[1:]]
        for found in begun:
            if not self.has(found):
                continue
            common = np.ones(len(found.numbers), dtype=bool)
            for other in others:
                if found.name not in other:
                    common[:] = False
                elif not found.is_like(other[found.name]):
                    theirs = set(_keys(other[found.name]))
                    common &= np.array([key in theirs for key in _keys(found)], dtype=bool)
            at = np.full(len(common), -1, dtype=np.int32)
            at[common] = np.arange(self.count, self.count + int(common.sum()), dtype=np.int32)
            self._known[found.name] = found, at
            self.ranges.append(dataclasses.replace(found, numbers=found.numbers[common], first=self.count))
            self.count += int(common.sum())

    def has(self, found: LabelRange) -> bool:
        """Whether what a range declares is decided first."""
        return found.name not in self.later and set(found.index.axes).isdisjoint(RECOURSE_AXES)

    def places(self, found: LabelRange) -> Positions:
        """Column of each member of a range; -1 where not all futures have it."""
        if found.name not in self._known:
            return np.full(len(found.numbers), -1, dtype=np.int32)
        known, at = self._known[found.name]
        if found.is_like(known):
            return at.copy()
        by_key = dict(zip(_keys(known), at.tolist(), strict=True))
        return np.array([by_key.get(key, -1) for key in _keys(found)], dtype=np.int32)


def _keys(found: LabelRange) -> list[_Key]:
    return [found.index.key(number) for number in found.numbers.tolist()]


def _of_future(found: LabelRange, name: str, first: int) -> LabelRange:
    return dataclasses.replace(found, block=f"{found.block}@{name}", first=first)


def _form(futures: Sequence[FutureModel], places: Sequence[Positions], columns: Labels, first: _First) -> StandardForm:
    """The arrays of all futures."""
    count = len(columns)
    lower, upper = np.full(count, -np.inf), np.full(count, np.inf)
    cost, integral = np.zeros(count), np.zeros(count, dtype=bool)
    blocks, row_lower, row_upper, ranges = [], list[Array](), list[Array](), list[LabelRange]()
    known: set[bytes] = set()
    rows_count = 0
    for future, place in zip(futures, places, strict=True):
        form = future.form
        lower[place] = np.maximum(lower[place], form.column_lower)
        upper[place] = np.minimum(upper[place], form.column_upper)
        cost[place] += future.weight * form.cost
        integral[place] |= form.integral
        for found in form.columns.ranges:
            if first.has(found):
                span = place[found.first : found.first + len(found.numbers)]
                upper[span[span >= first.count]] = 0.0
        coo = form.matrix.tocoo()
        wide = scipy.sparse.csr_array((coo.data, (coo.row, place[coo.col])), shape=(form.matrix.shape[0], count))
        wide.sort_indices()
        kept = _unknown(wide, form, first.count, known)
        blocks.append(wide[kept])
        row_lower.append(form.row_lower[kept])
        row_upper.append(form.row_upper[kept])
        for found in form.rows.ranges:
            own = kept[(kept >= found.first) & (kept < found.first + len(found.numbers))] - found.first
            ranges.append(dataclasses.replace(_of_future(found, future.name, rows_count), numbers=found.numbers[own]))
            rows_count += len(own)
    return StandardForm(
        matrix=scipy.sparse.csc_matrix(scipy.sparse.vstack(blocks, format="csc")),
        row_lower=np.concatenate(row_lower),
        row_upper=np.concatenate(row_upper),
        column_lower=lower,
        column_upper=upper,
        cost=cost,
        offset=float(sum(future.weight * future.form.offset for future in futures)),
        integral=integral,
        rows=Labels(tuple(ranges), np.arange(rows_count, dtype=np.int32)),
        columns=columns,
    )


def _unknown(wide: scipy.sparse.csr_array, form: StandardForm, first_count: int, known: set[bytes]) -> Positions:
    """Rows that say more than those of earlier futures; one of what is decided first may say the same again."""
    answers = np.zeros(wide.shape[0], dtype=bool)
    counts = np.diff(wide.indptr)
    row_of = np.repeat(np.arange(wide.shape[0]), counts)
    answers[row_of[wide.indices >= first_count]] = True
    kept: npt.NDArray[np.bool_] = np.ones(wide.shape[0], dtype=bool)
    for row in np.flatnonzero(~answers & (counts > 0)).tolist():
        span = slice(wide.indptr[row], wide.indptr[row + 1])
        digest = hashlib.blake2b(wide.indices[span].tobytes(), digest_size=16)
        digest.update(wide.data[span].tobytes())
        digest.update(np.array([form.row_lower[row], form.row_upper[row]]).tobytes())
        kept[row] = digest.digest() not in known
        known.add(digest.digest())
    return np.flatnonzero(kept).astype(np.int32)
