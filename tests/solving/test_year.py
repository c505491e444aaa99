"""The year: dispatched within all limits, competed for by designs, claimed in the folder and held there."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import quick, tiny_case, with_year

from siting.case.case import TABLE_OF_AXIS, Case
from siting.optimise.no_plan import NoPlanError
from siting.optimise.solver.deadline import Deadline
from siting.optimise.year import compete
from siting.optimise.year.bound.claim import bound_for
from siting.optimise.year.bound.year_bound import YearBound
from siting.optimise.year.drawn_in import drawn_in
from siting.plan.plan import Plan
from siting.results.folder import load
from siting.results.verifying import verify
from siting.results.writing import write

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
WIND = {"output_fraction": 1.0, "resale_limit_fraction": 1.0}


def hourly_year(**changes: Any) -> Case:
    """One MW of load all year, on twelve days of 24 hours; power at 10 USD/MWh."""
    return tiny_case(**{"days_of_year": MONTH_DAYS, "hours_count": 24, "price_usd_per_mwh": 10.0, **changes})


def carbon_t(plan: Plan) -> float:
    return float(plan.kpis["carbon_hourly_t_per_yr"]["value"])


def test_dispatch_of_the_year_keeps_a_cap_that_only_the_days_kept_by_themselves() -> None:
    """Wind at 9.9 USD/MWh is sold at 10, as much as is used, and power bought at 10: its delivery would cost 5.

    On the days that is 0.4 t x 8,760 MWh = the cap; in the year 0.5 t/MWh leaves 80 % to be bought, so a fifth is
    delivered: 9.9 + 0.2 x 5 for each of 8,760 MWh. A dispatch that drops the cap would pay 9.9 and break it by 25 %.
    """
    case = hourly_year(
        **WIND, resale_usd_per_mwh=10.0, delivery_usd_per_mwh=5.0, carbon_t_per_mwh=0.4,
        policy={"carbon_cap_t_per_yr": 3504.0, "carbon_method": "hourly"}, strike_usd_per_mwh=9.9,
    )  # fmt: skip
    plan = quick(with_year(case, carbon_t_per_mwh=0.5), replay=True)
    assert plan.objective_usd == pytest.approx(9.9 * 8760)
    assert plan.warnings == ()
    assert plan.year is not None
    assert plan.year.keeps_limits
    assert plan.year.objective_usd == pytest.approx(10.9 * 8760, rel=1e-4)
    assert carbon_t(plan) == pytest.approx(3504, rel=1e-5)


def test_cap_is_shared_out_where_it_costs_least() -> None:
    """The same with two sites of 1 MW that must be open, where delivery costs 5 and 1: the cap is kept at the second.

    A fifth of what both use is 0.4 x 8,760 MWh, delivered for 1 USD/MWh.
    """
    case = hourly_year(
        sites=("a", "b"), **WIND, resale_usd_per_mwh=10.0, delivery_usd_per_mwh=[[5.0], [1.0]], carbon_t_per_mwh=0.4,
        facility={"site_max_mw": 1.0}, inference_pflop=2.0,
        policy={"carbon_cap_t_per_yr": 2 * 3504.0, "carbon_method": "hourly", "sites_min_count": 2},
        strike_usd_per_mwh=9.9,
    )  # fmt: skip
    plan = quick(with_year(case, carbon_t_per_mwh=0.5), replay=True)
    assert plan.year is not None
    assert plan.warnings == ()
    assert carbon_t(plan) == pytest.approx(2 * 3504, rel=1e-5)
    assert plan.year.objective_usd == pytest.approx((2 * 9.9 + 0.4) * 8760, rel=1e-4)


def test_surplus_beyond_what_may_be_sold_is_curtailed() -> None:
    """1 MW is contracted; in the first half year (181 of 365 days) half a MW is over, 24.8 % of use, and 10 % may go.

    What is sold fetches 4 USD/MWh: 0.1 x 8,760 MWh earn 3,504 USD, and all else is used and free.
    """
    case = hourly_year(
        output_fraction=1.0, resale_limit_fraction=0.1, resale_usd_per_mwh=4.0, strike_usd_per_mwh=4.5,
    )  # fmt: skip
    plan = quick(with_year(case, output_fraction=[1.5] * 144 + [1.0] * 144), replay=True)
    assert plan.warnings == ()
    assert plan.replay is not None
    hours = plan.replay.tables["hourly"]
    sold = (hours["weight_h_per_yr"] * (hours["draw_mw"] - 1)).sum()
    assert sold == pytest.approx(0, abs=1e-3)
    (row,) = plan.tables["contracts"].to_dict("records")
    made = 8760 * row["contracted_mw"] * (1 + 0.5 * 181 / 365)
    used = row["delivered_mwh_per_yr"]
    cut = row["curtailed_mwh_per_yr"]
    assert made - used - cut == pytest.approx(0.1 * 8760, rel=1e-4)


def broken() -> Case:
    """Wind at 20 USD/MWh that the days need not buy, and a year that breaks their cap by a quarter without it."""
    case = hourly_year(
        **WIND,
        strike_usd_per_mwh=20.0,
        carbon_t_per_mwh=0.4,
        policy={"carbon_cap_t_per_yr": 3504.0, "carbon_method": "hourly"},
    )
    return with_year(case, carbon_t_per_mwh=0.5, residual_t_per_mwh=0.4)


def test_plan_that_breaks_a_cap_over_the_year_is_made_again_within_less() -> None:
    """The cap is drawn in to 0.99 / 1.25 of it: 0.792 MW are bought where 0.8 may be, the rest is wind.

    0.792 x 8,760 x 10 + 0.208 x 8,760 x 20 USD; told are both designs, and the broken one by how much.
    """
    plan = quick(broken(), replay=True)
    assert plan.warnings == ()
    assert plan.status == "optimal"
    assert plan.year is not None
    assert plan.year.keeps_limits
    assert plan.year.objective_usd == pytest.approx(8760 * (0.792 * 10 + 0.208 * 20), rel=2e-3)
    assert [design.origin for design in plan.search.designs] == ["tightened", "chosen_days"]
    assert plan.search.designs[1].excess_fraction == pytest.approx(0.25)
    assert carbon_t(plan) <= 3504
    plan.audit().raise_for_residuals()


def test_design_that_cannot_be_made_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The plan stands, and each design that fails is named by what it was to be, not by the key of its origin."""

    def fails(*_: object) -> None:
        raise NoPlanError("failed", "no time")

    monkeypatch.setattr(compete, "best_sizes", fails)
    monkeypatch.setattr(compete, "nearby", fails)
    plan = quick(dearer_year(), replay=True)
    assert [design.origin for design in plan.search.designs] == ["chosen_days"]
    start = "a design does not compete by its cost over the year"
    assert [record.getMessage() for record in caplog.records if record.getMessage().startswith(start)] == [
        f"{start} (the plan's whole decisions, made the best on more days): no time",
        f"{start} (whole decisions near the plan's, made the best on another choice of days): no time",
    ]


def test_limits_that_the_year_kept_are_not_drawn_in() -> None:
    plan = quick(hourly_year_with_itself(), replay=True)
    assert plan.replay is not None
    assert drawn_in(plan.case, plan.replay) is None
    assert [design.origin for design in plan.search.designs] == ["chosen_days"]


def hourly_year_with_itself() -> Case:
    return with_year(hourly_year(**WIND, strike_usd_per_mwh=20.0))


def dearer_year() -> Case:
    """Days at 10 USD/MWh that stand for a year at 30, where wind at 20 is worth its price."""
    case = hourly_year(**WIND, strike_usd_per_mwh=20.0)
    dearer = with_year(case, price_usd_per_mwh=30.0)
    year = dearer.full_year()

    def days_of(part: Case, _: int) -> Case:
        return year.only(**{axis: part.axes[axis] for axis in TABLE_OF_AXIS})

    return dataclasses.replace(dearer, days_of=days_of)


def test_design_that_costs_least_over_the_year_is_the_plan() -> None:
    """The days' own plan buys at 30 what wind delivers at 20: 262,800 against 175,200 USD over the year."""
    plan = quick(dearer_year(), replay=True)
    assert plan.year is not None
    assert plan.year.objective_usd == pytest.approx(20 * 8760, rel=5e-3)
    assert plan.search.designs[0].origin in ("more_days", "other_days")
    costs = {design.origin: design.year_usd for design in plan.search.designs}
    assert costs["chosen_days"] == pytest.approx(30 * 8760)
    assert plan.search.found_usd == pytest.approx(10 * 8760)
    assert plan.status == "optimal"
    assert "(0.00% for the plan by which the search ended; this one costs less over the year)" in repr(plan)
    again = quick(dearer_year(), replay=True)
    assert [dataclasses.astuple(one) for one in again.search.designs] == [
        dataclasses.astuple(one) for one in plan.search.designs
    ]


def test_bound_for_the_year_changes_no_status() -> None:
    """Off, there is none; on, it lies below what the plan costs over the year and above half of it."""
    off, on = (quick(hourly_year_with_itself(), replay=True, year_bound=asked) for asked in (False, True))
    assert off.year is not None
    assert on.year is not None
    assert (off.year.bound_usd, off.year.gap_fraction, off.year.gap_site_dependent_fraction) == (None, None, None)
    assert on.year.bound_usd is not None
    assert 0.5 * on.year.objective_usd < on.year.bound_usd <= on.year.objective_usd * (1 + 1e-6)
    assert on.status == off.status == "optimal"
    assert on.objective_usd == off.objective_usd


@pytest.mark.parametrize(
    ("share", "finished", "is_told"), [(0.72, False, False), (0.97, False, True), (0.72, True, True)]
)
def test_bound_that_was_not_finished_is_told_only_near_the_cost(
    share: float, finished: bool, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search that time cut off had proven 72 % of the cost of a plan that was within 0.2 %."""
    plan = quick(hourly_year_with_itself(), replay=True, year_bound=False)
    assert plan.replay is not None
    cost_usd = plan.replay.cost_usd
    proven = YearBound(share * cost_usd, finished, 3, 1)
    monkeypatch.setattr("siting.optimise.year.bound.claim.year_bound", lambda *_, **__: proven)
    found, told = bound_for(plan.case, (), {}, plan.replay, 1, Deadline(), lambda _: None)
    assert found == (share * cost_usd if is_told else None)
    assert [caution.id for caution in told] == ([] if is_told else ["year_bound_stopped"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = quick(broken(), replay=True)
    year = plan.year
    assert year is not None
    bounded = dataclasses.replace(plan.search, year_bound_usd=0.99 * year.objective_usd)
    return write(dataclasses.replace(plan, search=bounded), tmp_path_factory.mktemp("year") / "kept", languages=())


def test_folder_tells_the_year(folder: Path) -> None:
    plan, told = load(folder), json.loads((folder / "plan.json").read_text("utf-8"))["year"]
    assert plan.year is not None
    assert told["objective_usd"] == pytest.approx(plan.year.objective_usd)
    assert told["gap_fraction"] == pytest.approx(0.01)
    assert told["sampling_error_fraction"] == pytest.approx(told["objective_usd"] / plan.objective_usd - 1)
    assert [one["origin"] for one in told["designs"]] == ["tightened", "chosen_days"]
    assert verify(folder).holds


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            lambda search: search | {"year_bound_usd": 1e9},
            "the bound for the year lies above what the plan costs there",
        ),
        (lambda search: search | {"designs": search["designs"][::-1]}, "its first design is not the plan"),
        (lambda search: search | {"designs": []}, "no design competed"),
        (
            lambda search: search | {"designs": [*search["designs"], search["designs"][0] | {"year_usd": 1.0}]},
            "a design that costs less over the year is not the plan",
        ),
    ],
)
def test_claim_that_does_not_hold_is_found(folder: Path, change: Any, fault: str) -> None:
    path = folder / "ledgers" / "search.json"
    before = path.read_text("utf-8")
    told = json.loads(before)
    try:
        path.write_text(json.dumps(told | {"search": change(told["search"])}), "utf-8")
        assert any(fault in failure for failure in verify(folder).failures)
    finally:
        path.write_text(before, "utf-8")


def test_gap_of_a_plan_that_breaks_a_limit_is_none() -> None:
    """It may cost less than any plan that keeps them."""
    plan = quick(
        with_year(hourly_year(carbon_t_per_mwh=0.4, policy={"carbon_cap_t_per_yr": 3504.0}), carbon_t_per_mwh=0.5),
        replay=True,
    )
    assert plan.year is not None
    assert not plan.year.keeps_limits
    claimed = dataclasses.replace(plan, search=dataclasses.replace(plan.search, year_bound_usd=1.0))
    assert claimed.year is not None
    assert claimed.year.gap_fraction is None
    assert np.isfinite(claimed.year.sampling_error_fraction)
