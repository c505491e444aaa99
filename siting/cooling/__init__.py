"""Cooling against climate: PUE, WUE, reusable heat and capacity by technology and hour.

Examples
--------
>>> import pandas as pd
>>> weather = pd.DataFrame({"dry_bulb_c": [20.0], "dew_point_c": [9.3], "pressure_pa": [101325.0]})
>>> round(float(performance(weather, "waterside-economiser")["pue"].iloc[0]), 3)
1.127
"""

from siting.cooling.air import wet_bulb_c
from siting.cooling.bands import band
from siting.cooling.model import breakdown, evaluate, hourly, performance
from siting.cooling.outdoors import Outdoors
from siting.cooling.technologies import technologies
from siting.cooling.weather import check_weather, read_epw, warmed

__all__ = [
    "Outdoors",
    "band",
    "breakdown",
    "check_weather",
    "evaluate",
    "hourly",
    "performance",
    "read_epw",
    "technologies",
    "warmed",
    "wet_bulb_c",
]
