"""Whoever is told of the progress cannot cost a plan: neither by a fault of their own, nor by knowing no bound."""

from __future__ import annotations

import math

import pytest
from tiny import quick, tiny_case

from siting.case.minimum_cost import unavoidable_cost
from siting.optimise.solver.progress import Progress


def test_fault_of_who_is_told_costs_no_plan(caplog: pytest.LogCaptureFixture) -> None:
    """A notebook's bar that was closed, a pipe that broke: told once, and the search goes on."""
    told = []

    def broken(moment: Progress) -> None:
        told.append(moment)
        raise BrokenPipeError("nobody listens")

    plan = quick(tiny_case(rack_usd=1.0), progress=broken)
    assert plan.objective_usd == pytest.approx(1.0)
    assert len(told) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "progress is told no more: BrokenPipeError: nobody listens"
    ]


def test_search_without_a_bound_has_what_any_plan_must_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that was stopped before its relaxation tells -inf, which no file of results can hold."""
    import dataclasses
    import importlib

    module = importlib.import_module("siting.optimise.solve")
    searched = module.searched

    def without_bound(*args: object, **options: object) -> object:
        result = searched(*args, **options)
        return dataclasses.replace(result, outcome=dataclasses.replace(result.outcome, bound=-math.inf))

    monkeypatch.setattr(module, "searched", without_bound)
    plan = quick(tiny_case(rack_usd=1.0))
    assert plan.bound_usd == plan.search.unavoidable_usd
    assert math.isfinite(plan.bound_usd)


def test_what_any_plan_must_pay_knows_that_power_may_be_paid_for() -> None:
    """A rack of 1,000 USD that is paid 5 USD for each of 8,760 MWh costs -42,800, less than racks cost anywhere.

    A bound of 1,000 would have called any plan the best. It can draw no more than its work takes.
    """
    case = tiny_case(rack_usd=1000.0, price_usd_per_mwh=-5.0)
    plan = quick(case)
    assert plan.objective_usd == pytest.approx(1000 - 5 * 8760)
    assert plan.bound_usd == pytest.approx(plan.objective_usd)
    assert unavoidable_cost(case) == pytest.approx(1000 - 5 * 8760)
