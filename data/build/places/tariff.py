"""What a flat new load pays for power in a county, all in, in dollars of 2024, with its spread.

The level is the state's: average revenue a megawatt-hour of industrial customers in 2023, the newest full year that is
known of every state but Wyoming (EIA). Twelve states have 2024 too; it is not mixed in, since then two years would
order the states, but it says how far a state's mean moves in a year.

How a county differs from its state is known badly. The county prices are simple averages of utilities' average revenues
by postcode, and a utility with one old customer under an old contract has a price that no new one gets. So the
difference is *shrunk*: of what a county's price lies off the mean of its state's believed counties, the fraction

    covariance of industrial and commercial prices / variance of industrial prices

is kept, both over counties within states. Both prices are averages of the same utilities over the same postcodes; a
utility that is cheap, and not merely its customer, is cheap for both. What they share is an upper end, since they share
the postcodes' errors too. Were all of it kept, the cheapest county of each state would be chosen for its error.

1. A missing price takes the state's mean. So does one that cannot be believed: below seven tenths or above seven
   fourths of the state's median county price.
2. In a state with retail choice (the list below), or whose median county price is below four fifths of the state's
   mean, prices for delivery alone are mixed in, which only pull down. There a county below the state's mean takes the
   mean, and of what one lies above it the same fraction is kept.
3. Where a load buys its own capacity, the rise of its price since the year of the state's means is added
   (`siting.data.build.places.capacity`).

The spread is a normal one: what is left of the variance between counties once a county's own price is known (all of it,
where the county has none), and the variance of a state's mean from one year to the next. The vintage of the county
prices is not stated in the file; 2022 is assumed. It cancels but for the scale of differences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.data.build.money import to_money_year
from siting.data.build.places.capacity import capacity_charges
from siting.data.build.raw import read_raw

__all__ = ["COUNTY_PRICE_YEAR", "RETAIL_CHOICE", "Shrinkage", "shrinkage", "state_means", "tariffs"]

COUNTY_PRICE_YEAR = 2022
STATE_PRICE_YEAR = 2023
LATER_YEAR = 2024
MIXED_RATIO = 0.8
IMPLAUSIBLE_RATIO = (0.7, 1.75)
TENTH_OF_NORMAL = 1.2816
"""Standard deviations from the mean to the 10th and to the 90th percentile."""

RETAIL_CHOICE = frozenset({"CT", "DE", "IL", "MA", "MD", "ME", "MI", "NH", "NJ", "NY", "OH", "PA", "RI", "TX"})


@dataclass(frozen=True)
class Shrinkage:
    """How much of a county's difference from its state is believed.

    Parameters
    ----------
    kept_fraction
        Share of the difference that is kept.
    between_usd_per_mwh
        Standard deviation between counties of a state of what a load would pay.
    left_usd_per_mwh
        The same once a county's own price is known.
    """

    kept_fraction: float
    between_usd_per_mwh: float
    left_usd_per_mwh: float


def shrinkage(industrial: pd.Series, commercial: pd.Series, state: pd.Series) -> Shrinkage:
    """Tell signal from noise in county prices by a second price of the same counties.

    Parameters
    ----------
    industrial, commercial
        Price of each county [USD/MWh], NaN where it is not to be used.
    state
        State of each county; differences are from the mean of its counties that have both prices.

    Raises
    ------
    ValueError
        If no state has two counties with both prices.
    """
    both = industrial.notna() & commercial.notna()
    of_state = state[both]
    free = int(both.sum()) - of_state.nunique()
    if free < 1:
        raise ValueError("no state has two counties with both prices")
    one, other = (
        price[both] - price[both].groupby(of_state).transform("mean") for price in (industrial, commercial)
    )  # fmt: skip
    variance = float((one**2).sum()) / free
    shared = float(np.clip((one * other).sum() / free, 0.0, variance))
    kept = shared / variance if variance > 0 else 0.0
    return Shrinkage(kept, shared**0.5, (shared * (1 - kept)) ** 0.5)


def state_means() -> tuple[pd.Series, float]:
    """Mean industrial price by state [USD/MWh of 2024], and how far one moves in a year, as a fraction of itself.

    The latter is the standard deviation, over the states with two full years, of the logarithm of the later over the
    earlier, both in real dollars.
    """
    table = read_raw("us_power/industrial_price_by_state.csv")
    by_year = {
        year: table[table["period"] == str(year)].set_index("state")["industrial_usd_per_mwh_nominal"]
        * to_money_year(year)
        for year in (STATE_PRICE_YEAR, LATER_YEAR)
    }
    ratio = (by_year[LATER_YEAR] / by_year[STATE_PRICE_YEAR]).dropna()
    return by_year[STATE_PRICE_YEAR], float(np.log(ratio).std(ddof=1))


def tariffs(table: pd.DataFrame) -> pd.DataFrame:
    """Tariff of each county.

    Parameters
    ----------
    table
        `state_code`, `grid_zone_id`, `industrial_price` and `commercial_price` [USD/kWh] by county, all counties of
        each state present.

    Returns
    -------
    pandas.DataFrame
        `tariff_usd_per_mwh` with its 10th and 90th percentile `tariff_low_usd_per_mwh` and `tariff_high_usd_per_mwh`,
        `capacity_charge_usd_per_kw_month`, which the tariff holds and which is NaN where capacity is not bought apart,
        and `rule`, which is empty where the county's own price was used.
    """
    state = table["state_code"]
    own, commercial = (
        table[name].where(table[name] > 0) * 1000 * to_money_year(COUNTY_PRICE_YEAR)
        for name in ("industrial_price", "commercial_price")
    )
    median = own.groupby(state).transform("median")
    published, moved = state_means()
    known = state.map(published)
    mean = known.fillna(median)
    low, high = IMPLAUSIBLE_RATIO
    believed = own.between(low * median, high * median)
    is_mixed = state.isin(RETAIL_CHOICE) | (median < MIXED_RATIO * mean)
    signal = shrinkage(own.where(believed & ~is_mixed), commercial, state)

    centre = own.where(believed).groupby(state).transform("mean").where(~is_mixed, mean)
    differs = own - centre
    rule = pd.Series("", index=table.index)
    rule[is_mixed & (differs < 0)] = "state mixes delivery-only prices and the county is below the state's mean"
    rule[~believed] = "below 0.7 or above 1.75 of the state's median county price"
    rule[own.isna()] = "no price"
    is_own = rule == ""
    rule[~is_own] += f": state mean {STATE_PRICE_YEAR}"
    rule[known.isna()] = "no mean of the state is known: the median of its county prices stands in"
    capacity = capacity_charges(table)
    found = mean + (signal.kept_fraction * differs).where(is_own, 0.0)
    spread = np.where(is_own, signal.left_usd_per_mwh, signal.between_usd_per_mwh)
    margin = TENTH_OF_NORMAL * np.hypot(spread, moved * mean)
    tariff = found + capacity["rise_usd_per_mwh"]
    return pd.DataFrame(
        {
            "tariff_usd_per_mwh": tariff,
            "tariff_low_usd_per_mwh": tariff - margin,
            "tariff_high_usd_per_mwh": tariff + margin,
            "capacity_charge_usd_per_kw_month": capacity["charge_usd_per_kw_month"],
            "rule": rule,
        }
    )
