"""Where each value of the catalogue comes from, and how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Provenance:
    """Where a value comes from: its cell if it was filled in, else its column or its row.

    `columns` gives each table a source in its row for ``source_id``. A column with another source than that has one of
    its own, which is nearer to the value than its row's.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        columns, imputed = tables["columns"], tables["imputed"]
        self.columns = {(r.table, r.column): (r.source_id, r.grade) for r in columns.itertuples()}
        self.cells = {(r.table, r.row_id, r.column): (r.source_id, r.grade) for r in imputed.itertuples()}

    def of(self, table: str, row_id: str, column: str, record: Mapping[Any, Any]) -> tuple[str, str]:
        """Source and grade of a value."""
        if (table, row_id, column) in self.cells:
            source, grade = self.cells[table, row_id, column]
            return f"{source} (filled in)", str(grade)
        own = self.columns.get((table, column), ("", ""))
        if "source_id" in record and own in (("", ""), self.columns.get((table, "source_id"))):
            own = record["source_id"], record.get("grade", "")
        return str(own[0]), str(own[1])
