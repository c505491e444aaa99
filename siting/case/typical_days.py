"""Representative days: the few days of a year that the optimiser sees.

The days are real days of the data year (medoids of a hierarchical clustering, by tsam), so that all
series of an hour belong together, and the extreme days are kept in. A day's weight is the number of
real days that it stands for; the levels of the typical days are scaled to keep the year's means.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case.case import Array, Calendar
from siting.quantities import DAYS_PER_YEAR, HOURS_PER_DAY, HOURS_PER_YEAR


@dataclasses.dataclass(frozen=True)
class ChosenDays:
    """Days that stand for a year.

    Parameters
    ----------
    days : tuple of int
        Chosen days of the year (0 to 364), in the order of the calendar.
    extreme : tuple of int
        Positions in `days` of the extreme days.
    stands_for : tuple of int
        For each real day, the position in `days` of the day that stands for it.
    """

    days: tuple[int, ...]
    extreme: tuple[int, ...]
    stands_for: tuple[int, ...]


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
            "month": time.month.to_numpy(np.int64),
            "weight_h_per_yr": 1.0,
        }
    )
    day_months = hours.groupby(["day", "month"], as_index=False).size()
    day_months["days_count"] = day_months.pop("size") // HOURS_PER_DAY
    return Calendar(hours, day_months, tuple(range(DAYS_PER_YEAR)))


def choose(features: pd.DataFrame, typical_days_count: int, extremes: Mapping[str, tuple[str, str]]) -> ChosenDays:
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
    ChosenDays
        The chosen days, and which of them stands for which real day.
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
    clustering = result.clustering
    days, position = np.unique(np.asarray(clustering.cluster_centers, dtype=np.int64), return_inverse=True)
    return ChosenDays(
        days=tuple(int(day) for day in days),
        extreme=tuple(sorted({int(position[cluster]) for cluster in clustering.extreme_cluster_indices or ()})),
        stands_for=tuple(int(position[cluster]) for cluster in result.cluster_assignments),
    )


def representative(year: Calendar, choice: ChosenDays) -> Calendar:
    """Return the calendar of the chosen days.

    Parameters
    ----------
    year : Calendar
        All hours, from `full_year`.
    choice : ChosenDays
        From `choose`.
    """
    assignment = np.asarray(choice.stands_for)
    counts = np.bincount(assignment, minlength=len(choice.days))
    hours = year.hours.iloc[hours_of(choice.days)].reset_index(drop=True)
    hours["hour"] = np.arange(len(hours))
    hours["day"] = np.repeat(np.arange(len(choice.days)), HOURS_PER_DAY)
    hours["weight_h_per_yr"] = np.repeat(counts.astype(float), HOURS_PER_DAY)
    months = year.hours["month"].to_numpy()[::HOURS_PER_DAY]
    pairs = pd.DataFrame({"day": assignment, "month": months})
    day_months = pairs.groupby(["day", "month"], as_index=False).size().rename(columns={"size": "days_count"})
    return Calendar(hours, day_months, choice.stands_for)


@dataclasses.dataclass(frozen=True)
class Correction:
    """What brings the chosen days of a series to the level of the year: a factor, or where there is none, a constant.

    A ratio of two means is a level only where the mean is most of what the hours hold. Where positive and negative
    hours cancel it would blow them up or turn their signs round, and the typical hours are shifted instead.

    Parameters
    ----------
    factor, shift : ndarray
        What the typical hours are multiplied by, and what is added to them; without the axis of hours.
    typical : ndarray of bool
        Which of the chosen hours are of typical days. The extreme days are left as they are: peaks stay real.
    """

    factor: Array
    shift: Array
    typical: npt.NDArray[np.bool_]

    def bring(self, taken: Array) -> Array:
        """Return chosen hours, along the last axis, at the level of the year."""
        moved = taken * self.factor[..., None] + self.shift[..., None]
        return np.where(self.typical, moved, taken)


def yearly_level(whole: Array, calendar: Calendar, choice: ChosenDays) -> Correction:
    """Return what the typical days of a series lack so that the year's mean is kept.

    Four to twelve days miss the mean of a price with spikes by a tenth, and with it what a flat load pays.

    Parameters
    ----------
    whole : ndarray
        The year, hours along the last axis.
    calendar : Calendar
        Of the chosen days.
    choice : ChosenDays
        From `choose`.
    """
    taken: Array = np.take(whole, hours_of(choice.days), axis=-1)
    weights = calendar.weights
    typical = ~np.isin(calendar.day_of_hour, choice.extreme)
    of_typical = (taken[..., typical] * weights[typical]).sum(axis=-1)
    of_extreme = (taken[..., ~typical] * weights[~typical]).sum(axis=-1)
    wanted = whole.sum(axis=-1) - of_extreme
    with np.errstate(invalid="ignore", divide="ignore"):
        is_level = mostly_positive(taken[..., typical], weights[typical]) & (wanted > 0)
        factor = np.where(is_level, wanted / of_typical, 1.0)
        lacking = (wanted - of_typical) / weights[typical].sum()
    signed = (whole < 0).any(axis=-1)  # what is never negative, such as the sun's output, gets none by night
    return Correction(factor, np.where(signed & ~is_level, lacking, 0.0), typical)


def at_yearly_level(whole: Array, calendar: Calendar, choice: ChosenDays) -> Array:
    """Take the chosen days of a series, the typical ones at the level that keeps the year's mean.

    Parameters
    ----------
    whole : ndarray
        The year, hours along the last axis.
    calendar : Calendar
        Of the chosen days.
    choice : ChosenDays
        From `choose`.

    Returns
    -------
    ndarray
        The chosen hours along the last axis.
    """
    return yearly_level(whole, calendar, choice).bring(np.take(whole, hours_of(choice.days), axis=-1))


def means_of_days(whole: Array, choice: ChosenDays) -> Array:
    """Take the mean, hour by hour of the day, of the days that each chosen day stands for.

    Parameters
    ----------
    whole : ndarray
        The year, hours along the last axis.
    choice : ChosenDays
        From `choose`.

    Returns
    -------
    ndarray
        The chosen hours along the last axis; their sum by weight is that of the year.
    """
    by_day = whole.reshape(*whole.shape[:-1], -1, HOURS_PER_DAY)
    stands_for = np.asarray(choice.stands_for)
    means = [by_day[..., stands_for == position, :].mean(axis=-2) for position in range(len(choice.days))]
    return np.concatenate(means, axis=-1)


def mostly_positive(series: Array, weights: Array) -> npt.NDArray[np.bool_]:
    """Whether the mean is a level that a series can be scaled by: its negative hours take at most half of it away.

    Parameters
    ----------
    series : ndarray
        Hours along the last axis.
    weights : ndarray
        Of the hours.

    Examples
    --------
    >>> mostly_positive(np.array([[9.0, -1.0], [9.0, -9.0], [0.0, 0.0]]), np.ones(2)).tolist()
    [True, False, False]
    """
    total, gross = (series * weights).sum(axis=-1), (np.abs(series) * weights).sum(axis=-1)
    return np.asarray((total > 0) & (2 * total >= gross))


def hours_of(days: tuple[int, ...]) -> npt.NDArray[np.intp]:
    """Positions in the year of all hours of the given days."""
    return (np.asarray(days)[:, None] * HOURS_PER_DAY + np.arange(HOURS_PER_DAY)).ravel()
