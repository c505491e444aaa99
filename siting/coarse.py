"""The same model in longer steps, for prices to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from siting.case import Array, Case
    from siting.models.partition import Partition
    from siting.models.standard_form import StandardForm

STEP_H = 4
"""Hours of a step: a site's problem has a quarter of the rows then, and still morning, noon and night."""


def in_steps(case: Case) -> tuple[StandardForm, Partition]:
    """Return the model of a case in longer steps, and its cut along the seam.

    Parameters
    ----------
    case : Case
        The numbers, hour by hour.
    """
    from siting.models.assembly import Assembly
    from siting.models.formulation import DESIGN, chosen
    from siting.models.partition import partition
    from siting.models.standard_form import compile_assembly

    fewer = case.in_steps(STEP_H)
    assembly = Assembly(fewer, chosen(DESIGN, fewer))
    form = compile_assembly(assembly)
    return form, partition(assembly, form)


def carried_over(prices: Array, coarse: tuple[StandardForm, Partition], fine: tuple[StandardForm, Partition]) -> Array:
    """Return the prices of one model's shared rows for the shared rows of another, by name.

    Parameters
    ----------
    prices : ndarray
        By shared row of the coarse model.
    coarse, fine : (StandardForm, Partition)
        The models, each with its cut.

    Returns
    -------
    ndarray
        By shared row of the fine model; NaN for one that the coarse model does not have.
    """
    (there, cut_there), (here, cut_here) = coarse, fine
    known = dict(zip(map(there.rows.name, cut_there.shared.tolist()), prices.tolist(), strict=True))
    return np.array([known.get(here.rows.name(row), np.nan) for row in cut_here.shared.tolist()])
