"""Classes of work, several of a kind: each with its own limit, window, place, fabric and run time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny import Solve, decided, paid, quick, tiny_case

from siting.optimise.no_plan import NoPlanError

MWH_PER_YR = 8760.0


def test_each_zone_has_its_own_latency_limit(solved: Solve) -> None:
    """Power costs 10 USD/MWh at a and nothing at b, which is 30 ms off; one class may wait 40 ms, the other 20.

    The first is done at b for 0, the second at a: 8,760 x 10 USD.
    """
    case = tiny_case(
        sites=("a", "b"), zones=("slow", "fast"), inference_pflop=1.0, rtt_ms=[[10, 10], [30, 30]],
        rtt_limit_ms=[40, 20], price_usd_per_mwh=[[10] * 3, [0] * 3],
    )  # fmt: skip
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(MWH_PER_YR * 10)
    assert decided(plan, "share_fraction")[..., 0] == pytest.approx(np.array([[0, 1], [1, 0]]), abs=1e-9)


@pytest.mark.parametrize("limits_ms", [(20.0, 20.0), (40.0, 20.0), (40.0, 40.0)])
def test_looser_latency_never_costs_more(limits_ms: tuple[float, float]) -> None:
    """Power costs nothing at b and 10 USD/MWh at a: two, one or none of 1 PFLOP/s must be done at a."""
    case = tiny_case(
        sites=("a", "b"), zones=("y", "z"), inference_pflop=1.0, rtt_ms=[[10, 10], [30, 30]],
        rtt_limit_ms=list(limits_ms), price_usd_per_mwh=[[10] * 3, [0] * 3],
    )  # fmt: skip
    assert quick(case).objective_usd == pytest.approx(MWH_PER_YR * 10 * sum(limit < 30 for limit in limits_ms))


def test_batch_work_stays_within_its_window(solved: Solve) -> None:
    """One lot may run in any of three hours, the other in the last two; power costs 0, 5 and 10 USD/MWh.

    Each asks for 1 PFLOP/s on the mean of the day, 3 in all: the first does 3 at 0, the second 3 at 5 USD/MWh. An hour
    of the day stands for 2,920 hours of the year: 3 x 2,920 x 5.
    """
    case = tiny_case(
        lots=("any", "late"), inference_pflop=0.0, batch_mean_pflop=1.0, price_usd_per_mwh=[0, 5, 10],
        batch_presence_ratio=[[1, 1, 1], [0, 1.5, 1.5]],
    )  # fmt: skip
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(3 * 2920 * 5)
    assert decided(plan, "batch_pflop")[0, :, 0] == pytest.approx(np.array([[3, 0, 0], [0, 3, 0]]), abs=1e-9)


def test_the_part_that_does_not_move_runs_alike(solved: Solve) -> None:
    """A quarter of 2 PFLOP/s runs in all hours, the rest in the cheapest: at 0, 5 and 10 USD/MWh 0.5 x 2,920 x 15."""
    case = tiny_case(
        inference_pflop=0.0, batch_mean_pflop=2.0, batch_movable_fraction=0.75, price_usd_per_mwh=[0, 5, 10]
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(0.5 * 2920 * 15)
    assert decided(plan, "steady_batch_pflop").ravel() == pytest.approx([0.5])
    hourly = plan.tables["hourly"].set_index("hour")["batch_pflop"]
    assert hourly.tolist() == pytest.approx([5, 0.5, 0.5])


def test_batch_work_and_clusters_stand_where_they_may(solved: Solve) -> None:
    """Everything is free at b; a lot and a class of clusters may only be done at a, where power costs 10 USD/MWh.

    1 PFLOP/s of batch work and a cluster of 2 draw 3 MW there: 3 x 8,760 x 10. The others are done at b.
    """
    case = tiny_case(
        sites=("a", "b"), lots=("home", "away"), jobs=("here", "there"), inference_pflop=0.0, batch_mean_pflop=1.0,
        training_cluster_pflop=2.0, clusters_needed_count=[[1], [1]], price_usd_per_mwh=[[10] * 3, [0] * 3],
        lot_resident_count=[[1, 1], [0, 1]], job_resident_count=[[1, 1], [0, 1]],
    )  # fmt: skip
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(3 * MWH_PER_YR * 10)
    assert decided(plan, "clusters_count")[..., 0].tolist() == [[1, 0], [0, 1]]


def test_classes_of_clusters_differ_in_size(solved: Solve) -> None:
    """Sites of 4 MW: two clusters of 3 PFLOP/s and two of 1 fill both, one of each at each; each site costs 5 USD."""
    case = tiny_case(
        sites=("a", "b", "c"), jobs=("large", "small"), inference_pflop=0.0, training_cluster_pflop=[3.0, 1.0],
        clusters_needed_count=[[2], [2]], site_max_mw=4.0, fixed_site_usd=5.0, site_life_yr=1.0,
    )  # fmt: skip
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(10)
    assert sorted(map(tuple, decided(plan, "clusters_count")[..., 0].tolist())) == [(0, 0), (1, 1), (1, 1)]


def test_a_class_runs_on_racks_of_its_fabric(solved: Solve) -> None:
    """Plain racks cost 1 USD, those of the fabric 10; a cluster of 2 PFLOP/s needs them, 3 of inference do not: 23."""
    case = tiny_case(
        racks=("plain", "fabric"), inference_pflop=3.0, training_cluster_pflop=2.0, clusters_needed_count=1.0,
        fabric_count=[[0, 1]], rack_usd=[1.0, 10.0],
    )  # fmt: skip
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(23)
    assert decided(plan, "installed_mw")[0, 0, :, 0] == pytest.approx([3, 2])


def test_a_cluster_that_may_pause_runs_when_power_is_cheap(solved: Solve) -> None:
    """It runs two thirds of the year; of three hours at 0, 5 and 10 USD/MWh it leaves the last out: 2 x 2,920 x 5."""
    case = tiny_case(
        inference_pflop=0.0, training_cluster_pflop=2.0, clusters_needed_count=1.0, run_fraction=2 / 3,
        price_usd_per_mwh=[0, 5, 10],
    )  # fmt: skip
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(2 * 2920 * 5)
    assert decided(plan, "paused_pflop").ravel() == pytest.approx([0, 0, 2], abs=1e-9)


def test_a_paused_cluster_leaves_its_computers_to_others(solved: Solve) -> None:
    """It runs two thirds of the year on 2 MW of racks at 10 USD; 2 PFLOP/s asked for in one hour fit into its pause."""
    case = tiny_case(
        inference_pflop=[0, 0, 2], training_cluster_pflop=2.0, clusters_needed_count=1.0, run_fraction=2 / 3,
        rack_usd=10.0,
    )  # fmt: skip
    assert solved(case).objective_usd == pytest.approx(20)


def test_a_cluster_that_pauses_needs_all_of_its_racks_at_once(solved: Solve) -> None:
    """A cluster of 2 PFLOP/s that runs half of the year takes two racks of 10 USD, and not one that runs all of it."""
    case = tiny_case(
        inference_pflop=0.0, training_cluster_pflop=2.0, clusters_needed_count=1.0, run_fraction=0.5, rack_usd=10.0
    )
    assert solved(case).objective_usd == pytest.approx(20)


def test_classes_on_any_rack_do_not_count_those_of_a_fabric_twice(solved: Solve) -> None:
    """One class of 2 needs the fabric at 10 USD, another of 2 that pauses half of the year any rack at 1 USD: 22."""
    case = tiny_case(
        racks=("plain", "fabric"), jobs=("bound", "free"), inference_pflop=0.0, training_cluster_pflop=2.0,
        clusters_needed_count=1.0, run_fraction=[1.0, 0.5], fabric_count=[[0, 1], [1, 1]], rack_usd=[1.0, 10.0],
    )  # fmt: skip
    assert solved(case).objective_usd == pytest.approx(22)


def test_work_bound_to_places_is_not_leased(solved: Solve) -> None:
    """Renting costs nothing and racks 10 USD; of two lots and two zones those bound to a place are not rented: 20."""
    case = tiny_case(
        zones=("free", "bound"), lots=("free", "bound"), leases=("cloud",), inference_pflop=1.0, batch_mean_pflop=1.0,
        zone_leasable_count=[1, 0], lot_leasable_count=[1, 0], rack_usd=10.0,
    )  # fmt: skip
    plan = solved(case)
    assert paid(plan, "racks.capital").sum() == pytest.approx(20)
    assert decided(plan, "leased_work_pflop").sum() == pytest.approx(2)


def test_no_place_for_a_class_is_no_plan(solved: Solve) -> None:
    numbers: dict[str, Any] = {"lots": ("bound",), "batch_mean_pflop": 1.0, "lot_resident_count": 0.0}
    with pytest.raises(NoPlanError):
        solved(tiny_case(inference_pflop=0.0, **numbers))


def test_work_bound_to_places_is_leased_in_regions_that_lie_there(solved: Solve) -> None:
    """Two lots of 1 PFLOP/s: one may be rented anywhere, at 876 USD, the other in the second region alone, at 1,752.

    Racks cost 1e6 USD. 876 + 1,752; one share for both lots, or one region for both, would cost 2 x 876 or 2 x 1,752.
    """
    case = tiny_case(
        lots=("free", "bound"), leases=("near", "home"), inference_pflop=0.0, batch_mean_pflop=1.0, rack_usd=1e6,
        accelerator_pflop=0.5, lease_usd_per_gpu_h=[0.05, 0.1], lot_leasable_count=[[1, 0], [1, 1]],
    )  # fmt: skip
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(876 + 1752)
    assert decided(plan, "leased_batch_fraction").sum(axis=0)[..., 0] == pytest.approx(np.eye(2))


def test_halls_are_built_in_the_steps_of_their_site(solved: Solve) -> None:
    """2.5 MW of racks: 2 MW of hall at 10 USD where steps are of 2 MW, and 0.5 at 12 USD where they are of 0.5: 26.

    In steps of 2 MW at both, 4 MW at 10 USD would be 40; in steps of 0.5, all would be built for 25.
    """
    case = tiny_case(
        sites=("coarse", "fine"), inference_pflop=2.5, rack_mw=0.5, hall_usd_per_mw=10.0, capital_ratio=[1.0, 1.2],
        module_mw=[2.0, 0.5],
    )  # fmt: skip
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(26)
    assert decided(plan, "modules_count").sum(axis=(1, 2)) == pytest.approx([1, 1])
