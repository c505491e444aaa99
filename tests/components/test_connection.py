"""The connection as it is granted: headroom, and the line that is paid whatever it carries."""

from __future__ import annotations

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
