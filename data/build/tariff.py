"""All-in industrial tariff of a county, in dollars of 2024, and which counties had to be filled.

The county prices are simple averages of utilities' average revenues by postcode. Where customers may choose their
supplier, they average full-service prices with prices for delivery alone, and fall far below what a customer pays
(Virginia: a median of 55 USD/MWh where the state's revenue-weighted mean was 89). So:

1. A missing or zero price takes the state's mean industrial price of 2023 (EIA).
2. In a state with retail choice (the list below), or whose median county price is below four fifths of that mean,
   delivery-only prices are taken to be mixed in: there no county is below the state's mean.
3. Elsewhere a price below seven tenths of the state's mean takes the mean: a utility with a price so far below its
   neighbours' has a few old customers, and no such price for a new large one. Nor is one above seven fourths believed.

Wisconsin and Wyoming have no mean in the transcribed table; the median of their county prices stands for it. The
vintage of the county prices is not stated in the file; 2022 is assumed.
"""

from __future__ import annotations

import pandas as pd

from siting.data.build.money import to_money_year
from siting.data.build.raw import read_input

__all__ = ["COUNTY_PRICE_YEAR", "tariffs"]

COUNTY_PRICE_YEAR = 2022
STATE_PRICE_YEAR = 2023
MIXED_RATIO = 0.8
IMPLAUSIBLE_RATIO = (0.7, 1.75)
RETAIL_CHOICE = frozenset(
    {
        "Connecticut", "Delaware", "Illinois", "Maine", "Maryland", "Massachusetts", "Michigan", "New Hampshire",
        "New Jersey", "New York", "Ohio", "Pennsylvania", "Rhode Island", "Texas",
    }
)  # fmt: skip


def tariffs(table: pd.DataFrame) -> pd.DataFrame:
    """Tariff of each county.

    Parameters
    ----------
    table
        `state` (name) and `industrial_price` [USD/kWh] by county, all counties of each state present.

    Returns
    -------
    pandas.DataFrame
        `tariff_usd_per_mwh` and `rule`, which is empty where the county's own price was used.
    """
    own = table["industrial_price"].where(table["industrial_price"] > 0) * 1000 * to_money_year(COUNTY_PRICE_YEAR)
    median = own.groupby(table["state"]).transform("median")
    published = read_input("eia_industrial_2023.csv").set_index("state")["industrial_cents_per_kwh"] * 10
    mean = table["state"].map(published) * to_money_year(STATE_PRICE_YEAR)
    mean = mean.fillna(median)
    missing = own.isna()
    mixed = (table["state"].isin(RETAIL_CHOICE) | (median < MIXED_RATIO * mean)) & (own < mean)
    low, high = IMPLAUSIBLE_RATIO
    implausible = (own < low * mean) | (own > high * mean)
    rule = pd.Series("", index=table.index)
    rule[implausible] = "below 0.7 or above 1.75 of the state's mean industrial price: state mean 2023"
    rule[mixed] = "state mixes delivery-only prices and the county is below the state's mean: state mean 2023"
    rule[missing] = "no price: state mean 2023"
    return pd.DataFrame({"tariff_usd_per_mwh": own.where(rule == "", mean), "rule": rule})
