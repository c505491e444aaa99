"""A plan before any search: there at any limit of time, kept where nothing better is found, with a bound that holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rich_case import rich_case
from sites_apart import fleet
from tiny import decided, quick, tiny_case

from siting.case.case import Case
from siting.models.formulation import DESIGN, chosen
from siting.optimise.first_plan import location
from siting.optimise.first_plan.first_plan import first_plan
from siting.optimise.first_plan.location import choose_location
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.highs import Outcome
from siting.quantities import COST_SCALE

BOTH_WAYS = pytest.mark.parametrize("method", ["whole", "decomposed"])


def first_cost_usd(case: Case) -> float:
    made = first_plan(case, chosen(DESIGN, case), Deadline())
    assert made is not None
    return made[0].objective / COST_SCALE


@BOTH_WAYS
def test_there_is_a_plan_and_a_bound_at_any_limit(method: Any) -> None:
    """All the time is spent before: the first plan is told with what any plan must pay, and audited as any other."""
    case = rich_case()
    plan = quick(case, method=method, time_limit=1.0, time_spent=2.0)
    plan.audit().raise_for_residuals()
    assert plan.status == "feasible"
    assert plan.bound_usd == pytest.approx(plan.search.unavoidable_usd, rel=1e-12)
    assert plan.gap_site_dependent_fraction == pytest.approx(1.0)
    assert plan.objective_usd == pytest.approx(first_cost_usd(case), rel=1e-6)
    assert any("stopped" in told for told in plan.warnings)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))])
def test_first_plan_is_a_plan_and_no_better_than_the_best(seed: int) -> None:
    for case in (rich_case(seed=seed), fleet(5, seed=seed)):
        best_usd = quick(case).objective_usd
        assert best_usd * (1 - 1e-6) <= first_cost_usd(case) <= 2 * best_usd


def test_sites_are_chosen_by_all_that_they_cost() -> None:
    """2 MW for a year: works of 20 USD and power at 1 USD a MWh at a; 1 and 2 at b. Racks: 1 USD a MW."""
    case = tiny_case(
        sites=("a", "b"),
        inference_pflop=2.0,
        rack_usd=1.0,
        fixed_site_usd=[20.0, 0.0],
        price_usd_per_mwh=[[1.0], [2.0]],
    )
    assert first_cost_usd(case) == pytest.approx(17_520 + 20 + 2)
    chose = choose_location(case, 0.0, Deadline())
    assert chose is not None
    assert chose.modules_count[chose.sites == 0].tolist() == [[2.0]]


def test_zones_are_served_by_sites_within_reach() -> None:
    """Each of two zones has one site within the limit on latency: both are opened, the dear one too."""
    case = tiny_case(
        sites=("a", "b"), zones=("y", "z"), rtt_ms=[[1.0, 90.0], [90.0, 1.0]], price_usd_per_mwh=[[1.0], [50.0]]
    )
    chose = choose_location(case, 0.0, Deadline())
    assert chose is not None
    np.testing.assert_array_equal(chose.sites, [0, 1])


def test_clusters_stand_whole() -> None:
    """Two clusters of 0.75 PFLOP/s at sites of 1 MW: one at each, which is a plan."""
    case = tiny_case(
        sites=("a", "b"), inference_pflop=0.1, training_cluster_pflop=0.75, clusters_needed_count=2, site_max_mw=1.0
    )
    plan = quick(case, time_limit=1.0, time_spent=2.0)
    assert decided(plan, "clusters_count").ravel().tolist() == [1, 1]


def test_demand_that_grows_opens_sites_when_they_are_needed() -> None:
    """0.5 PFLOP/s and then 1.5, at sites of 1 MW: the second is opened in the second period."""
    case = tiny_case(
        sites=("a", "b"), periods=((2030, 1), (2031, 1)), inference_pflop=[[[0.5] * 3, [1.5] * 3]], site_max_mw=1.0,
        fixed_site_usd=100.0,
    )  # fmt: skip
    plan = quick(case, time_limit=1.0, time_spent=2.0)
    assert decided(plan, "open_count").sum(axis=0).tolist() == [1, 2]


@pytest.mark.parametrize("is_large", [True, False])
def test_sites_are_opened_greedily_where_the_location_problem_is_not_solved(
    is_large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2 PFLOP/s of one zone and 1 of another, in halls of 1 MW and 1 PFLOP/s, power for 8,760 h at 1 USD.

    Works of 4, 1 and 9 USD; 2 MW of room each. A unit costs works / 2 besides its power: b is opened first, with two
    halls, and a for the third unit. The plan needs no more: 3 x 8,760 + 4 + 1.
    """
    if is_large:
        monkeypatch.setattr(location, "PAIRS_MAX", 0)
    else:  # cut off
        monkeypatch.setattr(location.highs, "run", lambda *_, **__: Outcome("failed", "Time limit", None, None, None))
    case = tiny_case(
        sites=("a", "b", "c"), zones=("y", "z"), inference_pflop=[[[2.0] * 3], [[1.0] * 3]], site_max_mw=2.0,
        fixed_site_usd=[4.0, 1.0, 9.0], price_usd_per_mwh=1.0,
    )  # fmt: skip
    found = choose_location(case, 0.0, Deadline())
    assert found is not None
    assert found.sites.tolist() == [0, 1]
    assert found.modules_count.ravel().tolist() == [1.0, 2.0]
    monkeypatch.undo()
    monkeypatch.setattr(location, "PAIRS_MAX", 0)
    plan = quick(case, time_limit=1.0, time_spent=2.0)
    assert plan.bound_usd <= plan.objective_usd
    assert decided(plan, "open_count").sum() == 2


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_greedy_plan_is_a_plan(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With clusters, batch work, two periods and water enough: it serves all, and costs no less than the best."""
    monkeypatch.setattr(location, "PAIRS_MAX", 0)
    for case in (rich_case(seed=seed, water_limit_m3_per_yr=1e9), fleet(5, seed=seed)):
        assert quick(case).objective_usd * (1 - 1e-6) <= first_cost_usd(case)


def test_search_ends_with_no_worse_than_the_first_plan() -> None:
    """It is the first incumbent that is told, and what the search ends with costs no more."""
    case, told = rich_case(), []
    plan = quick(case, method="decomposed", gap=0.3, progress=told.append)
    known = [moment.incumbent_usd for moment in told if moment.incumbent_usd is not None]
    assert known[0] <= first_cost_usd(case) * (1 + 1e-9)
    assert plan.objective_usd <= known[0] * (1 + 1e-9)


def test_limits_that_leave_no_first_plan_leave_the_search_as_it_was() -> None:
    """A cap on water that the cheapest way breaks: the location problem knows nothing of it, the search does."""
    changes: dict[str, Any] = {
        "cooling": ("wet", "dry"), "wue_m3_per_mwh": [[[1.0], [0.0]]], "hall_usd_per_mw": [0.0, 100.0],
        "policy": {"water_cap_m3_per_yr": 1.0},
    }  # fmt: skip
    assert first_plan(tiny_case(**changes), chosen(DESIGN, tiny_case(**changes)), Deadline()) is None
    assert quick(tiny_case(**changes)).objective_usd == pytest.approx(100.0, rel=1e-2)
