"""What the rows and columns of a model stand for."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable

import numpy as np

from siting.case.case import Array
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.members import Index, Member, Positions


@dataclasses.dataclass(frozen=True)
class LabelRange:
    """Rows or columns that stand next to each other: what one constraint or variable declares.

    Parameters
    ----------
    block, name : str
        Component's block and name within it.
    scope : Scope
        Where it lives.
    index : Index
        What it is declared over.
    numbers : ndarray of int
        Numbers of the keys that are there, within the index.
    first : int
        Position of the first.
    """

    block: str
    name: str
    scope: Scope
    index: Index
    numbers: Positions
    first: int

    def is_like(self, other: LabelRange) -> bool:
        """Whether another range stands for the same members, in the same order."""
        keys = [factor.keys for factor in self.index.factors]
        return np.array_equal(self.numbers, other.numbers) and keys == [factor.keys for factor in other.index.factors]


@dataclasses.dataclass(frozen=True)
class Labels:
    """What the rows or the columns of a form stand for.

    Parameters
    ----------
    ranges : tuple of LabelRange
        All ranges of the whole model, in order.
    whole : ndarray of int
        Position of each row or column of the form within the whole model.
    """

    ranges: tuple[LabelRange, ...]
    whole: Positions

    def __len__(self) -> int:
        return len(self.whole)

    def name(self, position: int) -> str:
        """Name of a row or column, as Pyomo has it."""
        found, key = self._at(position)
        return f"{found.block}.{found.name}" + (f"[{','.join(str(part) for part in key)}]" if key else "")

    def declared(self, position: int) -> tuple[str, str]:
        """Block of a row or column, and the name of what declares it there."""
        found, _ = self._at(position)
        return found.block, found.name

    def members(self, position: int) -> dict[str, Member]:
        """Member of each axis that a row or column is of."""
        found, key = self._at(position)
        axes = [axis for factor in found.index.factors for axis in factor.axes]
        return dict(zip(axes, key, strict=True)) if len(axes) == len(key) else {}

    def ranges_of(self) -> Positions:
        """Number of the range of each row or column."""
        return (np.searchsorted(self._firsts, self.whole, side="right") - 1).astype(np.int32)

    def _at(self, position: int) -> tuple[LabelRange, tuple[Member, ...]]:
        """Range and key of a row or column."""
        place = int(self.whole[position])
        found = self.ranges[int(np.searchsorted(self._firsts, place, side="right")) - 1]
        return found, found.index.key(int(found.numbers[place - found.first]))

    def names(self) -> list[str]:
        """All names."""
        return [self.name(i) for i in range(len(self))]

    def of(self, name: str) -> Positions:
        """Positions, in the form, of all that a variable or constraint declares, in order of its keys.

        Parameters
        ----------
        name : str
            Name within its block; that of a constraint with its block's, as in ``grid.draw_within_day_peak``.
        """
        for found in self.ranges:
            if name in (found.name, f"{found.block}.{found.name}"):
                last = found.first + len(found.numbers)
                return np.flatnonzero((self.whole >= found.first) & (self.whole < last)).astype(np.int32)
        return np.zeros(0, dtype=np.int32)

    def along(self, axis: str, chosen: Callable[[LabelRange], bool] = lambda _: True) -> Positions:
        """Position along an axis of each row or column of the chosen ranges; -1 where it has none."""
        places = [found.index.along(axis, found.numbers) if chosen(found) else None for found in self.ranges]
        parts = [
            np.full(len(found.numbers), -1, dtype=np.int32) if place is None else place.astype(np.int32)
            for found, place in zip(self.ranges, places, strict=True)
        ]
        return np.concatenate([np.zeros(0, dtype=np.int32), *parts])[self.whole]

    def spread(self, values: Array) -> Array:
        """Values over the whole model, from values over the form; zero where the form has none."""
        last = self.ranges[-1]
        spread = np.zeros(last.first + len(last.numbers))
        spread[self.whole] = values
        return spread

    def take(self, positions: Positions) -> Labels:
        """Labels of some of the rows or columns."""
        return Labels(self.ranges, self.whole[positions])

    @functools.cached_property
    def _firsts(self) -> Positions:
        return np.array([found.first for found in self.ranges], dtype=np.int32)
