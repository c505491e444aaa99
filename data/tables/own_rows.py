"""Rows that a study appends to a table of the catalogue, and cells that it changes there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import pandas as pd

from siting.data.kinds.row import ABOUT, Graded
from siting.data.kinds.table import TableSchema
from siting.data.tables.checking import cell_problems, checked_rows, may_be_left_out
from siting.data.tables.files import Line
from siting.data.tables.provenance import OWN
from siting.data.tables.reading import column_problems
from siting.problems import Problem, did_you_mean

__all__ = ["Cells", "Changed", "appended", "changed", "of_unknown_columns", "stated_cells"]

GRADE = "assumed"


@dataclass(frozen=True)
class Cells:
    """Cells of a file or of a study, as text.

    Parameters
    ----------
    file
        Name of the file, for problems.
    heading, lines, problems
        As `siting.data.tables.files.cells_of` returns them.
    line : int
        Of the heading.
    """

    file: str
    heading: Sequence[str]
    lines: Sequence[Line]
    problems: tuple[Problem, ...] = ()
    line: int = 1


@dataclass(frozen=True)
class Changed:
    """What became of a table.

    Parameters
    ----------
    rows
        The rows that were added or changed, whole, indexed by line.
    cells
        Cells that the study states, and those that a rule filled in, as rows of the table imputed.
    problems
        All that is wrong.
    """

    rows: pd.DataFrame
    cells: tuple[Mapping[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def appended(name: str, kind: TableSchema, base: pd.DataFrame, own: Cells) -> Changed:
    """Return the rows that join a table, each whole; those of no source are the study's own, and assumed.

    Parameters
    ----------
    name
        Of the table.
    kind
        What its rows are.
    base
        The rows that are there.
    own
        The rows that join them.
    """
    optional = {*ABOUT, *may_be_left_out(kind.row)}
    problems = column_problems(own.file, own.heading, list(kind.row.model_fields), optional, own.line)
    if problems:
        return of_unknown_columns(kind, base, own, problems)
    heading, lines = with_source(own) if issubclass(kind.row, Graded) else (list(own.heading), list(own.lines))
    rows, found = checked_rows(own.file, heading, lines, kind.row)
    known = set(_keys(base, kind))
    twice = [
        Problem(own.file, int(line), kind.key[-1], f"{' '.join(key)!r} is in the table {name} already", "use 'change'")
        for line, key in zip(rows.index, _keys(rows, kind), strict=True)
        if key in known
    ]
    return Changed(rows, tuple(stated_cells(name, kind, rows, own)), (*found, *twice))


def changed(name: str, kind: TableSchema, base: pd.DataFrame, own: Cells) -> Changed:
    """Return the rows of a table of which cells change, whole and changed.

    Parameters
    ----------
    name, kind, base
        As of `appended`.
    own
        The columns that name a row, and those that change; an empty cell stays as it was.
    """
    wanted = list(kind.row.model_fields)
    problems = column_problems(own.file, own.heading, wanted, set(wanted) - set(kind.key), own.line)
    if problems:
        return of_unknown_columns(kind, base, own, problems)
    of_key = dict(zip(_keys(base, kind), base.to_dict("records"), strict=True))
    heading = [column for column in wanted if column in base or column in own.heading]
    lines: list[Line] = []
    for line, cells in own.lines:
        stated = {column: cell.strip() for column, cell in zip(own.heading, cells, strict=False) if cell.strip()}
        key = tuple(stated.get(column, "") for column in kind.key)
        if key not in of_key:
            hint = (
                did_you_mean(" ".join(key), [" ".join(each) for each in of_key]) or "use 'append' for a row that is new"
            )
            message = f"{' '.join(key)!r} is not in the table {name}"
            problems.append(Problem(own.file, line, kind.key[-1], message, hint))
            continue
        about = {} if "source_id" in stated or not issubclass(kind.row, Graded) else _of_own(kind, stated)
        row = {column: _text(value) for column, value in of_key[key].items()} | about | stated
        lines.append((line, [row.get(column, "") for column in heading]))
    rows, found = checked_rows(own.file, heading, lines, kind.row)
    return Changed(rows, tuple(stated_cells(name, kind, rows, own)), (*problems, *found))


def of_unknown_columns(kind: TableSchema, base: pd.DataFrame, own: Cells, problems: Sequence[Problem]) -> Changed:
    """Return no rows, as their columns are wrong, with that and what is wrong with the cells of the others."""
    found = cell_problems(own.file, own.heading, own.lines, kind.row, may_be_empty=True)
    return Changed(base.iloc[:0], problems=(*problems, *found))


def _of_own(kind: TableSchema, stated: Mapping[str, str]) -> dict[str, str]:
    """Source and grade of a row in which everything but its key is changed; nothing where the row keeps its own."""
    rest = set(kind.row.model_fields) - set(kind.key) - set(ABOUT)
    return {"source_id": OWN, "grade": GRADE} if rest <= set(stated) else {}


def with_source(own: Cells) -> tuple[list[str], list[Line]]:
    """Return the cells with a source and a grade: the study's own where none is named."""
    heading = [*own.heading, *(column for column in ABOUT if column not in own.heading)]
    filled = {"source_id": OWN, "grade": GRADE}
    lines = []
    for line, cells in own.lines:
        if len(cells) != len(own.heading):
            lines.append((line, cells))  # told as such
            continue
        row = dict(zip(own.heading, cells, strict=True))
        lines.append((line, [row.get(column, "").strip() or filled.get(column, "") for column in heading]))
    return heading, lines


def stated_cells(name: str, kind: TableSchema, rows: pd.DataFrame, own: Cells) -> Iterable[dict[str, str]]:
    """Yield the cells that the study states, for the table imputed: theirs is no source of the catalogue's column."""
    of_line = {line: dict(zip(own.heading, cells, strict=False)) for line, cells in own.lines}
    for line, key in zip(rows.index, _keys(rows, kind), strict=True):
        stated = of_line[int(line)]
        source, grade = stated.get("source_id", "").strip() or OWN, stated.get("grade", "").strip() or GRADE
        for column, cell in stated.items():
            if cell.strip() and column not in (*kind.key, *ABOUT):
                yield {
                    "table": name,
                    "row_id": ".".join(key),
                    "column": column,
                    "rule": f"stated in {PurePath(own.file).name}",
                    "source_id": source,
                    "grade": grade,
                }


def _keys(table: pd.DataFrame, kind: TableSchema) -> list[tuple[str, ...]]:
    return [tuple(_text(value) for value in row) for row in table[list(kind.key)].itertuples(index=False, name=None)]


def _text(value: object) -> str:
    """A value as it would stand in a file."""
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.17g}"
    return str(value)
