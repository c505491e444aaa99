"""Numbers that no solver takes, told by the inputs that they come from, before the model is handed over.

HiGHS refuses coefficients that are infinite or above 1e15 without saying which, takes costs and sides of 1e20 for
infinite, and drops coefficients below 1e-9 without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from siting.case.case import Array, Case
from siting.case.field_inputs import problem_of
from siting.models.compiler.members import Member
from siting.problems import InputError, Problem

if TYPE_CHECKING:
    from siting.models.assembly.assembly import Assembly
    from siting.models.assembly.labels import Labels
    from siting.models.assembly.standard_form import StandardForm

__all__ = ["refuse_unsound"]

LARGEST = 1e15
SMALLEST = 1e-9
INFINITE = 1e20
"""HiGHS's limits: of coefficients, of those that it keeps, and of costs and sides that are numbers."""

NEGLIGIBLE = 1e-6
"""What a row may be off by in HiGHS: a coefficient whose term stays below, at the most of its column, is no loss."""


LARGEST_VALUE = 1e6
"""Stands for the most of a column without a bound: 1e6 MW are more than all data centres of the world draw."""


class Wrong(NamedTuple):
    """A number that cannot be handed over: what it is, what is wrong with it, and whose it is."""

    value: float
    told: str
    limit: str
    labels: tuple[tuple[Labels, int], ...]


def refuse_unsound(form: StandardForm, assembly: Assembly) -> None:
    """Refuse a model with a number that the solver cannot take, or would drop.

    Parameters
    ----------
    form : StandardForm
        The model as arrays.
    assembly : Assembly
        What it was made of.

    Raises
    ------
    InputError
        Names the first such number of each kind, and the inputs that it comes from.
    """
    wrong = list(_wrong(form))
    if wrong:
        raise InputError(_problem(found, assembly) for found in wrong)


def _wrong(form: StandardForm) -> Iterator[Wrong]:
    """Find the worst coefficient, cost, side and bound, if they are wrong."""
    size = np.abs(form.matrix.data)
    for place in _worst(size, ~(size <= LARGEST)):
        yield _entry(form, place, f"it should be at most {LARGEST:g}")
    for place in _lost(form, size):
        yield _entry(form, place, f"below {SMALLEST:g} it would be dropped")
    cost = np.abs(form.cost)
    for place in _worst(cost, ~(cost < INFINITE)):
        yield Wrong(form.cost[place], "the cost", f"it should be below {INFINITE:g}", ((form.columns, place),))
    for labels, lower, upper, told in (
        (form.rows, form.row_lower, form.row_upper, "a side"),
        (form.columns, form.column_lower, form.column_upper, "a bound"),
    ):
        for side, open_end in ((lower, -np.inf), (upper, np.inf)):
            for place in _worst(np.abs(side), ~((np.abs(side) < INFINITE) | (side == open_end))):
                yield Wrong(side[place], told, f"it should be below {INFINITE:g}", ((labels, place),))


def _lost(form: StandardForm, size: Array) -> list[int]:
    """Place of the least coefficient that would be dropped and is no rounding; empty if there is none.

    It is rounding where its term can be no larger than what a row may be off by, or where its column has a coefficient
    to speak of in the same constraint, as the sun's output has at noon when it has a billionth of that at dusk.
    """
    small = np.flatnonzero((size > 0) & (size < SMALLEST))
    if not small.size:
        return []
    column = _column_of(form, small)
    reach = np.maximum(np.abs(form.column_lower), np.abs(form.column_upper))[column]
    reach[np.isinf(reach)] = LARGEST_VALUE
    small, column = (places[size[small] * reach > NEGLIGIBLE] for places in (small, column))
    if not small.size:
        return []
    columns, of_small = np.unique(column, return_inverse=True)
    beside = form.matrix[:, columns].tocoo()
    constraint = form.rows.ranges_of()
    greatest = np.zeros((int(constraint.max()) + 1, len(columns)))
    np.maximum.at(greatest, (constraint[beside.row], beside.col), np.abs(beside.data))
    lost = small[greatest[constraint[form.matrix.indices[small]], of_small] < SMALLEST]
    return [int(place) for place in lost[np.argsort(size[lost], kind="stable")[:1]]]


def _worst(size: Array, is_wrong: npt.NDArray[np.bool_]) -> list[int]:
    """Place of the greatest of the wrong numbers, or of one that is none; empty if all are right."""
    places = np.flatnonzero(is_wrong)
    return [int(places[np.argmax(np.nan_to_num(size[places], nan=np.inf))])] if places.size else []


def _column_of(form: StandardForm, places: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    return np.searchsorted(form.matrix.indptr, places, side="right") - 1


def _entry(form: StandardForm, place: int, limit: str) -> Wrong:
    row, column = int(form.matrix.indices[place]), int(_column_of(form, np.array([place]))[0])
    return Wrong(form.matrix.data[place], "the coefficient", limit, ((form.columns, column), (form.rows, row)))


def _problem(wrong: Wrong, assembly: Assembly) -> Problem:
    """Name the number, and of what its components read, what is most to blame for it."""
    names = " in ".join(labels.name(place) for labels, place in wrong.labels)
    message = f"the solver cannot take {wrong.value:g}, {wrong.told} of {names}: {wrong.limit}"
    members: dict[str, Member] = {}
    for labels, place in wrong.labels:
        members.update(labels.members(place))
    read = dict.fromkeys(name for block in _speakers(wrong, assembly) for name in assembly.read_by(block))
    sign = -1 if abs(wrong.value) < SMALLEST else 1
    found = [extreme for name in read for extreme in _extreme(assembly.case, name, members, sign)]
    if not found:
        return Problem(assembly.case.study.file_name(), 0, "", message)
    _, name, value = max(found)
    return problem_of(assembly.case, name, f"{message}; it comes from {name} of {value:g}")


def _speakers(wrong: Wrong, assembly: Assembly) -> list[str]:
    """Return the components that may have said the number: those that declare, and those that post to the ledger."""
    declared = [labels.declared(place) for labels, place in wrong.labels]
    ledgers = [name.removesuffix("_closes") for block, name in declared if block == "ledgers"]
    if wrong.told == "the cost":
        ledgers.append("cost_usd_per_yr")
    return [block for block, _ in declared] + [
        term.component for name in ledgers for term in assembly.ledgers[name].terms
    ]


def _extreme(case: Case, name: str, members: dict[str, Member], sign: int) -> list[tuple[float, str, float]]:
    """Return the largest or, by a negative sign, smallest value of a field at some members, after its magnitude."""
    field = case.fields[name]
    at = tuple(case.axes[axis].index(members[axis]) if axis in members else slice(None) for axis in field.axes)
    values = field.values[at].ravel()
    values = values[values != 0]
    if not values.size:
        return []
    with np.errstate(invalid="ignore"):
        size = np.nan_to_num(sign * np.log10(np.abs(values)), nan=-np.inf)  # NaN means that nothing is offered there
    place = int(np.argmax(size))
    return [(float(size[place]), name, float(values[place]))]
