"""The audit finds a fault in every decision, every account and every limit, and names it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel
from rich_case import rich_case, rich_policy
from tiny import quick

from siting.accounts.accounts import power_terms
from siting.accounts.audit import TOLERANCE_FRACTION, AuditError, audit
from siting.accounts.books import all_books
from siting.accounts.numbers import Books
from siting.case.case import Array, Case, Field
from siting.case.solution import Solution
from siting.plan.plan import Plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A plan in which every decision is used somewhere."""
    made = quick(
        rich_case(
            policy={
                **rich_policy("market"),
                "cfe_annual_min_fraction": 0.1,
                "heat_reuse_min_fraction": 1e-4,
                "carbon_cap_method": "location",
            },
            training_cluster_pflop=1.0,
            clusters_needed_count=[[1, 1], [0, 1]],
            energy_usd_per_mwh=60_000.0,
            power_usd_per_mw=100.0,
            price_usd_per_mwh=[[20, 90, 40, 90, 165, 110], [30, 80, 30, 90, 170, 105]],
            lease_most_pflop=[0.9, 0.9],
            transfer_usd_per_pflop_h=0.5,
            certificate_usd_per_mwh=5.0,
            virtual_h_per_yr=100.0,
            virtual_usd_per_mwh=2.0,
            carbon_t_per_mwh=[[0.5] * 6, [0.1] * 6],
            output_fraction=[[[0.9, 0, 0, 0.8, 0, 0], [0.3] * 6]] * 2,
            strike_usd_per_mwh=[2.0, 70.0],
            resale_usd_per_mwh=[12, 12, 12, -20, 12, 12],
            sold_count=[[1, 1], [0, 1]],
            conversion_usd_per_mw=10.0,
            existing_mw=[[2.0, 0.0], [2.0, 0.0]],
            heat_pump_power_fraction=0.2,
            heat_gain_ratio=1.25,
            heat_price_usd_per_mwh=60.0,
            plant_fuel_usd_per_mwh=60.0,
            running_usd_per_mwh=2.0,
            permit_h_per_yr=300.0,
            min_take_fraction=[1.0, 0.1],
            ratchet_fraction=1.0,
            further_ratio=4.0,
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


OWN = re.compile("(.*) (is whole|is not negative|is kept)")
"""Balances of one decision, which say nothing about what it does."""


FREE = {"waiting_pflop", "year_peak_mw"}
"""Work that waits when the year begins, and a highest peak of which no share is billed, since one of the connection is
more: any amount within its limits is as good as another, and none of it costs."""


@pytest.mark.slow
def test_every_decision_is_used_and_upsets_a_balance_with_others(plan: Plan) -> None:
    """A hundredth more or less of its largest value: not only that it is no longer whole."""
    for name, field in plan.solution.decisions.items():
        assert field.values.max() > 0, f"the case must use {name}"
        for factor in (1.01, 0.99):
            found = failing(plan.case, with_decision(plan, name, changed(field.values, factor)), plan.objective_usd)
            upset = [balance for balance in found if not OWN.fullmatch(balance)]
            assert upset or name in FREE or wholly_recounted(plan, name), name


def wholly_recounted(plan: Plan, name: str) -> bool:
    """Whether a decision only counts what others size, as batteries: it must be whole, and no number hangs on it."""
    return name in {kept for book in all_books() for kept in book.whole} and f"{name} is whole" in failing(
        plan.case, with_decision(plan, name, changed(plan.solution.decisions[name].values, 1.01)), plan.objective_usd
    )


@pytest.mark.parametrize("value", [-1.0, np.nan, pytest.param(np.inf, marks=pytest.mark.slow)])
def test_impossible_number_is_found(plan: Plan, value: float) -> None:
    for name, field in plan.solution.decisions.items():
        values = field.values.copy()
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


@pytest.mark.parametrize("factor", [1.01, pytest.param(0.99, marks=pytest.mark.slow)])
def test_every_printed_term_is_found(plan: Plan, factor: float) -> None:
    """A hundredth more or less of any term of the accounts of money, carbon and water."""
    for name, field in plan.solution.values.items():
        ledger, term = name.split("/")
        if ledger == "power_mw" or term in UNUSED:
            continue
        assert np.abs(field.values).max() > 1.0, name
        values = {**plan.solution.values, name: Field(field.axes, changed(field.values, factor))}
        found = failing(plan.case, dataclasses.replace(plan.solution, values=values), plan.objective_usd)
        if ledger == "cost_usd_per_yr":
            assert f"cost {term}" in found
        elif ledger.startswith("carbon"):
            assert f"carbon {ledger.split('_')[1]}" in found
        else:
            assert "water" in found


def test_power_terms_are_found(plan: Plan) -> None:
    """The hourly table and the key figures print these, so they are audited too."""
    terms = [term for term, _ in power_terms(Books(plan.case, plan.solution.decisions))]
    assert {"cooling.it", "cooling.overhead"} <= set(terms)
    for term in terms:
        name = f"power_mw/{term}"
        field = plan.solution.values[name]
        values = {**plan.solution.values, name: Field(field.axes, changed(field.values, 1.01))}
        found = failing(plan.case, dataclasses.replace(plan.solution, values=values), plan.objective_usd)
        assert found == {f"power {term}"}


def test_power_ledger_is_the_books(plan: Plan) -> None:
    """What a component posts to the power ledger is a term of its book, or a decision that gives or takes power."""
    n = Books(plan.case, plan.solution.decisions)
    total = sum(field.values for name, field in plan.solution.values.items() if name.startswith("power_mw/"))
    booked = sum((power for _, power in power_terms(n)), np.zeros_like(n["draw_mw"]))
    booked = booked + sum(n[name] for book in all_books() for name in book.gives)
    booked = booked - sum(n[name] for book in all_books() for name in book.takes)
    assert booked == pytest.approx(total, abs=1e-9)
    posted = [name for name in plan.solution.values if name.startswith("power_mw/")]
    told = [term for book in all_books() for term in (*book.gives, *book.takes, *(name for name, _ in book.powers(n)))]
    assert len(posted) == len(told)


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
    assert {"objective", "cash flow after tax"} <= failing(plan.case, plan.solution, factor * plan.objective_usd)


FACTORS = (0.0, 0.01, 0.5, 1.01, 2.0, 1e3)
"""By which all values of a decision or of a number are multiplied, one after the other."""


def ways_to_break(plan: Plan) -> Iterator[tuple[Case, Solution]]:
    """The plan, a mistake made in each limit of the study, in each decision, and in each number."""
    case, solution, policy = plan.case, plan.solution, plan.case.study.policy
    limits: dict[str, Any] = {"excluded_sites": case.axes["site"]}
    for name, value in policy:
        if isinstance(value, Mapping):
            limits[name] = {key: 0.01 * of_key for key, of_key in value.items()}
        elif isinstance(value, int | float) and not isinstance(value, bool):
            limits[name] = 99 if "_min_" in name else 0.01 * value
    for name, value in limits.items():
        broken = BaseModel.model_copy(policy, update={name: value})  # unchecked: no person may state some of these
        yield dataclasses.replace(case, study=BaseModel.model_copy(case.study, update={"policy": broken})), solution
    numbers = {  # what is no number of years cannot be laid out by year
        name: field
        for name, field in case.fields.items()
        if not name.endswith(("_life_yr", "_lead_yr", "_recovery_yr", "_tenor_yr"))
    }
    for name, field in solution.decisions.items():
        yield case, with_decision(plan, name, np.ones_like(field.values))
        yield case, with_decision(plan, name, field.values + 0.5)
        if "period" in field.axes:
            last = np.moveaxis(field.values.copy(), field.axes.index("period"), -1)
            last[..., -1] = 0
            yield case, with_decision(plan, name, np.moveaxis(last, -1, field.axes.index("period")))
    for name, field in numbers.items():
        yield with_field(case, name, field.values + 99.0), solution
    for name, field in numbers.items():
        yield with_field(case, name, np.full_like(field.values, np.nan)), solution
    for factor in FACTORS:
        for name, field in solution.decisions.items():
            yield case, with_decision(plan, name, factor * field.values)
        for name, field in numbers.items():
            yield with_field(case, name, factor * field.values), solution


def with_field(case: Case, name: str, values: Array) -> Case:
    return dataclasses.replace(case, fields={**case.fields, name: Field(case.fields[name].axes, values)})


@pytest.mark.slow
def test_every_balance_is_seen_to_fail(plan: Plan) -> None:
    """Whatever a book checks, one of a thousand mistakes upsets it; a check that none upsets checks nothing.

    What is not negative stays so, whatever it is multiplied by. Mistakes are made until every other check has failed.
    """
    unseen = set(plan.audit().residuals["balance"]) - {f"{name} is not negative" for name in plan.solution.decisions}
    with np.errstate(all="ignore"):
        for case, solution in ways_to_break(plan):
            unseen -= failing(case, solution, plan.objective_usd)
            if not unseen:
                break
    assert unseen == set()


def test_every_limit_of_the_study_is_stated(plan: Plan) -> None:
    """Otherwise the check of a limit that the case leaves out would be neither run nor missed."""
    left_out = {name for name, value in plan.case.study.policy if value is None or value == {}}
    assert left_out == set()


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


def test_no_two_balances_have_one_name(plan: Plan) -> None:
    names = plan.audit().residuals["balance"]
    assert len(names) > len(all_books())
    assert not names.duplicated().any()
