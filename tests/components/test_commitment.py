"""Commitments of large loads: bills of two published shapes by hand; shares, years and months are those of
the table `large_loads`, charges are round numbers of the tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny import Solve, paid, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.problems import InputError

BILLED: dict[str, Any] = {"demand_charge_usd_per_mw_month": 1000.0, "pue_peak_ratio": 2.0}
"""1 MW in every hour, and 2 MW connected."""


def test_bill_of_a_minimum_with_a_term(solved: Solve) -> None:
    """AEP Ohio: 85 % of subscribed capacity for 12 years; who leaves early owes 36 months of it.

    2 MW from 2030 for 3 years: 1.7 MW x 12,000 USD a year, and at the end of 2032 the lesser of 36 and 108 months of
    1,700 USD: 61,200. At a discount of 0 the plan costs 3 x 20,400 + 61,200.
    """
    terms = {"min_take_fraction": 0.85, "term_months": 144.0, "exit_most_months": 36.0}
    plan = solved(tiny_case(**BILLED, **terms, periods=((2030, 3),)))
    assert plan.objective_usd == pytest.approx(3 * 20_400 + 61_200)
    assert paid(plan, "commitment.exit").sum() * 3 == pytest.approx(61_200)


def test_what_is_owed_at_the_end_is_worth_that_there(solved: Solve) -> None:
    """At 10 % 1,700 USD x 12 months after 2 years are worth 20,400 / 1.1^2 in 2030; a term that has passed, nothing."""
    terms = {"min_take_fraction": 0.85, "exit_most_months": 1000.0, "periods": ((2030, 1), (2031, 1)), "rate": 0.1}
    owed = solved(tiny_case(**BILLED, **terms, term_months=36.0))
    passed = solved(tiny_case(**BILLED, **terms, term_months=24.0))
    assert owed.objective_usd - passed.objective_usd == pytest.approx(20_400 / 1.21)


def test_bill_of_collateral(solved: Solve) -> None:
    """Dominion: 1.5 M USD a MW of collateral; at 6 % it costs 90,000 USD a MW and year, on 2 MW."""
    case = tiny_case(pue_peak_ratio=2.0, collateral_usd_per_mw_yr=0.06 * 1.5e6)
    assert solved(case).objective_usd == pytest.approx(180_000)


@pytest.mark.parametrize(
    "stated",
    [
        {"term_yr": -1},
        {"collateral_usd_per_mw": 1.5},
        {"exit_months": 400},
        {"collateral_cost_fraction": 1.2},
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, stated: dict[str, Any]) -> None:
    fields = study_fields() | {"connection": stated}
    with pytest.raises(InputError, match=rf"connection\.{next(iter(stated))}"):
        siting.prepare(siting.load_study(write_study(tmp_path, fields)))
