"""Periods of half a year: what they cost, what is paid in them, and that both say the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from draws import drawn
from hypothesis import strategies as st
from rich_case import rich_case
from tiny import quick, through_a_folder, tiny_case

from siting.case.energisation import COLUMNS, energised_mw, energised_over_years_mw
from siting.plan.plan import Plan

HALVES = ((2030, 0.5), (2030.5, 0.5), (2031, 1))
AT_21 = 0.21
"""A yearly rate of which the half-year's is 10 %."""


def worth(plan: Plan, *, taxed: bool = False) -> float:
    """Present value of what the cash flow pays, taxes with it if wanted, and of prices that nobody charges [USD]."""
    flows, taxes = plan.tables["cash_flow"], plan.tables["after_tax"]
    paid = flows["capital_usd"] + flows["operating_usd"] - flows["salvage_usd"] + flows["shadow_usd"]
    if taxed:
        paid = paid + flows["net_usd"] - taxes["net_after_tax_usd"]
    return float((paid * flows["discount_factor_ratio"]).sum())


def test_a_half_year_is_paid_at_its_end() -> None:
    """1 USD/MWh at 21 %: 4,380 after each half of 2030, 8,760 after 2031, at 1.1 a half-year; nothing within 2031."""
    plan = quick(tiny_case(periods=HALVES, rate=AT_21, price_usd_per_mwh=1.0))
    flows = plan.tables["cash_flow"]
    assert flows["year"].tolist() == [2030, 2030.5, 2031, 2031.5, 2032]
    assert flows["period"].astype(object).where(flows["period"].notna(), None).tolist() == [
        None, 2030, 2030.5, None, 2031,
    ]  # fmt: skip
    assert flows["operating_usd"].tolist() == pytest.approx([0, 4380, 4380, 0, 8760])
    assert flows["discount_factor_ratio"].tolist() == pytest.approx([1.1**-k for k in range(5)])
    assert plan.objective_usd == pytest.approx(4380 * (1.1**-1 + 1.1**-2) + 8760 * 1.1**-4)


def test_half_years_bear_less_than_half_an_annuity() -> None:
    """A hall of 100 USD that lives two years, at 21 %: 2030's halves bear 10 % each where the year bears 21 %.

    100 x 0.21 / (1 - 1.21^-2) = 66.2489 a year, so 31.5471 a half-year: half an annuity (33.1244) would be paid twice
    too early. In all 100 again, since the life ends with the horizon and nothing is left.
    """
    plan = quick(tiny_case(periods=HALVES, rate=AT_21, hall_usd_per_mw=100.0, hall_life_yr=2))
    cost, annuity = plan.tables["cost"].set_index("period")["cost_usd_per_yr"], 21 / (1 - 1.21**-2)
    assert cost.loc[2030] / 2 == pytest.approx(annuity * 10 / 21)
    assert cost.loc[2031] == pytest.approx(annuity)
    assert plan.objective_usd == pytest.approx(100)
    assert plan.tables["cash_flow"]["capital_usd"].tolist() == pytest.approx([100, 0, 0, 0, 0])


def test_what_is_bought_in_the_middle_of_a_year_lives_from_there() -> None:
    """1 MW, then 3 from mid 2030 to 2033, no interest, lives of 2: 100 in 2030 and 2032, 200 in 2030.5 and 2032.5.

    At the end half of the first (used for one of two years) and three quarters of the 200 are left: 50 + 150. The year
    costs 50 for each 100: 25 in the half, 150 in each of two and a half years.
    """
    case = tiny_case(
        periods=((2030, 0.5), (2030.5, 2.5)), inference_pflop=[[[1], [3]]], hall_usd_per_mw=100.0, hall_life_yr=2
    )
    plan = quick(case)
    flows = plan.tables["cash_flow"].set_index("year")
    assert flows["capital_usd"][flows["capital_usd"] > 0].to_dict() == pytest.approx(
        {2030: 100, 2030.5: 200, 2032: 100, 2032.5: 200}
    )
    assert flows["salvage_usd"].loc[2033] == pytest.approx(50 + 150)
    assert plan.objective_usd == pytest.approx(25 + 150 * 2.5)
    assert worth(plan) == pytest.approx(plan.objective_usd)


def split(case: Any, **changes: Any) -> tuple[Plan, Plan]:
    """A plan of one year from 2030 and one of its halves, then ten years more, of the same numbers."""
    return (
        quick(case(periods=((2030, 1), (2031, 2)), **changes)),
        quick(case(periods=((2030, 0.5), (2030.5, 0.5), (2031, 2)), **changes)),
    )


@pytest.mark.parametrize("rate", [0.0, 0.07, AT_21])
def test_a_year_in_two_halves_costs_the_same_but_for_paying_earlier(rate: float) -> None:
    """What is bought costs the same, since annuities are worth the price. What is used is paid half a year earlier.

    Half of c after half a year and half after a year, over c after a year: (sqrt(1 + r) + 1) / 2.
    """
    bought, halved = split(tiny_case, rate=rate, hall_usd_per_mw=100.0, hall_life_yr=5)
    assert halved.objective_usd == pytest.approx(bought.objective_usd)
    used, halved = split(tiny_case, rate=rate, price_usd_per_mwh=1.0)
    later = 8760 * ((1 + rate) ** -2 + (1 + rate) ** -3)
    first = used.objective_usd - later
    assert halved.objective_usd - later == pytest.approx(first * ((1 + rate) ** 0.5 + 1) / 2)


@drawn(
    rate=st.sampled_from([0.0, 0.07, 0.15]),
    halves=st.lists(st.integers(1, 7), min_size=2, max_size=3),
    lives=st.lists(st.integers(1, 9), min_size=5, max_size=5),
    is_taxed=st.booleans(),
    seed=st.integers(0, 3),
    few=2,
    many=10,
)
def test_cash_flow_and_objective_say_the_same(
    rate: float, halves: list[int], lives: list[int], is_taxed: bool, seed: int
) -> None:
    """Whatever ends and lives: before tax, and with taxes, credits, abatements and what is given up."""
    lengths = [count / 2 for count in halves]
    starts = np.cumsum([2030, *lengths[:-1]]).tolist()
    demand = np.sort(np.random.default_rng(seed).uniform(0.5, 2, (2, len(lengths), 6)), axis=1)
    case = rich_case(
        seed=seed, periods=tuple(zip(starts, lengths, strict=True)), base_year=2029, rate=rate, inference_pflop=demand,
        batch_mean_pflop=0.5, hall_life_yr=lives[:2], rack_life_yr=lives[2:4], storage_life_yr=lives[4],
        federal_income_tax_fraction=0.21, income_tax_fraction=[0.05, 0.09], sales_tax_fraction=[0.06, 0.0],
        property_tax_fraction=0.015, accelerators_count=8.0, debt_fraction=0.6, debt_rate_fraction=0.06,
        inflation_fraction=0.02, finance={"objective": "after_tax" if is_taxed else "before_tax"},
    )  # fmt: skip
    plan = quick(case, gap=0.05)
    assert worth(plan, taxed=is_taxed) == pytest.approx(plan.objective_usd, rel=1e-9)
    taxed = plan.tables["after_tax"]
    if case.values("finance.inflation_fraction") == 0:
        assert taxed["principal_usd"].sum() == pytest.approx(taxed["debt_usd"].sum())


def test_debt_that_ends_within_a_year_is_repaid() -> None:
    """1,000 USD of racks for a year and a half, half of it borrowed at 10 %, no inflation.

    The payment of a year is 500 x 0.1 / (1 - 1.1^-1.5) = 375.33: 50 of interest, 325.33 repaid after it; the rest,
    174.67, with 174.67 x (1.1^0.5 - 1) = 8.53 of interest after the half.
    """
    case = tiny_case(
        periods=((2030, 1.5),), rack_usd=1000.0, rack_life_yr=5, debt_fraction=0.5, debt_rate_fraction=0.1,
        debt_tenor_yr=10.0, inflation_fraction=0.0,
    )  # fmt: skip
    taxed = quick(case).tables["after_tax"].set_index("year")
    payment = 50 / (1 - 1.1**-1.5)
    assert taxed["interest_usd"].tolist() == pytest.approx([0, 0, 50, (550 - payment) * (1.1**0.5 - 1)])
    assert taxed["principal_usd"].tolist() == pytest.approx([0, 0, payment - 50, 550 - payment])
    assert taxed["debt_cover_ratio"].notna().tolist() == [False, False, True, True]


def test_a_plan_of_half_years_comes_back_from_a_folder(tmp_path: Path) -> None:
    plan = quick(rich_case(periods=HALVES, inference_pflop=np.ones((2, 3, 6)), batch_mean_pflop=0.5), gap=0.05)
    read = through_a_folder(plan, tmp_path)
    assert read.case.axes["period"] == (2030, 2030.5, 2031)
    assert read.case.axes["year"] == (2030, 2030.5, 2031, 2031.5)
    assert read.case.study == plan.case.study
    pd.testing.assert_frame_equal(read.tables["cash_flow"], plan.tables["cash_flow"], check_dtype=False)
    figures = plan.kpis["it_capacity_mw"]["by_period"]
    assert list(figures) == ["2030", "2030.5", "2031"]


def test_whole_years_stay_whole_numbers() -> None:
    """Of whole periods each column of years is of integers, as before half-years were known."""
    plan = quick(tiny_case(periods=((2030, 1), (2031, 1))))
    assert plan.tables["sites"]["period"].dtype == np.int64
    assert plan.tables["cash_flow"]["year"].dtype == np.int64
    assert str(plan.tables["cash_flow"]["period"].dtype) == str(plan.tables["kpis"]["period"].dtype) == "Int64"


def test_power_by_half_years_and_what_stands_idle() -> None:
    """Free power at a from mid 2030, late from 2030.75; 10 USD/MWh at b: 43,800 for the first half, then nothing.

    Racks that live a year cost 1,000 at b, where they stand for the year, and half of it at a; there they wait for a
    quarter of a year if power is late: 250.
    """
    halves = ((2030, 0.5), (2030.5, 0.5))
    rows = pd.DataFrame([("a", 1, 5.0, 2030.5, 2030.5, 2030.75, "high", "a letter", "measured")], columns=list(COLUMNS))
    case = tiny_case(
        sites=("a", "b"), periods=halves, price_usd_per_mwh=[[0], [10]], rack_usd=1000.0, rack_life_yr=1,
        energised_mw=energised_mw(rows, ["a", "b"], [year for year, _ in halves], "p50"),
    )  # fmt: skip
    study = case.study.model_copy(update={"connection": {"dates": "p50"}})
    plan = quick(dataclasses.replace(case, study=study, tables={**case.tables, "energisation": rows}))
    assert plan.objective_usd == pytest.approx(43_800 + 1000 + 500)
    dates = plan.tables["power_dates"].set_index("site_id")
    assert dates["first_power_year"].to_dict() == {"a": 2030.5, "b": 2030}
    assert dates["p90_year"]["a"] == 2030.75
    assert dates["idle_usd"]["a"] == pytest.approx(250)
    (first,) = energised_over_years_mw(rows, "a", [2030], "p90", 0.5)
    assert first.tolist() == [[0.5, 0]]  # the date of the next half is not in it
    energised = plan.tables["energisation"].set_index("period")["is_energised"]
    assert energised.to_dict() == {2030: 0, 2030.5: 1}
