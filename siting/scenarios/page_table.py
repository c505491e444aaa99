"""Tables of frames on the pages of scenarios: units from the names of columns, nothing where nothing is known."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from siting.quantities import label
from siting.reports.document import Cell, Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from siting.reports.text.words import Words

__all__ = ["cell_of", "rows_of", "table_of"]


def table_of(
    words: Words,
    name: str,
    caption: str,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    labels: Collection[str] = (),
) -> Table:
    """Return a table of some columns of a frame.

    Parameters
    ----------
    words : Words
        How numbers are written.
    name, caption : str
        Of the table.
    frame : DataFrame
        The rows.
    columns : mapping of str to str
        Heading of each column by its name in the frame; those that the frame lacks are left out.
    labels : collection of str
        Columns whose cells are names of rows.
    """
    there = {key: text for key, text in columns.items() if key in frame}
    heads = tuple(
        TableColumn(key, text, "label") if key in labels else _column(words, key, text) for key, text in there.items()
    )
    return Table(name, caption, heads, rows_of(frame, list(there)))


def rows_of(frame: pd.DataFrame, keys: Collection[str]) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of some columns of a frame, row by row."""
    return tuple(tuple(cell_of(row[key]) for key in keys) for row in frame.to_dict("records"))


def cell_of(value: Any) -> Cell:
    """Return a value as a cell, and none for what is not known."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, int | float | str) else str(value)


def _column(words: Words, key: str, text: str) -> TableColumn:
    """A column with the unit of its name, if it has one."""
    try:
        label(key)
    except ValueError:
        return TableColumn(key, text)
    return words.column(key, text)
