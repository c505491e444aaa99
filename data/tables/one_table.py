"""One table read and checked: its rows one by one, and all of them together."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from siting.cooling import technologies_of
from siting.cooling.parameters import check_parameters
from siting.cooling.registry import TECHNOLOGIES
from siting.data.kinds.row import Row
from siting.data.kinds.table import TableSchema
from siting.data.tables.checking import cell_problems, checked_rows, frame_of, may_be_left_out
from siting.data.tables.files import cells_of
from siting.data.tables.own_rows import Cells
from siting.data.tables.reading import column_problems
from siting.data.tables.schema import LAYERS, TABLES
from siting.problems import Problem

__all__ = ["Own", "cells_in", "checked_table", "faults_of", "file_of", "read_table"]

Own = Path | Cells
"""A table of a study's own: its file, or its cells where they stand in the study."""


def read_table(source: Own, row_model: type[Row]) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table and check every row.

    Parameters
    ----------
    source
        A file that `siting.data.tables.files.cells_of` reads, or cells.
    row_model
        What a row must be. An empty cell is a missing value.

    Returns
    -------
    table : pandas.DataFrame
        The rows that are right; numbers as float64 or int64, missing numbers as NaN, missing texts as "".
    problems : list of Problem
        All that is wrong, with the line in the file.
    """
    cells = cells_in(source)
    problems = list(cells.problems)
    if cells.heading:
        problems += column_problems(
            cells.file, cells.heading, list(row_model.model_fields), may_be_left_out(row_model), cells.line
        )
    if problems:
        return frame_of([], row_model), [*problems, *cell_problems(cells.file, cells.heading, cells.lines, row_model)]
    return checked_rows(cells.file, cells.heading, cells.lines, row_model)


def checked_table(source: Own, name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table and check its rows, each by itself and all of them together."""
    kind = {**TABLES, **LAYERS}[name]
    table, problems = read_table(source, kind.row)
    return table, [*problems, *faults_of(name, kind, table, file_of(source))]


def cells_in(source: Own) -> Cells:
    """Return the cells of a source."""
    if isinstance(source, Cells):
        return source
    heading, lines, problems = cells_of(source)
    return Cells(source.name, heading, lines, tuple(problems))


def file_of(source: Own) -> str:
    """Return the name of the file that a source is, or stands in."""
    return source.name if isinstance(source, Path) else source.file


def faults_of(name: str, kind: TableSchema, rows: pd.DataFrame, file: str) -> list[Problem]:
    """What is wrong with rows that are right one by one."""
    problems = _duplicates(file, rows, kind)
    problems += [Problem(file, *fault) for fault in kind.faults(rows)]
    if name == "cooling":
        problems += _physics_problems(file, rows)
    return problems


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
