"""An earlier plan as the start of a search: its decisions, found again by name and key in a new model."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siting.case.case import Array, Case, Field
from siting.case.solution import Solution
from siting.plan.cautions import Caution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siting.models.assembly.model import Model

LEAST = 1e-6
"""Value below which a decision is none."""

NAMED_AXES = ("site", "cooling", "rack", "contract")
"""Axes whose lost members a reader is told of."""


@dataclasses.dataclass(frozen=True)
class Earlier:
    """What was solved before.

    Parameters
    ----------
    case : Case
        Its numbers.
    solution : Solution
        What was decided.
    """

    case: Case
    solution: Solution


def warm_start(earlier: Earlier, model: Model) -> Array:
    """Find an earlier plan's decisions again in a new model.

    Parameters
    ----------
    earlier : Earlier
        Solved before, of the same study or of one like it.
    model : Model
        The new model, of all or of some sites.

    Returns
    -------
    ndarray
        Value of each column; zero where the earlier plan says nothing. It may break rows of the new model: the
        solver keeps its whole decisions and works out the rest, or drops it.
    """
    from siting.models.assembly.model import ModelOfFutures

    old, form = earlier.solution.decisions, model.form
    values = np.zeros(len(form.columns))
    if isinstance(model, ModelOfFutures):
        for part, at in zip(model.parts, model.stacked.places, strict=True):
            values[at] = warm_start(earlier, part)
        return values
    for name, (variable, axes) in model.assembly.variables.items():
        if name not in old or old[name].axes != axes:
            continue
        places, known = [], np.ones(variable.over.size, dtype=bool)
        for axis, along in zip(axes, variable.over.places(), strict=True):
            position = {member: i for i, member in enumerate(earlier.case.axes[axis])}
            before = np.array([position.get(member, -1) for member in model.case.axes[axis]], dtype=np.intp)[along]
            places.append(before)
            known &= before >= 0
        if known.any():  # else an axis of one of the two may be empty
            values[form.columns.of(name)] = np.where(known, old[name].values[tuple(places)], 0.0)
    values = np.where(form.integral, np.round(values), values)
    clipped: Array = np.clip(values, form.column_lower, form.column_upper)
    return clipped


def used_sites(earlier: Earlier, case: Case) -> npt.NDArray[np.bool_]:
    """Which sites of a case an earlier plan opens at some time."""
    is_open = earlier.solution.decisions["open_count"].values.max(axis=1) > LEAST
    opened = {site for site, used in zip(earlier.case.axes["site"], is_open.tolist(), strict=True) if used}
    return np.array([site in opened for site in case.axes["site"]])


def cautions_of_start(earlier: Earlier, case: Case) -> tuple[Caution, ...]:
    """What a reader must know: members that the earlier plan uses and the new case does not have."""
    lost = _lost(earlier.case, case, earlier.solution.decisions)
    return (Caution("start_lost", {"members": ", ".join(lost)}),) if lost else ()


def _lost(earlier: Case, case: Case, decisions: Mapping[str, Field]) -> tuple[str, ...]:
    """Those members, as in ``site us-48113``."""
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
