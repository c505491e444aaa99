"""Halls: modules of IT power by cooling, their price, their space."""

from __future__ import annotations

import pytest
from tiny import Solve, decided, paid, quick, tiny_case


def test_halls_come_in_whole_modules(solved: Solve) -> None:
    """2.5 MW of racks take 3 modules of 1 MW at 100 USD: 300; in fractions it would be 250."""
    plan = solved(tiny_case(inference_pflop=2.5, rack_mw=0.5, hall_usd_per_mw=100.0))
    assert plan.objective_usd == pytest.approx(300)


def test_module_has_its_size(solved: Solve) -> None:
    """3 MW take 2 modules of 2 MW at 100 USD/MW: 400.

    If a module were priced as one MW, 200; if it held one MW, 600 or 300.
    """
    case = tiny_case(inference_pflop=3.0, hall_usd_per_mw=100.0, facility={"module_mw": 2.0})
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(400)
    assert decided(plan, "modules_count") == pytest.approx(2)


def test_full_modules_need_no_spare_one(solved: Solve) -> None:
    """4 MW fill 2 modules of 2 MW: 400; a cut that rounds 2 up to 3 modules would make it 600."""
    case = tiny_case(inference_pflop=4.0, hall_usd_per_mw=100.0, facility={"module_mw": 2.0})
    assert solved(case).objective_usd == pytest.approx(400)


def test_region_multiplies_the_price_of_building_alone(solved: Solve) -> None:
    """Building 1.5 x 100, maintenance 10: 160; with the region on both 165, on neither 110."""
    plan = solved(tiny_case(capital_ratio=1.5, hall_usd_per_mw=100.0, maintenance_usd_per_mw_yr=10.0))
    assert plan.objective_usd == pytest.approx(160)
    assert paid(plan, "halls.maintenance") == pytest.approx(10)


def test_dearer_region_is_avoided(solved: Solve) -> None:
    """Building costs 100 x 2 at a and 100 x 1.1 at b: 110; with one region for all it would be 100 or 200."""
    case = tiny_case(sites=("a", "b"), capital_ratio=[2, 1.1], hall_usd_per_mw=100.0)
    assert solved(case).objective_usd == pytest.approx(110)


def test_hall_is_paid_by_an_annuity_over_its_life(solved: Solve) -> None:
    """100 USD over two years at 10 % is 0.1 / (1 - 1.1^-2) x 100 = 57.619 a year; one year of it is 52.381 today.

    Paid at once it would be 100; without interest 50 / 1.1 = 45.45.
    """
    plan = solved(tiny_case(rate=0.1, hall_usd_per_mw=100.0, hall_life_yr=2))
    assert plan.objective_usd == pytest.approx(57.6190476 / 1.1)


@pytest.mark.parametrize(("price", "chosen", "cost_usd"), [(0.01, 0, 231.4), (1.0, 1, 10_662)])
def test_cooling_is_weighed_against_its_power(solved: Solve, price: float, chosen: int, cost_usd: float) -> None:
    """Air costs 100 at PUE 1.5, wet 150 at PUE 1.2: 100 + 13,140 p against 150 + 10,512 p.

    At 0.01 USD/MWh air costs 231.4 (wet 255.12); at 1 USD/MWh wet costs 10,662 (air 13,240).
    """
    case = tiny_case(cooling=("air", "wet"), hall_usd_per_mw=[100, 150], pue=[[1.5], [1.2]], price_usd_per_mwh=price)
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(cost_usd)
    assert decided(plan, "modules_count")[0, :, 0].tolist() == [1 - chosen, chosen]


def test_hall_is_built_only_where_its_cooling_can_be_had(solved: Solve) -> None:
    """The sea costs nothing and is at b, where power costs 1 USD/MWh; air costs 100 and is at a, for nothing: 100.

    Were the sea at a too, 0; were air not at a, 8,760.
    """
    case = tiny_case(
        sites=("a", "b"),
        cooling=("air", "sea"),
        hall_usd_per_mw=[100, 0],
        price_usd_per_mwh=[[0], [1]],
        offered_count=[[1, 0], [1, 1]],
    )
    assert solved(case).objective_usd == pytest.approx(100)


def test_site_is_no_larger_than_allowed(solved: Solve) -> None:
    """3 MW at sites of at most 2 MW: two sites at 10 USD each, 20; without the limit 10."""
    case = tiny_case(sites=("a", "b"), inference_pflop=3.0, site_max_mw=2.0, fixed_site_usd=10.0)
    assert solved(case).objective_usd == pytest.approx(20)


def test_site_is_worth_opening(solved: Solve) -> None:
    """1 MW at a site of at least 3 MW: three modules, 300; without the limit 100."""
    case = tiny_case(hall_usd_per_mw=100.0, facility={"site_min_mw": 3.0})
    assert solved(case).objective_usd == pytest.approx(300)


def test_all_cooling_counts_towards_the_site(solved: Solve) -> None:
    """4 MW, half of them at most at a, where power is free; racks r need air, racks t need wet.

    2 MW run at b for 10 USD/MWh x 17,520 MWh = 175,200. If each cooling had the whole limit, all would be at a for 0.
    """
    case = tiny_case(
        sites=("a", "b"),
        cooling=("air", "wet"),
        racks=("r", "t"),
        compatible_count=[[1, 0], [0, 1]],
        inference_pflop=4.0,
        site_max_mw=[2, 4],
        price_usd_per_mwh=[[0], [10]],
    )
    assert solved(case).objective_usd == pytest.approx(175_200)


def test_halls_stay(solved: Solve) -> None:
    """3 MW in the first year, 1 MW in the second: the halls are paid in both, 300 + 300.

    If a year's halls were only those built in it, the cost would be 300 + 100 = 400.
    """
    case = tiny_case(
        periods=((2030, 1), (2031, 1)), inference_pflop=[[[3], [1]]], hall_usd_per_mw=100.0, hall_life_yr=1
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(600)
    assert decided(plan, "modules_count").ravel().tolist() == [3, 0]


def test_halls_are_added_when_they_are_needed(solved: Solve) -> None:
    """1 MW in the first year, 3 MW in the second: 100 + 300; all built at the start would be 600."""
    case = tiny_case(periods=((2030, 1), (2031, 1)), inference_pflop=[[[1], [3]]], hall_usd_per_mw=100.0)
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(400)
    assert decided(plan, "modules_count").ravel().tolist() == [1, 2]


def test_construction_carbon_is_of_all_halls(solved: Solve) -> None:
    """3 MW x 7 t/MW/yr = 21 t/yr."""
    plan = solved(tiny_case(inference_pflop=3.0, hall_usd_per_mw=1.0, hall_embodied_t_per_mw_yr=7.0))
    carbon = plan.tables["carbon"]
    assert carbon.loc[carbon["method"] == "embodied", "carbon_t_per_yr"].sum() == pytest.approx(21)


@pytest.mark.parametrize("module_mw", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("demand_pflop", [1.0, 2.0, 3.5, 6.0])
def test_least_capacity_cuts_off_no_plan(module_mw: float, demand_pflop: float) -> None:
    """The cut on the number of modules follows from the rest: without it the cost is the same."""
    changes = {"inference_pflop": demand_pflop, "rack_mw": 0.5, "hall_usd_per_mw": 100.0}
    cut = quick(tiny_case(facility={"module_mw": module_mw}, **changes))
    uncut = quick(tiny_case(facility={"module_mw": module_mw}, least_it_mw=0.0, **changes))
    assert cut.objective_usd == pytest.approx(uncut.objective_usd)
