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

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.core.base.constraint import ConstraintData
from pyomo.repn import generate_standard_repn

from siting.case.case import Array
from siting.models.compiler.algebra import INFEASIBLE, SKIP, Amount, Relation, RelationRule, TermRule
from siting.models.compiler.entries import Entries, Part, merged
from siting.models.compiler.expressions import Between, Linear, Place, Space, data_of
from siting.models.compiler.members import Floats, Index, RefusedError

Where = tuple[slice | int, ...]
"""A piece of an index, by its factors: all of one, or one of its members."""

BoundsRule = Callable[[tuple[Place, ...]], tuple[Floats | None, Floats | None]]

Scalar = TypeVar("Scalar", bound=np.generic)

REFUSALS = (TypeError, ValueError, KeyError)
"""Errors by which a rule shows that it needs its members one by one."""


def evaluate(rule: TermRule | RelationRule, index: Index, space: Space, *, relations: bool) -> Entries:
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
    axes = _axes(index)
    for count in range(len(axes), -1, -1):
        for together in sorted(itertools.combinations(axes, count), key=lambda way: _calls(index, way)):
            gathered = _Gathered(index, relations)
            try:
                for where, shape, members in _pieces(index, together):
                    with space.open(shape):
                        gathered.add(where, rule(*members))
            except REFUSALS:
                continue
            return gathered.entries()
    gathered = _Gathered(index, relations)
    for number, single in enumerate(index):
        gathered.add_plain(number, rule(*single))
    return gathered.entries()


def bounds_over(rule: BoundsRule, index: Index, space: Space) -> tuple[Array, Array]:
    """Evaluate a rule of a variable's bounds over its whole index.

    Parameters
    ----------
    rule : callable
        Takes a key; returns the least and the most, None for none.
    index : Index
        Where to evaluate it.
    space : Space
        Of the model.
    """
    lower, upper = np.empty(index.shape), np.empty(index.shape)
    try:
        for where, shape, members in _pieces(index, _axes(index)):
            with space.open(shape):
                lower[where], upper[where] = _bounds(*rule(tuple(members)))
    except REFUSALS:
        for number, key in enumerate(index):
            lower.flat[number], upper.flat[number] = _bounds(*rule(key))
    return lower.ravel(), upper.ravel()


def _bounds(least: Floats | None, most: Floats | None) -> tuple[Floats, Floats]:
    """Bounds with infinity for none."""
    return -np.inf if least is None else least, np.inf if most is None else most


def _axes(index: Index) -> list[int]:
    """Which factors can be taken whole; one that has a single member is no more than that."""
    return [place for place, factor in enumerate(index.factors) if factor.axes and len(factor) > 1]


def _calls(index: Index, together: Sequence[int]) -> int:
    """How often a rule is called if some factors are taken whole."""
    return math.prod(count for place, count in enumerate(index.shape) if place not in together)


def _pieces(index: Index, together: Sequence[int]) -> Iterator[tuple[Where, tuple[int, ...], list[Place]]]:
    """Cut an index into pieces: all members of some factors at once, one member of each of the others.

    A factor of a single member is a dimension of size one, and its member stands for itself.
    """
    along = [place for place, factor in enumerate(index.factors) if place in together or len(factor) == 1]
    shape = tuple(index.shape[place] for place in along)
    choices: list[list[tuple[slice | int, tuple[Place, ...]]]] = []
    for place, factor in enumerate(index.factors):
        if place in together:
            choices.append([(slice(None), factor.several(tuple(-1 if place == other else 1 for other in along)))])
        elif place in along:
            choices.append([(slice(None), factor.keys[0])])
        else:
            choices.append([(number, key) for number, key in enumerate(factor.keys)])
    for chosen in itertools.product(*choices):
        yield tuple(where for where, _ in chosen), shape, [part for _, parts in chosen for part in parts]


class _Gathered:
    """Entries, as they are found piece by piece."""

    def __init__(self, index: Index, relations: bool) -> None:
        self._relations = relations
        self._index = index
        self._parts: list[Part] = []
        self._present: npt.NDArray[np.bool_] = np.broadcast_to(np.False_, index.shape)
        self._constant: Array = np.broadcast_to(0.0, index.shape)
        self._lower: Array = np.broadcast_to(-np.inf, index.shape)
        self._upper: Array = np.broadcast_to(np.inf, index.shape)

    def add(self, where: Where, found: Amount | Relation) -> None:
        """Take what a rule gave at a piece of the index."""
        if _says_nothing(found):
            return
        self._present = _with(self._present, where, True)
        if isinstance(found, Between) != self._relations:
            raise RefusedError(f"the rule returns a {type(found).__name__}")
        if isinstance(found, Between):
            if found.lower is not None:
                self._lower = _with(self._lower, where, _finite(found.lower))
            if found.upper is not None:
                self._upper = _with(self._upper, where, _finite(found.upper))
            found = found.body
        if not isinstance(found, Linear):
            found = Linear((), data_of(found))
        self._constant = _with(self._constant, where, _finite(found.constant))
        numbers = self._index.numbers
        if any(not isinstance(part, slice) for part in where):
            numbers = numbers[where]
        self._parts += [Part(numbers, term.column, _finite(term.coefficient), term.counts) for term in found.terms]

    def add_plain(self, number: int, found: Amount | Relation) -> None:
        """Take what a rule gave at one key, in Pyomo's own expressions."""
        if _says_nothing(found):
            return
        where = tuple(int(place) for place in np.unravel_index(number, self._index.shape))
        self._present = _with(self._present, where, True)
        body = found
        if self._relations:
            lower, body, upper = ConstraintData(expr=found).to_bounded_expression(evaluate_bounds=True)
            self._lower = _with(self._lower, where, -np.inf if lower is None else lower)
            self._upper = _with(self._upper, where, np.inf if upper is None else upper)
        repn = generate_standard_repn(body, compute_values=True)
        if not repn.is_linear():
            raise ValueError(f"this is not linear: {body}")
        self._constant = _with(self._constant, where, repn.constant)
        columns = [data.parent_component().column(data.index()) for data in repn.linear_vars]
        coefficients = np.array(repn.linear_coefs, dtype=float)
        self._parts.append(Part(np.array(number, dtype=np.int32), np.array(columns, dtype=np.int32), coefficients))

    def entries(self) -> Entries:
        """All of it."""
        return Entries(
            self._index.numbers, merged(self._parts), self._present, self._constant, self._lower, self._upper
        )


def _with(known: npt.NDArray[Scalar], where: Where, value: Floats) -> npt.NDArray[Scalar]:
    """Put something in at a piece of an index; over the whole of it, it stays as it is and broadcasts."""
    if all(isinstance(part, slice) for part in where):
        return np.broadcast_to(value, known.shape)
    own = known if known.flags.writeable else known.copy()
    own[where] = value
    return own


def _says_nothing(found: object) -> bool:
    """Whether a rule returned Pyomo's word for no constraint."""
    if found is INFEASIBLE:
        raise InfeasibleConstraintException("a rule says that nothing can satisfy it")
    return found is SKIP or found is pyo.Constraint.Feasible


def _finite(values: Floats) -> Floats:
    if np.isnan(values).any():
        raise RefusedError("a coefficient is missing")
    return values
