"""Numbers, variables and linear expressions over many members at once."""

from __future__ import annotations

import contextlib
import dataclasses
import operator
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, NoReturn, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from pyomo.core.base.var import IndexedVar

from siting.case.case import Array
from siting.models.compiler.algebra import Amount, Block, Datum, Domain, Expression, Relation, TermRule
from siting.models.compiler.members import (
    Axes,
    Columns,
    Factor,
    Flags,
    Floats,
    Index,
    Member,
    Padded,
    Positions,
    RefusedError,
    Several,
)

Place = Member | Several
"""What stands as an index where a rule expects one member."""

FoundT = TypeVar("FoundT", Columns, Floats)
Scalar = TypeVar("Scalar", bound=np.generic)

ROUNDING = 1e-9
"""What a quotient of two numbers may lack of the whole number that it is."""


class Parameter:
    """A field of the case, looked up by members: a plain number for single members, an array for many.

    Parameters
    ----------
    name : str
        Name of the field.
    names : tuple of str
        Its axes.
    values : ndarray
        Its values; NaN where there is none.
    space : Space
        Shared with the variables of the model.
    """

    def __init__(self, name: str, names: tuple[str, ...], values: Array, space: Space) -> None:
        self.name, self._names, self._values, self._space = name, names, values, space
        self._complete = not bool(np.isnan(values).any())

    def __getitem__(self, key: Place | tuple[Place, ...]) -> Datum:
        parts = key if isinstance(key, tuple) else (key,)
        axes = self._space.axes
        found = self._values[tuple(axes.place(axis, part) for axis, part in zip(self._names, parts, strict=True))]
        if not self._complete:
            found = self._space.filled(found, np.isnan(found), 0, self.name)
        return cast("Datum", found if np.ndim(found) else float(found))


class Addend(NamedTuple):
    """One term of linear expressions: arrays that broadcast over the dimensions that are open.

    Dimensions in front of those are summed over.

    Parameters
    ----------
    column : ndarray of int, or int
        Column numbers.
    coefficient : ndarray or float
        What they are multiplied by.
    counts : ndarray of bool, or bool
        Which elements count; what stands at the others means nothing.
    """

    column: Columns
    coefficient: Floats = 1.0
    counts: Flags = True

    def times(self, factor: Floats) -> Addend:
        """Return the term multiplied by data."""
        plain = isinstance(self.coefficient, float) and self.coefficient == 1.0  # spares an array its copy
        return self._replace(coefficient=factor if plain else self.coefficient * factor)

    def over(self, depth: int, count: int, counts: Flags) -> Addend:
        """Return the term summed over the dimension that is `depth` from the end.

        Parameters
        ----------
        depth, count : int
            Which dimension, and its size.
        counts : ndarray of bool, or bool
            Which elements count.
        """
        if np.ndim(self.column) >= depth and np.shape(self.column)[-depth] > 1:
            return self._replace(counts=counts if self.counts is True else self.counts & counts)
        factor = _counted(_counted(self.coefficient, self.counts), counts)
        if np.ndim(factor) >= depth and np.shape(factor)[-depth] > 1:
            return Addend(self.column, np.sum(factor, axis=-depth, keepdims=True))
        return Addend(self.column, factor * count)


class Linear:
    """Linear expressions in columns, one for each element of the dimensions that are open.

    Parameters
    ----------
    terms : tuple of Addend
        What is added up.
    constant : float or ndarray
        What is added.
    """

    __array_ufunc__ = None  # numpy leaves the arithmetic to this class
    __hash__ = None  # type: ignore[assignment]  # equality makes a relation, so there is nothing to hash by

    def __init__(self, terms: tuple[Addend, ...], constant: Floats = 0.0) -> None:
        self.terms = terms
        self.constant = constant

    def __add__(self, other: Expression | Floats) -> Linear:
        if isinstance(other, Linear):
            return Linear(self.terms + other.terms, self.constant + other.constant)
        return Linear(self.terms, self.constant + data_of(other))

    __radd__ = __add__

    def __neg__(self) -> Linear:
        return self.__mul__(-1.0)

    def __sub__(self, other: Expression | Floats) -> Linear:
        return self.__add__(-other)

    def __rsub__(self, other: Expression | Floats) -> Linear:
        return self.__neg__().__add__(other)

    def __mul__(self, other: Datum | Floats) -> Linear:
        factor = data_of(other)
        return Linear(tuple(term.times(factor) for term in self.terms), self.constant * factor)

    __rmul__ = __mul__

    def __truediv__(self, other: Datum | Floats) -> Linear:
        return self.__mul__(1.0 / data_of(other))

    def __le__(self, other: Amount) -> Between:
        if isinstance(other, Linear):
            return Between(self - other, None, 0.0)
        return Between(self, None, data_of(other))

    def __ge__(self, other: Amount) -> Between:
        if isinstance(other, Linear):
            return Between(other - self, None, 0.0)  # as Pyomo turns it
        return Between(self, data_of(other), None)

    def __eq__(self, other: object) -> Between:  # type: ignore[override]  # a row, as in Pyomo, not a truth value
        if isinstance(other, Linear):
            return Between(self - other, 0.0, 0.0)
        return Between(self, data_of(other), data_of(other))

    def __bool__(self) -> NoReturn:
        raise RefusedError("an expression has no truth value")


@dataclasses.dataclass(frozen=True)
class Between(Relation):
    """What a constraint's rule returns: an expression between two sides; None stands for no side."""

    body: Linear
    lower: Floats | None
    upper: Floats | None

    def __bool__(self) -> NoReturn:
        raise RefusedError("a relation has no truth value")


class Variable(IndexedVar):  # type: ignore[misc]  # Pyomo is not typed
    """A Pyomo variable that also knows the column numbers of its members.

    Attributes
    ----------
    over : Index
        What it is declared over.
    first_column : int
        Column of its first member; the others follow in order.
    domain_of_all : Pyomo domain
        Domain of every member.
    bounds_rule : callable or None
        Bounds of a member, from its block and key.
    """

    over: Index
    first_column: int
    domain_of_all: Domain
    bounds_rule: Callable[[Block, tuple[Place, ...]], tuple[Floats | None, Floats | None]] | None
    _space: Space
    _axes: Axes

    def place(self, over: Index, first_column: int, space: Space) -> None:
        """Say where the columns are."""
        self.over, self.first_column, self._space, self._axes = over, first_column, space, space.axes
        self._last: tuple[Flags, tuple[Place, ...], Columns] = True, (), -1  # a rule asks for one several times
        self._local: list[tuple[tuple[str, ...], int, Positions | None]] = []
        stride = over.size
        for factor in over.factors:
            stride //= max(len(factor), 1)
            sizes = tuple(len(space.axes.members[axis]) for axis in factor.axes)
            table = np.full(sizes, -1, dtype=np.int32)
            table[tuple(factor.positions.T)] = np.arange(len(factor), dtype=np.int32)
            whole_axis = len(sizes) == 1 and np.array_equal(table, np.arange(sizes[0]))
            self._local.append((factor.axes, stride, None if whole_axis else table))

    def fix(self, *arguments: Any, **options: Any) -> None:
        """Fix all members, as Pyomo does."""
        self.fill()
        super().fix(*arguments, **options)

    def fill(self) -> None:
        """Make Pyomo's objects for all members; until then there are those alone that someone has asked for."""
        for key in self.index_set():
            self.add(key)

    def __getitem__(self, key: Place | tuple[Place, ...]) -> Expression:
        if self._space.shape is None:
            data: Expression = super().__getitem__(key)
            return data
        parts = key if isinstance(key, tuple) else (key,)
        counts, before, column = self._last
        if counts is not self._space.counts or len(before) != len(parts) or any(map(operator.is_not, before, parts)):
            column = self.column(key)
            self._last = self._space.counts, parts, column
        return Linear((Addend(column),))

    @property
    def is_whole(self) -> bool:
        """Whether its members are integers."""
        return bool(self.domain_of_all.get_interval()[2] == 1)

    def column(self, key: Place | tuple[Place, ...]) -> Columns:
        """Column of a key, or columns of many."""
        parts = iter(key if isinstance(key, tuple) else (key,))
        column: Columns = self.first_column
        for axes, stride, table in self._local:
            places = tuple(self._axes.place(axis, next(parts)) for axis in axes)
            local: Columns = places[0] if table is None else table[places]
            if table is not None:
                local = self._space.filled(local, np.less(local, 0), 0, self.name)
            column = column + local * stride
        if next(parts, None) is not None:
            raise KeyError(f"{self.name} has fewer axes than {key!r}")
        return column


class Space:
    """The dimensions that are open while a rule is evaluated.

    Attributes
    ----------
    axes : Axes
        The axes of the case.
    shape : tuple of int or None
        Sizes of the open dimensions; None while rules speak to Pyomo, key by key.
    counts : ndarray of bool, or bool
        Which elements of the open dimensions count.
    """

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.shape: tuple[int, ...] | None = None
        self.counts: Flags = True

    @contextlib.contextmanager
    def open(self, shape: tuple[int, ...], counts: Flags = True) -> Iterator[None]:
        """Evaluate over the given dimensions, of which only some elements may count."""
        before = self.shape, self.counts
        self.shape, self.counts = shape, self.counts & counts
        try:
            yield
        finally:
            self.shape, self.counts = before

    def filled(self, found: FoundT, missing: Flags, with_: int, name: str) -> FoundT:
        """Return what was looked up, with something in place of what is missing; refuse if that would count."""
        if not np.any(missing):
            return found
        if np.any(missing & self.counts):
            raise KeyError(f"{name} has no such member")
        return np.where(missing, with_, found)

    def sum_over(self, members: Factor | Padded, rule: TermRule) -> Amount:
        """Sum what a rule gives at each of some members."""
        if self.shape is None:
            if isinstance(members, Padded):
                raise RefusedError("many members where Pyomo asks for one")
            return sum(rule(*key) for key in members.keys)
        count = len(members.positions)
        if not count:
            return 0
        shape = (count, *self.shape)
        if isinstance(members, Padded):
            inner = (1,) * (len(shape) - members.positions.ndim)  # sums opened since the members were asked for
            many: tuple[Several, ...] = (Several(members.axis, _with_axes(members.positions, inner)),)
            counts: Flags = _with_axes(members.counts, inner)
        else:
            many, counts = members.several((count, *(1,) * len(self.shape))), True
        with self.open(shape, counts):
            inside = rule(*many)
        depth = len(shape)
        if not isinstance(inside, Linear):
            return cast("Datum", _summed(_counted(data_of(inside), counts), depth, count))
        terms = tuple(term.over(depth, count, counts) for term in inside.terms)
        return Linear(terms, _summed(_counted(inside.constant, counts), depth, count))


def whole(number: Datum) -> Datum:
    """Return the largest whole number that data do not fall short of by more than rounding; of many, each."""
    return cast("Datum", np.floor(pyo.value(number) + ROUNDING))


def data_of(value: object) -> Floats:
    """Return a number or an array of numbers; refuse all else."""
    if isinstance(value, int | float | np.ndarray | np.number):
        return cast("Floats", value)
    raise RefusedError(f"{type(value).__name__} is not a number")


def _with_axes(array: npt.NDArray[Scalar], inner: tuple[int, ...]) -> npt.NDArray[Scalar]:
    """Give an array more dimensions behind its first."""
    return array.reshape(array.shape[0], *inner, *array.shape[1:])


def _summed(value: Floats, depth: int, count: int) -> Floats:
    """Sum data over the dimension that is `depth` from the end, which it may not have."""
    if np.ndim(value) == depth:
        summed: Floats = np.sum(value, axis=0) * (count if np.shape(value)[0] != count else 1)
        return summed
    return value * count


def _counted(values: Floats, counts: Flags) -> Floats:
    """Return numbers where they count, and zero elsewhere."""
    if counts is True:
        return values
    counted: Floats = np.multiply(values, counts)
    return counted
