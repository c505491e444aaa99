"""Weather that a plant can be computed with: checks, warming, and EPW files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from siting.cooling import air
from siting.cooling.climates import warmer
from siting.problems import InputError, Problem, shown
from siting.text import unwritable

WEATHER_COLUMNS = ("dry_bulb_c", "dew_point_c", "pressure_pa")

_LIMITS = {"dry_bulb_c": (-70.0, 60.0), "dew_point_c": (-90.0, 40.0), "pressure_pa": (45000.0, 110000.0)}
# Instruments and rounding may put the dew point a little above the dry bulb of saturated air.
_DEW_ABOVE_DRY_C = 0.5
LONGEST_FILL_H = 6
"""Longest gap that is filled along a straight line [h]; a longer one is no hour's slip."""


def check_weather(weather: pd.DataFrame, file: str = "weather") -> None:
    """Refuse weather that no place on earth has, naming the column and the first hour, all mistakes at once.

    Parameters
    ----------
    weather : DataFrame
        `dry_bulb_c` [C], `dew_point_c` [C], `pressure_pa` [Pa]; a time index, if there is one, in steps of an hour.
    file : str
        Name to print before each problem.

    Raises
    ------
    InputError
        If a column is missing or not numeric, an hour is missing, a value is outside what occurs (with a hint where
        it looks like kelvin, Fahrenheit, hectopascal or kilopascal), or the dew point is above the dry bulb.

    Examples
    --------
    >>> check_weather(pd.DataFrame({"dry_bulb_c": [293.2], "dew_point_c": [9.0], "pressure_pa": [1013.0]}))
    Traceback (most recent call last):
    ...
    siting.problems.InputError: weather: dry_bulb_c: hour 0: input should be -70 to 60 C (got 293.2); is it in kelvin?
    weather: pressure_pa: hour 0: input should be 45000 to 110000 Pa (got 1013); is it in hectopascal?
    """
    missing = [name for name in WEATHER_COLUMNS if name not in weather.columns]
    if missing:
        raise InputError([Problem(file, 0, name, "missing") for name in missing])
    if weather.empty:
        raise InputError([Problem(file, 0, "", "has no hours")])
    problems = list(_gaps_in_time(weather, file))
    for name in WEATHER_COLUMNS:
        problems += _column_problems(weather[name], file)
    if not problems:
        problems += _humidity_problems(weather, file)
    if problems:
        raise InputError(problems)


def warmed(weather: pd.DataFrame, offset_c: float) -> pd.DataFrame:
    """Weather that is warmer by an offset at the same relative humidity.

    Parameters
    ----------
    weather : DataFrame
        Checked weather.
    offset_c : float
        Added to every dry bulb. [C]

    Returns
    -------
    DataFrame
        A copy with new `dry_bulb_c` and `dew_point_c`.

    Examples
    --------
    >>> weather = pd.DataFrame({"dry_bulb_c": [20.0], "dew_point_c": [10.0], "pressure_pa": [101325.0]})
    >>> warmed(weather, 2.0).round(2).iloc[0].to_dict()
    {'dry_bulb_c': 22.0, 'dew_point_c': 11.85, 'pressure_pa': 101325.0}
    """
    dry, dew = weather["dry_bulb_c"].to_numpy(dtype=float), weather["dew_point_c"].to_numpy(dtype=float)
    warm, humid = warmer(dry, dew, offset_c)
    return weather.assign(dry_bulb_c=warm, dew_point_c=humid)


def read_epw(path: str | Path) -> pd.DataFrame:
    """Weather of an EnergyPlus file.

    Missing codes are never used: a dew point is computed from the relative humidity of its hour where there is one,
    gaps of up to six hours are filled along a line, and longer ones are refused.

    Parameters
    ----------
    path : str or Path
        File to read with pvlib.

    Returns
    -------
    DataFrame
        `dry_bulb_c`, `dew_point_c`, `pressure_pa`, one row an hour of local standard time; `attrs` hold `name`,
        `latitude`, `longitude` and `utc_offset_h`.

    Raises
    ------
    InputError
        If the file cannot be read, a gap is longer than six hours, or the weather is refused by `check_weather`.
    """
    from pvlib.iotools import read_epw as read

    file = str(path)
    try:
        table, place = read(Path(path).absolute())  # pvlib fetches whatever begins with "http"
    except FileNotFoundError:
        raise InputError([Problem(file, 0, "", "no such file")]) from None
    except OSError as error:
        raise InputError([Problem(file, 0, "", f"cannot be read ({error.strerror})")]) from None
    except UnicodeDecodeError:
        raise InputError([Problem(file, 0, "", "is not text in UTF-8", "save it in that encoding")]) from None
    except Exception as error:  # pvlib checks nothing, so that anything may come of what is in the file
        raise InputError([_odd_row(Path(path), file) or _no_epw(file, error)]) from None
    texts = [*_texts(table, file), *_out_of_order(table, file), *_misplaced(place, file)]
    if reason := unwritable(str(place["city"])):
        texts.append(Problem(file, 1, "LOCATION", reason))
    if texts:
        raise InputError(texts)
    weather = _without_codes(table)
    problems = [
        Problem(file, 0, name, f"hour {start}: missing for {length} hours", f"at most {LONGEST_FILL_H} are filled")
        for name in WEATHER_COLUMNS
        for start, length in gaps(weather[name])
        if length > LONGEST_FILL_H
    ]
    if problems:
        raise InputError(problems)
    weather = weather.interpolate(limit_direction="both")
    check_weather(weather, file)
    weather.attrs = {
        "name": str(place["city"]),
        "latitude": float(place["latitude"]),
        "longitude": float(place["longitude"]),
        "utc_offset_h": float(place["TZ"]),
    }
    return weather


def _no_epw(file: str, error: Exception) -> Problem:
    reason = " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
    return Problem(file, 0, "", f"is no EPW file ({reason})")


def _odd_row(path: Path, file: str) -> Problem | None:
    """The first row of the data of an EPW file that does not begin with a date, or is shorter than others."""
    rows = path.read_text("utf-8", errors="replace").splitlines()[_EPW_HEAD_LINES:]
    for number, row in enumerate(rows, start=_EPW_HEAD_LINES + 1):
        cells = row.split(",")
        if row.strip() and (len(cells) < _EPW_CELLS or not all(_is_whole(cell) for cell in cells[:_EPW_DATE_CELLS])):
            message = "a row should begin with year, month, day, hour and minute, and have 35 cells"
            return Problem(file, number, "", f"{message} (got {shown(row)})")
    return None


def _is_whole(text: str) -> bool:
    digits = text.strip()
    return digits.isascii() and digits.isdecimal() and len(digits) <= _EPW_YEAR_DIGITS


_EPW_HEAD_LINES, _EPW_DATE_CELLS, _EPW_YEAR_DIGITS = 8, 5, 4
_EPW_CELLS = 34
"""Cells of a row that every EPW file has; some leave out the last."""
_LONGEST_REASON = 200

_OF_EPW = {
    "temp_air": "dry_bulb_c",
    "temp_dew": "dew_point_c",
    "relative_humidity": "relative humidity",
    "atmospheric_pressure": "pressure_pa",
}


def _texts(table: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Cells of an EPW table that are no numbers, the first of each column."""
    for name, ours in _OF_EPW.items():
        values = pd.to_numeric(table[name], errors="coerce")
        wrong = np.flatnonzero((values.isna() & table[name].notna()).to_numpy())
        if wrong.size:
            text = table[name].iloc[wrong[0]]
            yield Problem(file, 0, ours, f"hour {wrong[0]}: input should be a number (got {text!r}){_more(wrong)}")


def _out_of_order(table: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Say where the dates of an EPW table do not follow each other; a leap day may be there or not."""
    dates = table[["month", "day", "hour"]].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    leap = bool(((dates[:, 0] == 2) & (dates[:, 1] == 29)).any())
    starts = np.array([0, *np.cumsum([31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])]) * 24
    months = np.nan_to_num(dates[:, 0]).astype(int)
    known = (months >= 1) & (months <= 12) & np.isfinite(dates).all(axis=1)
    hours = np.where(known, starts[np.clip(months, 1, 12) - 1] + (dates[:, 1] - 1) * 24 + dates[:, 2], np.nan)
    steps = np.diff(hours)
    odd = np.flatnonzero(~((steps == 1) | (steps == 1 - starts[-1])))
    if odd.size:
        first = int(odd[0])
        before, after = (f"{m:g}-{d:g} {h:g} h" for m, d, h in dates[first : first + 2])
        message = f"row {first + 2} of the data is of {after}, the one before it of {before}{_more(odd)}"
        yield Problem(file, 0, "time", message, "rows should follow each other hour by hour, as they do in the year")


def _misplaced(place: Mapping[str, object], file: str) -> Iterator[Problem]:
    """Say that coordinates in the heading are those of no place, as they are where they are swapped."""
    for name, most in (("latitude", 90), ("longitude", 180)):
        if not abs(float(str(place[name]))) <= most:
            message = f"{name} should be from -{most} to {most} (got {place[name]:g})"
            yield Problem(file, 1, "LOCATION", message, "are latitude and longitude swapped?")


def _without_codes(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of an EPW table as ours, its codes for missing values as NaN.

    Only the codes themselves (99.9, 999, 9999) are missing temperatures, so that a file in kelvin is seen to be one.
    """
    codes = (99.9, 999.0, 999.9, 9999.0)
    dry = table["temp_air"].where(~table["temp_air"].isin(codes))
    dew = table["temp_dew"].where(~table["temp_dew"].isin(codes))
    humidity = table["relative_humidity"].where(table["relative_humidity"].between(0.5, 110.0))
    pressure = table["atmospheric_pressure"].where(table["atmospheric_pressure"] < 999999.0)
    columns = {"dry_bulb_c": dry, "dew_point_c": dew, "pressure_pa": pressure}
    weather = pd.DataFrame({name: column.to_numpy(dtype=float) for name, column in columns.items()})
    known = (weather["dew_point_c"].isna() & weather["dry_bulb_c"].notna()).to_numpy() & humidity.notna().to_numpy()
    saturated = air.saturation_pressure_pa(weather["dry_bulb_c"].to_numpy()[known])
    relative = humidity.to_numpy(dtype=float)[known].clip(max=100.0) / 100.0
    weather.loc[known, "dew_point_c"] = air.dew_point_c(relative * saturated)
    return weather


def gaps(series: pd.Series) -> Iterator[tuple[int, int]]:
    """Yield the first hour and the length of each run of missing values."""
    missing = series.isna().to_numpy()
    edges = np.flatnonzero(np.diff(np.concatenate(([False], missing, [False])).astype(np.int8)))
    yield from zip(edges[::2].tolist(), (edges[1::2] - edges[::2]).tolist(), strict=True)


def _gaps_in_time(weather: pd.DataFrame, file: str) -> Iterator[Problem]:
    if not isinstance(weather.index, pd.DatetimeIndex) or len(weather) < 2:
        return
    steps_h = np.diff(weather.index.to_numpy()) / np.timedelta64(1, "h")
    odd = np.flatnonzero(steps_h != 1.0)
    if odd.size:
        first = int(odd[0])
        message = f"hour {first}: the next row is {steps_h[first]:g} h later"
        yield Problem(file, 0, "time", message, "hours should follow each other without gaps")


def _column_problems(series: pd.Series, file: str) -> Iterator[Problem]:
    name = str(series.name)
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float)
    missing = np.flatnonzero(~np.isfinite(values))
    if missing.size:
        yield Problem(file, 0, name, f"hour {missing[0]}: missing or not a number{_more(missing)}")
    low, high = _LIMITS[name]
    outside = np.flatnonzero((values < low) | (values > high))
    if outside.size:
        first = values[outside[0]]
        unit = "Pa" if name.endswith("_pa") else "C"
        message = f"hour {outside[0]}: input should be {low:g} to {high:g} {unit} (got {first:g}){_more(outside)}"
        yield Problem(file, 0, name, message, _unit_hint(name, float(np.nanmedian(values))))


def _humidity_problems(weather: pd.DataFrame, file: str) -> Iterator[Problem]:
    above = (weather["dew_point_c"] - weather["dry_bulb_c"]).to_numpy(dtype=float)
    impossible = np.flatnonzero(above > _DEW_ABOVE_DRY_C)
    if impossible.size:
        first = int(impossible[0])
        message = f"hour {first}: dew point above the dry bulb by {above[first]:.1f} C{_more(impossible)}"
        yield Problem(file, 0, "dew_point_c", message)


def _more(hours: np.ndarray) -> str:
    return f", and {len(hours) - 1} more hours" if len(hours) > 1 else ""


def _unit_hint(name: str, median: float) -> str:
    if name.endswith("_c"):
        if 200.0 < median < 330.0:
            return "is it in kelvin?"
        return "is it in Fahrenheit?" if 40.0 < median < 130.0 else ""
    if 450.0 < median < 1100.0:
        return "is it in hectopascal?"
    return "is it in kilopascal?" if 45.0 < median < 110.0 else ""
