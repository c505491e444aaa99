"""Water that a county's public supply could spare for a data centre, and what a utility charges for its peak day.

A site may take a tenth of what public supply withdrew in its county in 2015: assumed, with a fiftieth and a quarter as
range. For scale: all data centres of Prince William County, Virginia, took 1.4 per cent of its utility's mean day and
6 of its peak day in 2023; those in The Dalles, Oregon, took in 2021 a seventh of what Wasco County withdrew in 2015.
Withdrawals are counted where water is taken, not where it is used: a county that buys its water from another has few
or none. Where none is recorded the limit is not known, and none is set.

The charge is what Loudoun Water asked from January 2024 for a gallon of the largest day's use, 14.27 USD, paid once;
its own sample of a data centre adds sewer for a fifth of that day at 34.61 USD a gallon, which is the upper end of the
range. The lower end, a third of the charge, is assumed: utilities with capacity to spare ask little.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.data.build.money import to_money_year
from siting.data.build.raw import read_raw

__all__ = ["water_supply"]

M3_PER_GALLON = 3.785411784e-3
DAYS_PER_YEAR = 365.25
SHARE_FRACTION = {"": 0.1, "_low": 0.02, "_high": 0.25}
AVAILABILITY_USD_PER_GALLON = 14.27
SEWER_USD_PER_GALLON, SEWER_SHARE = 34.61, 0.2
CHARGE_YEAR = 2024
LEAST_SHARE_OF_CHARGE = 1 / 3


def water_supply(counties: pd.Index) -> pd.DataFrame:
    """Columns of `sites.csv` about water supply, by FIPS code.

    Parameters
    ----------
    counties
        FIPS codes.
    """
    raw = read_raw("us_places/usgs_2015_withdrawals_mgd_by_county.csv", dtype=str).set_index("county_fips")
    taken = raw["PWS"].astype(float).reindex(counties)
    supply = taken.where(taken > 0, np.nan) * 1e6 * M3_PER_GALLON * DAYS_PER_YEAR
    charge = AVAILABILITY_USD_PER_GALLON / M3_PER_GALLON * to_money_year(CHARGE_YEAR)
    sewer = SEWER_USD_PER_GALLON * SEWER_SHARE / M3_PER_GALLON * to_money_year(CHARGE_YEAR)
    columns = {"public_supply_m3_per_yr": supply}
    columns |= {f"water_limit{end}_m3_per_yr": share * supply for end, share in SHARE_FRACTION.items()}
    charges = {"": charge, "_low": LEAST_SHARE_OF_CHARGE * charge, "_high": charge + sewer}
    columns |= {f"water_peak{end}_usd_per_m3_per_day": pd.Series(one, counties) for end, one in charges.items()}
    return pd.DataFrame(columns)
