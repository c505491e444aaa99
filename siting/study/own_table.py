"""A table of the study's own: in place of the catalogue's, beside its rows, or cells of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, PlainSerializer, Tag

from siting.problems import shown
from siting.study.parts import Frozen, FrozenDict
from siting.text import FileOfStudy, PlainText, without_folder

__all__ = ["CHANGES", "FilesOfCode", "OwnTable", "OwnTables", "Rows", "Source", "TableInPython", "at", "source_of"]

OwnCell = str | float | None
Rows = tuple[Mapping[str, OwnCell], ...]


@runtime_checkable
class TableInPython(Protocol):
    """A pandas table, or one of geopandas, as far as a study asks."""

    columns: Any

    def to_dict(self, orient: str) -> Any:
        """Return the rows."""


@runtime_checkable
class _WithPoints(TableInPython, Protocol):
    """A table of geopandas."""

    geometry: Any

    def to_crs(self, crs: int) -> Any:
        """Return it in other coordinates."""


def _rows_of(value: object) -> object:
    """Turn a table of pandas or geopandas into rows; points become latitude and longitude."""
    if not isinstance(value, TableInPython):
        return value
    rows = value.to_dict("records")
    if isinstance(value, _WithPoints):
        points = value.to_crs(4326).geometry.representative_point()
        name = str(value.geometry.name)
        rows = [
            {**{key: cell for key, cell in row.items() if key != name}, "latitude": point.y, "longitude": point.x}
            for row, point in zip(rows, points, strict=True)
        ]
    return [{str(key): _cell(cell) for key, cell in row.items()} for row in rows]


def _cell(value: Any) -> OwnCell:
    """What stands in a cell, as YAML has it; nothing where pandas has none."""
    if value is None or value != value:
        return None
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else str(value)


def _path_or_rows(value: object) -> object:
    if isinstance(value, str | list | tuple):
        return value
    raise ValueError(f"input should be the path of a file, or a list of rows (got {shown(value)})")


def _variant_of_source(value: object) -> str:
    return "path" if isinstance(value, str) else "rows"


OwnRow = Annotated[Mapping[PlainText, OwnCell], AfterValidator(FrozenDict)]
Source = Annotated[
    Annotated[PlainText, Tag("path")] | Annotated[tuple[OwnRow, ...], Tag("rows")],
    Discriminator(_variant_of_source),
    BeforeValidator(_path_or_rows),
    BeforeValidator(_rows_of),
]


class OwnTable(Frozen):
    """What a study does to a table of the catalogue; each is a file's path, or a list of rows."""

    replace: Source | None = None
    """Stands in place of the catalogue's table."""
    append: Source | None = None
    """Rows beside the catalogue's; of sites, what is left empty is taken from the nearest place of the catalogue."""
    change: Source | None = None
    """Cells of rows that are there: the columns that name a row, and what changes; an empty cell stays as it was."""


CHANGES = tuple(OwnTable.model_fields)
"""Kinds of what a study does to a table."""


def _one_at_least(value: object) -> object:
    """Take a path for a table that stands in place of another, and rows or a table of pandas likewise."""
    if isinstance(value, Mapping | OwnTable | str):
        return value
    if isinstance(value, list | tuple | TableInPython):
        return {"replace": value}
    raise ValueError(
        f"input should be the path of a file, or a mapping of replace, append or change (got {shown(value)})"
    )


def _variant(value: object) -> str:
    return "path" if isinstance(value, str) else "changes"


def _says_something(value: str | OwnTable) -> str | OwnTable:
    if isinstance(value, OwnTable) and value == OwnTable():
        raise ValueError("input should say replace, append or change")
    return value


def _without_folders(tables: Mapping[str, str | OwnTable]) -> dict[str, Any]:
    """Names of the files as results may show them: the folders of one machine are nobody's business."""
    return {
        name: _short(own)
        if isinstance(own, str)
        else {kind: _short(source) for kind, source in own if source is not None}
        for name, own in tables.items()
    }


def _short(source: Any) -> Any:
    return without_folder(source) if isinstance(source, str) else [dict(row) for row in source]


FilesOfCode = tuple[FileOfStudy, ...]
"""Paths of files of Python, seen from the study."""

OwnTables = Annotated[
    Mapping[
        PlainText,
        Annotated[
            Annotated[PlainText, Tag("path")] | Annotated[OwnTable, Tag("changes")],
            Discriminator(_variant),
            BeforeValidator(_one_at_least),
            AfterValidator(_says_something),
        ],
    ],
    AfterValidator(FrozenDict),
    PlainSerializer(_without_folders),
    Field(default_factory=FrozenDict),
]


def source_of(own: str | OwnTable, kind: str) -> Source | None:
    """Return what a study's own table says of one kind of change; a path alone stands in place of the table."""
    if isinstance(own, str):
        return own if kind == "replace" else None
    found: Source | None = getattr(own, kind)
    return found


def at(source: Source, folder: Path) -> Path | Rows:
    """Return the file of a source, whose path is seen from the folder of the study, or its rows."""
    return folder / source if isinstance(source, str) else source
