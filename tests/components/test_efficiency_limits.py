"""Limits on the PUE and WUE of each site: ratios of the year, at every site for itself."""

from __future__ import annotations

from typing import Any

import pytest
from tiny import Solve, decided, quick, tiny_case, with_year

from siting.optimise.no_plan import NoPlanError

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def dear_and_cheap(**changes: Any) -> Any:
    """Air at PUE 1.5 for nothing, liquid at PUE 1.1 for 100 USD a MW; racks in both."""
    named = {"cooling": ("air", "liquid"), "pue": [[1.5], [1.1]], "hall_usd_per_mw": [0.0, 100.0], "rack_mw": 0.25}
    return tiny_case(**{**named, "facility": {"module_mw": 0.25}, **changes})


@pytest.mark.parametrize(("limit", "cost_usd"), [(None, 0), (1.5, 0), (1.3, 50), (1.2, 75), (1.1, 100)])
def test_pue_is_within_its_limit(solved: Solve, limit: float | None, cost_usd: float) -> None:
    """Half of the MW in liquid halls gives PUE 1.3, three quarters 1.2; without the limit none is bought."""
    plan = solved(dear_and_cheap(policy={"pue_max_ratio": limit}))
    assert plan.objective_usd == pytest.approx(cost_usd)
    assert plan.kpis["pue"]["value"] <= (limit or 1.5) + 1e-9


def test_hot_hour_may_be_above_the_limit(solved: Solve) -> None:
    """PUE of 1, 1 and 1.3 is 1.1 over the year: allowed; held to every hour there would be no plan."""
    assert solved(tiny_case(pue=[1, 1, 1.3], policy={"pue_max_ratio": 1.1})).objective_usd == pytest.approx(0)


def test_limit_weighs_hours_by_what_they_stand_for(solved: Solve) -> None:
    """PUE 1.1 for 292 days and 1.6 for 73 is 1.2 over the year; counted as equals it would be 1.35."""
    case = tiny_case(days_of_year=(292, 73), pue=[1.1] * 3 + [1.6] * 3, policy={"pue_max_ratio": 1.2})
    assert solved(case).kpis["pue"]["value"] == pytest.approx(1.2)


def test_limit_counts_the_overhead_that_does_not_fall_with_load(solved: Solve) -> None:
    """Work of 2, 1, 1 at PUE 1.5, all of it fixed: overhead 3 x 1 over 4, so 1.75; in proportion it would be 1.5."""
    case = {"inference_pflop": [2, 1, 1], "pue": 1.5, "fixed_fraction": 1.0, "rack_usd": 1.0}
    assert solved(tiny_case(policy={"pue_max_ratio": 1.75}, **case)).kpis["pue"]["value"] == pytest.approx(1.75)
    with pytest.raises(NoPlanError):
        quick(tiny_case(policy={"pue_max_ratio": 1.7}, **case))


def test_each_site_is_held_to_it(solved: Solve) -> None:
    """PUE 1.4 at a, where power is free, 1 at b for 10 USD/MWh; a mean of 1.2 would allow half of each: 43,800.

    Held to it itself, a serves nothing: 87,600.
    """
    case = tiny_case(
        sites=("a", "b"), pue=[[[1.4]], [[1.0]]], price_usd_per_mwh=[[0], [10]], policy={"pue_max_ratio": 1.2}
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(87_600)
    assert decided(plan, "installed_mw")[0].sum() == pytest.approx(0)


def test_limit_holds_in_every_period(solved: Solve) -> None:
    """0.25 MW, then 1 MW, at most PUE 1.3: the first quarter must be liquid, 25, and half of all later, 50.

    On both years together 0.3 would do with air alone in the first.
    """
    case = dear_and_cheap(
        periods=((2030, 1), (2031, 1)), inference_pflop=[[[0.25], [1]]], policy={"pue_max_ratio": 1.3}
    )
    assert solved(case).objective_usd == pytest.approx(75)


@pytest.mark.parametrize(("limit", "cost_usd"), [(None, 0), (1.0, 0), (0.5, 50), (0.0, 100)])
def test_wue_is_within_its_limit(solved: Solve, limit: float | None, cost_usd: float) -> None:
    """Wet halls draw 1 m3/MWh, dry ones for 100 USD a MW none: at 0.5 L/kWh half is dry."""
    case = dear_and_cheap(pue=1.0, wue_m3_per_mwh=[[1.0], [0.0]], policy={"wue_max_l_per_kwh": limit})
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(cost_usd)
    assert plan.kpis["wue_l_per_kwh"]["value"] <= (1.0 if limit is None else limit) + 1e-9


def test_limits_that_exclude_each_other_leave_no_plan() -> None:
    """Wet halls have the PUE, dry ones the water."""
    limits = {"pue_max_ratio": 1.2, "wue_max_l_per_kwh": 0.2}
    with pytest.raises(NoPlanError, match="siting explain") as caught:
        quick(dear_and_cheap(wue_m3_per_mwh=[[0.0], [1.0]], policy=limits))
    assert caught.value.status == "infeasible"


def test_year_above_the_limit_is_told_and_not_refused() -> None:
    """The design's days have PUE 1.2, the year 1.25; WUE 0.1 and 0.3."""
    case = tiny_case(
        days_of_year=MONTH_DAYS,
        pue=1.2,
        wue_m3_per_mwh=0.1,
        rack_usd=1.0,
        policy={"pue_max_ratio": 1.2, "wue_max_l_per_kwh": 0.1},
    )
    plan = quick(with_year(case, pue=1.25, wue_m3_per_mwh=0.3, pue_peak_ratio=1.25), replay=True)
    assert [text for text in plan.warnings if "above the limit" in text] == [
        "In the full-year replay a site has a PUE of 1.25, above the limit of 1.2.",
        "In the full-year replay a site has a WUE of 0.3 L/kWh, above the limit of 0.1 L/kWh.",
    ]
