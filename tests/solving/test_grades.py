"""The grade of each key figure: that of the worst input which decides it, by influences known beforehand."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
import pytest
from rich_case import rich_case
from tiny import quick, tiny_case

from siting.accounts.accounts import ledger_terms
from siting.accounts.numbers import Books
from siting.case.case import Case, Field
from siting.plan.assumptions import columns_table
from siting.plan.key_figures.grades import Decider, deciders, with_grades
from siting.plan.key_figures.registry import REGISTRY


def graded_case(grades: dict[str, str], imputed: dict[str, str] | None = None, **fields: Any) -> Case:
    """Sites a and b of which a is the cheaper; columns of the catalogue by ``table.column`` with a grade each."""
    price = {"price_usd_per_mwh": [[1.0], [5.0]], "inference_pflop": 1.0, "batch_mean_pflop": 0.0}
    case = tiny_case(sites=("a", "b"), fixed_site_usd=1.0, **{**price, **fields})
    names = [name.split(".") for name in grades]
    columns = pd.DataFrame(
        [
            {"table": table, "column": column, "unit": "", "description": "", "source_id": "x", "grade": grade}
            for (table, column), grade in zip(names, grades.values(), strict=True)
        ]
    )
    cells = pd.DataFrame(
        [
            {
                "table": "sites",
                "row_id": site,
                "column": "tariff_usd_per_mwh",
                "rule": "r",
                "source_id": "x",
                "grade": grade,
            }
            for site, grade in (imputed or {}).items()
        ],
        columns=["table", "row_id", "column", "rule", "source_id", "grade"],
    )
    return dataclasses.replace(case, tables={**case.tables, "columns": columns, "imputed": cells})


BY_TARIFF = {"sites.tariff_usd_per_mwh": "measured", "racks.rack_usd": "assumed"}


def cost_deciders(case: Case) -> dict[str, Decider]:
    plan = quick(case)
    return {one.number: one for one in deciders(case, plan.solution) if one.account == "cost"}


def test_influence_is_the_share_of_the_cost() -> None:
    """1 MW for 8,760 h at 1 USD/MWh, and a rack of 2,920 USD: three quarters are power, one quarter the rack."""
    found = cost_deciders(graded_case(BY_TARIFF, rack_usd=2920.0))
    assert found["grid.price_usd_per_mwh"].influence_ratio == pytest.approx(0.75, rel=1e-3)
    assert found["racks.rack_usd"].influence_ratio == pytest.approx(0.25, rel=1e-3)
    assert found["grid.price_usd_per_mwh"].source == "sites.tariff_usd_per_mwh"


def test_what_moves_little_decides_nothing() -> None:
    """Of 8,760 + 900 USD the rack is 9.3 %: a tenth of it moves the cost by less than a hundredth. Of 1,000: 10.2 %."""
    assert "racks.rack_usd" not in cost_deciders(graded_case(BY_TARIFF, rack_usd=900.0))
    assert "racks.rack_usd" in cost_deciders(graded_case(BY_TARIFF, rack_usd=1000.0))


@pytest.mark.parametrize("objective", [pytest.param("before_tax", marks=pytest.mark.slow), "after_tax"])
def test_influence_is_by_all_that_a_number_enters(objective: str) -> None:
    """Taxes and reliefs rest on what other components buy: the whole ledgers, worked out again, move by as much."""
    plan = quick(rich_case(finance={"objective": objective}), gap=0.05)
    case, decisions = plan.case, plan.solution.decisions

    def cost_usd(of: Case) -> float:
        terms = ledger_terms(Books(of, decisions)).items()
        return sum(float(field.values[:, -1].sum()) for name, field in terms if name.startswith("cost_usd_per_yr/"))

    influences = {one.number: one.influence_ratio for one in deciders(case, plan.solution) if one.account == "cost"}
    assert len(influences) > 1
    for name in case.inputs:
        field = case.fields[name]
        moved = dataclasses.replace(case, fields={**case.fields, name: Field(field.axes, field.values * 1.001)})
        influence = abs(cost_usd(moved) / cost_usd(case) - 1) / 0.001
        assert influences.get(name, 0.0) == pytest.approx(influence if influence >= 0.1 else 0.0, rel=1e-6)


@pytest.mark.parametrize(
    ("rack_usd", "grade", "grade_from"),
    [(2920.0, "assumed", "racks.rack_usd"), (900.0, "modelled", "sites.tariff_usd_per_mwh")],
)
def test_figure_has_the_grade_of_the_worst_that_decides(rack_usd: float, grade: str, grade_from: str) -> None:
    """The assumed rack where it decides; else the tariff, measured, of which a price is worked out: modelled."""
    plan = quick(graded_case(BY_TARIFF, rack_usd=rack_usd))
    figure = plan.kpis["opex_usd_per_yr"]
    assert figure["grade"] == "modelled"
    assert figure["grade_from"] == "sites.tariff_usd_per_mwh"
    system = plan.tables["kpis"].query("entity_type == 'system' and kpi_id == 'cost_usd_per_yr'")
    assert set(zip(system["grade"], system["grade_from"], strict=True)) == {(grade, grade_from)}


@pytest.mark.parametrize(("site", "grade"), [("a", "assumed"), ("b", "modelled")])
def test_filled_in_cell_counts_where_something_is_built(site: str, grade: str) -> None:
    """All is built at a. That b's tariff was filled in by a guess makes the plan no less sure."""
    plan = quick(graded_case(BY_TARIFF, imputed={site: "assumed"}))
    assert plan.open_sites == ["a"]
    assert plan.kpis["opex_usd_per_yr"]["grade"] == grade


def test_figure_of_the_plans_own_shape_has_no_grade() -> None:
    plan = quick(graded_case(BY_TARIFF))
    assert "grade" not in plan.kpis["it_capacity_mw"]


def test_own_table_is_graded_by_its_rows() -> None:
    """A study that brings its own sites is not as sure as the catalogue's column: its rows say assumed."""
    case = graded_case(BY_TARIFF)
    own = case.study.model_copy(update={"tables": {"sites": "sites.csv"}})
    plan = quick(case)
    frame = pd.DataFrame({"entity_id": ["system"], "kpi_id": ["opex_usd_per_yr"]})
    assert with_grades(frame, case, plan.solution)["grade"].tolist() == ["modelled"]
    assert with_grades(frame, dataclasses.replace(case, study=own), plan.solution)["grade"].tolist() == ["assumed"]


def test_every_figure_that_is_summed_from_accounts_names_them() -> None:
    """Those without are of the plan's own shape, of prices that nobody charges, or not of an account yet."""
    assert {kpi.id for kpi in REGISTRY.values() if not kpi.rests_on} == {
        "it_capacity_mw",
        "curtailed_mwh_per_yr",
        "shadow_cost_usd",
        "carbon_long_run_t_per_yr",
        "first_power_year",
        "grid_zone_hhi_ratio",
        "top3_site_fraction",
    }


def test_columns_say_whether_a_value_is_the_places_own() -> None:
    """Three sites in two states: tariffs of places, a stress of states, one price of water for all."""
    case = graded_case(
        dict.fromkeys(("sites.tariff_usd_per_mwh", "sites.water_stress_score", "sites.utc_offset_h"), "measured")
    )
    three = pd.concat([case.tables["sites"], case.tables["sites"].iloc[[0]].assign(site_id="c")], ignore_index=True)
    three = three.assign(
        state=["TX", "TX", "OH"],
        tariff_usd_per_mwh=[1.0, 2.0, 3.0],
        water_stress_score=[1.0, 1.0, 2.0],
        utc_offset_h=-6.0,
    )
    told = columns_table(dataclasses.replace(case, tables={**case.tables, "sites": three}))
    assert dict(zip(told["column"], told["value_of"], strict=True)) == {
        "tariff_usd_per_mwh": "place",
        "water_stress_score": "state",
        "utc_offset_h": "all",
    }
