"""The tables of a study: the catalogue's, with what the study puts in their place, beside them or into them."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from siting.data.tables.files import cells_of_rows
from siting.data.tables.links import Tables
from siting.data.tables.own_rows import Cells
from siting.data.tables.reader import load_tables
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.study.checks import replacing_tables_exist
from siting.study.own_table import CHANGES
from siting.study.partial import BrokenPartError

if TYPE_CHECKING:
    from siting.problems import Problem
    from siting.study.own_table import Rows
    from siting.study.study import Study

__all__ = ["tables_of"]

KNOWN = frozenset({*TABLES, *LAYERS, *SERIES})


def tables_of(study: Study, hourly: Collection[str] = tuple(SERIES)) -> tuple[Tables, list[Problem]]:
    """Read the tables of a study.

    Parameters
    ----------
    study
        Says which tables are its own; one of which some parts are wrong has the tables that rest on the others.
    hourly
        Groups of series whose hours are wanted, as of `siting.data.tables.reader.load_tables`.

    Returns
    -------
    tables, problems
        As `siting.data.tables.reader.load_tables` returns them.

    Raises
    ------
    BrokenPartError
        If what the study says of its tables is wrong as a whole.
    """
    stated: dict[str, dict[str, Path | Cells]] = {kind: {} for kind in CHANGES}
    absent, year = set(study.broken_tables), None
    with contextlib.suppress(BrokenPartError):
        year = study.time.data_year
    for kind, sources in stated.items():
        for name, source in study.own_tables(kind).items():
            if name not in KNOWN or (isinstance(source, Path) and not source.is_file()):
                absent.add(name)
            else:
                sources[name] = _own(study, name, kind, source)
    tables, problems = load_tables(
        stated["replace"], year, stated["append"], stated["change"], {*hourly, *study.scales}
    )
    tables.sound -= absent
    problems += [study.problem(one.field, one.message, one.hint) for one in replacing_tables_exist(study)]
    return tables, sorted(problems)


def _own(study: Study, name: str, kind: str, source: Path | Rows) -> Path | Cells:
    """Return a file as it is, and rows that stand in the study as cells, at their lines there."""
    if isinstance(source, Path):
        return source
    places = [study.place_of(f"tables.{name}.{kind}.{position}") for position in range(len(source))]
    lines = [int(place.rpartition(":")[2]) if place else 0 for place in places]
    heading, rows = cells_of_rows(source)
    cells = [(line, row) for line, row in zip(lines, rows, strict=True)]
    of_table = study.place_of(f"tables.{name}.{kind}") or study.place_of(f"tables.{name}")
    return Cells(study.file_name(), heading, cells, line=int(of_table.rpartition(":")[2]) if of_table else 0)
