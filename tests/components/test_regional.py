"""Rules of single regions: limits, fees, payments, closures; regions by state, county, grid zone and polygon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from tiny import Solve, decided, paid, quick, tiny_case
from tiny_study import study_fields, write_study

from siting.data.prepare import prepare
from siting.problems import InputError
from siting.study.loading import load_study

MINE: dict[str, Any] = {"sites": ("a", "b"), "price_usd_per_mwh": [[0], [10]]}
"""Power at a is free, at b 10 USD/MWh; a lies in the region."""
AT_A = [[1.0], [0.0]]


def ruled(rule: dict[str, Any], **changes: Any) -> Any:
    return tiny_case(**{**MINE, **changes}, inside_count=AT_A, policy={"regional": [{"state": "TX", **rule}]})


def test_connections_in_a_region_are_within_its_limit(solved: Solve) -> None:
    """A quarter of 1 MW at a, the rest at b: 0.75 x 87,600."""
    plan = solved(ruled({"connected_max_mw": 0.25}, rack_mw=0.25, module_mw=0.25))
    assert plan.objective_usd == pytest.approx(65_700)


def test_water_in_a_region_is_within_its_cap(solved: Solve) -> None:
    """1 m3/MWh: 2,190 m3 are for a quarter of the work at a; water elsewhere is free."""
    plan = solved(ruled({"water_cap_m3_per_yr": 2_190.0}, wue_m3_per_mwh=1.0))
    assert plan.objective_usd == pytest.approx(65_700)


def test_fee_on_water_is_paid_by_what_is_drawn_in_the_region(solved: Solve) -> None:
    """4 USD/m3 on 8,760 m3 is cheaper than moving to b: 35,040, to the water authorities."""
    case = ruled({"water_fee_usd_per_m3": 4.0}, wue_m3_per_mwh=1.0, water_fee_usd_per_m3=[4.0, 0.0])
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(35_040)
    assert paid(plan, "regional_fees.water_fee").sum() == pytest.approx(35_040)
    assert set(plan.tables["cost"].query("term == 'water_fee'")["receiver"]) == {"water authorities"}


def test_communities_are_paid_by_what_stands_there(solved: Solve) -> None:
    """1 MW at a at 50,000 USD a year; above 87,600 it would stand at b."""
    plan = solved(ruled({"payment_usd_per_mw_yr": 50_000.0}, payment_usd_per_mw_yr=[50_000.0, 0.0]))
    assert plan.objective_usd == pytest.approx(50_000)
    away = solved(ruled({"payment_usd_per_mw_yr": 90_000.0}, payment_usd_per_mw_yr=[90_000.0, 0.0]))
    assert away.objective_usd == pytest.approx(87_600)


def test_least_power_stands_in_a_region(solved: Solve) -> None:
    """Free power elsewhere: half a MW must stand at a all the same, where halls cost 1,000 USD a MW more."""
    case = ruled(
        {"it_min_mw": 0.5},
        rack_mw=0.5,
        module_mw=0.5,
        price_usd_per_mwh=0.0,
        hall_usd_per_mw=1_000.0,
        capital_ratio=[2.0, 1.0],
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(1_500)
    assert decided(plan, "installed_mw")[0].sum() == pytest.approx(0.5)


def test_closed_region_is_not_opened(solved: Solve) -> None:
    """All at b: 87,600."""
    plan = solved(ruled({"closed_until": "2031-01-01"}, closed_count=[[1.0], [0.0]]))
    assert plan.objective_usd == pytest.approx(87_600)
    assert plan.open_sites == ["b"]


def test_tighter_limit_of_a_region_is_never_cheaper() -> None:
    costs = [
        quick(ruled({"connected_max_mw": most}, rack_mw=0.1, module_mw=0.1)).objective_usd for most in (2.0, 0.6, 0.3)
    ]
    assert costs == sorted(costs)
    assert costs == pytest.approx([0, 0.4 * 87_600, 0.7 * 87_600])


def written(folder: Path, rule: dict[str, Any]) -> Path:
    return write_study(folder, {**study_fields(), "policy": {"regional": [rule]}})


def polygons(folder: Path, crs: str, *shapes: Any) -> str:
    frame = geopandas.GeoDataFrame(geometry=list(shapes), crs="EPSG:4326").to_crs(crs)
    frame.to_file(folder / "area.gpkg", driver="GPKG")
    return "area.gpkg"


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:5070", "EPSG:3857"])
def test_polygon_in_any_coordinate_system_finds_its_sites(tmp_path: Path, crs: str) -> None:
    """West lies at 42 N 94 W, East at 40 N 83 W."""
    path = polygons(tmp_path, crs, shapely.box(-96, 41, -92, 43))
    case = prepare(load_study(written(tmp_path, {"polygon": path, "closed_until": "2040-01-01"})))
    np.testing.assert_array_equal(case.values("regional.inside_count"), [[1.0], [0.0]])
    np.testing.assert_array_equal(case.values("regional.closed_count"), [[1.0], [0.0]])


def test_state_and_grid_zone_find_their_sites(tmp_path: Path) -> None:
    fields = {
        **study_fields(),
        "policy": {"regional": [{"state": "OH"}, {"grid_zone": "WEST", "water_fee_usd_per_m3": 2.0}]},
    }
    case = prepare(load_study(write_study(tmp_path, fields)))
    np.testing.assert_array_equal(case.values("regional.inside_count"), [[0.0, 1.0], [1.0, 0.0]])
    np.testing.assert_array_equal(case.values("regional.water_fee_usd_per_m3"), [2.0, 0.0])


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"state": "OX"}, "policy.regional.0.state: no site of the table sites lies in 'OX'"),
        ({"county_fips": "99999"}, "no site of the table sites lies in '99999'"),
        ({"polygon": "missing.gpkg"}, "there is no file 'missing.gpkg'"),
        ({"state": "OH", "grid_zone": "WEST"}, "a rule is about one region"),
    ],
)
def test_rule_on_an_unknown_region_is_refused(tmp_path: Path, rule: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as caught:
        prepare(load_study(written(tmp_path, rule)))
    assert told in str(caught.value)


def test_polygon_outside_all_candidates_or_crossing_itself_is_refused(tmp_path: Path) -> None:
    for shape, told in (
        (shapely.box(10, 50, 12, 52), "no candidate site lies within 'area.gpkg'"),
        (shapely.Polygon([(-96, 41), (-92, 43), (-92, 41), (-96, 43)]), "is not valid: Self-intersection"),
    ):
        path = polygons(tmp_path, "EPSG:4326", shape)
        with pytest.raises(InputError) as caught:
            prepare(load_study(written(tmp_path, {"polygon": path})))
        assert told in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "sites"),
    [
        ({"states": ["OH"]}, ["east"]),
        ({"grid_zones": ["WEST", "EAST"]}, ["west", "east"]),
        ({"water_stress_max_score": 2.0, "states": ["IA"]}, ["west"]),
        ({"polygon": "area.gpkg"}, ["west"]),
    ],
)
def test_candidates_are_chosen_by_where_they_lie(tmp_path: Path, asked: dict[str, Any], sites: list[str]) -> None:
    polygons(tmp_path, "EPSG:5070", shapely.box(-96, 41, -92, 43))
    case = prepare(load_study(write_study(tmp_path, {**study_fields(), "sites": asked})))
    assert list(case.axes["site"]) == sites


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"states": ["OX"]}, "sites.states: no site of the table sites lies in 'OX'"),
        ({"water_stress_max_score": 1.0}, "no site is left by what is asked of candidates"),
        ({"polygon": "missing.gpkg"}, "sites.polygon: there is no file 'missing.gpkg'"),
        ({}, "a choice of candidates names how many, or where they lie"),
    ],
)
def test_filters_of_candidates_that_leave_none_are_refused(tmp_path: Path, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as caught:
        prepare(load_study(write_study(tmp_path, {**study_fields(), "sites": asked})))
    assert told in str(caught.value)
