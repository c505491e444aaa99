"""ASHRAE climate zone of a year of hourly weather."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.cooling import air
from siting.cooling.air import Array
from siting.quantities import HOURS_PER_DAY, HOURS_PER_YEAR

_MONTH_ENDS = np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_DRY_BELOW_FRACTION = 0.53
_MARINE_RANGE_C = 17.0


def climate_zone(weather: pd.DataFrame) -> str:
    """Zone of ASHRAE 169 from degree days, and its letter from temperature and humidity.

    The number follows the standard: cooling degree days above 10 C (6,000, 5,000, 3,500, 2,500 K d) for 0 to 3, then
    heating degree days below 18.3 C (2,000, 3,000, 4,000, 5,000, 7,000 K d). The standard's letter needs rain, which
    weather files for simulation lack: marine (C) is a coldest month of -3 to 18 C, a warmest below 22 C, four months
    above 10 C and less than 17 K between warmest and coldest; else dry (B) is a year's mean vapour pressure below
    0.53 of its mean saturation pressure. On the typical years of 784 US stations the letter agrees with the published
    one in nine of ten; the number agrees in four of five, and is otherwise one colder, since the typical years are
    older than the published zones.

    Parameters
    ----------
    weather : DataFrame
        8,760 hours from the first of January: `dry_bulb_c`, `dew_point_c`. [C]

    Returns
    -------
    str
        Such as `4A`.

    Raises
    ------
    ValueError
        If there are not 8,760 hours.
    """
    if len(weather) != HOURS_PER_YEAR:
        raise ValueError(f"weather should have {HOURS_PER_YEAR} hours (has {len(weather)})")
    dry = weather["dry_bulb_c"].to_numpy(dtype=np.float64)
    dew = weather["dew_point_c"].to_numpy(dtype=np.float64)
    daily = dry.reshape(-1, HOURS_PER_DAY).mean(axis=1)
    cooling_k_d = float(np.maximum(daily - 10.0, 0.0).sum())
    heating_k_d = float(np.maximum(18.3 - daily, 0.0).sum())
    number = _number(cooling_k_d, heating_k_d)
    if number in (7, 8):
        return str(number)
    monthly = np.array([month.mean() for month in np.split(daily, _MONTH_ENDS[:-1])])
    return f"{number}{_letter(number, monthly, dry, dew)}"


def _number(cooling_k_d: float, heating_k_d: float) -> int:
    for number, least in enumerate((6000.0, 5000.0, 3500.0, 2500.0)):
        if cooling_k_d > least:
            return number
    return 3 + int(np.searchsorted((2000.0, 3000.0, 4000.0, 5000.0, 7000.0), heating_k_d))


def _letter(number: int, monthly_c: Array, dry_c: Array, dew_c: Array) -> str:
    coldest, warmest = monthly_c.min(), monthly_c.max()
    marine = -3.0 < coldest < 18.0 and warmest < 22.0 and np.count_nonzero(monthly_c > 10.0) >= 4
    if marine and number in (3, 4, 5) and warmest - coldest < _MARINE_RANGE_C:
        return "C"
    humidity = air.saturation_pressure_pa(dew_c).mean() / air.saturation_pressure_pa(dry_c).mean()
    return "B" if humidity < _DRY_BELOW_FRACTION else "A"
