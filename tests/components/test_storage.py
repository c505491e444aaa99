"""Storage: a battery that closes each day, with losses, power, energy, duration and wear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse
from tiny import Solve, decided, paid, quick, tiny_case, with_year

from siting.case.case import Case
from siting.optimise.battery_complementarity import BatteryFlows, flow_one_way
from siting.optimise.method import SolveMethod
from siting.optimise.solver import loading
from siting.optimise.solver.highs import Outcome

THIRD_H = 8760 / 3


def battery_case(**changes: Any) -> Case:
    """1 MW of load, power at 0, 10, 10 USD/MWh, one-way efficiency 0.8: 58,400 USD without the battery.

    To give 1 MWh in each dear hour it must hold 2 / 0.8 = 2.5 MWh, and take 2.5 / 0.8 = 3.125 MW in the free hour.
    """
    return tiny_case(**{"storage": True, "price_usd_per_mwh": [0, 10, 10], "one_way_fraction": 0.8, **changes})


def test_energy_is_sized_for_what_comes_out_and_its_loss(solved: Solve) -> None:
    """2.5 MWh x 1,000 USD = 2,500; without the loss on the way out 2,000, with the whole loss there 3,125."""
    plan = solved(battery_case(energy_usd_per_mwh=1000.0))
    assert plan.objective_usd == pytest.approx(2_500)
    assert decided(plan, "storage_energy_mwh") == pytest.approx(2.5)


def test_losses_are_bought(solved: Solve) -> None:
    """At 1 USD/MWh in the cheap hour, 1 + 3.125 MW are drawn: 4.125 thirds of a year.

    With no loss 3, with the loss in one direction 3.5; if what is charged came for nothing, 1.
    """
    plan = solved(battery_case(price_usd_per_mwh=[1, 10, 10]))
    assert plan.objective_usd == pytest.approx(4.125 * THIRD_H)


def test_power_is_sized_for_the_larger_flow(solved: Solve) -> None:
    """Charging takes 3.125 MW x 100 USD = 312.5; sized for discharge alone it would be 100."""
    plan = solved(battery_case(power_usd_per_mw=100.0))
    assert plan.objective_usd == pytest.approx(312.5)


def test_power_is_sized_for_discharge_too(solved: Solve) -> None:
    """Work of 1, 1, 5 at 1, 1, 30 USD/MWh without losses: 5 MW of power for 500; for charging alone 2.5 would do.

    5 MWh are charged in two hours: 1 x (1 + 1 + 5) = 7 thirds of a year.
    """
    case = battery_case(
        inference_pflop=[1, 1, 5], price_usd_per_mwh=[1, 1, 30], one_way_fraction=1.0, power_usd_per_mw=100.0
    )
    assert solved(case).objective_usd == pytest.approx(7 * THIRD_H + 500)


def test_energy_is_within_the_longest_duration(solved: Solve) -> None:
    """At most half an hour: 2.5 MWh need 5 MW, 500 USD; with no such limit 312.5."""
    plan = solved(battery_case(power_usd_per_mw=100.0, max_duration_h=0.5))
    assert plan.objective_usd == pytest.approx(500)


def test_day_ends_as_it_began(solved: Solve) -> None:
    """Dear in the first two hours, free in the last: what is charged at the end serves the next day's start.

    2.5 MWh as before, 2,500. If every day began empty it would be 58,400.
    """
    plan = solved(battery_case(price_usd_per_mwh=[10, 10, 0], energy_usd_per_mwh=1000.0))
    assert plan.objective_usd == pytest.approx(2_500)


def test_nothing_is_carried_to_another_day(solved: Solve) -> None:
    """A free day (100 of the year) and a dear one (265): 10 x 265 x 24 = 63,600, as without a battery."""
    case = battery_case(days_of_year=(100, 265), price_usd_per_mwh=[0, 0, 0, 10, 10, 10])
    assert solved(case).objective_usd == pytest.approx(63_600)


def test_energy_does_not_come_from_nothing(solved: Solve) -> None:
    """One price for all hours: 3 x 10 thirds of a year, the battery is of no use."""
    assert solved(battery_case(price_usd_per_mwh=10.0)).objective_usd == pytest.approx(30 * THIRD_H)


def test_level_moves_by_the_step(solved: Solve) -> None:
    """With steps of 8 h the same flows fill 8 x 2.5 = 20 MWh: 20,000; counted as hours it would be 2,500."""
    plan = solved(battery_case(energy_usd_per_mwh=1000.0, step_h=8.0, max_duration_h=24.0))
    assert plan.objective_usd == pytest.approx(20_000)


def test_wear_is_paid_on_what_comes_out(solved: Solve) -> None:
    """1 USD on 2 MWh of discharge: 2 thirds of a year, 5,840; on the charge it would be 3.125."""
    plan = solved(battery_case(throughput_usd_per_mwh=1.0))
    assert plan.objective_usd == pytest.approx(5_840)
    assert paid(plan, "storage.wear") == pytest.approx(5_840)


def test_upkeep_is_paid_by_power(solved: Solve) -> None:
    """7 USD/MW/yr x 3.125 MW = 21.875; by energy it would be 17.5."""
    assert solved(battery_case(fixed_usd_per_mw_yr=7.0)).objective_usd == pytest.approx(21.875)


def test_battery_is_paid_by_an_annuity(solved: Solve) -> None:
    """(100 x 3.125 + 1,000 x 2.5) = 2,812.5 USD over two years at 10 %: x 0.576190 / 1.1 = 1,473.21."""
    case = battery_case(rate=0.1, storage_life_yr=2.0, power_usd_per_mw=100.0, energy_usd_per_mwh=1000.0)
    assert solved(case).objective_usd == pytest.approx(2812.5 * 0.576190476 / 1.1)


def test_manufacture_carbon_is_by_energy(solved: Solve) -> None:
    """4 t/MWh/yr x 2.5 MWh = 10 t/yr; by power it would be 12.5."""
    plan = solved(battery_case(energy_usd_per_mwh=1000.0, storage_embodied_t_per_mwh_yr=4.0))
    carbon = plan.tables["carbon"]
    assert carbon.loc[carbon["method"] == "embodied", "carbon_t_per_yr"].sum() == pytest.approx(10)


def test_dear_battery_is_left(solved: Solve) -> None:
    """At 30,000 USD/MWh it costs 75,000 to save 58,400: left, 58,400."""
    plan = solved(battery_case(energy_usd_per_mwh=30_000.0))
    assert plan.objective_usd == pytest.approx(58_400)
    assert decided(plan, "storage_energy_mwh") == pytest.approx(0)


def test_battery_is_kept(solved: Solve) -> None:
    """Load in the first year only: 2.5 MWh and 3.125 MW are paid for both; if it could be sold, 2,812.5 in all."""
    case = battery_case(
        periods=((2030, 1), (2031, 1)),
        inference_pflop=[[[1], [0]]],
        energy_usd_per_mwh=1000.0,
        power_usd_per_mw=100.0,
    )
    assert solved(case).objective_usd == pytest.approx(2 * (2_500 + 312.5))


@pytest.mark.parametrize(
    ("power_usd", "cost_usd", "power_mw"), [(100.0, 100.0, 1.0), (10_000.0, 5_840.0, 0.0)], ids=["built", "left"]
)
def test_battery_is_of_the_least_size_or_none(
    solved: Solve, power_usd: float, cost_usd: float, power_mw: float
) -> None:
    """A tenth of the load, 5,840 USD without a battery, of which 0.3125 MW would do: 31.25 USD, or 3,125.

    The least is 1 MW: 100 USD; or none, since 10,000 are more than it saves.
    """
    facility = {"site_min_mw": 0.0, "storage_min_mw": 1.0}
    plan = solved(battery_case(inference_pflop=0.1, power_usd_per_mw=power_usd, facility=facility))
    assert plan.objective_usd == pytest.approx(cost_usd)
    assert decided(plan, "storage_power_mw").item() == pytest.approx(power_mw)
    assert decided(plan, "storage_count").item() == power_mw


def test_study_may_offer_none() -> None:
    plan = quick(battery_case(storage=False))
    assert plan.objective_usd == pytest.approx(58_400)
    assert "storage_power_mw" not in plan.solution.decisions


def test_battery_takes_contracted_power(solved: Solve) -> None:
    """A contract gives 1 MW a MW in the first hour at 1 USD/MWh; without losses 3 MW of it serve the whole day.

    3 thirds of a year; if the battery could not reach behind the meter, 1 + 20.
    """
    case = battery_case(price_usd_per_mwh=10.0, one_way_fraction=1.0, output_fraction=[1, 0, 0], strike_usd_per_mwh=1.0)
    assert solved(case).objective_usd == pytest.approx(3 * THIRD_H)


def test_battery_is_no_larger_than_the_computers(solved: Solve) -> None:
    """A megawatt of charging saves 0.64 x 10 x 2,920 = 18,688 and needs a rack of 1 MW beside it, 10,000.

    Three racks: 30,000 + 58,400 - 3 x 18,688 = 32,336; a fourth would save 2,336. If the battery stood by itself,
    10,000.
    """
    assert solved(battery_case(rack_usd=10_000.0)).objective_usd == pytest.approx(32_336)


BURNING: dict[str, Any] = {
    "storage": True,
    "one_way_fraction": 0.5,
    "price_usd_per_mwh": -50.0,
    "facility": {"site_min_mw": 0.0, "site_max_mw": 1.0},
}
"""1 MW of load and of battery that is paid to burn power; a quarter of what it takes comes back."""


@pytest.mark.parametrize("method", ["whole", "decomposed"])
def test_battery_flows_one_way(method: SolveMethod) -> None:
    """Charging 1 MW in two hours of three and giving back 0.5 in the third burns 1.5 of 3: -50 x 4.5 thirds.

    Charging 0.8 and discharging 0.2 in every hour would burn 1.8: -50 x 4.8 thirds, which remains the bound.
    """
    plan = quick(tiny_case(**BURNING), method=method)
    plan.audit().raise_for_residuals()
    assert plan.objective_usd == pytest.approx(-50 * 4.5 * THIRD_H)
    assert plan.bound_usd == pytest.approx(-50 * 4.8 * THIRD_H)
    assert np.minimum(decided(plan, "charge_mw"), decided(plan, "discharge_mw")).max() == pytest.approx(0, abs=1e-6)
    assert plan.status == "feasible"


def test_battery_flows_one_way_in_the_replay() -> None:
    """Built for a dear hour, run through a year in which power is paid for: 4.5 thirds of a year are drawn, not 4.8."""
    twelve = tiny_case(
        **{**BURNING, "price_usd_per_mwh": np.tile([0.0, 0.0, 10.0], 12)}, days_of_year=(30,) * 11 + (35,)
    )
    plan = quick(with_year(twelve, price_usd_per_mwh=-50.0), replay=True)
    assert decided(plan, "storage_power_mw").item() == pytest.approx(1.0)
    assert plan.replay is not None
    year = plan.replay.tables["hourly"]
    assert (year["weight_h_per_yr"] * year["draw_mw"]).sum() == pytest.approx(4.5 * THIRD_H)
    assert year[["charge_mw", "discharge_mw"]].min(axis=1).max() == pytest.approx(0, abs=1e-6)


def flows_after(enough: float) -> tuple[list[float], int]:
    """A net flow of 1 at 0.001 USD a flow and 100 USD besides: 2 in and 1 out cost 100.003, 1 in and none out 100.001.

    Returns
    -------
    (list of float, int)
        The flows, made one way, and the columns of the solver: two, and those of the binaries.
    """
    solver = loading.new_lp(
        scipy.sparse.csc_array(np.array([[1.0, -1.0]])),
        np.full(2, 0.001),
        (np.zeros(2), np.full(2, 5.0)),
        (np.ones(1), np.ones(1)),
        offset=100.0,
    )
    solver.run()
    places = np.arange(1, dtype=np.int32)
    flows = BatteryFlows(places, places + 1, np.full(1, 5.0), np.full(2, 5.0))
    both_ways = Outcome("optimal", "", np.array([2.0, 1.0]), 100.003, 100.003)
    outcome = flow_one_way(solver, flows, both_ways, enough=enough)
    assert outcome.values is not None
    assert solver.getLp().col_upper_[:2] == [5.0, 5.0]
    return outcome.values.tolist(), solver.getNumCol()


def test_no_direction_is_chosen_where_closing_the_lesser_is_enough() -> None:
    assert flows_after(100.0011) == (pytest.approx([1.0, 0.0]), 2)
    assert flows_after(100.0009) == (pytest.approx([1.0, 0.0]), 3)
    assert flows_after(-np.inf) == (pytest.approx([1.0, 0.0]), 3)


def test_lesser_is_closed_where_no_direction_is_chosen_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siting.optimise.battery_complementarity.CHOICE_SECONDS", 0.0)
    assert flows_after(-np.inf) == (pytest.approx([1.0, 0.0]), 2)
