"""Carbon by balancing authority: levels and paths joined to the hours of a grid zone when a study is prepared."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from siting import Study, load_study
from siting.case.case import Array
from siting.data.components.grid import carbon_free_fraction, carbon_t_per_mwh, path_ratio
from siting.data.kinds.choice import Choice
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.choice.selection import choose_rows


def study(**changes: Any) -> Study:
    told = load_study("us-small").model_dump()
    for part, values in changes.items():
        told[part] = told[part] | values if isinstance(values, dict) else values
    return Study.model_validate(told)


@pytest.fixture(scope="module")
def choice() -> Choice:
    return choose_rows(study())


def with_tables(choice: Choice, **tables: pd.DataFrame) -> Choice:
    return dataclasses.replace(choice, tables=MappingProxyType({**choice.tables, **tables}))


def ratio_of_sites(choice: Choice) -> Array:
    """Path of the market region of each site, by period."""
    return path_ratio(choice, choice.tables["sites"]["emm_region_id"])


def test_hours_of_a_zone_take_the_level_of_the_authority(choice: Choice) -> None:
    """The mean over the year is the authority's, and hours keep their ratios; two sites of a zone may differ."""
    sites, levels = choice.tables["sites"], choice.tables["authority_carbon"].set_index("authority_id")
    wanted = sites["authority_id"].map(levels["carbon_average_kg_per_mwh"]) / 1000
    carbon = carbon_t_per_mwh(choice)
    assert carbon.mean(axis=1) == pytest.approx(wanted.to_numpy())
    hours = choice.series["series_grid"].at(sites["grid_zone_id"], "carbon_average_kg_per_mwh")
    assert carbon / carbon.mean(axis=1)[:, None] == pytest.approx(hours / hours.mean(axis=1)[:, None])


def test_carbon_free_share_has_the_level_unless_an_hour_would_pass_all(choice: Choice) -> None:
    """Scaling what burns fuel keeps every hour at 0 to 1; where no hour is cut, the mean is the authority's."""
    sites, levels = choice.tables["sites"], choice.tables["authority_carbon"].set_index("authority_id")
    wanted = sites["authority_id"].map(levels["carbon_free_fraction"]).to_numpy()
    free = carbon_free_fraction(choice)
    assert free.min() >= 0
    assert free.max() <= 1
    uncut = free.min(axis=1) > 0
    assert uncut.any()
    assert free.mean(axis=1)[uncut] == pytest.approx(wanted[uncut])


def test_site_without_an_authority_keeps_the_zones_hours(choice: Choice) -> None:
    nowhere = choice.tables["sites"].assign(authority_id="", emm_region_id="")
    carbon = carbon_t_per_mwh(with_tables(choice, sites=nowhere))
    hours = choice.series["series_grid"].at(nowhere["grid_zone_id"], "carbon_average_kg_per_mwh")
    assert carbon == pytest.approx(hours / 1000)
    assert (ratio_of_sites(with_tables(choice, sites=nowhere)) == 1).all()


def test_path_is_the_mean_of_the_years_of_a_period(choice: Choice) -> None:
    """Ratios 1, 0.6, 0.2 in 2025, 2030, 2035 by straight lines; 2034 to 2037 has 0.28 and thrice 0.2: 0.22.

    By the first year it would be 0.28; before the first year the ratio is 1.
    """
    path = pd.DataFrame({"emm_region_id": "R", "year": [2025, 2030, 2035], "carbon_ratio": [1.0, 0.6, 0.2]})
    sites = choice.tables["sites"].iloc[:1].assign(emm_region_id="R")
    told = choice.study.model_dump()
    told["horizon"]["base_year"] = 2024
    told["horizon"]["periods"] = [{"year": 2024, "length_yr": 1}, {"year": 2034, "length_yr": 4}]
    for kind in ("inference_mw", "batch_mw", "training_mw"):
        told["demand"][kind] = {2024: 1.0, 2034: 1.0}
    asked = dataclasses.replace(with_tables(choice, sites=sites, carbon_path=path), study=Study.model_validate(told))
    assert ratio_of_sites(asked) == pytest.approx(np.array([[1.0, 0.22]]))


def test_own_series_are_whole(tmp_path: Path) -> None:
    """Who brings hours of the grid means their carbon: no level of the catalogue is laid over it, and no path."""
    own = tmp_path / "series_grid.parquet"
    pd.read_parquet(catalog_path("series_grid")).query("year == 2022").drop(columns="year").to_parquet(own)
    asked = choose_rows(study(tables={"series_grid": str(own)}))
    hours = asked.series["series_grid"].at(asked.tables["sites"]["grid_zone_id"], "carbon_average_kg_per_mwh")
    assert carbon_t_per_mwh(asked) == pytest.approx(hours / 1000)
    assert (ratio_of_sites(asked) == 1).all()


def test_licence_of_the_levels_is_told_where_they_are_used(choice: Choice) -> None:
    """The table names its source, whose notice the reports print; no other table holds the levels."""
    source = choice.tables["sources"].set_index("source_id").loc["electricity-maps-yearly"]
    assert source["licence"] == "ODbL 1.0"
    assert "Open Database License" in source["notice"]
    assert choice.tables["authority_carbon"]["source_id"].eq("electricity-maps-yearly").all()
    assert choice.tables["grid_zones"]["carbon_basis"].str.contains("Electricity Maps, ODbL").all()


def test_paths_begin_at_one_after_the_jump() -> None:
    """History and projections of the raw file meet in 2024 and 2025; a path starts with the projections."""
    path = pd.read_csv(catalog_path("carbon_path"))
    assert path["year"].min() == 2025
    assert path.loc[path["year"] == 2025, "carbon_ratio"].eq(1).all()
    assert path["carbon_low_ratio"].le(path["carbon_ratio"]).all()
    assert path["carbon_high_ratio"].ge(path["carbon_ratio"]).all()


def test_interconnections_are_not_crossed() -> None:
    """A county of Texas's grid is in its authority, and no other is; so in New England and New York."""
    sites = pd.read_csv(catalog_path("sites"))
    for zone, authority in (("ERCO", "US-TEX-ERCO"), ("ISNE", "US-NE-ISNE"), ("NYIS", "US-NY-NYIS")):
        assert sites.loc[sites["grid_zone_id"] == zone, "authority_id"].eq(authority).all()
        assert sites.loc[sites["authority_id"] == authority, "grid_zone_id"].eq(zone).all()
