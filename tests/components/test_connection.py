"""The connection as it is granted: headroom, the line that is paid whatever it carries, and steps that rise."""

from __future__ import annotations

import dataclasses

import pytest
from tiny import Solve, decided, paid, quick, tiny_case

from siting.optimise.no_plan import NoPlanError


def test_site_draws_no_more_than_its_headroom(solved: Solve) -> None:
    """3 MW, of which a has room for one at free power: two run at b for 175,200; without the limit 0.

    With a's headroom for b as well there would be no plan.
    """
    case = tiny_case(sites=("a", "b"), inference_pflop=3.0, headroom_mw=[1, 2], price_usd_per_mwh=[[0], [10]])
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(175_200)
    assert decided(plan, "connection_mw").ravel() == pytest.approx([1, 2])


def test_headroom_holds_in_every_period(solved: Solve) -> None:
    """1 MW, then 2 MW, room for one at a: the second year's second MW costs 87,600 at b."""
    case = tiny_case(
        sites=("a", "b"),
        periods=((2030, 1), (2031, 1)),
        inference_pflop=[[[1], [2]]],
        headroom_mw=[1, 10],
        price_usd_per_mwh=[[0], [10]],
    )
    assert solved(case).objective_usd == pytest.approx(87_600)


def test_line_is_paid_once_the_site_is_open(solved: Solve) -> None:
    """3 MW at one site: a line of 500 USD over two years, 250 a year; by the megawatt it would be 750."""
    case = tiny_case(sites=("a", "b"), inference_pflop=3.0, connection_fixed_usd=[500, 900], connection_life_yr=2.0)
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(250)
    assert paid(plan, "connection.line").ravel() == pytest.approx([250, 0])


def test_too_little_headroom_leaves_no_plan() -> None:
    with pytest.raises(NoPlanError) as caught:
        quick(tiny_case(inference_pflop=2.0, headroom_mw=1.0))
    assert caught.value.status == "infeasible"


STEPS = {
    "headroom_mw": 10.0,
    "further_line_most_mw": 8.0,
    "reinforced_most_mw": 9.0,
    "connection_usd_per_mw": 100.0,
    "further_line_usd_per_mw": 200.0,
    "reinforcement_usd_per_mw": 400.0,
}
"""The own line carries 2 MW and the network 1 of the 10 that may be connected."""


def test_the_price_rises_with_size(solved: Solve) -> None:
    """3 MW for a year: 3 x 100, the third beyond the line at 200, the second and third beyond the network at 400.

    That is 1,300 USD; 300 at one price, 1,500 if both steps began at the network's 1 MW, 1,100 if both began at the
    line's 2.
    """
    plan = solved(tiny_case(inference_pflop=3.0, **STEPS))
    assert plan.objective_usd == pytest.approx(1300)
    assert decided(plan, "further_line_mw").ravel() == pytest.approx([1])
    assert decided(plan, "reinforced_mw").ravel() == pytest.approx([2])
    assert paid(plan, "connection.further_line").ravel() == pytest.approx([200])
    assert paid(plan, "connection.reinforcement").ravel() == pytest.approx([800])


def test_a_second_site_is_worth_what_the_steps_cost(solved: Solve) -> None:
    """4 MW at two like sites: 2 each is 4 x 100 and 400 at each, 1,200; all at one 400 + 2 x 200 + 3 x 400 = 2,000.

    A site's line for 900 more would make it 2,100, so then all stay at the one.
    """
    two = {"sites": ("a", "b"), "inference_pflop": 4.0, **STEPS}
    assert solved(tiny_case(**two)).objective_usd == pytest.approx(1200)
    plan = solved(tiny_case(**two, connection_fixed_usd=[0, 900]))
    assert plan.objective_usd == pytest.approx(2000)
    assert decided(plan, "open_count").ravel().tolist() == [1, 0]


def test_steps_are_paid_for_what_is_added(solved: Solve) -> None:
    """2 MW, then 3, all of it kept for two years: of two years' life the first two cost half of 200 + 400 a year.

    Year one: 300. Year two the same, and of the third MW 100 + 200 + 400 = 700 over its two years, 350: in all 950.
    """
    case = tiny_case(
        periods=((2030, 1), (2031, 1)), inference_pflop=[[[2], [3]]], connection_life_yr=2.0, **STEPS,
    )  # fmt: skip
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(950)
    assert decided(plan, "reinforced_mw").ravel() == pytest.approx([1, 2])


def test_steps_leave_the_headroom_as_it_is() -> None:
    """Ten MW may be connected at any price, and no eleventh."""
    assert decided(quick(tiny_case(inference_pflop=10.0, **STEPS)), "connection_mw").ravel() == pytest.approx([10])
    with pytest.raises(NoPlanError):
        quick(tiny_case(inference_pflop=11.0, **STEPS))


@pytest.mark.parametrize("decision", ["further_line_mw", "reinforced_mw"])
def test_the_audit_finds_a_step_that_is_not_paid(decision: str) -> None:
    """3 MW that pay for nothing beyond the 2 of the line and the 1 of the network are no plan."""
    plan = quick(tiny_case(inference_pflop=3.0, **STEPS))
    decisions = dict(plan.solution.decisions)
    decisions[decision] = dataclasses.replace(decisions[decision], values=decisions[decision].values * 0)
    broken = dataclasses.replace(plan, solution=dataclasses.replace(plan.solution, decisions=decisions))
    missed = broken.audit().residuals.set_index("balance")["residual_fraction"]
    name = "connection within its lines" if decision == "further_line_mw" else "connection within the network"
    assert missed[name] > 0.1
