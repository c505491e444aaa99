"""Taxes and debt beside the cash flow, by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from rich_case import rich_case
from tiny import quick, through_a_folder, tiny_case

from siting.case.annuities import write_off
from siting.case.case import Case
from siting.data.components.registry import ASSETS
from siting.plan.plan import Plan
from siting.quantities import bare_name

EARNED = 2.4 * 8760
"""Yearly revenue of the tiny case's one accelerator [USD]: 21,024."""

MACRS_5 = [0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576]
MACRS_7 = [0.1429, 0.2449, 0.1749, 0.1249, 0.0893, 0.0892, 0.0893, 0.0446]
MACRS_15 = [0.05, 0.095, 0.0855, 0.077, 0.0693, 0.0623, *[0.059, 0.059, 0.0591] * 3, 0.0295]
"""IRS Publication 946, table A-1 (half-year convention), to four decimals."""


@pytest.mark.parametrize(("recovery_yr", "published"), [(5, MACRS_5), (7, MACRS_7)])
def test_write_offs_are_the_published_ones(recovery_yr: int, published: list[float]) -> None:
    assert write_off(recovery_yr) == pytest.approx(published, abs=6e-5)


def test_write_offs_of_land_improvements() -> None:
    """150 % declining balance to straight line: 5.00, 9.50, 8.55, 7.70, 6.93, 6.23, then 5.90 or 5.91, last 2.95 %."""
    found = write_off(15)
    assert found[:6] == pytest.approx(MACRS_15[:6], abs=6e-5)
    assert found[6:15] == pytest.approx(np.full(9, 0.0590), abs=1e-4)
    assert found[15] == pytest.approx(0.0295, abs=6e-5)


def test_write_offs_of_buildings() -> None:
    """Table A-7a, first month: 2.461 %, 38 years of 2.564 %, 0.107 %."""
    found = write_off(39, bonus_fraction=1.0)  # which buildings do not get
    assert found == pytest.approx([0.02461, *[0.02564] * 38, 0.00107], abs=5e-5)


@given(recovery_yr=st.integers(3, 39), bonus=st.floats(0, 1))
def test_everything_is_written_off_in_the_end(recovery_yr: int, bonus: float) -> None:
    found = write_off(recovery_yr, bonus)
    assert found.sum() == pytest.approx(1.0)
    assert (found >= -1e-12).all()


def rack(**fields: float) -> pd.DataFrame:
    """Taxes and debt of one rack of 50,000 USD over the five years of its life, without interest."""
    base = {"rack_usd": 5e4, "rack_life_yr": 5, "federal_income_tax_fraction": 0.21, **fields}
    return quick(tiny_case(periods=((2030, 5),), **base)).tables["after_tax"]


def test_income_tax_by_year() -> None:
    """21 % of 21,024 less 10,000, 16,000, 9,600, 5,760 and 5,760 with the last 2,880 that the renewal leaves.

    2,315.04 + 1,055.04 + 2,399.04 + 3,205.44 + 2,600.64 = 11,575.20, which is 21 % of the profit of 55,120.
    """
    taxed = rack()
    expected = [0, 2315.04, 1055.04, 2399.04, 3205.44, 2600.64]
    assert taxed["income_tax_usd"].tolist() == pytest.approx(expected)
    assert taxed["written_off_usd"].tolist() == pytest.approx([0, *(5e4 * np.array(MACRS_5[:5]))])
    assert taxed["net_after_tax_usd"].tolist() == pytest.approx([-5e4, *(EARNED - np.array(expected[1:]))])


def test_the_state_comes_off_before_the_federation() -> None:
    """10 % to the state, then 20 % of the rest: 28 % of the first year's 21,024 - 50,000, which saves 8,113.28."""
    taxed = rack(income_tax_fraction=0.1, federal_income_tax_fraction=0.2, bonus_depreciation_fraction=1.0)
    assert taxed["income_tax_usd"].tolist() == pytest.approx([0, -8113.28, *[0.28 * EARNED] * 4])


def test_taxes_on_receipts_and_equipment() -> None:
    """1 % of 21,024 a year; 5 % of 50,000 at once, which is written off with the rack. Both lower the income."""
    taxed = rack(receipts_tax_fraction=0.01, sales_tax_fraction=0.05, bonus_depreciation_fraction=1.0)
    assert taxed["receipts_tax_usd"].tolist() == pytest.approx([0, *[210.24] * 5])
    assert taxed["sales_tax_usd"].tolist() == pytest.approx([2500, 0, 0, 0, 0, 0])
    income = EARNED - 210.24
    assert taxed["income_tax_usd"].tolist() == pytest.approx([0, 0.21 * (income - 52_500), *[0.21 * income] * 4])
    assert taxed["net_after_tax_usd"].iloc[0] == pytest.approx(-52_500)


def test_property_tax_is_on_land_site_works_and_halls() -> None:
    """1 % of 100,000 of hall, 30,000 of works and 2 ha at 5,000: 1,400 a year; of the second period, 2,500.

    Racks, at 50,000 each, would add 500 and 1,000.
    """
    case = tiny_case(
        periods=((2030, 1), (2031, 2)), inference_pflop=[[[1], [2]]], hall_usd_per_mw=1e5, hall_life_yr=9,
        land_ha_per_mw=2.0, land_usd_per_ha=5e3, rack_usd=5e4, facility={"fixed_site_usd": 3e4},
        property_tax_fraction=0.01,
    )  # fmt: skip
    taxed = quick(case).tables["after_tax"]
    assert taxed["property_tax_usd"].tolist() == pytest.approx([0, 1400, 2500, 2500])


def test_what_is_sold_for_more_than_its_books_say_is_taxed() -> None:
    """A hall of 100,000, half plant (15 years, at once by the bonus) and half shell (39), sold after 1 of 4 years.

    Without interest three quarters of its price are left. Books: 50,000 x (1 - 11.5/468) = 48,771.37. Written off:
    51,228.63; gain 75,000 - 48,771.37 = 26,228.63; with 21,024 of revenue the income is -3,976.
    """
    case = tiny_case(
        hall_usd_per_mw=1e5, hall_life_yr=4, federal_income_tax_fraction=0.21, bonus_depreciation_fraction=1.0
    )
    taxed = quick(case).tables["after_tax"]
    assert taxed["written_off_usd"].tolist() == pytest.approx([0, 51_228.63], abs=0.01)
    assert taxed["income_tax_usd"].tolist() == pytest.approx([0, 0.21 * -3976])


def test_debt_is_repaid_over_the_life_of_the_rack() -> None:
    """60 % of 50,000 at 10 %, over 5 years though 10 were granted: 30,000 x 0.263797 = 7,913.92 a year.

    Interest of the first year 3,000, of the last 719.45. Cover in the last: 21,024 - 3,205.44 + 21 % of 719.45 =
    17,969.64 over 7,913.92 = 2.2706; the 2,880 left in the books are not operation.
    """
    taxed = rack(debt_fraction=0.6, debt_rate_fraction=0.1)
    assert taxed["debt_usd"].tolist() == pytest.approx([3e4, 0, 0, 0, 0, 0])
    service = (taxed["interest_usd"] + taxed["principal_usd"]).tolist()
    assert service == pytest.approx([0, *[7913.92] * 5], abs=0.01)
    assert taxed["interest_usd"].iloc[[1, 5]].tolist() == pytest.approx([3000, 719.45], abs=0.01)
    assert taxed["principal_usd"].sum() == pytest.approx(3e4)
    assert taxed["debt_cover_ratio"].iloc[5] == pytest.approx(2.2706, abs=1e-4)
    assert taxed["debt_cover_ratio"].iloc[1] == pytest.approx((EARNED - 2315.04 + 630) / 7913.92, abs=1e-4)
    assert taxed["equity_usd"].tolist()[:2] == pytest.approx([-2e4, EARNED - 2315.04 - 7913.92 + 630], abs=0.01)


def test_inflation_eats_write_offs_and_debt() -> None:
    """25 % inflation: 100 % written off after a year is worth 80 %; 30,000 borrowed for a year at 25 % costs 30,000."""
    case = tiny_case(
        rack_usd=5e4, rack_life_yr=1, federal_income_tax_fraction=0.21, bonus_depreciation_fraction=1.0,
        inflation_fraction=0.25, debt_fraction=0.6, debt_rate_fraction=0.25,
    )  # fmt: skip
    taxed = quick(case).tables["after_tax"]
    assert taxed["written_off_usd"].tolist() == pytest.approx([0, 4e4])
    assert taxed["interest_usd"].tolist() == pytest.approx([0, 6000])
    assert taxed["principal_usd"].tolist() == pytest.approx([0, 24_000])
    assert taxed["income_tax_usd"].tolist() == pytest.approx([0, 0.21 * (EARNED - 4e4)])


def test_key_figures_after_tax() -> None:
    """Without interest the net present value after tax is the sum: 5 x 21,024 - 50,000 - 11,575.20 = 43,544.80."""
    terms = {"federal_income_tax_fraction": 0.21, "debt_fraction": 0.6, "debt_rate_fraction": 0.1}
    plan = quick(tiny_case(periods=((2030, 5),), rack_usd=5e4, rack_life_yr=5, **terms))
    values = {name: entry["value"] for name, entry in plan.kpis.items()}
    assert values["npv_usd"] == pytest.approx(55_120)
    assert values["npv_after_tax_usd"] == pytest.approx(43_544.80)
    assert values["dscr_min_ratio"] == pytest.approx(2.2706, abs=1e-4)
    assert values["irr_after_tax_fraction"] < values["irr_fraction"]
    assert values["irr_equity_fraction"] > values["irr_after_tax_fraction"]


def test_without_debt_there_is_no_cover() -> None:
    plan = quick(tiny_case(rack_usd=5e4))
    assert plan.kpis["dscr_min_ratio"]["value"] is None
    assert plan.kpis["dscr_min_ratio"]["reason"] == "no debt"


def before_tax(case: Case) -> Case:
    """The same case, of which the costs before tax are least."""
    finance = case.study.finance.model_copy(update={"objective": "before_tax"})
    return dataclasses.replace(case, study=case.study.model_copy(update={"finance": finance}))


def taxed_case(seed: int = 0, gap: float = 0.05, **changes: object) -> Plan:
    """A rich plan of two sites in two states."""
    fields = {
        "federal_income_tax_fraction": 0.21,
        "income_tax_fraction": [0.05, 0.09],
        "receipts_tax_fraction": [0.0, 0.003],
        "sales_tax_fraction": [0.06, 0.0],
        "property_tax_fraction": 0.015,
        "debt_fraction": 0.6,
        "debt_rate_fraction": 0.06,
        "accelerators_count": 8.0,
    }
    return quick(rich_case(seed=seed, **{**fields, **changes}), gap=gap)


@drawn(few=2, many=5, seed=st.integers(0, 20), lives=st.lists(st.integers(1, 9), min_size=5, max_size=5))
def test_without_inflation_all_profit_is_taxed_once(seed: int, lives: list[int]) -> None:
    """Over the horizon, whatever the lives: tax is its rate of what comes in less what goes out; all debt is repaid.

    Credits come off the tax, and leave the profit as it is.
    """
    plan = taxed_case(
        seed, rate=0.0, inflation_fraction=0.0, income_tax_fraction=0.05, hall_life_yr=lives[:2],
        rack_life_yr=lives[2:4], storage_life_yr=lives[4],
    )  # fmt: skip
    flow, taxed = plan.tables["cash_flow"], plan.tables["after_tax"]
    others = taxed[["sales_tax_usd", "property_tax_usd", "receipts_tax_usd"]].sum().sum()
    profit = flow["net_usd"].sum() - others
    rate = 0.05 + 0.95 * 0.21
    credit = taxed["tax_credit_usd"].sum()
    assert credit > 0
    assert taxed["income_tax_usd"].sum() == pytest.approx(rate * profit - credit)
    assert taxed["net_after_tax_usd"].sum() == pytest.approx((1 - rate) * profit + credit)
    assert taxed["principal_usd"].sum() == pytest.approx(taxed["debt_usd"].sum())


@pytest.mark.slow
def test_without_taxes_both_objectives_are_the_same() -> None:
    free = {
        "federal_income_tax_fraction": 0.0, "income_tax_fraction": 0.0, "receipts_tax_fraction": 0.0,
        "sales_tax_fraction": 0.0, "property_tax_fraction": 0.0,
        **{f"{bare_name(name)}_credited_fraction": 0.0 for name in ASSETS},
    }  # fmt: skip
    untaxed, before = taxed_case(gap=0.0, **free), quick(before_tax(rich_case(accelerators_count=8.0)))
    assert untaxed.objective_usd == pytest.approx(before.objective_usd)
    assert untaxed.tables["after_tax"]["net_after_tax_usd"].tolist() == pytest.approx(
        untaxed.tables["cash_flow"]["net_usd"].tolist()
    )


def test_objective_before_tax_knows_no_tax() -> None:
    """Whatever the rates: plan and cost are as without any; the table of taxes tells what is paid."""
    case = rich_case(income_tax_fraction=[0.05, 0.09], sales_tax_fraction=[0.06, 0.0], property_tax_fraction=0.015)
    plan, free = quick(before_tax(case)), quick(before_tax(rich_case()))
    assert plan.objective_usd == pytest.approx(free.objective_usd)
    assert set(plan.tables["cost"]["kind"]) == {"capital", "operating", "shadow"}
    assert plan.tables["after_tax"]["property_tax_usd"].sum() > 0


def test_taxes_come_back_from_a_folder(tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    plan = taxed_case()
    read = through_a_folder(plan, tmp_path)
    pd.testing.assert_frame_equal(read.tables["after_tax"], plan.tables["after_tax"], check_dtype=False)


def test_exemptions_are_what_the_full_rate_would_add() -> None:
    """A state that exempts three quarters of a rate of 8 % takes 2 % and spares 6 % of what racks cost: three times."""
    case = tiny_case(
        rack_usd=1e6,
        sales_tax_fraction=0.02,
        income_tax_fraction=0.0,
        federal_income_tax_fraction=0.0,
    )
    taxes = case.tables["taxes"].assign(sales_tax_fraction=0.08)
    table = quick(dataclasses.replace(case, tables={**case.tables, "taxes": taxes})).tables["after_tax"]
    paid, spared = table["sales_tax_usd"].sum(), table["sales_tax_spared_usd"].sum()
    assert paid > 0
    assert spared == pytest.approx(3 * paid)
    lost = table["net_after_tax_usd"].sum() - table["net_without_exemptions_usd"].sum()
    assert lost == pytest.approx(spared)
