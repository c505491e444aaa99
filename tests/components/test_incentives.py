"""Credits, exemptions and abatements, by hand and against an enumeration written apart."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest
from draws import drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from sites_apart import fleet
from tiny import Solve, decided, paid, quick, tiny_case

from siting.accounts.audit import audit
from siting.case.case import Case, Field
from siting.case.minimum_cost import unavoidable_cost
from siting.data.components.incentives import IncentiveRow
from siting.data.components.registry import ASSETS
from siting.plan.plan import Plan
from siting.quantities import bare_name

RACK: dict[str, Any] = {"rack_usd": 5e4, "rack_life_yr": 5, "periods": ((2030, 5),)}
"""One rack of 50,000, used for the five years of the horizon."""

EARNED = 2.4 * 8760
"""Yearly revenue of the tiny case's one accelerator [USD]: 21,024."""


def relief(plan: Plan) -> list[float]:
    """What is granted [USD/yr], by period, over all sites."""
    granted: list[float] = (-paid(plan, "incentives.relief").sum(axis=0)).tolist()
    return granted


def forgone(plan: Plan) -> float:
    """Tax forgone [USD], as the result table has it, which is the key figure where no state exempts racks."""
    table = float(plan.tables["incentives"]["tax_forgone_usd"].sum())
    assert table == pytest.approx(plan.kpis["tax_forgone_usd"]["value"])
    return table


def test_a_credit_is_a_share_of_the_price(solved: Solve) -> None:
    """30 % of 50,000 are 15,000, 3,000 a year; the tax on profit is that of the case without: 11,575.20."""
    plan = solved(tiny_case(**RACK, incentives=("c",), rack_credited_fraction=0.3, federal_income_tax_fraction=0.21))
    assert plan.objective_usd == pytest.approx(5e4 + 11_575.20 - 15_000)
    assert relief(plan) == pytest.approx([3000.0])
    assert plan.tables["after_tax"]["tax_credit_usd"].tolist() == pytest.approx([0, 15_000, 0, 0, 0, 0])
    assert forgone(plan) == pytest.approx(15_000)


def test_a_credit_is_granted_after_a_year_in_dollars_of_the_purchase(solved: Solve) -> None:
    """At 10 % and an inflation of 2 %, 15,000 of the start are worth 15,000 / 1.02 / 1.1 then."""
    made = {**RACK, "rate": 0.1, "inflation_fraction": 0.02}
    without, plan = (solved(tiny_case(**made, incentives=("c",), rack_credited_fraction=c)) for c in (0.0, 0.3))
    assert without.objective_usd - plan.objective_usd == pytest.approx(15_000 / 1.02 / 1.1)


def test_a_credit_moves_the_plan_to_a_dearer_site(solved: Solve) -> None:
    """Site b costs 1,000 more and has 3 % of 50,000, 1,500: 49,500 instead of 50,000."""
    plan = solved(
        tiny_case(
            **RACK, sites=("a", "b"), connection_fixed_usd=[0.0, 1000.0], connection_life_yr=5, incentives=("c",),
            placed_count=[[0], [1]], rack_credited_fraction=0.03, policy={"sites_max_count": 1},
        )
    )  # fmt: skip
    assert decided(plan, "open_count")[:, 0].tolist() == [0, 1]
    assert plan.objective_usd == pytest.approx(49_500)


def with_threshold(threshold: float, rate: float) -> Case:
    """A rack of 50,000 and a connection at 1,000 a MW, of which 1 MW is needed: 51,000 in all."""
    return tiny_case(
        **RACK, connection_usd_per_mw=1000.0, connection_life_yr=5, incentives=("c",), threshold_usd=threshold,
        rack_credited_fraction=rate, connection_credited_fraction=rate,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("threshold", "rate", "cost", "is_granted"),
    [
        (51_000, 0.10, 45_900.0, True),  # reached by what is needed: 51,000 less a tenth
        (52_000, 0.10, 46_800.0, True),  # a second MW of connection reaches it: 52,000 less a tenth, below 51,000
        (52_000, 0.01, 51_000.0, False),  # it would not pay: 52,000 less 520 is more than 51,000
        (300_000, 0.10, 51_000.0, False),  # 249 MW more would cost 270,000 after the credit
    ],
)
def test_a_threshold_is_reached_where_that_pays(
    threshold: float, rate: float, cost: float, is_granted: bool, solved: Solve
) -> None:
    """The arithmetic stands beside each case."""
    plan = solved(with_threshold(threshold, rate))
    assert plan.objective_usd == pytest.approx(cost)
    assert decided(plan, "granted_count").tolist() == [[is_granted]]
    assert forgone(plan) == pytest.approx(rate * threshold if is_granted else 0.0)


def test_a_threshold_counts_what_is_bought_while_it_holds(solved: Solve) -> None:
    """A rack in 2030 and another in 2031: 100,000 in all, 50,000 of them by 2030, when the credit ends.

    Of a threshold of 60,000 only the first counts; if it holds until 2031 both do, and both are credited.
    """
    made: dict[str, Any] = {
        "periods": ((2030, 1), (2031, 1)), "rack_usd": 5e4, "rack_life_yr": 2, "hall_life_yr": 2,
        "inference_pflop": [[[1.0] * 3, [2.0] * 3]], "incentives": ("c",), "threshold_usd": 6e4,
        "rack_credited_fraction": 0.1,
    }  # fmt: skip
    late, early = (solved(tiny_case(**made, until_yr=until)) for until in (2, 1))
    assert forgone(late) == pytest.approx(10_000)
    assert forgone(early) == 0.0


def test_renewals_after_the_end_are_not_credited(solved: Solve) -> None:
    """A rack of two years' life in a horizon of four is bought twice; a credit until 2031 has the first alone."""
    made: dict[str, Any] = {"periods": ((2030, 4),), "rack_usd": 5e4, "rack_life_yr": 2, "hall_life_yr": 4}
    made |= {"incentives": ("c",), "rack_credited_fraction": 0.1}
    assert forgone(solved(tiny_case(**made, until_yr=2))) == pytest.approx(5000)
    assert forgone(solved(tiny_case(**made, until_yr=3))) == pytest.approx(10_000)


def test_an_abatement_ends(solved: Solve) -> None:
    """2 % of a hall of 30,000 are 600 a year, half of it abated in 2030 to 2032, of five years: 900.

    Property tax is taken off income: of 900 the tax on income of 21 % leaves 711, 142.20 a year.
    """
    plan = solved(
        tiny_case(
            periods=((2030, 5),), hall_usd_per_mw=3e4, hall_life_yr=5, rack_life_yr=5, property_tax_fraction=0.02,
            federal_income_tax_fraction=0.21, incentives=("p",), hall_abated_fraction=0.5, until_yr=3,
        )
    )  # fmt: skip
    assert plan.tables["after_tax"]["property_tax_usd"].tolist() == pytest.approx([0, 300, 300, 300, 600, 600])
    assert relief(plan) == pytest.approx([142.20])
    assert forgone(plan) == pytest.approx(900)


def test_to_be_exempt_is_not_to_be_taxed() -> None:
    """An exemption from all sales tax is worth what no sales tax is, write-offs and renewals with it."""
    made: dict[str, Any] = {
        "periods": ((2030, 3), (2033, 2)), "rate": 0.08, "rack_usd": 5e4, "rack_life_yr": 2, "hall_life_yr": 5,
        "federal_income_tax_fraction": 0.21, "inflation_fraction": 0.02, "incentives": ("e",),
    }  # fmt: skip
    exempt = quick(tiny_case(**made, sales_tax_fraction=0.08, rack_exempted_fraction=1.0))
    untaxed = quick(tiny_case(**made, sales_tax_fraction=0.0))
    assert exempt.objective_usd == pytest.approx(untaxed.objective_usd)
    assert exempt.tables["after_tax"]["sales_tax_usd"].abs().sum() == pytest.approx(0)
    assert exempt.tables["incentives"]["tax_forgone_usd"].sum() == pytest.approx(3 * 0.08 * 5e4)


def test_before_tax_nothing_is_granted() -> None:
    """The objective is 50,000, and the account after tax has the credit of what is open to all."""
    case = tiny_case(**RACK, incentives=("c",), rack_credited_fraction=0.3, finance={"objective": "before_tax"})
    plan = quick(case)
    assert plan.objective_usd == pytest.approx(5e4)
    assert "cost_usd_per_yr/incentives.relief" not in plan.solution.values
    assert plan.tables["after_tax"]["tax_credit_usd"].sum() == pytest.approx(15_000)


def test_audit_finds_a_grant_that_is_not_earned() -> None:
    plan = quick(with_threshold(300_000, 0.1))
    decisions = {**plan.solution.decisions, "granted_count": Field(("site", "incentive"), np.ones((1, 1)))}
    residuals = audit(
        plan.case, dataclasses.replace(plan.solution, decisions=decisions), plan.objective_usd
    ).residuals.set_index("balance")["residual_fraction"]
    assert residuals["threshold of an incentive"] == pytest.approx(249 / 300)
    assert residuals["cost incentives.relief"] > 0.5
    assert residuals["cash flow after tax"] > 0.05


def test_no_plan_pays_less_than_what_must_be_paid() -> None:
    """Also where half of all prices is given back, from a threshold on that is reached."""
    shares = {f"{bare_name(name)}_credited_fraction": 0.5 for name in ASSETS}
    case = tiny_case(**RACK, hall_usd_per_mw=2e4, hall_life_yr=5, incentives=("c",), threshold_usd=1e3, **shares)
    assert unavoidable_cost(case) <= quick(case).objective_usd == pytest.approx(3.5e4)


def test_rows_name_the_assets_that_are_bought() -> None:
    named = set(IncentiveRow.model_fields["asset"].annotation.__args__)  # type: ignore[union-attr]
    assert named == {"all", *map(bare_name, ASSETS)}


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_plan_is_the_best_of_all_by_an_enumeration_written_apart(seed: int) -> None:
    """Two MW of work at three sites, with racks and halls beyond it where they reach a threshold.

    Flows are listed year by year: a credit of all that is bought, at one site or all from a threshold on, comes back
    after a year; half of the property tax on halls is abated for two of three years where a draw says so.
    """
    draw = np.random.default_rng(seed)
    rate, years, federal, of_property = 0.08, 3, 0.21, 0.05
    racks, halls = 2e4, 9000.0
    power, prepared = draw.uniform(20, 60, 3) / 30, draw.uniform(0, 2e4, 3)
    credit, threshold = draw.uniform(0.02, 0.4), draw.choice([3e4, 5.5e4, 6.2e4, 9e4])
    holds, abates = draw.integers(0, 2, 3), draw.integers(0, 2, 3)
    case = tiny_case(
        sites=("a", "b", "c"), periods=((2030, years),), rate=rate, inference_pflop=2.0, rack_usd=racks,
        rack_life_yr=years, hall_usd_per_mw=halls, hall_life_yr=years, price_usd_per_mwh=power[:, None],
        connection_fixed_usd=prepared, connection_life_yr=years, hall_equipment_fraction=1.0,
        hall_equipment_recovery_yr=5.0, connection_equipment_recovery_yr=5.0, federal_income_tax_fraction=federal,
        property_tax_fraction=of_property, facility={"site_max_mw": 2.0}, incentives=("c", "p"),
        placed_count=np.stack([holds, abates], axis=1), threshold_usd=[threshold, 0.0], until_yr=[1000.0, 2.0],
        rack_credited_fraction=[credit, 0.0], hall_credited_fraction=[credit, 0.0], hall_abated_fraction=[0.0, 0.5],
    )  # fmt: skip
    written = [0.2, 0.32, 0.48]  # the rest when it is given up

    def worth(site: int, work: int, rack_count: int, hall_count: int) -> float:
        """Net present value after tax of a site."""
        if work == 0:
            return 0.0
        bought = racks * rack_count + halls * hall_count
        spent = bought + prepared[site]
        taxed = of_property * halls * hall_count * np.array([1 - 0.5 * abates[site], 1 - 0.5 * abates[site], 1.0])
        earned = (EARNED - 8760 * power[site]) * work - taxed
        flows = np.concatenate([[-spent], earned - federal * (earned - spent * np.array(written))])
        if holds[site] and spent >= threshold:
            flows[1] += credit * bought
        return float(flows @ (1 + rate) ** -np.arange(years + 1.0))

    sizes = [(w, r, h) for w in range(3) for r in range(w, 3) for h in range(r, 3)]
    best = max(
        sum(worth(site, *size) for site, size in enumerate(chosen))
        for chosen in itertools.product(sizes, repeat=3)
        if sum(size[0] for size in chosen) == 2
    )
    plan = quick(case)
    assert float(plan.kpis["npv_after_tax_usd"]["value"]) == pytest.approx(best, rel=1e-9)


@drawn(seed=st.integers(0, 999), few=0, many=2)
def test_whole_and_site_by_site_agree(seed: int) -> None:
    """Five sites; a credit that takes effect from a drawn investment on at some of them."""
    draw = np.random.default_rng(seed)
    case = fleet(
        5, seed=seed, hours_count=3, days_of_year=(365,), incentives=("c", "d"),
        price_usd_per_mwh=draw.uniform(20, 80, (5, 3)), inference_pflop=draw.uniform(0.2, 0.8, (3, 1, 3)),
        placed_count=draw.integers(0, 2, (5, 2)), threshold_usd=[float(draw.uniform(3e5, 1e6)), 0.0],
        rack_credited_fraction=[0.2, 0.0], hall_credited_fraction=[0.2, 0.05],
        facility={"site_min_mw": 1.0, "site_max_mw": 6.0, "fixed_site_usd": 4e4},
    )  # fmt: skip
    costs = []
    for method in ("whole", "decomposed"):
        plan = quick(case, method=method, gap=1e-4)
        plan.audit().raise_for_residuals()
        assert plan.bound_usd <= plan.objective_usd * (1 + 1e-6)
        costs.append((plan.bound_usd, plan.objective_usd))
    assert costs[0][0] <= costs[1][1] * (1 + 1e-6)
    assert costs[1][0] <= costs[0][1] * (1 + 1e-6)
    assert costs[0][1] == pytest.approx(costs[1][1], rel=3e-4)
