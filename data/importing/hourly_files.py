"""Hours of prices, carbon, sun or wind of a grid zone, from a table with a time in each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from siting.data.importing.year import hours_of_year, one_year_of
from siting.data.tables.files import cells_of
from siting.data.tables.schema import SERIES
from siting.problems import InputError, Problem, did_you_mean

__all__ = ["Hours", "read_hours"]

COLUMNS = SERIES["series_grid"].columns
SHOWN_ROWS = 20
"""Of one mistake: a column that is not that of times would else print a line for each hour."""


@dataclass(frozen=True)
class Hours:
    """Hours of a grid zone in one year.

    Parameters
    ----------
    table : DataFrame
        Columns of the table series_grid that the file has, one row an hour in UTC.
    year : int
        Of which year.
    notes : tuple of str
        What was filled in or left out.
    """

    table: pd.DataFrame
    year: int
    notes: tuple[str, ...]


def read_hours(path: Path, *, names: Mapping[str, str], time_zone: str, year: int | None = None) -> Hours:
    """Read the hours of a grid zone.

    Parameters
    ----------
    path
        A table, its first column a time in each row.
    names
        Column of series_grid, such as `wholesale_usd_per_mwh`, by the name that it has in the file; columns that are
        called so in the file need none.
    time_zone
        In which the times are, such as America/Chicago, where they do not say it themselves. With daylight saving an
        hour is missing in spring, which is filled, and one stands twice in autumn, told apart by the order of rows.
    year
        Which year, of a file that has several.

    Raises
    ------
    InputError
        If the file cannot be read, has none of the columns, a time cannot be read, or hours are missing or twice.
    """
    file = str(path)
    heading, lines, problems = cells_of(path)
    if problems:
        raise InputError(problems)
    problems = [
        Problem(file, line, "", f"{len(row)} cells under a heading of {len(heading)}")
        for line, row in lines
        if len(row) != len(heading)
    ] + [Problem(file, 1, name, "column stands twice") for name in {n for n in heading if heading.count(n) > 1}]
    if not lines:
        problems.append(Problem(file, 0, "", "has no rows below its heading"))
    if problems:
        raise InputError(problems)
    cells = pd.DataFrame([row for _, row in lines], columns=heading)
    called = {**{name: name for name in COLUMNS if name in heading}, **names}
    problems = [
        Problem(file, 1, theirs, "no such column", did_you_mean(theirs, heading))
        for theirs in called
        if theirs not in heading
    ]
    problems += [
        Problem("--column", 0, ours, "no column of the table series_grid", did_you_mean(ours, COLUMNS))
        for ours in called.values()
        if ours not in COLUMNS
    ]
    if not called:
        hint = f"say which is which: --column NAME=COLUMN, with a COLUMN of {', '.join(COLUMNS)}"
        problems.append(Problem(file, 1, "", "none of its columns is known", hint))
    if problems:
        raise InputError(problems)
    without = [line for (line, _), cell in zip(lines, cells[heading[0]], strict=True) if not cell.strip()]
    if without:
        raise InputError([Problem(file, line, heading[0], "missing value") for line in without[:SHOWN_ROWS]])
    times = _in_utc(file, cells[heading[0]], time_zone)
    numbers = {
        ours: pd.to_numeric(cells[theirs].replace("", np.nan), errors="coerce") for theirs, ours in called.items()
    }
    wrong = [
        Problem(
            file,
            lines[int(np.flatnonzero(bad)[0])][0],
            theirs,
            f"input should be a number (got {cells[theirs][bad].iloc[0]!r})",
        )
        for theirs, ours in called.items()
        if (bad := (numbers[ours].isna() & (cells[theirs] != "")).to_numpy()).any()
    ]
    if wrong:
        raise InputError(wrong)
    table = pd.DataFrame(numbers).set_index(times)
    skipped = int(np.count_nonzero(times.isna()))
    table, notes = _on_the_hour(table[times.notna()].sort_index(kind="stable"))
    if skipped:
        notes = (*notes, f"{skipped} rows are left out, of times that daylight saving skips")
    chosen = one_year_of(table, file, year)
    years = pd.DatetimeIndex(chosen.index).year
    of_year = int(pd.Series(years).mode().iloc[0])
    filled = hours_of_year(chosen[years == of_year], file)
    return Hours(filled.table, of_year, (*notes, *filled.notes))


def _in_utc(file: str, column: pd.Series, time_zone: str) -> pd.DatetimeIndex:
    """Return times in UTC, without saying so; none where daylight saving skips it."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        stated = pd.to_datetime(column, format="mixed", utc=False)
        if isinstance(stated.dtype, pd.DatetimeTZDtype) or stated.dtype == object:
            return pd.DatetimeIndex(pd.to_datetime(column, format="mixed", utc=True)).tz_localize(None)
    except (ValueError, TypeError) as error:
        try:
            return pd.DatetimeIndex(pd.to_datetime(column, format="mixed", utc=True)).tz_localize(None)
        except (ValueError, TypeError):
            hint = "write them as 2022-01-01 00:00, or with the offset from UTC: 2022-01-01T00:00-06:00"
            raise InputError([Problem(file, 0, str(column.name), f"times cannot be read: {error}", hint)]) from None
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise InputError(
            [Problem("--time-zone", 0, "", f"no time zone {time_zone!r}", "such as America/Chicago")]
        ) from None
    try:
        local = pd.DatetimeIndex(stated).tz_localize(zone, ambiguous="infer", nonexistent="NaT")
    except ValueError as error:
        hint = "write the offset from UTC with each time"
        raise InputError([Problem(file, 0, str(column.name), f"cannot tell daylight saving: {error}", hint)]) from None
    return pd.DatetimeIndex(local.tz_convert("UTC")).tz_localize(None)


def _on_the_hour(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the means of hours, of rows that are less than an hour apart."""
    times = pd.DatetimeIndex(table.index)
    if len(times) < 2 or times.to_series().diff().median() >= pd.Timedelta(hours=1):
        return table, ()
    means = table.groupby(times.floor("h")).mean()
    return means, ("rows of parts of an hour are its mean",)
