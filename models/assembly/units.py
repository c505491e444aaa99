"""Pyomo units of the model's names, for checking that a ledger adds like to like.

Units are read from the suffix of a name, so a name cannot say one thing and its unit another. They are
only put on variables and parameters in tests: they cost build time and change no number.
"""

from __future__ import annotations

import functools
from typing import Any

import pyomo.environ as pyo

from siting.models.compiler.algebra import Datum
from siting.quantities import DEFINITIONS, pyomo_unit


def unit_of(name: str) -> Datum:
    """Return the Pyomo unit of a name, from its suffix.

    Raises
    ------
    ValueError
        If the suffix is not in the closed set of `siting.quantities`.
    """
    units = _registry()
    text = pyomo_unit(name)
    expression: Any = 1
    for factor in text.split("*"):
        numerator, *denominators = factor.split("/")
        if numerator not in ("", "1"):
            expression = expression * getattr(units, numerator)
        for denominator in denominators:
            expression = expression / getattr(units, denominator)
    unit: Datum = expression if text not in ("", "1") else units.dimensionless
    return unit


@functools.cache
def _registry() -> Any:
    """Pyomo's units, with those that it lacks."""
    pyo.units.load_definitions_from_strings(list(DEFINITIONS))
    return pyo.units
