"""Water that must be there for new halls: solved by hand."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from tiny import Solve, decided, quick, tiny_case, with_fields

from siting.case.case import Case

HOURS = 8760


def two_ways(**fields: Any) -> Case:
    """One site, two ways of cooling: towers for nothing, dry for 100 USD/MW; 3 PFLOP/s want three modules of 1 MW."""
    return tiny_case(
        cooling=("tower", "dry"),
        inference_pflop=3.0,
        hall_usd_per_mw=[0.0, 100.0],
        full_load_m3_per_mw_yr=[[10_000.0, 0.0]],
        **fields,
    )


def test_without_a_limit_the_cheap_way_is_built(solved: Solve) -> None:
    """Three modules with towers: nothing."""
    assert solved(two_ways()).objective_usd == pytest.approx(0)


def test_new_halls_stay_within_the_supply(solved: Solve) -> None:
    """20,000 m3 are enough for two modules with towers; the third is dry: 100. By use, 0."""
    plan = solved(two_ways(water_limit_m3_per_yr=20_000.0))
    assert plan.objective_usd == pytest.approx(100)
    assert decided(plan, "modules_count").ravel() == pytest.approx([2, 1])


def test_the_limit_counts_halls_of_earlier_periods(solved: Solve) -> None:
    """1 PFLOP/s, then 3, and 20,000 m3: the halls of both periods, not of each, are two with towers and a dry one.

    The dry one costs 100 a year in the second period alone, whose halls live a year: 100. If each period had the whole
    supply for its new halls, two more could have towers: 0.
    """
    case = two_ways(
        periods=((2030, 1), (2031, 1)), hall_life_yr=[1.0, 1.0], water_limit_m3_per_yr=20_000.0,
    )  # fmt: skip
    case = with_fields(case, inference_pflop=[[[1.0] * 3, [3.0] * 3]])
    assert solved(case).objective_usd == pytest.approx(100)


def test_the_peak_day_is_paid_for_once_a_hall(solved: Solve) -> None:
    """Towers pay 30 USD/MW for their day, dry halls cost 100: three modules with towers, 90, over a life of a year."""
    plan = solved(two_ways(peak_day_usd_per_mw=[[30.0, 0.0]]))
    assert plan.objective_usd == pytest.approx(90)


def test_a_dear_peak_day_makes_halls_dry(solved: Solve) -> None:
    """At 130 USD/MW towers cost more than the 100 of a dry hall: 300, where towers would cost 390."""
    plan = solved(two_ways(peak_day_usd_per_mw=[[130.0, 0.0]]))
    assert plan.objective_usd == pytest.approx(300)
    assert decided(plan, "modules_count").ravel() == pytest.approx([0, 3])


def test_the_audit_sees_halls_beyond_the_supply() -> None:
    """Two modules with towers take 20,000 m3; held against a supply of 15,000, 5,000 are missing, a third of it."""
    plan = quick(two_ways(water_limit_m3_per_yr=20_000.0))
    tighter = dataclasses.replace(plan, case=with_fields(plan.case, water_limit_m3_per_yr=15_000.0))
    found = tighter.audit().residuals.set_index("balance")["residual_fraction"]
    assert found["water within supply"] == pytest.approx(1 / 3)
