"""Representative days: the few days of a year that the optimiser sees.

The days are real days of the data year (medoids of a hierarchical clustering, by tsam), so that all
series of an hour belong together, and the extreme days are kept in. A day's weight is the number of
real days that it stands for.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case import Array, Calendar

HOURS_PER_DAY = 24
HOURS_PER_YEAR = 8760


def full_year(data_year: int) -> Calendar:
    """Return the calendar of all 8,760 hours of a year; a leap day is left out.

    Parameters
    ----------
    data_year : int
        Year of the series.
    """
    time = pd.date_range(f"{data_year}-01-01", f"{data_year}-12-31 23:00", freq="h", tz="UTC")
    time = time[~((time.month == 2) & (time.day == 29))]
    hours = pd.DataFrame(
        {
            "hour": np.arange(HOURS_PER_YEAR),
            "day": np.arange(HOURS_PER_YEAR) // HOURS_PER_DAY,
            "time_utc": time,
            "month": time.month.to_numpy(),
            "weight_h_per_yr": 1.0,
        }
    )
    day_months = hours.groupby(["day", "month"], as_index=False).size()
    day_months["days_count"] = day_months.pop("size") // HOURS_PER_DAY
    return Calendar(hours, day_months, tuple(range(HOURS_PER_YEAR // HOURS_PER_DAY)))


def choose(
    features: pd.DataFrame, typical_days_count: int, extremes: Mapping[str, tuple[str, str]]
) -> tuple[list[int], npt.NDArray[np.int64]]:
    """Choose days of the year, and say which chosen day stands for which real day.

    Parameters
    ----------
    features : DataFrame
        One column a series that matters, 8,760 rows; scaled to equal range by tsam.
    typical_days_count : int
        Number of typical days; the extreme days come on top.
    extremes : mapping of str to (str, str)
        Name of an extreme to (column, ``"max"`` or ``"min"``): the day with the largest or smallest mean.

    Returns
    -------
    days : list of int
        Chosen days of the year (0 to 364), in the order of the calendar.
    assignment : ndarray
        For each real day, the position in `days` of the day that stands for it.
    """
    import tsam

    indexed = features.set_axis(pd.date_range("2001-01-01", periods=len(features), freq="h"))
    largest = [column for column, side in extremes.values() if side == "max"]
    smallest = [column for column, side in extremes.values() if side == "min"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = tsam.aggregate(
            indexed,
            typical_days_count,
            cluster=tsam.ClusterConfig(method="hierarchical", representation="medoid"),
            extremes=tsam.ExtremeConfig(method="append", max_period=largest, min_period=smallest),
            preserve_column_means=False,
        )
    centres = np.asarray(result.clustering.cluster_centers, dtype=np.int64)
    days, position = np.unique(centres, return_inverse=True)
    return [int(day) for day in days], position[np.asarray(result.cluster_assignments, dtype=np.int64)]


def representative(year: Calendar, days: list[int], assignment: npt.NDArray[np.int64]) -> Calendar:
    """Return the calendar of the chosen days.

    Parameters
    ----------
    year : Calendar
        All hours, from `full_year`.
    days, assignment
        As returned by `choose`.
    """
    counts = np.bincount(assignment, minlength=len(days))
    hours = year.hours.iloc[hours_of(days)].reset_index(drop=True)
    hours["hour"] = np.arange(len(hours))
    hours["day"] = np.repeat(np.arange(len(days)), HOURS_PER_DAY)
    hours["weight_h_per_yr"] = np.repeat(counts.astype(float), HOURS_PER_DAY)
    months = year.hours["month"].to_numpy()[::HOURS_PER_DAY]
    pairs = pd.DataFrame({"day": assignment, "month": months})
    day_months = pairs.groupby(["day", "month"], as_index=False).size().rename(columns={"size": "days_count"})
    return Calendar(hours, day_months, tuple(int(day) for day in assignment))


def hours_of(days: list[int]) -> npt.NDArray[np.intp]:
    """Positions in the year of all hours of the given days."""
    return (np.asarray(days)[:, None] * HOURS_PER_DAY + np.arange(HOURS_PER_DAY)).ravel()


def daily_mean(values: Array) -> Array:
    """Mean of each day of an hourly array whose last axis is the hour."""
    means: Array = values.reshape(*values.shape[:-1], -1, HOURS_PER_DAY).mean(axis=-1)
    return means
