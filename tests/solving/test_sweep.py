"""A swept limit: each point costs what a solve of its own costs, and carries its own proof."""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
import pytest
from rich_case import rich_case
from tiny import quick, tiny_case

from siting.case import Case
from siting.solve import NoPlanError
from siting.sweep import Limit, Point, sweep


def limited(case: Case, limit: Limit, value: float) -> Case:
    policy = case.study.policy.model_copy(update={limit: None if np.isinf(value) else value})
    return dataclasses.replace(case, study=case.study.model_copy(update={"policy": policy}))


def steps(case: Case, limit: Limit) -> list[float]:
    """No limit, and four values below what the cheapest plan takes."""
    amount = sweep(case, limit, [np.inf], gap=0.0, threads=1)[0].amount
    assert amount is not None
    return [np.inf, *(amount * np.array([0.95, 0.8, 0.6, 0.4]))]


@pytest.mark.parametrize("method", ["whole", "decomposed"])
@pytest.mark.parametrize("limit", ["carbon_cap_t_per_yr", "water_cap_m3_per_yr"])
def test_points_cost_what_solves_of_their_own_cost(limit: Limit, method: Literal["whole", "decomposed"]) -> None:
    """At a gap of 0, in any order of the values, also where no plan is left."""
    case = limited(limited(rich_case(), "carbon_cap_t_per_yr", np.inf), "water_cap_m3_per_yr", np.inf)
    values = steps(case, limit)
    points = sweep(case, limit, values[::-1], gap=0.0, method=method, threads=1)
    assert [point.value for point in points] == values
    for point in points:
        if point.status == "infeasible":
            assert point.objective_usd is None
            with pytest.raises(NoPlanError, match="no plan can meet all limits"):
                quick(limited(case, limit, point.value))
            continue
        plan = quick(limited(case, limit, point.value))
        assert point.status == "optimal"
        assert point.objective_usd == pytest.approx(plan.objective_usd, rel=1e-7)
        assert point.bound_usd == pytest.approx(plan.objective_usd, rel=1e-7)
        assert point.amount is not None
        assert point.amount <= point.value * (1 + 1e-7)
        assert point.open_sites == tuple(plan.open_sites)


def test_each_point_is_certified_within_its_gap() -> None:
    case = limited(rich_case(), "carbon_cap_t_per_yr", np.inf)
    told: list[Point] = []
    points = sweep(case, "carbon_cap_t_per_yr", steps(case, "carbon_cap_t_per_yr")[:4], gap=0.05, tell=told.append)
    assert told == points
    for point in points:
        best_usd = quick(limited(case, "carbon_cap_t_per_yr", point.value)).objective_usd
        assert point.status == "optimal"
        assert point.gap_fraction is not None
        assert point.gap_fraction <= 0.05 + 1e-9
        assert point.bound_usd is not None
        assert point.objective_usd is not None
        assert point.bound_usd <= best_usd * (1 + 1e-9)
        assert best_usd * (1 - 1e-9) <= point.objective_usd


@pytest.mark.parametrize("method", ["whole", "decomposed"])
def test_design_moves_where_the_limit_makes_it(method: Literal["whole", "decomposed"]) -> None:
    """Site a: power at 10 USD/MWh with 1 t/MWh; b: 20 USD/MWh with none. 1 MW all year is 8,760 MWh.

    Without a cap all is at a: 87,600 USD. With one of 0 t all is at b: 175,200 USD, and a plan that had kept
    the halls of the point before would have had none to run. Site by site, b is not taken in before it is needed.
    """
    case = tiny_case(
        sites=("a", "b"),
        price_usd_per_mwh=[[10.0] * 3, [20.0] * 3],
        carbon_t_per_mwh=[[1.0] * 3, [0.0] * 3],
        facility={"site_max_mw": 1.0},
        rack_usd=1.0,
        policy={"sites_max_count": 1},
    )
    free, none = sweep(case, "carbon_cap_t_per_yr", [np.inf, 0.0], gap=0.0, method=method, threads=1)
    assert (free.open_sites, none.open_sites) == (("a",), ("b",))
    assert free.objective_usd == pytest.approx(87_601)
    assert none.objective_usd == pytest.approx(175_201)
    assert (free.amount, none.amount) == (pytest.approx(8760), pytest.approx(0, abs=1e-6))
