"""What an explanation holds: the conflict, and the ways out of it."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.optimise.conflict.stated_limits import StatedLimit

__all__ = ["Explanation", "Given"]


@dataclasses.dataclass(frozen=True)
class Given:
    """A limit that gives.

    Parameters
    ----------
    limit : StatedLimit
        As it is stated.
    value : float, ndarray, tuple of str or None
        With which the others can hold: of a limit by site, by site; of a rule that closes sites, those that it must
        open; None of a rule that can only be given up, or where there was no time.
    """

    limit: StatedLimit
    value: Any

    @property
    def change_fraction(self) -> float:
        """How far it gives, over what is stated; infinite of a rule."""
        if self.value is None or isinstance(self.value, tuple):
            return math.inf
        stated, value = np.sum(self.limit.value), np.sum(self.value)
        return float(abs(value - stated) / abs(stated)) if stated else math.inf


@dataclasses.dataclass(frozen=True)
class Explanation:
    """Why there is no plan.

    Parameters
    ----------
    case : Case
        The numbers.
    limits : tuple of StatedLimit
        All limits that are set.
    conflict : tuple of StatedLimit or None
        The fewest of them that cannot hold together with what is demanded; empty if that cannot be met without any
        of them, None if all can hold, or none was found in time.
    ways_out : tuple of tuple of Given
        Each enough by itself; the least change first.
    served_fraction : float or None
        Part of the demand, alike in all of it, that can be served within all limits; None where that is not known.
    step_h : int
        Hours of a step of the model in which that was found.
    is_whole : bool
        Whether sites, halls and racks were taken as whole; else as parts, which whole ones can do no better than.
    is_feasible : bool
        Whether all limits can hold.
    is_complete : bool
        Whether all that was to be found was found in time.
    text : str
        All of this in the words of the study.
    """

    case: Case
    limits: tuple[StatedLimit, ...]
    conflict: tuple[StatedLimit, ...] | None
    ways_out: tuple[tuple[Given, ...], ...]
    served_fraction: float | None
    step_h: int
    is_whole: bool
    is_feasible: bool
    is_complete: bool
    text: str = ""

    def __str__(self) -> str:
        return self.text
