"""What the catalogue must hold: how many, where, with which provenance, in how many bytes."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd
import pytest

from siting.data.tables.catalogue import catalog_path
from siting.data.tables.reader import load_tables
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.quantities import KEYS, split
from siting.study.checks import PRICE_YEARS, WEATHER_YEAR

Tables = dict[str, pd.DataFrame]
SMALL = {
    "maricopa-az": "AZPS",
    "morrow-or": "BPAT",
    "san-joaquin-ca": "CISO",
    "ellis-tx": "ERCO",
    "polk-ia": "MISO",
    "niagara-ny": "NYIS",
    "loudoun-va": "PJM",
    "douglas-ga": "SOCO",
}


def test_there_are_enough_sites_in_every_state_and_zone(tables: Tables) -> None:
    sites = tables["sites"]
    assert len(sites) >= 120
    assert sites["state"].nunique() == 48
    assert set(sites["grid_zone_id"]) == set(tables["grid_zones"]["grid_zone_id"])
    assert sites.set_index("site_id")["grid_zone_id"][list(SMALL)].to_dict() == SMALL


def test_there_are_enough_metros_and_all_but_few_people_live_near_a_site(tables: Tables) -> None:
    zones = tables["zones"]
    assert len(zones) >= 60
    assert zones["population_count"].sum() > 2e8
    assert zones["zone_id"].is_monotonic_increasing


def test_no_site_stands_twice_at_one_place(tables: Tables) -> None:
    sites = tables["sites"]
    assert not sites.duplicated(["latitude", "longitude"]).any()
    assert not sites.duplicated("county_fips").any()


def test_every_column_is_described_and_every_description_has_its_column(tables: Tables) -> None:
    described = set(zip(tables["columns"]["table"], tables["columns"]["column"], strict=True))
    of_year = {(name, "year") for name, series in SERIES.items() if series.by_year}  # told by the study
    catalogue = {name: table for name, table in tables.items() if name not in LAYERS}
    assert described - of_year == {(name, column) for name, table in catalogue.items() for column in table.columns}
    assert of_year < described


def test_every_source_is_used(tables: Tables) -> None:
    used = {source for table in tables.values() if "source_id" in table for source in table["source_id"]}
    assert "electricity-maps" in used
    catalogue_only = {"bls-cpi-u", "epoch-clusters"}  # behind the values, not of any one column
    physics = {"energyplus-curves", "lei-masanet-2020"}
    assert set(tables["sources"]["source_id"]) <= used | catalogue_only | physics


def test_every_filled_cell_exists_and_says_how(tables: Tables) -> None:
    for row in tables["imputed"].to_dict("records"):
        table = tables[row["table"]]
        assert row["column"] in table.columns
        assert row["row_id"] in set(table[TABLES[row["table"]].key[0]])
        assert row["grade"] != "measured"


def test_numbers_are_named_with_their_unit(tables: Tables) -> None:
    for name, table in tables.items():
        for column in table.select_dtypes("number").columns:
            if column not in KEYS:
                split(column)  # raises if the unit is not of the closed set
        assert not [column for column in table.columns if column != column.lower()], name


@pytest.mark.parametrize("name", SERIES)
def test_series_are_whole_and_compact(name: str, tables: Tables) -> None:
    key = SERIES[name].key
    assert tables[name].groupby(key).size().eq(8760).all()
    table = "grid_zones" if key == "grid_zone_id" else "weather"
    known = set(tables[table][key])
    assert set(tables[name][key]) == (set() if name == "series_carbon" else known)  # 2022 needs none


@pytest.mark.parametrize("year", PRICE_YEARS)
def test_series_of_every_year_are_whole(year: int) -> None:
    tables, problems = load_tables({}, year)
    assert not problems
    assert tables["series_grid"].groupby("grid_zone_id").size().eq(8760).all()
    assert len(tables["series_grid"]) == 17 * 8760
    own = set(tables["series_carbon"]["grid_zone_id"])
    assert own == (set() if year == WEATHER_YEAR else {"CISO", "ERCO", "NYIS", "PJM"})
    for column in ("solar_fraction", "wind_fraction"):
        present = tables["series_grid"].loc[tables["series_grid"][column].notna(), "grid_zone_id"].unique()
        assert (set(present) == own) == (year != WEATHER_YEAR)


def test_there_are_no_other_years() -> None:
    assert tuple(sorted(pd.read_parquet(catalog_path("series_grid"), columns=["year"])["year"].unique())) == PRICE_YEARS


def test_what_is_share_alike_has_its_own_file_and_its_notice(tables: Tables) -> None:
    """Electricity Maps: in `series_carbon` and `authority_carbon` alone, with a notice that names the licence."""
    shared = tables["sources"][tables["sources"]["licence"].str.contains("ODbL|SA", regex=True)]
    assert shared["source_id"].tolist() == ["electricity-maps", "electricity-maps-yearly"]
    assert shared["notice"].str.contains("ODbL").all()
    holding = tables["columns"][tables["columns"]["source_id"].isin(shared["source_id"])]
    assert set(holding["table"]) == {"series_carbon", "authority_carbon"}
    apart = ("sources", "columns", "authority_carbon")
    rows = [name for name, table in tables.items() if name not in apart and "source_id" in table]
    assert not [name for name in rows if tables[name]["source_id"].isin(shared["source_id"]).any()]


def test_the_catalogue_is_small() -> None:
    folder = files("siting.data") / "catalog"
    size = sum(len(entry.read_bytes()) for entry in folder.iterdir() if entry.is_file())
    assert size < 12e6
