"""The audit finds a fault in every decision, every account and every limit, and names it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from rich_case import rich_case
from tiny import quick, tiny_case

from siting.accounts.audit import CHECKS, TOLERANCE_FRACTION, AuditError, audit
from siting.case.case import Array, Case, Field
from siting.case.solution import Solution
from siting.plan.plan import Plan

FOUND_BY: Mapping[str, set[str]] = {
    "open_count": {"open_count is whole"},
    "area_ha": {"cost placement.land"},
    "modules_count": {"modules_count is whole"},
    "converted_count": {"converted_count is whole"},
    "racks_count": {"racks_count is whole", "installed"},
    "installed_mw": {"installed"},
    "work_pflop": {"compute"},
    "share_fraction": {"inference served", "compute"},
    "batch_pflop": {"batch served", "compute"},
    "training_pflop": {"training in whole clusters", "compute"},
    "clusters_count": {"clusters_count is whole", "clusters placed", "training in whole clusters"},
    "draw_mw": {"power", "meter"},
    "import_mw": {"meter", "cost grid.energy"},
    "day_peak_mw": {"monthly peak"},
    "month_peak_mw": {"cost grid.demand_charge"},
    "connection_mw": {"cost grid.connection"},
    "contracted_mw": {"cost contracts.purchase"},
    "delivered_mw": {"meter"},
    "certificates_mwh_per_yr": {"cost certificates.purchase"},
    "claimed_mwh_per_yr": {"carbon market"},
    "storage_power_mw": {"cost storage.maintenance"},
    "storage_count": {"storage_count is whole"},
    "storage_energy_mwh": {"cost storage.capital"},
    "charge_mw": {"power", "battery level"},
    "discharge_mw": {"power", "battery level"},
    "level_mwh": {"battery level"},
    "heat_connection_mw": {"cost heat_reuse.connection"},
    "heat_pump_mw": {"cost heat_reuse.heat_pump"},
    "heat_sold_mw": {"cost heat_reuse.sale"},
}
"""Decision to the balances that a hundredth more of it must upset."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A plan in which every decision is used somewhere."""
    made = quick(
        rich_case(
            carbon_method="market",
            training_cluster_pflop=1.0,
            clusters_needed_count=[1, 2],
            energy_usd_per_mwh=60_000.0,
            power_usd_per_mw=100.0,
            price_usd_per_mwh=[[20, 90, 40, 20, 95, 40], [30, 80, 30, 20, 99, 35]],
            certificate_usd_per_mwh=1.0,
            output_fraction=[[[0.9, 0, 0, 0.8, 0, 0], [0.3] * 6]] * 2,
            strike_usd_per_mwh=[8.0, 70.0],
            resale_usd_per_mwh=12.0,
            conversion_usd_per_mw=10.0,
            existing_mw=[[2.0, 0.0], [2.0, 0.0]],
            heat_pump_power_fraction=0.2,
            heat_gain_ratio=1.25,
            heat_price_usd_per_mwh=60.0,
        )
    )
    made.audit().raise_for_residuals()
    return made


def failing(case: Case, solution: Solution, objective_usd: float) -> set[str]:
    """Balances that the audit refuses."""
    residuals = audit(case, solution, objective_usd).residuals
    return set(residuals.loc[~(residuals["residual_fraction"] <= TOLERANCE_FRACTION), "balance"])


def with_decision(plan: Plan, name: str, values: Array) -> Solution:
    field = Field(plan.solution.decisions[name].axes, values)
    return dataclasses.replace(plan.solution, decisions={**plan.solution.decisions, name: field})


def changed(values: Array, factor: float) -> Array:
    """The largest entry times a factor, the rest as it is."""
    copy = values.copy()
    place = np.unravel_index(int(np.argmax(np.abs(copy))), copy.shape)
    copy[place] *= factor
    return copy


def test_every_decision_is_listed(plan: Plan) -> None:
    assert set(plan.solution.decisions) == set(FOUND_BY)


@pytest.mark.parametrize("name", FOUND_BY)
def test_hundredth_more_of_a_decision_is_found(plan: Plan, name: str) -> None:
    values = plan.solution.decisions[name].values
    assert values.max() > 0, "the case must use it"
    found = failing(plan.case, with_decision(plan, name, changed(values, 1.01)), plan.objective_usd)
    assert FOUND_BY[name] <= found


@pytest.mark.parametrize("name", FOUND_BY)
def test_hundredth_less_of_a_decision_is_found(plan: Plan, name: str) -> None:
    values = plan.solution.decisions[name].values
    assert failing(plan.case, with_decision(plan, name, changed(values, 0.99)), plan.objective_usd)


@pytest.mark.parametrize("name", FOUND_BY)
@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_impossible_number_is_found(plan: Plan, name: str, value: float) -> None:
    values = plan.solution.decisions[name].values.copy()
    values.flat[0] = value
    with np.errstate(invalid="ignore"):
        found = failing(plan.case, with_decision(plan, name, values), plan.objective_usd)
    assert f"{name} is not negative" in found


@pytest.mark.parametrize(
    ("name", "balance"),
    [
        ("grid.price_usd_per_mwh", "objective"),
        ("cooling.pue", "power"),
        ("racks.rack_usd", "cost racks.capital"),
        ("finance.present_value_ratio", "objective"),
    ],
)
def test_missing_number_of_the_case_is_found(plan: Plan, name: str, balance: str) -> None:
    """What cannot be worked out is not right."""
    field = plan.case.fields[name]
    fields = {**plan.case.fields, name: Field(field.axes, np.full_like(field.values, np.nan))}
    found = failing(dataclasses.replace(plan.case, fields=fields), plan.solution, plan.objective_usd)
    assert balance in found


UNUSED = {"carbon_price.carbon"}
"""Terms that the plan does not come to pay."""


def test_every_printed_term_is_found(plan: Plan) -> None:
    """A hundredth more or less of any term of the accounts of money, carbon and water."""
    for name, field in plan.solution.values.items():
        ledger, term = name.split("/")
        if ledger == "power_mw" or term in UNUSED:
            continue
        assert np.abs(field.values).max() > 1.0, name
        for factor in (1.01, 0.99):
            values = {**plan.solution.values, name: Field(field.axes, changed(field.values, factor))}
            found = failing(plan.case, dataclasses.replace(plan.solution, values=values), plan.objective_usd)
            if ledger == "cost_usd_per_yr":
                assert f"cost {term}" in found
            elif ledger.startswith("carbon"):
                assert f"carbon {ledger.split('_')[1]}" in found
            else:
                assert "water" in found


@pytest.mark.parametrize("term", ["cooling.it", "cooling.overhead", "heat_reuse.heat_pump"])
def test_power_terms_are_found(plan: Plan, term: str) -> None:
    """The hourly table and the key figures print these, so they are audited too."""
    name = f"power_mw/{term}"
    field = plan.solution.values[name]
    values = {**plan.solution.values, name: Field(field.axes, changed(field.values, 1.01))}
    found = failing(plan.case, dataclasses.replace(plan.solution, values=values), plan.objective_usd)
    assert found == {f"power {term}"}


def test_term_that_no_component_owns_is_found(plan: Plan) -> None:
    values = {**plan.solution.values, "cost_usd_per_yr/somebody.else": Field(("site", "period"), np.full((2, 2), 7.0))}
    found = failing(plan.case, dataclasses.replace(plan.solution, values=values), plan.objective_usd)
    assert "cost somebody.else" in found


def test_missing_term_is_found(plan: Plan) -> None:
    values = {name: field for name, field in plan.solution.values.items() if name != "cost_usd_per_yr/racks.capital"}
    assert "cost racks.capital" in failing(
        plan.case, dataclasses.replace(plan.solution, values=values, terms=without(plan, "racks", "capital")),
        plan.objective_usd,
    )  # fmt: skip


def without(plan: Plan, component: str, term: str) -> Any:
    terms = plan.solution.terms
    return terms[~((terms["component"] == component) & (terms["term"] == term))]


@pytest.mark.parametrize("factor", [1 + 1e-5, 1 - 1e-5])
def test_wrong_objective_is_found(plan: Plan, factor: float) -> None:
    assert {"objective", "cash flow"} <= failing(plan.case, plan.solution, factor * plan.objective_usd)


LIMITS: Mapping[str, dict[str, Any]] = {
    "halls within the site": {"placement.site_max_mw": 0.5},
    "site worth opening": {"placement.site_min_mw": 50.0},
    "open sites have racks": {"placement.site_min_mw": 50.0},
    "land that can be had": {"placement.land_available_ha": 0.1},
    "hall space": {"halls.module_mw": 0.1},
    "cooling can be had at the site": {"halls.offered_count": 0.0},
    "conversions within the existing halls": {"retrofit.existing_mw": 0.01},
    "connection within headroom": {"grid.headroom_mw": 0.1},
    "connection carries the worst hour": {"cooling.pue_peak_ratio": 30.0},
    "work within installed": {"computing.availability_fraction": 0.1},
    "rack fits its cooling": {"racks.compatible_count": 0.0},
    "surplus within its limit": {"contracts.resale_limit_fraction": 0.0},
    "battery duration": {"storage.max_duration_h": 0.01},
    "battery worth building": {"storage.storage_min_mw": 50.0},
    "contract is offered": {"contracts.output_fraction": np.nan},
    "latency": {"serving.rtt_ms": 99.0},
    "clusters placed": {"training.clusters_needed_count": 1.0},
    "heat within the halls'": {"heat_reuse.heat_reusable_fraction": 0.01},
    "heat within its connection": {"heat_reuse.heat_shape_fraction": 0.01},
    "heat connection within demand": {"heat_reuse.heat_demand_mw": 0.01},
}
"""Limit to a case in which the same plan breaks it."""


@pytest.mark.parametrize("balance", LIMITS)
def test_broken_limit_of_the_case_is_found(plan: Plan, balance: str) -> None:
    fields = dict(plan.case.fields)
    for name, value in LIMITS[balance].items():
        fields[name] = Field(fields[name].axes, np.full_like(fields[name].values, value))
    assert balance in failing(dataclasses.replace(plan.case, fields=fields), plan.solution, plan.objective_usd)


POLICIES: Mapping[str, dict[str, Any]] = {
    "carbon cap": {"carbon_cap_t_per_yr": 1.0},
    "water cap": {"water_cap_m3_per_yr": 1.0},
    "enough sites": {"sites_min_count": 3, "sites_max_count": None},
    "few enough sites": {"sites_min_count": 0, "sites_max_count": 1},
    "excluded sites stay closed": {"excluded_sites": ("a", "b")},
    "connections in X": {"grid_zone_limit_mw": {"X": 0.1}},
    "PUE limit": {"pue_max_ratio": 1.1},
    "WUE limit": {"wue_max_l_per_kwh": 0.9},
}


@pytest.mark.parametrize("balance", POLICIES)
def test_broken_limit_of_the_study_is_found(balance: str) -> None:
    case = tiny_case(
        sites=("a", "b"),
        zones=("y", "z"),
        rtt_ms=[[10, 90], [90, 10]],
        grid_zones=("X", "Y"),
        carbon_t_per_mwh=0.4,
        pue=1.2,
        wue_m3_per_mwh=1.0,
        price_usd_per_mwh=1.0,
    )
    plan = quick(case)
    policy = case.study.policy.model_copy(update=POLICIES[balance])
    broken = dataclasses.replace(case, study=case.study.model_copy(update={"policy": policy}))
    assert balance in failing(broken, plan.solution, plan.objective_usd)


MOVES: Mapping[str, tuple[str, Array]] = {
    "a site stays open": ("open_count", np.array([[1.0, 0.0], [1.0, 1.0]])),
    "share only of open sites": ("open_count", np.zeros((2, 2))),
    "enough sites": ("open_count", np.zeros((2, 2))),
    "connection_mw is kept": ("connection_mw", np.array([[9.0, 9.0], [9.0, 8.0]])),
    "storage_power_mw is kept": ("storage_power_mw", np.array([[9.0, 9.0], [9.0, 8.0]])),
    "storage_energy_mwh is kept": ("storage_energy_mwh", np.array([[9.0, 9.0], [9.0, 8.0]])),
    "contracted_mw is kept": ("contracted_mw", np.array([[[9.0, 9.0], [9.0, 8.0]]] * 2)),
    "heat_connection_mw is kept": ("heat_connection_mw", np.array([[9.0, 9.0], [9.0, 8.0]])),
    "heat_pump_mw is kept": ("heat_pump_mw", np.array([[9.0, 9.0], [9.0, 8.0]])),
    "battery flows one way": ("discharge_mw", np.ones((2, 2, 6))),
    "a cluster stays where it is": ("clusters_count", np.array([[1.0, 0.0], [0.0, 2.0]])),
}


@pytest.mark.parametrize("balance", MOVES)
def test_broken_rule_of_building_is_found(plan: Plan, balance: str) -> None:
    name, values = MOVES[balance]
    assert balance in failing(plan.case, with_decision(plan, name, values), plan.objective_usd)


SIZES: Mapping[str, tuple[str, float]] = {
    "daily peak": ("day_peak_mw", 0.5),
    "monthly peak": ("month_peak_mw", 0.5),
    "peak within connection": ("connection_mw", 0.5),
    "delivery within output": ("contracted_mw", 0.5),
    "battery energy": ("storage_energy_mwh", 0.5),
    "battery power": ("storage_power_mw", 0.5),
    "battery no larger than the computers": ("storage_power_mw", 1e3),
    "heat within its pump": ("heat_pump_mw", 0.5),
    "land": ("area_ha", 0.5),
    "claim is held": ("certificates_mwh_per_yr", 0.0),
    "claim is used": ("claimed_mwh_per_yr", 9.0),
    "water": ("work_pflop", 0.5),
    "carbon location": ("draw_mw", 0.5),
    "carbon hourly": ("import_mw", 0.5),
    "carbon embodied": ("modules_count", 2.0),
}


@pytest.mark.parametrize("balance", SIZES)
def test_wrong_size_is_found(plan: Plan, balance: str) -> None:
    name, factor = SIZES[balance]
    wrong = with_decision(plan, name, factor * plan.solution.decisions[name].values)
    assert balance in failing(plan.case, wrong, plan.objective_usd)


def test_every_balance_has_been_seen_to_fail(plan: Plan) -> None:
    """The lists above name all that the audit checks; a new check needs a line in one of them."""
    checked = set(plan.audit().residuals["balance"])
    seen = set().union(*FOUND_BY.values(), LIMITS, POLICIES, MOVES, SIZES, {"objective", "cash flow"})
    seen |= {"power cooling.it", "power cooling.overhead", "power heat_reuse.heat_pump"}
    rest = {name for name in checked - seen if not name.startswith("cost ") and not name.endswith("is not negative")}
    assert rest == set()


def test_error_names_each_balance_and_place(plan: Plan) -> None:
    wrong = with_decision(plan, "level_mwh", plan.solution.decisions["level_mwh"].values * np.linspace(1, 2, 6))
    checked = audit(plan.case, wrong, plan.objective_usd)
    with pytest.raises(
        AuditError, match=r"the plan does not add up:\n.*battery level: off by .* at site_id="
    ) as caught:
        checked.raise_for_residuals()
    assert "period=" in str(caught.value)
    assert "hour=" in str(caught.value)
    assert checked.largest == checked.residuals["residual_fraction"].max() > TOLERANCE_FRACTION


def test_tolerance_is_strict(plan: Plan) -> None:
    """A millionth is let through, ten millionths are not."""
    area = plan.solution.decisions["area_ha"].values
    assert failing(plan.case, with_decision(plan, "area_ha", area * (1 + 5e-6)), plan.objective_usd)
    assert not failing(plan.case, with_decision(plan, "area_ha", area * (1 + 1e-7)), plan.objective_usd)


def test_there_is_something_to_check() -> None:
    assert len(CHECKS) > 10
