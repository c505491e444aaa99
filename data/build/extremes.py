"""How much the hottest hour of a year differs from year to year, over the places with several years of weather."""

from __future__ import annotations

import json
import lzma

import numpy as np

from siting.cooling import air
from siting.data.build.raw import locate

__all__ = ["PLACES", "YEARS", "yearly_deviation"]

PLACES = (
    "AU-NSW", "AU-VIC", "BR-SP", "CA-ON", "CL-SIC", "DE-LU", "GB", "IN-WE", "JP-TK", "KR", "SG", "US-CAL-CISO",
    "US-MIDA-PJM", "US-NY-NYIS", "US-TEX-ERCO", "ZA",
)  # fmt: skip
YEARS = (2021, 2022, 2023, 2024)
SEA_LEVEL_PA = 101325.0  # the wet bulb of an hour changes by 0.3 K in 10,000 Pa, its deviation between years far less


def yearly_deviation() -> tuple[float, float]:
    """Standard deviation of the year's highest dry bulb and highest wet bulb, pooled over the places.

    Returns
    -------
    dry, wet
        [C]
    """
    highest = np.array([[_highest(place, year) for year in YEARS] for place in PLACES])
    dry, wet = np.sqrt(highest.var(axis=1, ddof=1).mean(axis=0))
    return float(dry), float(wet)


def _highest(place: str, year: int) -> tuple[float, float]:
    """Highest dry bulb and wet bulb of a year. [C]"""
    with lzma.open(locate(f"hourly_world/weather/{place}/{year}.json.xz")) as stream:
        hourly = json.load(stream)["hourly"]
    dry = np.array(hourly["temperature_2m"], dtype=float)
    humidity = np.array(hourly["relative_humidity_2m"], dtype=float) / 100.0
    known = np.isfinite(dry) & np.isfinite(humidity)
    dry, humidity = dry[known], humidity[known]
    dew = air.dew_point_c(humidity * air.saturation_pressure_pa(dry))
    return float(dry.max()), float(air.wet_bulb_c(dry, dew, np.full_like(dry, SEA_LEVEL_PA)).max())
