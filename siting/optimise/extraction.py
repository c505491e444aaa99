"""From the values of a model's columns to plain arrays and tables, over the case's axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.case.case import Array, Field
from siting.case.solution import PRINTED_LEDGERS, Solution

if TYPE_CHECKING:
    from siting.models.assembly.assembly import Assembly
    from siting.models.assembly.ledgers import Ledger
    from siting.models.compiler.expressions import Variable


def extract(assembly: Assembly, values: Array) -> Solution:
    """Read all decisions, and the terms of the ledgers that a plan keeps.

    Parameters
    ----------
    assembly : Assembly
        The whole model.
    values : ndarray
        A plan, by column.
    """
    decisions = decisions_of(assembly, values)
    is_open = decisions["open_count"].values > 0 if "open_count" in decisions else None
    rows: list[dict[str, str]] = []
    printed: dict[str, Field] = {}
    for name in PRINTED_LEDGERS:
        ledger = assembly.ledgers[name]
        arrays = terms_over_axes(assembly, ledger, values)
        for term in ledger.terms:
            array = arrays[term.name]
            if is_open is not None:
                array = array * is_open.reshape(is_open.shape + (1,) * (array.ndim - 2))
            printed[f"{name}/{term.name}"] = Field(ledger.axes, _clean(array))
            rows.append(
                {
                    "ledger": name,
                    "component": term.component,
                    "term": term.label,
                    "payer": term.payer,
                    "receiver": term.receiver,
                }
            )
    return Solution(decisions, pd.DataFrame(rows), printed)


def decisions_of(assembly: Assembly, values: Array) -> dict[str, Field]:
    """Read every variable over its axes; zero where the model has no such combination."""
    return {
        name: Field(axes, _clean(_decision(assembly, variable, values)))
        for name, (variable, axes) in assembly.variables.items()
    }


def terms_over_axes(assembly: Assembly, ledger: Ledger, values: Array) -> dict[str, Array]:
    """Value of each term of a ledger over the ledger's axes, by the term's full name."""
    from siting.models.assembly.compilation import terms_of, values_of

    shape = tuple(len(assembly.case.axes[axis]) for axis in ledger.axes)
    places = ledger.index.places()
    arrays = {}
    for name, entries in terms_of(assembly, ledger).items():
        arrays[name] = np.zeros(shape)
        arrays[name][places] = values_of(entries, values)
    return arrays


def _decision(assembly: Assembly, variable: Variable, values: Array) -> Array:
    """Values of one variable over its axes."""
    own = values[variable.first_column : variable.first_column + variable.over.size]
    array = np.zeros(tuple(len(assembly.case.axes[axis]) for axis in variable.over.axes))
    array[variable.over.places()] = np.round(own) if variable.is_whole else own
    return array


def _clean(array: Array) -> Array:
    """Turn -0.0 into 0.0."""
    cleaned: Array = array + 0.0
    return cleaned
