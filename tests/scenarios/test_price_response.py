"""Prices that answer to the fleet: a fixed point where there is one, and the gap where there is none."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from tiny import quick, tiny_case

from siting.case.case import Case
from siting.scenarios.price_response import respond, rounds_table

FLEET: dict[str, Any] = {
    "sites": ("a", "b"),
    "steps": ("first", "second"),
    "inference_pflop": 2.0,
    "in_authority_count": [[1, 1], [0, 0]],
    "supply_most_mw": [[1.0], [4.0]],
    "connection_usd_per_mw": 1.0,
}
"""2 MW of work in whole racks; a is in an authority whose second MW is dear, b in another that has no steps."""


def case_of(adder_usd_per_mwh: float, elsewhere_usd_per_mwh: float) -> Case:
    case = tiny_case(
        **FLEET,
        supply_usd_per_mw_yr=[0.0, adder_usd_per_mwh * 8760],
        price_usd_per_mwh=[[10.0], [elsewhere_usd_per_mwh]],
    )
    sites = case.tables["sites"].assign(authority_id=["X", "Y"])
    return dataclasses.replace(case, tables={**case.tables, "sites": sites})


def test_a_price_that_stays_worth_it_is_found() -> None:
    """Both MW at a pay 10, then 15 USD, for they reach the second step; b costs 30: the second round is fixed."""
    found = respond(case_of(5.0, 30.0), quick)
    assert found.is_fixed
    assert [one.found_usd_per_mwh["X"] for one in found.rounds] == pytest.approx([5.0, 5.0])
    assert found.plan.objective_usd == pytest.approx(2 * 15 * 8760, rel=1e-4)
    assert found.gap_usd_per_yr == 0


def test_two_plans_that_answer_to_each_other_are_told_with_their_gap() -> None:
    """At 10 USD both are at a, which then costs 15; b, at 12, takes both, and a would cost 10 again.

    In both rounds the gap is 5 USD on the 2 MW that move; the plan kept is the one at the dearer price.
    """
    found = respond(case_of(5.0, 12.0), quick)
    assert not found.is_fixed
    assert [one.gap_usd_per_yr for one in found.rounds] == pytest.approx([5 * 2 * 8760] * 2, rel=1e-6)
    assert found.plan.objective_usd == pytest.approx(2 * 12 * 8760, rel=1e-4)


def test_rounds_are_told() -> None:
    found = respond(case_of(5.0, 30.0), quick)
    table = rounds_table(found)
    assert table["authority_id"].tolist() == ["X", "X"]
    assert table["connection_mw"].to_numpy() == pytest.approx([2, 2])
    assert np.isfinite(table["gap_usd_per_yr"]).all()


def test_without_steps_there_is_nothing_to_answer() -> None:
    with pytest.raises(ValueError, match=r"connection\.supply_steps"):
        respond(tiny_case(), quick)
