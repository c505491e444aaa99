"""From a study to a case: the fields that the tiny cases imitate, and studies that leave something out."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tiny import quick, tiny_case

from siting import Study, load_study, prepare
from siting.case.case import Case
from siting.case.typical_days import HOURS_PER_YEAR
from siting.data.components.registry import PARAMETERS
from siting.data.tables.catalogue import catalog_path
from siting.plan.assumptions import assumptions_table, columns_table, imputed_table, sources_table
from siting.problems import InputError


def small_study(**changes: Any) -> Study:
    """One site and one zone of the catalogue, one cooling, one rack, few days."""
    told = load_study("us-small").model_dump()
    told |= {"sites": ["polk-ia"], "zones": ["chicago"]}
    told["technology"] |= {"cooling": ["direct-to-chip-dry"], "racks": ["gb200-nvl72"]}
    told["time"] |= {"typical_days_count": 2}
    told["policy"] |= {"sites_min_count": 1}
    told["facility"] |= {"site_max_mw": 500.0}
    for part, values in changes.items():
        told[part] |= values
    return Study.model_validate(told)


@pytest.fixture(scope="module")
def case() -> Case:
    return prepare(small_study())


def test_tiny_cases_have_the_same_fields(case: Case) -> None:
    """What the components are tested on is what they are used on: the same names, over the same axes."""
    assert {name: field.axes for name, field in case.fields.items()} == {
        name: field.axes for name, field in tiny_case().fields.items()
    }


def test_case_keeps_the_parameters_that_it_is_made_with(case: Case) -> None:
    """The catalogue has others, which its tables were built with; a report lists what the plan rests on."""
    assert set(case.tables["parameters"]["parameter_id"]) == set(PARAMETERS)


def test_full_year_is_of_the_same_numbers(case: Case) -> None:
    year = case.full_year()
    assert year.year_of is None
    assert len(year.axes["hour"]) == HOURS_PER_YEAR
    assert case.calendar.weights.sum() == HOURS_PER_YEAR
    for name, field in case.fields.items():
        if not {"hour", "day"} & set(field.axes):
            assert np.array_equal(year.values(name), field.values, equal_nan=True), name


SOME_SITES = ("carroll-ga", "polk-ia", "douglas-ga", "loudoun-va")


@pytest.fixture(scope="module")
def some_sites() -> Case:
    """Four sites of which two have the same weather and grid zone, in an order that is not that of their weather."""
    return prepare(small_study().model_copy(update={"sites": SOME_SITES}))


def test_sites_prepared_one_at_a_time_are_those_prepared_at_once(
    some_sites: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken in the order of their weather, they come back in the order of the study."""
    monkeypatch.setattr("siting.data.fields.site_hours.SITES_AT_ONCE", 1)
    assert_same_numbers(prepare(some_sites.study), some_sites)


def test_part_of_a_case_has_that_part_of_the_year(some_sites: Case) -> None:
    members = {"site": SOME_SITES[:0:-2], "contract": some_sites.axes["contract"][1:]}
    assert_same_numbers(some_sites.only(**members).full_year(), some_sites.full_year().only(**members))


def assert_same_numbers(one: Case, other: Case) -> None:
    assert one.axes == other.axes
    assert one.fields.keys() == other.fields.keys()
    for name, field in one.fields.items():
        assert field.axes == other.fields[name].axes
        np.testing.assert_allclose(field.values, other.values(name), rtol=1e-12, err_msg=name)
    for name, table in one.tables.items():
        assert_frame_equal(table, other.tables[name])


@pytest.mark.parametrize(
    "name",
    [
        "grid.price_usd_per_mwh",
        "grid.carbon_t_per_mwh",
        "cooling.wue_m3_per_mwh",
        "contracts.output_fraction",
        "cooling.pue",
    ],
)
def test_yearly_mean_is_that_of_the_year(some_sites: Case, name: str) -> None:
    """Of contracts it is so where the law lets a consumer buy them, which Georgia's does and Iowa's is not known to."""
    weights, year = some_sites.calendar.weights / HOURS_PER_YEAR, some_sites.full_year().values(name)
    assert np.isfinite(year).any()
    assert some_sites.values(name) @ weights == pytest.approx(year.mean(axis=-1), rel=1e-6, nan_ok=True)


def test_price_of_an_accelerator_is_that_of_its_work() -> None:
    """A GB200 does 180 / 72 = 2.5 PFLOP/s, an H100 15.8 / 16 = 0.9875: as much work for 2.40 x 0.395 = 0.948 USD."""
    finance = {"compute_price_usd_per_gpu_h": 2.4, "priced_rack": "gb200-nvl72"}
    assert prepare(small_study(finance=finance)).values("finance.compute_price_usd_per_gpu_h") == pytest.approx(0.948)
    own = {"compute_price_usd_per_gpu_h": 2.4, "priced_rack": None}
    assert prepare(small_study(finance=own)).values("finance.compute_price_usd_per_gpu_h") == pytest.approx(2.4)


@pytest.mark.slow
def test_climate_of_the_study_is_in_its_numbers(case: Case) -> None:
    """Warmer hours and hotter years raise PUE and the worst hour; a rarer hour only the worst hour."""
    typical = prepare(small_study(climate={"extreme_return_yr": 1.0}))
    warm = prepare(small_study(climate={"warming_c": 4.0}))
    hot = prepare(small_study(climate={"hot_year": True}))
    mean = float(case.full_year().values("cooling.pue").mean())
    assert float(warm.full_year().values("cooling.pue").mean()) > mean
    assert float(hot.full_year().values("cooling.pue").mean()) > mean
    assert np.array_equal(typical.full_year().values("cooling.pue"), case.full_year().values("cooling.pue"))
    assert typical.values("cooling.pue_peak_ratio").item() == typical.full_year().values("cooling.pue").max()
    assert case.values("cooling.pue_peak_ratio").item() > typical.values("cooling.pue_peak_ratio").item()
    assert warm.values("cooling.pue_peak_ratio").item() > case.values("cooling.pue_peak_ratio").item()
    assert np.allclose(
        warm.full_year().values("cooling.dry_bulb_c"), case.full_year().values("cooling.dry_bulb_c") + 4.0
    )
    assert case.values("cooling.hottest_dry_offset_c").item() == pytest.approx(1.866 * 2.09, rel=1e-3)
    assert "cooling.dry_bulb_c" not in case.fields


def test_cells_that_a_rule_filled_in_go_with_the_case(tmp_path: Path) -> None:
    """Those of the chosen sites and of their states, and no others; a table of one's own has nothing filled in."""
    every = pd.read_csv(catalog_path("imputed"))
    prices = every[(every["table"] == "sites") & (every["column"] == "tariff_usd_per_mwh")]
    filled = prices.iloc[0]
    study = small_study().model_copy(update={"sites": ("polk-ia", filled["row_id"])})
    case = prepare(study)
    cells, chosen = case.tables["imputed"], case.tables["sites"]
    expected = every[every["row_id"].isin(chosen["site_id"]) | every["row_id"].isin(chosen["state"])]
    assert set(zip(cells["row_id"], cells["column"], strict=True)) == set(
        zip(expected["row_id"], expected["column"], strict=True)
    )
    told = imputed_table(case).set_index(["row_id", "column"]).loc[(filled["row_id"], "tariff_usd_per_mwh")]
    assert told["value"] == chosen.set_index("site_id").loc[filled["row_id"], "tariff_usd_per_mwh"]
    assert told["unit"] == "USD/MWh"
    assert told["rule"] == filled["rule"]
    own = tmp_path / "sites.csv"
    shutil.copy(catalog_path("sites"), own)
    kept = prepare(study.model_copy(update={"tables": {"sites": str(own)}})).tables["imputed"]
    assert set(kept["table"]) <= {"taxes"}


@pytest.mark.slow
def test_hot_hours_that_cooling_cannot_carry_derate_its_racks() -> None:
    """In Phoenix dry coolers carry less once in twenty years than in the typical year, and trim chillers help."""
    study = small_study(technology={"cooling": ["direct-to-chip-dry", "direct-to-chip-dry-trim"]})
    phoenix = study.model_copy(update={"sites": ("maricopa-az",), "zones": ("phoenix",)})
    typical = phoenix.model_copy(update={"climate": {"extreme_return_yr": 1.0}})
    rare, often = (prepare(asked).values("computing.carried_fraction")[0, :, 0] for asked in (phoenix, typical))
    assert rare[0] < often[0] < 1
    assert often[0] < often[1]
    assert rare[0] < rare[1]


def test_surplus_never_fetches_more_than_power_costs(case: Case) -> None:
    """It keeps the choice between using and selling convex, on the days and in the year."""
    for made in (case, case.full_year()):
        sold, bought = made.values("contracts.resale_usd_per_mwh"), made.values("grid.price_usd_per_mwh")[:, None]
        assert np.all(sold <= bought + 1e-9)


@pytest.mark.slow
def test_study_without_contracts_is_solved() -> None:
    """An empty list offers none: no wind, no sun, no day that lacks them."""
    made = prepare(small_study(technology={"contracts": []}))
    assert made.axes["contract"] == ()
    plan = quick(made, gap=0.05)
    assert plan.tables["contracts"].empty
    plan.audit().raise_for_residuals()


@pytest.mark.slow
def test_study_without_batteries_is_solved_and_replayed() -> None:
    plan = quick(prepare(small_study(technology={"storage": False})), gap=0.05, replay=True)
    assert plan.replay is not None
    assert plan.tables["storage"].empty


def test_racks_that_fit_no_cooling_are_refused() -> None:
    with pytest.raises(InputError, match="none of the racks fits any of the cooling technologies"):
        prepare(small_study(technology={"cooling": ["airside-economiser"]}))


def test_taxes_are_those_of_the_state_and_debt_the_studys() -> None:
    """Virginia: 6 % of income; its sales tax is spared. California: 8.685 % on racks. Debt as the study states it."""
    study = load_study("us-small")
    finance = study.finance.model_copy(update={"debt_fraction": 0.3, "federal_income_tax_fraction": 0.25})
    case = prepare(study.model_copy(update={"finance": finance, "sites": ("loudoun-va", "san-joaquin-ca")}))
    assert case.values("finance.income_tax_fraction").tolist() == pytest.approx([0.06, 0.0884])
    assert case.values("finance.sales_tax_fraction").tolist() == pytest.approx([0.0, 0.08685])
    assert float(case.values("finance.debt_fraction")) == 0.3
    assert float(case.values("finance.federal_income_tax_fraction")) == 0.25
    assert float(case.values("finance.debt_tenor_yr")) == 10
    assert case.tables["taxes"]["state"].tolist() == ["CA", "VA"]


@pytest.mark.parametrize("year", [2021, 2024])
def test_another_year_has_its_own_prices_and_carbon(year: int) -> None:
    """A flat load still pays the tariff; Texas's carbon is measured, Arizona's typical; the sources say whose it is.

    The hours are of the year, their level is that from which the path to 2050 starts, whichever year gives the hours.
    """
    study = load_study("us-small")
    time = study.time.model_copy(update={"data_year": year, "extreme_days": ("dearest_power",)})
    technology = study.technology.model_copy(update={"contracts": ()})
    sites = ("ellis-tx", "maricopa-az")
    case = prepare(study.model_copy(update={"time": time, "technology": technology, "sites": sites}))
    price = case.full_year().values("grid.price_usd_per_mwh")
    charge = case.values("grid.demand_charge_usd_per_mw_month") * 12 / HOURS_PER_YEAR
    assert (price.mean(axis=1) + charge).tolist() == pytest.approx(case.tables["sites"]["tariff_usd_per_mwh"].tolist())
    carbon = case.full_year().values("grid.carbon_t_per_mwh") * 1000
    assert len(np.unique(carbon[0])) > 500
    assert len(np.unique(carbon[1])) <= 12 * 24
    levels = case.tables["authority_carbon"].set_index("authority_id")["carbon_average_kg_per_mwh"]
    assert carbon.mean(axis=1) == pytest.approx(levels[["US-TEX-ERCO", "US-SW-SRP"]].to_numpy())
    zones = case.tables["grid_zones"].set_index("grid_zone_id")
    assert zones["source_id"].to_dict() == {"AZPS": "eia-930-2022", "ERCO": "electricity-maps"}
    assert zones["grade"].to_dict() == {"AZPS": "modelled", "ERCO": "measured"}
    assert str(year) in zones.loc["ERCO", "price_basis"]
    times = case.full_year().calendar.hours["time_utc"].dt
    assert set(times.year) == {year}
    assert not ((times.month == 2) & (times.day == 29)).any()


@pytest.mark.slow
def test_another_years_plan_carries_the_notice_of_its_licence() -> None:
    time = {"data_year": 2023, "extreme_days": (), "typical_days_count": 1}
    study = small_study(time=time, technology={"contracts": []})
    plan = quick(prepare(study.model_copy(update={"sites": ("ellis-tx",), "zones": ("houston",)})), gap=0.1)
    notices = plan.tables["sources"].set_index("source_id")["notice"]
    assert "ODbL" in notices["electricity-maps"]


def test_sources_that_stand_only_in_columns_are_listed(case: Case) -> None:
    """Headroom rests on a model of the grid and water stress on a map of states: neither is the source of a row."""
    columns = columns_table(case)
    sources = set(sources_table(case, assumptions_table(case), columns)["source_id"])
    assert {"reeds-transfer-2024", "aqueduct-4", "market-prices", "reeds-regions"} <= sources
    assert set(columns["source_id"]) <= sources
    rows = columns.set_index(["table", "column"])
    assert rows.loc[("sites", "headroom_mw"), "source_id"] == "reeds-transfer-2024"
    assert rows.loc[("sites", "land_available_ha"), "grade"] == "assumed"
    assert ("sites", "name") not in rows.index


def test_columns_of_a_table_of_ones_own_are_not_the_catalogues(case: Case) -> None:
    """What the catalogue says of its sites does not hold for a table that the study brings."""
    study = case.study.model_copy(update={"tables": {"sites": "my-sites.csv"}})
    columns = columns_table(dataclasses.replace(case, study=study))
    assert "sites" not in set(columns["table"])
    assert "zones" in set(columns["table"])


def test_what_the_study_asks_for_is_an_assumption(case: Case) -> None:
    """The work, by kind and year, and how near it must be: the largest assumptions of all, told with their text."""
    rows = assumptions_table(case).set_index("item")
    demand = case.study.demand
    assert rows.loc["demand from 2030: inference", "value"] == demand.inference_mw[2030]
    assert rows.loc["demand: latency limit", "value"] == demand.latency_limit_ms
    assert rows.loc["demand: latency limit", "unit"] == "ms"
    assert set(rows.loc[["demand from 2030: batch", "facility: site max"], "grade"]) == {"assumed"}
    assert rows.loc["facility: site max", "description"]
