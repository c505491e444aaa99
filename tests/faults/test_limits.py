"""One limit for all that a run does: work that no limit binds is a fault, whichever part of a run it is in."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from long_work import DAYS_OF_MONTHS, ROUND_TRIP, knapsacks, with_battery
from tiny import quick, tiny_case, with_year

from siting.case.case import Array, Case
from siting.optimise.battery_complementarity import BatteryFlows, flow_one_way
from siting.optimise.solve import solve
from siting.optimise.solver import highs, linear, loading
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.highs import Outcome
from siting.optimise.year.replay import replay_year
from siting.plan.plan import Plan


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


# The deadline itself.


def test_time_runs_out() -> None:
    clock = Clock()
    deadline = Deadline(10.0, clock=clock)
    clock.now += 4
    assert (deadline.spent(), deadline.left(), deadline.is_over()) == (4.0, 6.0, False)
    clock.now += 6
    assert (deadline.left(), deadline.is_over(), deadline.is_stopped) == (0.0, True, False)
    with pytest.raises(Stopped):
        deadline.check()


def test_parts_end_sooner_and_never_later() -> None:
    clock = Clock()
    deadline = Deadline(10.0, clock=clock)
    clock.now += 4
    assert deadline.part(0.8).left() == 4.0
    assert deadline.within(3.0).left() == 3.0
    assert deadline.within(30.0).left() == 6.0
    assert deadline.part(0.8).within(30.0).left() == 4.0
    assert deadline.part(0.3).is_over()


def test_work_without_a_limit_has_parts_without_one() -> None:
    assert Deadline().part(0.5).left() == np.inf
    assert Deadline().within(3.0).left() <= 3.0


@pytest.mark.parametrize("part", [lambda whole: whole.part(0.5), lambda whole: whole.within(9.0)])
def test_parts_are_stopped_together(part: Callable[[Deadline], Deadline]) -> None:
    whole = Deadline(10.0)
    one, other = part(whole), part(whole)
    one.stop()
    assert other.is_over()
    assert whole.is_over()


# The solver.


def test_limit_is_of_each_run_and_not_of_all_runs_of_a_solver() -> None:
    """HiGHS holds it against the time of all runs: a second run of the same time would have none of its own."""
    solver = knapsacks()
    loading.use_threads(1)
    limits = []
    for _ in range(2):
        with highs.bound_by(solver, Deadline(1.0, clock=lambda: 7.0)):
            limits.append(solver.getOptionValue("time_limit")[1] - solver.getRunTime())
        highs.run(solver, gap=0.0, deadline=Deadline(1.0))
    assert solver.getRunTime() > 1
    assert limits == [1.0, 1.0]


def test_deadline_that_is_over_stops_a_linear_solve() -> None:
    solver = knapsacks()
    loading.set_kind(solver, np.arange(50), integral=False)
    with pytest.raises(Stopped):
        linear.solve_surely(solver, Deadline(0.0))


def test_stopping_is_heard_within_a_search() -> None:
    """The event is set from within, by whoever is told of progress; the search would take hours."""
    solver, deadline = knapsacks(), Deadline()
    loading.use_threads(1)
    outcome = highs.run(solver, gap=0.0, deadline=deadline, progress=lambda _: deadline.stop())
    assert outcome.interrupted
    assert outcome.status == "feasible"


# Every call of the solver knows of the limit.


@pytest.mark.parametrize("method", ["whole", "decomposed"])
def test_every_call_of_the_solver_knows_the_limit(method: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In search, rivals, exactness and replay: each run of HiGHS but that which sets the threads has a time limit.

    The days of the bound for the year take a hundredth of a second each, and the limit is looked at between them.
    """
    import highspy

    limits: list[float] = []
    run = highspy.Highs.run

    def counted(solver: Any) -> Any:
        limits.append(solver.getOptionValue("time_limit")[1])
        return run(solver)

    monkeypatch.setattr(highspy.Highs, "run", counted)
    solve(with_battery(), gap=0.01, threads=1, time_limit=1000.0, method=method, year_bound=False)
    unlimited = [place for place, limit in enumerate(limits) if np.isinf(limit)]
    assert len(limits) > 12  # months alone
    assert unlimited == [0]
    assert max(limits[1:]) < 1200


# What was given up is said.


def warned(plan: Plan) -> list[str]:
    return [caution.id for caution in plan.cautions]


def test_replay_without_time_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still until the plan is exact, and then the time is over."""
    module = importlib.import_module("siting.optimise.solve")
    clock = Clock()
    monkeypatch.setattr(module, "Deadline", lambda seconds=None: Deadline(seconds, clock=clock))
    exact = module.exact

    def late(*given: Any) -> Any:
        found = exact(*given)
        clock.now += 1000
        return found

    monkeypatch.setattr(module, "exact", late)
    plan = solve(with_battery(), gap=0.01, threads=1, time_limit=60.0)
    assert warned(plan) == ["rivals_stopped", "replay_stopped"]
    assert plan.replay is None
    assert plan.bound_usd <= plan.objective_usd
    plan.audit().raise_for_residuals()


def test_other_weather_without_time_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The year is done when the time is up; only the other climates are left out."""
    module = importlib.import_module("siting.plan.full_year")
    plan = quick(with_battery())
    deadline = Deadline()
    real = module.audit

    def at_the_end(*given: Any) -> Any:
        deadline.stop()
        return real(*given)

    monkeypatch.setattr(module, "audit", at_the_end)
    replay, told = replay_year(plan.case, plan.solution, None, deadline)
    assert [caution.id for caution in told] == ["climate_stopped"]
    assert replay.climate.empty
    assert len(replay.tables["hourly"]) == 288


# Batteries that are paid to burn power.


def burnt(plan: Plan) -> float:
    assert plan.replay is not None
    year = plan.replay.tables["hourly"]
    assert year[["charge_mw", "discharge_mw"]].min(axis=1).max() < 1e-6
    return float((year["weight_h_per_yr"] * (year["charge_mw"] - year["discharge_mw"])).sum())


def paid_to_burn(step_count: int = 24) -> Case:
    """1 MW of load and battery for a dear hour; the year then pays 5 USD for each MWh that is drawn.

    Charging and discharging at once burns 0.15 / 1.85 of the power of every hour.
    """
    dear = np.zeros(12 * step_count)
    dear[::step_count] = 100.0
    case = tiny_case(
        storage=True,
        one_way_fraction=ROUND_TRIP**0.5,
        price_usd_per_mwh=dear,
        days_of_year=DAYS_OF_MONTHS,
        hours_count=step_count,
        facility={"site_min_mw": 0.0, "site_max_mw": 1.0},
    )
    return with_year(case, price_usd_per_mwh=-5.0)


def test_battery_takes_turns_instead_of_burning_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 24 hours 13 charge and 11 discharge: 11 / 0.85 - 11 MWh are burnt, of 24 x 0.15 / 1.85 = 1.946 at the most.

    No directions are chosen. If the way that carries less were closed, nothing would be burnt.
    """
    monkeypatch.setattr("siting.optimise.year.months.CHOICE_SECONDS", 0.0)
    plan = quick(paid_to_burn(), replay=True)
    assert burnt(plan) / 365 == pytest.approx(11 / 0.85 - 11, rel=2e-3)


def test_cost_of_flowing_one_way_is_said_where_it_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day of three hours: two charge and one discharges, 1 / 0.85 - 1 MWh are burnt, of 3 x 0.15 / 1.85 at the most.

    Per day 3 + 0.243 MWh would be drawn, and 3 + 0.176 are: 2.07 % of the cost. An hour is a third of a day here.
    """
    monkeypatch.setattr("siting.optimise.year.months.CHOICE_SECONDS", 0.0)
    plan = quick(paid_to_burn(3), replay=True)
    most, done = 3 * (1 - ROUND_TRIP) / (1 + ROUND_TRIP), 1 / ROUND_TRIP - 1
    (told,) = [caution for caution in plan.cautions if caution.id == "replay_one_way"]
    assert told.values["excess_fraction"] == pytest.approx((most - done) / (3 + most), rel=1e-6)


def test_cost_that_is_proven_the_least_is_no_excess() -> None:
    """The same with directions chosen: it is the best there is."""
    plan = quick(paid_to_burn(3), replay=True)
    assert warned(plan) == []


def burning(hours: int) -> tuple[Any, BatteryFlows, Outcome]:
    """Hours of one battery at the price of -5, with 1 MW and no level to keep but at the end."""
    import scipy.sparse

    one_way = ROUND_TRIP**0.5
    balance = np.concatenate([np.full(hours, one_way), np.full(hours, -1 / one_way)])[None, :]
    power = np.hstack([np.eye(hours), np.eye(hours)])
    solver = loading.new_lp(
        scipy.sparse.csc_array(np.vstack([balance, power])),
        np.concatenate([np.full(hours, -5.0), np.full(hours, 5.0)]),
        (np.zeros(2 * hours), np.ones(2 * hours)),
        (np.concatenate([np.zeros(1), np.full(hours, -np.inf)]), np.concatenate([np.zeros(1), np.ones(hours)])),
    )
    places = np.arange(hours, dtype=np.int32)
    flows = BatteryFlows(places, places + hours, np.ones(hours), np.ones(2 * hours))
    return solver, flows, highs.run(solver, gap=0.0)


def test_no_choice_is_made_after_the_deadline() -> None:
    """A rounding stands then: no binary is added, and what it costs above the bound is known."""
    solver, flows, both_ways = burning(37)
    found = flow_one_way(solver, flows, both_ways, choosing=Deadline(0.0))
    assert solver.getNumCol() == 74
    assert not len(flows.at_once(one := values_of(found)))
    assert len(one) == 74
    assert found.bound == pytest.approx(both_ways.objective)
    assert both_ways.objective == pytest.approx(-5 * 37 * 0.15 / 1.85)
    assert found.objective == pytest.approx(-5 * 17 * (1 / ROUND_TRIP - 1), rel=1e-3)


def test_choice_proves_what_no_flow_one_way_undercuts() -> None:
    """Of 3 hours, one discharges: 1 / 0.85 - 1 MWh are burnt, where 3 x 0.15 / 1.85 would be at once."""
    solver, flows, both_ways = burning(3)
    found = flow_one_way(solver, flows, both_ways)
    assert found.objective == pytest.approx(-5 * (1 / ROUND_TRIP - 1))
    assert found.bound == pytest.approx(found.objective)


def test_plan_has_the_columns_of_its_model_and_no_others() -> None:
    """A solver that has chosen directions has columns for them, and is asked again where a rival's plan is the better.

    Those were taken for the model's, and the plan at hand was lost over it.
    """
    solver, flows, both_ways = burning(3)
    found = flow_one_way(solver, flows, both_ways)
    assert solver.getNumCol() > 6
    form: Any = SimpleNamespace(cost=np.zeros(6), integral=np.zeros(6, dtype=bool))
    again = highs.fix_integers_and_resolve(solver, form, values_of(found))
    assert len(values_of(again)) == 6
    assert len(values_of(flow_one_way(solver, flows, again))) == 6
    assert len(values_of(flow_one_way(solver, flows, both_ways, choosing=Deadline(0.0)))) == 6


def values_of(outcome: Outcome) -> Array:
    assert outcome.values is not None
    return outcome.values
