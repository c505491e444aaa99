"""The commands under `siting data`: files of one's own turned into tables that a study takes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from siting.cli.terminal import complain
from siting.problems import InputError, Problem

__all__ = ["data"]

data = App(name="data", help="Weather, prices and carbon of your own, turned into tables that a study takes.")

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ZONE = re.compile(r"[A-Z0-9]+([-_][A-Z0-9]+)*")


@data.command(name="import")
def import_file(
    file: Path,
    /,
    *,
    kind: Literal["weather", "hours"] = "weather",
    name: str | None = None,
    output: Annotated[Path, Parameter(name=["--output", "-o"])] = Path(),
    year: int | None = None,
    utc_offset_h: float | None = None,
    column: Annotated[list[str] | None, Parameter(negative=(), consume_multiple=True)] = None,
    time_zone: str = "UTC",
    like: str | None = None,
) -> int:
    """Read a file of one's own, and write it as tables that a study appends to the catalogue's.

    Parameters
    ----------
    file
        Weather (EPW, TMYx, PVGIS, Open-Meteo, NASA POWER); or a table of hours, times in its first column.
    kind
        Weather of a place, or hours of prices, carbon, sun or wind of a grid zone.
    name
        What sites will call it by: their weather_id or grid_zone_id; made from the file's name by default.
    output
        Folder for the tables; this one by default.
    year
        Which year, of a file that has several.
    utc_offset_h
        Local standard time of the weather less UTC, where the file does not say it.
    column
        Of hours: NAME=COLUMN, a name in the file and the column of series_grid that it is, such as
        LMP=wholesale_usd_per_mwh.
    time_zone
        Of hours: in which the times are where they do not say it, such as America/Chicago.
    like
        Of hours: zone of the catalogue from which comes what the file lacks, such as carbon.
    """
    from siting.data.importing.hourly_files import read_hours
    from siting.data.importing.weather_files import read_weather
    from siting.data.importing.writing import odd_levels, write_hours, write_weather

    identity = name or _named(file, kind)
    pattern, kept = (
        (ID, "small letters, digits and hyphens") if kind == "weather" else (ZONE, "capitals, digits and hyphens")
    )
    if not pattern.fullmatch(identity):
        raise InputError([Problem("--name", 0, "", f"input should be of {kept} (got {identity!r})")])
    if kind == "weather":
        weather = read_weather(file, year=year, utc_offset_h=utc_offset_h)
        notes, written = weather.notes, write_weather(weather, identity, output)
        said = f"{weather.name}, {weather.latitude:g}, {weather.longitude:g}, UTC {weather.utc_offset_h:+g} h"
        of_site = f"weather_id: {identity}"
    else:
        hours = read_hours(file, names=_pairs(column or []), time_zone=time_zone, year=year)
        if like is None:
            hint = "name the zone of the catalogue that is nearest: --like ERCO"
            raise InputError(
                [Problem("--like", 0, "", "missing: what the file lacks comes from a zone of the catalogue", hint)]
            )
        written = write_hours(hours, identity, like, output)
        notes = (*hours.notes, *odd_levels(hours, like))
        said = f"{', '.join(map(str, hours.table.columns))} of {hours.year}; the rest as in {like}"
        of_site = f"grid_zone_id: {identity}"
    for note in notes:
        complain(f"note: {note}")
    complain(f"{file}: {said}")
    complain(f"In the study, with {of_site} of your site:")
    print("tables:")
    for table, path in written.items():
        print(f"  {table}: {{append: {os.fspath(path)}}}")
    return 0


def _named(file: Path, kind: str) -> str:
    """Make a name out of that of a file."""
    words = re.findall(r"[A-Za-z0-9]+", file.stem)
    joined = "-".join(words) or "own"
    return joined.lower() if kind == "weather" else joined.upper()


def _pairs(columns: list[str]) -> dict[str, str]:
    """Which column of series_grid each name of the file is."""
    pairs = {}
    for text in columns:
        theirs, separator, ours = text.partition("=")
        if not separator:
            hint = "such as --column LMP=wholesale_usd_per_mwh"
            raise InputError([Problem("--column", 0, "", f"input should be NAME=COLUMN (got {text!r})", hint)])
        pairs[theirs] = ours
    return pairs
