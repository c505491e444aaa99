"""What rules give: coefficients by key and column, as arrays that broadcast until they are written out."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from siting.case.case import Array
from siting.models.compiler.members import Columns, Flags, Floats, Positions

KeptT = TypeVar("KeptT", Columns, Floats)


@dataclasses.dataclass(frozen=True)
class Part:
    """Entries that one term of an expression gives at many keys: arrays that broadcast.

    Parameters
    ----------
    number : ndarray of int
        Number of the key within the index.
    column : ndarray of int, or int
        Column.
    coefficient : ndarray or float
        Coefficient.
    counts : ndarray of bool, or bool
        Which elements count; what stands at the others means nothing.
    first : int
        What is added to the numbers: the first row, where they are those of a constraint's rows.
    """

    number: Positions
    column: Columns
    coefficient: Floats
    counts: Flags = True
    first: int = 0

    @functools.cached_property
    def shape(self) -> tuple[int, ...]:
        """Shape of all together."""
        return np.broadcast(self.number, self.column, self.coefficient, self.counts).shape

    @property
    def one_each(self) -> bool:
        """Whether it has one entry for each of its keys."""
        return self.shape == self.number.shape

    def filled(self) -> Part:
        """Return the part without what does not count, and without coefficients of zero.

        The dimensions up to the last along which that differs become one.
        """
        counts = self.counts if np.all(self.coefficient) else self.counts & np.not_equal(self.coefficient, 0)
        if np.all(counts):
            return self
        shape = self.shape or (1,)
        sizes = (1,) * (len(shape) - np.ndim(counts)) + np.shape(counts)
        ahead = max((place + 1 for place, size in enumerate(sizes) if size > 1), default=1)
        chosen = np.nonzero(np.broadcast_to(np.reshape(counts, sizes[:ahead]), shape[:ahead]))

        def kept(array: KeptT) -> KeptT:
            aligned = np.reshape(array, (1,) * (len(shape) - np.ndim(array)) + np.shape(array))
            places = tuple(where if size > 1 else 0 for where, size in zip(chosen, aligned.shape, strict=False))
            found: KeptT = aligned[places]
            return found

        everywhere = shape[:ahead] + (1,) * (len(shape) - ahead)
        number = np.broadcast_to(self.number, np.broadcast_shapes(everywhere, self.number.shape))
        return Part(number[chosen], kept(self.column), kept(self.coefficient))


@dataclasses.dataclass(frozen=True)
class Entries:
    """What a rule gives over a whole index: sparse rows, each with a constant and, for constraints, its sides.

    Parameters
    ----------
    numbers : ndarray of int
        Number of each key, by the factors of the index.
    parts : tuple of Part
        The entries.
    present : ndarray of bool
        At which keys the rule gives anything; of the shape of the numbers, as the others are.
    constant, lower, upper : ndarray
        Constant and sides.
    """

    numbers: Positions
    parts: tuple[Part, ...]
    present: npt.NDArray[np.bool_]
    constant: Array
    lower: Array
    upper: Array


def merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Add up parts of the same columns at the same keys, where they are known to be: being the same arrays."""
    found: dict[tuple[int, ...], Part] = {}
    for part in parts:
        which = id(part.number), id(part.column), id(part.counts)
        known = found.get(which)
        added = part.coefficient if known is None else known.coefficient + part.coefficient
        found[which] = part if known is None else dataclasses.replace(known, coefficient=added)
    return tuple(found.values())


def written(parts: Sequence[Part]) -> tuple[Positions, Positions, Array]:
    """Write parts out: number (or row), column and coefficient of each entry; zero where it does not count.

    Parts with one entry at each of the same keys stand side by side, so that a column that is in two of them
    has its entries in order: sorting what is in order costs a matrix of two million entries nothing.
    """
    count = sum(math.prod(part.shape) for part in parts)
    number, column, coefficient = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count)
    first = 0
    for _, group in itertools.groupby(parts, lambda part: (part.first, id(part.number if part.one_each else part))):
        beside = list(group)
        shape = (*beside[0].shape, len(beside))
        span = slice(first, first + math.prod(shape))
        for place, part in enumerate(beside):
            number[span].reshape(shape)[..., place] = part.number if not part.first else part.number + part.first
            column[span].reshape(shape)[..., place] = part.column
            np.multiply(part.coefficient, part.counts, out=coefficient[span].reshape(shape)[..., place])
        first = span.stop
    return number, column, coefficient
