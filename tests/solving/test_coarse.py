"""A case in longer steps: the same energy in fewer hours, and prices that are near those of the hours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rich_case import rich_case
from sites_apart import cut, fleet
from tiny import relaxed_cost, tiny_case

from siting.coarse import carried_over, in_steps
from siting.models.decomposition import relax
from siting.models.standard_form import COST_SCALE
from siting.search import near_coarse, search


def test_steps_are_means_and_weigh_their_hours() -> None:
    """Two days of five hours in steps of two: (1, 3), (5, 7), (9) and (11, 13), (15, 17), (19)."""
    case = tiny_case(hours_count=5, days_of_year=(200, 165), price_usd_per_mwh=[np.arange(1.0, 20.0, 2.0)])
    small = case.in_steps(2)
    assert small.values("price_usd_per_mwh").tolist() == [[2.0, 6.0, 9.0, 12.0, 16.0, 19.0]]
    assert small.axes["hour"] == (0, 2, 4, 5, 7, 9)
    assert small.calendar.day_of_hour.tolist() == [0, 0, 0, 1, 1, 1]
    assert float(small.values("step_h")) == 2.0
    by_day = case.calendar.weights.reshape(2, 5).sum(axis=1)
    assert small.calendar.weights.reshape(2, 3).sum(axis=1) == pytest.approx(by_day)
    assert small.values("weight_h_per_yr") == pytest.approx(small.calendar.weights)


def test_one_hour_steps_change_nothing() -> None:
    case = rich_case()
    same = case.in_steps(1)
    for name, field in case.fields.items():
        assert np.array_equal(same.values(name), field.values, equal_nan=True), name
    assert same.calendar.hours.equals(case.calendar.hours)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_carried_prices_bound_the_hours_and_nearly_reach_them(seed: int) -> None:
    case = fleet(5, seed=seed)
    fine, coarse = cut(case), in_steps(case)
    found = relax(*coarse, tolerance=1e-4, threads=1)
    first = carried_over(found.prices, coarse, fine)
    assert np.isfinite(first).all()
    once = relax(*fine, tolerance=1e-4, threads=1, first=first, tell=lambda _: False)
    cost = relaxed_cost(case) * COST_SCALE
    assert 0.95 * cost <= once.bound <= cost * (1 + 1e-6)


def test_row_that_only_the_hours_have_has_no_price() -> None:
    coarse, fine = in_steps(fleet(3, policy={"sites_max_count": None})), cut(fleet(3, policy={"sites_max_count": 2}))
    first = carried_over(np.ones(len(coarse[1].shared)), coarse, fine)
    missing = [fine[0].rows.name(row) for row in fine[1].shared[np.isnan(first)]]
    assert missing == ["placement.few_enough_sites[2030]"]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_plan_near_the_coarse_one_is_a_plan(seed: int) -> None:
    """It keeps the sites and modules of the best plan in longer steps, and is no cheaper than the best there is."""
    case = fleet(5, seed=seed)
    fine, coarse = cut(case), in_steps(case)
    every = np.ones(5, dtype=bool)
    asked: dict[str, Any] = {"gap": 0.0, "time_limit": None, "progress": None, "scale": COST_SCALE}
    best, rough = search(fine[0], **asked).objective, search(coarse[0], **asked).outcome.values
    found = near_coarse(fine[0], coarse, every, **asked)
    assert found is not None
    assert found.outcome.values is not None
    assert rough is not None
    assert best * (1 - 1e-9) <= found.objective <= best * 1.05
    for name in ("open_count", "modules_count"):
        here, there = fine[0].columns.of(name), coarse[0].columns.of(name)
        assert found.outcome.values[here] == pytest.approx(rough[there], abs=1e-6)
