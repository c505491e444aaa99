"""Cells that point to rows of other tables, and what is told where nothing stands there."""

from __future__ import annotations

from typing import Any

import pandas as pd

from siting.data.kinds.table import Reference, TableSchema
from siting.data.tables.one_table import Own, file_of
from siting.data.tables.own_rows import Cells
from siting.problems import Problem, did_you_mean, one_of

__all__ = ["Tables", "dangling", "dangling_cells", "each_cell_once", "ids_in"]

NOWHERE = " is not in "


class Tables(dict[str, pd.DataFrame]):
    """Tables by name.

    Parameters
    ----------
    sound : frozenset of str
        Those that are as they were meant; others may be short of rows.
    named : dict of str to set of str
        The keys that stand in the rows of tables that are not sound, right or wrong; of those whose keys can be read.
    """

    sound: frozenset[str] = frozenset()

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.named: dict[str, set[str]] = {}


def each_cell_once(problems: list[Problem]) -> list[Problem]:
    """Problems, sorted; that a cell points to nothing is told once, and not of one that is wrong in itself."""
    found: dict[tuple[str, int, str], Problem] = {}
    others = {(one.file, one.line, one.field) for one in problems if NOWHERE not in one.message}
    kept = [one for one in problems if NOWHERE not in one.message]
    for problem in sorted(problems):
        place = (problem.file, problem.line, problem.field)
        if NOWHERE in problem.message and place not in others:
            found.setdefault(place, problem)
    return sorted({*kept, *found.values()})


def ids_in(own: Own, kind: TableSchema) -> set[str]:
    """What stands in the column of the key, in rows that are right or wrong; nothing where it cannot be read."""
    return {text for _, text in _column(own, kind.key[0])}


def _column(own: Own, name: str) -> list[tuple[int, str]]:
    """The cells of a column with their lines; none where there is no such column."""
    if not isinstance(own, Cells) or name not in own.heading:
        return []
    place = own.heading.index(name)
    return [(line, row[place].strip()) for line, row in own.lines if place < len(row)]


def dangling(file: str, table: pd.DataFrame, kind: TableSchema, tables: Tables) -> list[Problem]:
    """Rows of the catalogue that point to what is not there, since the study has put something in its place."""
    problems = []
    for reference in kind.references:
        known = _known(reference, tables)
        if known is None:
            continue
        column, value_there = reference.where or (reference.column, None)
        referring = table if value_there is None else table[table[column] == value_there]
        for line, value in referring[reference.column].items():
            if value not in known and value != "":  # a place need not be named where it may be left out
                problems.append(_nowhere(file, int(str(line)), reference, str(value), known))
    return problems


def dangling_cells(own: Own, kind: TableSchema, tables: Tables) -> list[Problem]:
    """Cells of a study's own that point to what is not there, whatever else is wrong with their row."""
    problems = []
    for reference in kind.references:
        known = _known(reference, tables)
        if known is None:
            continue
        column, value_there = reference.where or (reference.column, None)
        about = dict(_column(own, column))
        for line, value in _column(own, reference.column):
            if value and value not in known and value_there in (None, about.get(line)):
                problems.append(_nowhere(file_of(own), line, reference, value, known))
    return problems


def _nowhere(file: str, line: int, reference: Reference, value: str, known: list[str]) -> Problem:
    message = f"{value!r} is not in {reference.table}"
    return Problem(file, line, reference.column, message, did_you_mean(value, known) or one_of(known))


def _known(reference: Reference, tables: Tables) -> list[str] | None:
    """What a reference may name; None where that cannot be told."""
    if reference.table in tables.named:
        return sorted(tables.named[reference.table])
    if reference.table not in tables.sound:
        return None
    return [str(value) for value in tables[reference.table][reference.key].unique()]
