"""An earlier plan as the start of a search: its decisions, found again by name and key in a new model."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from siting.case import Array, Case, Field
from siting.cautions import Caution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siting.models.assembly import Assembly
    from siting.models.standard_form import StandardForm
    from siting.plan import Plan

LEAST = 1e-6
"""Value below which a decision is none."""

NAMED_AXES = ("site", "cooling", "rack", "contract")
"""Axes whose lost members a reader is told of."""


@dataclasses.dataclass(frozen=True)
class Start:
    """Where a search begins.

    Parameters
    ----------
    values : ndarray
        Value of each column of the new model; zero where the earlier plan says nothing. It may break rows
        of the new model: the solver keeps its whole decisions and works out the rest, or drops it.
    lost : tuple of str
        What the earlier plan uses and the new model does not have, as in ``site us-48113``.
    """

    values: Array
    lost: tuple[str, ...]

    def cautions(self) -> tuple[Caution, ...]:
        """What a reader must know."""
        return (Caution("start_lost", {"members": ", ".join(self.lost)}),) if self.lost else ()


def start_from(earlier: Plan, assembly: Assembly, form: StandardForm) -> Start:
    """Find an earlier plan's decisions again in a new model.

    Parameters
    ----------
    earlier : Plan
        Solved before, of the same study or of one like it.
    assembly : Assembly
        The new model.
    form : StandardForm
        The same, as arrays.
    """
    old = earlier.solution.decisions
    values = np.zeros(len(form.columns))
    for name, (variable, axes) in assembly.variables.items():
        if name not in old or old[name].axes != axes:
            continue
        places, known = [], np.ones(variable.over.size, dtype=bool)
        for axis, along in zip(axes, variable.over.places(), strict=True):
            position = {member: i for i, member in enumerate(earlier.case.axes[axis])}
            before = np.array([position.get(member, -1) for member in assembly.case.axes[axis]])[along]
            places.append(before)
            known &= before >= 0
        values[form.columns.of(name)] = np.where(known, old[name].values[tuple(places)], 0.0)
    values = np.where(form.integral, np.round(values), values)
    return Start(np.clip(values, form.column_lower, form.column_upper), _lost(earlier.case, assembly.case, old))


def _lost(earlier: Case, case: Case, decisions: Mapping[str, Field]) -> tuple[str, ...]:
    """Members that the earlier plan uses and the new case does not have."""
    lost = []
    for axis in NAMED_AXES:
        used = np.zeros(len(earlier.axes[axis]), dtype=bool)
        for field in decisions.values():
            if axis in field.axes:
                others = tuple(i for i, name in enumerate(field.axes) if name != axis)
                used |= np.abs(field.values).max(axis=others, initial=0.0) > LEAST
        for member, is_used in zip(earlier.axes[axis], used.tolist(), strict=True):
            if is_used and member not in case.axes[axis]:
                lost.append(f"{axis} {member}")
    return tuple(lost)
