"""Hourly series read from CSV and Parquet: ids stay text as they are written, numbers are checked by column."""

from __future__ import annotations

import dataclasses
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from siting.data.tables.reading import column_problems, text_of, unreadable
from siting.data.tables.schema import Bounds, SeriesSchema
from siting.problems import InputError, Problem
from siting.quantities import HOURS_PER_YEAR

__all__ = ["DATA_YEAR", "names_of_series", "read_other_year", "read_series"]

DATA_YEAR = 2022
"""Year in which all hourly series of the grid are of the same hours."""
_NO_COLUMN = "__index_level_"
"""What the names of columns begin with that are a table's numbering of its rows."""
SHOWN_SERIES = 20  # of one mistake in one column: a wrong unit would else print a line for each of hundreds of series


def read_series(path: Path, series: SeriesSchema, data_year: int = DATA_YEAR) -> tuple[pd.DataFrame, list[Problem]]:
    """Read hourly series and check them by column.

    Parameters
    ----------
    path
        Parquet, or CSV with a heading, with the key, `hour` and the columns of the series.
    series
        Names and bounds of the columns.
    data_year
        Year whose hours are wanted, of a file that has a column ``year``.

    Returns
    -------
    table : pandas.DataFrame
        Sorted by key and hour, numbers as float64; empty if anything is wrong.
    problems : list of Problem
        At most one by key, column and kind, with a line for CSV.
    """
    names = [series.key, "hour", *series.columns]
    file = path.name
    try:
        table = _of_parquet(path, series, data_year) if path.suffix == ".parquet" else _of_csv(path, series)
        if series.by_year and "year" in table:
            table = _of_year(file, table, data_year)
            if table.empty and not series.some_years:
                hint = "the year of the study is its time.data_year"
                raise InputError([Problem(file, 0, "year", f"no hours of {data_year}", hint)])
    except InputError as error:
        return pd.DataFrame(columns=names), list(error.problems)
    except (OSError, ValueError, TypeError, NotImplementedError, pa.ArrowException) as error:  # Arrow has not all kinds
        return pd.DataFrame(columns=names), [Problem(file, 0, "", unreadable(error))]
    problems = column_problems(file, list(table.columns), names)
    if not {series.key, "hour"} <= set(table.columns):
        return pd.DataFrame(columns=names), problems
    first_line = 0 if path.suffix == ".parquet" else 2
    hour = _numbers(table["hour"])
    problems += _hour_problems(file, table[series.key], hour)
    for name, bounds in series.columns.items():
        if name in table:
            table[name], found = _checked(file, table[name], table[series.key], name, bounds, first_line)
            problems += found
    if problems:
        return pd.DataFrame(columns=names), problems
    table["hour"] = hour.astype("int64")
    in_order = table["hour"].to_numpy().reshape(-1, HOURS_PER_YEAR) == np.arange(HOURS_PER_YEAR)
    if not (in_order.all() and table[series.key].iloc[::HOURS_PER_YEAR].is_monotonic_increasing):
        table = table.sort_values([series.key, "hour"], ignore_index=True, kind="stable")
    return table[names].reset_index(drop=True), problems


def names_of_series(path: Path, series: SeriesSchema) -> pd.DataFrame:
    """Read which series a Parquet file of the catalogue has, a row for each, without its hours.

    Parameters
    ----------
    path
        Parquet, whose rows have been checked when the catalogue was made.
    series
        Names the columns, of which only the key is filled.
    """
    ids = parquet.read_table(path, columns=[series.key], read_dictionary=[series.key]).column(0).unique()
    table = pd.DataFrame(columns=[series.key, "hour", *series.columns])
    table[series.key] = sorted(ids.to_pylist())
    return table


def read_other_year(path: Path, series: SeriesSchema, year: int) -> tuple[pd.DataFrame, list[Problem]]:
    """Read the hours of another year than the study's; none of a file that tells no years apart, or lacks this one.

    Parameters
    ----------
    path
        As in `read_series`.
    series
        Names and bounds of the columns.
    year
        The year.

    Returns
    -------
    table : pandas.DataFrame
        As of `read_series`.
    problems : list of Problem
        What is wrong with the hours of the year.
    """
    columns = parquet.read_schema(path).names if path.suffix == ".parquet" else list(pd.read_csv(path, nrows=0))
    if "year" not in [str(column).strip() for column in columns]:
        return pd.DataFrame(columns=[series.key, "hour", *series.columns]), []
    return read_series(path, dataclasses.replace(series, some_years=True), year)


def _of_csv(path: Path, series: SeriesSchema) -> pd.DataFrame:
    """Read a CSV file; what stands in the column of ids is text, whatever it looks like."""
    text, problems = text_of(path)
    if problems:
        raise InputError(problems)
    columns = ["hour", "year", *series.columns]
    table = pd.read_csv(
        io.StringIO(text),
        dtype={series.key: str},
        keep_default_na=False,  # NA and null are ids, and no numbers
        na_values={name: [""] for name in columns},
        skipinitialspace=True,
        low_memory=False,
    )
    if series.key in table:
        table[series.key] = table[series.key].str.strip()
    return table


def _of_parquet(path: Path, series: SeriesSchema, data_year: int) -> pd.DataFrame:
    """Read a Parquet file whose ids are text; of one with several years, only the hours of one."""
    schema = parquet.read_schema(path)
    problems = []
    of_ids = _type_of(schema, series.key)
    if of_ids is not None and not (pa.types.is_string(of_ids) or pa.types.is_large_string(of_ids)):
        hint = "an id such as 007 is kept only as text"
        problems.append(Problem(path.name, 0, series.key, f"ids should be text (the column holds {of_ids})", hint))
    of_years = _type_of(schema, "year")
    if series.by_year and of_years is not None and not pa.types.is_integer(of_years):
        problems.append(Problem(path.name, 0, "year", f"input should be whole numbers (the column holds {of_years})"))
    if problems:
        raise InputError(problems)
    one_year = [("year", "==", data_year)] if series.by_year and of_years is not None else None
    table = parquet.read_table(path, filters=one_year)
    table = table.drop_columns([name for name in table.column_names if name.startswith(_NO_COLUMN)])
    frame: pd.DataFrame = table.to_pandas(ignore_metadata=True)
    if series.key in frame and isinstance(frame[series.key].dtype, pd.CategoricalDtype):
        frame[series.key] = frame[series.key].astype(object)
    return frame


def _type_of(schema: pa.Schema, name: str) -> Any:
    """Type of a column, of the words themselves where it refers to a dictionary; None if there is no such column."""
    if name not in schema.names:
        return None
    kind = schema.field(name).type
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _of_year(file: str, table: pd.DataFrame, data_year: int) -> pd.DataFrame:
    """Keep the hours of one year, in a table that says of which each is."""
    year = _numbers(table.pop("year"))
    if year.isna().any():
        raise InputError([Problem(file, 0, "year", "input should be whole numbers")])
    return table[year == data_year]


def _numbers(column: pd.Series) -> pd.Series:
    """Column as float64, NaN for what is no number."""
    if column.dtype.kind not in "iuf":
        column = column.map(lambda cell: cell if isinstance(cell, str | int | float | Decimal) else None)
    return pd.to_numeric(column, errors="coerce").astype("float64")


def _hour_problems(file: str, key: pd.Series, hour: pd.Series) -> list[Problem]:
    """Each series has each hour from 0 to 8759 once."""
    if key.isna().any() or (key == "").any():
        return [Problem(file, 0, str(key.name), "missing value")]
    codes, identities = pd.factorize(key)
    counts = np.bincount(codes, minlength=len(identities))
    problems = [
        Problem(file, 0, "hour", f"{identity!r} has {count:,} hours; {HOURS_PER_YEAR:,} are wanted")
        for identity, count in zip(identities, counts, strict=True)
        if count != HOURS_PER_YEAR
    ]
    value = hour.to_numpy()
    inside = (value >= 0) & (value < HOURS_PER_YEAR) & (value == np.floor(value))
    seen = np.zeros((len(identities), HOURS_PER_YEAR), dtype=bool)
    seen[codes[inside], value[inside].astype(int)] = True
    problems += [
        Problem(file, 0, "hour", f"{identity!r} does not have each hour from 0 to {HOURS_PER_YEAR - 1} once")
        for identity, count, full in zip(identities, counts, seen.sum(axis=1) == HOURS_PER_YEAR, strict=True)
        if count == HOURS_PER_YEAR and not full
    ]
    return problems


def _checked(
    file: str, column: pd.Series, key: pd.Series, name: str, bounds: Bounds, first_line: int
) -> tuple[pd.Series, list[Problem]]:
    """Column as float64, and the first problem of each kind for each series."""
    number = _numbers(column)
    value = number.to_numpy()
    if np.all((value >= bounds.least) & (value <= bounds.most)):
        return number, []
    empty = column.isna()
    absent = empty.groupby(key).transform("all") if bounds.optional else pd.Series(False, index=column.index)
    finite = pd.Series(np.isfinite(value), index=column.index)
    kinds = {
        "input should be a number": number.isna() & ~empty,
        "missing value": empty & ~absent,
        "input should be a finite number": ~finite & number.notna(),
        f"input should be at least {bounds.least:g}": finite & (number < bounds.least),
        f"input should be at most {bounds.most:g}": finite & (number > bounds.most),
    }
    problems = []
    for message, wrong in kinds.items():
        found = pd.DataFrame({"key": key[wrong], "found": column[wrong]})
        count = found.groupby("key").size()
        for position, row in found.drop_duplicates("key").head(SHOWN_SERIES).iterrows():
            line = int(str(position)) + first_line if first_line else 0
            hours = int(count[row["key"]])
            where = f"{row['key']!r}, {hours:,} hour{'s' if hours > 1 else ''}"
            shown = "" if message == "missing value" else f" (got {row['found']!r})"
            problems.append(Problem(file, line, name, f"{message}{shown} in {where}"))
    return number, problems
