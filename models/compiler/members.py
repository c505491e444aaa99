"""Members of axes, one or many at once, and where they stand."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, NoReturn, Self, TypeVar, overload

import numpy as np
import numpy.typing as npt

Member = str | float
Key = Member | tuple[Member, ...]
Positions = npt.NDArray[np.int32]
Columns = int | Positions
Floats = float | npt.NDArray[np.float64]
Flags = bool | npt.NDArray[np.bool_]

M = TypeVar("M", bound=Member)
N = TypeVar("N", bound=Member)
M_co = TypeVar("M_co", bound=Member, covariant=True)
N_co = TypeVar("N_co", bound=Member, covariant=True)


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

    def _refuse(self, *_: object) -> NoReturn:
        raise RefusedError(f"many members of {self.axis} cannot be compared, counted or printed as one")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __bool__ = __len__ = __iter__ = __str__ = __format__ = __index__ = _refuse


class Members(tuple[M_co, ...]):
    """Some members of one axis, in order."""

    axis: str

    def __new__(cls, axis: str, members: Sequence[M_co]) -> Self:
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

    def _refuse(self, *_: object) -> NoReturn:
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

    @overload
    def place(self, axis: str, part: Member) -> int: ...
    @overload
    def place(self, axis: str, part: Several) -> Positions: ...
    @overload
    def place(self, axis: str, part: Member | Several) -> int | Positions: ...
    def place(self, axis: str, part: Member | Several) -> int | Positions:
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
    keys: tuple[tuple[Member, ...], ...]
    positions: Positions

    def __len__(self) -> int:
        return len(self.keys)

    def several(self, shape: tuple[int, ...]) -> tuple[Several, ...]:
        """All members at once, along one dimension; the same objects each time, so that columns are known again."""
        if shape not in self._several:
            positions = [self.positions[:, i].reshape(shape) for i in range(len(self.axes))]
            self._several[shape] = tuple(Several(*of) for of in zip(self.axes, positions, strict=True))
        return self._several[shape]

    @functools.cached_property
    def _several(self) -> dict[tuple[int, ...], tuple[Several, ...]]:
        return {}


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

    @functools.cached_property
    def numbers(self) -> Positions:
        """Number of each key, by the factors."""
        return np.arange(self.size, dtype=np.int32).reshape(self.shape)

    def key(self, number: int) -> tuple[Member, ...]:
        """Key of a number."""
        places = np.unravel_index(number, self.shape)
        return tuple(part for factor, i in zip(self.factors, places, strict=True) for part in factor.keys[int(i)])

    def __iter__(self) -> Iterator[tuple[Member, ...]]:
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


class Lookup(dict[M, N]):
    """A dictionary from the members of one axis to those of another, for single members and for many."""

    def __init__(self, source: str, target: str, pairs: Mapping[M, N], axes: Axes) -> None:
        super().__init__(pairs)
        self._source, self._target, self._axes = source, target, axes

    @functools.cached_property
    def _places(self) -> Positions:
        to, pairs = self._axes.position[self._target], dict[Member, Member](self.items())
        return np.array([to[pairs[member]] for member in self._axes.members[self._source]], dtype=np.int32)

    @overload
    def __getitem__(self, key: M) -> N: ...
    @overload
    def __getitem__(self, key: Several) -> Several: ...
    def __getitem__(self, key: M | Several) -> N | Several:
        if isinstance(key, Several):
            return Several(self._target, self._places[self._axes.place(self._source, key)])
        return super().__getitem__(key)


class Partners(Generic[M, N]):
    """For each member of one axis, the members of another that go with it; for single members and for many.

    Parameters
    ----------
    source, target : str
        The two axes.
    pairs : ndarray of int, (pair, 2)
        Positions along the two axes of members that go together.
    axes : Axes
        The axes of the case.
    """

    def __init__(self, source: str, target: str, pairs: Positions, axes: Axes) -> None:
        self._source, self._target, self._axes = source, target, axes
        one, other = pairs[np.argsort(pairs[:, 0], kind="stable")].T
        each = np.bincount(one, minlength=len(axes.members[source]))
        self._counts = np.arange(each.max(initial=0))[:, None] < each
        self._positions = np.zeros(self._counts.shape, dtype=np.int32)
        self._positions.T[self._counts.T] = other

    @overload
    def __getitem__(self, key: M) -> Members[N]: ...
    @overload
    def __getitem__(self, key: Several) -> Padded: ...
    def __getitem__(self, key: M | Several) -> Members[N] | Padded:
        if isinstance(key, Several):
            at = self._axes.place(self._source, key)
            return Padded(self._target, self._positions[:, at], self._counts[:, at])
        return self._of(key)

    def _of(self, member: Member) -> Members[N]:
        at = self._axes.place(self._source, member)
        members = self._axes.members[self._target]
        return Members(self._target, [members[i] for i in self._positions[self._counts[:, at], at]])

    def values(self) -> Iterator[Members[N]]:
        """Go through the partners of each member, in order."""
        return map(self._of, self._axes.members[self._source])

    @overload
    def count(self, key: M) -> int: ...
    @overload
    def count(self, key: Several) -> Positions: ...
    def count(self, key: M | Several) -> int | Positions:
        """How many members go with one member, or with each of several."""
        found = self._counts.sum(axis=0)[self._axes.place(self._source, key)]
        return found if isinstance(key, Several) else int(found)
