"""The comparison of cooling technologies as text."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from siting.cli.place_cooling import BEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from siting.cli.place_cooling import PlaceWeather

__all__ = ["heading", "notes", "shown"]

MARK = "*"
NONE = "-"


def _number(column: str, form: str, scale: float = 1.0) -> Callable[[Mapping[str, Any]], str]:
    def text(row: Mapping[str, Any]) -> str:
        value = row[column]
        return NONE if value is None or math.isnan(value) else f"{scale * value:{form}}"

    return text


def _band(row: Mapping[str, Any]) -> str:
    return f"{row['pue_p5']:.2f}-{row['pue_p95']:.2f}"


COLUMNS: tuple[tuple[str, str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("cooling_id", "technology", lambda row: str(row["cooling_id"])),
    ("pue", "PUE", _number("pue", ".3f")),
    ("", "5-95 %", _band),
    ("tue", "TUE", _number("tue", ".3f")),
    ("wue_l_per_kwh", "WUE", _number("wue_l_per_kwh", ".2f")),
    ("source_water_l_per_kwh", "source", _number("source_water_l_per_kwh", ".2f")),
    ("peak_day_l_per_kwh", "peak day", _number("peak_day_l_per_kwh", ".2f")),
    ("heat_reusable_fraction", "heat %", _number("heat_reusable_fraction", ".0f", 100)),
    ("", "C", _number("heat_temperature_c", ".0f")),
    ("carried_fraction", "carried %", _number("carried_fraction", ".0f", 100)),
    ("max_rack_kw", "kW/rack", _number("max_rack_kw", ".0f")),
    ("hall_usd_per_mw", "M USD/MW", _number("hall_usd_per_mw", ".1f", 1e-6)),
    ("", "grade", lambda row: str(row["grade"]) or NONE),
)
"""Column by which the best are found (none if empty), heading, and text of a cell."""


def heading(place: PlaceWeather) -> str:
    """Say whose weather it is, how far away and of which climate."""
    north, east = "N" if place.latitude >= 0 else "S", "E" if place.longitude >= 0 else "W"
    where = f"{abs(place.latitude):.2f} {north}, {abs(place.longitude):.2f} {east}"
    far = "" if math.isnan(place.distance_km) else f", {place.distance_km:,.0f} km away"
    return f"Weather of {place.name} ({where}{far}), climate zone {place.climate_zone}, from {place.source}"


def shown(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the headings and the rows as they are printed, the best values of each column marked.

    Values that are printed alike are marked alike; a column of which all are the best has no mark.

    Parameters
    ----------
    table : DataFrame
        From `siting.cli.place_cooling.compare`.
    """
    records = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    columns = [[text(row) for row in records] for _, _, text in COLUMNS]
    for (key, _, _), cells in zip(COLUMNS, columns, strict=True):
        known = table[key].dropna() if key in BEST else table["pue"].iloc[:0]
        if len(known) < 2:
            continue
        extreme = known.min() if BEST[key] == "min" else known.max()
        best = cells[list(table[key]).index(extreme)]
        if set(cells) != {best}:
            cells[:] = [f"{cell}{MARK if cell == best else ' '}" for cell in cells]
    return [tuple(name for _, name, _ in COLUMNS), *zip(*columns, strict=True)]


def notes(table: pd.DataFrame) -> str:
    """Say what the columns mean."""
    grades = sorted(set(table["grade"]) - {""})
    costs = f" Costs are {' and '.join(grades)}." if grades else ""
    text = (
        f"{MARK} the best of its column. PUE: mean of the year at full load; 5-95 %: of its parameters' plausible "
        "values. TUE "
        "counts the servers' fans as overhead. WUE: L of water for each kWh of IT, on site; source: with that of the "
        "power stations; peak day: on site on the thirstiest day (times 24: m3 for each MW of IT). Heat: share of the "
        "IT power that leaves in water of so many degrees, had somebody a use for it. Carried: share of the full load "
        f"that is cooled in the hottest hour; below 100 the hall must derate.{costs}"
    )
    return textwrap.fill(text, 118)
