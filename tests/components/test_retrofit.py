"""Existing halls: kept as they are, or old cooling out and new in, for a price and some months of standstill."""

from __future__ import annotations

from typing import Any

import pytest
from tiny import Solve, decided, paid, quick, tiny_case, with_year

from siting.case.case import Case

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def old_hall(**changes: Any) -> Case:
    """2 MW of air-cooled halls at a; new halls cost 100 USD/MW, converting 30; power 1 USD/MWh at PUE 1.5 or 1.2."""
    options: dict[str, Any] = {
        "cooling": ("air", "liquid"),
        "existing_mw": [[2.0, 0.0]],
        "conversion_usd_per_mw": 30.0,
        "hall_usd_per_mw": 100.0,
        "pue": [[1.5], [1.2]],
        "inference_pflop": 1.0,
    }
    return tiny_case(**{**options, **changes})


def test_existing_hall_is_there_for_nothing(solved: Solve) -> None:
    """1 MW of racks in 2 MW of halls, without a price on power: 0; if they had to be built, 100; converted, 30."""
    plan = solved(old_hall())
    assert plan.objective_usd == pytest.approx(0)
    assert decided(plan, "modules_count").sum() == 0
    assert decided(plan, "converted_count").sum() == 0
    halls = plan.tables["halls"].set_index("cooling_id")
    assert halls.loc["air", "hall_capacity_mw"] == pytest.approx(2)


def test_conversion_is_weighed_against_power(solved: Solve) -> None:
    """PUE 1.5 to 1.2 on 1 MW saves 2,628 USD at 1 USD/MWh for 30: 10,512 + 30; kept it is 13,140, built 10,612."""
    plan = solved(old_hall(price_usd_per_mwh=1.0))
    assert plan.objective_usd == pytest.approx(10_542)
    assert paid(plan, "retrofit.capital").sum() == pytest.approx(30)
    assert decided(plan, "converted_count")[0, :, 0].tolist() == [0, 1]
    halls = plan.tables["halls"].set_index("cooling_id")
    assert halls["hall_capacity_mw"].to_dict() == {"air": 1, "liquid": 1}
    assert halls["kept_mw"].to_dict() == {"air": 1, "liquid": 0}


def test_dear_conversion_is_not_made(solved: Solve) -> None:
    """Power at 0.01 USD/MWh saves 26 USD for 30: kept, 131.4."""
    assert solved(old_hall(price_usd_per_mwh=0.01)).objective_usd == pytest.approx(131.4)


def test_racks_that_the_old_cooling_cannot_carry_need_it(solved: Solve) -> None:
    """Racks that only liquid carries: 1 MW converted for 30, not built for 100."""
    plan = solved(old_hall(compatible_count=[[0], [1]]))
    assert plan.objective_usd == pytest.approx(30)


def test_no_more_is_converted_than_stands(solved: Solve) -> None:
    """3 MW in liquid: 2 MW converted for 60 and 1 MW built for 100."""
    plan = solved(old_hall(compatible_count=[[0], [1]], inference_pflop=3.0))
    assert plan.objective_usd == pytest.approx(160)


def test_conversion_takes_whole_modules(solved: Solve) -> None:
    """1.5 MW of racks take two modules: 60; in fractions 45."""
    plan = solved(old_hall(compatible_count=[[0], [1]], inference_pflop=1.5, rack_mw=0.5))
    assert plan.objective_usd == pytest.approx(60)


def test_hall_stands_still_while_it_is_converted(solved: Solve) -> None:
    """Half a year of one is lost: 2 MW converted leave room for 1 MW, so 1 MW of work takes both modules: 60.

    Without the standstill one module would do, 30.
    """
    plan = solved(old_hall(compatible_count=[[0], [1]], conversion_lost_fraction=0.5))
    assert plan.objective_usd == pytest.approx(60)
    assert plan.tables["halls"]["hall_capacity_mw"].sum() == pytest.approx(1)


def test_room_is_there_again_in_the_next_period(solved: Solve) -> None:
    """1 MW, then 2 MW: the two modules converted in the first year carry 1, then 2: 60 + 60.

    Were half lost for good, a MW would have to be built in the second year.
    """
    plan = solved(
        old_hall(
            compatible_count=[[0], [1]],
            conversion_lost_fraction=0.5,
            periods=((2030, 1), (2031, 1)),
            inference_pflop=[[[1], [2]]],
        )
    )
    assert plan.objective_usd == pytest.approx(120)


def test_land_is_not_bought_again(solved: Solve) -> None:
    """No land is to be had, and none is needed; a hall built would need a hectare."""
    plan = solved(old_hall(land_available_ha=0.0, land_ha_per_mw=1.0, compatible_count=[[0], [1]]))
    assert plan.objective_usd == pytest.approx(30)


def test_halls_need_upkeep_old_and_new(solved: Solve) -> None:
    """2 MW stand; 1 MW is converted: 7 for what is kept, 11 for the new: 18 + 30; for one kind of both 14 or 22."""
    plan = solved(old_hall(maintenance_usd_per_mw_yr=[7, 11], compatible_count=[[0], [1]]))
    assert paid(plan, "retrofit.maintenance").sum() == pytest.approx(18)
    assert plan.objective_usd == pytest.approx(48)


def test_closed_site_has_no_halls(solved: Solve) -> None:
    """The old halls are at a, which costs 1,000 to open; b costs 10 and a hall 100: b, without upkeep at a."""
    plan = solved(
        old_hall(
            sites=("a", "b"),
            existing_mw=[[2, 0], [0, 0]],
            fixed_site_usd=[1000, 10],
            maintenance_usd_per_mw_yr=1.0,
        )
    )
    assert plan.open_sites == ["b"]
    assert plan.objective_usd == pytest.approx(10 + 100 + 1)


def test_existing_halls_count_towards_the_size_of_the_site(solved: Solve) -> None:
    """3 MW at a site of at most 3 MW, 2 of them old and useless for these racks: one must be converted.

    1 MW built (100) and 2 converted (60); were the old ones not counted, three could be built, or more.
    """
    case = old_hall(compatible_count=[[0], [1]], inference_pflop=3.0, site_max_mw=3.0, conversion_usd_per_mw=1000.0)
    assert solved(case).objective_usd == pytest.approx(2100)


def test_conversion_is_paid_by_an_annuity_over_its_life(solved: Solve) -> None:
    """30 USD over two years at 10 %: 17.286 a year; cash flow and objective agree (audited)."""
    plan = solved(old_hall(rate=0.1, hall_life_yr=2.0, periods=((2030, 2),), compatible_count=[[0], [1]]))
    assert paid(plan, "retrofit.capital").sum() == pytest.approx(30 * 0.1 / (1 - 1.1**-2))


def test_unavoidable_cost_knows_that_halls_stand() -> None:
    plan = quick(old_hall(rack_usd=5.0))
    assert plan.objective_usd == pytest.approx(5)
    assert plan.search.unavoidable_usd <= plan.objective_usd


def test_without_existing_halls_there_is_nothing_to_decide() -> None:
    assert "converted_count" not in quick(old_hall(existing_mw=0.0)).solution.decisions


def test_site_by_site_gives_the_same() -> None:
    case = old_hall(sites=("a", "b"), existing_mw=[[2, 0], [0, 0]], price_usd_per_mwh=[[1], [2]], inference_pflop=3.0)
    whole = quick(case).objective_usd
    assert quick(case, method="decomposed", gap=1e-4).objective_usd == pytest.approx(whole, rel=1e-4)


def test_year_of_a_site_that_builds_nothing_new() -> None:
    """The replay keeps the cooling of halls that were never built."""
    case = old_hall(days_of_year=MONTH_DAYS, rack_usd=1.0, price_usd_per_mwh=0.001)
    plan = quick(with_year(case), replay=True)
    assert plan.replay is not None
    assert plan.replay.unserved_fraction == 0
    row = plan.tables["replay"].set_index("kpi_id").loc["pue"]
    assert (row["design"], row["replay"]) == (pytest.approx(1.5), pytest.approx(1.5))
