"""Cells of a table, as text, from whatever a person keeps tables in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from siting.data.tables.reading import text_of, unreadable
from siting.problems import Problem
from siting.text import without_unwritable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Line", "cells_of", "cells_of_rows", "cells_of_table"]

Line = tuple[int, list[str]]
"""Number of a line in its file, and its cells."""

Read = tuple[list[str], list[Line], list[Problem]]

SEPARATORS = ",;\t|"
REMARK = "#"
"""What a line begins with that says something about the table and is no row of it."""
GEOGRAPHIC = (".gpkg", ".geojson", ".shp", ".fgb")
SHEETS = (".xlsx", ".xlsm", ".ods")
WGS84 = 4326
LONGEST_REASON = 120

_STATED = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*")


def cells_of(path: Path) -> Read:
    """Read a table as text.

    Parameters
    ----------
    path
        CSV in UTF-8 with a heading, its cells parted by commas, semicolons, tabs or bars; where these are semicolons,
        a comma is that of a decimal. Or Parquet, a GeoPackage, GeoJSON, a shape file, or the first sheet of a
        spreadsheet. Lines that begin with # are remarks.

    Returns
    -------
    heading : list of str
        Names of the columns; empty if there are problems.
    lines : list of tuple of int and list of str
        Number of the line in the file, and its cells; empty lines are left out.
    problems : list of Problem
        Why it cannot be read.
    """
    ending = path.suffix.lower()
    if ending == ".parquet" or ending in SHEETS or ending in GEOGRAPHIC:
        return _of_binary(path, ending)
    text, problems = text_of(path)
    if problems:
        return [], [], problems
    return _of_text(path.name, text)


def _of_text(file: str, text: str) -> Read:
    """Cells of a CSV file."""
    first, _, rest = text.partition("\n")
    stated = _STATED.fullmatch(first)
    skipped = 1 if stated else 0
    body = rest if stated else text
    separator = stated[1] if stated else _separator(body)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    try:
        lines = [
            (reader.line_num + skipped, cells)
            for cells in reader
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith(REMARK)
        ]
    except csv.Error as error:
        return [], [], [Problem(file, reader.line_num + skipped, "", f"cannot be read: {error}")]
    if separator == ";":
        lines = [(line, [_with_point(cell) for cell in cells]) for line, cells in lines]
    if not lines:
        return [], [], [Problem(file, 0, "", "empty; a heading with the names of columns is wanted")]
    return [name.strip() for name in lines[0][1]], lines[1:], []


def _separator(text: str) -> str:
    """What parts the names of the heading: what it has most of; commas where it has none."""
    heading = next((line for line in text.splitlines() if line.strip() and not line.startswith(REMARK)), "")
    return max(SEPARATORS, key=heading.count)


def _with_point(cell: str) -> str:
    """A number with a decimal point, if it has a comma in its place."""
    return cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell


def _of_binary(path: Path, ending: str) -> Read:
    """Cells of a file that a library reads."""
    import pandas as pd

    try:
        if ending == ".parquet":
            table = pd.read_parquet(path)
        elif ending in GEOGRAPHIC:
            table = _of_places(path)
        else:
            table = pd.read_excel(path, dtype=object)
    except ImportError as error:
        hint = f"save it as CSV, or install what reads it: pip install {error.name or 'openpyxl'}"
        return (
            [],
            [],
            [Problem(path.name, 0, "", f"a {ending} file needs {error.name or 'a library'} to be read", hint)],
        )
    except OSError as error:
        return [], [], [Problem(path.name, 0, "", unreadable(error))]
    except Exception as error:  # whatever reads the file has errors of its own
        reason = " ".join(str(error).split())[:LONGEST_REASON] if ending in GEOGRAPHIC else ""
        message = f"this is no {ending} file, or not all of one{f' ({reason})' if reason else ''}"
        return [], [], [Problem(path.name, 0, "", message, "CSV is read, too")]
    return cells_of_table(table)


def _of_places(path: Path) -> pd.DataFrame:
    """Rows of a file of places, with the latitude and longitude of a point in each."""
    import geopandas as gpd

    places = gpd.read_file(path)
    points = places.to_crs(WGS84).geometry.representative_point()
    table: pd.DataFrame = places.drop(columns=places.geometry.name)
    return table.assign(latitude=points.y, longitude=points.x)


def cells_of_table(table: pd.DataFrame) -> Read:
    """Return the cells of a table of pandas; its rows count from 2, as below a heading."""
    heading = [str(name) for name in table.columns]
    rows = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    return heading, [(line, [_text(cell) for cell in row]) for line, row in enumerate(rows, start=2)], []


def cells_of_rows(rows: Sequence[Mapping[str, object]]) -> tuple[list[str], list[list[str]]]:
    """Return the heading of rows that stand in a study itself, and the cells of each."""
    heading = list(dict.fromkeys(name for row in rows for name in row))
    return heading, [[_text(row.get(name)) for name in heading] for row in rows]


def _text(cell: object) -> str:
    """A cell as CSV has it; a whole number has no decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return without_unwritable(str(cell))
