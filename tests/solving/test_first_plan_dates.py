"""A first plan knows by when power is there."""

from __future__ import annotations

import pytest
from tiny import tiny_case

from siting.models.formulation import DESIGN
from siting.optimise.first_plan import location
from siting.optimise.first_plan.first_plan import first_plan
from siting.optimise.first_plan.location import choose_location
from siting.optimise.solver.deadline import Deadline


def test_a_site_is_opened_once_it_has_power() -> None:
    """Power is free at a, from 2031 on, and dear at b: b alone is opened in 2030, or there would be no first plan."""
    case = tiny_case(
        sites=("a", "b"), periods=((2030, 1), (2031, 1)), price_usd_per_mwh=[[0], [100]], headroom_mw=5.0,
        energised_mw=[[0, 5], [5, 5]],
    )  # fmt: skip
    found = choose_location(case, 0.02, Deadline())
    assert found is not None
    opened = {
        case.axes["site"][site]: count.tolist() for site, count in zip(found.sites, found.open_count, strict=True)
    }
    assert opened["b"][0] == 1
    assert opened.get("a", [0])[0] == 0
    assert first_plan(case, DESIGN, Deadline()) is not None


def test_sites_with_power_in_each_period_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cheaper site has power from 2031 on, and work is asked for from 2030 on: the dearer is a candidate, too."""
    monkeypatch.setattr(location, "CANDIDATES_COUNT", 1)
    monkeypatch.setattr(location, "NEAR_COUNT", 1)
    case = tiny_case(
        sites=("late", "soon"), periods=((2030, 1), (2031, 1)), inference_pflop=2.0, rack_usd=1.0,
        price_usd_per_mwh=[[1.0], [2.0]], energised_mw=[[0.0, 50.0], [50.0, 50.0]],
    )  # fmt: skip
    found = choose_location(case, 0.0, Deadline())
    assert found is not None
    assert found.open_count[found.sites.tolist().index(1)].tolist() == [1.0, 1.0]
