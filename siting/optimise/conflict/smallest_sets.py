"""The smallest set that hits all of some sets, and with it the smallest conflict and the smallest way out.

A conflict is a set of limits that cannot hold together; a correction is one whose giving up lets the others hold. Each
conflict has a limit in common with each correction. So the smallest set that hits all corrections known so far is the
smallest conflict, if it is one; and if it is none, the limits that can join it give another correction. The same holds
with the two exchanged.

References
----------
Ignatiev, Previti, Liffiton, Marques-Silva: Smallest MUS extraction with minimal hitting set dualization (CP 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

__all__ = ["smallest_conflict", "smallest_correction"]

Holds = Callable[[frozenset[int]], frozenset[int] | None]
"""Tells, of some limits, all that hold in a plan within these; None if there is no such plan."""


def smallest_conflict(count: int, holds: Holds) -> frozenset[int] | None:
    """Return the fewest of some limits that cannot hold together; None if all can.

    Parameters
    ----------
    count : int
        Limits, numbered from 0.
    holds : callable
        Tells which limits hold beside some.

    Examples
    --------
    Of three limits the first and the last exclude each other:

    >>> def holds(some):
    ...     return None if {0, 2} <= some else some
    >>> sorted(smallest_conflict(3, holds))
    [0, 2]
    """
    everything = frozenset(range(count))
    if holds(everything) is not None:
        return None
    corrections: list[frozenset[int]] = []
    while True:
        candidate = _smallest_hitting(count, corrections)
        held = holds(candidate)
        if held is None:
            return candidate
        corrections.append(everything - _grown(everything, held, holds))


def smallest_correction(count: int, holds: Holds, known: Sequence[frozenset[int]]) -> frozenset[int]:
    """Return the fewest limits to give up so that the others can hold together.

    Parameters
    ----------
    count : int
        Limits, numbered from 0.
    holds : callable
        Tells which limits hold beside some.
    known : sequence of frozenset
        Conflicts that are known.

    Examples
    --------
    >>> def holds(some):
    ...     return None if {0, 1} <= some or {0, 2} <= some else some
    >>> sorted(smallest_correction(3, holds, [frozenset({0, 1})]))
    [0]
    """
    everything, conflicts = frozenset(range(count)), list(known)
    while True:
        candidate = _smallest_hitting(count, conflicts)
        if holds(everything - candidate) is not None:
            return candidate
        conflicts.append(_shrunk(everything - candidate, holds))


def _grown(everything: frozenset[int], held: frozenset[int], holds: Holds) -> frozenset[int]:
    """Limits that can hold together and none of the others beside them."""
    for limit in sorted(everything - held):
        if limit not in held:
            more = holds(held | {limit})
            held = held if more is None else more
    return held


def _shrunk(conflict: frozenset[int], holds: Holds) -> frozenset[int]:
    """Some limits of a conflict that cannot hold together, of which any can be given up."""
    for limit in sorted(conflict):
        if holds(conflict - {limit}) is None:
            conflict = conflict - {limit}
    return conflict


def _smallest_hitting(count: int, sets: Sequence[frozenset[int]]) -> frozenset[int]:
    """Return the fewest numbers of which each set has one."""
    if not sets:
        return frozenset()
    matrix = np.array([[number in one for number in range(count)] for one in sets], dtype=float)
    found = milp(
        np.ones(count), integrality=np.ones(count), bounds=Bounds(0, 1), constraints=LinearConstraint(matrix, 1)
    )
    return frozenset(np.flatnonzero(found.x > 0.5).tolist())
