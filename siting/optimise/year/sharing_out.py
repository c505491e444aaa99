r"""Limits on the year, shared out among months: column generation, whose columns are whole dispatches of a month.

A limit on a sum over the year, of one site or of all, couples months that are apart otherwise. At prices of the limits
each month is solved alone; a master finds the mix of the dispatches found that costs least within the limits, and with
it new prices. The mix itself is no dispatch (its batteries may flow both ways), but what each month takes of a limit in
it is a part with which the month can be solved for good.

.. math::

    \min \sum_b \sum_k c_{b,k} \theta_{b,k} + P \sum_r \sigma_r, \qquad
    \sum_{b,k} g_{r,b,k} \theta_{b,k} \le \bar{g}_r + \sigma_r, \qquad \sum_k \theta_{b,k} = 1
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse

from siting.optimise.solver import highs, linear, loading
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.optimise.solver.deadline import Deadline
    from siting.optimise.year.site_months import Month

BEYOND_USD = 1e5
"""Price of going beyond a limit by a t, MWh or m3: above anything that keeps it, so only where nothing does."""

FIRST_USD = 100.0
"""First price of a limit by a t, MWh or m3: what keeps a limit is mostly worth something like it.

Begun at the price of going beyond, the second round took as long as the first, so far are its prices from there.
"""

MOST_ROUNDS = 40

ENOUGH_FRACTION = 1e-7
"""What more rounds could save, over the cost, below which they are not worth it."""


@dataclasses.dataclass(frozen=True)
class SharedMonth:
    """A month that takes part, and its dispatch without the limits.

    Parameters
    ----------
    month : Month
        The month; what it takes is by all limits that are shared out.
    values : ndarray
        The dispatch, by column.
    """

    month: Month
    values: Array


@dataclasses.dataclass(frozen=True)
class Share:
    """A month's part of the limits.

    Parameters
    ----------
    most : ndarray
        The part of each.
    basis : HighsBasis
        Of the month's columns and rows, at a dispatch near the one that keeps these.
    """

    most: Array
    basis: Any


def share_out(blocks: Sequence[SharedMonth], room: Array, deadline: Deadline) -> list[Share]:
    """Return each month's part of each limit, with which all can be kept at the least cost, or broken by the least.

    Parameters
    ----------
    blocks : sequence of SharedMonth
        All months that take anything of the limits.
    room : ndarray
        What they may take together of each.
    deadline : Deadline
        When to stop.

    Raises
    ------
    Stopped
        If the deadline is over before.
    """
    solvers = [_without_more_undone(block) for block in blocks]
    master = _Master(len(blocks), room)
    first = np.full(len(room), -FIRST_USD * COST_SCALE)
    for place, (block, solver) in enumerate(zip(blocks, solvers, strict=True)):
        for values in (block.values, _priced(block, solver, first, deadline)):
            master.add(place, float(block.month.form.cost @ values), block.month.taken @ values)
    for _ in range(MOST_ROUNDS):
        cost, prices, worth = master.solve(deadline)
        saved = 0.0
        for place, (block, solver) in enumerate(zip(blocks, solvers, strict=True)):
            found = _priced(block, solver, prices, deadline)
            reduced = worth[place] - float(block.month.form.cost @ found - prices @ (block.month.taken @ found))
            if reduced > 0:
                saved += reduced
                master.add(place, float(block.month.form.cost @ found), block.month.taken @ found)
        if saved <= ENOUGH_FRACTION * abs(cost):
            break
    master.solve(deadline)
    return [Share(part, solver.getBasis()) for part, solver in zip(master.parts(), solvers, strict=True)]


def _without_more_undone(block: SharedMonth) -> Any:
    """A solver that holds a month, in which no more work is left undone than without the limits."""
    form = block.month.form
    upper = form.column_upper.copy()
    undone = form.columns.of("unserved_pflop")
    upper[undone] = np.minimum(upper[undone], np.maximum(block.values[undone], 0.0))
    return loading.load(dataclasses.replace(form, column_upper=upper))


def _priced(block: SharedMonth, solver: Any, prices: Array, deadline: Deadline) -> Array:
    """The dispatch of a month that costs least at prices of the limits."""
    cost = block.month.form.cost - prices @ block.month.taken
    solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
    if (status := linear.solve_surely(solver, deadline)) != "Optimal":
        raise RuntimeError(f"a month cannot be solved at prices of the year's limits (HiGHS: {status})")
    return np.array(solver.getSolution().col_value)


class _Master:
    """The mix of dispatches."""

    def __init__(self, count: int, room: Array) -> None:
        self._count, self._room = count, room
        self._block: list[int] = []
        self._cost: list[float] = []
        self._taken: list[Array] = []
        self._mix = np.zeros(0)

    def add(self, place: int, cost: float, taken: Array) -> None:
        """Add a dispatch of a block."""
        self._block.append(place)
        self._cost.append(cost)
        self._taken.append(taken)

    def solve(self, deadline: Deadline) -> tuple[float, Array, Array]:
        """Return the least cost, the prices of the limits, and what each block's dispatch is worth at them."""
        rows, columns = len(self._room), len(self._block)
        once = (np.ones(columns), (self._block, np.arange(columns)))
        mixed = scipy.sparse.csc_array(once, shape=(self._count, columns))
        taken = np.array(self._taken).T.reshape(rows, columns)
        matrix = scipy.sparse.block_array([[taken, -scipy.sparse.eye_array(rows)], [mixed, None]], format="csc")
        cost = np.concatenate([self._cost, np.full(rows, BEYOND_USD * COST_SCALE)])
        lower = np.concatenate([np.full(rows, -np.inf), np.ones(self._count)])
        upper = np.concatenate([self._room, np.ones(self._count)])
        none = np.zeros(len(cost))
        solver = loading.new_lp(matrix, cost, (none, none + np.inf), (lower, upper))
        found = highs.run(solver, deadline=deadline)
        if found.values is None or found.prices is None or found.objective is None:
            deadline.check()
            raise RuntimeError(f"the year's limits cannot be shared out (HiGHS: {found.reason})")
        self._mix = found.values[:columns]
        return found.objective, found.prices[:rows], found.prices[rows:]

    def parts(self) -> list[Array]:
        """What each block takes of each limit in the mix."""
        parts = [np.zeros(len(self._room)) for _ in range(self._count)]
        for place, share, taken in zip(self._block, self._mix.tolist(), self._taken, strict=True):
            parts[place] += share * taken
        return parts
