"""What output is worth: chosen days whose prices pay sun and wind what the year's prices pay them.

A few days that keep the mean of a price, and the means of sun and wind, may still hold sun that meets high prices where
that of the year meets low ones: by up to 26 USD/MWh in the catalogue, more than what contracts differ by. So the prices
of the typical days are moved by as little as keeps both their mean and what each plant's output earns on average.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from siting.case.case import Array

RANK_RATIO = 1e-9
"""Ratio of products of outputs below which they are taken to be the same plant's, or none's."""


MOST_ROUNDS = 24
"""Hours of a row that may meet an end of the year's range before what is left of its change is left undone."""


def keep_capture(
    taken: Array, whole: Array, output: Array, output_whole: Array, weights: Array, typical: npt.NDArray[np.bool_]
) -> Array:
    r"""Return a series on chosen days with the mean that the year has where each plant produces.

    The change is a linear function of the outputs,
    :math:`\Delta_h = \lambda_0 + \sum_p \lambda_p \, \mathrm{CF}_{p,h}`, the smallest in the weighted square that does
    it. An hour that meets an end of the year's range stays there, and the others go on.

    Parameters
    ----------
    taken : ndarray, (site, hour) or (site, contract, hour)
        The chosen hours, at the level of the year; their mean stays.
    whole : ndarray
        The year of the same.
    output, output_whole : ndarray, (site, contract, hour)
        Output of the plants on the chosen hours and over the year [0 to 1]; NaN where there is none.
    weights : ndarray, (hour,)
        Of the chosen hours [h/yr].
    typical : ndarray of bool, (hour,)
        Which of them may be changed.
    """
    made, made_whole = np.nan_to_num(output), np.nan_to_num(output_whole)
    rows, rows_whole = (series if series.ndim == made.ndim else series[:, None] for series in (taken, whole))
    earned_whole, produced_whole = np.einsum("sjh,sph->sjp", rows_whole, made_whole), made_whole.sum(axis=-1)
    mean_whole = np.divide(
        earned_whole, produced_whole[:, None], out=np.zeros_like(earned_whole), where=produced_whole[:, None] > 0
    )
    earned = mean_whole * (made @ weights)[:, None]
    by = np.concatenate([np.ones((len(made), 1, made.shape[-1])), made], axis=1)
    wanted = np.concatenate([(rows @ weights)[..., None], earned], axis=-1)
    least = np.minimum(rows_whole.min(axis=-1), rows.min(axis=-1))[..., None]
    most = np.maximum(rows_whole.max(axis=-1), rows.max(axis=-1))[..., None]
    is_free = np.broadcast_to(typical, rows.shape)
    for _ in range(MOST_ROUNDS):
        lacking = wanted - np.einsum("sjh,sph,h->sjp", rows, by, weights)
        products = np.einsum("sjh,sph,sqh,h->sjpq", is_free, by, by, weights, optimize=True)
        ratio = np.einsum("sjp,sjpq->sjq", lacking, np.linalg.pinv(products, rcond=RANK_RATIO, hermitian=True))
        change = np.einsum("sjp,sph->sjh", ratio, by) * is_free
        room = np.where(change > 0, most - rows, rows - least)
        part = np.divide(room, np.abs(change), out=np.ones_like(rows), where=np.abs(change) > room)
        share = part.min(axis=-1, keepdims=True)
        rows = np.clip(rows + share * change, least, most)
        is_free = is_free & ((part > share) | (share >= 1))
        if (share >= 1).all():
            break
    moved: Array = rows.reshape(taken.shape)
    return moved
