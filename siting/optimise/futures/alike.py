r"""Futures that are alike: what is decided first is worth the same in them, at the relaxation's prices.

At prices :math:`\pi_f` of the rows of future :math:`f` a unit of column :math:`j` of what is decided first saves
:math:`g_{fj} = (A_f' \pi_f)_j / p_f` there, over its probability: the slope of what the future's best answer costs. Two
futures of the same slopes would choose the same design, so their distance is
:math:`\sum_j x_j | g_{fj} - g_{hj} |`, in money, with :math:`x` the relaxation's own design.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siting.case.case import Array
    from siting.models.assembly.model import ModelOfFutures
    from siting.models.compiler.members import Positions

__all__ = ["distances", "nearest", "representatives"]


def distances(model: ModelOfFutures, weights: Sequence[float], prices: Array, values: Array) -> Array:
    """Return how far apart futures are, futures by futures [scale of the form].

    Parameters
    ----------
    model : ModelOfFutures
        The futures side by side.
    weights : sequence of float
        Their probabilities.
    prices : ndarray
        Of the rows, from the relaxation.
    values : ndarray
        Of the columns, from the relaxation.
    """
    count = model.stacked.first_count
    rows = model.form.matrix.tocsr()
    owner_of_column = np.full(rows.shape[1], -1)
    for number, places in enumerate(model.stacked.places):
        owner_of_column[places[places >= count]] = number
    row_of = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    answers = rows.indices >= count
    owner = np.full(rows.shape[0], -1)
    owner[row_of[answers]] = owner_of_column[rows.indices[answers]]
    slopes = np.zeros((len(model.parts), count))
    for number, weight in enumerate(weights):
        own = np.flatnonzero(owner == number)
        if weight > 0:
            slopes[number] = rows[own][:, :count].T @ prices[own] / weight
    saved = slopes * np.maximum(values[:count], 0.0)
    return np.array([np.abs(saved - one).sum(axis=1) for one in saved])


def representatives(apart: Array, weights: Sequence[float], count: int, chosen: Sequence[int] = ()) -> tuple[int, ...]:
    """Choose futures that stand for all: in turn the one after which all are the nearest to one that is chosen.

    Parameters
    ----------
    apart : ndarray
        Distances, futures by futures.
    weights : sequence of float
        Probabilities.
    count : int
        How many, at the most.
    chosen : sequence of int
        Those that are among them in any case.

    Examples
    --------
    Of futures at 0, 1, 2 and 10 on a line the second is nearest to all, then the last stands alone:

    >>> at = np.array([0.0, 1.0, 2.0, 10.0])
    >>> representatives(abs(at[:, None] - at), [0.25] * 4, 2)
    (1, 3)
    """
    taken = list(chosen)
    while len(taken) < min(count, len(weights)):
        reached = apart[taken].min(axis=0) if taken else np.full(len(weights), np.inf)
        left = [
            np.inf if one in taken else float(np.dot(weights, np.minimum(reached, apart[one])))
            for one in range(len(weights))
        ]
        taken.append(int(np.argmin(left)))
    return tuple(sorted(taken))


def nearest(apart: Array, weights: Sequence[float], chosen: Sequence[int]) -> Array:
    """Return the probability that each chosen future stands for: its own, and of those that it is the nearest to.

    Examples
    --------
    >>> at = np.array([0.0, 1.0, 2.0, 10.0])
    >>> nearest(abs(at[:, None] - at), [0.25] * 4, (1, 3)).tolist()
    [0.75, 0.25]
    """
    whose: Positions = np.argmin(apart[list(chosen)], axis=0).astype(np.int32)
    whose[list(chosen)] = np.arange(len(chosen))
    return np.bincount(whose, weights, len(chosen)).astype(float)
