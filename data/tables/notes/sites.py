"""What is allowed of the sites of a study and probably not meant, and what was filled in of its own ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.geography import great_circle_km
from siting.problems import Problem

if TYPE_CHECKING:
    from siting.case.case import Case

__all__ = ["FAR_KM", "site_notes"]

FAR_KM = 300.0
"""From where on the weather of a weather site is not that of a place."""
DEGREES_PER_HOUR = 15.0
OFFSET_H = 2.5
"""What legal time may differ from the sun's: China's west and the summer time of Spain are within it."""
CENTS_PER_KWH_USD_PER_MWH = 10.0
TARIFF_MOST_RATIO = 6.0
"""Of the market's cheapest year: no tariff of the catalogue is above it, so ten times one that is was no tariff."""
NEAR_KM = 100.0
"""How near a place lies to its weather once its coordinates are put right."""

DISTANT = "km away"


def site_notes(case: Case) -> tuple[Problem, ...]:
    """Return what is odd about a study's own sites, each with what may have been meant.

    The catalogue's are left alone: where one has the weather of a place like it rather than of its nearest, that is so.

    Parameters
    ----------
    case : Case
        Holds the chosen sites, their weather sites and grid zones.
    """
    if "sites" not in case.study.tables:
        return ()
    return tuple(
        case.study.problem("tables.sites", message, hint)
        for found in (_places(case), _offsets(case), _tariffs(case), _headrooms(case), _filled(case))
        for message, hint in found
    )


def _places(case: Case) -> Iterator[tuple[str, str]]:
    """Places that lie far from their weather, as those do whose coordinates are swapped or lack a sign."""
    sites, weather = case.tables["sites"], case.tables["weather"].set_index("weather_id")
    if not {"latitude", "longitude"} <= set(sites) or weather.empty:
        return
    for site, latitude, longitude, identity in sites[["site_id", "latitude", "longitude", "weather_id"]].itertuples(
        index=False, name=None
    ):
        there = weather.loc[identity]
        away = _km(latitude, longitude, there)
        if away <= FAR_KM:
            continue
        meant = {
            "latitude and longitude may be swapped": (longitude, latitude),
            f"the longitude may lack its sign: {-longitude:g}": (latitude, -longitude),
            f"the latitude may lack its sign: {-latitude:g}": (-latitude, longitude),
        }
        hint = next((text for text, (y, x) in meant.items() if abs(y) <= 90 and _km(y, x, there) < NEAR_KM), "")
        yield (
            f"site '{site}' lies {away:,.0f} km from its weather, {identity} ({there['name']})",
            hint or "name one that is nearer (siting show STUDY --table weather), or bring its own: siting data import",
        )


def _km(latitude: float, longitude: float, there: pd.Series) -> float:
    return float(great_circle_km(latitude, longitude, float(there["latitude"]), float(there["longitude"])))


def _offsets(case: Case) -> Iterator[tuple[str, str]]:
    """Times that are not those of the place."""
    for site, longitude, offset in case.tables["sites"][["site_id", "longitude", "utc_offset_h"]].itertuples(
        index=False, name=None
    ):
        of_sun = longitude / DEGREES_PER_HOUR
        if abs((offset - of_sun + 12) % 24 - 12) > OFFSET_H:
            yield (
                f"site '{site}' has the time of UTC {offset:+g} h at a longitude of {longitude:g}",
                f"there the sun is at {of_sun:+.1f} h",
            )


def _tariffs(case: Case) -> Iterator[tuple[str, str]]:
    """Tariffs below what their own zone's market pays in its cheapest year: all of the catalogue's lie above."""
    wholesale = case.tables.get("wholesale_levels")
    sites = case.tables["sites"]
    if wholesale is None or wholesale.empty:
        return
    levels = wholesale.groupby("grid_zone_id")["wholesale_usd_per_mwh"].min()
    for site, zone, tariff in zip(sites["site_id"], sites["grid_zone_id"], sites["tariff_usd_per_mwh"], strict=True):
        level = levels.get(zone, np.nan)
        if tariff < level:
            in_cents = CENTS_PER_KWH_USD_PER_MWH * tariff
            hint = f"is it in cents? {in_cents:g} USD/MWh" if level <= in_cents <= TARIFF_MOST_RATIO * level else ""
            yield f"site '{site}' pays {tariff:g} USD/MWh, less than its zone's market, {level:.0f}", hint


def _headrooms(case: Case) -> Iterator[tuple[str, str]]:
    """Headroom beyond all that the lines into a place's county carry."""
    sites = case.tables["sites"]
    if "transfer_mw" not in sites:
        return
    for site, headroom, carried in sites[["site_id", "headroom_mw", "transfer_mw"]].itertuples(index=False, name=None):
        if headroom > carried:
            hint = f"is it in kW? {headroom / 1000:g} MW" if headroom / 1000 > 1 and headroom > 10 * carried else ""
            yield f"site '{site}' has a headroom of {headroom:,.0f} MW where all lines carry {carried:,.0f} MW", hint


def _filled(case: Case) -> Iterator[tuple[str, str]]:
    """Values of the study's own sites that a neighbour's stand in for."""
    cells = case.tables.get("imputed")
    if cells is None or cells.empty:
        return
    taken = cells[(cells["table"] == "sites") & cells["rule"].str.endswith(DISTANT)]
    for site, rows in taken.groupby("row_id", sort=True):
        rules = rows["rule"].value_counts()
        told = "; ".join(f"{count} values {rule}" if count > 1 else str(rule) for rule, count in rules.items())
        yield f"site '{site}': {told}", f"see them: siting show {case.study.name} --table imputed"
