"""Wind and sun of years in which generation is not measured, from the weather of those years.

The weather is that of one place in each of four zones (ERA5 through Open-Meteo). A place is no fleet, so it is taken
for what it is seen to tell. Output is the zone's mean by month and hour of day in 2022, as its fleet was measured,
plus the place's departure from its own such mean of 2022 times the slope that fits the departures of the fleet in
2022; and then scaled to the zone's capacity factor. A slope of none leaves a typical year, and no invented weather.

Light at the place is that of a clear sky (Haurwitz, by pvlib) less what clouds take (Kasten and Czeplak 1980: 0.75
times the 3.4th power of their cover); the file has no irradiance. Wind at 10 m is multiplied by the one factor with
which a power curve (nothing below 3 m/s, full at 12, the cube between, stopped at 25) gives the zone's capacity factor
in 2022: it stands for height and for better places. Both are means over seven hours, since weather crosses a zone.

Correlation of the departures in 2022 (light and wind): CISO 0.2 and 0.3, ERCO 0.4 and 0.7, NYIS 0.5 and 0.3, PJM 0.6
and 0.1. New York's fleet of 2022 has no measured sun; PJM's stands for it, under New York's weather.

The files' hours are of a clock that is fixed over the whole year, `utc_offset_seconds` ahead of UTC; that of summer.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from siting.data.build.raw import RAW, locate
from siting.data.build.series.hours import YEAR, Hourly, hours_of, typical
from siting.data.build.series.wholesale import MARKETS

__all__ = ["PLACES", "fitted", "power_curve", "profile_of_year"]

PLACES: Mapping[str, str] = MARKETS
"""Folder of the weather of each zone that has some."""

CLOUD_RATIO, CLOUD_POWER = 0.75, 3.4
CUT_IN_M_PER_S, FULL_M_PER_S, CUT_OUT_M_PER_S = 3.0, 12.0, 25.0
KM_PER_H = 3.6
FULL_LIGHT_W_PER_M2 = 1000.0
SMOOTHED_H = 7


def power_curve(speed_m_per_s: Hourly) -> Hourly:
    """Output of a wind turbine over its power.

    Examples
    --------
    >>> power_curve(np.array([2.0, 3.0, 9.0, 12.0, 24.0, 26.0])).round(3).tolist()
    [0.0, 0.0, 0.413, 1.0, 1.0, 0.0]
    """
    share = (speed_m_per_s**3 - CUT_IN_M_PER_S**3) / (FULL_M_PER_S**3 - CUT_IN_M_PER_S**3)
    return np.asarray(np.clip(share, 0.0, 1.0) * (speed_m_per_s <= CUT_OUT_M_PER_S), dtype=float)


def fitted(fleet: Hourly, place: Hourly, place_of_year: Hourly, offset_h: int, year: int) -> Hourly:
    """Output of a fleet in another year, from what it did in 2022 and the weather at one place, shape (hour,).

    Parameters
    ----------
    fleet
        Output in 2022, as measured.
    place, place_of_year
        Light or wind at the place in 2022 and in the year, in any unit.
    offset_h
        Local standard time less UTC.
    year
        The year.
    """
    of_fleet, of_place = fleet - typical(fleet, offset_h, YEAR), place - typical(place, offset_h, YEAR)
    slope = float(of_fleet @ of_place / (of_place @ of_place))
    found = typical(fleet, offset_h, year) + slope * (place_of_year - typical(place, offset_h, year))
    return np.asarray(np.maximum(found, 0.0), dtype=float)


def profile_of_year(zone: Mapping[Hashable, Any], fuel: Literal["SUN", "WND"], fleet: Hourly, year: int) -> Hourly:
    """Output of the fleet of one of `PLACES` in a year other than 2022, not yet scaled, shape (hour,).

    Parameters
    ----------
    zone
        Row of `inputs/grid_zones.csv`.
    fuel
        Sun or wind.
    fleet
        Capacity factor of 2022.
    year
        The year.
    """
    area, offset_h = PLACES[zone["grid_zone_id"]], int(zone["utc_offset_h"])
    if fuel == "SUN":
        return fitted(fleet, light(area, YEAR), light(area, year), offset_h, year)
    factor = speed_ratio(area, zone["wind_capacity_fraction"])
    before, now = (smooth(power_curve(weather(area, one)[0]["wind_m_per_s"] * factor)) for one in (YEAR, year))
    return fitted(fleet, before, now, offset_h, year)


@cache
def weather(area: str, year: int) -> tuple[dict[str, Hourly], tuple[float, float]]:
    """Cloud cover and wind on the hours of a year in UTC, and latitude and longitude of the place.

    The first hours of a year stand in the file of the year before, by the clock of the files; where that is not
    there, the first known hour stands for them.
    """
    parts, where = [], (0.0, 0.0)
    for one in (year - 1, year):
        name = f"hourly_world/weather/{area}/{one}.json.xz"
        if one < year and not (RAW / name).is_file():
            continue
        with lzma.open(locate(name), "rt", encoding="utf-8") as file:
            told = json.load(file)
        time = pd.to_datetime(told["hourly"]["time"]) - pd.Timedelta(seconds=told["utc_offset_seconds"])
        cover, wind = (np.asarray(told["hourly"][key], float) for key in ("cloudcover", "windspeed_10m"))
        columns = {"cloud_fraction": cover / 100, "wind_m_per_s": wind / KM_PER_H}
        parts.append(pd.DataFrame(columns, index=time.tz_localize("UTC")))
        where = told["latitude"], told["longitude"]
    table = pd.concat(parts).reindex(hours_of(year)).bfill()
    return {str(name): table[name].to_numpy(float) for name in table}, where


def light(area: str, year: int) -> Hourly:
    """Light on level ground under the year's clouds, over that of the sun overhead, mean over some hours."""
    import pvlib

    of_hours, (latitude, longitude) = weather(area, year)
    middle = hours_of(year) + pd.Timedelta(minutes=30)
    zenith = pvlib.solarposition.get_solarposition(middle, latitude, longitude)["apparent_zenith"]
    clear = pvlib.clearsky.haurwitz(zenith)["ghi"].to_numpy(float) / FULL_LIGHT_W_PER_M2
    return smooth(clear * (1 - CLOUD_RATIO * of_hours["cloud_fraction"] ** CLOUD_POWER))


@cache
def speed_ratio(area: str, capacity_factor: float) -> float:
    """Factor on the wind at 10 m with which the power curve gives a capacity factor in 2022, dimensionless."""
    speed = weather(area, YEAR)[0]["wind_m_per_s"]
    low, high = 0.5, 5.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if power_curve(speed * middle).mean() < capacity_factor else (low, middle)
    return (low + high) / 2


def smooth(values: Hourly) -> Hourly:
    """Mean over the hours around each."""
    return np.asarray(pd.Series(values).rolling(SMOOTHED_H, center=True, min_periods=1).mean(), dtype=float)
