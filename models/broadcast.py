"""Rules evaluated over a whole index at once.

A rule of a constraint or of a posted term says what holds at one key: ``draw[s, y, h] <= connection[s, y]``.
Pyomo calls it key by key and builds an expression object each time: on a model of 250,000 rows that takes a
minute. Here the same rule is called once, with all members of an axis in place of one (`Several`). Numbers
are then looked up as numpy arrays, variables as arrays of column numbers, and the arithmetic of the rule
gives the coefficients of all its rows at once (`Linear`).

A rule need not know of this. What cannot be said of many members at once (a comparison of members, a
dictionary keyed by them, a condition on data) is refused by an error, never answered wrongly; the axis in
question is then taken member by member. What is refused even so goes through Pyomo's own expressions.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.core.base.constraint import ConstraintData
from pyomo.repn import generate_standard_repn

from siting.case import Array
from siting.models.expressions import Linear, Relation, Rule, Space, data_of
from siting.models.members import Index, Positions, RefusedError, several

REFUSALS = (TypeError, ValueError, KeyError)
"""Errors by which a rule shows that it needs its members one by one."""


@dataclasses.dataclass(frozen=True)
class Entries:
    """What a rule gives over a whole index: sparse rows, each with a constant and, for constraints, its sides.

    Parameters
    ----------
    row : ndarray of int
        Number, within the index, of each entry's key.
    column : ndarray of int
        Column of each entry.
    coefficient : ndarray
        Coefficient of each entry.
    present : ndarray of bool
        At which keys the rule gives anything; by number.
    constant, lower, upper : ndarray
        Constant and sides, by number.
    """

    row: Positions
    column: Positions
    coefficient: Array
    present: npt.NDArray[np.bool_]
    constant: Array
    lower: Array
    upper: Array


def evaluate(rule: Rule, index: Index, space: Space, *, relations: bool) -> Entries:
    """Evaluate a rule over a whole index, in as few calls as it allows.

    Parameters
    ----------
    rule : callable
        Takes a key; returns an expression, or a relation between expressions or Pyomo's word for none.
    index : Index
        Where to evaluate it.
    space : Space
        Shared with the variables that the rule names.
    relations : bool
        Whether the rule is a constraint's, and returns relations.

    Raises
    ------
    InfeasibleConstraintException
        If the rule says that nothing can satisfy it.
    """
    if index.size == 0:
        return _Gathered(index, relations).entries()
    axes = [place for place, factor in enumerate(index.factors) if factor.axes and len(factor) > 1]
    for count in range(len(axes), -1, -1):
        for together in sorted(itertools.combinations(axes, count), key=lambda way: _calls(index, way)):
            gathered = _Gathered(index, relations)
            try:
                for numbers, shape, members in _pieces(index, together):
                    with space.open(shape):
                        gathered.add(numbers, shape, rule(*members))
            except REFUSALS:
                continue
            return gathered.entries()
    gathered = _Gathered(index, relations)
    for number, single in enumerate(index):
        gathered.add_plain(number, rule(*single))
    return gathered.entries()


def _calls(index: Index, together: Sequence[int]) -> int:
    """How often a rule is called if some factors are taken whole."""
    return math.prod(count for place, count in enumerate(index.shape) if place not in together)


def _pieces(index: Index, together: Sequence[int]) -> Iterator[tuple[Positions, tuple[int, ...], list[Any]]]:
    """Cut an index into pieces: all members of some factors at once, one member of each of the others."""
    shape = tuple(index.shape[place] for place in together)
    every = np.arange(index.size, dtype=np.int32).reshape(index.shape)
    choices: list[list[tuple[Any, tuple[Any, ...]]]] = []
    for place, factor in enumerate(index.factors):
        if place in together:
            along = tuple(-1 if place == other else 1 for other in together)
            choices.append([(slice(None), several(factor, along))])
        else:
            choices.append([(number, key) for number, key in enumerate(factor.keys)])
    for chosen in itertools.product(*choices):
        numbers = every[tuple(where for where, _ in chosen)]
        yield np.ravel(numbers), shape, [part for _, parts in chosen for part in parts]


class _Gathered:
    """Entries, as they are found piece by piece."""

    def __init__(self, index: Index, relations: bool) -> None:
        self._relations = relations
        self._rows: list[Positions] = []
        self._columns: list[Positions] = []
        self._coefficients: list[Array] = []
        self._present = np.zeros(index.size, dtype=bool)
        self._constant = np.zeros(index.size)
        self._lower = np.full(index.size, -np.inf)
        self._upper = np.full(index.size, np.inf)

    def add(self, numbers: Positions, shape: tuple[int, ...], found: Any) -> None:
        """Take what a rule gave over the given numbers."""
        if _says_nothing(found):
            return
        self._present[numbers] = True
        if isinstance(found, Relation) != self._relations:
            raise RefusedError(f"the rule returns a {type(found).__name__}")
        if isinstance(found, Relation):
            for side, value in ((self._lower, found.lower), (self._upper, found.upper)):
                if value is not None:
                    side[numbers] = _finite(np.broadcast_to(value, shape).ravel())
            found = found.body
        if not isinstance(found, Linear):
            found = Linear((), data_of(found))
        self._constant[numbers] = _finite(np.broadcast_to(found.constant, shape).ravel())
        for coefficient, column in found.terms:
            full = np.broadcast_shapes(np.shape(coefficient), np.shape(column), shape)
            self._coefficients.append(_finite(np.broadcast_to(coefficient, full).ravel()))
            self._columns.append(np.broadcast_to(column, full).ravel().astype(np.int32))
            self._rows.append(np.broadcast_to(numbers.reshape(shape), full).ravel())

    def add_plain(self, number: int, found: Any) -> None:
        """Take what a rule gave at one key, in Pyomo's own expressions."""
        if _says_nothing(found):
            return
        self._present[number] = True
        body = found
        if self._relations:
            lower, body, upper = ConstraintData(expr=found).to_bounded_expression(evaluate_bounds=True)
            self._lower[number] = -np.inf if lower is None else lower
            self._upper[number] = np.inf if upper is None else upper
        repn = generate_standard_repn(body, compute_values=True)
        if not repn.is_linear():
            raise ValueError(f"this is not linear: {body}")
        self._constant[number] = repn.constant
        columns = [data.parent_component().column(data.index()) for data in repn.linear_vars]
        self._columns.append(np.array(columns, dtype=np.int32))
        self._coefficients.append(np.array(repn.linear_coefs, dtype=float))
        self._rows.append(np.full(len(columns), number, dtype=np.int32))

    def entries(self) -> Entries:
        """All of it, without coefficients of zero."""
        row = np.concatenate([np.zeros(0, dtype=np.int32), *self._rows])
        column = np.concatenate([np.zeros(0, dtype=np.int32), *self._columns])
        coefficient = np.concatenate([np.zeros(0), *self._coefficients])
        kept = coefficient != 0
        if not kept.all():
            row, column, coefficient = row[kept], column[kept], coefficient[kept]
        return Entries(row, column, coefficient, self._present, self._constant, self._lower, self._upper)


def _says_nothing(found: Any) -> bool:
    """Whether a rule returned Pyomo's word for no constraint."""
    if found is pyo.Constraint.Infeasible:
        raise InfeasibleConstraintException("a rule says that nothing can satisfy it")
    return found is pyo.Constraint.Skip or found is pyo.Constraint.Feasible


def _finite(values: Array) -> Array:
    if np.isnan(values).any():
        raise RefusedError("a coefficient is missing")
    return values
