"""The data dictionary: every column of every table, from the row models and the table of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from generate.kinds import kind
from generate.project import ABOUT, LAYERS, SERIES, TABLES, UNITS, chosen_of, siting, unit
from generate.text import page, table

OPENING = """
The catalogue is a set of small tables with hourly series beside them. A study may replace any of them by a file of its
own under `tables`: the same columns, in any order. `siting show STUDY --table NAME` prints the rows that a study
chooses, with the source and grade of each value; a grade is *measured*, *modelled* or *assumed*.
"""
OWN = """
Nobody publishes these for the country, so the catalogue has none: a study without such a file has no rows of them.
"""
HOURLY = """
Parquet files, 8,760 hours a year, in UTC. Series that meet in one hour are of one year.
"""


def tables_page() -> str:
    """Return the page."""
    _, catalogue = chosen_of(siting.load_study("us-small"))
    columns = {(str(row.table), str(row.column)): row for row in catalogue["columns"].itertuples()}
    own = [name for name in LAYERS if name not in TABLES]
    values = [_table(name, TABLES[name], columns) for name in TABLES if name not in ABOUT]
    about = [_table(name, TABLES[name], columns) for name in TABLES if name in ABOUT]
    brought = [_table(name, LAYERS[name], columns) for name in own]
    series = [_series(name, columns) for name in SERIES]
    return page(
        "Data dictionary",
        OPENING,
        *values,
        "## Tables of your own alone",
        OWN,
        *brought,
        "## Hourly series",
        HOURLY,
        *series,
        "## Tables about the tables",
        *about,
        "## Sources of the catalogue",
        _sources(catalogue["sources"]),
    )


def _table(name: str, described: Any, columns: Mapping[tuple[str, str], Any]) -> str:
    """Return the part of one table."""
    schema = described.row.model_json_schema()
    pointers = {
        reference.column: reference.table for reference in described.references if reference.table not in SERIES
    }
    rows = []
    for column, field in schema["properties"].items():
        row = columns.get((name, column))
        text = str(row.description) if row is not None else ""
        to = pointers.get(column)
        points = f"; key of [{to}](#{to})" if to else ""
        graded = f"{row.source_id}, {row.grade}" if row is not None else ""
        rows.append((f"`{column}`", _unit(column), kind(field), f"{text}{points}".lstrip("; "), graded))
    key = ", ".join(f"`{column}`" for column in described.key)
    level = "###" if name not in TABLES or name in ABOUT else "##"
    listed = table(["Column", "Unit", "Takes", "What it is", "Source and grade"], rows)
    return f"{level} `{name}` {{ #{name} }}\n\n{schema.get('description', '')}\n\nKey: {key}.\n\n{listed}"


def _series(name: str, columns: Mapping[tuple[str, str], Any]) -> str:
    """Return the part of one set of series."""
    series = SERIES[name]
    rows = []
    for column, bounds in series.columns.items():
        row = columns.get((name, column))
        limits = f"{bounds.least:g} to {bounds.most:g}" + ("; may be missing" if bounds.optional else "")
        graded = f"{row.source_id}, {row.grade}" if row is not None else ""
        rows.append((f"`{column}`", _unit(column), limits, str(row.description) if row is not None else "", graded))
    key = f"Key: `{series.key}`, `hour`" + (", `year`." if series.by_year else ".")
    listed = table(["Column", "Unit", "Range", "What it is", "Source and grade"], rows)
    return f"### `{name}` {{ #{name} }}\n\n{key}\n\n{listed}"


def _unit(column: str) -> str:
    try:
        return unit(column).label
    except ValueError:
        return UNITS[column].label if column in UNITS else ""


def _sources(frame: pd.DataFrame) -> str:
    return table(
        ["Id", "Source", "Licence", "Grade"],
        (
            (
                f"`{row['source_id']}`",
                f"{_linked(row['title'], row['url'])}. {row['publisher']}, {row['year']}.{_notice(row['notice'])}",
                row["licence"],
                row["grade"],
            )
            for row in frame.to_dict("records")
        ),
    )


def _linked(title: str, url: object) -> str:
    return f"[{title}]({url})" if isinstance(url, str) and url.startswith("http") else title


def _notice(notice: object) -> str:
    return f" {notice}" if isinstance(notice, str) and notice else ""
