"""What building costs in a county over the country's mean, from two tellings, with the spread of several.

The multipliers are those of gas-fired plants, which are built of labour, concrete and electrical equipment as halls
are: of the nearest listed city of the state (EIA's contractor, 64 cities) and of the balancing area (gas turbines).
The point is their mean; low and high are the least and the greatest of these two and of the same two tellings for
solar plants and batteries, in which equipment weighs more. A market's own figure stands in place of the multiplier
where a guide states one, and widens the spread where a guide names a market's low or high case.
"""

from __future__ import annotations

import pandas as pd

from siting.data.build.money import to_money_year
from siting.data.build.raw import read_input, read_raw
from siting.data.build.technology import GUIDE_YEAR, parameter
from siting.geography import great_circle_km

__all__ = ["building_cost"]

OF_CITY = {"gas": "natural-gas-430mw", "other": "spv-tracking-150mw"}
OF_AREA = {"gas": "Gas-CT", "other": "battery"}
LOW_CASE = ("48029", 9.3e6)
HIGH_CASE = ("32031", 15.0e6)
STATED = {"06085": (13.3e6, 2025)}
"""USD/MW by county: San Antonio's low and Reno's high case, the least and the greatest of 19 markets (2024); Silicon
Valley's cost in another firm's index (2025)."""


def building_cost(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Columns of `sites.csv` about the cost of building, and by what rule each county's point was set.

    Parameters
    ----------
    table
        `state_code`, `latitude`, `longitude` and `balancing_area_id` by FIPS code.

    Returns
    -------
    columns : pandas.DataFrame
        `capital_ratio`, `capital_low_ratio`, `capital_high_ratio`, by FIPS code.
    rule : pandas.Series
        Empty where the multipliers decide.
    """
    tellings = pd.DataFrame(
        {
            **{f"city-{kind}": _of_cities(table, name) for kind, name in OF_CITY.items()},
            **{f"area-{kind}": _of_areas(table, name) for kind, name in OF_AREA.items()},
        }
    )
    point = tellings[["city-gas", "area-gas"]].mean(axis=1)
    low, high = tellings.min(axis=1), tellings.max(axis=1)
    mean = parameter("hall_mean_usd_per_mw")
    rule = pd.Series("", index=table.index)
    for county, (price, year) in STATED.items():
        point[county] = price * to_money_year(year) / mean
        rule[county] = "what an index of construction cost states for the market, over the mean of 19 markets"
    of_guide = to_money_year(GUIDE_YEAR) / mean
    low[LOW_CASE[0]] = min(low[LOW_CASE[0]], LOW_CASE[1] * of_guide)
    high[HIGH_CASE[0]] = max(high[HIGH_CASE[0]], HIGH_CASE[1] * of_guide)
    columns = pd.DataFrame(
        {
            "capital_ratio": point,
            "capital_low_ratio": low.where(low < point, point),
            "capital_high_ratio": high.where(high > point, point),
        }
    )
    return columns.round(3), rule


def _of_cities(table: pd.DataFrame, plant: str) -> pd.Series:
    """Multiplier of the nearest listed city of the state, or of any where it has none, 1 in the mean of the cities."""
    cities = read_input("multiplier_cities.csv")
    listed = read_raw(f"reeds_regions/cost_multipliers/{plant}.csv")
    if not (listed["City"].str.strip() == cities["city"]).all():
        raise ValueError("the cities of inputs/multiplier_cities.csv are not those of the raw file")
    cities["ratio"] = listed["Location Variation"] / listed["Location Variation"].mean()
    ratios = []
    for row in table.to_dict("records"):
        own = cities[cities["state_code"] == row["state_code"]]
        pool = own if len(own) else cities
        away = great_circle_km(
            row["latitude"], row["longitude"], pool["latitude"].to_numpy(), pool["longitude"].to_numpy()
        )
        ratios.append(float(pool["ratio"].iloc[int(away.argmin())]))
    return pd.Series(ratios, index=table.index)


def _of_areas(table: pd.DataFrame, plant: str) -> pd.Series:
    """Multiplier of the balancing area, 1 in the mean of the areas."""
    listed = read_raw("grid_us_synthetic/reg_cap_cost_mult_default.csv.xz")
    of_plant = listed[(listed["i"] == plant) & listed["r"].isin(table["balancing_area_id"])].set_index("r")
    ratio = of_plant["reg_cap_cost_mult"] / of_plant["reg_cap_cost_mult"].mean()
    found: pd.Series = table["balancing_area_id"].map(ratio)
    return found
