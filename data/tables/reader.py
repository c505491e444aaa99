"""The catalogue's tables and a study's own, checked row by row or by column, with all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from siting.data.kinds.row import ABOUT
from siting.data.kinds.table import TableSchema
from siting.data.tables.catalogue import catalog_path, catalogue_hours, catalogue_table
from siting.data.tables.checking import frame_of
from siting.data.tables.links import Tables, dangling, dangling_cells, each_cell_once, ids_in
from siting.data.tables.one_table import Own, cells_in, checked_table, faults_of, file_of
from siting.data.tables.own_rows import Cells, Changed, appended, changed
from siting.data.tables.own_sites import appended_sites
from siting.data.tables.provenance import OWN
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.data.tables.series_files import DATA_YEAR, names_of_series, read_series
from siting.problems import Problem, did_you_mean

__all__ = ["DATA_YEAR", "load_tables"]

YEAR_OF_OWN = 2024
"""Year in whose dollars studies and their tables are."""


def load_tables(
    replacements: Mapping[str, Own],
    data_year: int | None = DATA_YEAR,
    additions: Mapping[str, Own] = MappingProxyType({}),
    changes: Mapping[str, Own] = MappingProxyType({}),
    hourly: Collection[str] = tuple(SERIES),
) -> tuple[Tables, list[Problem]]:
    """Read every table of the catalogue, or what replaces it, and the user's layers; check that they fit together.

    Parameters
    ----------
    replacements
        What stands in place of a table, by its name; an unknown name is a problem.
    data_year
        Year of the hourly series of the grid; None where it is not known, so that no hours are read.
    additions
        Rows that join a table, by its name.
    changes
        Cells of rows that are there, by the name of the table.
    hourly
        Groups of series whose hours are wanted; of the catalogue's others only the names are read.

    Returns
    -------
    tables : Tables
        By name; `sound` names those without problems.
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
    replacements, additions, changes = (
        {name: cells_in(source) if name in kinds else source for name, source in own.items()}
        for own in (replacements, additions, changes)
    )
    paths = {
        name: replacements.get(name) or catalog_path(name)
        for name in known
        if name in replacements or name not in LAYERS
    }
    tables = Tables({name: frame_of([], kind.row) for name, kind in LAYERS.items()})
    sound = set(tables) - set(paths)
    for name, source in paths.items():
        if name in kinds:
            table, found = checked_table(source, name) if name in replacements else catalogue_table(name)
        elif data_year is None:
            tables[name] = pd.DataFrame(columns=[SERIES[name].key, "hour", *SERIES[name].columns])
            continue
        elif name not in hourly and name not in replacements:
            table, found = names_of_series(catalog_path(name), SERIES[name]), []
        elif name not in replacements:
            table, found = catalogue_hours(name, data_year)
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
    rows_there, wrong = _with_own(tables, whole, {appended: additions, changed: changes}, data_year)
    if replacements or rows_there:
        tables["sources"] = whole["sources"] = _with_own_source(whole.get("sources", tables["sources"]))
    tables.sound = frozenset(name for name in sound if not wrong.get(name))
    for name in kinds.keys() - tables.sound:
        named = [ids_in(own[name], kinds[name]) for own in (replacements, additions) if name in own]
        if len(kinds[name].key) == 1 and all(named):
            tables.named[name] = set(tables[name][kinds[name].key[0]].astype(str)).union(*named)
    there = Tables({**tables, **whole})
    there.sound, there.named = tables.sound, tables.named
    for name in wrong.keys() & kinds.keys():
        for own in (additions, changes):
            if name in own:
                wrong[name] += dangling_cells(own[name], kinds[name], there)
    for name, kind in kinds.items():
        if name in replacements:
            wrong.setdefault(name, []).extend(dangling_cells(replacements[name], kind, there))
        elif name in paths:
            wrong.setdefault(name, []).extend(dangling(file_of(paths[name]), tables[name], kind, there))
        if name in whole:
            tables[name] = whole[name].reset_index(drop=True) if name != "imputed" else tables[name]
    tables["imputed"] = tables["imputed"].reset_index(drop=True)
    tables.sound = frozenset(name for name in tables.sound if not wrong.get(name))
    return tables, each_cell_once([*problems, *(problem for found in wrong.values() for problem in found)])


def _with_own(
    tables: Tables,
    whole: dict[str, pd.DataFrame],
    own: Mapping[Callable[[str, TableSchema, pd.DataFrame, Cells], Changed], Mapping[str, Own]],
    data_year: int | None,
) -> tuple[bool, dict[str, list[Problem]]]:
    """Put a study's own rows and cells into the tables that are whole, and its series beside the others.

    Returns whether there are any that could be read, and what is wrong with them, by table.
    """
    kinds, any_rows = {**TABLES, **LAYERS}, False
    wrong: dict[str, list[Problem]] = {name: [] for sources in own.values() for name in sources}
    for change, sources in own.items():
        for name, source in sources.items():
            if name in SERIES:
                wrong[name] += _with_series(name, source, data_year, tables, is_new=change is appended)
            if name not in kinds:
                continue
            cells = cells_in(source)
            wrong[name] += cells.problems
            if cells.problems or name not in whole:
                continue
            if change is appended and name == "sites":
                found = appended_sites(kinds[name], whole[name], tables["weather"], cells)
            else:
                found = change(name, kinds[name], whole[name], cells)
            wrong[name] += [*found.problems, *faults_of(name, kinds[name], found.rows, cells.file)]
            any_rows = True
            whole[name] = _joined(kinds[name], whole[name], found.rows)
            tables["imputed"] = _with_cells(tables["imputed"], found)
    return any_rows, wrong


def _with_series(name: str, source: Own, data_year: int | None, tables: Tables, *, is_new: bool) -> list[Problem]:
    """Put series of one's own beside the catalogue's, each in place of one of the same name; return what is wrong."""
    if not isinstance(source, Path) or not is_new:
        message = "hourly series should be a file that is appended or stands in place of the catalogue's"
        return [Problem(file_of(source), 0, name, message)]
    if data_year is None:
        return []
    own, problems = read_series(source, SERIES[name], data_year)
    if not problems:
        key = SERIES[name].key
        others = tables[name][~tables[name][key].isin(own[key].unique())]
        tables[name] = pd.concat([others, own], ignore_index=True).sort_values([key, "hour"], ignore_index=True)
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
