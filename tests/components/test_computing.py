"""Computing: work within what is installed, and the power that it draws."""

from __future__ import annotations

import pytest
from tiny import Solve, decided, tiny_case

THIRD_H = 8760 / 3


def test_idle_racks_draw_power(solved: Solve) -> None:
    """Work of 1, 2, 1 PFLOP/s on 2 racks that draw 0.4 MW idle: 1.4 + 2.0 + 1.4 = 4.8 MW over thirds of the year.

    If idle power were ignored it would be 4; if it came on top of full power, 6.4; of the busy racks alone, 4.
    """
    plan = solved(tiny_case(inference_pflop=[1, 2, 1], idle_fraction=0.4, price_usd_per_mwh=1.0, rack_usd=1.0))
    assert plan.objective_usd == pytest.approx(4.8 * THIRD_H + 2)


def test_idle_share_is_of_each_kind(solved: Solve) -> None:
    """r idles at 0.9, t at 0.1, all else alike: t, with work of 1, 0, 0: 1 + 0.1 + 0.1 = 1.2; r would take 2.8."""
    case = tiny_case(
        racks=("r", "t"), inference_pflop=[1, 0, 0], idle_fraction=[0.9, 0.1], price_usd_per_mwh=1.0, rack_usd=1.0
    )
    assert solved(case).objective_usd == pytest.approx(1.2 * THIRD_H + 1)


def test_many_racks_draw_less_than_their_nameplate(solved: Solve) -> None:
    """Diversity 0.8, idle 0.5, work of 1, 2 and 1 on 2 MW: 0.8 x (1.5 + 2 + 1.5) = 4 MW over thirds.

    Without diversity 5; on the idle part alone 0.8 x 3 + 2 = 4.4; on the work alone 3 + 0.8 x 2 = 4.6.
    """
    case = tiny_case(
        inference_pflop=[1, 2, 1],
        idle_fraction=0.5,
        price_usd_per_mwh=1.0,
        rack_usd=1.0,
        facility={"peak_diversity_fraction": 0.8},
    )
    assert solved(case).objective_usd == pytest.approx(4 * THIRD_H + 2)


def test_racks_are_not_always_available(solved: Solve) -> None:
    """Availability 0.8: 1 PFLOP/s needs 1.25 MW, five racks of 0.25 MW at 10 USD: 50; if ignored, 40."""
    assert solved(tiny_case(rack_mw=0.25, rack_usd=10.0, availability_fraction=0.8)).objective_usd == pytest.approx(50)


def test_denser_racks_need_less_power(solved: Solve) -> None:
    """r does 1 PFLOP/s a MW, t does 2: 2 PFLOP/s on t draw 1 MW all year, 8,760; on r, or with r's density, 17,520."""
    case = tiny_case(
        racks=("r", "t"), inference_pflop=2.0, compute_pflop_per_mw=[1, 2], price_usd_per_mwh=1.0, rack_usd=1.0
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(8760 + 1)
    assert decided(plan, "racks_count")[0, 0, :, 0].tolist() == [0, 1]


def test_work_is_bounded_in_every_hour(solved: Solve) -> None:
    """Work of 3, 1, 1: three racks at 10 USD, 30; on the mean of the day two would do for 20."""
    assert solved(tiny_case(inference_pflop=[3, 1, 1], rack_usd=10.0)).objective_usd == pytest.approx(30)


def test_work_is_done_where_it_draws_least(solved: Solve) -> None:
    """Work of 1, 1, 3: a rack r does 1 PFLOP/s in 1 MW for 1 USD, a rack t 2 PFLOP/s in 1 MW for 3,000.

    One of each: t works first, 0.5 + 0.5 + (1 + 1) = 3 MW over thirds, 8,760 + 3,001 = 11,761, less than three r
    (14,603) or two t (13,300). If r worked first it would be 1 + 1 + 2 = 4 MW, 14,681.
    """
    case = tiny_case(
        racks=("r", "t"),
        inference_pflop=[1, 1, 3],
        compute_pflop_per_mw=[1, 2],
        price_usd_per_mwh=1.0,
        rack_usd=[1, 3000],
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(11_761)
    assert decided(plan, "racks_count")[0, 0, :, 0].tolist() == [1, 1]


def test_racks_are_derated_where_the_cooling_cannot_carry_them(solved: Solve) -> None:
    """Air carries half the load of a rack at a, wet all of it: 2 racks at 10 USD in air, or 1 in a wet hall for 9 more.

    Wet: 10 + 9 = 19 against 20. If racks were not derated, one would do in air for 10.
    """
    case = tiny_case(
        cooling=("air", "wet"), carried_fraction=[[[0.5], [1.0]]], rack_usd=10.0, hall_usd_per_mw=[0.0, 9.0]
    )
    assert solved(case).objective_usd == pytest.approx(19)


def test_derating_is_of_each_site_and_rack(solved: Solve) -> None:
    """At a, where power is free, r is carried in full and t to a quarter: one r for 10 USD, or four t for 40.

    With b's derating, or with the kinds swapped, it would be 40.
    """
    case = tiny_case(
        sites=("a", "b"),
        racks=("r", "t"),
        carried_fraction=[[[1.0, 0.25]], [[0.25, 1.0]]],
        rack_usd=10.0,
        price_usd_per_mwh=[[0], [10]],
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(10)
    assert decided(plan, "racks_count")[0, 0, :, 0].tolist() == [1, 0]
