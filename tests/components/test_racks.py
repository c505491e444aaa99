"""Racks: whole racks, only where the cooling can carry them, within the space of their halls."""

from __future__ import annotations

import pytest
from tiny import Solve, decided, paid, tiny_case


def test_racks_come_whole(solved: Solve) -> None:
    """1 MW of racks of 0.4 MW at 10 USD: three racks, 30; in fractions 25."""
    assert solved(tiny_case(rack_mw=0.4, rack_usd=10.0)).objective_usd == pytest.approx(30)


def test_rack_stands_only_where_the_cooling_carries_it(solved: Solve) -> None:
    """Rack t (1 USD) needs the wet hall (105), rack r (10 USD) may stand in air (100): t in wet, 106.

    If t could stand in air the cost would be 101; if it could stand nowhere, 110.
    """
    case = tiny_case(
        cooling=("air", "wet"),
        racks=("r", "t"),
        compatible_count=[[1, 0], [1, 1]],
        hall_usd_per_mw=[100, 105],
        rack_usd=[10, 1],
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(106)
    assert decided(plan, "racks_count")[0, :, :, 0].tolist() == [[0, 0], [0, 1]]


def test_space_is_that_of_the_racks_own_cooling(solved: Solve) -> None:
    """Air halls cost 10 and carry r (1,000 USD); wet halls cost 50 and carry t (1 USD): 51.

    If the halls' space were pooled over cooling, t would stand in an air hall for 11.
    """
    case = tiny_case(
        cooling=("air", "wet"),
        racks=("r", "t"),
        compatible_count=[[1, 0], [0, 1]],
        hall_usd_per_mw=[10, 50],
        rack_usd=[1000, 1],
    )
    assert solved(case).objective_usd == pytest.approx(51)


def test_racks_of_all_kinds_share_a_hall(solved: Solve) -> None:
    """2 PFLOP/s by racks of 1 PFLOP/s: r in 0.5 MW for 150, t in 1 MW for 90; halls of 1 MW for 100.

    Two r: 300 + 100; one of each, 1.5 MW: 240 + 200; two t: 180 + 200 = 380, the least.
    If each kind had the halls to itself, one of each would share one hall for 340.
    """
    case = tiny_case(
        racks=("r", "t"),
        inference_pflop=2.0,
        rack_mw=[0.5, 1.0],
        compute_pflop_per_mw=[2.0, 1.0],
        hall_usd_per_mw=100.0,
        rack_usd=[150, 90],
    )
    assert solved(case).objective_usd == pytest.approx(380)


def test_racks_take_their_nameplate(solved: Solve) -> None:
    """Racks of 0.3 MW: four are needed for 1 PFLOP/s, 1.2 MW, two halls: 200; if a rack took 0.25 MW, 100."""
    assert solved(tiny_case(rack_mw=0.3, hall_usd_per_mw=100.0)).objective_usd == pytest.approx(200)


def test_rack_is_paid_by_an_annuity_and_maintained(solved: Solve) -> None:
    """100 USD over two years at 10 % is 57.619 a year; 7 a year of maintenance; (57.619 + 7) / 1.1 = 58.745.

    Paid at once it would be 107 / 1.1; without maintenance 52.38.
    """
    plan = solved(tiny_case(rate=0.1, rack_usd=100.0, rack_life_yr=2, rack_maintenance_usd_per_yr=7.0))
    assert plan.objective_usd == pytest.approx(64.6190476 / 1.1)
    assert paid(plan, "racks.maintenance") == pytest.approx(7)


def test_each_kind_has_its_own_price_and_life(solved: Solve) -> None:
    """r costs 100 over 1 year, t 150 over 2 years: 75 a year without interest, so t.

    With r's life, t would cost 150 and r would be taken at 100.
    """
    plan = solved(tiny_case(racks=("r", "t"), rack_usd=[100, 150], rack_life_yr=[1, 2]))
    assert plan.objective_usd == pytest.approx(75)


def test_racks_are_added_when_they_are_needed(solved: Solve) -> None:
    """1 then 3 racks: 10 + 30; all bought at the start would be 60."""
    case = tiny_case(periods=((2030, 1), (2031, 1)), inference_pflop=[[[1], [3]]], rack_usd=10.0)
    assert solved(case).objective_usd == pytest.approx(40)


def test_manufacture_carbon_is_of_all_racks(solved: Solve) -> None:
    """4 racks of 0.3 MW x 5 t/yr = 20 t/yr; counted by MW it would be 6."""
    plan = solved(tiny_case(rack_mw=0.3, rack_usd=1.0, rack_embodied_t_per_yr=5.0))
    carbon = plan.tables["carbon"]
    assert carbon.loc[carbon["method"] == "embodied", "carbon_t_per_yr"].sum() == pytest.approx(20)


def test_accelerator_hours_are_those_of_the_work(solved: Solve) -> None:
    """8 accelerators do 2 PFLOP/s in a rack of 0.5 MW (4 PFLOP/s a MW); 1 PFLOP/s all year is 4 x 8,760 GPU-h.

    At 1 PFLOP/s an accelerator it would be 8,760, with the whole rack counted 70,080.
    """
    plan = solved(tiny_case(rack_mw=0.5, compute_pflop_per_mw=4.0, accelerators_count=8.0, rack_usd=1.0))
    assert plan.tables["racks"]["gpu_h_per_yr"].sum() == pytest.approx(35_040)


def test_site_is_filled_as_far_as_it_must_be_worth_opening(solved: Solve) -> None:
    """A site of at least 3 MW has racks for all but one of them: 2.5 MW of racks of 0.5 MW at 10 USD, 50.

    1 PFLOP/s needs two racks, 20; with the halls filled to the last rack it would be 60.
    """
    case = tiny_case(rack_mw=0.5, rack_usd=10.0, facility={"site_min_mw": 3.0})
    assert solved(case).objective_usd == pytest.approx(50)
