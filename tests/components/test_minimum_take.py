"""Minimum take: the demand charge on a share of the connection, whatever is drawn; bills worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny import Solve, paid, quick, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.problems import InputError

BILLED: dict[str, Any] = {
    "demand_charge_usd_per_mw_month": 1000.0,
    "pue_peak_ratio": 2.0,
}
"""1 MW is drawn in every hour, and the connection has 2 MW for the worst one: 12 x 1,000 USD a year."""


def test_what_is_not_taken_is_billed(solved: Solve) -> None:
    """Of 2 MW at least 0.8 are paid: 1.6 MW x 12 x 1,000 = 19,200, of which 7,200 are beyond the peak."""
    plan = solved(tiny_case(**BILLED, min_take_fraction=0.8))
    assert plan.objective_usd == pytest.approx(19_200)
    assert paid(plan, "minimum_take.untaken").ravel() == pytest.approx([7_200])
    assert plan.tables["minimum_take"]["untaken_mw"].tolist() == pytest.approx([0.6] * 12)


@pytest.mark.parametrize("least", [0.0, 0.3, 0.5])
def test_a_share_below_the_peak_costs_nothing(solved: Solve, least: float) -> None:
    """Up to 0.5 x 2 MW the peak of 1 MW is billed as it is."""
    assert solved(tiny_case(**BILLED, min_take_fraction=least)).objective_usd == pytest.approx(12_000)


def test_each_month_is_billed_on_its_own(solved: Solve) -> None:
    """1 MW in the days of half the year, 3 in the others; 4 MW are connected, of which 0.5 are paid at the least.

    Six months at 2 MW and six at 3 MW are 30,000; by the year's highest peak it would be 36,000, without 24,000.
    """
    case = tiny_case(
        days_of_year=(182, 183),
        inference_pflop=[1, 1, 1, 3, 3, 3],
        demand_charge_usd_per_mw_month=1000.0,
        pue_peak_ratio=4 / 3,
        rack_usd=1e6,
        min_take_fraction=0.5,
    )
    plan = solved(case)
    assert plan.objective_usd - 3e6 == pytest.approx(30_000)


def test_a_larger_minimum_never_costs_less() -> None:
    costs = [quick(tiny_case(**BILLED, min_take_fraction=least)).objective_usd for least in (0.0, 0.4, 0.6, 1.0)]
    assert costs == sorted(costs)
    assert costs[-1] == pytest.approx(24_000)


def test_classes_of_large_load_have_theirs() -> None:
    """Loudoun lies where Dominion's class is known to hold: 0.85 of the demand for lines; Ellis's has none."""
    study = siting.load_study("us-small")
    study = study.model_copy(
        update={"sites": ("loudoun-va", "ellis-tx"), "connection": {"min_take_fraction": "classes"}, "policy": {}}
    )
    case = siting.prepare(study)
    assert case.values("minimum_take.min_take_fraction").tolist() == [0.85, 0.0]


@pytest.mark.parametrize("stated", [1.2, -0.1, "all"])
def test_what_is_no_share_is_refused(tmp_path: Path, stated: Any) -> None:
    fields = study_fields() | {"connection": {"min_take_fraction": stated}}
    with pytest.raises(InputError, match=r"connection\.min_take_fraction"):
        siting.load_study(write_study(tmp_path, fields))
