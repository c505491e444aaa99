"""What is bought in a linear problem, rounded up: racks, and halls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from siting.case.case import Array

ROUNDING = 1e-6
"""Part of a rack that is rounding."""

RACKS = "racks_count"
"""Variable that is rounded up last, when halls and openings are whole."""


def whole_counts(bought: Array) -> Array:
    """Round up what is bought by period, the last axis: in no period does as much as one too many stand.

    Parameters
    ----------
    bought : ndarray
        What is bought in each period.

    Examples
    --------
    Of what is bought in three periods, rounded up one by one, six would stand in the end:

    >>> whole_counts(np.array([1.2, 1.2, 1.2])).tolist()
    [2.0, 1.0, 1.0]
    """
    stand = np.ceil(np.cumsum(bought, axis=-1) - ROUNDING)
    whole: Array = np.diff(stand, axis=-1, prepend=0.0)
    return whole
