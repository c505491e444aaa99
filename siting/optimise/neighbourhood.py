"""A model held near a plan that is nearly one of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.models.assembly.standard_form import StandardForm

FEW = 20
"""Count below which it is taken as it is."""

NEARLY_WHOLE = 1e-3
"""Distance from a whole number below which a mean is taken for it."""

NEIGHBOURHOOD_FRACTION = 0.1
"""How far larger counts may differ."""


def neighbourhood(form: StandardForm, *counts: Mapping[str, float], room: float = 0.0) -> StandardForm:
    """Return a model held near given counts, or between several.

    What there are few of (sites, modules) is taken as it is, or from one whole number to the next where it is a mean
    of plans, or may differ by so much; what there are many of (racks) may differ by a tenth.

    Parameters
    ----------
    form : StandardForm
        The model.
    *counts : mapping of str to float
        Counts by name of their column; none of what only others name. Columns that no one names stay free.
    room : float
        How far what there are few of may differ. What is not there at all stays at zero, and what is chosen or not
        (openings, batteries) as it is: with these free, too, no plan was found in 34 s where halls take 3.
    """
    named = set().union(*counts)
    places = [i for i in np.flatnonzero(form.integral).tolist() if form.columns.name(i) in named]
    found = np.array([[some.get(form.columns.name(i), 0.0) for i in places] for some in counts])
    whole = np.where(np.abs(found - np.round(found)) < NEARLY_WHOLE, np.round(found), found)
    few = np.where((form.column_upper[places] > 1) & (whole > 0), room, 0.0)
    apart = np.where(whole < FEW, few, np.ceil(NEIGHBOURHOOD_FRACTION * whole))
    lower, upper = form.column_lower.copy(), form.column_upper.copy()
    lower[places] = np.maximum(lower[places], np.floor(whole - apart).min(axis=0))
    upper[places] = np.minimum(upper[places], np.ceil(whole + apart).max(axis=0))
    return dataclasses.replace(form, column_lower=lower, column_upper=upper)


def counts_of(form: StandardForm, values: Array) -> dict[str, float]:
    """Counts of a plan by name of their column.

    Parameters
    ----------
    form : StandardForm
        The model that it is a plan of.
    values : ndarray
        The plan, by column.
    """
    return {form.columns.name(i): float(round(values[i])) for i in np.flatnonzero(form.integral).tolist()}


def values_of(form: StandardForm, counts: Mapping[str, float]) -> Array:
    """Return a plan by column, with its counts only: the solver works out the rest.

    Parameters
    ----------
    form : StandardForm
        The model.
    counts : mapping of str to float
        Counts by name of their column; none of what is not named.
    """
    values = np.zeros(len(form.columns))
    for place in np.flatnonzero(form.integral).tolist():
        values[place] = counts.get(form.columns.name(place), 0.0)
    return values
