"""Cooling against climate: PUE, WUE, reusable heat and capacity by technology and hour.

Examples
--------
>>> import pandas as pd
>>> weather = pd.DataFrame({"dry_bulb_c": [20.0], "dew_point_c": [9.3], "pressure_pa": [101325.0]})
>>> round(float(performance(weather, "waterside-economiser")["pue"].iloc[0]), 3)
1.128
"""

from siting.cooling.air import wet_bulb_c
from siting.cooling.bands import band
from siting.cooling.climates import hot_year, rarity_ratio, warmer
from siting.cooling.coefficients import Extremes, Plants, plants, technologies_of
from siting.cooling.model import breakdown, evaluate, performance
from siting.cooling.outdoors import Outdoors
from siting.cooling.part_load import fixed_fraction
from siting.cooling.table import technologies
from siting.cooling.usage import carried_work_fraction, peak_day_l_per_kwh, source_water_l_per_kwh, total_usage
from siting.cooling.weather import check_weather, read_epw, warmed
from siting.cooling.zones import climate_zone

__all__ = [
    "Extremes",
    "Outdoors",
    "Plants",
    "band",
    "breakdown",
    "carried_work_fraction",
    "check_weather",
    "climate_zone",
    "evaluate",
    "fixed_fraction",
    "hot_year",
    "peak_day_l_per_kwh",
    "performance",
    "plants",
    "rarity_ratio",
    "read_epw",
    "source_water_l_per_kwh",
    "technologies",
    "technologies_of",
    "total_usage",
    "warmed",
    "warmer",
    "wet_bulb_c",
]
