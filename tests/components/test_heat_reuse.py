"""Heat sold: from halls that have it, when it is wanted, through a pipe and a pump that pay for themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny import Solve, decided, paid, quick, tiny_case, with_year

from siting.case.case import Case
from siting.optimise.no_plan import NoPlanError

THIRD_H = 8760 / 3
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def warm(**changes: Any) -> Case:
    """A hall of 1 MW with 0.8 of its heat in water; a customer for 2 MW at 10 USD/MWh; power for nothing."""
    return tiny_case(
        **{"heat_reusable_fraction": 0.8, "heat_demand_mw": 2.0, "heat_price_usd_per_mwh": 10.0, **changes}
    )


def test_heat_of_the_halls_is_sold(solved: Solve) -> None:
    """0.8 MW all year at 10 USD: 70,080; all heat would fetch 87,600, the demand 175,200."""
    plan = solved(warm())
    assert plan.objective_usd == pytest.approx(-70_080)
    assert paid(plan, "heat_reuse.sale").sum() == pytest.approx(-70_080)
    table = plan.tables["heat"].iloc[0]
    assert table["heat_sold_mwh_per_yr"] == pytest.approx(7008)
    assert table["revenue_usd_per_yr"] == pytest.approx(70_080)
    assert plan.kpis["erf_fraction"]["value"] == pytest.approx(0.8)
    sale = plan.tables["cost"].query("component == 'heat_reuse' and term == 'sale'").iloc[0]
    assert (sale["payer"], sale["receiver"], sale["kind"]) == ("heat customers", "operator", "operating")


def test_nobody_buys_more_than_is_wanted(solved: Solve) -> None:
    """0.5 MW are wanted: 43,800."""
    assert solved(warm(heat_demand_mw=0.5)).objective_usd == pytest.approx(-43_800)


def test_heat_is_sold_when_it_is_wanted(solved: Solve) -> None:
    """2 MW are wanted in one hour of three, 0.2 in another, none in the third: 0.8 + 0.2; in the mean of 0.73: 2.2."""
    plan = solved(warm(heat_shape_fraction=[1.0, 0.1, 0.0]))
    assert plan.objective_usd == pytest.approx(-10 * (0.8 + 0.2) * THIRD_H)


def test_heat_follows_the_work(solved: Solve) -> None:
    """Work of 2, 1, 0 with racks that draw nothing when idle: 1.6 + 0.8 + 0 MW."""
    plan = solved(warm(inference_pflop=[2, 1, 0]))
    assert plan.objective_usd == pytest.approx(-10 * 2.4 * THIRD_H)


def test_connection_is_as_large_as_it_pays_for(solved: Solve) -> None:
    """Demand of 1, 0.5, 0.5 of the connection; 0.8 MW of heat, so 0.8 + 0.4 + 0.4 or, with 1.6 MW, 0.8 in every hour.

    Each MW above 0.8 costs c and brings 0.5 in two hours of three, 29,200 USD: at 20,000 it is built, at 40,000 not.
    """
    for price, size in ((20_000.0, 1.6), (40_000.0, 0.8)):
        plan = solved(warm(heat_shape_fraction=[1, 0.5, 0.5], heat_connection_usd_per_mw=price))
        assert decided(plan, "heat_connection_mw").sum() == pytest.approx(size)
        sold = (0.8 + 2 * min(0.5 * size, 0.8)) * THIRD_H
        assert plan.objective_usd == pytest.approx(price * size - 10 * sold)
        assert paid(plan, "heat_reuse.connection").sum() == pytest.approx(price * size)


def test_dear_connection_is_not_built(solved: Solve) -> None:
    """A MW of heat fetches 87,600 a year: at 90,000 nothing is sold."""
    plan = solved(warm(heat_connection_usd_per_mw=90_000.0))
    assert plan.objective_usd == pytest.approx(0)
    assert plan.tables["heat"].empty
    assert plan.kpis["erf_fraction"]["value"] == 0


def test_cold_water_is_lifted_by_a_pump(solved: Solve) -> None:
    """COP 4: a quarter of what is sold is power, so 0.6 MW of the halls make 0.8 MW, with 0.2 MW at 4 USD and a pump.

    10 x 0.8 - 4 x 0.2 = 7.2 USD/h less the pump, 1,000 x 0.8, less the hall's own 1 MW at 4 USD/h.
    """
    plan = solved(
        warm(
            heat_reusable_fraction=0.6,
            heat_pump_power_fraction=0.25,
            heat_gain_ratio=4 / 3,
            heat_pump_usd_per_mw=1000.0,
            price_usd_per_mwh=4.0,
        )
    )
    assert plan.objective_usd == pytest.approx((4 - 7.2) * 8760 + 800)
    assert decided(plan, "heat_pump_mw").sum() == pytest.approx(0.8)
    hourly = plan.tables["hourly"].iloc[0]
    assert hourly["heat_pump_draw_mw"] == pytest.approx(0.2)
    assert hourly["draw_mw"] == pytest.approx(1.2)
    assert plan.kpis["erf_fraction"]["value"] == pytest.approx(0.6), "the pump's power is no heat of the halls"
    assert plan.kpis["pue"]["value"] == pytest.approx(1.0)


def test_pump_is_as_large_as_the_largest_hour(solved: Solve) -> None:
    """Sales of 0.8, 0.4, 0.4 through a pump of 0.8 MW."""
    plan = solved(
        warm(heat_shape_fraction=[1, 0.5, 0.5], heat_demand_mw=0.8, heat_pump_power_fraction=0.2, heat_gain_ratio=1.25)
    )
    assert decided(plan, "heat_sold_mw").ravel() == pytest.approx([0.8, 0.4, 0.4])
    case = warm(heat_demand_mw=0.8, heat_pump_power_fraction=0.2, heat_gain_ratio=1.25, heat_pump_usd_per_mw=100.0)
    assert paid(solved(case), "heat_reuse.heat_pump").sum() == pytest.approx(80)


def test_warm_halls_need_no_pump(solved: Solve) -> None:
    """Racks in air at no price with a pump of 50,000 USD/MW, in liquid at 20,000 USD/MW without: liquid."""
    plan = solved(
        warm(
            cooling=("air", "liquid"),
            hall_usd_per_mw=[0.0, 20_000.0],
            heat_pump_power_fraction=[[0.2, 0.0]],
            heat_gain_ratio=[[1.25, 1.0]],
            heat_pump_usd_per_mw=50_000.0,
        )
    )
    assert decided(plan, "installed_mw").sum(axis=(0, 2, 3))[1] == pytest.approx(1)  # racks in air cost nothing idle
    assert decided(plan, "heat_pump_mw").sum() == pytest.approx(0)
    assert plan.objective_usd == pytest.approx(20_000 - 70_080)


def test_each_way_of_cooling_has_its_own_heat(solved: Solve) -> None:
    """Racks r must be in air, t in liquid: 0.2 of 1 MW and 0.8 of 1 MW."""
    plan = solved(
        warm(
            cooling=("air", "liquid"),
            racks=("r", "t"),
            sites=("a", "b"),
            zones=("y", "z"),
            rtt_ms=[[10, 90], [90, 10]],
            compatible_count=[[1, 0], [0, 1]],
            headroom_mw=[2, 2],
            heat_reusable_fraction=[[0.2, 0.2], [0.8, 0.8]],
        )
    )
    assert plan.objective_usd == pytest.approx(-87_600 * (0.2 + 0.8))


def test_customer_near_a_site_draws_the_halls_there(solved: Solve) -> None:
    """Power costs 2 USD more at b, whose heat fetches 8: b; without heat a would be chosen for nothing."""
    case = warm(sites=("a", "b"), heat_demand_mw=[0.0, 2.0], price_usd_per_mwh=[[0], [2]], fixed_site_usd=1.0)
    plan = solved(case)
    assert plan.open_sites == ["b"]
    assert plan.objective_usd == pytest.approx((2 - 8) * 8760 + 1)


def test_connection_and_pump_are_kept(solved: Solve) -> None:
    """Work of 2 MW, then of 1: the connection of 1.6 MW is paid in both years, though 0.8 would do in the second."""
    plan = solved(
        warm(
            periods=((2030, 1), (2031, 1)),
            inference_pflop=[[[2], [1]]],
            heat_connection_usd_per_mw=100.0,
            heat_pump_power_fraction=0.2,
            heat_gain_ratio=1.0,
        )
    )
    assert decided(plan, "heat_connection_mw").ravel() == pytest.approx([1.6, 1.6])
    assert decided(plan, "heat_pump_mw").ravel() == pytest.approx([1.6, 1.6])


def test_capital_is_paid_by_an_annuity_over_its_life(solved: Solve) -> None:
    """100 USD/MW over two years at 10 %: 57.619 a year for each MW; cash flow and objective agree (audited)."""
    plan = solved(
        warm(rate=0.1, heat_connection_usd_per_mw=100.0, heat_life_yr=2.0, periods=((2030, 2),), heat_demand_mw=0.5)
    )
    assert paid(plan, "heat_reuse.connection").sum() == pytest.approx(0.5 * 57.6190476)


def test_without_a_demand_there_is_nothing_to_decide() -> None:
    plan = quick(tiny_case(heat_reusable_fraction=0.8, heat_price_usd_per_mwh=10.0))
    assert "heat_sold_mw" not in plan.solution.decisions
    assert plan.tables["heat"].empty
    assert quick(warm(heat_reusable_fraction=0.0)).objective_usd == pytest.approx(0)


def test_unavoidable_cost_leaves_room_for_revenue() -> None:
    """Racks for 100 USD, heat for 70,080: the bound is below the plan."""
    plan = quick(warm(rack_usd=100.0))
    assert plan.objective_usd == pytest.approx(100 - 70_080)
    assert plan.search.unavoidable_usd <= plan.objective_usd


def test_year_sells_through_what_the_design_built() -> None:
    """The year's customer wants twice what the connection of 0.4 MW carries in half of the hours, and nothing else."""
    case = warm(
        days_of_year=MONTH_DAYS, hours_count=24, rack_usd=1.0, heat_demand_mw=0.4, heat_connection_usd_per_mw=1.0
    )
    shape = np.tile([1.0, 0.0], 144)
    plan = quick(with_year(case, heat_shape_fraction=shape), replay=True)
    assert plan.replay is not None
    assert plan.replay.tables["hourly"]["heat_sold_mw"].to_numpy() == pytest.approx(0.4 * shape)
    row = plan.tables["replay"].set_index("kpi_id").loc["erf_fraction"]
    assert (row["design"], row["replay"]) == (pytest.approx(0.4), pytest.approx(0.2))


def test_year_of_sites_of_which_one_has_a_customer() -> None:
    """Zones y and z have a site each; heat is wanted at a alone."""
    case = warm(
        sites=("a", "b"),
        zones=("y", "z"),
        rtt_ms=[[10, 90], [90, 10]],
        days_of_year=MONTH_DAYS,
        rack_usd=1.0,
        heat_demand_mw=[0.5, 0.0],
    )
    plan = quick(with_year(case), replay=True)
    assert plan.replay is not None
    sold = plan.replay.tables["hourly"].groupby("site_id")["heat_sold_mw"]
    assert (sold.min()["a"], sold.max()["b"]) == (pytest.approx(0.5), 0)


def test_duty_to_sell_heat_is_of_each_sites_energy(solved: Solve) -> None:
    """Heat fetches nothing and a connection costs 1,000 USD a MW: half of 1 MW must be sold all the same, 500 USD."""
    case = warm(heat_price_usd_per_mwh=0.0, heat_connection_usd_per_mw=1_000.0, policy={"heat_reuse_min_fraction": 0.5})
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(500)
    assert plan.kpis["erf_fraction"]["value"] == pytest.approx(0.5)


def test_duty_to_sell_heat_moves_work_to_where_it_is_wanted(solved: Solve) -> None:
    """Power at a is free, but nobody wants heat there; at b it costs 10 USD/MWh: 87,600."""
    case = warm(
        sites=("a", "b"),
        heat_demand_mw=[0.0, 2.0],
        heat_price_usd_per_mwh=0.0,
        price_usd_per_mwh=[[0], [10]],
        policy={"heat_reuse_min_fraction": 0.1},
    )
    assert solved(case).objective_usd == pytest.approx(87_600)


def test_duty_to_sell_heat_that_nobody_wants_leaves_no_plan() -> None:
    with pytest.raises(NoPlanError) as caught:
        quick(tiny_case(policy={"heat_reuse_min_fraction": 0.1}))
    assert caught.value.status == "infeasible"
