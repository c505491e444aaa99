"""Cooling against climate: PUE, WUE, reusable heat and capacity by technology and hour.

Examples
--------
>>> import pandas as pd
>>> weather = pd.DataFrame({"dry_bulb_c": [20.0], "dew_point_c": [9.3], "pressure_pa": [101325.0]})
>>> round(float(performance(weather, "waterside-economiser")["pue"].iloc[0]), 3)
1.134
"""

from siting.cooling.air import wet_bulb_c
from siting.cooling.model import hourly, performance
from siting.cooling.technologies import technologies

__all__ = ["hourly", "performance", "technologies", "wet_bulb_c"]
