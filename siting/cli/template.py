"""The command `siting template`: an empty table to fill, with what its columns mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from siting.problems import InputError, Problem, did_you_mean
from siting.quantities import unit

if TYPE_CHECKING:
    from siting.data.kinds.row import Row

__all__ = ["template", "template_of"]


def template(table: str, /) -> int:
    """Print an empty table to fill, with what its columns mean.

    Parameters
    ----------
    table
        Name of a table of the catalogue, such as sites, or of one that only a study brings, such as heat.
    """
    from siting.data.tables.schema import LAYERS, TABLES

    known = (*TABLES, *LAYERS)
    if table not in known:
        hint = did_you_mean(table, known) or f"the tables are: {', '.join(known)}"
        raise InputError([Problem("TABLE", 0, "", f"no table {table!r}", hint)])
    print(template_of(table), end="")
    return 0


def template_of(table: str) -> str:
    """Return a table without rows as CSV: a remark on each column, then the heading.

    Parameters
    ----------
    table : str
        Name of a table of the catalogue, or of one that only a study brings.

    Raises
    ------
    KeyError
        If there is none of this name.

    Examples
    --------
    >>> print(template_of("water_bodies"))  # doctest: +ELLIPSIS
    # water_bodies: ...
    """
    import pandas as pd

    from siting.data.kinds.row import ABOUT
    from siting.data.tables.catalogue import catalog_path
    from siting.data.tables.checking import may_be_left_out
    from siting.data.tables.own_sites import MUST
    from siting.data.tables.schema import LAYERS, TABLES

    row = {**TABLES, **LAYERS}[table].row
    columns = pd.read_csv(catalog_path("columns"), dtype=str, keep_default_na=False)
    meaning = {str(r.column): str(r.description) for r in columns[columns["table"] == table].itertuples()}
    optional = may_be_left_out(row)
    if table == "sites":
        optional = set(row.model_fields) - set(MUST)
    optional |= set(ABOUT)
    names = sorted(row.model_fields, key=lambda name: (name in ABOUT, name in optional))
    remarks = [f"# {table}: {_first_line(row)}", *_remarks(row, names, optional, meaning)]
    heading = io.StringIO()
    csv.writer(heading, lineterminator="\n").writerow(names)
    return "\n".join([*remarks, heading.getvalue()])


def _first_line(row: type[Row]) -> str:
    return (row.__doc__ or "").strip().splitlines()[0]


def _remarks(row: type[Row], names: list[str], optional: set[str], meaning: dict[str, str]) -> Iterator[str]:
    """Yield a line about each column: whether it may be empty, its unit, what it may be, and what it means."""
    for name in names:
        parts = ["may be left empty" if name in optional else "wanted"]
        try:
            label = unit(name).label
        except ValueError:
            label = ""
        parts += [label] if label else []
        parts += _choices(row.model_fields[name].annotation)
        text = " ".join(meaning.get(name, "").split())
        yield f"#   {name} ({', '.join(parts)}){f': {text}' if text else ''}"


def _choices(annotation: Any) -> list[str]:
    """Values that a column may have, if they are few."""
    for kind in (annotation, *get_args(annotation)):
        if get_origin(kind) is Literal:
            return [" or ".join(map(str, get_args(kind)))]
    return []
