"""The interval of a rival against all plans with it, one by one; and bounds of designs from their sites alone."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest
from sites_apart import whole
from tiny import quick
from two_megawatts import two_megawatts, why_not

from siting.models.formulation import DESIGN, chosen
from siting.optimise.decomposition.lagrangian_bounds import bounds_of_sites
from siting.optimise.decomposition.linking_rows import partition
from siting.optimise.decomposition.whole_bounds import in_whole_numbers
from siting.optimise.rivals.held_sites import RACKS, HeldSites, held_bounds
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.quantities import COST_SCALE

HOURS_PER_YR, HALL_USD, RACK_USD, OPEN_USD = 8760.0, 500.0, 1000.0, 100.0


def least_cost(prices: list[float], forced: int) -> float:
    """Cheapest plan of two megawatts with a site: all halls (0 to 2 a site) and racks in them, the cheapest used first.

    A site pays 100 USD when it is open, 500 a hall, 1,000 a rack; a megawatt at work all year 8,760 h at its price.
    """
    best = np.inf
    order = np.argsort(prices)
    for halls in itertools.product(range(3), repeat=len(prices)):
        if not halls[forced]:
            continue
        for racks in itertools.product(*(range(count + 1) for count in halls)):
            if sum(racks) < 2:
                continue
            left, power = 2, 0.0
            for site in order:
                done = min(left, racks[site])
                left, power = left - done, power + done * HOURS_PER_YR * prices[site]
            opened = sum(count > 0 for count in halls)
            best = min(best, power + HALL_USD * sum(halls) + RACK_USD * sum(racks) + OPEN_USD * opened)
    return best


@pytest.mark.parametrize("seed", range(3))
def test_interval_holds_the_cheapest_of_all_plans_with_the_site(seed: int) -> None:
    prices = [10.0, *np.random.default_rng(seed).uniform(10.0, 10.3, 3).tolist()]
    plan = quick(two_megawatts(price_usd_per_mwh=[[price] for price in prices]), rivals=True)
    told = why_not(plan)
    assert len(told) == 3
    for site, name in enumerate("abcd"):
        if name in told.index:
            true = least_cost(prices, site) - plan.objective_usd
            assert told.loc[name, "extra_cost_at_least_usd"] <= true + 1e-3
            assert told.loc[name, "extra_cost_usd"] == pytest.approx(true, abs=1e-3)


@pytest.mark.parametrize("factor", [0.0, 0.7, 1.0, 1.4])
def test_bounds_in_whole_numbers_are_no_lower_and_hold_at_any_prices(factor: float) -> None:
    """The least that a plan with each site costs lies above both; halls of 1 MW where half of one is enough cost more.

    At no price at all an open site is its 100 USD and half a hall, 250 USD; in whole numbers a hall, 500 USD.
    """
    prices = [10.0, 10.02, 10.04, 10.5]
    case = two_megawatts(facility={"site_min_mw": 0.5, "site_max_mw": 2.0})
    model = whole(case)
    form = model.form
    relaxed = highs.run(loading.load(dataclasses.replace(form, integral=np.zeros_like(form.integral))))
    assert relaxed.prices is not None
    paid = {form.rows.name(row): factor * relaxed.prices[row] for row in partition(model).shared.tolist()}
    asked: dict[str, Any] = {"components": chosen(DESIGN, case), "prices": paid, "threads": 1, "deadline": Deadline()}
    bounds, _ = bounds_of_sites(case, **asked, tell=print)
    raised = in_whole_numbers(bounds, range(4), case=case, **asked)
    assert (raised.with_each >= bounds.with_each - 1e-9).all()
    for site in range(4):
        assert raised.with_each[site] <= least_cost(prices, site) * COST_SCALE + 1e-9
    if factor == 0.0:
        assert bounds.forced / COST_SCALE == pytest.approx(np.full(4, 350.0))
        assert raised.forced / COST_SCALE == pytest.approx(np.full(4, 600.0))


@pytest.mark.parametrize("factor", [0.0, 0.8, 1.0, 1.3])
def test_bound_of_a_design_is_no_more_than_its_cost_at_any_prices(factor: float) -> None:
    """And at the prices of its own linear problem it is that cost; a site without room for its racks has no plan."""
    model = whole(two_megawatts(zones=("y", "z"), network_usd_per_pflop_yr=[[0, 900], [800, 0], [500, 500], [0, 0]]))
    form, shared = model.form, partition(model).shared
    counts = {
        name: np.zeros(len(form.columns.of(name)))
        for name in model.assembly.variables
        if form.integral[form.columns.of(name)].any()
    }
    kinds = np.ones(len(counts[RACKS]), dtype=bool)
    held = {**counts, "open_count": np.array([1.0, 1.0, 0.0, 0.0]), "modules_count": np.array([2.0, 2.0, 0.0, 0.0])}
    lower, upper = held_bounds(model, held, kinds)
    solver = loading.load(form)
    loading.relax(solver, form)
    solver.changeColsBounds(len(lower), np.arange(len(lower), dtype=np.int32), lower, upper)
    found = highs.run(solver)
    assert found.objective is not None
    assert found.prices is not None
    prices = np.zeros(len(form.row_lower))
    prices[shared] = factor * found.prices[shared]
    bound = HeldSites(model, prices).bound(held, kinds, Deadline())
    assert bound <= found.objective + 1e-9
    if factor == 1.0:
        assert bound == pytest.approx(found.objective)
    shut = {**held, "open_count": np.array([1.0, 0.0, 0.0, 0.0])}
    assert np.isposinf(HeldSites(model, prices).bound(shut, kinds, Deadline()))
