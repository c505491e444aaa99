"""What prices prove: never more than the optimum, all of it at the right prices, and little less beside them."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import scipy.sparse
from rich_case import rich_case

from siting.models.assembly.model import model_of
from siting.models.assembly.standard_form import StandardForm
from siting.models.formulation import DESIGN, chosen
from siting.optimise.dual_bound import dual_bound
from siting.optimise.solver import highs, loading

INF = np.inf


def form_by_hand(
    rows: list[list[float]], low: list[float], high: list[float], upper: list[float], cost: list[float]
) -> StandardForm:
    count = len(cost)
    return StandardForm(
        matrix=scipy.sparse.csc_array(np.array(rows)),
        row_lower=np.array(low),
        row_upper=np.array(high),
        column_lower=np.zeros(count),
        column_upper=np.array(upper),
        cost=np.array(cost),
        offset=5.0,
        integral=np.zeros(count, dtype=bool),
        rows=[None] * len(rows),
        columns=[None] * count,
    )


def relaxed(form: StandardForm) -> highs.Outcome:
    return highs.run(loading.load(dataclasses.replace(form, integral=np.zeros_like(form.integral))), gap=0.0)


def test_bound_that_rows_imply_stands_for_a_missing_one() -> None:
    """Open o costs 10 and is at most 1; size s <= 4 o; flow x <= s; x >= 2, cost 1 each: 5 + 2 + 10 * 2/4 = 12.

    At prices 3.5 of the flow asked for, -2.5 of x <= s and -2.5 of s <= 4 o every reduced cost is zero: 5 + 7 = 12.
    At a price of 3.6 the flow's reduced cost is -0.1. Without an upper bound of its own that would prove nothing;
    the rows say x <= s <= 4, so it loses 0.4: 5 + 7.2 - 0.4 = 11.8. Were x taken to be at most 2, it would be 12.
    """
    form = form_by_hand(
        [[0, 0, 1], [0, -1, 1], [-4, 1, 0]],  # o, s, x
        [2, -INF, -INF],
        [INF, 0, 0],
        [1, INF, INF],
        [10, 0, 1],
    )
    assert dual_bound(form, np.array([3.5, -2.5, -2.5])) == pytest.approx(12.0)
    assert dual_bound(form, np.array([3.6, -2.5, -2.5])) == pytest.approx(11.8)


def test_column_in_one_row_bounds_its_price() -> None:
    """Bought b without bound at 3 each, c within 1 at 1 each, b + c >= 2: 5 + 1 + 3 = 9.

    A price of 3.2 would let b pay without end; brought to 3 it is the right one: 5 + 6 - 2 = 9.
    """
    form = form_by_hand([[1, 1]], [2], [INF], [INF, 1], [3, 1])
    assert dual_bound(form, np.array([3.2])) == pytest.approx(9.0)
    assert dual_bound(form, np.array([2.0])) == pytest.approx(5 + 4 - 1)


def test_prices_that_prove_nothing_say_so() -> None:
    """x and y without bounds, x - y >= 1, y - x >= -3: nothing holds both, and each stands in two rows."""
    form = form_by_hand([[1, -1], [-1, 1]], [1, -3], [INF, INF], [INF, INF], [1, 0])
    assert dual_bound(form, np.array([2.0, 0.0])) == -math.inf
    assert dual_bound(form, np.array([1.0, 1.0])) == pytest.approx(5 + 1 - 3)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("carbon_method", ["hourly", "market"])
def test_right_prices_prove_the_optimum_and_no_prices_more(seed: int, carbon_method: str) -> None:
    case = rich_case(seed=seed, carbon_method=carbon_method)
    form = model_of(case, chosen(DESIGN, case)).form
    right = relaxed(form)
    assert right.objective is not None
    assert right.prices is not None
    assert dual_bound(form, right.prices) == pytest.approx(right.objective, rel=1e-9)
    draw = np.random.default_rng(seed)
    for noise in (1e-9, 1e-6, 1e-3, 1.0):
        wrong = right.prices * (1 + noise * draw.standard_normal(len(right.prices)))
        nearly = dual_bound(form, wrong)
        assert nearly <= right.objective * (1 + 1e-9)
        assert nearly >= right.objective * (1 - 1e4 * noise)
        assert dual_bound(form, wrong + noise * draw.standard_normal(len(wrong))) <= right.objective * (1 + 1e-9)
