"""Places of a study's own: what it does not state of them is taken from the nearest place that the catalogue knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.data.kinds.table import TableSchema
from siting.data.tables.checking import checked_rows
from siting.data.tables.files import Line
from siting.data.tables.own_rows import Cells, Changed, of_unknown_columns, stated_cells, with_source
from siting.data.tables.provenance import OWN
from siting.data.tables.reading import column_problems
from siting.geography import great_circle_km
from siting.problems import Problem
from siting.quantities import split

__all__ = ["appended_sites"]

MUST = ("site_id", "name", "latitude", "longitude")
"""What nobody but the user knows."""
NOT_TAKEN = frozenset({*MUST, "county_fips", "candidate_rank", "refusals_count", "source_id", "grade"})
"""What is a place's own, and no neighbour's."""


@dataclass(frozen=True)
class _Nearest:
    """The nearest row of a table, and how far it lies from a place [km]."""

    row: pd.Series
    km: float


def appended_sites(kind: TableSchema, sites: pd.DataFrame, weather: pd.DataFrame, own: Cells) -> Changed:
    """Return sites of a study's own, whole.

    Weather is that of the nearest weather site, all else that of the nearest candidate of the catalogue. Consent is of
    counties: a place has none of its neighbour's, and is in no county if it names none.

    Parameters
    ----------
    kind
        What a row is.
    sites, weather
        The catalogue's.
    own
        The places: `site_id`, `name`, `latitude`, `longitude`, and whatever else is known of them.
    """
    fields = list(kind.row.model_fields)
    problems = column_problems(own.file, own.heading, fields, set(fields) - set(MUST), own.line)
    if problems:
        return of_unknown_columns(kind, sites, own, problems)
    stated_heading, stated_lines = with_source(own)
    heading = [column for column in fields if column in sites or column in stated_heading]
    lines: list[Line] = []
    filled: dict[int, list[dict[str, str]]] = {}
    for line, cells in stated_lines:
        if len(cells) != len(stated_heading):
            problems.append(Problem(own.file, line, "", f"{len(cells)} cells under a heading of {len(own.heading)}"))
            continue
        stated = dict(zip(stated_heading, cells, strict=True))
        if sites.empty or weather.empty:
            problems.append(Problem(own.file, line, "", "there is no place to take from what is left out"))
            continue
        near, of_weather = _nearest(sites, stated), _nearest(weather, stated)
        taken = dict(_taken(stated, near or _Nearest(sites.iloc[0], 0.0), of_weather or _Nearest(weather.iloc[0], 0.0)))
        lines.append((line, [stated.get(column) or taken.get(column, ("", ""))[0] for column in heading]))
        filled[line] = [
            {
                "table": "sites",
                "row_id": stated["site_id"].strip(),
                "column": column,
                "rule": rule,
                "source_id": str(near.row["source_id"]) if near else OWN,
                "grade": "assumed",
            }
            for column, (_, rule) in taken.items()
        ]
    rows, found = checked_rows(own.file, heading, lines, kind.row)
    known = set(sites["site_id"])
    twice = [
        Problem(own.file, line, "site_id", f"{site!r} is in the table sites already", "use 'change'")
        for line, site in zip(map(int, rows.index), rows["site_id"], strict=True)
        if site in known
    ]
    of_rows = [cell for line in map(int, rows.index) for cell in filled[line]]
    return Changed(rows, (*stated_cells("sites", kind, rows, own), *of_rows), (*problems, *found, *twice))


def _nearest(table: pd.DataFrame, stated: dict[str, str]) -> _Nearest | None:
    """The row of a table that lies nearest to a place; None where that has no coordinates that can be."""
    try:
        latitude, longitude = float(stated["latitude"]), float(stated["longitude"])
    except ValueError:
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    away = great_circle_km(latitude, longitude, table["latitude"].to_numpy(), table["longitude"].to_numpy())
    position = int(np.argmin(away))
    return _Nearest(table.iloc[position], float(away[position]))


def _spreads(column: str) -> tuple[str, ...]:
    """Columns of how far a value may be off; a neighbour's are about its own value."""
    try:
        stem, unit = split(column)
    except ValueError:
        return ()
    return f"{stem}_low_{unit}", f"{stem}_high_{unit}"


def _taken(stated: dict[str, str], near: _Nearest, of_weather: _Nearest) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the columns that are left empty, each with what is taken for it and by which rule.

    Where a place has no coordinates that can be, any neighbour serves: they alone are then told as wrong.
    """
    if "candidate_rank" in near.row and not stated.get("candidate_rank", "").strip():
        yield "candidate_rank", ("1", "a place of the study's own is always a candidate")
    spreads = {spread for column, cell in stated.items() if cell.strip() for spread in _spreads(column)}
    for column, value in near.row.items():
        name = str(column)
        if name in NOT_TAKEN or name in spreads or stated.get(name, "").strip():
            continue
        if name == "weather_id":
            where = f"{of_weather.row['name']}, {of_weather.km:.0f} km away"
            yield name, (str(of_weather.row["weather_id"]), f"the nearest weather site, {where}")
        elif value is not None and value == value and value != "":
            text = f"{value:.17g}" if isinstance(value, float) else str(value)
            yield name, (text, f"as at the nearest candidate, {near.row['name']}, {near.km:.0f} km away")
