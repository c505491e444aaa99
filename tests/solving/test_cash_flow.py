"""The cash flow buys what the model pays annuities for; both are worth the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from rich_case import rich_case
from tiny import quick, tiny_case

from siting.accounts.books import all_books, cost_term
from siting.case.annuities import capital_recovery, present_value_ratio, salvage_ratio
from siting.case.case import Array
from siting.models.assembly.assembly import Assembly
from siting.models.formulation import DESIGN
from siting.plan.plan import Plan


def worth(plan: Plan) -> float:
    """Present value of what the cash flow pays, and of prices that nobody charges [USD]."""
    flows = plan.tables["cash_flow"]
    paid = flows["capital_usd"] + flows["operating_usd"] - flows["salvage_usd"] + flows["shadow_usd"]
    return float((paid * flows["discount_factor_ratio"]).sum())


@pytest.mark.parametrize("rate", [0.0, 0.07, 0.2])
@pytest.mark.parametrize("life_yr", [1, 2, 3, 4, 7, 10, 25])
def test_one_asset_over_a_horizon_that_its_life_does_not_divide(rate: float, life_yr: int) -> None:
    """A hall of 100 USD over ten years: the annuity's present value is that of buying, renewing and selling."""
    case = tiny_case(periods=((2030, 10),), base_year=2027, rate=rate, hall_usd_per_mw=100.0, hall_life_yr=life_yr)
    plan = quick(case)
    annuity = capital_recovery(rate, life_yr)
    years = np.arange(4, 14)
    assert plan.objective_usd == pytest.approx(100 * annuity * float(np.sum((1 + rate) ** -years)))
    assert worth(plan) == pytest.approx(plan.objective_usd, rel=1e-9)
    flows = plan.tables["cash_flow"]
    bought = [100.0 if year % life_yr == 0 and year < 10 else 0.0 for year in range(11)]
    assert flows["capital_usd"].tolist() == pytest.approx(bought)


def test_salvage_is_what_is_not_yet_paid() -> None:
    """Life of 4 years without interest, bought in years 0, 4 and 8 of ten: half of the last is left, 50 of 100."""
    plan = quick(tiny_case(periods=((2030, 10),), hall_usd_per_mw=100.0, hall_life_yr=4))
    flows = plan.tables["cash_flow"]
    assert flows["capital_usd"].tolist() == pytest.approx([100, 0, 0, 0, 100, 0, 0, 0, 100, 0, 0])
    assert flows["salvage_usd"].tolist() == pytest.approx([0] * 10 + [50])
    assert plan.objective_usd == pytest.approx(250)


def test_two_periods_buy_twice() -> None:
    """1 MW, then 3 MW, three and four years, lives of 5: bought in years 0 and 5 and (two of them) 3.

    At the end of year 7, 3/5 of the asset of year 5 and 1/5 of those of year 3 are left: 60 + 40.
    """
    case = tiny_case(
        periods=((2030, 3), (2033, 4)), inference_pflop=[[[1], [3]]], hall_usd_per_mw=100.0, hall_life_yr=5
    )
    plan = quick(case)
    flows = plan.tables["cash_flow"]
    assert flows["capital_usd"].tolist() == pytest.approx([100, 0, 0, 200, 0, 100, 0, 0])
    assert flows["salvage_usd"].iloc[-1] == pytest.approx(60 + 40)
    assert plan.objective_usd == pytest.approx(20 * 3 + 60 * 4)
    assert worth(plan) == pytest.approx(plan.objective_usd)


def test_operation_is_paid_at_the_end_of_each_year() -> None:
    """1 USD/MWh over two years from 2030, today 2028, at 10 %: 8,760 x (1.1^-3 + 1.1^-4)."""
    plan = quick(tiny_case(periods=((2030, 2),), base_year=2028, rate=0.1, price_usd_per_mwh=1.0))
    flows = plan.tables["cash_flow"]
    assert flows["year"].tolist() == [2030, 2031, 2032]
    assert flows["operating_usd"].tolist() == pytest.approx([0, 8760, 8760])
    assert flows["discount_factor_ratio"].tolist() == pytest.approx([1.1**-2, 1.1**-3, 1.1**-4])
    assert plan.objective_usd == pytest.approx(8760 * (1.1**-3 + 1.1**-4))


def test_revenue_is_of_the_hours_that_the_reference_accelerator_takes() -> None:
    """8 accelerators in the reference rack, 1 rack, all hours: 70,080 GPU-h a year at the study's 2.4 USD."""
    plan = quick(tiny_case(periods=((2030, 2),), accelerators_count=8.0, rack_usd=1e5, rack_life_yr=2))
    flows = plan.tables["cash_flow"]
    assert flows["revenue_usd"].tolist() == pytest.approx([0, 2.4 * 70_080, 2.4 * 70_080])
    assert flows["net_usd"].sum() == pytest.approx(2 * 2.4 * 70_080 - plan.objective_usd)
    assert (flows["net_usd"] * flows["discount_factor_ratio"]).to_numpy() == pytest.approx(flows["present_value_usd"])


@drawn(
    rate=st.sampled_from([0.0, 0.03, 0.07, 0.15]),
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=3),
    lives=st.lists(st.integers(1, 30), min_size=6, max_size=6),
    wait_yr=st.integers(0, 5),
    seed=st.integers(0, 3),
    few=2,
    many=15,
)
def test_any_lives_and_periods_have_the_same_worth(
    rate: float, lengths: list[int], lives: list[int], wait_yr: int, seed: int
) -> None:
    starts = np.cumsum([2030, *lengths[:-1]]).tolist()
    demand = np.random.default_rng(seed).uniform(0.5, 2, (2, len(lengths), 6))
    case = rich_case(
        seed=seed,
        periods=tuple(zip(starts, lengths, strict=True)),
        base_year=2030 - wait_yr,
        rate=rate,
        inference_pflop=np.sort(demand, axis=1),
        batch_mean_pflop=0.5,
        hall_life_yr=lives[:2],
        rack_life_yr=lives[2:4],
        storage_life_yr=lives[4],
        connection_life_yr=lives[5],
        finance={"objective": "before_tax"},
    )
    plan = quick(case, gap=0.05)
    assert worth(plan) == pytest.approx(plan.objective_usd, rel=1e-9)


def test_every_term_of_the_model_is_of_a_kind() -> None:
    """Books and model say the same of each; all annuities are posted, and no other is called as capital is."""
    terms = Assembly(rich_case(), DESIGN).cost_usd_per_yr.terms
    assert {term.name: term.spending.value for term in terms} == {
        term.name: cost_term(term.name).kind for term in terms
    }
    posted = {term.name for term in terms}
    annuities = {name for name in posted if cost_term(name).kind == "capital"}
    assert annuities == {term.name for book in all_books() for term in book.cost_terms if term.kind == "capital"}
    assert {name.split(".")[1] for name in posted - annuities}.isdisjoint({"capital", "line", "connection"})


def test_term_without_a_kind_is_refused() -> None:
    with pytest.raises(LookupError, match=r"no book states the cost term somebody\.else: add it to the cost_terms"):
        cost_term("somebody.else")


def test_cost_table_says_which_is_which() -> None:
    table = quick(rich_case()).tables["cost"]
    told = {f"{row['component']}.{row['term']}": row["kind"] for row in table.to_dict("records")}
    assert told == {name: cost_term(name).kind for name in told}
    assert {"capital", "operating", "shadow"} <= set(told.values())


# The functions that both sides use.


def net_present_value(rate: float, flows_usd: Array) -> float:
    """Worth of flows at the ends of the years to come."""
    return float(np.sum(flows_usd * (1 + rate) ** -np.arange(1.0, len(flows_usd) + 1)))


@given(rate=st.floats(0.0, 0.5, allow_subnormal=False), life_yr=st.integers(1, 60))
def test_annuities_are_worth_the_price(rate: float, life_yr: int) -> None:
    payments = np.full(life_yr, capital_recovery(rate, life_yr))
    assert net_present_value(rate, payments) == pytest.approx(1.0)
    assert present_value_ratio(rate, 0, life_yr) * capital_recovery(rate, life_yr) == pytest.approx(1.0)


@given(rate=st.floats(0.001, 0.5), life_yr=st.integers(2, 60), data=st.data())
def test_salvage_is_the_worth_of_the_annuities_left(rate: float, life_yr: int, data: Any) -> None:
    age_yr = data.draw(st.integers(0, life_yr))
    left = np.full(life_yr - age_yr, capital_recovery(rate, life_yr))
    assert salvage_ratio(rate, life_yr, age_yr) == pytest.approx(net_present_value(rate, left))


@given(rate=st.floats(0.0, 0.3), start_yr=st.integers(0, 20), first=st.integers(1, 15), second=st.integers(1, 15))
def test_periods_add_up(rate: float, start_yr: int, first: int, second: int) -> None:
    parts = present_value_ratio(rate, start_yr, first) + present_value_ratio(rate, start_yr + first, second)
    assert parts == pytest.approx(present_value_ratio(rate, start_yr, first + second))
