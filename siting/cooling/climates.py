r"""Weather that is warmer, hotter or rarer than the typical year, made from the typical year.

**Warmer.** Every dry bulb plus an offset, at the same relative humidity: over land the air's humidity has followed its
temperature closely enough for that in most climates; where it has not, the dew point here is too high.

**Hot year.** In each month the coolest tenth of the days gives way to the month's hottest tenth, the coolest to the
hottest. Over 16 places this lifts a year's mean by 0.8 K, one and a half times the standard deviation of yearly means
there (0.54 K over 2021 to 2024): about the hottest year of fifteen. The hottest hour stays what it was, and comes
more often.

**Hottest hour.** What a plant must carry once in :math:`N` years lies above the hottest hour of a typical year by
:math:`F s`, with :math:`s` the standard deviation of the yearly extremes and

.. math:: F = -\frac{\sqrt{6}}{\pi} \left[ 0.5772 + \ln \ln \frac{N}{N - 1} \right]

(extreme-value distribution of Gumbel, as in the ASHRAE Handbook 2017, chapter 14). Such an hour is either dry (the dry
bulb's :math:`F s` at the dew point of the hour) or muggy (the wet bulb's :math:`F s` on the dry bulb, at the relative
humidity of the hour); a plant must carry both.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from siting.cooling import air
from siting.cooling.air import Array
from siting.cooling.outdoors import Outdoors
from siting.quantities import HOURS_PER_DAY

REPLACED_FRACTION = 0.1
"""Share of a month's days that a hot year replaces."""

HOTTEST_COUNT = 24
"""Hours of a year, by dry bulb and by wet bulb, among which the worst one for any plant is looked for."""

_EULER = 0.5772156649


def warmer(dry_bulb_c: Array, dew_point_c: Array, offset_c: float) -> tuple[Array, Array]:
    """Dry bulb and dew point of air that is warmer by an offset, at the same relative humidity. [C]

    Examples
    --------
    >>> dry, dew = warmer(np.array([20.0]), np.array([10.0]), 2.0)
    >>> float(dry[0]), round(float(dew[0]), 2)
    (22.0, 11.85)
    """
    if not offset_c:
        return dry_bulb_c, dew_point_c
    humidity = air.saturation_pressure_pa(dew_point_c) / air.saturation_pressure_pa(dry_bulb_c)
    vapour = humidity * air.saturation_pressure_pa(dry_bulb_c + offset_c)
    return dry_bulb_c + offset_c, air.dew_point_c(vapour)


def hot_year(dry_bulb_c: Array, months: NDArray[np.int64]) -> NDArray[np.intp]:
    """Hours that a hot year consists of, as positions in the typical year.

    Parameters
    ----------
    dry_bulb_c : ndarray, (site, hour)
        Whole days in the order of time. [C]
    months : ndarray, (hour,)
        Month of each hour.

    Returns
    -------
    ndarray of int, (site, hour)
        For each hour the one that takes its place; a day is taken whole.

    Examples
    --------
    Ten days of a month, each warmer than the one before: the last takes the place of the first.

    >>> days = np.repeat(np.arange(10.0), 24)[None, :]
    >>> (hot_year(days, np.ones(240, dtype=int))[0, ::24] // 24).tolist()
    [9, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    sites, hours = dry_bulb_c.shape
    daily = dry_bulb_c.reshape(sites, -1, HOURS_PER_DAY).mean(axis=-1)
    month_of_day = months[::HOURS_PER_DAY]
    taken = np.broadcast_to(np.arange(daily.shape[1]), daily.shape).copy()
    for month in np.unique(months):
        days = np.flatnonzero(month_of_day == month)
        count = round(REPLACED_FRACTION * len(days))
        if count:
            order = days[np.argsort(daily[:, days], axis=1, kind="stable")]
            np.put_along_axis(taken, order[:, :count], order[:, : -count - 1 : -1], axis=1)
    positions: NDArray[np.intp] = taken[..., None] * HOURS_PER_DAY + np.arange(HOURS_PER_DAY)
    return positions.reshape(sites, hours)


def rarity_ratio(return_yr: float) -> float:
    """Standard deviations of yearly extremes by which the extreme of N years lies above their mean; 0 below 2.3 years.

    Examples
    --------
    >>> [round(rarity_ratio(years), 2) for years in (1, 2, 5, 20, 50)]
    [0.0, 0.0, 0.72, 1.87, 2.59]
    """
    if return_yr <= 1:
        return 0.0
    return max(0.0, -math.sqrt(6.0) / math.pi * (_EULER + math.log(math.log(return_yr / (return_yr - 1.0)))))


def hottest_hours(outdoors: Outdoors, dry_offset_c: float, muggy_offset_c: float) -> Outdoors:
    """The hottest hours of each site, rarer by two offsets: dry, and muggy.

    Parameters
    ----------
    outdoors : Outdoors, (site, hour)
        The typical year.
    dry_offset_c, muggy_offset_c : float
        Added to the dry bulb at the same dew point, and at the same relative humidity. [C]

    Returns
    -------
    Outdoors, (site, extreme hour)
        Not in the order of time: nothing that remembers the hours before can be computed with them.
    """
    count = min(HOTTEST_COUNT, outdoors.dry_bulb_c.shape[-1])
    by_dry = np.argsort(-outdoors.dry_bulb_c, axis=-1, kind="stable")[:, :count]
    by_wet = np.argsort(-outdoors.wet_bulb_c, axis=-1, kind="stable")[:, :count]
    hours = np.concatenate([by_dry, by_wet], axis=-1)
    dry, dew, pressure = (
        np.take_along_axis(part, hours, axis=-1)
        for part in (outdoors.dry_bulb_c, outdoors.dew_point_c, outdoors.pressure_pa)
    )
    muggy_dry, muggy_dew = warmer(dry, dew, muggy_offset_c)
    return Outdoors.of(
        np.concatenate([dry + dry_offset_c, muggy_dry], axis=-1),
        np.concatenate([dew, muggy_dew], axis=-1),
        np.concatenate([pressure, pressure], axis=-1),
    )
