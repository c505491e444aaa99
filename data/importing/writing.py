"""What is read from a user's files, written as tables that a study appends to the catalogue's."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from siting.data.importing.hourly_files import Hours
from siting.data.importing.weather_files import Weather
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.one_table import read_table
from siting.data.tables.schema import SERIES, TABLES
from siting.data.tables.series_files import read_series
from siting.problems import InputError, Problem, did_you_mean
from siting.whole_files import written_together

__all__ = ["odd_levels", "write_hours", "write_weather"]

BASES = {
    "wholesale_usd_per_mwh": "price_basis",
    "carbon_average_kg_per_mwh": "carbon_basis",
    "solar_fraction": "solar_basis",
    "wind_fraction": "wind_basis",
}
"""Column of grid_zones that says what a series rests on, by the series."""


ODD_RATIOS = {"_usd_per_mwh": 4.0, "_kg_per_mwh": 20.0}
"""From where on a mean is odd beside another zone's: in 2022 the catalogue's are within 2.1 and 11.4 of each other."""
UNITS = {10.0: "is it in cents a kWh?", 1000.0: "is it of a kWh, or in t?"}
"""What a number may be in that is so many times too small."""


def write_weather(weather: Weather, identity: str, folder: Path) -> dict[str, Path]:
    """Write a place's weather as rows of the tables weather and series_weather; return the file of each.

    Parameters
    ----------
    weather
        What was read.
    identity
        What sites will call it by, as their `weather_id`.
    folder
        Where to; made if it is not there.
    """
    place = {
        "weather_id": identity,
        "name": weather.name,
        "latitude": weather.latitude,
        "longitude": weather.longitude,
        "utc_offset_h": weather.utc_offset_h,
    }
    of_place, of_hours = folder / f"{identity}-weather.csv", folder / f"{identity}-hours.parquet"
    table = weather.table.reset_index(drop=True).rename_axis("hour").reset_index()
    table.insert(0, "weather_id", identity)
    with written_together(folder) as aside:
        pd.DataFrame([place]).to_csv(aside / of_place.name, index=False)
        table.to_parquet(aside / of_hours.name, index=False)
    return {"weather": of_place, "series_weather": of_hours}


def odd_levels(hours: Hours, like: str) -> tuple[str, ...]:
    """Return which prices or carbon are far from those of the zone that they are like, and what unit may be meant.

    Parameters
    ----------
    hours
        What was read.
    like
        Zone of the catalogue; without hours in that year there is nothing to compare with.
    """
    series, _ = read_series(catalog_path("series_grid"), SERIES["series_grid"], hours.year)
    usual = series[series["grid_zone_id"] == like].mean(numeric_only=True)
    told = []
    for name in hours.table.columns:
        mean, there = float(hours.table[name].mean()), float(usual.get(name, 0.0))
        most = next((ratio for unit, ratio in ODD_RATIOS.items() if str(name).endswith(unit)), None)
        if most is None or not (mean > 0 and there > 0) or 1 / most <= mean / there <= most:
            continue
        meant = (text for factor, text in UNITS.items() if 1 / most <= factor * mean / there <= most)
        told.append(f"{name} is {mean:.3g} on average, that of {like} {there:.3g}; {next(meant, 'is the unit right?')}")
    return tuple(told)


def write_hours(hours: Hours, identity: str, like: str, folder: Path) -> dict[str, Path]:
    """Write a grid zone's hours as rows of series_grid and, for a new zone, of grid_zones; return the file of each.

    Parameters
    ----------
    hours
        What was read.
    identity
        What sites call it by, as their `grid_zone_id`.
    like
        Zone of the catalogue from which the columns come that the file lacks, of the same year.
    folder
        Where to; made if it is not there.

    Raises
    ------
    InputError
        If the catalogue has no such zone, or no hours of it in that year.
    """
    series, problems = read_series(catalog_path("series_grid"), SERIES["series_grid"], hours.year)
    zones, _ = read_table(catalog_path("grid_zones"), TABLES["grid_zones"].row)
    of_zone = series[series["grid_zone_id"] == like] if len(series) else series
    if problems or of_zone.empty:
        known = list(zones["grid_zone_id"])
        hint = did_you_mean(like, known) or f"the zones are: {', '.join(known)}"
        message = f"the catalogue has no hours of {hours.year} in a zone {like!r}"
        raise InputError([*problems, Problem("--like", 0, "", message, hint)])
    files = {"series_grid": folder / f"{identity}-hours.parquet"}
    rest = of_zone.sort_values("hour", ignore_index=True).drop(columns=list(hours.table.columns))
    table = rest.assign(grid_zone_id=identity, year=hours.year, **hours.table.reset_index(drop=True))
    row = zones[zones["grid_zone_id"] == like].assign(grid_zone_id=identity, name=identity)
    row = row.drop(columns=["source_id", "grade"])
    row = row.assign(**{basis: "a file of the study's own" for column, basis in BASES.items() if column in hours.table})
    if identity not in set(zones["grid_zone_id"]):
        files["grid_zones"] = folder / f"{identity}-zone.csv"
    with written_together(folder) as aside:
        table[["grid_zone_id", "year", "hour", *SERIES["series_grid"].columns]].to_parquet(
            aside / files["series_grid"].name, index=False
        )
        if "grid_zones" in files:
            row.to_csv(aside / files["grid_zones"].name, index=False)
    return files
