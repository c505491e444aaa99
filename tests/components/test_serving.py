"""Serving: which site serves which zone, batch work over hours and sites, and the demand for both."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import Solve, decided, paid, quick, tiny_case

from siting.optimise.method import SolveMethod
from siting.optimise.no_plan import NoPlanError

THIRD_H = 8760 / 3


def test_zone_is_served_from_within_the_latency_limit(solved: Solve) -> None:
    """Power is free at a, which is 50 ms from z; z goes to b for 87,600, y to a. Without the limit, 0."""
    case = tiny_case(
        sites=("a", "b"),
        zones=("y", "z"),
        rtt_ms=[[40, 50], [50, 40]],
        price_usd_per_mwh=[[0], [10]],
        latency_limit_ms=40.0,
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(87_600)
    assert decided(plan, "share_fraction")[:, :, 0] == pytest.approx(np.eye(2))
    assert plan.tables["assignment"]["rtt_ms"].tolist() == [40, 40]


def test_zone_that_no_site_reaches_leaves_no_plan() -> None:
    with pytest.raises(NoPlanError) as caught:
        quick(tiny_case(rtt_ms=50.0, latency_limit_ms=40.0))
    assert caught.value.status == "infeasible"


def test_network_is_paid_for_mean_traffic_by_distance(solved: Solve) -> None:
    """Zone y has 0, 1, 5 PFLOP/s (mean 2) at 7 USD/yr each, z has 1 at 3 USD/yr: 14 + 3 = 17.

    On the peak it would be 35 + 3 = 38; with the prices swapped, 6 + 7 = 13.
    """
    case = tiny_case(zones=("y", "z"), inference_pflop=[[[0, 1, 5]], [[1, 1, 1]]], network_usd_per_pflop_yr=[[7, 3]])
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(17)
    assert paid(plan, "serving.network") == pytest.approx(17)


def test_distance_is_weighed_against_power(solved: Solve) -> None:
    """Serving z from a costs 50,000 for the network, from b 87,600 for power: a. Without the network, 0."""
    case = tiny_case(sites=("a", "b"), network_usd_per_pflop_yr=[[50_000], [0]], price_usd_per_mwh=[[0], [10]])
    assert solved(case).objective_usd == pytest.approx(50_000)


def test_share_is_the_same_in_every_hour(solved: Solve) -> None:
    """Each site is dear in another hour, 30 USD/MWh: with one share for all hours 30 x 2,920 = 87,600.

    If traffic could move between sites by the hour, it would follow the free power, at 0.
    """
    case = tiny_case(sites=("a", "b"), price_usd_per_mwh=[[0, 0, 30], [30, 0, 0]])
    assert solved(case).objective_usd == pytest.approx(87_600)


def test_shares_serve_each_zone_once(solved: Solve) -> None:
    """Zones of 1 and 2 PFLOP/s at 1 USD/MWh: 3 MW x 8,760 h. Served twice it would be double."""
    case = tiny_case(zones=("y", "z"), inference_pflop=[[[1]], [[2]]], price_usd_per_mwh=1.0)
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(26_280)
    assert decided(plan, "share_fraction").sum(axis=0) == pytest.approx(1)


def test_batch_work_waits_for_cheap_power(solved: Solve) -> None:
    """Batch of 1 PFLOP/s as the day's mean, power at 0, 5, 10 USD/MWh, racks at 10,000 USD.

    Three racks do all of it in the free hour: 30,000. Two take 20,000 + 5 x 2,920 = 34,600, one 10,000 + 43,800.
    If the day's sum were 1 instead of its mean, one rack would do for 10,000.
    """
    case = tiny_case(inference_pflop=0.0, batch_mean_pflop=1.0, price_usd_per_mwh=[0, 5, 10], rack_usd=10_000.0)
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(30_000)
    assert decided(plan, "batch_pflop").ravel() == pytest.approx([3, 0, 0])


def test_batch_work_follows_cheap_power_between_sites(solved: Solve) -> None:
    """Power is free at a in the first hour, at b in the last, 9 USD/MWh else; two racks a site: 2 + 1 for 0.

    Kept at one site, the third would cost 9 x 2,920 = 26,280.
    """
    case = tiny_case(
        sites=("a", "b"),
        inference_pflop=0.0,
        batch_mean_pflop=1.0,
        price_usd_per_mwh=[[0, 9, 9], [9, 9, 0]],
        facility={"site_max_mw": 2.0},
    )
    assert solved(case).objective_usd == pytest.approx(0, abs=1e-6)


def test_batch_work_stays_within_its_day(solved: Solve) -> None:
    """Power is free on the first day (100 of the year), 10 USD/MWh on the second (265): 10 x 265 x 24 = 63,600.

    If work could wait for another day the cost would be 0.
    """
    case = tiny_case(
        days_of_year=(100, 265), inference_pflop=0.0, batch_mean_pflop=1.0, price_usd_per_mwh=[0, 0, 0, 10, 10, 10]
    )
    assert solved(case).objective_usd == pytest.approx(63_600)


def test_batch_of_each_day_is_its_own(solved: Solve) -> None:
    """1 PFLOP/s on the first day, 3 on the second, at 1 USD/MWh: (100 + 3 x 265) x 24 = 21,480; swapped, 13,560."""
    case = tiny_case(days_of_year=(100, 265), inference_pflop=0.0, batch_mean_pflop=[[1, 3]], price_usd_per_mwh=1.0)
    assert solved(case).objective_usd == pytest.approx(21_480)


def test_batch_work_comes_on_top_of_inference(solved: Solve) -> None:
    """Inference of 2, 0, 1 and a batch of 1 as the day's mean fill two racks of 10 USD in every hour: 20."""
    case = tiny_case(inference_pflop=[2, 0, 1], batch_mean_pflop=1.0, rack_usd=10.0)
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(20)
    assert decided(plan, "batch_pflop").ravel() == pytest.approx([0, 2, 1])


def test_each_period_has_its_own_demand(solved: Solve) -> None:
    """1 PFLOP/s for 2 years, 3 for 4 years, at 1 USD/MWh: (2 + 12) x 8,760 = 122,640; with lengths swapped 87,600."""
    case = tiny_case(periods=((2030, 2), (2032, 4)), inference_pflop=[[[1], [3]]], price_usd_per_mwh=1.0)
    assert solved(case).objective_usd == pytest.approx(122_640)


@pytest.mark.parametrize("method", ["whole", "decomposed"])
def test_zone_that_asks_for_nothing_is_left_alone(method: SolveMethod) -> None:
    """y asks for nothing in the first year, z never does and no site reaches it: one site serves y in the second.

    87,600 for the power of one year. If z had to be served, there would be no plan.
    """
    case = tiny_case(
        sites=("a", "b"),
        zones=("y", "z"),
        periods=((2030, 1), (2031, 1)),
        rtt_ms=[[10, 90], [10, 90]],
        inference_pflop=[[[0], [1]], [[0], [0]]],
        price_usd_per_mwh=10.0,
    )
    plan = quick(case, method=method)
    assert plan.objective_usd == pytest.approx(87_600)
    assert decided(plan, "share_fraction").sum(axis=0) == pytest.approx(np.array([[0, 1], [0, 0]]))
