"""Taxes in the objective, by hand and against a model written apart."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import Solve, decided, paid, quick, tiny_case

from siting.plan.plan import Plan

EARNED = 2.4 * 8760
"""Yearly revenue of the tiny case's one accelerator [USD]: 21,024."""


def npv(plan: Plan) -> float:
    """Net present value after tax [USD]."""
    return float(plan.kpis["npv_after_tax_usd"]["value"])


def test_tax_on_profit_after_write_offs(solved: Solve) -> None:
    """A rack of 50,000 over five years, 21 %: profit 5 x 21,024 - 50,000 = 55,120, of which 11,575.20 is tax.

    The five years pay 50,000 + 11,575.20; each has a fifth of the tax as its level amount, since there is no interest.
    """
    plan = solved(tiny_case(periods=((2030, 5),), rack_usd=5e4, rack_life_yr=5, federal_income_tax_fraction=0.21))
    assert plan.objective_usd == pytest.approx(61_575.20)
    assert paid(plan, "taxes.income_tax").tolist() == [[pytest.approx(2315.04)]]


def test_taxes_on_receipts_property_and_sales(solved: Solve) -> None:
    """1 % of 21,024; 2 % of a hall of 30,000 and of 1 ha at 5,000; 5 % of a rack of 50,000. Without tax on profit."""
    plan = solved(
        tiny_case(
            rack_usd=5e4, hall_usd_per_mw=3e4, land_ha_per_mw=1.0, land_usd_per_ha=5e3, receipts_tax_fraction=0.01,
            property_tax_fraction=0.02, sales_tax_fraction=0.05,
        )
    )  # fmt: skip
    assert paid(plan, "taxes.receipts_tax").sum() == pytest.approx(210.24)
    assert paid(plan, "taxes.property_tax").sum() == pytest.approx(700.0)
    assert paid(plan, "taxes.sales_tax").sum() == pytest.approx(2500.0)
    assert plan.objective_usd == pytest.approx(5e4 + 3e4 + 210.24 + 700 + 2500)


def two_states(objective: str) -> Plan:
    """One rack of 50,000 at site a, which taxes it by 8 %, or at b, which does not and costs 1,000 more to prepare."""
    case = tiny_case(
        sites=("a", "b"), rack_usd=5e4, sales_tax_fraction=[0.08, 0.0],
        connection_fixed_usd=[0.0, 1000.0], finance={"objective": objective}, policy={"sites_max_count": 1},
    )  # fmt: skip
    return quick(case)


def test_state_that_exempts_racks_is_found_though_dearer_before_tax() -> None:
    """1,000 more before tax spare 4,000 of sales tax: 3,000 more of net present value."""
    before, after = two_states("before_tax"), two_states("after_tax")
    assert decided(before, "open_count")[:, 0].tolist() == [1, 0]
    assert decided(after, "open_count")[:, 0].tolist() == [0, 1]
    assert before.objective_usd == pytest.approx(5e4)
    assert after.objective_usd == pytest.approx(5.1e4)
    assert npv(after) - npv(before) == pytest.approx(3000.0)


def test_without_a_price_of_work_costs_are_before_tax() -> None:
    """Write-offs without revenue would favour high taxes."""
    case = tiny_case(rack_usd=5e4, federal_income_tax_fraction=0.21, finance={"compute_price_usd_per_gpu_h": 0.0})
    plan = quick(case)
    assert plan.objective_usd == pytest.approx(5e4)
    assert plan.kpis["break_even_usd_per_gpu_h"]["value"] is None


@pytest.mark.parametrize(("charged", "taxed"), [(False, 8760.0), (True, 0.79 * 8760)])
def test_carbon_price_saves_tax_only_if_it_is_charged(charged: bool, taxed: float, solved: Solve) -> None:
    """8,760 MWh of 0.1 t at 10 USD are 8,760 USD; 21 % of it is saved where it is paid, none of a shadow price."""
    policy = {"carbon_price_usd_per_t": 10.0, "carbon_price_is_charged": charged}
    plan = solved(tiny_case(policy=policy, carbon_t_per_mwh=0.1, federal_income_tax_fraction=0.21))
    assert plan.objective_usd == pytest.approx(taxed + 0.21 * EARNED)
    flows = plan.tables["cash_flow"]
    assert flows["operating_usd"].sum() == pytest.approx(8760 if charged else 0)
    assert flows["shadow_usd"].sum() == pytest.approx(0 if charged else 8760)
    assert plan.kpis["shadow_cost_usd"]["value"] == pytest.approx(0 if charged else 8760)


def test_equal_work_earns_equal_revenue() -> None:
    """One rack of 4 accelerators does what two of 8 do each half of: the hours sold are the reference's either way.

    The reference rack r has 8 accelerators for 1 PFLOP/s; t has 4 for 2. Two zones ask for 2 in all.
    """
    both: dict[str, Any] = {
        "racks": ("r", "t"), "accelerators_count": [8.0, 4.0], "rack_mw": [1.0, 1.0],
        "compute_pflop_per_mw": [1.0, 2.0], "inference_pflop": 2.0,
    }  # fmt: skip
    plans = [quick(tiny_case(**both, compatible_count=[fits])) for fits in ([1, 0], [0, 1])]
    for plan in plans:
        assert plan.tables["cash_flow"]["revenue_usd"].sum() == pytest.approx(2.4 * 2 * 8 * 8760)
        assert plan.tables["racks"]["reference_gpu_h_per_yr"].sum() == pytest.approx(2 * 8 * 8760)
    assert [plan.tables["racks"]["gpu_h_per_yr"].sum() for plan in plans] == pytest.approx([16 * 8760, 4 * 8760])


def test_what_is_built_is_paid_before_it_earns() -> None:
    """A hall of 100 of two years' life, at 10 %, paid a year ahead: the annuities of 110, and an outlay in 2029."""
    plan = quick(tiny_case(periods=((2030, 2),), rate=0.1, hall_usd_per_mw=100.0, hall_life_yr=2, hall_lead_yr=1))
    flows = plan.tables["cash_flow"]
    assert plan.objective_usd == pytest.approx(110.0)
    assert flows["year"].tolist() == [2029, 2030, 2031, 2032]
    assert flows["capital_usd"].tolist() == pytest.approx([100, 0, 0, 0])
    assert plan.kpis["first_outlay_usd"]["value"] == pytest.approx(100.0)


def test_break_even_price_after_tax() -> None:
    """50,000 over five years, no interest: at (50,000 / 5) / 8,760 = 1.1416 USD the profit is nil, and so is tax."""
    plan = quick(tiny_case(periods=((2030, 5),), rack_usd=5e4, rack_life_yr=5, federal_income_tax_fraction=0.21))
    assert plan.kpis["break_even_usd_per_gpu_h"]["value"] == pytest.approx(1e4 / 8760)


def test_losses_refunded_and_carried_forward() -> None:
    """Written off at once, 10 %: 21 % of 28,976 comes back in 2031, or is spared in 2032 (21,024) and 2033 (7,952)."""
    plan = quick(
        tiny_case(
            periods=((2030, 5),), rate=0.1, rack_usd=5e4, rack_life_yr=5, federal_income_tax_fraction=0.21,
            bonus_depreciation_fraction=1.0,
        )
    )  # fmt: skip
    kpis = plan.kpis
    worth = 0.21 * (28_976 * 1.1**-1 - 21_024 * 1.1**-2 - 7952 * 1.1**-3)
    lost = kpis["npv_after_tax_usd"]["value"] - kpis["npv_losses_carried_usd"]["value"]
    assert lost == pytest.approx(worth)


def test_what_is_left_sold_at_its_books() -> None:
    """A hall of 100 of 4 years sold after 2 at 10 %: books 50; annuities not yet paid 100 x 0.31547 / 0.57619."""
    plan = quick(tiny_case(periods=((2030, 2),), rate=0.1, hall_usd_per_mw=100.0, hall_life_yr=4))
    left = 100 * (0.1 / (1 - 1.1**-4)) / (0.1 / (1 - 1.1**-2))
    kpis = plan.kpis
    assert kpis["npv_after_tax_usd"]["value"] - kpis["npv_book_salvage_usd"]["value"] == pytest.approx(
        (left - 50) * 1.1**-2
    )


def test_reserve_for_renewals_lowers_the_cover() -> None:
    """A rack of 10,000 renewed after 2 of 4 years, 60 % borrowed: 2,000 a year laid aside in the first two years."""
    plan = quick(tiny_case(periods=((2030, 4),), rack_usd=1e4, rack_life_yr=2, debt_fraction=0.6))
    taxed = plan.tables["after_tax"]
    assert taxed["renewal_reserve_usd"].tolist() == pytest.approx([0, 2000, 2000, 0, 0])
    owed = taxed["interest_usd"] + taxed["principal_usd"]
    covers = taxed["debt_cover_ratio"] - taxed["debt_cover_after_reserve_ratio"]
    assert (covers * owed).iloc[1:].tolist() == pytest.approx([2000, 2000, 0, 0])


MACRS = {5: [0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576]}
"""IRS Publication 946, table A-1, to four decimals, which is all that a plan's choice needs."""


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000))
def test_plan_is_the_best_of_all_by_a_model_written_apart(seed: int) -> None:
    """Every way of placing two MW at three sites: its flows are listed year by year and taxed, and the best is found.

    Racks live three years in a horizon of four: they are bought, renewed once and sold. Two sites at the most.
    """
    draw = np.random.default_rng(seed)
    rate, years, life = 0.08, 4, 3
    racks, halls = 2e4, 6000.0
    power, prepared = draw.uniform(20, 60, 3) / 30, draw.uniform(0, 3e4, 3)
    state, receipts, sales = draw.uniform(0, 0.1, 3), draw.uniform(0, 0.02, 3), draw.uniform(0, 0.09, 3)
    federal, of_property = 0.21, 0.015
    case = tiny_case(
        sites=("a", "b", "c"), periods=((2030, years),), rate=rate, inference_pflop=2.0, rack_usd=racks,
        rack_life_yr=life, hall_usd_per_mw=halls, hall_life_yr=years, price_usd_per_mwh=power[:, None],
        connection_fixed_usd=prepared, connection_life_yr=years, hall_equipment_fraction=1.0,
        hall_equipment_recovery_yr=5.0, connection_equipment_recovery_yr=5.0,
        income_tax_fraction=state, receipts_tax_fraction=receipts, sales_tax_fraction=sales,
        federal_income_tax_fraction=federal, property_tax_fraction=of_property, facility={"site_max_mw": 2.0},
    )  # fmt: skip

    def discounted(flow: np.ndarray[Any, Any]) -> float:
        return float(flow @ (1 + rate) ** -np.arange(years + 1.0))

    def worth(site: int, size: int) -> float:
        """Net present value after tax of racks at one site."""
        if size == 0:
            return 0.0
        tax = federal + state[site] * (1 - federal)
        cash, income = np.zeros(years + 1), np.zeros(years + 1)
        revenue = EARNED * size
        spent = 8760 * power[site] * size + receipts[site] * revenue + of_property * halls * size
        cash[1:] += revenue - spent
        income[1:] += revenue - spent
        annuity = rate / (1 - (1 + rate) ** -life)
        for start, used, salvage in ((0, 3, 0.0), (3, 1, annuity / (rate / (1 - (1 + rate) ** -2)))):
            cost = racks * size * (1 + sales[site])
            cash[start] -= cost
            written = MACRS[5][:used]
            income[start + 1 : start + used + 1] -= cost * np.array(written)
            cash[start + used] += racks * size * salvage
            income[start + used] += racks * size * salvage - cost * (1 - sum(written))
        for cost in (halls * size, prepared[site]):
            cash[0] -= cost
            income[1 : years + 1] -= cost * np.array(MACRS[5][:years])
            income[years] -= cost * (1 - sum(MACRS[5][:years]))
        return discounted(cash - tax * income)

    ways = [sizes for sizes in itertools.product(range(3), repeat=3) if sum(sizes) == 2]
    best = max(sum(worth(site, size) for site, size in enumerate(sizes)) for sizes in ways)
    plan = quick(case)
    assert npv(plan) == pytest.approx(best, rel=1e-3)
    assert discounted(np.array([0.0] + [2 * EARNED] * years)) - plan.objective_usd == pytest.approx(npv(plan), rel=1e-9)
