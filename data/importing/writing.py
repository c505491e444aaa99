"""What is read from a user's files, written as tables that a study appends to the catalogue's."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from siting.data.importing.hourly_files import Hours
from siting.data.importing.weather_files import Weather
from siting.data.tables.reader import catalog_path, read_series, read_table
from siting.data.tables.schema import SERIES, TABLES
from siting.problems import InputError, Problem, did_you_mean

__all__ = ["write_hours", "write_weather"]

BASES = {
    "wholesale_usd_per_mwh": "price_basis",
    "carbon_average_kg_per_mwh": "carbon_basis",
    "solar_fraction": "solar_basis",
    "wind_fraction": "wind_basis",
}
"""Column of grid_zones that says what a series rests on, by the series."""


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
    folder.mkdir(parents=True, exist_ok=True)
    place = {
        "weather_id": identity,
        "name": weather.name,
        "latitude": weather.latitude,
        "longitude": weather.longitude,
        "utc_offset_h": weather.utc_offset_h,
    }
    of_place, of_hours = folder / f"{identity}-weather.csv", folder / f"{identity}-hours.parquet"
    pd.DataFrame([place]).to_csv(of_place, index=False)
    table = weather.table.reset_index(drop=True).rename_axis("hour").reset_index()
    table.insert(0, "weather_id", identity)
    table.to_parquet(of_hours, index=False)
    return {"weather": of_place, "series_weather": of_hours}


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
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{identity}-hours.parquet"
    rest = of_zone.sort_values("hour", ignore_index=True).drop(columns=list(hours.table.columns))
    table = rest.assign(grid_zone_id=identity, year=hours.year, **hours.table.reset_index(drop=True))
    table[["grid_zone_id", "year", "hour", *SERIES["series_grid"].columns]].to_parquet(path, index=False)
    files = {"series_grid": path}
    if identity not in set(zones["grid_zone_id"]):
        files["grid_zones"] = folder / f"{identity}-zone.csv"
        row = zones[zones["grid_zone_id"] == like].assign(grid_zone_id=identity, name=identity)
        row = row.drop(columns=["source_id", "grade"])
        bases = {"wholesale_usd_per_mwh": "price_basis", "carbon_average_kg_per_mwh": "carbon_basis",
                 "solar_fraction": "solar_basis", "wind_fraction": "wind_basis"}  # fmt: skip
        row = row.assign(
            **{basis: "a file of the study's own" for column, basis in bases.items() if column in hours.table}
        )
        row.to_csv(files["grid_zones"], index=False)
    return files
