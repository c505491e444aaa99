"""From a solved assembly to plain arrays and tables: the one place that reads values out of Pyomo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.case import Array, Case, Field
from siting.solution import PRINTED_LEDGERS, Solution

if TYPE_CHECKING:
    from siting.models.assembly import Assembly, Ledger


def extract(assembly: Assembly) -> Solution:
    """Read all decisions, and the terms of the ledgers that a plan keeps."""
    case = assembly.case
    decisions = decisions_of(assembly)
    rows: list[dict[str, str]] = []
    values: dict[str, Field] = {}
    for name in PRINTED_LEDGERS:
        ledger = assembly.ledgers[name]
        arrays = _terms(case, ledger, decisions)
        for term in ledger.terms:
            values[f"{name}/{term.name}"] = Field(ledger.axes, arrays[term.name])
            rows.append(
                {
                    "ledger": name,
                    "component": term.component,
                    "term": term.label,
                    "payer": term.payer,
                    "receiver": term.receiver,
                }
            )
    return Solution(decisions, pd.DataFrame(rows), values)


def decisions_of(assembly: Assembly) -> dict[str, Field]:
    """Read every variable over its axes; zero where the model has no such combination."""
    return {name: _decision(assembly.case, *declared) for name, declared in assembly.variables.items()}


def _decision(case: Case, variable: object, axes: tuple[str, ...]) -> Field:
    """Values of one variable over its axes."""
    array = np.zeros(tuple(len(case.axes[axis]) for axis in axes))
    positions = _positions(case, axes)
    for key, data in variable.items():  # type: ignore[attr-defined]
        members = key if isinstance(key, tuple) else (key,)
        place = tuple(position[member] for position, member in zip(positions, members, strict=True))
        value = 0.0 if data.value is None else data.value
        array[place] = round(value) if data.is_integer() or data.is_binary() else value
    return Field(axes, _clean(array))


def _terms(case: Case, ledger: Ledger, decisions: Mapping[str, Field]) -> dict[str, Array]:
    """Value of each term of a ledger at open sites."""
    import pyomo.environ as pyo

    shape = tuple(len(case.axes[axis]) for axis in ledger.axes)
    arrays = {term.name: np.zeros(shape) for term in ledger.terms}
    positions = _positions(case, ledger.axes)
    is_open = decisions["open_count"].values if "open_count" in decisions else None
    for key in ledger.keys:
        place = tuple(position[member] for position, member in zip(positions, key, strict=True))
        if is_open is not None and not is_open[place[0], place[1]]:
            continue
        for term in ledger.terms:
            arrays[term.name][place] = pyo.value(term.rule(*key))
    return {name: _clean(array) for name, array in arrays.items()}


def _positions(case: Case, axes: tuple[str, ...]) -> list[dict[str | int, int]]:
    return [{member: i for i, member in enumerate(case.axes[axis])} for axis in axes]


def _clean(array: Array) -> Array:
    """Turn -0.0 into 0.0."""
    cleaned: Array = array + 0.0
    return cleaned
