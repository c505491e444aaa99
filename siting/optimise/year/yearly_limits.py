"""Dispatch of sites within limits on the whole year: their own, and caps on what all of them have together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse

from siting.accounts.audit import TOLERANCE_FRACTION
from siting.accounts.caps import caps
from siting.optimise.year.sharing_out import Share, SharedMonth, share_out

if TYPE_CHECKING:
    from siting.accounts.numbers import Books
    from siting.case.case import Array
    from siting.optimise.year.months import Months
    from siting.optimise.year.site_months import Month, SiteMonths

Dispatch = tuple["Array", ...]
"""Values of the columns of each month."""


def solved(year: SiteMonths, months: Months, within: Sequence[Share] | None = None) -> Dispatch:
    """Solve a site's year month by month, each within its part of the limits, if they have been shared out.

    Parameters
    ----------
    year : SiteMonths
        The site's year.
    months : Months
        Solves them.
    within : sequence of Share, optional
        Each month's part of each limit.

    Raises
    ------
    RuntimeError
        If a month cannot be solved.
    """
    found = []
    for place, month in enumerate(year.months):
        if within is None:
            outcome = months.solve(year.case, month.form)
        else:
            outcome = months.solve(year.case, month.within(within[place].most), within[place].basis)
        if outcome.values is None or outcome.status != "optimal":
            site, name = year.case.axes["site"][0], year.case.axes["month"][place]
            raise RuntimeError(f"month {name} of site {site} cannot be solved (HiGHS: {outcome.reason})")
        found.append(outcome.values)
    return tuple(found)


def breaks_its_own(year: SiteMonths, dispatch: Dispatch) -> bool:
    """Whether a site goes beyond a limit of its own."""
    scale = np.abs(year.room)
    return bool(
        (taken_by(year, dispatch) > year.room + TOLERANCE_FRACTION * np.where(np.isfinite(scale), scale, 0.0)).any()
    )


def taken_by(year: SiteMonths, dispatch: Dispatch) -> Array:
    """What a site's months take of each limit."""
    total: Array = sum(
        (month.taken @ values for month, values in zip(year.months, dispatch, strict=True)), np.zeros(len(year.room))
    )
    return total


def broken_caps(books: Books) -> dict[str, float]:
    """Return how far the year lies above each cap, by name of the limit, negative where below; none if all are kept."""
    found: dict[str, float] = {}
    is_broken = False
    for cap in caps(books):
        over = cap.used - cap.most
        is_broken |= bool((over > TOLERANCE_FRACTION * cap.scale).any())
        found |= {
            f"{cap.name}[{period}]": float(one) for period, one in zip(books.case.axes["period"], over, strict=True)
        }
    return found if is_broken else {}


def within_limits(
    years: Sequence[SiteMonths], dispatch: Sequence[Dispatch], over: Mapping[str, float], months: Months
) -> list[Dispatch]:
    """Return the dispatch that keeps the limits of the year at the least cost, or goes beyond them by the least.

    Parameters
    ----------
    years : sequence of SiteMonths
        Sites.
    dispatch : sequence of tuple of ndarray
        Their dispatch without the limits.
    over : mapping of str to float
        How far that lies above each limit that these sites share.
    months : Months
        Solves months.
    """
    free = [taken_by(year, part) for year, part in zip(years, dispatch, strict=True)]
    rows: dict[str, int] = {}
    room: list[float] = []
    local: list[list[int]] = []
    for year in years:
        site, places = str(year.case.axes["site"][0]), []
        for limit, own in zip(year.limits, year.room.tolist(), strict=True):
            is_shared = limit in over
            name = limit if is_shared else f"{site}: {limit}"
            places.append(rows.setdefault(name, len(rows)) if is_shared or np.isfinite(own) else -1)
            if places[-1] == len(room):
                room.append(-over[limit] if is_shared else own)
        local.append(places)
    for places, year, taken in zip(local, years, free, strict=True):
        for place, limit, amount in zip(places, year.limits, taken.tolist(), strict=True):
            if limit in over:
                room[place] += amount
    blocks = [
        SharedMonth(_over(month, places, len(room)), values)
        for year, part, places in zip(years, dispatch, local, strict=True)
        for month, values in zip(year.months, part, strict=True)
    ]
    parts = iter(share_out(blocks, np.array(room), months.deadline))
    return [
        solved(year, months, [_own_part(next(parts), places) for _ in year.months])
        for year, places in zip(years, local, strict=True)
    ]


def _over(month: Month, places: Sequence[int], count: int) -> Month:
    """A month that takes of the limits in the order in which they are shared out."""
    kept = [(place, row) for row, place in enumerate(places) if place >= 0]
    to = scipy.sparse.csr_array(
        (np.ones(len(kept)), ([place for place, _ in kept], [row for _, row in kept])), shape=(count, len(places))
    )
    return dataclasses.replace(month, taken=scipy.sparse.csr_array(to @ month.taken))


def _own_part(part: Share, places: Sequence[int]) -> Share:
    """A month's part of each limit in the site's own order; infinite for those that were not shared out."""
    most = np.array([part.most[place] if place >= 0 else np.inf for place in places])
    return dataclasses.replace(part, most=most)
