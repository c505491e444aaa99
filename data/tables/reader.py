"""The catalogue's tables and a study's own, checked row by row or by column, with all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from siting.cooling import technologies_of
from siting.cooling.parameters import check_parameters
from siting.cooling.registry import TECHNOLOGIES
from siting.data.kinds.row import ABOUT, Row
from siting.data.kinds.table import Reference, TableSchema
from siting.data.tables.checking import cell_problems, checked_rows, frame_of, may_be_left_out
from siting.data.tables.files import cells_of
from siting.data.tables.own_rows import Cells, Changed, appended, changed
from siting.data.tables.own_sites import appended_sites
from siting.data.tables.provenance import OWN
from siting.data.tables.reading import column_problems
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.data.tables.series_files import DATA_YEAR, names_of_series, read_series
from siting.problems import Problem, did_you_mean, one_of

__all__ = ["DATA_YEAR", "Tables", "catalog_path", "load_tables", "read_series", "read_table"]

YEAR_OF_OWN = 2024
"""Year in whose dollars studies and their tables are."""

Own = Path | Cells
"""A table of a study's own: its file, or its cells where they stand in the study."""


class Tables(dict[str, pd.DataFrame]):
    """Tables by name.

    Parameters
    ----------
    sound : frozenset of str
        Those that are as they were meant; others may be short of rows.
    named : dict of str to set of str
        The keys that stand in the rows of tables that are not sound, right or wrong; of those whose keys can be read.
    """

    sound: frozenset[str] = frozenset()

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.named: dict[str, set[str]] = {}


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
        problems += column_problems(
            cells.file, cells.heading, list(row_model.model_fields), may_be_left_out(row_model), cells.line
        )
    if problems:
        return frame_of([], row_model), [*problems, *cell_problems(cells.file, cells.heading, cells.lines, row_model)]
    return checked_rows(cells.file, cells.heading, cells.lines, row_model)


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
        {name: _read(source) if name in kinds else source for name, source in own.items()}
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
            table, found = _checked(source, name) if name in replacements else _of_catalogue(catalog_path(name), name)
        elif data_year is None:
            tables[name] = pd.DataFrame(columns=[SERIES[name].key, "hour", *SERIES[name].columns])
            continue
        elif name not in hourly and name not in replacements:
            table, found = names_of_series(catalog_path(name), SERIES[name]), []
        elif name not in replacements:
            table, found = _hours_of_catalogue(catalog_path(name), name, data_year)
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
        named = [_ids(own[name], kinds[name]) for own in (replacements, additions) if name in own]
        if len(kinds[name].key) == 1 and all(named):
            tables.named[name] = set(tables[name][kinds[name].key[0]].astype(str)).union(*named)
    there = Tables({**tables, **whole})
    there.sound, there.named = tables.sound, tables.named
    for name in wrong.keys() & kinds.keys():
        for own in (additions, changes):
            if name in own:
                wrong[name] += _dangling_cells(own[name], kinds[name], there)
    for name, kind in kinds.items():
        if name in replacements:
            wrong.setdefault(name, []).extend(_dangling_cells(replacements[name], kind, there))
        elif name in paths:
            wrong.setdefault(name, []).extend(_dangling(_name(paths[name]), tables[name], kind, there))
        if name in whole:
            tables[name] = whole[name].reset_index(drop=True) if name != "imputed" else tables[name]
    tables["imputed"] = tables["imputed"].reset_index(drop=True)
    tables.sound = frozenset(name for name in tables.sound if not wrong.get(name))
    return tables, _each_cell_once([*problems, *(problem for found in wrong.values() for problem in found)])


def _checked(source: Own, name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table and check its rows, each by itself and all of them together."""
    kind = {**TABLES, **LAYERS}[name]
    table, problems = read_table(source, kind.row)
    return table, [*problems, *_faults(name, kind, table, _name(source))]


def _of_catalogue(path: Path, name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table of the catalogue; once in a process, as long as its file stays what it was.

    A sweep, a front or a page of instruments prepares tens of cases from the same tables, and two fifths of what
    preparing `us-small` takes is reading and checking them and their hours.
    """
    table, problems = _kept_table(path, name, _state(path))
    return table.copy(deep=False), list(problems)


def _hours_of_catalogue(path: Path, name: str, data_year: int) -> tuple[pd.DataFrame, list[Problem]]:
    """Read hourly series of the catalogue; once likewise."""
    table, problems = _kept_hours(path, name, data_year, _state(path))
    return table.copy(deep=False), list(problems)


def _state(path: Path) -> tuple[int, int]:
    """What changes when a file does: the time it was written at [ns], and its size [bytes]; zeros of none."""
    try:
        now = path.stat()
    except OSError:
        return 0, 0
    return now.st_mtime_ns, now.st_size


@lru_cache(maxsize=len(TABLES))
def _kept_table(path: Path, name: str, _state: tuple[int, int]) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    table, problems = _checked(path, name)
    return table, tuple(problems)


@lru_cache(maxsize=len(SERIES))
def _kept_hours(
    path: Path, name: str, data_year: int, _state: tuple[int, int]
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    table, problems = read_series(path, SERIES[name], data_year)
    return table, tuple(problems)


def _each_cell_once(problems: list[Problem]) -> list[Problem]:
    """Problems, sorted; that a cell points to nothing is told once, and not of one that is wrong in itself."""
    found: dict[tuple[str, int, str], Problem] = {}
    others = {(one.file, one.line, one.field) for one in problems if NOWHERE not in one.message}
    kept = [one for one in problems if NOWHERE not in one.message]
    for problem in sorted(problems):
        place = (problem.file, problem.line, problem.field)
        if NOWHERE in problem.message and place not in others:
            found.setdefault(place, problem)
    return sorted({*kept, *found.values()})


NOWHERE = " is not in "


def _ids(own: Own, kind: TableSchema) -> set[str]:
    """What stands in the column of the key, in rows that are right or wrong; nothing where it cannot be read."""
    return {text for _, text in _column(own, kind.key[0])}


def _column(own: Own, name: str) -> list[tuple[int, str]]:
    """The cells of a column with their lines; none where there is no such column."""
    if not isinstance(own, Cells) or name not in own.heading:
        return []
    place = own.heading.index(name)
    return [(line, row[place].strip()) for line, row in own.lines if place < len(row)]


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
            cells = _read(source)
            wrong[name] += cells.problems
            if cells.problems or name not in whole:
                continue
            if change is appended and name == "sites":
                found = appended_sites(kinds[name], whole[name], tables["weather"], cells)
            else:
                found = change(name, kinds[name], whole[name], cells)
            wrong[name] += [*found.problems, *_faults(name, kinds[name], found.rows, cells.file)]
            any_rows = True
            whole[name] = _joined(kinds[name], whole[name], found.rows)
            tables["imputed"] = _with_cells(tables["imputed"], found)
    return any_rows, wrong


def _with_series(name: str, source: Own, data_year: int | None, tables: Tables, *, is_new: bool) -> list[Problem]:
    """Put series of one's own beside the catalogue's, each in place of one of the same name; return what is wrong."""
    if not isinstance(source, Path) or not is_new:
        message = "hourly series should be a file that is appended or stands in place of the catalogue's"
        return [Problem(_name(source), 0, name, message)]
    if data_year is None:
        return []
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


def _dangling(file: str, table: pd.DataFrame, kind: TableSchema, tables: Tables) -> list[Problem]:
    """Rows of the catalogue that point to what is not there, since the study has put something in its place."""
    problems = []
    for reference in kind.references:
        known = _known(reference, tables)
        if known is None:
            continue
        column, value_there = reference.where or (reference.column, None)
        referring = table if value_there is None else table[table[column] == value_there]
        for line, value in referring[reference.column].items():
            if value not in known and value != "":  # a place need not be named where it may be left out
                problems.append(_nowhere(file, int(str(line)), reference, str(value), known))
    return problems


def _dangling_cells(own: Own, kind: TableSchema, tables: Tables) -> list[Problem]:
    """Cells of a study's own that point to what is not there, whatever else is wrong with their row."""
    problems = []
    for reference in kind.references:
        known = _known(reference, tables)
        if known is None:
            continue
        column, value_there = reference.where or (reference.column, None)
        about = dict(_column(own, column))
        for line, value in _column(own, reference.column):
            if value and value not in known and value_there in (None, about.get(line)):
                problems.append(_nowhere(_name(own), line, reference, value, known))
    return problems


def _nowhere(file: str, line: int, reference: Reference, value: str, known: list[str]) -> Problem:
    message = f"{value!r} is not in {reference.table}"
    return Problem(file, line, reference.column, message, did_you_mean(value, known) or one_of(known))


def _known(reference: Reference, tables: Tables) -> list[str] | None:
    """What a reference may name; None where that cannot be told."""
    if reference.table in tables.named:
        return sorted(tables.named[reference.table])
    if reference.table not in tables.sound:
        return None
    return [str(value) for value in tables[reference.table][reference.key].unique()]
