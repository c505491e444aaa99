"""A first plan knows by when power is there."""

from __future__ import annotations

from tiny import tiny_case

from siting.models.formulation import DESIGN
from siting.optimise.first_plan.first_plan import first_plan
from siting.optimise.first_plan.location import choose_location
from siting.optimise.solver.deadline import Deadline


def test_a_site_is_opened_once_it_has_power() -> None:
    """Power is free at a, from 2031 on, and dear at b: b alone is opened in 2030, or there would be no first plan."""
    case = tiny_case(
        sites=("a", "b"), periods=((2030, 1), (2031, 1)), price_usd_per_mwh=[[0], [100]], headroom_mw=5.0,
        energised_mw=[[0, 5], [5, 5]],
    )  # fmt: skip
    location = choose_location(case, 0.02, Deadline())
    assert location is not None
    opened = {
        case.axes["site"][site]: count.tolist() for site, count in zip(location.sites, location.open_count, strict=True)
    }
    assert opened["b"][0] == 1
    assert opened.get("a", [0])[0] == 0
    assert first_plan(case, DESIGN, Deadline()) is not None
