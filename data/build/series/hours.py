"""Hours of a year in UTC, and columns of raw files laid on them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["YEAR", "YEARS", "Hourly", "hours_of", "on_hours", "typical"]

YEAR = 2022
"""Year of which prices, generation, wind and sun are all measured."""
YEARS = (2021, 2022, 2023, 2024)
"""Years of prices."""

Hourly = NDArray[np.float64]


def hours_of(year: int) -> pd.DatetimeIndex:
    """Hours of a year in UTC, without a leap day."""
    hours = pd.date_range(f"{year}-01-01", f"{year}-12-31 23:00", freq="h", tz="UTC")
    return hours[~((hours.month == 2) & (hours.day == 29))]


def on_hours(table: pd.DataFrame, column: str, year: int) -> Hourly:
    """Take a column of a raw file by its UTC time stamps, shape (hour,).

    Raises
    ------
    ValueError
        If an hour is missing or stands twice.
    """
    values = table.set_index(pd.to_datetime(table["Datetime (UTC)"], utc=True))[column]
    if values.index.has_duplicates or not hours_of(year).isin(values.index).all() or values.isna().any():
        raise ValueError(f"{column} of {year}: an hour is missing or stands twice")
    return np.asarray(values[hours_of(year)], dtype=float)


def typical(hours: Hourly, offset_h: int, year: int) -> Hourly:
    """Mean by month and hour of local standard day of a series of 2022, laid on the hours of another year."""
    base = hours_of(YEAR) + pd.Timedelta(hours=offset_h)
    local = hours_of(year) + pd.Timedelta(hours=offset_h)
    mean = pd.Series(hours).groupby([base.month, base.hour]).mean()
    return np.asarray(mean.reindex(pd.MultiIndex.from_arrays([local.month, local.hour])), dtype=float)
