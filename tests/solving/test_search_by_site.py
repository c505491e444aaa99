"""The search site by site: prices and plans of longer steps, bounds in one round, and gaps that are closed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rich_case import rich_case
from sites_apart import blocks_of, fleet, whole
from tiny import quick, relaxed_cost, tiny_case

from siting.case.minimum_cost import unavoidable_cost
from siting.models.formulation import DESIGN, chosen
from siting.optimise import by_site
from siting.optimise.by_site import STEP_H
from siting.optimise.decomposition.column_generation import relax
from siting.optimise.decomposition.lagrangian_bounds import bounds_of_sites
from siting.optimise.first_plan import first_relaxation as first
from siting.optimise.gap import Gap
from siting.optimise.neighbourhood import counts_of, neighbourhood
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole import lp_relaxation
from siting.optimise.whole.whole_model import search
from siting.quantities import COST_SCALE


def test_steps_are_means_and_weigh_their_hours() -> None:
    """Two days of five hours in steps of two: (1, 3), (5, 7), (9) and (11, 13), (15, 17), (19)."""
    case = tiny_case(hours_count=5, days_of_year=(200, 165), price_usd_per_mwh=[np.arange(1.0, 20.0, 2.0)])
    small = case.in_steps(2)
    assert small.values("grid.price_usd_per_mwh").tolist() == [[2.0, 6.0, 9.0, 12.0, 16.0, 19.0]]
    assert small.axes["hour"] == (0, 2, 4, 5, 7, 9)
    assert small.calendar.day_of_hour.tolist() == [0, 0, 0, 1, 1, 1]
    assert float(small.values("hours.step_h")) == 2.0
    by_day = case.calendar.weights.reshape(2, 5).sum(axis=1)
    assert small.calendar.weights.reshape(2, 3).sum(axis=1) == pytest.approx(by_day)
    assert small.values("hours.weight_h_per_yr") == pytest.approx(small.calendar.weights)


def test_one_hour_steps_change_nothing() -> None:
    case = rich_case()
    same = case.in_steps(1)
    for name, field in case.fields.items():
        assert np.array_equal(same.values(name), field.values, equal_nan=True), name
    assert same.calendar.hours.equals(case.calendar.hours)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_prices_of_longer_steps_bound_the_hours_and_nearly_reach_them(seed: int) -> None:
    case = fleet(5, seed=seed)
    coarse = blocks_of(case.in_steps(STEP_H))
    found = relax(coarse, gap=Gap(1e-4), threads=1)
    prices = dict(zip(coarse.shared.names, found.prices.tolist(), strict=True))
    bounds, _ = bounds_of_sites(case, chosen(DESIGN, case), prices, threads=1, deadline=Deadline(), tell=print)
    cost = relaxed_cost(case) * COST_SCALE
    assert 0.95 * cost <= bounds.of_all <= cost * (1 + 1e-6)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_plan_near_that_in_longer_steps_is_a_plan(seed: int) -> None:
    """It keeps the sites and modules of the best plan in longer steps, and is no cheaper than the best there is."""
    case = fleet(5, seed=seed)
    fine, coarse = whole(case).form, whole(case.in_steps(STEP_H)).form
    asked: dict[str, Any] = {"gap": Gap(0.0), "deadline": Deadline(), "progress": None}
    best, rough = search(fine, **asked).objective, search(coarse, **asked).outcome.values
    assert rough is not None
    found = search(neighbourhood(fine, counts_of(coarse, rough)), **asked)
    assert found.outcome.values is not None
    assert best * (1 - 1e-9) <= found.objective <= best * 1.05
    for name in ("open_count", "modules_count"):
        here, there = fine.columns.of(name), coarse.columns.of(name)
        assert found.outcome.values[here] == pytest.approx(rough[there], abs=1e-6)


def test_room_near_a_plan_is_for_what_it_counts() -> None:
    """Halls that it has may be one more or one less; those that it has not, and what is chosen or not, stay."""
    case = fleet(5)
    fine, coarse = whole(case).form, whole(case.in_steps(STEP_H)).form
    rough = np.zeros(len(coarse.cost))
    opened, halls = coarse.columns.of("open_count"), coarse.columns.of("modules_count")
    most = coarse.column_upper[halls]
    has = np.flatnonzero(most > 1)[0]
    rough[opened[0]], rough[halls[has]] = 1.0, 1.0
    counts = counts_of(coarse, rough)
    held, roomy = neighbourhood(fine, counts), neighbourhood(fine, counts, room=1.0)
    differs = np.flatnonzero((held.column_lower != roomy.column_lower) | (held.column_upper != roomy.column_upper))
    hall = fine.columns.of("modules_count")[has]
    assert differs.tolist() == [hall]
    assert (held.column_lower[hall], held.column_upper[hall]) == (1.0, 1.0)
    assert (roomy.column_lower[hall], roomy.column_upper[hall]) == (0.0, 2.0)


def test_time_that_runs_out_before_any_bound_leaves_the_unavoidable_cost() -> None:
    """No site is priced; the plan is told as feasible, with the bound that needs no search."""
    case = fleet(5)
    cost = unavoidable_cost(case)
    bounds, size = bounds_of_sites(case, chosen(DESIGN, case), {}, threads=1, deadline=Deadline(0.0), tell=print)
    assert np.isnan(bounds.of_all)
    assert size.columns == len(whole(case).form.columns)
    assert 0 < cost <= quick(case).objective_usd


@pytest.mark.parametrize("seed", [pytest.param(0, marks=pytest.mark.slow), 1, 2])
def test_gap_that_the_first_round_leaves_is_closed(seed: int) -> None:
    """Asked for no gap at all, other sites are taken in until none is left that a better plan may have."""
    case = fleet(5, seed=seed)
    found, best = quick(case, method="decomposed", gap=1e-7), quick(case)
    assert found.status == "optimal"
    assert found.objective_usd == pytest.approx(best.objective_usd, rel=1e-6)


@pytest.mark.parametrize("proven_fraction", [1e-3, -1.0], ids=["interior point", "given up for the simplex"])
def test_first_prices_from_within_bound_the_hours(proven_fraction: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """All sites over two periods in longer steps: these prices bound the relaxation in hours, and nearly reach it."""
    monkeypatch.setattr(first, "LARGE_ROWS_COUNT", 0)
    monkeypatch.setattr(lp_relaxation, "PROVEN_FRACTION", proven_fraction)
    case = rich_case()
    components = chosen(DESIGN, case)
    sites = [str(site) for site in case.axes["site"]]
    begun = first.first_relaxation(case.in_steps(STEP_H), components, sites, Deadline())
    assert begun is not None
    bounds, _ = bounds_of_sites(case, components, begun.prices, threads=1, deadline=Deadline(), tell=print)
    cost = relaxed_cost(case) * COST_SCALE
    assert 0.95 * cost <= bounds.of_all <= cost * (1 + 1e-6)


@pytest.mark.parametrize(("most", "asked_count"), [(0, 1), (4_000, 2)], ids=["from a first plan", "from all sites"])
def test_periods_begin_with_all_sites_where_they_are_few(
    most: int, asked_count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first plan has the cheap site alone. Either way plan and bound are those of the whole model."""
    asked: list[int] = []

    def told(case: Any, components: Any, sites: Any, deadline: Any) -> Any:
        asked.append(len(sites))
        return first.first_relaxation(case, components, sites, deadline)

    monkeypatch.setattr(by_site, "ALL_AT_ONCE_SITE_STEPS", most)
    monkeypatch.setattr(by_site, "first_relaxation", told)
    periods, dear = ((2030, 1), (2031, 1)), {"fixed_site_usd": 1e5}
    case = tiny_case(sites=("a", "b"), periods=periods, price_usd_per_mwh=[[1.0], [10.0]], facility=dear)
    found, best = quick(case, method="decomposed"), quick(case, method="whole")
    assert found.bound_usd <= best.objective_usd * (1 + 1e-6)
    assert found.objective_usd == pytest.approx(best.objective_usd)
    assert asked[0] == asked_count
