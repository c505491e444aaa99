"""Tables read from CSV and Parquet, checked row by row or by column, with all problems at once."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from types import NoneType
from typing import get_args

import numpy as np
import pandas as pd
from pyarrow.parquet import read_schema
from pydantic import ValidationError

from siting.cooling import technologies_of
from siting.cooling.parameters import check_parameters
from siting.cooling.registry import TECHNOLOGIES
from siting.data.rows import Row
from siting.data.schema import LAYERS, SERIES, TABLES, Bounds, Series, Table
from siting.problems import Problem, did_you_mean, wording
from siting.quantities import HOURS_PER_YEAR

__all__ = ["DATA_YEAR", "catalog_path", "load_tables", "read_series", "read_table"]

DATA_YEAR = 2022
"""Year in which all hourly series of the grid are of the same hours."""
LAST_COLUMNS = ("source_id", "grade")
NO_COLUMN = "no such column"
SHOWN_SERIES = 20  # of one mistake in one column: a wrong unit would else print a line for each of hundreds of series


def catalog_path(name: str) -> Path:
    """Path of a table of the catalogue.

    Parameters
    ----------
    name
        Name of a table or of a group of series, without ending.

    Raises
    ------
    KeyError
        If the catalogue has no such table.

    Examples
    --------
    >>> catalog_path("sites").name, catalog_path("series_grid").name
    ('sites.csv', 'series_grid.parquet')
    """
    if name not in TABLES and name not in SERIES:
        raise KeyError(name)
    ending = "csv" if name in TABLES else "parquet"
    return Path(str(files("siting.data") / "catalog" / f"{name}.{ending}"))


def read_table(path: Path, row_model: type[Row]) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a CSV file and check every row.

    Parameters
    ----------
    path
        UTF-8 text with a heading.
    row_model
        What a row must be. An empty cell is a missing value.

    Returns
    -------
    table : pandas.DataFrame
        The rows that are right; numbers as float64 or int64, missing numbers as NaN, missing texts as "".
    problems : list of Problem
        All that is wrong, with the line in the file.
    """
    file = path.name
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return _frame([], row_model), [Problem(file, 0, "", _unreadable(error))]
    if not lines:
        return _frame([], row_model), [Problem(file, 0, "", "empty; a heading with the names of columns is wanted")]
    heading = [name.strip() for name in lines[0][1]]
    problems = _heading_problems(file, heading, row_model)
    if problems:
        return _frame([], row_model), problems
    rows = []
    optional = dict.fromkeys(_optional(row_model))
    for line, cells in lines[1:]:
        if len(cells) != len(heading):
            problems.append(Problem(file, line, "", f"{len(cells)} cells under a heading of {len(heading)}"))
            continue
        values = optional | {name: cell.strip() or None for name, cell in zip(heading, cells, strict=True)}
        try:
            rows.append((line, row_model.model_validate(values)))
        except ValidationError as error:
            found = _row_problems(file, line, error)
            problems.extend(sorted(found, key=lambda problem: heading.index(problem.field)))
    return _frame([row for _, row in rows], row_model, [line for line, _ in rows]), problems


def read_series(path: Path, series: Series, data_year: int = DATA_YEAR) -> tuple[pd.DataFrame, list[Problem]]:
    """Read hourly series and check them by column.

    Parameters
    ----------
    path
        Parquet, or CSV with a heading, with the key, `hour` and the columns of the series.
    series
        Names and bounds of the columns.
    data_year
        Year whose hours are wanted, of a file that has a column ``year``.

    Returns
    -------
    table : pandas.DataFrame
        Sorted by key and hour, numbers as float64; empty if anything is wrong.
    problems : list of Problem
        At most one by key, column and kind, with a line for CSV.
    """
    file = path.name
    names = [series.key, "hour", *series.columns]
    try:
        table = _hours(path, series, data_year)
    except (OSError, ValueError, UnicodeDecodeError, pd.errors.ParserError) as error:
        return pd.DataFrame(columns=names), [Problem(file, 0, "", _unreadable(error))]
    problems = _column_problems(file, list(table.columns), names, set())
    if problems:
        return pd.DataFrame(columns=names), problems
    first_line = 0 if path.suffix == ".parquet" else 2
    problems += _hour_problems(file, table, series.key)
    for name, bounds in series.columns.items():
        table[name], found = _checked(file, table[name], table[series.key], name, bounds, first_line)
        problems += found
    if problems:
        return pd.DataFrame(columns=names), problems
    table["hour"] = table["hour"].astype("int64")
    in_order = table["hour"].to_numpy().reshape(-1, HOURS_PER_YEAR) == np.arange(HOURS_PER_YEAR)
    if not (in_order.all() and table[series.key].iloc[::HOURS_PER_YEAR].is_monotonic_increasing):
        table = table.sort_values([series.key, "hour"], ignore_index=True, kind="stable")
    return table[names].reset_index(drop=True), problems


def _hours(path: Path, series: Series, data_year: int) -> pd.DataFrame:
    """Read a file of hourly series; of one with several years, the hours of one."""
    if path.suffix != ".parquet":
        table = pd.read_csv(path, dtype={series.key: str})
    elif series.by_year and "year" in read_schema(path).names:
        table = pd.read_parquet(path, filters=[("year", "==", data_year)])
    else:
        table = pd.read_parquet(path)
    if series.by_year and "year" in table:
        table = table[table.pop("year") == data_year]
    return table


def load_tables(
    replacements: Mapping[str, Path], data_year: int = DATA_YEAR
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Read every table of the catalogue, or what replaces it, and the user's layers; check that they fit together.

    Parameters
    ----------
    replacements
        Path by name of table; an unknown name is a problem.
    data_year
        Year of the hourly series of the grid.

    Returns
    -------
    tables : dict of pandas.DataFrame
        By name; a table with problems may be short of rows.
    problems : list of Problem
        All that is wrong, sorted.
    """
    kinds = {**TABLES, **LAYERS}
    known = [*kinds, *SERIES]
    problems = [
        Problem("tables", 0, name, "no such table", did_you_mean(name, known))
        for name in replacements
        if name not in known
    ]
    paths = {
        name: replacements.get(name) or catalog_path(name)
        for name in known
        if name in replacements or name not in LAYERS
    }
    tables: dict[str, pd.DataFrame] = {name: _frame([], kind.row) for name, kind in LAYERS.items()}
    sound = set()
    for name, path in paths.items():
        if name in kinds:
            table, found = read_table(path, kinds[name].row)
            found += _duplicates(path.name, table, kinds[name])
            if name == "cooling":
                found += _physics_problems(path.name, table)
        else:
            table, found = read_series(path, SERIES[name], data_year)
        tables[name] = table
        problems += found
        if not found:
            sound.add(name)
    for name, kind in kinds.items():
        if name in sound:
            problems += _dangling(paths[name].name, tables[name], kind, tables, sound)
            tables[name] = tables[name].reset_index(drop=True)
    return tables, sorted(set(problems))


def _unreadable(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    return f"cannot be read: {str(error).splitlines()[0]}"


def _heading_problems(file: str, heading: list[str], row_model: type[Row]) -> list[Problem]:
    wanted = list(row_model.model_fields)
    return _column_problems(file, heading, wanted, _optional(row_model))


def _optional(row_model: type[Row]) -> set[str]:
    return {name for name, field in row_model.model_fields.items() if NoneType in get_args(field.annotation)}


def _column_problems(file: str, found: list[str], wanted: list[str], optional: set[str]) -> list[Problem]:
    """Unknown, repeated and missing columns; a misspelt one is reported once, as unknown."""
    problems = []
    near: set[str] = set()
    absent = [name for name in wanted if name not in found]
    for place, name in enumerate(found):
        if name not in wanted:
            hint = did_you_mean(name, absent)
            near.update(other for other in absent if repr(other) in hint)
            problems.append(Problem(file, 1, name, NO_COLUMN, hint))
        elif name in found[:place]:
            problems.append(Problem(file, 1, name, "column stands twice"))
    problems += [Problem(file, 1, name, "missing column") for name in absent if name not in near | optional]
    return problems


def _row_problems(file: str, line: int, error: ValidationError) -> Iterable[Problem]:
    for item in error.errors():
        field = str(item["loc"][0]) if item["loc"] else ""
        if item["input"] is None:
            message = "missing value"
        elif item["type"] == "string_pattern_mismatch":
            message = f"input should match {item['ctx']['pattern']} (got {item['input']!r})"
        else:
            message = wording(item["type"], item.get("ctx", {}), item["input"])
        yield Problem(file, line, field, message)


def _frame(rows: list[Row], row_model: type[Row], lines: list[int] | None = None) -> pd.DataFrame:
    """Frame of rows, indexed by line, with the type of each column fixed by the model even when there are no rows.

    A column that may be left out is there only if some row has a value in it.
    """
    own = {
        name: field
        for name, field in row_model.model_fields.items()
        if field.is_required() or any(getattr(row, name) is not None for row in rows)
    }
    names = [
        *(name for name in own if name not in LAST_COLUMNS),
        *(name for name in LAST_COLUMNS if name in own),
    ]
    frame = pd.DataFrame([row.model_dump() for row in rows], columns=names, index=lines)
    for name, field in own.items():
        kinds = {field.annotation, *get_args(field.annotation)}
        if float in kinds | {inner for kind in kinds for inner in get_args(kind)}:
            frame[name] = frame[name].astype("float64")
        elif int in kinds:
            frame[name] = frame[name].astype("int64")
        else:
            frame[name] = frame[name].astype(object).where(frame[name].notna(), "")
    return frame


def _duplicates(file: str, table: pd.DataFrame, kind: Table) -> list[Problem]:
    key = list(kind.key)
    first: dict[tuple[object, ...], int] = {}
    problems = []
    for line, *values in table[key].itertuples(name=None):
        before = first.setdefault(tuple(values), int(line))
        if before != line:
            name = " ".join(map(str, values))
            problems.append(Problem(file, int(line), key[-1], f"{name!r} stands already in line {before}"))
    return problems


def _physics_problems(file: str, table: pd.DataFrame) -> list[Problem]:
    """Parameters that the physics of a row does not have, or that do not go together."""
    problems = []
    for (line, row_id), (_, given) in zip(table["cooling_id"].items(), technologies_of(table), strict=True):
        if row_id not in TECHNOLOGIES or not given:
            continue
        try:
            check_parameters(row_id, TECHNOLOGIES[row_id].ranges, given)
        except ValueError as error:
            for text in str(error).splitlines():
                _, name, message = text.split(": ", 2)
                problems.append(Problem(file, int(str(line)), name, f"{row_id}: {message}"))
    return problems


def _dangling(
    file: str, table: pd.DataFrame, kind: Table, tables: Mapping[str, pd.DataFrame], sound: set[str]
) -> list[Problem]:
    problems = []
    for reference in kind.references:
        if reference.table not in sound:
            continue
        known = tables[reference.table][reference.key].unique().tolist()
        for line, value in table[reference.column].items():
            if value not in known:
                message = f"{value!r} is not in {reference.table}"
                problems.append(Problem(file, int(str(line)), reference.column, message, did_you_mean(value, known)))
    return problems


def _hour_problems(file: str, table: pd.DataFrame, key: str) -> list[Problem]:
    """Each series has each hour from 0 to 8759 once."""
    if table[key].isna().any():
        return [Problem(file, 0, key, "missing value")]
    codes, identities = pd.factorize(table[key])
    counts = np.bincount(codes, minlength=len(identities))
    problems = [
        Problem(file, 0, "hour", f"{identity!r} has {count:,} hours; {HOURS_PER_YEAR:,} are wanted")
        for identity, count in zip(identities, counts, strict=True)
        if count != HOURS_PER_YEAR
    ]
    hour = pd.to_numeric(table["hour"], errors="coerce").to_numpy(dtype=float)
    inside = (hour >= 0) & (hour < HOURS_PER_YEAR) & (hour == np.floor(hour))
    seen = np.zeros((len(identities), HOURS_PER_YEAR), dtype=bool)
    seen[codes[inside], hour[inside].astype(int)] = True
    problems += [
        Problem(file, 0, "hour", f"{identity!r} does not have each hour from 0 to {HOURS_PER_YEAR - 1} once")
        for identity, count, full in zip(identities, counts, seen.sum(axis=1) == HOURS_PER_YEAR, strict=True)
        if count == HOURS_PER_YEAR and not full
    ]
    return problems


def _checked(
    file: str, column: pd.Series, key: pd.Series, name: str, bounds: Bounds, first_line: int
) -> tuple[pd.Series, list[Problem]]:
    """Column as float64, and the first problem of each kind for each series."""
    number = pd.to_numeric(column, errors="coerce").astype("float64")
    value = number.to_numpy()
    if np.all((value >= bounds.least) & (value <= bounds.most)):
        return number, []
    empty = column.isna()
    absent = empty.groupby(key).transform("all") if bounds.optional else pd.Series(False, index=column.index)
    finite = pd.Series(np.isfinite(value), index=column.index)
    kinds = {
        "input should be a number": number.isna() & ~empty,
        "missing value": empty & ~absent,
        "input should be a finite number": ~finite & number.notna(),
        f"input should be at least {bounds.least:g}": finite & (number < bounds.least),
        f"input should be at most {bounds.most:g}": finite & (number > bounds.most),
    }
    problems = []
    for message, wrong in kinds.items():
        found = pd.DataFrame({"key": key[wrong], "found": column[wrong]})
        count = found.groupby("key").size()
        for position, row in found.drop_duplicates("key").head(SHOWN_SERIES).iterrows():
            line = int(str(position)) + first_line if first_line else 0
            hours = int(count[row["key"]])
            where = f"{row['key']!r}, {hours:,} hour{'s' if hours > 1 else ''}"
            shown = "" if message == "missing value" else f" (got {row['found']!r})"
            problems.append(Problem(file, line, name, f"{message}{shown} in {where}"))
    return number, problems
