r"""What plans cost at the least, with each site and without: bounds at given prices of what sites share.

At prices of what sites share (zones, batch work, caps), each site is a problem of its own, and the values of all of
them and of the prices add up to a bound on any plan. Asking one site to be open changes one of these values only:
its rise is what the site adds to the bound.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

import numpy as np

from siting.case.case import Array, Case
from siting.models.assembly.assembly import Component
from siting.optimise.decomposition.blocks import BlockBuilder, SiteBlock, Size, each_block, signed
from siting.optimise.decomposition.pricing import OPTIMAL, charged
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.linear import solve_surely

ROUNDING = 1e-9
"""Cost of a site, over its cost when open, that is rounding."""

AHEAD_COUNT = 8
"""Blocks that wait for a thread: enough to keep it at work, few enough to stay small."""


@dataclasses.dataclass(frozen=True)
class SiteBounds:
    """Bounds at given prices, in the scale of the standard form.

    Parameters
    ----------
    shared : float
        Part that no site has.
    free : ndarray
        What each site costs at the least if it is left to itself; NaN where there was no time to work it out.
    forced : ndarray
        The same if it must be open in the last period; infinite where it cannot be.
    """

    shared: float
    free: Array
    forced: Array

    @property
    def of_all(self) -> float:
        """What any plan costs at the least; NaN if a site is missing."""
        return self.shared + float(self.free.sum())

    @property
    def increase_if_open(self) -> Array:
        """What each site adds to the bound when it must be open; NaN where neither is known."""
        with np.errstate(invalid="ignore"):  # of two infinite ones
            return np.asarray(self.forced - self.free)

    @property
    def with_each(self) -> Array:
        """What any plan costs at the least that uses a site, by site."""
        return self.of_all + self.increase_if_open


def bounds_of_sites(
    case: Case,
    components: Sequence[type[Component]],
    prices: Mapping[str, float],
    *,
    threads: int,
    deadline: Deadline,
    tell: Callable[[int], None],
) -> tuple[SiteBounds, Size]:
    """Price every site, left to itself and open; and tell the size of the whole model.

    Sites are made, priced and dropped again, so that a model of any size needs little memory.

    Parameters
    ----------
    case : Case
        The numbers, of all sites.
    components : sequence of component classes
        What the model consists of.
    prices : mapping of str to float
        Prices of the rows that sites share, by name; a row without one has none.
    threads : int
        Sites priced at once.
    deadline : Deadline
        When to stop; sites that are not done by then are left unknown.
    tell : callable
        Told how many sites are done.

    Raises
    ------
    InfeasibleConstraintException
        If no site has anything to meet a row with.
    Stopped
        If Ctrl-C ended it.
    """
    count = len(case.axes["site"])
    free, forced = np.full(count, np.nan), np.full(count, np.nan)
    waiting: deque[Future[tuple[float, float]]] = deque()
    cutter, done = BlockBuilder(), 0
    with ThreadPoolExecutor(threads) as pool:
        for block in each_block(case, components, cutter):
            if deadline.is_stopped:
                raise Stopped
            names = tuple(islice(cutter.known, block.link.shape[0]))
            if not deadline.is_over():
                tell(done)
                waiting.append(pool.submit(_in_time, block, _prices(prices, names, *cutter.sides()), deadline))
            while len(waiting) > AHEAD_COUNT:
                free[done], forced[done] = waiting.popleft().result()
                done += 1
        for future in waiting:
            free[done], forced[done] = future.result()
            done += 1
            tell(done)
    shared = cutter.shared()
    here = _prices(prices, shared.names, shared.row_lower, shared.row_upper)
    return SiteBounds(shared.bound(here), free, forced), cutter.size()


def _in_time(block: SiteBlock, prices: Array, deadline: Deadline) -> tuple[float, float]:
    """Least cost of a site, left to itself and open; NaN if there is no time to work it out."""
    try:
        return _free_and_forced(block, prices, deadline)
    except Stopped:
        return np.nan, np.nan


def _free_and_forced(block: SiteBlock, prices: Array, deadline: Deadline) -> tuple[float, float]:
    """Least cost of a site, left to itself and open.

    Open first: with its opening's reduced cost at that solution, no plan costs less than the cost of the open
    site less this reduced cost (weak duality). That is nothing for a site that is too dear, and then settles
    what it costs left to itself.
    """
    solver = charged(block, prices)
    if block.opening is None:
        return _least(solver, deadline), float("inf")
    solver.changeColBounds(block.opening, 1.0, 1.0)
    forced = _least(solver, deadline)
    if np.isfinite(forced):
        gained = forced - max(float(solver.getSolution().col_dual[block.opening]), 0.0)
        if gained >= -ROUNDING * abs(forced):
            return min(gained, 0.0), forced
    solver.changeColBounds(block.opening, 0.0, 1.0)
    return _least(solver, deadline), forced


def _least(solver: Any, deadline: Deadline) -> float:
    """Least cost; infinite if no plan can be, minus infinity if there is no least."""
    status = solve_surely(solver, deadline)
    if status == OPTIMAL:
        return float(solver.getInfo().objective_function_value)
    return float("inf") if status == "Infeasible" else float("-inf")


def _prices(prices: Mapping[str, float], names: tuple[str, ...], lower: Array, upper: Array) -> Array:
    """Prices of the first shared rows, without those that a row with one bound cannot have."""
    count = len(names)
    return signed(np.array([prices.get(name, 0.0) for name in names]), lower[:count], upper[:count])
