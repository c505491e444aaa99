"""Sites for a first plan one after the other: always the one that serves what is left at the least cost a unit."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from siting.case.case import Array


@dataclasses.dataclass(frozen=True)
class Opened:
    """What is opened for the demand of one period.

    Parameters
    ----------
    is_open : ndarray of bool
        By site.
    load_pflop : ndarray
        What each site serves.
    """

    is_open: npt.NDArray[np.bool_]
    load_pflop: Array


def open_greedily(
    room_pflop: Array, works_usd_per_yr: Array, serving_usd_per_yr: Array, demand_pflop: Array, before: Opened
) -> Opened | None:
    """Open sites until all zones are served; None if no more can be opened before that.

    Parameters
    ----------
    room_pflop : ndarray
        Most that each site can serve.
    works_usd_per_yr : ndarray
        Cost of opening it.
    serving_usd_per_yr : ndarray
        Cost of a PFLOP/s of each zone there, site by zone; infinite where it is out of reach.
    demand_pflop : ndarray
        By zone.
    before : Opened
        What is open anyhow, and what load of another kind lies there.

    Examples
    --------
    Two sites serve a zone of 2 at 10 a unit; opening costs 30 and 5, and there is room for 2 and 1. The first alone
    costs 25 a unit, the second 15: it is opened first, then the other for the unit that is left.

    >>> nothing = Opened(np.zeros(2, dtype=bool), np.zeros(2))
    >>> room, works = np.array([2.0, 1.0]), np.array([30.0, 5.0])
    >>> open_greedily(room, works, np.full((2, 1), 10.0), np.array([2.0]), nothing).load_pflop.tolist()
    [1.0, 1.0]
    """
    left, is_open, load = demand_pflop.astype(float).copy(), before.is_open.copy(), before.load_pflop.copy()
    while (left > 0).any():
        served = _served(np.maximum(room_pflop - load, 0.0), serving_usd_per_yr, left)
        amount = served.sum(axis=1)
        paid = np.where(served > 0, serving_usd_per_yr, 0.0) * served
        cost = paid.sum(axis=1) + np.where(is_open, 0.0, works_usd_per_yr)
        with np.errstate(over="ignore"):  # of next to nothing the cost of each is infinite
            each = np.where(amount > 0, cost / np.maximum(amount, np.finfo(float).tiny), np.inf)
        best = int(each.argmin())
        if not np.isfinite(each[best]):
            return None
        left = left - served[best]
        is_open[best], load[best] = True, load[best] + amount[best]
    return Opened(is_open, load)


def _served(room: Array, serving: Array, left: Array) -> Array:
    """What each site by itself would serve of what is left, site by zone: the cheapest zones first."""
    order = np.argsort(serving, axis=1, kind="stable")
    within = np.isfinite(np.take_along_axis(serving, order, axis=1))
    asked = np.where(within, left[order], 0.0)
    so_far = np.cumsum(asked, axis=1)
    taken = np.clip(room[:, None] - (so_far - asked), 0.0, asked)
    served: Array = np.zeros_like(taken)
    np.put_along_axis(served, order, taken, axis=1)
    return served
