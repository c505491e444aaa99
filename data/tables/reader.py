"""Tables read from CSV and Parquet, checked row by row or by column, with all problems at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from types import NoneType
from typing import get_args

import pandas as pd
from pydantic import ValidationError

from siting.cooling import technologies_of
from siting.cooling.parameters import check_parameters
from siting.cooling.registry import TECHNOLOGIES
from siting.data.kinds.row import Row
from siting.data.kinds.table import TableSchema
from siting.data.tables.reading import column_problems, text_of
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.data.tables.series_files import DATA_YEAR, read_series
from siting.problems import Problem, did_you_mean, wording
from siting.text import unwritable

__all__ = ["DATA_YEAR", "Line", "catalog_path", "cells_of", "checked_rows", "load_tables", "read_series", "read_table"]

Line = tuple[int, list[str]]
"""Number of a line in its file, and its cells."""

LAST_COLUMNS = ("source_id", "grade")


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
    heading, lines, problems = cells_of(path)
    problems += _heading_problems(path.name, heading, row_model) if heading else []
    if problems:
        return _frame([], row_model), problems
    return checked_rows(path.name, heading, lines, row_model)


def cells_of(path: Path) -> tuple[list[str], list[Line], list[Problem]]:
    """Read a CSV file as text.

    Parameters
    ----------
    path
        UTF-8 text with a heading.

    Returns
    -------
    heading : list of str
        Names of the columns; empty if there are problems.
    lines : list of tuple of int and list of str
        Number of the line in the file, and its cells; empty lines are left out.
    problems : list of Problem
        Why it cannot be read.
    """
    file = path.name
    text, problems = text_of(path)
    if problems:
        return [], [], problems
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        return [], [], [Problem(file, reader.line_num, "", f"cannot be read: {error}")]
    if not lines:
        return [], [], [Problem(file, 0, "", "empty; a heading with the names of columns is wanted")]
    return [name.strip() for name in lines[0][1]], lines[1:], []


def checked_rows(
    file: str, heading: Sequence[str], lines: Sequence[Line], row_model: type[Row]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Check every row; cells under a name that the model does not have are not looked at.

    Parameters
    ----------
    file
        Name of the file, for the problems.
    heading, lines
        From `cells_of`.
    row_model
        What a row must be. An empty cell is a missing value.

    Returns
    -------
    table, problems
        As `read_table` returns them.
    """
    rows, problems = [], []
    optional = dict.fromkeys(_optional(row_model))
    for line, cells in lines:
        if len(cells) != len(heading):
            problems.append(Problem(file, line, "", f"{len(cells)} cells under a heading of {len(heading)}"))
            continue
        known = [(name, cell) for name, cell in zip(heading, cells, strict=True) if name in row_model.model_fields]
        broken = [(name, reason) for name, cell in known if (reason := unwritable(cell))]
        if broken:
            problems += [Problem(file, line, name, reason) for name, reason in broken]
            continue
        values = optional | {name: cell.strip() or None for name, cell in known}
        try:
            rows.append((line, row_model.model_validate(values)))
        except ValidationError as error:
            found = _row_problems(file, line, error)
            problems.extend(sorted(found, key=lambda problem: heading.index(problem.field)))
    return _frame([row for _, row in rows], row_model, [line for line, _ in rows]), problems


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
            found += [Problem(path.name, *fault) for fault in kinds[name].faults(table)]
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


def _heading_problems(file: str, heading: list[str], row_model: type[Row]) -> list[Problem]:
    wanted = list(row_model.model_fields)
    return column_problems(file, heading, wanted, _optional(row_model))


def _optional(row_model: type[Row]) -> set[str]:
    return {name for name, field in row_model.model_fields.items() if NoneType in get_args(field.annotation)}


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


def _duplicates(file: str, table: pd.DataFrame, kind: TableSchema) -> list[Problem]:
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
    file: str, table: pd.DataFrame, kind: TableSchema, tables: Mapping[str, pd.DataFrame], sound: set[str]
) -> list[Problem]:
    problems = []
    for reference in kind.references:
        if reference.table not in sound:
            continue
        known = tables[reference.table][reference.key].unique().tolist()
        column, value_there = reference.where or (reference.column, None)
        referring = table if value_there is None else table[table[column] == value_there]
        for line, value in referring[reference.column].items():
            if value not in known and value != "":  # a place need not be named where it may be left out
                message = f"{value!r} is not in {reference.table}"
                problems.append(Problem(file, int(str(line)), reference.column, message, did_you_mean(value, known)))
    return problems
