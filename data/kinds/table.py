"""A table of the catalogue: its rows, its key, what points where, and what a case takes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from siting.data.kinds.row import Graded, Row

__all__ = ["Fault", "Reference", "TableSchema", "table"]

Fault = tuple[int, str, str]
"""A line, a column, and what is wrong there."""


def _none(_: pd.DataFrame) -> Iterator[Fault]:
    return iter(())


@dataclass(frozen=True)
class Reference:
    """A column whose values must be keys of another table, or a series of it.

    Parameters
    ----------
    column
        Column of the table that refers.
    table
        Table or series that must hold the value.
    key
        Its key column.
    where
        A column and the value in it of the rows that refer; all of them by default.
    """

    column: str
    table: str
    key: str
    where: tuple[str, str] | None = None


@dataclass(frozen=True)
class TableSchema:
    """A table in a CSV file.

    Parameters
    ----------
    row
        Model of its rows.
    key
        Columns that together name a row.
    references
        Columns that point to other tables.
    is_technology
        Whether a plan lists its values among its assumptions, each by the key of its row.
    has_one_row
        Whether a case is made with one row of it, so that another number of rows is a problem.
    is_for_build
        Whether only the build of the catalogue reads it, and no case.
    faults
        What else is wrong with rows that are right one by one; they come indexed by line.
    """

    row: type[Row]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    is_technology: bool = False
    has_one_row: bool = False
    is_for_build: bool = False
    faults: Callable[[pd.DataFrame], Iterator[Fault]] = _none


_SOURCE = Reference("source_id", "sources", "source_id")


def table(
    row: type[Row],
    *key: str,
    references: tuple[Reference, ...] = (),
    is_technology: bool = False,
    has_one_row: bool = False,
    is_for_build: bool = False,
    faults: Callable[[pd.DataFrame], Iterator[Fault]] = _none,
) -> TableSchema:
    """Return a table whose graded rows point to their sources; the rest as of `TableSchema`."""
    graded = (_SOURCE,) if issubclass(row, Graded) else ()
    return TableSchema(row, key, references + graded, is_technology, has_one_row, is_for_build, faults)
