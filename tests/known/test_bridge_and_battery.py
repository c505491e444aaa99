"""A site with a bridge and a battery: the same problem stated in scipy, and in PyPSA where it is there.

One day of 24 hours stands for the year, so that every flow has a weight of 365. A site works 1 to 3 MW and has racks
for 3 MW in the worst hour; its connection is at most 1.5 MW. What is decided: connection X, plant R and battery S, and
by hour the draw f, the plant's output g and the battery's charge, discharge and level. At a rate of 0 and lives of 1 yr

    min  100,000 X + 60,000 R + 10,000 S + 365 sum_h (price_h f_h + 75 g_h + 2 discharge_h)
    f + g + discharge - charge = load,  f <= X <= 1.5,  g <= 0.9 R,  365 sum_h g <= 3,000 R,  X + 0.9 R >= 3
    level_h+1 = level_h + 0.9 charge_h - discharge_h / 0.9 (cyclic),  level <= 4 S,  charge + discharge <= S,  S, R <= 3
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.optimize
from tiny import decided, quick, tiny_case

from siting.case.case import Array
from siting.plan.plan import Plan

HOURS = 24
LOAD_MW = np.clip(2 + np.sin(np.arange(HOURS) / 24 * 2 * np.pi) * 1.3, 1.0, 3.0)
PRICE = 60 + 45 * np.sin((np.arange(HOURS) - 8) / 24 * 2 * np.pi)
DAYS, ONE_WAY, FIRM, PERMIT_H, DURATION_H = 365.0, 0.9, 0.9, 3000.0, 4.0
CONNECTION_USD, PLANT_USD, BATTERY_USD, RUN_USD, WEAR_USD = 100_000.0, 60_000.0, 10_000.0, 75.0, 2.0
MOST_MW, WORST_MW = 1.5, 3.0


@pytest.fixture(scope="module")
def plan() -> Plan:
    case = tiny_case(
        hours_count=HOURS,
        bridge=("engine",),
        storage=True,
        inference_pflop=LOAD_MW,
        price_usd_per_mwh=PRICE,
        headroom_mw=MOST_MW,
        connection_usd_per_mw=CONNECTION_USD,
        bridge_usd_per_mw=PLANT_USD,
        plant_fuel_usd_per_mwh=RUN_USD - 5,
        running_usd_per_mwh=5.0,
        firm_fraction=FIRM,
        permit_h_per_yr=PERMIT_H,
        power_usd_per_mw=BATTERY_USD,
        one_way_fraction=ONE_WAY,
        max_duration_h=DURATION_H,
        throughput_usd_per_mwh=WEAR_USD,
    )
    made = quick(case)
    made.audit().raise_for_residuals()
    return made


def by_scipy() -> float:
    """Cost of the problem of this module's text, by scipy's own linear solver [USD/yr]."""
    n, nothing, one = HOURS, np.zeros((HOURS, HOURS)), np.eye(HOURS)
    after = np.roll(one, 1, axis=1)  # level of the hour that follows
    cost = np.r_[
        CONNECTION_USD, PLANT_USD, BATTERY_USD, DAYS * PRICE, np.full(n, DAYS * RUN_USD), np.zeros(n),
        np.full(n, DAYS * WEAR_USD), np.zeros(n),
    ]  # fmt: skip

    def rows(x: float, r: float, s: float, *of_hours: Array) -> Array:
        return np.hstack([np.full((n, 1), x), np.full((n, 1), r), np.full((n, 1), s), *of_hours])

    equal = np.vstack([
        rows(0, 0, 0, one, one, -one, one, nothing),
        rows(0, 0, 0, nothing, nothing, -ONE_WAY * one, one / ONE_WAY, after - one),
    ])  # fmt: skip
    within = np.vstack([
        rows(-1, 0, 0, one, nothing, nothing, nothing, nothing),
        rows(0, -FIRM, 0, nothing, one, nothing, nothing, nothing),
        rows(0, 0, -DURATION_H, nothing, nothing, nothing, nothing, one),
        rows(0, 0, -1, nothing, nothing, one, one, nothing),
        np.r_[0.0, -PERMIT_H, 0.0, np.zeros(n), np.full(n, DAYS), np.zeros(3 * n)][None, :],
        np.r_[-1.0, -FIRM, 0.0, np.zeros(5 * n)][None, :],
    ])  # fmt: skip
    most = np.r_[np.zeros(4 * n + 1), -WORST_MW]
    bounds = [(0, MOST_MW), (0, WORST_MW), (0, WORST_MW), *[(0, None)] * (5 * n)]
    found = scipy.optimize.linprog(cost, within, most, equal, np.r_[LOAD_MW, np.zeros(n)], bounds, method="highs")
    return float(found.fun)


def test_plan_costs_what_the_problem_costs(plan: Plan) -> None:
    """To a hundred-thousandth; both plant and battery are built, so that each of the problem's rows has a say."""
    assert plan.objective_usd == pytest.approx(by_scipy(), rel=1e-5)
    assert decided(plan, "bridge_mw").max() > 1
    assert decided(plan, "storage_power_mw").max() > 0.1


def test_energy_is_conserved_in_the_battery(plan: Plan) -> None:
    """What is charged, less losses and what is given, is nothing over the day, and the level follows each hour."""
    level, charge, discharge = (decided(plan, name)[0, 0] for name in ("level_mwh", "charge_mw", "discharge_mw"))
    gained = ONE_WAY * charge - discharge / ONE_WAY
    assert level.max() > 0.1
    assert abs(gained.sum()) <= 1e-9 * level.max()
    assert np.abs(np.roll(level, -1) - level - gained).max() <= 1e-9 * level.max()


def test_pypsa_finds_the_same(plan: Plan) -> None:
    """The same as generators, a link and a storage unit; the reliable part and the permit are stated in linopy."""
    pypsa = pytest.importorskip("pypsa", reason="needs the extra `peers`")
    network: Any = pypsa.Network()
    network.set_snapshots(range(HOURS))
    network.snapshot_weightings["objective"] = DAYS
    network.add("Bus", ["market", "site"])
    network.add("Load", "load", bus="site", p_set=LOAD_MW)
    network.add("Generator", "supplier", bus="market", p_nom=100.0, marginal_cost=PRICE)
    network.add(
        "Link", "connection", bus0="market", bus1="site", p_nom_extendable=True, p_nom_max=MOST_MW,
        capital_cost=CONNECTION_USD,
    )  # fmt: skip
    network.add(
        "Generator", "engine", bus="site", p_nom_extendable=True, p_nom_max=WORST_MW, p_max_pu=FIRM,
        capital_cost=PLANT_USD, marginal_cost=RUN_USD,
    )  # fmt: skip
    network.add(
        "StorageUnit", "battery", bus="site", p_nom_extendable=True, p_nom_max=WORST_MW, max_hours=DURATION_H,
        efficiency_store=ONE_WAY, efficiency_dispatch=ONE_WAY, cyclic_state_of_charge=True,
        capital_cost=BATTERY_USD, marginal_cost=WEAR_USD,
    )  # fmt: skip
    model = network.optimize.create_model(include_objective_constant=False)
    link = model.variables["Link-p_nom"].sel(name="connection", drop=True)
    plant = model.variables["Generator-p_nom"].sel(name="engine", drop=True)
    given = model.variables["Generator-p"].sel(name="engine", drop=True)
    model.add_constraints(link + FIRM * plant >= WORST_MW, name="carries_worst_hour")
    model.add_constraints(DAYS * given.sum() - PERMIT_H * plant <= 0, name="within_permit")
    network.optimize.solve_model(solver_name="highs", io_api="direct", solver_options={"output_flag": False})
    assert plan.objective_usd == pytest.approx(float(network.objective), rel=1e-5)
