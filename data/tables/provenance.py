"""Where each value of the catalogue comes from, how good it is, and whether it is a place's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OWN", "Provenance", "has_one_value_a_state"]

OWN = "own"
"""Source of what a study's own tables state and no other source is named for."""


class Provenance:
    """Where a value comes from: its cell if it was filled in, else its column or its row.

    `columns` gives each table a source in its row for ``source_id``. A column with another source than that has one of
    its own, which is nearer to the value than its row's.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        columns, imputed = tables["columns"], tables.get("imputed")
        self.columns = {(r.table, r.column): (r.source_id, r.grade) for r in columns.itertuples()}
        cells = () if imputed is None else imputed.itertuples()
        self.cells = {(r.table, r.row_id, r.column): (r.source_id, r.grade) for r in cells}

    def of(self, table: str, row_id: str, column: str, record: Mapping[Any, Any]) -> tuple[str, str]:
        """Source and grade of a value."""
        if (table, row_id, column) in self.cells:
            source, grade = self.cells[table, row_id, column]
            return (OWN if source == OWN else f"{source} (filled in)"), str(grade)
        own = self.columns.get((table, column), ("", ""))
        if "source_id" in record and own in (("", ""), self.columns.get((table, "source_id"))):
            own = record["source_id"], record.get("grade", "")
        return str(own[0]), str(own[1])


def has_one_value_a_state(sites: pd.DataFrame, column: str) -> bool:
    """Whether a column of the sites has one value for each state, which stands in for those of its places.

    Where no state has two places, nothing tells.

    Examples
    --------
    >>> import pandas as pd
    >>> sites = pd.DataFrame({"state": ["TX", "TX", "OH"], "a_usd": [1.0, 1.0, 2.0], "b_usd": [1.0, 3.0, 2.0]})
    >>> has_one_value_a_state(sites, "a_usd"), has_one_value_a_state(sites, "b_usd")
    (True, False)
    """
    of_state = sites.groupby("state")[column]
    return bool((of_state.size() > 1).any() and (of_state.nunique(dropna=False) == 1).all())
