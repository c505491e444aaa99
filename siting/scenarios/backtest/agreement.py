r"""How well an order of candidates agrees with what was built, and how sure that is.

Rank correlation is Spearman's: Pearson's correlation of the ranks of order and size, equal values with the mean of the
ranks that they share. Intervals are of the percentile bootstrap: candidates are drawn anew, with replacement, as many
as there are, and the figure is worked out of each draw.

References
----------
Spearman, C. (1904). The proof and measurement of association between two things. American Journal of Psychology 15.
Efron, B. and Tibshirani, R. (1993). An Introduction to the Bootstrap, chapter 13. Chapman and Hall.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

__all__ = [
    "LEAST_BUILT_COUNT",
    "LEAST_CANDIDATES_COUNT",
    "LEVEL_FRACTION",
    "RESAMPLES_COUNT",
    "SEED",
    "TOP_FRACTION",
    "Agreement",
    "Estimate",
    "agreements",
    "rank_correlation",
    "top_share",
]

Array = npt.NDArray[np.float64]

TOP_FRACTION = 0.2
LEVEL_FRACTION = 0.95
RESAMPLES_COUNT = 2000
SEED = 0

LEAST_CANDIDATES_COUNT = 10
LEAST_BUILT_COUNT = 3
"""Candidates in all, and with something built, below which draws say nothing of how sure a figure is."""

CHUNK_COUNT = 200
"""Draws that are worked out at once: a matter of memory."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval.

    Parameters
    ----------
    value : float
        NaN where it is not defined.
    low, high : float
        Ends of the interval; NaN where there is none, and infinite where it has no end.
    """

    value: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Agreement:
    """How well an order agrees with what was built, alone and beside the first order.

    Parameters
    ----------
    rank_correlation : Estimate
        Of place in the order and size: 1 if the larger always stands before the smaller, 0 for no relation.
    top_fifth_share : Estimate
        Share of the size in the first fifth of the order.
    lift : Estimate
        The first order's share over this one's.
    difference : Estimate
        The first order's rank correlation less this one's.
    """

    rank_correlation: Estimate
    top_fifth_share: Estimate
    lift: Estimate
    difference: Estimate


def rank_correlation(order: Array, size: Array) -> Array:
    """Return Spearman's rank correlation of early places with large sizes.

    Parameters
    ----------
    order : ndarray
        The lower, the earlier; the last axis is of candidates.
    size : ndarray
        What was built there; broadcast against the order.

    Returns
    -------
    ndarray
        From -1 to 1; NaN where all places or all sizes are alike.

    Examples
    --------
    Ranks of the order, from the last: 3, 2, 1; of the sizes: 2, 3, 1. Their correlation is 1 - 6 (1 + 1) / 24:

    >>> float(rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([5.0, 9.0, 0.0])))
    0.5
    """
    places, sizes = rankdata(-order, axis=-1), rankdata(size, axis=-1)
    places -= places.mean(axis=-1, keepdims=True)
    sizes -= sizes.mean(axis=-1, keepdims=True)
    spread = np.sqrt((places**2).sum(axis=-1) * (sizes**2).sum(axis=-1))
    with np.errstate(invalid="ignore"):
        return np.asarray((places * sizes).sum(axis=-1) / np.where(spread > 0, spread, np.nan))


def top_share(order: Array, size: Array, fraction: float = TOP_FRACTION) -> Array:
    """Return the share of the size that lies in the first part of an order.

    A tie across the end of this part counts in proportion, as on the mean of all ways to break it, and so does a
    candidate: of 12 the first fifth is the first two and 0.4 of the third.

    Parameters
    ----------
    order, size : ndarray
        As for `rank_correlation`.
    fraction : float
        Part of the candidates that is the first.

    Returns
    -------
    ndarray
        From 0 to 1; NaN where nothing was built.

    Examples
    --------
    Three tie for the second place of five; the first two fifths hold the first and a third of each of the three:

    >>> order, size = np.array([1.0, 2.0, 2.0, 2.0, 3.0]), np.array([4.0, 3.0, 0.0, 0.0, 3.0])
    >>> float(top_share(order, size, 0.4))
    0.5
    """
    before, until = rankdata(order, method="min", axis=-1) - 1, rankdata(order, method="max", axis=-1)
    part = np.clip((fraction * order.shape[-1] - before) / (until - before), 0.0, 1.0)
    whole = size.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray((part * size).sum(axis=-1) / np.where(whole > 0, whole, np.nan))


def agreements(orders: Array, size: Array, *, resamples: int = RESAMPLES_COUNT, seed: int = SEED) -> list[Agreement]:
    """Return how well each order agrees with what was built; all on the same draws, so that differences are of pairs.

    Parameters
    ----------
    orders : ndarray, shape (order, candidate)
        The first is the one that the others are held against.
    size : ndarray, shape (candidate,)
        What was built there.
    resamples : int
        Draws.
    seed : int
        Of the draws.
    """
    value = _figures(orders, size)
    draws = None
    if size.size >= LEAST_CANDIDATES_COUNT and np.count_nonzero(size) >= LEAST_BUILT_COUNT:
        random = np.random.default_rng(seed)
        parts = []
        for first in range(0, resamples, CHUNK_COUNT):
            drawn = random.integers(size.size, size=(min(CHUNK_COUNT, resamples - first), size.size))
            parts.append(_figures(orders[:, drawn], size[drawn]))
        draws = np.concatenate(parts, axis=-1)
    return [
        Agreement(*(_estimate(value[kind, place], None if draws is None else draws[kind, place]) for kind in range(4)))
        for place in range(len(orders))
    ]


def _figures(orders: Array, size: Array) -> Array:
    """Rank correlation, share, lift and difference: shape (figure, order, and perhaps draw)."""
    correlation, share = rank_correlation(orders, size), top_share(orders, size)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([correlation, share, share[0] / share, correlation[0] - correlation])


def _estimate(value: float, draws: Array | None) -> Estimate:
    """Estimate of a figure and of its draws; those in which it is not defined are left out."""
    known = np.sort(draws[~np.isnan(draws)]) if draws is not None and math.isfinite(value) else np.array([])
    if not known.size:
        return Estimate(float(value))
    tail = (1 - LEVEL_FRACTION) / 2
    low, high = np.quantile(known, [tail, 1 - tail], method="inverted_cdf")  # of draws, since some may be infinite
    return Estimate(float(value), float(low), float(high))
