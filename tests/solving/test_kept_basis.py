"""A relaxation that begins where a neighbour's ended: the same cost in fewer steps, whatever rows are new or gone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny import tiny_case

from siting.models.assembly.model import model_of
from siting.models.assembly.standard_form import StandardForm
from siting.models.formulation import DESIGN, chosen
from siting.optimise.gap import Gap
from siting.optimise.solver import loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole.kept_basis import KeptBasis
from siting.optimise.whole.lp_relaxation import lp_relaxation
from siting.optimise.whole.whole_model import search

YEAR_H = 8760


def form(policy: dict[str, Any], price_usd_per_mwh: float = 40.0) -> StandardForm:
    """Three sites and two zones, power at a of the given price; carbon at a alone."""
    prices = np.array([[price_usd_per_mwh], [50.0], [60.0]])
    case = tiny_case(
        sites=("a", "b", "c"),
        zones=("y", "z"),
        price_usd_per_mwh=prices,
        carbon_t_per_mwh=np.array([[1.0], [0.0], [0.0]]),
        fixed_site_usd=1000.0,
        policy=policy,
    )
    return model_of(case, chosen(DESIGN, case)).form


def relaxed(one: StandardForm, kept: KeptBasis | None) -> tuple[float, int]:
    """Cost of a relaxation, and steps of the simplex."""
    solver = loading.load(one)
    solver.setOptionValue("presolve", "off")
    found = lp_relaxation(solver, one, gap=0.0, deadline=Deadline(), progress=None, kept=kept)
    assert found.outcome.objective is not None
    return found.outcome.objective, int(solver.getInfo().simplex_iteration_count)


def test_a_neighbour_ends_at_its_own_cost() -> None:
    """A cap is a row more; it goes again, and prices change: each time the cost is that of a start from nothing."""
    kept = KeptBasis()
    cold, steps = relaxed(form({}), None)
    assert relaxed(form({}), kept)[0] == pytest.approx(cold)
    again = relaxed(form({}), kept)
    assert again == (pytest.approx(cold), 0)  # where it ended is the optimum
    assert steps > 0
    for policy, price in (({"carbon_cap_t_per_yr": 4000.0}, 40.0), ({}, 45.0), ({"sites_min_count": 2}, 40.0)):
        other = form(policy, price)
        assert relaxed(other, kept)[0] == pytest.approx(relaxed(other, None)[0], rel=1e-9)


def test_a_plan_that_is_there_will_do_within_the_gap() -> None:
    """The relaxation proves its cost: a plan 0.5 % dearer is within three quarters of 1 %, so none is searched."""
    one = form({})
    floor, _ = relaxed(one, None)
    asked: dict[str, Any] = {"gap": Gap(0.01), "deadline": Deadline(), "progress": None}
    near = search(one, known=1.005 * floor, **asked)
    assert (near.outcome.values, near.outcome.bound) == (None, pytest.approx(floor))
    assert search(one, known=1.009 * floor, **asked).outcome.values is not None
