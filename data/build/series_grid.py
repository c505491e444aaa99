"""Hourly series of each grid zone, all of the year 2022 in UTC, so that what meets in an hour did meet.

Average carbon is recomputed from generation by fuel with life-cycle factors, in the eight zones where it is
measured. The other zones take a neighbour's hours, scaled to the zone's own level: eGRID's output emission rate of
2022 (at the stack) times the mean ratio of life-cycle to stack intensity in the three measured zones that are also
eGRID subregions. Wind and sun are generation of 2022 scaled to a capacity factor: the fleet's profile, smoother than
one plant's, and not freed of the fleet's growth over the year. Prices are measured in four markets; elsewhere another
market's hours stand in. Marginal carbon is AVERT's 2023 output averaged by month and hour of day (its hours are taken
for local standard time), because they are of another year: it keeps season and time of day, and no coincidence.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.data.build.money import to_money_year
from siting.data.build.raw import read_input, read_raw

__all__ = [
    "FACTORS_KG_PER_MWH",
    "HOURS",
    "YEAR",
    "generation",
    "grid_series",
    "intensity",
    "mix_intensity",
    "price",
    "wholesale_level",
]

YEAR = 2022
HOURS = 8760
PRICE_YEARS = (2021, 2022, 2023, 2024)
FACTORS_KG_PER_MWH = {
    "WND": 11.0, "SUN": 41.0, "WAT": 24.0, "OIL": 650.0, "NG": 490.0, "COL": 820.0, "NUC": 12.0, "OTH": 230.0,
}  # fmt: skip
COINCIDENT = {"CISO": "CAMX", "ERCO": "ERCT", "SOCO": "SRSO"}
CARBON_FREE = ("WND", "SUN", "WAT", "NUC")
KG_PER_LB = 0.45359237
LONGEST_GAP_H = 24

Series = NDArray[np.float64]


@cache
def generation(area: str) -> pd.DataFrame:
    """Read generation by fuel of a balancing authority in 2022 [MW], blanks filled and negatives set to 0.

    A blank hour takes the mean of the same hour on the day before and the day after, so that a blank day keeps its
    noon; a blank beside those takes its neighbours'.

    Raises
    ------
    ValueError
        If more than 24 hours are blank.
    """
    table = read_raw(f"us_ba_2022/{area}_NG_&_avgCI.csv.xz")[list(FACTORS_KG_PER_MWH)].astype(float)
    blank = int(table.isna().any(axis=1).sum())
    if len(table) != HOURS or blank > LONGEST_GAP_H:
        raise ValueError(f"{area}: {len(table)} hours, {blank} of them blank")
    around = (table.shift(24) + table.shift(-24)) / 2
    return table.fillna(around).interpolate(limit_direction="both").clip(lower=0.0)


def mix_intensity(output: pd.DataFrame) -> Series:
    """Average carbon intensity of generation by fuel, over the life cycle [kg/MWh], shape (hour,).

    Parameters
    ----------
    output
        Generation with a column a fuel of `FACTORS_KG_PER_MWH`.

    References
    ----------
    Acun et al., Carbon Explorer, ASPLOS 2023.

    Examples
    --------
    >>> half = dict.fromkeys(FACTORS_KG_PER_MWH, [0.0]) | {"WND": [1.0], "COL": [1.0]}
    >>> mix_intensity(pd.DataFrame(half)).tolist()
    [415.5]
    """
    factors = np.array([FACTORS_KG_PER_MWH[fuel] for fuel in output.columns])
    power = output.to_numpy(dtype=float)
    return np.asarray(power @ factors / power.sum(axis=1), dtype=float)


def intensity(area: str) -> Series:
    """Average carbon intensity of a balancing authority in 2022 [kg/MWh], shape (hour,)."""
    return mix_intensity(generation(area))


@cache
def price(market: str, year: int) -> Series:
    """Hourly price of a market in UTC [USD/MWh of that year], shape (hour,)."""
    name = f"hourly_world/electricity_prices/standardized/{market}/{year}/{market}_electricity_prices_{year}.csv.xz"
    return np.asarray(read_raw(name)["Price (USD/MWh)"], dtype=float)


def wholesale_level(market: str) -> float:
    """Median over 2021 to 2024 of the market's yearly means, in dollars of 2024 [USD/MWh].

    One year is no level: gas prices doubled 2022 and one storm tripled Texas in 2021.
    """
    return float(np.median([price(market, year).mean() * to_money_year(year) for year in PRICE_YEARS]))


def carbon_free(area: str) -> Series:
    """Share of generation from wind, sun, water and nuclear power, dimensionless, shape (hour,)."""
    table = generation(area)
    return np.asarray(table[list(CARBON_FREE)].sum(axis=1) / table.sum(axis=1), dtype=float)


def wholesale(market: str, level_market: str) -> Series:
    """Hours of one market in 2022 at the `wholesale_level` of the same or another [USD/MWh of 2024], shape (hour,)."""
    hours = price(market, YEAR)
    return np.asarray(hours * (wholesale_level(level_market) / hours.mean()), dtype=float)


def capacity_factor(output: Series, mean: float) -> Series:
    """Scale a profile to a mean, cutting at 1 and repeating until the mean holds, dimensionless.

    Examples
    --------
    >>> capacity_factor(np.array([0.0, 1.0, 3.0]), 0.5).round(3).tolist()
    [0.0, 0.5, 1.0]
    """
    shape = output / output.mean()
    scale = mean
    for _ in range(50):
        cut = np.minimum(shape * scale, 1.0)
        scale *= mean / cut.mean()
    return np.asarray(cut, dtype=float)


def marginal(region: str, offset_h: int) -> Series:
    """AVERT 2023 of a region by month and hour of local standard day, laid on the hours of 2022 [kg/MWh]."""
    table = read_raw("avert_marginal_2023/AVERT_2023_CO2_lb_per_kwh.csv.xz")
    mean = table.groupby([table["Month"], table["Timestamp"] % 24])[region].mean() * KG_PER_LB * 1000.0
    local = pd.date_range(f"{YEAR}-01-01", periods=HOURS, freq="h") + pd.Timedelta(hours=offset_h)
    return np.asarray(mean.reindex(pd.MultiIndex.from_arrays([local.month, local.hour])), dtype=float)


@cache
def life_cycle_ratio() -> float:
    """Life-cycle over stack intensity, the mean of the measured zones that are eGRID subregions, dimensionless."""
    return float(np.mean([intensity(area).mean() / stack_level(name) for area, name in COINCIDENT.items()]))


def stack_level(subregion: str) -> float:
    """Output emission rate of an eGRID subregion in 2022 [kg/MWh]."""
    return float(read_input("egrid_2022.csv").set_index("subregion")["co2_lb_per_mwh"][subregion]) * KG_PER_LB


def carbon(zone: Mapping[Hashable, Any]) -> tuple[Series, Series]:
    """Average intensity [kg/MWh] and carbon-free share of a zone, own or a neighbour's at the zone's level."""
    hours, free = intensity(zone["generation_from"]), carbon_free(zone["generation_from"])
    if zone["generation_from"] == zone["grid_zone_id"]:
        return hours, free
    level = zone["assumed_kg_per_mwh"]
    if isinstance(zone["egrid"], str):
        level = stack_level(zone["egrid"]) * life_cycle_ratio()
    burnt = (1 - free) * ((1 - zone["carbon_free_mean"]) / (1 - free.mean()))
    return hours * (level / hours.mean()), np.clip(1 - burnt, 0.0, 1.0)


def profile(donor: object, fuel: str, mean: float) -> Series:
    """Capacity factor of contracted sun or wind; missing throughout where there is no donor, shape (hour,)."""
    if not isinstance(donor, str):
        return np.full(HOURS, np.nan)
    return capacity_factor(generation(donor)[fuel].to_numpy(), mean)


def grid_series() -> pd.DataFrame:
    """All series of all grid zones, stacked by zone and hour (columns as in `series_grid.parquet`)."""
    parts = []
    for zone in read_input("grid_zones.csv").to_dict("records"):
        average, free = carbon(zone)
        columns = {
            "grid_zone_id": zone["grid_zone_id"],
            "hour": np.arange(HOURS),
            "wholesale_usd_per_mwh": wholesale(zone["price_from"], zone["price_level_from"]),
            "carbon_average_kg_per_mwh": average,
            "carbon_marginal_kg_per_mwh": marginal(zone["avert_region"], int(zone["utc_offset_h"])),
            "carbon_free_fraction": free,
            "solar_fraction": profile(zone["solar_from"], "SUN", zone["solar_capacity_fraction"]),
            "wind_fraction": profile(zone["wind_from"], "WND", zone["wind_capacity_fraction"]),
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)
