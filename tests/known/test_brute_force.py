"""The optimum against answers found by trying everything, and against another solver.

Nothing here shares code with the model: facility location is solved for every set of open sites as a
transport problem, and the choice of racks and halls by trying every number of each.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import scipy.optimize
from rich_case import rich_case
from tiny import quick, tiny_case

from siting.case.case import Array
from siting.models.assembly.assembly import Assembly
from siting.models.assembly.compilation import compile_assembly
from siting.models.formulation import DESIGN, chosen
from siting.quantities import COST_SCALE

HOURS_PER_YEAR = 8760


def transport_cost(cost_usd: Array, capacity_mw: Array, demand_mw: Array) -> float:
    """Least cost of serving zones from sites; infinite if they cannot hold it.

    Parameters
    ----------
    cost_usd : ndarray
        Of serving a megawatt, site by zone.
    capacity_mw, demand_mw : ndarray
        Of each site, and of each zone.
    """
    sites, zones = cost_usd.shape
    solved = scipy.optimize.linprog(
        cost_usd.ravel(),
        A_ub=np.kron(np.eye(sites), np.ones(zones)),
        b_ub=capacity_mw,
        A_eq=np.kron(np.ones(sites), np.eye(zones)),
        b_eq=demand_mw,
    )
    return float(solved.fun) if solved.success else float("inf")


@pytest.mark.parametrize("sites_count", [3, 4])
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))])
def test_open_sites_against_every_set(sites_count: int, seed: int) -> None:
    """Fixed cost, power by site, network by distance, limited sites: the cheapest of all sets of open sites."""
    draw = np.random.default_rng(seed)
    zones_count = 3
    demand_mw = draw.integers(1, 4, zones_count).astype(float)
    capacity_mw = draw.integers(3, 8, sites_count).astype(float)
    capacity_mw[0] += max(0.0, demand_mw.sum() - capacity_mw.sum())
    fixed_usd = draw.integers(20, 200, sites_count) * 1000.0
    price = draw.integers(1, 30, sites_count).astype(float)
    network_usd = draw.integers(0, 150, (sites_count, zones_count)) * 1000.0
    unit_usd = price[:, None] * HOURS_PER_YEAR + network_usd

    best_usd, best_set = min(
        (
            fixed_usd[list(chosen)].sum()
            + transport_cost(unit_usd[list(chosen)], capacity_mw[list(chosen)], demand_mw),
            chosen,
        )
        for count in range(1, sites_count + 1)
        for chosen in itertools.combinations(range(sites_count), count)
    )
    names = tuple("abcd"[:sites_count])
    case = tiny_case(
        sites=names,
        zones=("x", "y", "z"),
        inference_pflop=demand_mw[:, None, None],
        site_max_mw=capacity_mw,
        fixed_site_usd=fixed_usd,
        price_usd_per_mwh=price[:, None],
        network_usd_per_pflop_yr=network_usd,
    )
    for method in ("whole", "decomposed"):
        plan = quick(case, method=method)
        assert plan.objective_usd == pytest.approx(best_usd, rel=1e-6)
        assert plan.open_sites == [names[i] for i in best_set]


@pytest.mark.parametrize("seed", range(6))
def test_racks_and_halls_against_every_number(seed: int) -> None:
    """Two kinds of racks and modules of 1.5 MW at one site, work by the hour: the cheapest of all numbers of each.

    In each hour the racks that take the least power for their work go first.
    """
    draw = np.random.default_rng(100 + seed)
    demand = draw.integers(0, 7, 3) / 2.0
    demand[draw.integers(3)] = 3.0
    price = draw.integers(1, 40, 3).astype(float)
    rack_mw, dense = np.array([0.5, 0.4]), np.array([1.0, draw.choice([1.2, 1.6])])
    idle = draw.choice([0.0, 0.2, 0.4], 2)
    rack_usd = draw.integers(1, 80, 2) * 1000.0
    hall_usd = float(draw.integers(1, 80) * 1000)
    module_mw, available = 1.5, 0.9

    def energy_usd(counts: Array) -> float:
        able = available * dense * rack_mw * counts
        draws = idle.copy() * rack_mw * counts
        power = np.full(3, draws.sum())
        left = demand.copy()
        for kind in np.argsort((1 - idle) / dense):
            work = np.minimum(left, able[kind])
            power += (1 - idle[kind]) / dense[kind] * work
            left -= work
        return float("inf") if left.max() > 1e-9 else float(power @ price) * HOURS_PER_YEAR / 3

    best_usd = min(
        energy_usd(np.array(counts, dtype=float))
        + rack_usd @ counts
        + hall_usd * module_mw * np.ceil(rack_mw @ counts / module_mw - 1e-9)
        for counts in itertools.product(range(9), range(11))
    )
    case = tiny_case(
        racks=("r", "t"),
        inference_pflop=demand,
        price_usd_per_mwh=price,
        rack_mw=rack_mw,
        compute_pflop_per_mw=dense,
        idle_fraction=idle,
        availability_fraction=available,
        rack_usd=rack_usd,
        hall_usd_per_mw=hall_usd,
        facility={"module_mw": module_mw},
    )
    assert quick(case).objective_usd == pytest.approx(best_usd, rel=1e-6)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"carbon_method": "market"},
        {"periods": ((2030, 15),), "inference_pflop": 2.0, "batch_mean_pflop": 0.5},
        pytest.param({"seed": 3}, marks=pytest.mark.slow),
        pytest.param({"seed": 4, "carbon_method": "location"}, marks=pytest.mark.slow),
    ],
)
def test_same_arrays_in_another_solver(changes: dict[str, Any]) -> None:
    """What the model hands to HiGHS has, through scipy, the optimum that the plan reports."""
    case = rich_case(**changes)
    form = compile_assembly(Assembly(case, chosen(DESIGN, case)))
    solved = scipy.optimize.milp(
        form.cost,
        integrality=form.integral.astype(int),
        bounds=scipy.optimize.Bounds(form.column_lower, form.column_upper),
        constraints=scipy.optimize.LinearConstraint(form.matrix, form.row_lower, form.row_upper),
        options={"mip_rel_gap": 0.0},
    )
    assert solved.success
    plan = quick(case)
    assert plan.objective_usd == pytest.approx((solved.fun + form.offset) / COST_SCALE, rel=1e-6)
