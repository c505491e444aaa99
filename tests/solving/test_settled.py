"""Choices that prices rule out: none that a cheaper plan makes, and those that a shifted price proves."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from forms import location

from siting.optimise.gap import Gap
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole.reduced_cost_fixing import fixed_at_zero
from siting.optimise.whole.whole_model import search


def test_price_without_a_right_hand_side_is_shifted_to_the_opening() -> None:
    """One customer; site a costs 1, site b 3, serving nothing. The relaxation opens a: 1.

    At prices 1 of the demand, 1 of a's row and 2 of b's, the reduced cost of b's share is -1 + 2 = 1 and of
    opening b 3 - 2 = 1: with it a plan costs 1 + 1 = 2 or more. Of b's price 1 is to spare, so opening b is
    worth 3 - 1 = 2 and a plan with it costs 3: not below 2.5, though the prices as they are would leave it open.
    """
    form = location([1.0, 3.0], [[0.0], [0.0]])
    prices = np.array([1.0, 1.0, 2.0])
    assert fixed_at_zero(form, prices, bound=1.0, worth=2.5).tolist() == [False, True, False, False]
    assert not fixed_at_zero(form, prices, bound=1.0, worth=3.5).any()


@pytest.mark.parametrize("seed", range(12))
def test_what_is_settled_is_in_no_plan_that_is_cheaper(seed: int) -> None:
    """Forcing a settled site open costs the sum at least; the search that leaves it out finds HiGHS's optimum."""
    draw = np.random.default_rng(seed)
    form = location(draw.uniform(1, 6, 7).tolist(), draw.uniform(0, 4, (7, 9)).tolist())
    best = highs.run(loading.load(form), gap=0.0).objective
    relaxed = highs.run(loading.load(dataclasses.replace(form, integral=np.zeros_like(form.integral))), gap=0.0)
    assert best is not None
    assert relaxed.bound is not None
    assert relaxed.prices is not None
    out = np.flatnonzero(fixed_at_zero(form, relaxed.prices, relaxed.bound, best))
    assert len(out)
    for column in out:
        lower = form.column_lower.copy()
        lower[column] = 1.0
        forced = highs.run(loading.load(dataclasses.replace(form, column_lower=lower)), gap=0.0).objective
        assert forced is not None
        assert forced >= best * (1 - 1e-9)
    found = search(form, gap=Gap(0.0), deadline=Deadline(), progress=None).outcome
    assert found.objective == pytest.approx(best, rel=1e-9)
    assert found.bound == pytest.approx(best, rel=1e-9)
