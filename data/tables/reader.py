"""The catalogue's tables and a study's own, checked row by row or by column, with all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from siting.cooling import technologies_of
from siting.cooling.parameters import check_parameters
from siting.cooling.registry import TECHNOLOGIES
from siting.data.kinds.row import ABOUT, Row
from siting.data.kinds.table import TableSchema
from siting.data.tables.checking import checked_rows, frame_of, may_be_left_out
from siting.data.tables.files import cells_of
from siting.data.tables.own_rows import Cells, Changed, appended, changed
from siting.data.tables.own_sites import appended_sites
from siting.data.tables.provenance import OWN
from siting.data.tables.reading import column_problems
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.data.tables.series_files import DATA_YEAR, read_series
from siting.problems import Problem, did_you_mean

__all__ = ["DATA_YEAR", "catalog_path", "load_tables", "read_series", "read_table"]

YEAR_OF_OWN = 2024
"""Year in whose dollars studies and their tables are."""

Own = Path | Cells
"""A table of a study's own: its file, or its cells where they stand in the study."""


def catalog_path(name: str) -> Path:
    """Path of a table of the catalogue.

    Parameters
    ----------
    name
        Name of a table or of a group of series, without ending.

    Raises
    ------
    KeyError
        If the catalogue has no such table.

    Examples
    --------
    >>> catalog_path("sites").name, catalog_path("series_grid").name
    ('sites.csv', 'series_grid.parquet')
    """
    if name not in TABLES and name not in SERIES:
        raise KeyError(name)
    ending = "csv" if name in TABLES else "parquet"
    return Path(str(files("siting.data") / "catalog" / f"{name}.{ending}"))


def read_table(source: Own, row_model: type[Row]) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table and check every row.

    Parameters
    ----------
    source
        A file that `siting.data.tables.files.cells_of` reads, or cells.
    row_model
        What a row must be. An empty cell is a missing value.

    Returns
    -------
    table : pandas.DataFrame
        The rows that are right; numbers as float64 or int64, missing numbers as NaN, missing texts as "".
    problems : list of Problem
        All that is wrong, with the line in the file.
    """
    cells = _read(source)
    problems = list(cells.problems)
    if cells.heading:
        problems += column_problems(cells.file, cells.heading, list(row_model.model_fields), may_be_left_out(row_model))
    if problems:
        return frame_of([], row_model), problems
    return checked_rows(cells.file, cells.heading, cells.lines, row_model)


def load_tables(
    replacements: Mapping[str, Own],
    data_year: int = DATA_YEAR,
    additions: Mapping[str, Own] = MappingProxyType({}),
    changes: Mapping[str, Own] = MappingProxyType({}),
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Read every table of the catalogue, or what replaces it, and the user's layers; check that they fit together.

    Parameters
    ----------
    replacements
        What stands in place of a table, by its name; an unknown name is a problem.
    data_year
        Year of the hourly series of the grid.
    additions
        Rows that join a table, by its name.
    changes
        Cells of rows that are there, by the name of the table.

    Returns
    -------
    tables : dict of pandas.DataFrame
        By name; a table with problems may be short of rows.
    problems : list of Problem
        All that is wrong, sorted.
    """
    kinds = {**TABLES, **LAYERS}
    known = [*kinds, *SERIES]
    problems = [
        Problem("tables", 0, name, "no such table", did_you_mean(name, known))
        for name in {**replacements, **additions, **changes}
        if name not in known
    ]
    paths = {
        name: replacements.get(name) or catalog_path(name)
        for name in known
        if name in replacements or name not in LAYERS
    }
    tables: dict[str, pd.DataFrame] = {name: frame_of([], kind.row) for name, kind in LAYERS.items()}
    sound = set(tables) - set(paths)
    for name, source in paths.items():
        if name in kinds:
            table, found = read_table(source, kinds[name].row)
            found += _faults(name, kinds[name], table, _name(source))
        elif isinstance(source, Path):
            table, found = read_series(source, SERIES[name], data_year)
        else:
            table = pd.DataFrame(columns=[SERIES[name].key, "hour", *SERIES[name].columns])
            found = [Problem(source.file, 0, name, "hourly series should be a file of their own")]
        tables[name] = table
        problems += found
        if not found:
            sound.add(name)
    whole = {name: tables[name] for name in sound & kinds.keys()}
    of_own, found = _with_own(tables, whole, {appended: additions, changed: changes}, data_year)
    problems += found
    if replacements or of_own:
        tables["sources"] = whole["sources"] = _with_own_source(whole.get("sources", tables["sources"]))
    known_there = {**tables, **whole}
    for name, file, rows in of_own:
        problems += _dangling(file, rows, kinds[name], known_there, sound)
    for name, kind in kinds.items():
        if name in sound and name in paths:
            problems += _dangling(_name(paths[name]), tables[name], kind, known_there, sound)
        if name in whole:
            tables[name] = whole[name].reset_index(drop=True) if name != "imputed" else tables[name]
    tables["imputed"] = tables["imputed"].reset_index(drop=True)
    return tables, sorted(set(problems))


def _with_own(
    tables: dict[str, pd.DataFrame],
    whole: dict[str, pd.DataFrame],
    own: Mapping[Callable[[str, TableSchema, pd.DataFrame, Cells], Changed], Mapping[str, Own]],
    data_year: int,
) -> tuple[list[tuple[str, str, pd.DataFrame]], list[Problem]]:
    """Put a study's own rows and cells into the tables that are whole, and its series beside the others.

    Returns the rows with the table and the file of each, and what is wrong with them.
    """
    kinds, rows, problems = {**TABLES, **LAYERS}, [], []
    for change, sources in own.items():
        for name, source in sources.items():
            if name in SERIES:
                problems += _with_series(name, source, data_year, tables, is_new=change is appended)
            if name not in whole:
                continue
            cells = _read(source)
            if cells.problems:
                problems += cells.problems
                continue
            if change is appended and name == "sites":
                found = appended_sites(kinds[name], whole[name], tables["weather"], cells)
            else:
                found = change(name, kinds[name], whole[name], cells)
            problems += [*found.problems, *_faults(name, kinds[name], found.rows, cells.file)]
            rows.append((name, cells.file, found.rows))
            whole[name] = _joined(kinds[name], whole[name], found.rows)
            tables["imputed"] = _with_cells(tables["imputed"], found)
    return rows, problems


def _with_series(
    name: str, source: Own, data_year: int, tables: dict[str, pd.DataFrame], *, is_new: bool
) -> list[Problem]:
    """Put series of one's own beside the catalogue's, each in place of one of the same name; return what is wrong."""
    if not isinstance(source, Path) or not is_new:
        message = "hourly series should be a file that is appended or stands in place of the catalogue's"
        return [Problem(_name(source), 0, name, message)]
    own, problems = read_series(source, SERIES[name], data_year)
    if not problems:
        key = SERIES[name].key
        others = tables[name][~tables[name][key].isin(own[key].unique())]
        tables[name] = pd.concat([others, own], ignore_index=True).sort_values([key, "hour"], ignore_index=True)
    return problems


def _name(source: Own) -> str:
    return source.name if isinstance(source, Path) else source.file


def _read(source: Own) -> Cells:
    """Return the cells of a source."""
    if isinstance(source, Cells):
        return source
    heading, lines, problems = cells_of(source)
    return Cells(source.name, heading, lines, tuple(problems))


def _faults(name: str, kind: TableSchema, rows: pd.DataFrame, file: str) -> list[Problem]:
    """What is wrong with rows that are right one by one."""
    problems = _duplicates(file, rows, kind)
    problems += [Problem(file, *fault) for fault in kind.faults(rows)]
    if name == "cooling":
        problems += _physics_problems(file, rows)
    return problems


def _joined(kind: TableSchema, base: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table with rows in place of those of the same key, and the new ones after all others."""
    if rows.empty:
        return base
    key = list(kind.key)
    new = rows.drop_duplicates(key).set_index(key, drop=False)
    kept = base.set_index(key, drop=False)
    columns = [*base.columns, *(column for column in rows if column not in base)]
    columns = [
        *(column for column in columns if column not in ABOUT),
        *(column for column in columns if column in ABOUT),
    ]
    there = kept.index.isin(new.index)
    changed_rows = new.reindex(kept.index[there])
    parts = [kept[~there], changed_rows, new[~new.index.isin(kept.index)]]
    whole = pd.concat([part for part in parts if len(part)])
    order = [*kept.index, *(each for each in new.index if each not in kept.index)]
    whole = whole.loc[order].reindex(columns=columns).reset_index(drop=True)
    for column in columns:
        if whole[column].dtype == object:
            whole[column] = whole[column].where(whole[column].notna(), "")
    return whole


def _with_cells(imputed: pd.DataFrame, change: Changed) -> pd.DataFrame:
    """Return the table imputed with the cells that a study states or that were filled in for it."""
    if not change.cells:
        return imputed
    cells = pd.DataFrame(list(change.cells))
    key = ["table", "row_id", "column"]
    return pd.concat([imputed, cells]).drop_duplicates(key, keep="last")[list(imputed.columns)]


def _with_own_source(sources: pd.DataFrame) -> pd.DataFrame:
    """Return the sources with that of what a study's own tables state, if they have none of this name."""
    if (sources["source_id"] == OWN).any():
        return sources
    row = {
        "source_id": OWN,
        "title": "What the study states itself",
        "publisher": "the author of the study",
        "year": YEAR_OF_OWN,
        "licence": "the author's own",
        "url": "",
        "retrieved": YEAR_OF_OWN,
        "grade": "assumed",
        "notice": "",
    }
    return pd.concat([sources, pd.DataFrame([row])])[list(sources.columns)]


def _duplicates(file: str, table: pd.DataFrame, kind: TableSchema) -> list[Problem]:
    key = list(kind.key)
    first: dict[tuple[object, ...], int] = {}
    problems = []
    for line, *values in table[key].itertuples(name=None):
        before = first.setdefault(tuple(values), int(line))
        if before != line:
            name = " ".join(map(str, values))
            problems.append(Problem(file, int(line), key[-1], f"{name!r} stands already in line {before}"))
    return problems


def _physics_problems(file: str, table: pd.DataFrame) -> list[Problem]:
    """Parameters that the physics of a row does not have, or that do not go together."""
    problems = []
    for (line, row_id), (_, given) in zip(table["cooling_id"].items(), technologies_of(table), strict=True):
        if row_id not in TECHNOLOGIES or not given:
            continue
        try:
            check_parameters(row_id, TECHNOLOGIES[row_id].ranges, given)
        except ValueError as error:
            for text in str(error).splitlines():
                _, name, message = text.split(": ", 2)
                problems.append(Problem(file, int(str(line)), name, f"{row_id}: {message}"))
    return problems


def _dangling(
    file: str, table: pd.DataFrame, kind: TableSchema, tables: Mapping[str, pd.DataFrame], sound: set[str]
) -> list[Problem]:
    problems = []
    for reference in kind.references:
        if reference.table not in sound:
            continue
        known = tables[reference.table][reference.key].unique().tolist()
        column, value_there = reference.where or (reference.column, None)
        referring = table if value_there is None else table[table[column] == value_there]
        for line, value in referring[reference.column].items():
            if value not in known and value != "":  # a place need not be named where it may be left out
                message = f"{value!r} is not in {reference.table}"
                problems.append(Problem(file, int(str(line)), reference.column, message, did_you_mean(value, known)))
    return problems
