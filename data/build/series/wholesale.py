"""Wholesale prices: a level of each grid zone and year, and hours that stand at it.

The mean of a year is, in this order: that of the zone's own hours, in the four markets that publish them; what the
market's own report says of the year; the hub's on-peak price, brought to all hours; the year of the market that
`price_level_from` names, moved by what the zone lay above or below it in the years that are known.

A hub's on-peak price (16 hours from the seventh, six days a week in the West, five in the East) becomes one of all
hours by the median over the four markets of the ratio of the two in the same year, 0.85 to 0.92: the median, because
Texas's scarcity lies within the block, and so do California's cheap hours of sun. New England's own report gives 0.89
and 0.88 of its hub in 2023 and 2024, where the rule gives 0.85 and 0.86. Holidays count as other days. Each month of a
hub weighs the same, however many of its days were traded.

Hours of 2022, which contracts of many years meet, stand at the long-run level: the median of the four yearly means.
One year is no level: gas prices doubled 2022 and one storm tripled Texas in 2021. A market's own hours are scaled to
it, as a dear year's are with what its gas costs; moved, a quarter of PJM's hours of 2022 would be negative.
Hours that stand in for another zone's are moved, never scaled. Hours of the other years are left as they were.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from siting.data.build.money import to_money_year
from siting.data.build.raw import read_input, read_raw
from siting.data.build.series.hours import YEAR, YEARS, Hourly, hours_of, on_hours

__all__ = [
    "MARKETS",
    "Mean",
    "all_hours_ratio",
    "hours",
    "known_mean",
    "level_table",
    "long_run_level",
    "price",
    "yearly_mean",
]

MARKETS: Mapping[str, str] = MappingProxyType(
    {"CISO": "US-CAL-CISO", "ERCO": "US-TEX-ERCO", "NYIS": "US-NY-NYIS", "PJM": "US-MIDA-PJM"}
)
"""Market of each grid zone that publishes hourly prices."""

CLOCKS: Mapping[str, str] = MappingProxyType(
    {
        "US-CAL-CISO": "America/Los_Angeles",
        "US-TEX-ERCO": "America/Chicago",
        "US-NY-NYIS": "America/New_York",
        "US-MIDA-PJM": "America/New_York",
    }
)

CONVERTED_TWICE = frozenset({"US-CAL-CISO", "US-NY-NYIS", "US-MIDA-PJM"})
"""Markets whose files have times of UTC taken for local ones and converted again.

Their "Datetime (UTC)" is late by the local offset, summer time included: by it California's prices peak at three in the
morning, and its gas plants follow them by seven hours in summer and eight in winter. Their "Datetime (Local)" is UTC.
"""

ON_PEAK = range(6, 22)
"""Hours of the day in the block, of the West; in the East it begins and ends an hour later."""

SIX_DAYS = frozenset({"Mid C Peak", "Palo Verde Peak", "SP15 EZ Gen DA LMP Peak", "NP15 EZ Gen DA LMP Peak"})
"""Hubs whose block has a Saturday."""

Zone = Mapping[Hashable, Any]


class Mean(NamedTuple):
    """Mean price of a zone in a year [USD/MWh of 2024], and what it rests on."""

    usd_per_mwh: float
    basis: str
    source_id: str
    grade: str


@cache
def price(market: str, year: int) -> Hourly:
    """Hourly price of a market in UTC, a leap day left out [USD/MWh of that year], shape (hour,)."""
    name = f"hourly_world/electricity_prices/standardized/{market}/{year}/{market}_electricity_prices_{year}.csv.xz"
    table = read_raw(name)
    return by_clock(table, year) if market in CONVERTED_TWICE else on_hours(table, "Price (USD/MWh)", year)


def by_clock(table: pd.DataFrame, year: int) -> Hourly:
    """Prices of a file whose local clock shows UTC, shape (hour,); an hour that it lacks takes that of the day before.

    The change of clocks cuts one hour out in March, and brings one twice in November; the conversion has moved the
    last hours of a year out of it.
    """
    clock = pd.to_datetime(table["Datetime (Local)"].str[:19], utc=True)
    known = pd.Series(table["Price (USD/MWh)"].to_numpy(float), index=clock)
    found = known[~known.index.duplicated()].reindex(hours_of(year))
    return np.asarray(found.fillna(found.shift(24)), dtype=float)


@cache
def all_hours_ratio(hub: str, year: int) -> float:
    """Mean price of all hours over that of a hub's on-peak block, the median of the four markets, dimensionless."""
    in_west = hub in SIX_DAYS
    ratios = []
    for market, clock in CLOCKS.items():
        local = hours_of(year).tz_convert(clock)
        days = local.dayofweek < (6 if in_west else 5)
        block = days & np.isin(local.hour, [hour if in_west else hour + 1 for hour in ON_PEAK])
        ratios.append(price(market, year).mean() / price(market, year)[block].mean())
    return float(np.median(ratios))


def of_hours(market: str, year: int) -> float:
    """Mean of a market's hours of a year [USD/MWh of 2024]."""
    return float(price(market, year).mean() * to_money_year(year))


def reported(iso: str, year: int) -> float | None:
    """What a market's own report gives as the mean of a year [USD/MWh of 2024]; None where it gives none."""
    table = read_raw("us_power/wholesale_price_iso_annual.csv")
    found = table[(table["market"] == iso) & (table["year"] == year) & (table["basis"] == "measured")]
    return None if found.empty else float(found["usd_per_mwh"].iloc[0]) * to_money_year(year)


def of_hub(hub: str, year: int) -> float | None:
    """Mean of all hours of a year at a hub [USD/MWh of 2024]; None unless it was traded in each month."""
    table = read_raw("us_power/wholesale_onpeak_hub_monthly.csv")
    months = table[(table["hub"] == hub) & (table["year"] == year)].groupby("month")["mean_usd_per_mwh"].mean()
    return None if len(months) < 12 else float(months.mean()) * all_hours_ratio(hub, year) * to_money_year(year)


def known_mean(zone: Zone, year: int) -> Mean | None:
    """Mean of a zone's year that rests on its own figures; None where there are none."""
    market = MARKETS.get(zone["grid_zone_id"])
    if market is not None:
        return Mean(of_hours(market, year), "mean of its own hours", "market-prices", "measured")
    if isinstance(zone["iso"], str) and (value := reported(zone["iso"], year)) is not None:
        return Mean(value, f"report of {zone['iso']}", "iso-price-levels", "measured")
    if isinstance(zone["hub"], str) and (value := of_hub(zone["hub"], year)) is not None:
        told = f"{zone['hub'].removesuffix(' Peak')}, on-peak times {all_hours_ratio(zone['hub'], year):.3f}"
        return Mean(value, told, "ice-hub-prices", "modelled")
    return None


def yearly_mean(zone: Zone, year: int) -> Mean:
    """Mean of a zone's year, see the top of the file.

    Parameters
    ----------
    zone
        Row of `inputs/grid_zones.csv`.
    year
        One of `YEARS`.
    """
    found = known_mean(zone, year)
    if found is not None:
        return found
    other = zone["price_level_from"]
    known = {one: mean.usd_per_mwh for one in YEARS if (mean := known_mean(zone, one)) is not None}
    if not known:
        return Mean(of_hours(other, year), f"that of {other}: no figure of its own", "market-prices", "assumed")
    above = float(np.mean([value - of_hours(other, one) for one, value in known.items()]))
    basis = f"{other} moved by {above:+.1f}, as in {' and '.join(map(str, known))}"
    return Mean(of_hours(other, year) + above, basis, "market-prices", "modelled")


def long_run_level(zone: Zone) -> float:
    """Median over 2021 to 2024 of a zone's yearly means [USD/MWh of 2024]."""
    return float(np.median([yearly_mean(zone, year).usd_per_mwh for year in YEARS]))


def hours(zone: Zone, year: int) -> Hourly:
    """Hours of a zone, shape (hour,) [USD/MWh of 2024]: of 2022 at the long-run level, of another year at its own.

    Parameters
    ----------
    zone
        Row of `inputs/grid_zones.csv`; where `price_from` names several markets, their mean stands in.
    year
        One of `YEARS`.
    """
    parts = []
    for market in zone["price_from"].split("+"):
        own = price(market, year) * to_money_year(year)
        level = np.median([of_hours(market, one) for one in YEARS]) if year == YEAR else own.mean()
        parts.append(own * (level / own.mean()))
    found = np.mean(parts, axis=0)
    level = long_run_level(zone) if year == YEAR else yearly_mean(zone, year).usd_per_mwh
    return np.asarray(found + (level - found.mean()), dtype=float)


def level_table() -> pd.DataFrame:
    """Rows of `wholesale_levels.csv`: the mean of each zone and year, and what it rests on."""
    return pd.DataFrame(
        [
            {
                "grid_zone_id": zone["grid_zone_id"],
                "year": year,
                "wholesale_usd_per_mwh": mean.usd_per_mwh,
                "basis": mean.basis,
                "source_id": mean.source_id,
                "grade": mean.grade,
            }
            for zone in read_input("grid_zones.csv").to_dict("records")
            for year in YEARS
            for mean in [yearly_mean(zone, year)]
        ]
    )
