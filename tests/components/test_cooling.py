"""Cooling: overhead power by the hour, at part load, and water."""

from __future__ import annotations

import pytest
from tiny import Solve, paid, tiny_case

THIRD_H = 8760 / 3


def test_overhead_follows_the_hour(solved: Solve) -> None:
    """PUE of 1, 1.5, 2 with power at 3, 2, 1 USD/MWh: 3 + 3 + 2 = 8 a third of the year.

    On the year's mean PUE of 1.5 it would be 9; without overhead 6; with PUE taken for the overhead 8 + 6 = 14.
    """
    assert solved(tiny_case(pue=[1, 1.5, 2], price_usd_per_mwh=[3, 2, 1])).objective_usd == pytest.approx(8 * THIRD_H)


def test_part_of_the_overhead_does_not_fall_with_load(solved: Solve) -> None:
    """Work of 2, 1, 1 on 2 MW, PUE 2, half of it fixed: overhead 2, then 0.5 x 2 + 0.5 x 1 = 1.5 twice.

    IT 4 and overhead 5 make 9 thirds of a year. Were it all in proportion, 8; all fixed, 10.
    """
    case = tiny_case(inference_pflop=[2, 1, 1], pue=2.0, fixed_fraction=0.5, price_usd_per_mwh=1.0, rack_usd=1.0)
    assert solved(case).objective_usd == pytest.approx(9 * THIRD_H + 2)


def test_fixed_overhead_is_of_what_racks_draw_together(solved: Solve) -> None:
    """The same at a diversity of 0.5: all halves, 4.5 thirds of a year; were the fixed part undiminished, 6."""
    case = tiny_case(
        inference_pflop=[2, 1, 1],
        pue=2.0,
        fixed_fraction=0.5,
        price_usd_per_mwh=1.0,
        rack_usd=1.0,
        facility={"peak_diversity_fraction": 0.5},
    )
    assert solved(case).objective_usd == pytest.approx(4.5 * THIRD_H + 2)


def test_each_site_has_its_climate(solved: Solve) -> None:
    """PUE 2 at a, 1.25 at b: 1.25 x 8,760 at b. With a's climate for both it would be 17,520."""
    case = tiny_case(sites=("a", "b"), pue=[[[2]], [[1.25]]], price_usd_per_mwh=1.0)
    assert solved(case).objective_usd == pytest.approx(10_950)


def test_each_cooling_has_its_overhead(solved: Solve) -> None:
    """Air suits a (PUE 2, all of it fixed), wet suits b (PUE 1.2, none fixed); both work 1 MW in one hour of three.

    At a 1 + 3 x 1, at b 1 + 0.2: 5.2 thirds of a year. With the fixed shares swapped 1 + 1 and 1 + 3 x 0.2: 3.6.
    """
    case = tiny_case(
        sites=("a", "b"),
        zones=("y", "z"),
        rtt_ms=[[10, 90], [90, 10]],
        cooling=("air", "wet"),
        inference_pflop=[1, 0, 0],
        pue=[[[2], [9]], [[9], [1.2]]],
        fixed_fraction=[1, 0],
        price_usd_per_mwh=1.0,
        rack_usd=1.0,
    )
    assert solved(case).objective_usd == pytest.approx(5.2 * THIRD_H + 2)


def test_water_is_drawn_by_the_computers_power(solved: Solve) -> None:
    """WUE of 0, 1, 2 m3/MWh (mean 1) on 1 MW: 8,760 m3 at 0.5 USD = 4,380, though PUE is 2.

    On the power of the whole site it would be 8,760 USD; in the first hour alone, 0.
    """
    plan = solved(tiny_case(pue=2.0, wue_m3_per_mwh=[0, 1, 2], water_usd_per_m3=0.5))
    assert plan.objective_usd == pytest.approx(4_380)
    assert paid(plan, "cooling.water") == pytest.approx(4_380)
    assert plan.tables["water"]["water_m3_per_yr"].sum() == pytest.approx(8_760)


def test_fans_water_and_its_source_are_told_by_the_hour(solved: Solve) -> None:
    """1 MW with 0.2 MW of fans at PUE 1.2; 0, 1, 2 m3/MWh on site, 1.5 at the plants of 1.2 MW bought.

    TUE 1.2 / 0.8; water at source 1 + 1.8; the day takes (0 + 1 + 2) x 8 h = 24 m3.
    """
    plan = solved(tiny_case(pue=1.2, wue_m3_per_mwh=[0, 1, 2], server_fan_fraction=0.2, water_source_m3_per_mwh=1.5))
    values = {name: entry["value"] for name, entry in plan.kpis.items()}
    assert values["tue"] == pytest.approx(1.5)
    assert values["wue_l_per_kwh"] == pytest.approx(1.0)
    assert values["wue_source_l_per_kwh"] == pytest.approx(2.8)
    assert values["peak_day_water_m3_per_day"] == pytest.approx(24)


def test_water_is_weighed_against_power(solved: Solve) -> None:
    """Wet cooling saves 0.5 MWh a MWh at 1 USD, and takes 2 m3 at 0.2 USD: 1 + 0.4 = 1.4 against 1.5.

    At 0.3 USD/m3 the dry one costs less: 1.5 against 1.6.
    """
    changes = {
        "cooling": ("dry", "wet"),
        "pue": [[1.5], [1.0]],
        "wue_m3_per_mwh": [[0], [2]],
        "price_usd_per_mwh": 1.0,
    }
    assert solved(tiny_case(water_usd_per_m3=0.2, **changes)).objective_usd == pytest.approx(1.4 * 8760)


def test_dear_water_turns_the_choice(solved: Solve) -> None:
    """As above with water at 0.3 USD/m3: dry cooling for 1.5 x 8,760, wet would be 1.6."""
    case = tiny_case(
        cooling=("dry", "wet"),
        pue=[[1.5], [1.0]],
        wue_m3_per_mwh=[[0], [2]],
        price_usd_per_mwh=1.0,
        water_usd_per_m3=0.3,
    )
    assert solved(case).objective_usd == pytest.approx(1.5 * 8760)


def test_hours_weigh_what_they_stand_for(solved: Solve) -> None:
    """A day of PUE 1 for 300 days, one of PUE 3 for 65: (300 + 3 x 65) x 24 = 11,880; evenly weighed 17,520."""
    case = tiny_case(days_of_year=(300, 65), pue=[1, 1, 1, 3, 3, 3], price_usd_per_mwh=1.0)
    assert solved(case).objective_usd == pytest.approx(11_880)
