"""The catalogue's own files, read and checked once in a process."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

from siting.data.tables.one_table import checked_table
from siting.data.tables.schema import SERIES, TABLES
from siting.data.tables.series_files import read_series
from siting.problems import Problem

__all__ = ["catalog_path", "catalogue_hours", "catalogue_table"]


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


def catalogue_table(name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table of the catalogue; once in a process, as long as its file stays what it was.

    A sweep, a front or a page of instruments prepares tens of cases from the same tables, and two fifths of what
    preparing `us-small` takes is reading and checking them and their hours.
    """
    path = catalog_path(name)
    table, problems = _kept_table(path, name, _state(path))
    return table.copy(deep=False), list(problems)


def catalogue_hours(name: str, data_year: int) -> tuple[pd.DataFrame, list[Problem]]:
    """Read hourly series of the catalogue; once likewise."""
    path = catalog_path(name)
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
    table, problems = checked_table(path, name)
    return table, tuple(problems)


@lru_cache(maxsize=len(SERIES))
def _kept_hours(
    path: Path, name: str, data_year: int, _state: tuple[int, int]
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    table, problems = read_series(path, SERIES[name], data_year)
    return table, tuple(problems)
