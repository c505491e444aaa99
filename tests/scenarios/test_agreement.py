"""Rank correlation, shares and their intervals, solved by hand and held against what is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from siting.scenarios.backtest.agreement import Estimate, agreements, rank_correlation, top_share


def test_rank_correlation_with_ties() -> None:
    """Places 1, 2, 2, 4 from the front are ranks 4, 2.5, 2.5, 1; sizes 0, 7, 3, 0 are ranks 1.5, 4, 3, 1.5.

    Less their mean of 2.5: (1.5, 0, 0, -1.5) and (-1, 1.5, 0.5, -1). Products sum to -1.5 + 1.5 = 0, so 0. With sizes
    7, 3, 0, 0, of ranks 4, 3, 1.5, 1.5: (1.5, 0.5, -1, -1), products 2.25 + 1.5 = 3.75, squares 4.5 and 4.5:
    3.75 / 4.5 = 5/6. The short formula, which knows no ties, says 1 - 6 (0 + 0.25 + 1 + 0.25) / 60 = 0.85.
    """
    order = np.array([1.0, 2.0, 2.0, 4.0])
    assert rank_correlation(order, np.array([0.0, 7.0, 3.0, 0.0])) == pytest.approx(0.0, abs=1e-12)
    assert rank_correlation(order, np.array([7.0, 3.0, 0.0, 0.0])) == pytest.approx(5 / 6)


def test_infinite_places_are_first_and_last() -> None:
    """What is built by the plan ties at the front, what is ruled out at the end: ranks 4.5, 4.5, 3, 1.5, 1.5."""
    order = np.array([-np.inf, -np.inf, 5.0, np.inf, np.inf])
    assert rank_correlation(order, np.array([2.0, 2.0, 1.0, 0.0, 0.0])) == pytest.approx(1.0)
    assert math.isnan(rank_correlation(order, np.ones(5)))
    assert math.isnan(rank_correlation(np.zeros(5), np.arange(5.0)))


def test_rank_correlation_is_scipys() -> None:
    random = np.random.default_rng(5)
    for _ in range(20):
        order, size = random.integers(0, 6, 30).astype(float), random.integers(0, 4, 30).astype(float)
        assert rank_correlation(order, size) == pytest.approx(stats.spearmanr(-order, size).statistic)


def test_share_of_the_top_fifth() -> None:
    """Of 10 the first two: 30 + 10 of 50. Of 12 the first 2.4: 30 + 10 + 0.4 x 5 of 50."""
    size = np.array([30.0, 10.0, 5.0, 5.0, *[0.0] * 6])
    assert top_share(np.arange(10.0), size) == pytest.approx(40 / 50)
    assert top_share(np.arange(12.0), np.append(size, [0.0, 0.0])) == pytest.approx(42 / 50)


def test_share_of_a_tie_is_the_mean_of_all_ways_to_break_it() -> None:
    """Of ten, the first is alone and the next four tie: one more place for four is a quarter of each: 8 + 12 / 4 of 20.

    Counted whole they would make 1, left out 0.4.
    """
    order = np.array([1.0, 2.0, 2.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    size = np.array([8.0, 12.0, *[0.0] * 8])
    assert top_share(order, size) == pytest.approx(11 / 20)
    assert top_share(np.zeros(10), size) == pytest.approx(0.2)
    assert math.isnan(top_share(order, np.zeros(10)))


def sizes(count: int = 100) -> np.ndarray:
    """Half of the candidates with something built, all of it different."""
    return np.concatenate([np.arange(count // 2, 0, -1.0), np.zeros(count - count // 2)])


def test_perfect_order() -> None:
    """Sizes 50, 49, ..., 1 and fifty times nothing, which tie at rank 25.5; the order does not tie them.

    Sum of squares of the ranks of the order: n (n^2 - 1) / 12 = 83,325; of the sizes, less the tie's
    50 (50^2 - 1) / 12 = 10,412.5: 72,912.5. Their products sum to the latter, so the correlation is
    sqrt(72912.5 / 83325) = 0.935. In the first fifth, of 100, are 50 + ... + 31 = 810 of 1,275.
    """
    (found,) = agreements(np.arange(100.0)[None], sizes())
    assert found.rank_correlation.value == pytest.approx(math.sqrt(72912.5 / 83325))
    assert found.top_fifth_share.value == pytest.approx(810 / 1275)
    assert found.rank_correlation.low > 0.85


def test_reversed_order_has_the_opposite_sign() -> None:
    (there,) = agreements(np.arange(100.0)[None], sizes())
    (back,) = agreements(-np.arange(100.0)[None], sizes())
    assert back.rank_correlation.value == pytest.approx(-there.rank_correlation.value)
    assert back.rank_correlation.high < 0
    assert back.top_fifth_share == Estimate(0.0, 0.0, pytest.approx(0.0, abs=0.1))


def test_random_orders_agree_with_nothing() -> None:
    """Of 40 orders drawn, the interval leaves out 0 in about two; in more than seven with a chance of 0.1 %."""
    random = np.random.default_rng(1)
    orders = random.permuted(np.tile(np.arange(100.0), (40, 1)), axis=1)
    found = agreements(orders, sizes(), resamples=500)
    outside = [not one.rank_correlation.low <= 0 <= one.rank_correlation.high for one in found]
    assert sum(outside) <= 7
    assert np.mean([one.rank_correlation.value for one in found]) == pytest.approx(0, abs=0.05)
    assert np.mean([one.top_fifth_share.value for one in found]) == pytest.approx(0.2, abs=0.03)


def test_interval_covers_the_known_value() -> None:
    """Normal pairs of correlation 0.5 have a rank correlation of 6/pi asin(0.25) = 0.483 (Pearson 1907).

    An interval of 95 % covers it in 76 of 80 samples; in fewer than 68 with a chance of 0.01 %, if it keeps to its
    word, and in nearly none if it were half as wide as it should be: 67 % of 80 is 54.
    """
    known = 6 / math.pi * math.asin(0.25)
    random = np.random.default_rng(3)
    covered = 0
    for _ in range(80):
        first, other = random.standard_normal((2, 60))
        order, size = -first, np.exp(0.5 * first + math.sqrt(0.75) * other)
        (found,) = agreements(order[None], size, resamples=400, seed=int(random.integers(1000)))
        covered += found.rank_correlation.low <= known <= found.rank_correlation.high
    assert covered >= 68


def test_draws_are_seeded() -> None:
    random = np.random.default_rng(2)
    order, size = random.random((1, 50)), random.random(50)
    assert agreements(order, size) == agreements(order, size)
    assert agreements(order, size)[0] != agreements(order, size, seed=1)[0]


def test_lift_and_difference_are_of_the_first_over_the_other() -> None:
    """Of ten, the plan's first two hold 6 of 8, the rule's 2 of 8, chance 1.6: lifts of 1, 3 and 3.75."""
    size = np.array([4.0, 2.0, 1.0, 1.0, *[0.0] * 6])
    rule = np.array([3.0, 4.0, 1.0, 2.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0])
    plan, other, chance = agreements(np.stack([np.arange(10.0), rule, np.zeros(10)]), size)
    assert [one.lift.value for one in (plan, other, chance)] == pytest.approx([1.0, 3.0, 3.75])
    assert (plan.lift.low, plan.lift.high) == (1.0, 1.0)
    assert plan.difference == Estimate(0.0, 0.0, 0.0)
    assert other.difference.value == pytest.approx(plan.rank_correlation.value - other.rank_correlation.value)
    assert math.isnan(chance.difference.value)


def test_lift_over_a_rule_that_finds_nothing_has_no_end() -> None:
    size = np.array([4.0, 2.0, 1.0, *[0.0] * 7])
    _, worst = agreements(np.stack([np.arange(10.0), -np.arange(10.0)]), size)
    assert math.isinf(worst.lift.value)
    assert math.isnan(worst.lift.low)


@pytest.mark.parametrize(("candidates", "built", "told"), [(9, 3, False), (10, 2, False), (10, 3, True)])
def test_no_interval_of_too_little(candidates: int, built: int, told: bool) -> None:
    size = np.array([*range(1, built + 1), *[0] * (candidates - built)], dtype=float)
    (found,) = agreements(np.arange(float(candidates))[None], size)
    assert math.isfinite(found.rank_correlation.value)
    assert math.isfinite(found.rank_correlation.low) == told
