"""The plan in other weather: the same work, other coefficients, worked out again from the physics."""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tiny import quick, through_a_folder, tiny_case, with_fields, with_full_year

from siting import cooling
from siting.case.case import Case, Field
from siting.plan.climate_stress import COLUMNS
from siting.plan.plan import Plan

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
COOLING = "direct-to-chip-dry"
HOT_C = 43.0


def weather() -> pd.DataFrame:
    """Twelve days of 24 hours, from winter to a summer that a dry cooler cannot carry in full."""
    hour = np.arange(288)
    season = (HOT_C - 10) / 2 * (1 - np.cos(2 * np.pi * (hour // 24) / 12))
    dry = 5.0 + season + 5 * np.sin(2 * np.pi * hour / 24)
    return pd.DataFrame({"dry_bulb_c": dry, "dew_point_c": dry - 12.0, "pressure_pa": 98_000.0})


def case(study: dict[str, Any] | None = None, **changes: Any) -> Case:
    """One site on dry coolers, whose days are the year."""
    made = tiny_case(
        cooling=(COOLING,), days_of_year=MONTH_DAYS, hours_count=24, price_usd_per_mwh=1.0, rack_usd=1000.0,
        fixed_fraction=0.3, idle_fraction=0.2, **changes,
    )  # fmt: skip
    made = dataclasses.replace(made, study=made.study.model_copy(update=study or {}))
    hours = cooling.performance(weather(), COOLING)
    made = with_fields(made, pue=hours["pue"], wue_m3_per_mwh=hours["wue_l_per_kwh"])
    air = {f"cooling.{name}": Field(("site", "hour"), weather()[[name]].to_numpy().T) for name in weather()}
    rare = {
        name: Field((), np.array(0.0)) for name in ("cooling.hottest_dry_offset_c", "cooling.hottest_muggy_offset_c")
    }
    return with_full_year(made, dataclasses.replace(made, fields={**made.fields, **air, **rare}))


@cache
def plan() -> Plan:
    return quick(case(), replay=True)


def row(climate_id: str) -> pd.Series:
    table = plan().tables["climate"].set_index("climate_id")
    return table.loc[climate_id]


def test_climates_and_columns() -> None:
    table = plan().tables["climate"]
    assert list(table.columns) == list(COLUMNS)
    assert table["climate_id"].tolist() == ["base", "warmer", "hot-year"]
    assert table["warming_c"].tolist() == [0, 2, 0]


def test_base_is_the_replay() -> None:
    replayed = plan().tables["replay"].set_index("kpi_id")["replay"]
    base = row("base")
    assert base["pue"] == pytest.approx(replayed["pue"])
    assert base["peak_hour_pue"] == pytest.approx(replayed["peak_hour_pue"])
    assert base["water_m3_per_yr"] == pytest.approx(replayed["water_m3_per_yr"])
    assert base["peak_day_water_m3_per_day"] == pytest.approx(replayed["peak_day_water_m3_per_day"])
    assert base["facility_mwh_per_yr"] == pytest.approx(replayed["facility_energy_mwh_per_yr"])
    assert base["peak_facility_mw"] == pytest.approx(replayed["peak_grid_mw"])


def test_warmer_climate_by_hand() -> None:
    """The hours' IT power of the replay under the PUE of weather that is 2 K warmer; 0.3 of the overhead is fixed."""
    hourly = plan().tables["replay_hourly"]
    it, weight = hourly["it_mw"].to_numpy(), hourly["weight_h_per_yr"].to_numpy()
    installed = plan().solution.decisions["installed_mw"].values.sum()
    hours = cooling.performance(cooling.warmed(weather(), 2.0), COOLING)
    over = (hours["pue"].to_numpy() - 1) * (0.3 * installed + 0.7 * it)
    warmer = row("warmer")
    assert warmer["pue"] == pytest.approx(1 + (over @ weight) / (it @ weight))
    assert warmer["pue"] > row("base")["pue"] + 1e-4
    assert warmer["peak_facility_mw"] == pytest.approx((it + over).max())
    assert warmer["connection_needed_mw"] == pytest.approx(installed * hours["pue"].max())
    least = hours["capacity_fraction"].min()
    assert warmer["carried_fraction"] == pytest.approx((least - 0.2) / 0.8)
    assert warmer["overloaded_h_per_yr"] == pytest.approx(
        weight[it > installed * hours["capacity_fraction"].to_numpy()].sum()
    )
    assert warmer["overloaded_h_per_yr"] > row("base")["overloaded_h_per_yr"]


def test_months_of_one_day_have_no_hotter_days() -> None:
    """A tenth of one day is none."""
    hot, base = row("hot-year"), row("base")
    numbers = [name for name in COLUMNS if name not in ("site_id", "climate_id")]
    assert hot[numbers].to_numpy(float) == pytest.approx(base[numbers].to_numpy(float))


def test_plan_made_for_a_hot_year_is_not_tried_in_a_hotter_one() -> None:
    study = case().study
    made = quick(case({"climate": {**study.climate.model_dump(), "hot_year": True, "warming_c": 1.0}}), replay=True)
    table = made.tables["climate"]
    assert table["climate_id"].tolist() == ["base", "warmer"]
    assert table["warming_c"].tolist() == [1.0, 3.0]


def test_plan_read_back_has_the_same_table(tmp_path: Path) -> None:
    assert_frame_equal(through_a_folder(plan(), tmp_path).tables["climate"], plan().tables["climate"])


def test_case_without_weather_has_no_climates() -> None:
    bare = case()
    year = bare.full_year()
    year = dataclasses.replace(
        year, fields={name: f for name, f in year.fields.items() if name != "cooling.dew_point_c"}
    )
    made = quick(with_full_year(bare, year), replay=True)
    assert made.tables["climate"].empty
