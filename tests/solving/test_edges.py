"""Cases at the edge of what the search decides by: a little to either side, and it would prove what is false."""

from __future__ import annotations

import dataclasses
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from forms import location

from siting.models.assembly.standard_form import StandardForm
from siting.optimise.gap import Gap
from siting.optimise.incumbent import SearchState
from siting.optimise.method import WHOLE_BELOW_SITE_HOURS, choose_method, why
from siting.optimise.neighbourhood import FEW, neighbourhood
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.progress import Progress
from siting.optimise.whole.reduced_cost_fixing import MARGIN, fixed_at_zero
from siting.quantities import COST_SCALE


@pytest.mark.parametrize(
    ("worth", "fixed"),
    [(3 - 2 * MARGIN, True), (3 - MARGIN / 2, False), (3.0, False), (3.0005, False), (3.002, False)],
)
def test_opening_is_fixed_only_with_a_margin_to_spare(worth: float, fixed: bool) -> None:
    """The case of `test_settled`: a plan with b costs 3 at the least, over a bound of 1, whose margin is 1e-7.

    Plans below 3 less that have no b. One that costs 3, or a thousandth of the bound more, may have it.
    """
    form = location([1.0, 3.0], [[0.0], [0.0]])
    found = fixed_at_zero(form, np.array([1.0, 1.0, 2.0]), bound=1.0, worth=worth)
    assert found.tolist() == [False, fixed, False, False]


def test_margin_is_of_the_size_of_a_negative_bound() -> None:
    """Where power is paid for, the bound is below zero: the margin stays on the safe side of the sum."""
    form = dataclasses.replace(location([1.0, 3.0], [[0.0], [0.0]]), offset=-1001.0)
    prices = np.array([1.0, 1.0, 2.0])
    margin = 1000 * MARGIN
    assert fixed_at_zero(form, prices, bound=-1000.0, worth=-998.0 - 2 * margin)[1]
    assert not fixed_at_zero(form, prices, bound=-1000.0, worth=-998.0 - margin / 2)[1]


def two_kinds(rows: list[list[float]], lower: list[float], cost: list[float]) -> StandardForm:
    """A form whose first column is whole, from 0 to 5, and whose others are not; rows are "at least"."""
    count = len(cost)
    return StandardForm(
        matrix=scipy.sparse.csc_array(np.array(rows)),
        row_lower=np.array(lower),
        row_upper=np.full(len(rows), np.inf),
        column_lower=np.zeros(count),
        column_upper=np.array([5.0] + [np.inf] * (count - 1)),
        cost=np.array(cost),
        offset=0.0,
        integral=np.arange(count) == 0,
        rows=None,  # type: ignore[arg-type]  # nobody asks for names
        columns=None,  # type: ignore[arg-type]
    )


def test_price_of_a_row_with_a_right_hand_side_is_not_shifted() -> None:
    """At least 1 of z - x, z for 1: the plan of z costs 1. At the price 1, lowered to 0, z would be worth 1.

    That loses 1 of the bound, which nobody counts: z would be out of all plans below 2, of which it is the best.
    """
    form = two_kinds([[1.0, -1.0]], [1.0], [1.0, 1.0])
    assert not fixed_at_zero(form, np.array([1.0]), bound=1.0, worth=1.5).any()


def test_price_of_a_row_that_two_columns_lose_by_is_not_shifted() -> None:
    """x1 (for 2) or x2 (for nothing) do a work of 1, both within z, for 1: z and x2 cost 1.

    Prices are 1 of the work and 1 of the limit. x1 has 2 to spare; x2 has nothing, and would pay to be used at a lower
    price of the limit. So z stays: by x1 alone its reduced cost would be 1, and z out of all plans below 2.
    """
    form = two_kinds([[0.0, 1.0, 1.0], [1.0, -1.0, -1.0]], [1.0, 0.0], [1.0, 2.0, 0.0])
    assert not fixed_at_zero(form, np.array([1.0, 1.0]), bound=1.0, worth=1.5).any()


def test_what_must_be_there_is_not_fixed_at_zero() -> None:
    """An opening whose least is 1 costs what it costs."""
    form = location([1.0, 3.0], [[0.0], [0.0]])
    form = dataclasses.replace(form, column_lower=np.array([0.0, 1.0, 0.0, 0.0]))
    assert not fixed_at_zero(form, np.array([1.0, 1.0, 2.0]), bound=1.0, worth=2.5).any()


@pytest.mark.parametrize(
    ("hours", "periods", "way"),
    [
        (WHOLE_BELOW_SITE_HOURS - 1, 1, "whole"),
        (WHOLE_BELOW_SITE_HOURS, 1, "decomposed"),
        (WHOLE_BELOW_SITE_HOURS // 2, 2, "decomposed"),
        (WHOLE_BELOW_SITE_HOURS // 2 - 1, 2, "whole"),
    ],
)
def test_method_is_chosen_by_site_hours(hours: int, periods: int, way: str) -> None:
    """Below 5,000 of them the whole; at 5,000 site by site. Periods count, too."""
    case: Any = SimpleNamespace(axes={"site": ("a",), "hour": range(hours), "period": range(periods)})
    assert choose_method(case) == way
    assert f"{hours * periods:,} site-hours are {'below' if way == 'whole' else 'not below'} 5,000" in why(case)


def state(gap: float = 0.01, bound: float = 0.0, told: list[Progress] | None = None) -> SearchState:
    return SearchState(Gap(gap), Deadline(clock=lambda: 0.0), None if told is None else told.append, bound)


def found(objective: float) -> Any:
    return SimpleNamespace(objective=objective, outcome=SimpleNamespace(values=None))


MODEL: Any = None


@pytest.mark.parametrize(("cost", "cutoff"), [(100.0, 99.0), (-100.0, -101.0), (0.0, 0.0)])
def test_search_is_over_at_the_cutoff_and_not_before(cost: float, cutoff: float) -> None:
    """A gap of 1 % of the cost's size lies below the cost, also of one that is negative."""
    search = state(bound=-1000.0)
    search.keep(found(cost), MODEL)
    assert search.cutoff() == pytest.approx(cutoff)
    search.raise_bound(np.nextafter(cutoff, -np.inf) - 1e-9)
    assert not search.is_over()
    search.raise_bound(cutoff)
    assert search.is_over()


def test_search_without_a_plan_is_never_over_by_its_bound() -> None:
    search = state(bound=1e30)
    assert math.isinf(search.cutoff())
    assert not search.is_over()


def test_only_a_cheaper_plan_is_kept() -> None:
    """One that costs the same is not: the first has been exact for longer."""
    search, first = state(), found(5.0)
    search.keep(first, MODEL)
    search.keep(found(5.0), MODEL)
    search.keep(found(6.0), MODEL)
    assert search.best is not None
    assert search.best[0] is first
    search.keep(found(4.0), MODEL)
    assert search.cost() == 4.0


def test_bound_only_rises_and_nothing_unknown_lowers_it() -> None:
    search = state(bound=3.0)
    for other in (2.0, math.nan, -math.inf):
        search.raise_bound(other)
        assert search.bound == 3.0
    search.raise_bound(4.0)
    assert search.bound == 4.0


def test_searches_on_some_sites_stop_at_half_the_gap() -> None:
    """Half of it is left for what their sites do not hold."""
    assert state(gap=0.02).solve_options()["gap"] == Gap(0.01)


def test_bound_is_told_from_the_first_and_gaps_are_of_the_best_plan() -> None:
    """First what any plan must pay, then what is proven; a plan of 10 and a bound of 8 are 20 % apart."""
    told: list[Progress] = []
    search = state(bound=2.0, told=told)
    search.say("begins")
    assert (told[-1].incumbent_usd, told[-1].gap_fraction) == (None, None)
    assert told[-1].bound_usd == pytest.approx(2 / COST_SCALE)
    search.raise_bound(8.0)
    search.keep(found(10.0), MODEL)
    search.say("goes on")
    assert told[-1].incumbent_usd == pytest.approx(10 / COST_SCALE)
    assert told[-1].bound_usd == pytest.approx(8 / COST_SCALE)
    assert told[-1].gap_fraction == pytest.approx(0.2)
    search.tell(Progress("solve", 0.0, incumbent_usd=9 / COST_SCALE))
    assert told[-1].gap_fraction == pytest.approx(1 / 9)


def counted(*most: float) -> StandardForm:
    """A form of whole columns x0, x1, ... from 0 to some most each."""
    count = len(most)
    names: Any = SimpleNamespace(name=lambda i: f"x{i}")
    return StandardForm(
        matrix=scipy.sparse.csc_array((0, count)),
        row_lower=np.zeros(0),
        row_upper=np.zeros(0),
        column_lower=np.zeros(count),
        column_upper=np.array(most),
        cost=np.zeros(count),
        offset=0.0,
        integral=np.ones(count, dtype=bool),
        rows=names,
        columns=names,
    )


@pytest.mark.parametrize(
    ("mean", "room", "held"),
    [
        (3.0, 0.0, (3, 3)),  # few, and whole: as it is
        (3.0005, 0.0, (3, 3)),  # nearly whole is whole
        (3.002, 0.0, (3, 4)),  # a mean: from one whole number to the next
        (3.0, 1.0, (2, 4)),
        (0.0, 1.0, (0, 0)),  # what is not there stays away
        (FEW - 1.0, 0.0, (19, 19)),
        (float(FEW), 0.0, (18, 22)),  # many: a tenth either way
        (95.0, 0.0, (85, 100)),  # no further than the column goes
    ],
)
def test_neighbourhood_of_a_count(mean: float, room: float, held: tuple[int, int]) -> None:
    near = neighbourhood(counted(100.0), {"x0": mean}, room=room)
    assert (near.column_lower[0], near.column_upper[0]) == held


def test_neighbourhood_leaves_what_is_chosen_or_not() -> None:
    """An opening has no room; and what nobody names is free."""
    near = neighbourhood(counted(1.0, 50.0), {"x0": 1.0}, room=1.0)
    assert near.column_lower.tolist() == [1.0, 0.0]
    assert near.column_upper.tolist() == [1.0, 50.0]


def test_neighbourhood_lies_between_plans() -> None:
    """From the least of the one to the most of the other; a plan that does not name a count has none of it."""
    near = neighbourhood(counted(9.0, 9.0), {"x0": 2.0}, {"x0": 5.0, "x1": 1.0})
    assert near.column_lower.tolist() == [2.0, 0.0]
    assert near.column_upper.tolist() == [5.0, 1.0]
