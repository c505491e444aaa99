"""Rules evaluated over a whole index at once.

A rule of a constraint or of a posted term says what holds at one key: ``draw[s, y, h] <= connection[s, y]``.
Pyomo calls it key by key and builds an expression object each time: on a model of 250,000 rows that takes a
minute. Here the same rule is called once, with all members of an axis in place of one (`Several`). Numbers
are then looked up as numpy arrays, variables as arrays of column numbers, and the arithmetic of the rule
gives the coefficients of all its rows at once (`Linear`).

A rule need not know of this. What cannot be said of many members at once (a comparison of members, a
dictionary keyed by them, a condition on data) is refused by an error, never answered wrongly; the axis in
question is then taken member by member. What is refused even so goes through Pyomo's own expressions.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, Self

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.var import IndexedVar
from pyomo.repn import generate_standard_repn

from siting.case import Array

Rule = Callable[..., Any]
Member = str | int
Positions = npt.NDArray[np.int32]

REFUSALS = (TypeError, ValueError, KeyError)
"""Errors by which a rule shows that it needs its members one by one."""


class RefusedError(TypeError):
    """Something is asked of many members at once that only one can answer."""


class Several:
    """Many members of an axis at once, standing as an index where a rule expects one.

    Parameters
    ----------
    axis : str
        Name of the axis.
    positions : ndarray of int
        Positions of the members along the axis; its shape says along which dimension they lie.
    """

    __hash__ = None  # type: ignore[assignment]  # so that dictionaries refuse it

    def __init__(self, axis: str, positions: Positions) -> None:
        self.axis = axis
        self.positions = positions

    def _refuse(self, *_: Any) -> NoReturn:
        raise RefusedError(f"many members of {self.axis} cannot be compared, counted or printed as one")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __bool__ = __len__ = __iter__ = __str__ = __format__ = __index__ = _refuse


class Members(tuple[Member, ...]):
    """Some members of one axis, in order."""

    axis: str

    def __new__(cls, axis: str, members: Sequence[Member]) -> Self:
        """Make a tuple that knows its axis."""
        made = super().__new__(cls, members)
        made.axis = axis
        return made


@dataclasses.dataclass(frozen=True)
class Padded:
    """Different members of one axis for each of many: filled up to the same number, and which of them count.

    Parameters
    ----------
    axis : str
        Name of the axis.
    positions : ndarray of int
        Positions along it: places by the dimensions of the many.
    counts : ndarray of bool
        Which of the places are filled in earnest.
    """

    axis: str
    positions: Positions
    counts: npt.NDArray[np.bool_]

    def _refuse(self, *_: Any) -> NoReturn:
        raise RefusedError(f"different members of {self.axis} cannot be counted or gone through as one")

    __bool__ = __len__ = __iter__ = _refuse


@dataclasses.dataclass(frozen=True)
class Axes:
    """The axes of a case: where each member stands.

    Parameters
    ----------
    members : mapping of str to tuple
        Members of each axis, in order.
    """

    members: Mapping[str, tuple[Member, ...]]

    @functools.cached_property
    def position(self) -> dict[str, dict[Member, int]]:
        """Position of each member of each axis."""
        return {axis: {member: i for i, member in enumerate(members)} for axis, members in self.members.items()}

    def place(self, axis: str, part: Any) -> Any:
        """Position of one member, or positions of several."""
        if isinstance(part, Several):
            if part.axis != axis:
                raise RefusedError(f"members of {part.axis} where {axis} is expected")
            return part.positions
        return self.position[axis][part]


@dataclasses.dataclass(frozen=True)
class Factor:
    """One of the sets whose product is an index: an axis, or pairs over two axes.

    Parameters
    ----------
    axes : tuple of str
        Names of the axes; empty for a set of things that are no axis of the case.
    keys : tuple of tuple
        Members, each as a tuple.
    positions : ndarray of int
        Position of each member along each axis: members by axes.
    """

    axes: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    positions: Positions

    def __len__(self) -> int:
        return len(self.keys)


@dataclasses.dataclass(frozen=True)
class Index:
    """The product of some factors, in the order in which Pyomo counts it.

    Parameters
    ----------
    factors : tuple of Factor
        What it is the product of.
    """

    factors: tuple[Factor, ...]

    @functools.cached_property
    def shape(self) -> tuple[int, ...]:
        """Number of members of each factor."""
        return tuple(len(factor) for factor in self.factors)

    @property
    def size(self) -> int:
        """Number of keys."""
        return math.prod(self.shape)

    @property
    def axes(self) -> tuple[str, ...]:
        """Names of all axes."""
        return tuple(axis for factor in self.factors for axis in factor.axes)

    def key(self, number: int) -> tuple[Any, ...]:
        """Key of a number."""
        places = np.unravel_index(number, self.shape)
        return tuple(part for factor, i in zip(self.factors, places, strict=True) for part in factor.keys[int(i)])

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Go through all keys, in order."""
        for parts in itertools.product(*(factor.keys for factor in self.factors)):
            yield tuple(itertools.chain.from_iterable(parts))

    def places(self) -> tuple[Positions, ...]:
        """Position of each key along each axis, for indexing an array over the axes."""
        grid = np.indices(self.shape, sparse=True)
        return tuple(
            np.broadcast_to(factor.positions[:, i][grid[place]], self.shape).ravel()
            for place, factor in enumerate(self.factors)
            for i in range(len(factor.axes))
        )

    def along(self, axis: str, numbers: Positions | None = None) -> Positions | None:
        """Position along an axis of each key, or of the given ones; None if it has no such axis."""
        for i, factor in enumerate(self.factors):
            if axis in factor.axes:
                every = np.arange(self.size) if numbers is None else numbers
                found: Positions = factor.positions[np.unravel_index(every, self.shape)[i], factor.axes.index(axis)]
                return found
        return None


class Numbers:
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

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        axes = self._space.axes
        found = self._values[tuple(axes.place(axis, part) for axis, part in zip(self._names, parts, strict=True))]
        if not self._complete:
            found = self._space.filled(found, np.isnan(found), 0.0, self.name)
        return found if np.ndim(found) else float(found)


class Lookup(dict[Member, Member]):
    """A dictionary from the members of one axis to those of another, for single members and for many."""

    def __init__(self, source: str, target: str, pairs: Mapping[Member, Member], axes: Axes) -> None:
        super().__init__(pairs)
        self._source, self._target, self._axes = source, target, axes

    @functools.cached_property
    def _places(self) -> Positions:
        to = self._axes.position[self._target]
        return np.array([to[self[member]] for member in self._axes.members[self._source]], dtype=np.int32)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Several):
            return Several(self._target, self._places[self._axes.place(self._source, key)])
        return super().__getitem__(key)


class Partners(dict[Member, Members]):
    """For each member of one axis, the members of another that go with it; for single members and for many."""

    def __init__(self, source: str, target: str, pairs: Mapping[Member, Sequence[Member]], axes: Axes) -> None:
        super().__init__({one: Members(target, pairs.get(one, ())) for one in axes.members[source]})
        self._source, self._target, self._axes = source, target, axes

    @functools.cached_property
    def _filled(self) -> tuple[Positions, npt.NDArray[np.bool_]]:
        """Positions of the partners, by place and member, and which places are filled."""
        most = max((len(partners) for partners in self.values()), default=0)
        positions = np.zeros((most, len(self)), dtype=np.int32)
        counts = np.zeros((most, len(self)), dtype=bool)
        to = self._axes.position[self._target]
        for i, partners in enumerate(self.values()):
            positions[: len(partners), i] = [to[partner] for partner in partners]
            counts[: len(partners), i] = True
        return positions, counts

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Several):
            positions, counts = self._filled
            many = self._axes.place(self._source, key)
            return Padded(self._target, positions[:, many], counts[:, many])
        return super().__getitem__(key)


class Linear:
    """Linear expressions in columns, one for each element of the dimensions that are open.

    Parameters
    ----------
    terms : tuple
        Pairs of coefficients and column numbers, each broadcast over the dimensions. Dimensions in front of
        those that are open are summed over.
    constant : float or ndarray
        What is added.
    """

    __array_ufunc__ = None  # numpy leaves the arithmetic to this class
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, terms: tuple[tuple[Any, Any], ...], constant: Any = 0.0) -> None:
        self.terms = terms
        self.constant = constant

    def __add__(self, other: Any) -> Linear:
        if isinstance(other, Linear):
            return Linear(self.terms + other.terms, self.constant + other.constant)
        return Linear(self.terms, self.constant + _data(other))

    __radd__ = __add__

    def __neg__(self) -> Linear:
        return self.__mul__(-1.0)

    def __sub__(self, other: Any) -> Linear:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Linear:
        return self.__neg__().__add__(other)

    def __mul__(self, other: Any) -> Linear:
        factor = _data(other)
        return Linear(
            tuple((coefficient * factor, column) for coefficient, column in self.terms), self.constant * factor
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Linear:
        return self.__mul__(1.0 / _data(other))

    def __le__(self, other: Any) -> Relation:
        if isinstance(other, Linear):
            return Relation(self - other, None, 0.0)
        return Relation(self, None, _data(other))

    def __ge__(self, other: Any) -> Relation:
        if isinstance(other, Linear):
            return Relation(other - self, None, 0.0)  # as Pyomo turns it
        return Relation(self, _data(other), None)

    def __eq__(self, other: object) -> Relation:  # type: ignore[override]
        if isinstance(other, Linear):
            return Relation(self - other, 0.0, 0.0)
        return Relation(self, _data(other), _data(other))

    def __bool__(self) -> NoReturn:
        raise RefusedError("an expression has no truth value")


@dataclasses.dataclass(frozen=True)
class Relation:
    """What a constraint's rule returns: an expression between two sides; None stands for no side."""

    body: Linear
    lower: Any
    upper: Any

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
    domain_of_all: Any
    bounds_rule: Any
    _space: Space
    _axes: Axes

    def place(self, over: Index, first_column: int, space: Space) -> None:
        """Say where the columns are."""
        self.over, self.first_column, self._space, self._axes = over, first_column, space, space.axes
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

    def __getitem__(self, key: Any) -> Any:
        if self._space.shape is None:
            return super().__getitem__(key)
        return Linear(((1.0, self.column(key)),))

    @property
    def is_whole(self) -> bool:
        """Whether its members are integers."""
        return bool(self.domain_of_all.get_interval()[2] == 1)

    def column(self, key: Any) -> Any:
        """Column of a key, or columns of many."""
        parts = iter(key if isinstance(key, tuple) else (key,))
        column: Any = self.first_column
        for axes, stride, table in self._local:
            places = tuple(self._axes.place(axis, next(parts)) for axis in axes)
            local: Any = places[0] if table is None else table[places]
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
    """

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.shape: tuple[int, ...] | None = None
        self._counts: Any = True

    @contextlib.contextmanager
    def open(self, shape: tuple[int, ...], counts: Any = True) -> Iterator[None]:
        """Evaluate over the given dimensions, of which only some elements may count."""
        before = self.shape, self._counts
        self.shape, self._counts = shape, self._counts & counts
        try:
            yield
        finally:
            self.shape, self._counts = before

    def filled(self, found: Any, missing: Any, with_: float, name: str) -> Any:
        """Return what was looked up, with something in place of what is missing; refuse if that would count."""
        if not np.any(missing):
            return found
        if np.any(missing & self._counts):
            raise KeyError(f"{name} has no such member")
        return np.where(missing, with_, found)

    def sum_over(self, members: Factor | Padded, rule: Rule) -> Any:
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
            several: tuple[Several, ...] = (Several(members.axis, members.positions),)
            counts: Any = members.counts
        else:
            several, counts = _several(members, (count, *(1,) * len(self.shape))), True
        with self.open(shape, counts):
            inside = rule(*several)
        depth = len(shape)
        if not isinstance(inside, Linear):
            return _summed(inside * counts, depth, count)
        terms = tuple(
            (coefficient if _spans(depth, count, coefficient, column) else coefficient * count, column)
            for coefficient, column in ((coefficient * counts, column) for coefficient, column in inside.terms)
        )
        return Linear(terms, _summed(inside.constant * counts, depth, count))


@dataclasses.dataclass(frozen=True)
class Entries:
    """What a rule gives over a whole index: sparse rows, each with a constant and, for constraints, its sides.

    Parameters
    ----------
    row : ndarray of int
        Number, within the index, of each entry's key.
    column : ndarray of int
        Column of each entry.
    coefficient : ndarray
        Coefficient of each entry.
    present : ndarray of bool
        At which keys the rule gives anything; by number.
    constant, lower, upper : ndarray
        Constant and sides, by number.
    """

    row: Positions
    column: Positions
    coefficient: Array
    present: npt.NDArray[np.bool_]
    constant: Array
    lower: Array
    upper: Array


def evaluate(rule: Rule, index: Index, space: Space, *, relations: bool) -> Entries:
    """Evaluate a rule over a whole index, in as few calls as it allows.

    Parameters
    ----------
    rule : callable
        Takes a key; returns an expression, or a relation between expressions or Pyomo's word for none.
    index : Index
        Where to evaluate it.
    space : Space
        Shared with the variables that the rule names.
    relations : bool
        Whether the rule is a constraint's, and returns relations.

    Raises
    ------
    InfeasibleConstraintException
        If the rule says that nothing can satisfy it.
    """
    if index.size == 0:
        return _Gathered(index, relations).entries()
    axes = [place for place, factor in enumerate(index.factors) if factor.axes]
    for count in range(len(axes), -1, -1):
        for together in sorted(itertools.combinations(axes, count), key=lambda way: _calls(index, way)):
            gathered = _Gathered(index, relations)
            try:
                for numbers, shape, members in _pieces(index, together):
                    with space.open(shape):
                        gathered.add(numbers, shape, rule(*members))
            except REFUSALS:
                continue
            return gathered.entries()
    gathered = _Gathered(index, relations)
    for number, single in enumerate(index):
        gathered.add_plain(number, rule(*single))
    return gathered.entries()


def _calls(index: Index, together: Sequence[int]) -> int:
    """How often a rule is called if some factors are taken whole."""
    return math.prod(count for place, count in enumerate(index.shape) if place not in together)


def _pieces(index: Index, together: Sequence[int]) -> Iterator[tuple[Positions, tuple[int, ...], list[Any]]]:
    """Cut an index into pieces: all members of some factors at once, one member of each of the others."""
    shape = tuple(index.shape[place] for place in together)
    every = np.arange(index.size, dtype=np.int32).reshape(index.shape)
    choices: list[list[tuple[Any, tuple[Any, ...]]]] = []
    for place, factor in enumerate(index.factors):
        if place in together:
            along = tuple(-1 if place == other else 1 for other in together)
            choices.append([(slice(None), _several(factor, along))])
        else:
            choices.append([(number, key) for number, key in enumerate(factor.keys)])
    for chosen in itertools.product(*choices):
        numbers = every[tuple(where for where, _ in chosen)]
        yield np.ravel(numbers), shape, [part for _, parts in chosen for part in parts]


class _Gathered:
    """Entries, as they are found piece by piece."""

    def __init__(self, index: Index, relations: bool) -> None:
        self._relations = relations
        self._rows: list[Positions] = []
        self._columns: list[Positions] = []
        self._coefficients: list[Array] = []
        self._present = np.zeros(index.size, dtype=bool)
        self._constant = np.zeros(index.size)
        self._lower = np.full(index.size, -np.inf)
        self._upper = np.full(index.size, np.inf)

    def add(self, numbers: Positions, shape: tuple[int, ...], found: Any) -> None:
        """Take what a rule gave over the given numbers."""
        if _says_nothing(found):
            return
        self._present[numbers] = True
        if isinstance(found, Relation) != self._relations:
            raise RefusedError(f"the rule returns a {type(found).__name__}")
        if isinstance(found, Relation):
            for side, value in ((self._lower, found.lower), (self._upper, found.upper)):
                if value is not None:
                    side[numbers] = _finite(np.broadcast_to(value, shape).ravel())
            found = found.body
        if not isinstance(found, Linear):
            found = Linear((), _data(found))
        self._constant[numbers] = _finite(np.broadcast_to(found.constant, shape).ravel())
        for coefficient, column in found.terms:
            full = np.broadcast_shapes(np.shape(coefficient), np.shape(column), shape)
            self._coefficients.append(_finite(np.broadcast_to(coefficient, full).ravel()))
            self._columns.append(np.broadcast_to(column, full).ravel().astype(np.int32))
            self._rows.append(np.broadcast_to(numbers.reshape(shape), full).ravel())

    def add_plain(self, number: int, found: Any) -> None:
        """Take what a rule gave at one key, in Pyomo's own expressions."""
        if _says_nothing(found):
            return
        self._present[number] = True
        body = found
        if self._relations:
            lower, body, upper = ConstraintData(expr=found).to_bounded_expression(evaluate_bounds=True)
            self._lower[number] = -np.inf if lower is None else lower
            self._upper[number] = np.inf if upper is None else upper
        repn = generate_standard_repn(body, compute_values=True)
        if not repn.is_linear():
            raise ValueError(f"this is not linear: {body}")
        self._constant[number] = repn.constant
        columns = [data.parent_component().column(data.index()) for data in repn.linear_vars]
        self._columns.append(np.array(columns, dtype=np.int32))
        self._coefficients.append(np.array(repn.linear_coefs, dtype=float))
        self._rows.append(np.full(len(columns), number, dtype=np.int32))

    def entries(self) -> Entries:
        """All of it, without coefficients of zero."""
        row = np.concatenate([np.zeros(0, dtype=np.int32), *self._rows])
        column = np.concatenate([np.zeros(0, dtype=np.int32), *self._columns])
        coefficient = np.concatenate([np.zeros(0), *self._coefficients])
        kept = coefficient != 0
        if not kept.all():
            row, column, coefficient = row[kept], column[kept], coefficient[kept]
        return Entries(row, column, coefficient, self._present, self._constant, self._lower, self._upper)


def _several(factor: Factor, shape: tuple[int, ...]) -> tuple[Several, ...]:
    """All members of a factor at once, along one dimension."""
    return tuple(Several(axis, factor.positions[:, i].reshape(shape)) for i, axis in enumerate(factor.axes))


def _says_nothing(found: Any) -> bool:
    """Whether a rule returned Pyomo's word for no constraint."""
    if found is pyo.Constraint.Infeasible:
        raise InfeasibleConstraintException("a rule says that nothing can satisfy it")
    return found is pyo.Constraint.Skip or found is pyo.Constraint.Feasible


def _data(value: Any) -> Any:
    """Return a number or an array of numbers; refuse all else."""
    if isinstance(value, int | float | np.ndarray | np.number):
        return value
    raise RefusedError(f"{type(value).__name__} is not a number")


def _finite(values: Array) -> Array:
    if np.isnan(values).any():
        raise RefusedError("a coefficient is missing")
    return values


def _spans(depth: int, count: int, *arrays: Any) -> bool:
    """Whether arrays, broadcast together, extend along the dimension that is `depth` from the end."""
    shape = np.broadcast_shapes(*(np.shape(array) for array in arrays))
    return len(shape) >= depth and (count == 1 or shape[-depth] == count)


def _summed(value: Any, depth: int, count: int) -> Any:
    """Sum data over the dimension that is `depth` from the end, which it may not have."""
    array = _data(value)
    if np.ndim(array) == depth:
        return np.sum(array, axis=0) * (count if np.shape(array)[0] != count else 1)
    return array * count
