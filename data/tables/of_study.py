"""The tables of a study: the catalogue's, with what the study puts in their place, beside them or into them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from siting.data.tables.files import cells_of_rows
from siting.data.tables.own_rows import Cells
from siting.data.tables.reader import load_tables

if TYPE_CHECKING:
    import pandas as pd

    from siting.problems import Problem
    from siting.study.own_table import Rows
    from siting.study.study import Study

__all__ = ["tables_of"]


def tables_of(study: Study) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Read the tables of a study.

    Parameters
    ----------
    study
        Says which tables are its own.

    Returns
    -------
    tables, problems
        As `siting.data.tables.reader.load_tables` returns them.
    """
    replaced, appended, changed = (
        {name: _own(study, name, kind, source) for name, source in study.own_tables(kind).items()}
        for kind in ("replace", "append", "change")
    )
    return load_tables(replaced, study.time.data_year, appended, changed)


def _own(study: Study, name: str, kind: str, source: Path | Rows) -> Path | Cells:
    """Return a file as it is, and rows that stand in the study as cells, at their lines there."""
    if isinstance(source, Path):
        return source
    places = [study.place_of(f"tables.{name}.{kind}.{position}") for position in range(len(source))]
    lines = [int(place.rpartition(":")[2]) if place else 0 for place in places]
    heading, rows = cells_of_rows(source)
    cells = [(line, row) for line, row in zip(lines, rows, strict=True)]
    return Cells(study.file_name(), heading, cells)
