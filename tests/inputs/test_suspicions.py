"""What is allowed of a site and odd is suspected aloud, and what lies just within what is usual is not."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
import pytest
import yaml

import siting
from siting.case.case import Case
from siting.data.importing.hourly_files import Hours
from siting.data.importing.writing import odd_levels
from siting.data.outline import outline
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.notes.sites import site_notes
from siting.data.tables.schema import SERIES
from siting.data.tables.series_files import read_series

PLACE = {"site_id": "barn", "name": "Barn", "latitude": 41.88, "longitude": -93.1}
"""In Iowa, east of Des Moines."""
ATLANTA = (33.6, -84.4)
"""Latitude and longitude of weather whose coordinates may stand in each other's place."""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    path = tmp_path_factory.mktemp("suspected") / "own.yaml"
    fields = {
        "extends": "us-small",
        "name": "own",
        "sites": ["barn", "polk-ia"],
        "tables": {"sites": {"append": [PLACE]}},
    }
    path.write_text(yaml.safe_dump(fields), encoding="utf-8")
    return outline(siting.load_study(path))


def told(case: Case, weather: tuple[float, float] | None = None, **stated: Any) -> list[str]:
    """What is suspected of the place, with its weather elsewhere and columns stated otherwise; not what was filled in."""
    sites, there = case.tables["sites"].iloc[[0]].assign(**stated), case.tables["weather"]
    if weather is not None:
        there = there.assign(latitude=weather[0], longitude=weather[1])
    notes = site_notes(dataclasses.replace(case, tables={**case.tables, "sites": sites, "weather": there}))
    return [str(note) for note in notes if not note.hint.startswith("see them: ")]


@pytest.mark.parametrize(
    ("weather", "place", "words"),
    [
        (None, {}, ""),  # as it is filled in
        # A degree of latitude is 111.1 km there: 2.69 of them are 299 km, 2.72 are 302.
        ((41.88, -93.1), {"latitude": 44.57}, ""),
        ((41.88, -93.1), {"latitude": 44.60}, "lies 302 km from its weather"),
        ((41.88, -93.1), {"latitude": 44.60}, "name one that is nearer"),
        (ATLANTA, {"latitude": 33.7, "longitude": -84.3, "utc_offset_h": -5}, ""),
        (ATLANTA, {"latitude": -84.4, "longitude": 33.6, "utc_offset_h": 2}, "latitude and longitude may be swapped"),
        (ATLANTA, {"latitude": 33.6, "longitude": 84.4, "utc_offset_h": 6}, "longitude may lack its sign: -84.4"),
        (ATLANTA, {"latitude": -33.6, "longitude": -84.4, "utc_offset_h": -5}, "latitude may lack its sign: 33.6"),
        # The sun is at -93.1 / 15 = -6.21 h, and legal time within 2.5 h of it: to -3.71.
        (None, {"utc_offset_h": -3.75}, ""),
        (None, {"utc_offset_h": -3.5}, "has the time of UTC -3.5 h at a longitude of -93.1; there the sun is at -6.2 h"),
        # Beyond the date line: 179 / 15 = 11.93 h is what -12 nearly is, and 4.07 h before -8.
        ((-16.8, 179.0), {"latitude": -16.8, "longitude": 179.0, "utc_offset_h": -12}, ""),
        ((-16.8, 179.0), {"latitude": -16.8, "longitude": 179.0, "utc_offset_h": -8}, "UTC -8 h at a longitude of 179"),
    ],
)  # fmt: skip
def test_places_and_times(case: Case, weather: tuple[float, float] | None, place: dict[str, float], words: str) -> None:
    found = told(case, weather, **place)
    assert len(found) == bool(words), found
    assert words in "".join(found)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.001, ""),
        (0.999, "less than its zone's market"),
        (0.15, "is it in cents?"),  # ten times it is 1.5 times the market
    ],
)
def test_tariff_and_the_market_of_its_zone(case: Case, ratio: float, words: str) -> None:
    """What is in cents a kWh is a tenth of USD/MWh; just below the market ten times it would be no tariff at all."""
    market = case.tables["wholesale_levels"]["wholesale_usd_per_mwh"].min()
    found = told(case, tariff_usd_per_mwh=ratio * market)
    assert len(found) == bool(words), found
    assert words in "".join(found)
    assert ("cents" in "".join(found)) == (ratio < 0.6)


@pytest.mark.parametrize(("ratio", "words"), [(1.0, ""), (1.001, "where all lines carry"), (20.0, "is it in kW?")])
def test_headroom_and_the_lines_of_its_county(case: Case, ratio: float, words: str) -> None:
    lines = float(case.tables["sites"]["transfer_mw"].iloc[0])
    found = told(case, headroom_mw=ratio * lines)
    assert len(found) == bool(words), found
    assert words in "".join(found)
    assert ("kW" in "".join(found)) == (ratio > 10)


def test_catalogue_is_not_suspected() -> None:
    assert site_notes(outline(siting.load_study("us-small"))) == ()


@pytest.mark.parametrize(
    ("column", "ratio", "words"),
    [
        ("wholesale_usd_per_mwh", 3.9, ""),
        ("wholesale_usd_per_mwh", 4.1, "is the unit right?"),
        ("wholesale_usd_per_mwh", 0.26, ""),
        ("wholesale_usd_per_mwh", 0.1, "is it in cents a kWh?"),
        ("wholesale_usd_per_mwh", 0.001, "is it of a kWh, or in t?"),
        ("carbon_average_kg_per_mwh", 0.06, ""),
        ("carbon_average_kg_per_mwh", 0.001, "is it of a kWh, or in t?"),
        ("carbon_average_kg_per_mwh", -1.0, ""),
        ("solar_fraction", 0.001, ""),
    ],
)
def test_hours_of_ones_own_and_those_of_the_zone_that_they_are_like(column: str, ratio: float, words: str) -> None:
    series = read_series(catalog_path("series_grid"), SERIES["series_grid"], 2022)[0]
    usual = series.loc[series["grid_zone_id"] == "ERCO", column].mean()
    found = odd_levels(Hours(pd.DataFrame({column: [ratio * usual] * 8760}), 2022, ()), "ERCO")
    assert len(found) == bool(words), found
    assert words in "".join(found)
    assert odd_levels(Hours(pd.DataFrame({column: [ratio * usual] * 8760}), 2022, ()), "NONE") == ()
