"""Training: steady work in whole clusters, each at one site."""

from __future__ import annotations

import pytest
from tiny import Solve, decided, quick, tiny_case

from siting.optimise.no_plan import NoPlanError


def test_training_runs_in_every_hour(solved: Solve) -> None:
    """One cluster of 2 PFLOP/s beside 1 PFLOP/s of inference takes 3 MW all year: 8,760 x 3 x 10 = 262,800.

    Without training 87,600; were it free to run in one hour only, 3 MW would not be needed in the others.
    """
    case = tiny_case(training_cluster_pflop=2.0, clusters_needed_count=1.0, price_usd_per_mwh=10.0)
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(262_800)
    assert decided(plan, "work_pflop").ravel() == pytest.approx([3, 3, 3])


def test_clusters_avoid_a_dear_hour_no_more_than_others(solved: Solve) -> None:
    """Power costs 30 USD/MWh in one hour of three: 2 MW of training pay 2 x 2,920 x 30 = 175,200 more.

    If training could wait, like batch work, it would pay nothing.
    """
    with_training = tiny_case(training_cluster_pflop=2.0, clusters_needed_count=1.0, price_usd_per_mwh=[[0, 30, 0]])
    without = tiny_case(price_usd_per_mwh=[[0, 30, 0]])
    assert solved(with_training).objective_usd - solved(without).objective_usd == pytest.approx(175_200)


def test_a_cluster_is_not_split(solved: Solve) -> None:
    """Sites hold 5 MW and cost 1,000 each; three clusters of 3 MW and 1 MW of inference need three: 3,000.

    Split, the 10 MW would fit into two sites: 2,000.
    """
    case = tiny_case(
        sites=("a", "b", "c"),
        training_cluster_pflop=3.0,
        clusters_needed_count=3.0,
        facility={"site_max_mw": 5.0, "fixed_site_usd": 1_000.0},
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(3_000)
    assert sorted(decided(plan, "clusters_count").ravel()) == [1, 1, 1]


def test_cluster_larger_than_any_site_leaves_no_plan() -> None:
    case = tiny_case(training_cluster_pflop=200.0, clusters_needed_count=1.0)
    with pytest.raises(NoPlanError) as caught:
        quick(case)
    assert caught.value.status == "infeasible"


def test_a_cluster_stays_where_it_is(solved: Solve) -> None:
    """Power is free at a, 10 USD/MWh at b. In the second year inference, which only a reaches, fills a's 1 MW.

    So the cluster of 1 MW stands at b from the start: 2 x 87,600 = 175,200. Were it free to move, it
    would pay in the second year only: 87,600.
    """
    case = tiny_case(
        sites=("a", "b"),
        periods=((2030, 1), (2031, 1)),
        training_cluster_pflop=1.0,
        clusters_needed_count=1.0,
        inference_pflop=[[[0, 0, 0], [1, 1, 1]]],
        rtt_ms=[[10], [50]],
        site_max_mw=[1, 2],
        price_usd_per_mwh=[[0], [10]],
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(175_200)
    assert decided(plan, "clusters_count").tolist() == [[[0, 0]], [[1, 1]]]
