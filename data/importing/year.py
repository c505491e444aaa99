"""The 8,760 hours of a year out of rows that each have a date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.cooling.weather import LONGEST_FILL_H, gaps
from siting.problems import InputError, Problem
from siting.quantities import HOURS_PER_YEAR

__all__ = ["Filled", "hours_of_year", "one_year_of"]

HINT = f"at most {LONGEST_FILL_H} are filled"

_LEAP = (2, 29)


@dataclass(frozen=True)
class Filled:
    """Hours of a year, and what was done to have each of them once.

    Parameters
    ----------
    table : DataFrame
        One row an hour, from the first of the year, without a leap day.
    notes : tuple of str
        What was left out or filled.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]


def one_year_of(table: pd.DataFrame, file: str, year: int | None) -> pd.DataFrame:
    """Return the rows of one year of a table whose index is of times.

    Parameters
    ----------
    table
        Rows by time.
    file
        Name of the file, for problems.
    year
        Which; None for the one that there is, or for a typical year made of months of several.

    Raises
    ------
    InputError
        If there are rows of several years in the same months and none is chosen, or no row of the year.
    """
    times = pd.DatetimeIndex(table.index)
    if year is not None:
        chosen = table[times.year == year]
        if chosen.empty:
            known = ", ".join(map(str, sorted(set(times.year))))
            raise InputError([Problem(file, 0, "", f"has no hours of {year}", f"its years are {known}")])
        return chosen
    by_month = pd.Series(times.year).groupby(np.asarray(times.month)).nunique()
    if (by_month > 1).any() and len(table) > HOURS_PER_YEAR + 24:
        known = ", ".join(map(str, sorted(set(times.year))))
        raise InputError([Problem(file, 0, "", f"has hours of several years, {known}", "choose one with --year")])
    return table


def hours_of_year(table: pd.DataFrame, file: str) -> Filled:
    """Return each hour of a year once.

    A leap day is left out. Gaps of up to `LONGEST_FILL_H` hours are filled along a straight line.

    Parameters
    ----------
    table
        Numbers by time; years are not looked at, since a typical year is made of months of several.
    file
        Name of the file, for problems.

    Raises
    ------
    InputError
        If a gap is longer, an hour stands twice, or a time is not on the hour.
    """
    times = pd.DatetimeIndex(table.index)
    problems = []
    off = np.flatnonzero((times.minute != times.minute[0]) | (times.second != 0))
    if off.size:
        problems.append(
            Problem(file, 0, "time", f"row {off[0] + 1} is of {times[off[0]]}", "rows should be an hour apart")
        )
    is_leap = (times.month == _LEAP[0]) & (times.day == _LEAP[1])
    kept, days = table[~is_leap], times[~is_leap]
    place = (pd.to_datetime({"year": 2023, "month": days.month, "day": days.day}).dt.dayofyear - 1) * 24 + days.hour
    positions = place.to_numpy(dtype=int)
    twice = np.flatnonzero(np.bincount(positions, minlength=HOURS_PER_YEAR) > 1)
    if twice.size:
        when = days[np.flatnonzero(positions == twice[0])[0]]
        message = f"{twice.size:,} hours stand more than once, the first of them {when:%m-%d %H} h"
        problems.append(Problem(file, 0, "time", message))
    if problems:
        raise InputError(problems)
    whole = pd.DataFrame(np.nan, index=np.arange(HOURS_PER_YEAR), columns=table.columns)
    whole.iloc[positions] = kept.to_numpy(dtype=float)
    notes = ["the 29th of February is left out"] if is_leap.any() else []
    missing = [(str(name), start, length) for name in whole for start, length in gaps(whole[name])]
    problems = [
        Problem(
            file,
            0,
            name,
            f"{length:,} hours are missing from hour {start:,} on",
            f"at most {LONGEST_FILL_H} are filled",
        )
        for name, start, length in missing
        if length > LONGEST_FILL_H
    ]
    if problems:
        raise InputError(problems)
    if missing:
        hours = sum(length for _, _, length in missing)
        notes.append(f"{hours} missing values in {len(missing)} gaps are filled along a straight line")
    return Filled(whole.interpolate(limit_direction="both"), tuple(notes))
