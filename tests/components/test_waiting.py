"""Batch work that waits from day to day: never before it is asked, never after its deadline."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tiny import Solve, decided, quick, tiny_case

from siting.accounts.audit import audit
from siting.case.case import Case, Field
from siting.models.components.waiting import changes


def weeks(waits: float, *, order: tuple[int, ...] | None = None, **numbers: float) -> Case:
    """Batch work of 1 PFLOP/s; dear days of 10 USD/MWh are every fifth, or in the order given, the others are free.

    A day stands for 365 of both kinds as often as it is named.
    """
    named = order or tuple(1 if day % 5 == 4 else 0 for day in range(365))
    count = tuple(named.count(day) for day in (0, 1))
    case = tiny_case(
        hours_count=1, days_of_year=count, inference_pflop=0.0, batch_mean_pflop=1.0, price_usd_per_mwh=[0, 10],
        batch_waiting_days_count=waits, **numbers,
    )  # fmt: skip
    return dataclasses.replace(case, calendar=dataclasses.replace(case.calendar, stands_for=named))


def test_work_that_may_not_wait_is_done_on_its_day(solved: Solve) -> None:
    """73 dear days: 73 x 24 x 10."""
    assert solved(weeks(0.0)).objective_usd == pytest.approx(73 * 24 * 10)


def test_work_waits_for_the_next_day(solved: Solve) -> None:
    """The work of each dear day is done on the four free ones after it, a quarter on each; none waits then."""
    plan = solved(weeks(1.0))
    assert plan.objective_usd == pytest.approx(0, abs=1e-6)
    assert decided(plan, "batch_day_pflop")[0, 0] == pytest.approx([1.25, 0])


def test_work_waits_no_longer_than_it_may(solved: Solve) -> None:
    """Two dear days come together, five times a year, and work may wait for one day: half of both must be done on them.

    All dear days do alike, and what waits after two is what was asked on one: 5 x 2 x 0.5 x 24 x 10. If it may wait for
    two days, none is.
    """
    order = ((0,) * 71 + (1, 1)) * 5
    plan = solved(weeks(1.0, order=order))
    assert plan.objective_usd == pytest.approx(5 * 24 * 10)
    assert quick(weeks(2.0, order=order)).objective_usd == pytest.approx(0, abs=1e-6)


def test_a_longer_deadline_never_costs_more() -> None:
    costs = [quick(weeks(days, rack_usd=100.0)).objective_usd for days in (0.0, 1.0, 3.0)]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[1]


def test_audit_finds_work_that_is_late_and_early() -> None:
    """Nothing is done on free days, or all of a year on them with nothing waiting when it begins."""
    plan = quick(weeks(1.0))
    for day, balance in (
        ([0.0, 1.0], "batch work within its deadline"),
        ([9.0, 0.0], "no batch work before it is asked"),
    ):
        field = plan.solution.decisions["batch_day_pflop"]
        changed = {**plan.solution.decisions, "batch_day_pflop": Field(field.axes, np.array([[day]]))}
        found = audit(plan.case, dataclasses.replace(plan.solution, decisions=changed), plan.objective_usd).residuals
        assert found.set_index("balance")["residual_fraction"][balance] > 1e-3


def test_limits_are_held_where_the_day_that_stands_changes() -> None:
    """Of three runs of days the ends, counted from one."""
    assert changes((0, 0, 1, 1, 1, 0)) == [2, 5, 6]
