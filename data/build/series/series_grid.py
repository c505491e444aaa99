"""Hourly series of each grid zone by year in UTC; those of 2022 are all of that year, so that what meets did meet.

Average carbon is recomputed from generation by fuel with life-cycle factors, in the eight zones where it is
measured. The other zones take a neighbour's hours, scaled to the zone's own level: eGRID's output emission rate of
2022 (at the stack) times the mean ratio of life-cycle to stack intensity in the three measured zones that are also
eGRID subregions. Wind and sun are generation of 2022 scaled to a capacity factor: the fleet's profile, smoother than
one plant's, and not freed of the fleet's growth over the year. Prices are those of `wholesale`. Marginal carbon is
AVERT's 2023 output averaged by month and hour of day (its hours are taken for local standard time), because they are of
another year: it keeps season and time of day, and no coincidence.

Of 2021, 2023 and 2024 only prices are measured, and the carbon intensity of four zones, under a licence of its own
(`carbon_series`). Carbon and its free share elsewhere are the means by month and hour of day of 2022, as the marginal
ones are. Wind and sun are there in four zones, from the year's own weather (`other_years`), and in no other, because
those of another year would meet prices that they did not make. 29 February 2024 is left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from siting.data.build.raw import read_input, read_raw
from siting.data.build.series import wholesale
from siting.data.build.series.hours import YEAR, YEARS, Hourly, hours_of, on_hours, typical
from siting.data.build.series.other_years import PLACES, profile_of_year
from siting.quantities import HOURS_PER_YEAR

__all__ = [
    "FACTORS_KG_PER_MWH",
    "carbon_series",
    "generation",
    "grid_series",
    "intensity",
    "mix_intensity",
]

FACTORS_KG_PER_MWH = {
    "WND": 11.0, "SUN": 41.0, "WAT": 24.0, "OIL": 650.0, "NG": 490.0, "COL": 820.0, "NUC": 12.0, "OTH": 230.0,
}  # fmt: skip
COINCIDENT = {"CISO": "CAMX", "ERCO": "ERCT", "SOCO": "SRSO"}
CARBON_FREE = ("WND", "SUN", "WAT", "NUC")
KG_PER_LB = 0.45359237
LONGEST_GAP_H = 24


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
    if len(table) != HOURS_PER_YEAR or blank > LONGEST_GAP_H:
        raise ValueError(f"{area}: {len(table)} hours, {blank} of them blank")
    around = (table.shift(24) + table.shift(-24)) / 2
    return table.fillna(around).interpolate(limit_direction="both").clip(lower=0.0)


def mix_intensity(output: pd.DataFrame) -> Hourly:
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


def intensity(area: str) -> Hourly:
    """Average carbon intensity of a balancing authority in 2022 [kg/MWh], shape (hour,)."""
    return mix_intensity(generation(area))


def carbon_free(area: str) -> Hourly:
    """Share of generation from wind, sun, water and nuclear power, dimensionless, shape (hour,)."""
    table = generation(area)
    return np.asarray(table[list(CARBON_FREE)].sum(axis=1) / table.sum(axis=1), dtype=float)


def capacity_factor(output: Hourly, mean: float) -> Hourly:
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


def marginal(region: str, offset_h: int, year: int) -> Hourly:
    """AVERT 2023 of a region by month and hour of local standard day, laid on the hours of a year [kg/MWh]."""
    table = read_raw("avert_marginal_2023/AVERT_2023_CO2_lb_per_kwh.csv.xz")
    mean = table.groupby([table["Month"], table["Timestamp"] % 24])[region].mean() * KG_PER_LB * 1000.0
    local = hours_of(year) + pd.Timedelta(hours=offset_h)
    return np.asarray(mean.reindex(pd.MultiIndex.from_arrays([local.month, local.hour])), dtype=float)


@cache
def life_cycle_ratio() -> float:
    """Life-cycle over stack intensity, the mean of the measured zones that are eGRID subregions, dimensionless."""
    return float(np.mean([intensity(area).mean() / stack_level(name) for area, name in COINCIDENT.items()]))


def stack_level(subregion: str) -> float:
    """Output emission rate of an eGRID subregion in 2022 [kg/MWh]."""
    return float(read_input("egrid_2022.csv").set_index("subregion")["co2_lb_per_mwh"][subregion]) * KG_PER_LB


def carbon(zone: Mapping[Hashable, Any]) -> tuple[Hourly, Hourly]:
    """Average intensity [kg/MWh] and carbon-free share of a zone, own or a neighbour's at the zone's level."""
    hours, free = intensity(zone["generation_from"]), carbon_free(zone["generation_from"])
    if zone["generation_from"] == zone["grid_zone_id"]:
        return hours, free
    level = zone["assumed_kg_per_mwh"]
    if isinstance(zone["egrid"], str):
        level = stack_level(zone["egrid"]) * life_cycle_ratio()
    burnt = (1 - free) * ((1 - zone["carbon_free_mean"]) / (1 - free.mean()))
    return hours * (level / hours.mean()), np.clip(1 - burnt, 0.0, 1.0)


def profile(zone: Mapping[Hashable, Any], fuel: Literal["SUN", "WND"], year: int) -> Hourly:
    """Capacity factor of contracted sun or wind; missing throughout where it is not known, shape (hour,)."""
    kind = "solar" if fuel == "SUN" else "wind"
    donor, mean = zone[f"{kind}_from"], zone[f"{kind}_capacity_fraction"]
    if not isinstance(donor, str) or (year != YEAR and zone["grid_zone_id"] not in PLACES):
        return np.full(HOURS_PER_YEAR, np.nan)
    fleet = capacity_factor(generation(donor)[fuel].to_numpy(), mean)
    return fleet if year == YEAR else capacity_factor(profile_of_year(zone, fuel, fleet, year), mean)


def grid_series() -> pd.DataFrame:
    """All series of all grid zones, stacked by year, zone and hour (columns as in `series_grid.parquet`)."""
    parts = []
    for year in YEARS:
        for zone in read_input("grid_zones.csv").to_dict("records"):
            offset_h = int(zone["utc_offset_h"])
            average, free = carbon(zone)
            if year != YEAR:
                average, free = typical(average, offset_h, year), typical(free, offset_h, year)
            columns = {
                "year": year,
                "grid_zone_id": zone["grid_zone_id"],
                "hour": np.arange(HOURS_PER_YEAR),
                "wholesale_usd_per_mwh": wholesale.hours(zone, year),
                "carbon_average_kg_per_mwh": average,
                "carbon_marginal_kg_per_mwh": marginal(zone["avert_region"], offset_h, year),
                "carbon_free_fraction": free,
                "solar_fraction": profile(zone, "SUN", year),
                "wind_fraction": profile(zone, "WND", year),
            }
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def carbon_series() -> pd.DataFrame:
    """Measured carbon of four zones in the years other than 2022 (columns as in `series_carbon.parquet`).

    Life-cycle intensity and low-carbon share of Electricity Maps, under the ODbL: a file of its own.
    """
    parts = []
    for year in [year for year in YEARS if year != YEAR]:
        for zone, area in wholesale.MARKETS.items():
            table = read_raw(f"hourly_world/carbon_intensity/{area}/{year}/{area}_{year}_hourly.csv.xz")
            columns = {
                "year": year,
                "grid_zone_id": zone,
                "hour": np.arange(HOURS_PER_YEAR),
                "carbon_average_kg_per_mwh": on_hours(table, "Carbon Intensity gCO₂eq/kWh (LCA)", year),
                "carbon_free_fraction": on_hours(table, "Low Carbon Percentage", year) / 100,
            }
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)
