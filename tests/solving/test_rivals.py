"""Why a site that is not built is not: what it would cost to build there, or the limit that rules it out."""

from __future__ import annotations

import dataclasses
import importlib
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sites_apart import whole
from tiny import quick, through_a_folder
from two_megawatts import two_megawatts, why_not

from siting.models.formulation import DESIGN, chosen
from siting.optimise.decomposition.lagrangian_bounds import SiteBounds, bounds_of_sites
from siting.optimise.decomposition.linking_rows import partition
from siting.optimise.result import Result
from siting.optimise.rivals import forced_openings as rivals_module
from siting.optimise.rivals.swapped_plans import SwappedPlans
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.quantities import COST_SCALE

COLUMNS = (
    "site_id",
    "period",
    "basis",
    "extra_cost_usd",
    "extra_cost_at_least_usd",
    "bound_rise_usd",
    "status",
    "limit",
)
BOTH_WAYS = pytest.mark.parametrize("method", ["whole", "decomposed"])


@BOTH_WAYS
def test_cost_of_forcing_a_site_in(method: str) -> None:
    """One of the two megawatts moves, with its hall and its racks: 100 USD and 8,760 h at the difference in price.

    b: 100 + 175.20; c: 100 + 350.40. At d that would be 100 + 4,380, and a third hall that stands empty costs
    100 + 500. If both megawatts moved, b would cost 350.40.
    """
    plan = quick(two_megawatts(), method=method, rivals=True)
    assert plan.objective_usd == pytest.approx(178_300)
    assert plan.open_sites == ["a"]
    told = why_not(plan)
    assert told["basis"].to_dict() == {"b": "resolved", "c": "resolved", "d": "resolved"}
    assert (told["status"] == "found").all()
    assert told["extra_cost_usd"].to_dict() == pytest.approx({"b": 275.2, "c": 450.4, "d": 600.0})
    assert (told["limit"] == "").all()
    assert set(told["period"]) == {2030}


@BOTH_WAYS
@pytest.mark.parametrize("seed", [2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (0, 1))])
@pytest.mark.parametrize("policy", [{}, {"carbon_method": "location", "carbon_cap_t_per_yr": 6000.0}])
def test_bound_is_no_more_than_the_cost_of_a_plan_with_the_site(method: str, seed: int, policy: dict[str, Any]) -> None:
    """And, where the plan is the cheapest, no site makes it cheaper."""
    draw = np.random.default_rng(seed).uniform
    case = two_megawatts(
        zones=("y", "z"),
        inference_pflop=draw(0.5, 1.0, (2, 1, 3)),
        price_usd_per_mwh=draw(8, 12, (4, 3)),
        carbon_t_per_mwh=draw(0.2, 0.8, (4, 1)),
        network_usd_per_pflop_yr=draw(0, 5000, (4, 2)),
        policy=policy,
    )
    plan = quick(case, method=method, rivals=True)
    told = why_not(plan)
    assert len(told)
    assert (told["basis"] == "resolved").all()
    close = 1e-6 * plan.objective_usd
    assert (told["extra_cost_at_least_usd"] <= told["extra_cost_usd"] + close).all()
    if plan.gap_fraction < 1e-6:
        assert (told["extra_cost_usd"] >= -close).all()


def test_bound_is_the_cost_where_nothing_is_whole() -> None:
    """Sites and halls that cost nothing to open, racks so small that whole ones do not matter: the bound is exact.

    All of the work may stay at a, so b costs what its fixed cost is, 100 USD a year, and no less.
    """
    case = two_megawatts(
        hall_usd_per_mw=0.0, facility={"site_min_mw": 0.0, "site_max_mw": 2.0, "fixed_site_usd": 0.0},
        fixed_site_usd=[0.0, 100.0, 200.0, 300.0],
    )  # fmt: skip
    told = why_not(quick(case, rivals=True))
    assert told["extra_cost_usd"].to_dict() == pytest.approx({"b": 100.0, "c": 200.0, "d": 300.0})
    assert told["extra_cost_at_least_usd"].to_dict() == pytest.approx({"b": 100.0, "c": 200.0, "d": 300.0})
    assert told["bound_rise_usd"].to_dict() == pytest.approx({"b": 100.0, "c": 200.0, "d": 300.0})


@pytest.mark.parametrize("factor", [0.0, 0.7, 1.0, 1.4])
def test_bounds_hold_at_any_prices(factor: float) -> None:
    """Also where the prices are so high that a site not in use would seem to pay: its gain is in the bound already."""
    case = two_megawatts(zones=("y", "z"), network_usd_per_pflop_yr=[[0, 900], [800, 0], [500, 500], [0, 0]])
    model = whole(case)
    form, parts = model.form, partition(model)
    relaxed = dataclasses.replace(form, integral=np.zeros_like(form.integral))
    outcome = highs.run(loading.load(relaxed), gap=0.0)
    assert outcome.prices is not None
    assert outcome.objective is not None
    prices = {form.rows.name(row): factor * outcome.prices[row] for row in parts.shared.tolist()}
    bounds, _ = bounds_of_sites(case, chosen(DESIGN, case), prices, threads=1, deadline=Deadline(), tell=print)
    close = 1e-9
    assert bounds.of_all <= outcome.objective + close
    for site, column in enumerate(parts.opening):
        lower = form.column_lower.copy()
        lower[column] = 1.0
        with_site = highs.run(loading.load(dataclasses.replace(relaxed, column_lower=lower)), gap=0.0).objective
        assert with_site is not None
        assert bounds.of_all - close <= bounds.with_each[site] <= with_site + close


@BOTH_WAYS
def test_limit_that_rules_a_site_out_is_named(method: str) -> None:
    """b is excluded by the study; c has half a hectare where the least site needs one; d may hold 0.5 MW of 1 MW."""
    case = two_megawatts(
        land_available_ha=[10.0, 10.0, 0.5, 10.0],
        site_max_mw=[2.0, 2.0, 2.0, 0.5],
        policy={"excluded_sites": ["b"]},
    )
    told = why_not(quick(case, method=method, rivals=True))
    assert (told["basis"] == "excluded").all()
    assert told["limit"].to_dict() == {"b": "excluded_by_study", "c": "land", "d": "limits_together"}
    assert told[["extra_cost_usd", "extra_cost_at_least_usd", "bound_rise_usd"]].isna().all(axis=None)
    assert (told["status"] == "").all()


def test_land_is_judged_by_the_cooling_that_needs_least() -> None:
    """Half a hectare is enough for a megawatt of the second kind of hall."""
    case = two_megawatts(
        sites=("a", "b"),
        cooling=("air", "wet"),
        price_usd_per_mwh=[[10.0], [10.02]],
        land_ha_per_mw=[1.0, 0.5],
        land_available_ha=[10.0, 0.5],
    )
    assert why_not(quick(case, rivals=True)).loc["b", "basis"] == "resolved"


def test_nearest_sites_are_solved_again_and_the_others_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rivals_module, "RESOLVED_COUNT", 1)
    told = why_not(quick(two_megawatts(), rivals=True))
    assert told["basis"].to_dict() == {"b": "resolved", "c": "bounded", "d": "bounded"}
    assert told["extra_cost_usd"].isna().to_dict() == {"b": False, "c": True, "d": True}
    assert told["status"].to_dict() == {"b": "found", "c": "", "d": ""}
    assert told["extra_cost_at_least_usd"].notna().all()
    assert told["extra_cost_at_least_usd"].is_monotonic_increasing


def test_rise_of_the_bound_is_free_of_the_gap() -> None:
    """The proven difference lacks the gap; at the relaxation's own prices the rise is no more than the true one."""
    told = why_not(quick(two_megawatts(), gap=0.2, rivals=True))
    assert (told["bound_rise_usd"] > 0).all()
    assert (told["bound_rise_usd"] <= pd.Series({"b": 275.2, "c": 450.4, "d": 600.0}) + 1e-3).all()
    assert (told["extra_cost_at_least_usd"] <= told["bound_rise_usd"] + 1e-3).all()


def test_site_that_a_better_plan_gives_up_keeps_its_cost() -> None:
    """The search held both megawatts at b, for 350.40 USD more; the plan found with a forced in takes its place."""
    case, poor = two_megawatts(), quick(two_megawatts(policy={"excluded_sites": ["a"]}))
    known = rivals_module.forced_openings(
        case,
        chosen(DESIGN, case),
        poor.solution,
        poor.objective_usd,
        Result(highs.Outcome("feasible", "", None, None, None)),
        deadline=Deadline(),
        threads=1,
        progress=lambda _: None,
    )
    assert known.best is not None
    told = known.table(np.array([1.0, 0.0, 0.0, 0.0]), known.best[0].objective / COST_SCALE).set_index("site_id")
    assert told.loc["b", "extra_cost_usd"] == pytest.approx(350.4)
    assert (told.loc["b", "status"], told.loc["b", "basis"]) == ("found", "resolved")


def test_site_whose_problem_was_not_solved_rules_nothing_out() -> None:
    """Left to itself b costs -inf as far as is known, so opening it would add +inf: that is no limit, and no bound."""
    case = two_megawatts()
    plan = quick(case)
    bounds = SiteBounds(0.0, np.array([0.0, -np.inf, 0.0, 0.0]), np.array([0.0, 1.0, 2.0, 3.0]))
    known = rivals_module.forced_openings(
        case,
        chosen(DESIGN, case),
        plan.solution,
        plan.objective_usd,
        Result(highs.Outcome("feasible", "", None, None, None), bounds=bounds),
        deadline=Deadline(),
        threads=1,
        progress=lambda _: None,
    )
    told = known.table(np.array([1.0, 0.0, 0.0, 0.0]), plan.objective_usd).set_index("site_id")
    assert (told["limit"] == "").all()
    assert told["extra_cost_at_least_usd"].isna().all()
    assert (told["status"] == "found").all()


def test_search_that_is_stopped_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline is over as soon as the first way of moving halls has been tried."""

    def stopped(_: Any, deadline: Deadline) -> None:
        deadline.stop()
        deadline.check()

    monkeypatch.setattr(SwappedPlans, "best", stopped)
    plan = quick(two_megawatts(), rivals=True)
    told = why_not(plan)
    assert (told["status"] == "stopped").all()
    assert (told["basis"] == "bounded").all()
    assert told["extra_cost_usd"].isna().all()
    assert [caution.id for caution in plan.cautions] == ["rivals_stopped"]


def test_rivals_without_time_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that has taken all of it leaves nothing: only the study's own limits are known, and that is said."""
    monkeypatch.setattr(importlib.import_module("siting.optimise.solve"), "FINISH_SHARE", 0.0)
    case = two_megawatts(policy={"excluded_sites": ["d"]})
    plan = quick(case, rivals=True, time_limit=1e4)
    told = why_not(plan)
    assert told["basis"].to_dict() == {"b": "unknown", "c": "unknown", "d": "excluded"}
    assert told[["extra_cost_usd", "extra_cost_at_least_usd", "bound_rise_usd"]].isna().all(axis=None)
    assert (told["status"] == "").all()
    assert [caution.id for caution in plan.cautions] == ["rivals_stopped"]


def test_stopping_keeps_what_is_known_and_is_heard_by_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while two sites are tried at once: the other search hears it, and the bounds are kept."""
    heard = []

    def with_site(_: Any, site: int, increase: float, deadline: Deadline) -> None:
        if site == 1:
            deadline.stop()
        while not deadline.is_stopped:
            time.sleep(0.01)
        heard.append(site)
        deadline.check()

    monkeypatch.setattr(rivals_module._Again, "with_site", with_site)
    plan = quick(two_megawatts(), rivals=True, threads=2)
    assert len(heard) > 1
    assert (why_not(plan)["basis"] == "bounded").all()
    assert any("why all the other sites are not built" in told for told in plan.warnings)


def test_no_site_is_left_out_of_a_plan_that_opens_all() -> None:
    told = quick(two_megawatts(policy={"sites_min_count": 4}, inference_pflop=4.0), rivals=True).rivals
    assert told is not None
    assert told.empty
    assert list(told.columns) == list(COLUMNS)


def test_rivals_are_not_worked_out_unless_asked() -> None:
    assert quick(two_megawatts(), rivals=False).rivals is None


def test_reasons_are_kept_in_the_result_folder(tmp_path: Path) -> None:
    plan = quick(two_megawatts(policy={"excluded_sites": ["d"]}), rivals=True)
    assert plan.rivals is not None
    stored = through_a_folder(plan, tmp_path).rivals
    assert stored is not None
    pd.testing.assert_frame_equal(stored, plan.rivals, check_exact=True)
