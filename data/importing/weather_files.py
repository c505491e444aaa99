"""Weather of one place, as EnergyPlus, PVGIS, Open-Meteo and NASA POWER write it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from siting.cooling.weather import check_weather, read_epw
from siting.data.importing.year import hours_of_year, one_year_of
from siting.problems import InputError, Problem

__all__ = ["FORMATS", "Weather", "read_weather"]

FORMATS = ("epw", "pvgis", "open-meteo", "nasa-power")
KILO, HECTO = 1000.0, 100.0
DEGREES_PER_HOUR = 15.0
NASA_NONE = -999.0
MOST_LATITUDE, MOST_LONGITUDE = 90.0, 180.0
LONGEST_REASON = 200


@dataclass(frozen=True)
class Weather:
    """A year of weather at a place.

    Parameters
    ----------
    table : DataFrame
        `dry_bulb_c`, `dew_point_c`, `pressure_pa`, one row an hour of local standard time.
    name : str
        What the file calls the place.
    latitude, longitude : float
        Where it is [degrees].
    utc_offset_h : float
        Local standard time less UTC [h].
    notes : tuple of str
        What was filled in, left out or taken to hold.
    """

    table: pd.DataFrame
    name: str
    latitude: float
    longitude: float
    utc_offset_h: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """What a file says: its rows by time, where it is, and the time that it counts in (NaN for UTC)."""

    table: pd.DataFrame
    latitude: float
    longitude: float
    offset_h: float


def read_weather(path: Path, *, year: int | None = None, utc_offset_h: float | None = None) -> Weather:
    """Read a year of weather from a file of any of `FORMATS`, known by what is in it.

    Parameters
    ----------
    path
        The file. EPW and TMYx; of PVGIS a typical year, as JSON or CSV; of Open-Meteo `temperature_2m`, `dew_point_2m`
        or `relative_humidity_2m`, and `surface_pressure`, as JSON or CSV; of NASA POWER `T2M`, `T2MDEW` or `RH2M`, and
        `PS`, as JSON or CSV.
    year
        Which year, of a file that has several.
    utc_offset_h
        Local standard time less UTC [h]; from the longitude where the file does not say it.

    Raises
    ------
    InputError
        If the file is of no such format, lacks something, or its weather is of no place on earth.
    """
    file = str(path)
    if path.suffix.lower() == ".epw":
        return _of_epw(path)
    try:
        text = _text_of(path)
    except OSError as error:
        raise InputError([Problem(file, 0, "", f"cannot be read ({error.strerror or error})")]) from None
    read = _reader_of(text)
    if read is None:
        known = "EPW, PVGIS, Open-Meteo or NASA POWER"
        raise InputError([Problem(file, 0, "", f"is no weather of {known}", "for prices and carbon say --kind hours")])
    try:
        found = read(text)
    except KeyError as error:
        raise InputError([Problem(file, 0, "", f"cannot be read: {error} is not in it")]) from None
    except Exception as error:  # a service's file may be cut or changed anywhere
        reason = " ".join(str(error).split())[:LONGEST_REASON] or type(error).__name__
        raise InputError([Problem(file, 0, "", f"cannot be read: {reason}")]) from None
    if not (abs(found.latitude) <= MOST_LATITUDE and abs(found.longitude) <= MOST_LONGITUDE):
        where = f"{found.latitude:g}, {found.longitude:g}"
        raise InputError([Problem(file, 0, "", f"is of no place on earth: latitude, longitude {where}")])
    if found.table.empty or found.table.index.hasnans:
        raise InputError(
            [Problem(file, 0, "time", "the file has no hours" if found.table.empty else "a time is missing")]
        )
    wanted = ("dry_bulb_c", "dew_point_c", "pressure_pa")
    if missing := [name for name in wanted if name not in found.table]:
        raise InputError(
            [Problem(file, 0, name, "is not in the file", "ask for it when you download") for name in missing]
        )
    filled = hours_of_year(one_year_of(found.table[list(wanted)], file, year), file)
    offset, notes = utc_offset_h, list(filled.notes)
    if offset is None and np.isnan(found.offset_h):
        offset = float(round(found.longitude / DEGREES_PER_HOUR))
        notes.append(
            f"local standard time is taken to be UTC {offset:+g} h, by the longitude; --utc-offset-h says another"
        )
    elif offset is None:
        offset = found.offset_h
    shift = round(offset) if np.isnan(found.offset_h) else round(offset - found.offset_h)
    table = filled.table.apply(lambda column: np.roll(column.to_numpy(), shift))
    check_weather(table, file)
    return Weather(table, path.stem, found.latitude, found.longitude, offset, tuple(notes))


def _text_of(path: Path) -> str:
    """Text of a file, in UTF-8 or else in the encoding of Western Europe, in which any bytes are text."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _of_epw(path: Path) -> Weather:
    table = read_epw(path)
    about = table.attrs
    return Weather(table, about["name"], about["latitude"], about["longitude"], about["utc_offset_h"], ())


def _reader_of(text: str) -> Callable[[str], _Read] | None:
    """What reads a text, by how it begins."""
    start = text.lstrip()[:2000]
    if start.startswith("{"):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            return None
        if "outputs" in data:
            return lambda _: _pvgis(data)
        if "hourly" in data:
            return lambda _: _open_meteo(data)
        return (lambda _: _nasa(data)) if "properties" in data else None
    if "-BEGIN HEADER-" in start:
        return _nasa_csv
    if start.lower().startswith("latitude,longitude"):
        return _open_meteo_csv
    return _pvgis_csv if start.lower().startswith("latitude (decimal degrees)") else None


def _line_that_begins(with_: str, lines: list[str]) -> int:
    """Position of the line with the names of the columns.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = [number for number, line in enumerate(lines) if line.lower().startswith(with_)]
    if not found:
        raise ValueError(f"no line begins with {with_!r}, as that with the names of the columns does")
    return found[0]


def _dew_point_c(dry_c: pd.Series, humidity_percent: pd.Series) -> pd.Series:
    """Dew point of air of a relative humidity."""
    from siting.cooling import air

    saturated = air.saturation_pressure_pa(dry_c.to_numpy(dtype=float))
    share = (humidity_percent.to_numpy(dtype=float) / 100.0).clip(0.005, 1.0)
    return pd.Series(air.dew_point_c(share * saturated), index=dry_c.index)


def _pvgis(data: Mapping[str, Any]) -> _Read:
    place = data["inputs"]["location"]
    rows = pd.DataFrame(data["outputs"].get("tmy_hourly") or data["outputs"]["hourly"])
    return _pvgis_rows(rows, float(place["latitude"]), float(place["longitude"]))


def _pvgis_csv(text: str) -> _Read:
    about = dict(line.split(":", 1) for line in text.splitlines()[:20] if ":" in line)
    lines = text.splitlines()
    first = _line_that_begins("time", lines)
    body = [line for line in lines[first:] if line[:1].isdigit() or line.lower().startswith("time")]
    rows = pd.read_csv(io.StringIO("\n".join(body)))
    return _pvgis_rows(rows, float(about["Latitude (decimal degrees)"]), float(about["Longitude (decimal degrees)"]))


def _pvgis_rows(rows: pd.DataFrame, latitude: float, longitude: float) -> _Read:
    when = "time(UTC)" if "time(UTC)" in rows else "time"
    times = pd.to_datetime(rows[when].astype(str), format="%Y%m%d:%H%M")
    table = pd.DataFrame({"dry_bulb_c": rows["T2m"].astype(float)})
    if "RH" in rows:
        table["dew_point_c"] = _dew_point_c(table["dry_bulb_c"], rows["RH"])
    if "SP" in rows:
        table["pressure_pa"] = rows["SP"].astype(float)
    return _Read(table.set_index(pd.DatetimeIndex(times)), latitude, longitude, np.nan)


def _open_meteo(data: Mapping[str, Any]) -> _Read:
    hourly = pd.DataFrame(data["hourly"])
    offset = float(data.get("utc_offset_seconds", 0)) / 3600
    return _open_meteo_rows(
        hourly, data.get("hourly_units", {}), float(data["latitude"]), float(data["longitude"]), offset
    )


def _open_meteo_csv(text: str) -> _Read:
    lines = text.splitlines()
    about = dict(zip(lines[0].split(","), lines[1].split(","), strict=False))
    first = _line_that_begins("time,", lines)
    rows = pd.read_csv(io.StringIO("\n".join(lines[first:])))
    named = [str(name).partition(" (") for name in rows.columns]
    units = {name: unit.rstrip(")") for name, _, unit in named}
    rows.columns = pd.Index([name for name, _, _ in named])
    offset = float(about.get("utc_offset_seconds", 0)) / 3600
    return _open_meteo_rows(rows, units, float(about["latitude"]), float(about["longitude"]), offset)


def _open_meteo_rows(
    rows: pd.DataFrame, units: Mapping[str, str], latitude: float, longitude: float, offset: float
) -> _Read:
    if "F" in units.get("temperature_2m", "C"):
        raise ValueError("temperatures are in Fahrenheit; download them in Celsius")
    table = pd.DataFrame({"dry_bulb_c": rows["temperature_2m"].astype(float)})
    if "dew_point_2m" in rows:
        table["dew_point_c"] = rows["dew_point_2m"].astype(float)
    elif "relative_humidity_2m" in rows:
        table["dew_point_c"] = _dew_point_c(table["dry_bulb_c"], rows["relative_humidity_2m"])
    if "surface_pressure" in rows:
        table["pressure_pa"] = rows["surface_pressure"].astype(float) * HECTO
    in_utc = pd.to_datetime(rows["time"]) - pd.Timedelta(hours=offset)  # its local time is that of the download's day
    return _Read(table.set_index(pd.DatetimeIndex(in_utc)), latitude, longitude, np.nan)


def _nasa(data: Mapping[str, Any]) -> _Read:
    longitude, latitude = data["geometry"]["coordinates"][:2]
    values = pd.DataFrame(data["properties"]["parameter"])
    times = pd.to_datetime(values.index.astype(str), format="%Y%m%d%H")
    standard = str(data.get("header", {}).get("time_standard", "UTC"))
    return _nasa_rows(values, pd.DatetimeIndex(times), float(latitude), float(longitude), standard)


def _nasa_csv(text: str) -> _Read:
    head, _, body = text.partition("-END HEADER-")
    rows = pd.read_csv(io.StringIO(body.strip()))
    words = head.replace("\n", " ").split()
    latitude, longitude = (float(words[words.index(name) + 1]) for name in ("latitude", "longitude"))
    times = pd.to_datetime({"year": rows["YEAR"], "month": rows["MO"], "day": rows["DY"], "hour": rows["HR"]})
    standard = "LST" if "LST" in words or "in LST" in head else "UTC"
    return _nasa_rows(rows, pd.DatetimeIndex(times), latitude, longitude, standard)


def _nasa_rows(rows: pd.DataFrame, times: pd.DatetimeIndex, latitude: float, longitude: float, standard: str) -> _Read:
    known = rows.replace(NASA_NONE, np.nan)
    table = pd.DataFrame({"dry_bulb_c": known["T2M"].to_numpy(dtype=float)}, index=times)
    if "T2MDEW" in known:
        table["dew_point_c"] = known["T2MDEW"].to_numpy(dtype=float)
    elif "RH2M" in known:
        humidity = pd.Series(known["RH2M"].to_numpy(dtype=float), index=times)
        table["dew_point_c"] = _dew_point_c(table["dry_bulb_c"], humidity)
    if "PS" in known:
        table["pressure_pa"] = known["PS"].to_numpy(dtype=float) * KILO
    offset = float(round(longitude / DEGREES_PER_HOUR)) if standard.upper() == "LST" else np.nan  # local solar time
    return _Read(table, latitude, longitude, offset)
