"""Rows that join the catalogue's, and cells that change in it: from any file, from the study itself, from Python."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import yaml

import siting
from siting.cli.template import template_of
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.files import cells_of
from siting.data.tables.notes.sites import site_notes
from siting.data.tables.of_study import tables_of
from siting.data.tables.reader import load_tables
from siting.data.tables.schema import LAYERS, TABLES
from siting.problems import InputError
from siting.study.study import Study

BARN = {"site_id": "my-barn", "name": "My barn", "latitude": 41.88, "longitude": -93.1}
"""In Iowa, east of Des Moines."""


@pytest.fixture(scope="module")
def catalogue() -> dict[str, pd.DataFrame]:
    return load_tables({})[0]


def study_of(folder: Path, tables: dict[str, Any], **fields: Any) -> Study:
    path = folder / "own.yaml"
    path.write_text(
        yaml.safe_dump({"extends": "us-small", "name": "own", "tables": tables, **fields}), encoding="utf-8"
    )
    return siting.load_study(path)


def row(study: Study, table: str = "sites", key: str = "site_id", identity: str = "my-barn") -> pd.Series:
    tables, problems = tables_of(study)
    assert problems == []
    return tables[table].set_index(key).loc[identity]


def refusal(study: Study) -> str:
    with pytest.raises(InputError) as caught:
        siting.prepare(study)
    return str(caught.value)


def test_place_needs_its_coordinates_alone(tmp_path: Path, catalogue: dict[str, pd.DataFrame]) -> None:
    """Polk, Iowa, is the candidate nearest to it; its county and its refusals are not the place's."""
    found = row(study_of(tmp_path, {"sites": {"append": [BARN]}}))
    polk = catalogue["sites"].set_index("site_id").loc["polk-ia"]
    taken = [name for name in polk.index if name not in ("name", "latitude", "longitude", "county_fips", "weather_id")]
    same = [name for name in taken if found[name] == polk[name] or pd.isna(polk[name])]
    assert set(taken) - set(same) == {"candidate_rank", "refusals_count", "source_id", "grade"}
    assert (found["county_fips"], found["source_id"], found["grade"]) == ("", "own", "assumed")
    assert pd.isna(found.get("refusals_count"))


def test_weather_is_that_of_the_nearest_weather_site(tmp_path: Path, catalogue: dict[str, pd.DataFrame]) -> None:
    there = catalogue["weather"].set_index("weather_id").loc["tmy-366"]
    place = {**BARN, "latitude": float(there["latitude"]), "longitude": float(there["longitude"])}
    assert row(study_of(tmp_path, {"sites": {"append": [place]}}))["weather_id"] == "tmy-366"


def test_what_is_stated_is_the_studys_own_and_the_rest_is_told(tmp_path: Path) -> None:
    """A tariff of one's own has no spread of the neighbour's: 55.5 may lie outside of it."""
    study = study_of(
        tmp_path, {"sites": {"append": [{**BARN, "tariff_usd_per_mwh": 55.5}]}}, sites=["my-barn", "polk-ia"]
    )
    case = siting.prepare(study)
    found = case.tables["sites"].set_index("site_id").loc["my-barn"]
    assert found["tariff_usd_per_mwh"] == 55.5
    assert pd.isna(found["tariff_low_usd_per_mwh"])
    cells = case.tables["imputed"].set_index(["row_id", "column"])
    assert cells.loc[("my-barn", "tariff_usd_per_mwh"), "rule"] == "stated in own.yaml"
    assert cells.loc[("my-barn", "tariff_usd_per_mwh"), "source_id"] == "own"
    assert cells.loc[("my-barn", "land_usd_per_ha"), "rule"].startswith("as at the nearest candidate, Polk, IA, 4")
    (note,) = site_notes(case)
    assert "site 'my-barn': 5" in note.message


def test_the_studys_own_places_are_always_candidates(tmp_path: Path) -> None:
    study = study_of(tmp_path, {"sites": {"append": [BARN]}}, sites={"candidates": 3})
    assert list(siting.prepare(study).axes["site"])[-1] == "my-barn"
    assert len(siting.prepare(study).axes["site"]) == 4


def test_cells_change_and_all_others_stay(tmp_path: Path, catalogue: dict[str, pd.DataFrame]) -> None:
    changes = {"sites": {"change": [{"site_id": "polk-ia", "land_usd_per_ha": 12345}]}, "storage": {"change": []}}
    del changes["storage"]
    found, before = tables_of(study_of(tmp_path, changes))[0]["sites"], catalogue["sites"]
    differs = (found != before) & ~(found.isna() & before.isna())
    assert [(int(r), c) for r, c in zip(*differs.to_numpy().nonzero(), strict=True)] == [
        (before.index[before["site_id"] == "polk-ia"][0], before.columns.get_loc("land_usd_per_ha"))
    ]
    assert list(found.dtypes) == list(before.dtypes)


@pytest.mark.parametrize(
    "kind", ["semicolons", "tabs", "sep", "remarks", "parquet", "geojson", "gpkg", "xlsx", "utf-8 with a mark"]
)
def test_any_file_says_the_same(tmp_path: Path, kind: str) -> None:
    table = pd.DataFrame([{**BARN, "tariff_usd_per_mwh": 55.5}])
    path = tmp_path / "mine.csv"
    if kind == "semicolons":
        path.write_text(table.to_csv(index=False, sep=";", decimal=","))
    elif kind == "tabs":
        path.write_text(table.to_csv(index=False, sep="\t"))
    elif kind == "sep":
        path.write_text("sep=;\n" + table.to_csv(index=False, sep=";"))
    elif kind == "remarks":
        path.write_text("# mine\n" + table.to_csv(index=False) + "# the end\n")
    elif kind == "utf-8 with a mark":
        path.write_text(table.to_csv(index=False), encoding="utf-8-sig")
    elif kind == "parquet":
        path = tmp_path / "mine.parquet"
        table.to_parquet(path)
    elif kind == "xlsx":
        pytest.importorskip("openpyxl")
        path = tmp_path / "mine.xlsx"
        table.to_excel(path, index=False)
    else:
        path = tmp_path / f"mine.{kind}"
        points = gpd.points_from_xy(table["longitude"], table["latitude"], crs=4326)
        places = gpd.GeoDataFrame(table.drop(columns=["latitude", "longitude"]), geometry=points)
        places.to_crs(3857 if kind == "gpkg" else 4326).to_file(path)
    found = row(study_of(tmp_path, {"sites": {"append": path.name}}))
    assert found["latitude"] == pytest.approx(41.88, abs=1e-9)
    assert found["longitude"] == pytest.approx(-93.1, abs=1e-9)
    assert (found["name"], found["tariff_usd_per_mwh"]) == ("My barn", 55.5)


def test_tables_of_pandas_and_geopandas_are_taken() -> None:
    study = siting.load_study("us-small")
    frame = pd.DataFrame([{**BARN, "county_fips": None}])
    own = study.model_copy(update={"tables": {"sites": {"append": frame}}})
    places = gpd.GeoDataFrame(
        frame[["site_id", "name"]], geometry=gpd.points_from_xy([-93.1], [41.88], crs=4326).to_crs(3857)
    )
    of_places = study.model_copy(update={"tables": {"sites": {"append": places}}})
    assert row(own)["latitude"] == row(of_places)["latitude"] == pytest.approx(41.88)
    assert json.loads(own.model_dump_json())["tables"]["sites"]["append"][0]["name"] == "My barn"


def test_another_table_gets_rows_too(tmp_path: Path) -> None:
    rack = {
        **pd.read_csv(catalog_path("racks")).set_index("rack_id").loc["gb200-nvl72"].dropna().to_dict(),
        "rack_id": "mine",
        "rack_usd": 5e6,
    }
    del rack["source_id"], rack["grade"], rack["rack_high_usd"]
    found = row(study_of(tmp_path, {"racks": {"append": [rack]}}), "racks", "rack_id", "mine")
    assert (found["rack_usd"], found["source_id"]) == (5e6, "own")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"append": "none.csv"}, "own.yaml:5: tables.sites.append: there is no file 'none.csv'; paths are seen from the study"),
        ({"append": [{**BARN, "latitude": 418.8}]}, "latitude: input should be at most 90 (got '418.8')"),
        ({"append": [{**BARN, "site_id": "polk-ia"}]}, "site_id: 'polk-ia' is in the table sites already; use 'change'"),
        ({"append": [BARN, dict(BARN)]}, "site_id: 'my-barn' stands already"),
        ({"append": [{**BARN, "tarif_usd_per_mwh": 50}]}, "tarif_usd_per_mwh: no such column; did you mean 'tariff_usd_per_mwh'?"),
        ({"append": [{"site_id": "a", "name": "A", "latitude": 40}]}, "longitude: missing column"),
        ({"append": [{**BARN, "grid_zone_id": "NOPE"}]}, "grid_zone_id: 'NOPE' is not in grid_zones"),
        ({"change": [{"site_id": "polk", "land_usd_per_ha": 1}]}, "site_id: 'polk' is not in the table sites; did you mean 'polk-ia'?"),
        ({"change": [{"land_usd_per_ha": 1}]}, "site_id: missing column"),
        ({"change": [{"site_id": "polk-ia", "land_usd_per_ha": -5}]}, "land_usd_per_ha: input should be"),
        ({}, "tables.sites: input should say replace, append or change"),
        (7, "tables.sites: input should be the path of a file, or a mapping of replace, append or change (got 7)"),
        ({"append": 7}, "tables.sites.append: input should be the path of a file, or a list of rows (got 7)"),
        ({"add": "x.csv"}, "tables.sites.add: no such field"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, table: Any, told: str) -> None:
    with pytest.raises(InputError) as caught:
        siting.prepare(study_of(tmp_path, {"sites": table}))
    assert told in str(caught.value)
    assert "missing value" not in str(caught.value)


def test_broken_weather_hides_no_place_and_breaks_nothing(tmp_path: Path) -> None:
    """Without a row to take from, a place of one's own was a traceback."""
    (tmp_path / "weather.csv").write_text("weather_id,name,latitude\n", encoding="utf-8")
    told = refusal(study_of(tmp_path, {"sites": {"append": [BARN]}, "weather": "weather.csv"}))
    assert "weather.csv:1: longitude: missing column" in told
    assert "own.yaml:6: there is no place to take from what is left out" in told


def test_series_in_a_study_are_refused(tmp_path: Path) -> None:
    told = refusal(study_of(tmp_path, {"series_weather": {"replace": [{"weather_id": "a", "hour": 0}]}}))
    assert "series_weather: hourly series should be a file of their own" in told


@pytest.mark.parametrize("table", [*TABLES, *LAYERS])
def test_template_is_a_table_that_can_be_read(tmp_path: Path, table: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(template_of(table), encoding="utf-8")
    heading, lines, problems = cells_of(path)
    assert (lines, problems) == ([], [])
    assert set(heading) == set({**TABLES, **LAYERS}[table].row.model_fields)


def test_filled_template_is_a_site(tmp_path: Path) -> None:
    """The heading as it is printed, and one line with four cells."""
    heading = next(csv.reader(io.StringIO(template_of("sites").splitlines()[-1])))
    line = ",".join(str(BARN.get(name, "")) for name in heading)
    (tmp_path / "mine.csv").write_text(template_of("sites") + line + "\n", encoding="utf-8")
    assert row(study_of(tmp_path, {"sites": {"append": "mine.csv"}}))["state"] == "IA"
