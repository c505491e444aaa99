"""An assembly, compiled by its rules to a standard form."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
import scipy.sparse
from pyomo.common.errors import InfeasibleConstraintException

from siting.case.case import Array
from siting.models.assembly.assembly import Assembly
from siting.models.assembly.labels import LabelRange, Labels
from siting.models.assembly.ledgers import Ledger, Scope, Sense
from siting.models.assembly.soundness import refuse_unsound
from siting.models.assembly.standard_form import StandardForm
from siting.models.compiler.algebra import Block, Declared, RelationRule
from siting.models.compiler.broadcast import bounds_over, evaluate
from siting.models.compiler.entries import Entries, Part, merged, written
from siting.models.compiler.expressions import Space, Variable
from siting.models.compiler.members import Index, Positions
from siting.quantities import COST_SCALE

ROW_ROUNDING = 1e-9
"""Rounding that a row without variables may have."""


def compile_assembly(assembly: Assembly, *, of_more: bool = False) -> StandardForm:
    """Turn an assembly into arrays, by its rules.

    Parameters
    ----------
    assembly : Assembly
        The model. Variables that have been fixed become columns with equal bounds.
    of_more : bool
        Whether the assembly has only some sites of a larger model: a row without variables that cannot hold is
        kept then, since the columns of other sites may stand in it.

    Raises
    ------
    InfeasibleConstraintException
        If a row without variables cannot hold.
    InputError
        If a number is none that the solver takes.
    """
    columns = _columns(assembly)
    lower, upper, integral = _bounds(assembly)
    cost, offset = _objective(assembly)  # first, as the constraints then use its memory again
    rows: list[LabelRange] = []
    parts: list[Part] = []
    count = 0
    constraints = _constraints(assembly)
    sides = np.empty((2, sum(entries.numbers.size for *_, entries in constraints)))
    for scope, block, name, index, entries in constraints:
        numbers, placed = _rows(entries, f"{block}.{name}", count, sides[:, count:], keep_broken=of_more)
        rows.append(LabelRange(block, name, scope, index, numbers, count))
        parts += placed
        count += len(numbers)
    row, column, coefficient = written(parts)
    matrix = scipy.sparse.csc_matrix((coefficient, (row, column)), shape=(count, assembly.column_count))
    form = StandardForm(
        matrix=matrix,
        row_lower=sides[0, :count],
        row_upper=sides[1, :count],
        column_lower=lower,
        column_upper=upper,
        cost=cost * COST_SCALE,
        offset=offset * COST_SCALE,
        integral=integral,
        rows=Labels(tuple(rows), np.arange(count, dtype=np.int32)),
        columns=columns,
    )
    refuse_unsound(form, assembly)
    return form


def terms_of(assembly: Assembly, ledger: Ledger) -> dict[str, Entries]:
    """Every term of a ledger over the ledger's whole index, by the term's full name."""
    return {term.name: evaluate(term.rule, ledger.index, assembly.space, relations=False) for term in ledger.terms}


def values_of(entries: Entries, values: Array) -> Array:
    """Value of a term at every key of its index, at given values of the columns."""
    number, column, coefficient = written(entries.parts)
    found = np.bincount(number, coefficient * values[column], minlength=entries.numbers.size)
    return entries.constant.ravel() + found


def _rows(entries: Entries, name: str, first: int, sides: Array, *, keep_broken: bool) -> tuple[Positions, list[Part]]:
    """Keep the keys at which there is something to hold.

    Parameters
    ----------
    entries : Entries
        What a constraint's rule gives.
    name : str
        Of the constraint.
    first : int
        Row of the first key that is kept.
    sides : ndarray, (2, row from the first)
        Where to write the lower and the upper sides.
    keep_broken : bool
        Whether to keep a row without variables that cannot hold.

    Returns
    -------
    numbers : ndarray of int
        Numbers of the keys that are kept.
    parts : list of Part
        The entries, by row of the whole model.
    """
    size = entries.numbers.size
    for written_side, side in zip(sides, (entries.lower, entries.upper), strict=True):
        np.subtract(side, entries.constant, out=written_side[:size].reshape(side.shape))
    parts = [part.filled() for part in entries.parts]
    if any(part.number is entries.numbers for part in parts):  # each key has an entry, and a row
        return entries.numbers.ravel(), [dataclasses.replace(part, first=first) for part in parts]
    filled = np.zeros(size, dtype=bool)
    for part in parts:
        filled[part.number] = True
    lower, upper = sides[:, :size]
    broken = entries.present.ravel() & ~filled & ((lower > ROW_ROUNDING) | (upper < -ROW_ROUNDING))
    if broken.any() and not keep_broken:
        raise InfeasibleConstraintException(f"no variable stands in a row of {name}, which cannot hold")
    numbers = np.flatnonzero(filled | broken).astype(np.int32)
    sides[:, : len(numbers)] = lower[numbers], upper[numbers]
    row = np.zeros(size, dtype=np.int32)
    row[numbers] = np.arange(len(numbers), dtype=np.int32)
    rows_of = {id(part.number): row[part.number] for part in parts}
    return numbers, [dataclasses.replace(part, number=rows_of[id(part.number)], first=first) for part in parts]


def _constraints(assembly: Assembly) -> list[tuple[Scope, str, str, Index, Entries]]:
    """Every constraint and every balance, evaluated."""
    found = []
    for part in assembly.parts:
        block = assembly.block(type(part))
        for constraint in block.component_objects(pyo.Constraint):
            index = assembly.index_of(constraint)
            entries = evaluate(_rule_of(block, constraint), index, assembly.space, relations=True)
            found.append((part.scope, part.name(), constraint.local_name, index, entries))
    for ledger in assembly.ledgers.values():
        if ledger.closed and ledger.balances:
            entries = _balance(assembly, ledger)
            found.append((ledger.scope, "ledgers", f"{ledger.name}_closes", ledger.index, entries))
    return found


def _rule_of(block: Block, constraint: Declared) -> RelationRule:
    """Rule of a constraint as a function of a key."""
    rule = constraint.rule
    return lambda *key: rule(block, key if len(key) > 1 else key[0] if key else None)


def _balance(assembly: Assembly, ledger: Ledger) -> Entries:
    """Sum of a ledger's terms, held to what its sense says."""
    terms = list(terms_of(assembly, ledger).values())
    shape = ledger.index.shape
    return Entries(
        numbers=ledger.index.numbers,
        parts=merged(part for term in terms for part in term.parts),
        present=np.broadcast_to(np.True_, shape),
        constant=np.sum([term.constant for term in terms], axis=0),
        lower=np.broadcast_to(0.0, shape),
        upper=np.broadcast_to(0.0 if ledger.sense is Sense.BALANCE else np.inf, shape),
    )


def _objective(assembly: Assembly) -> tuple[Array, float]:
    """Cost of each column [USD], and the constant: the present value of all cost terms."""
    ledger = assembly.cost_usd_per_yr
    period = ledger.index.along("period")
    worth = assembly.case.values("finance.present_value_ratio")[period]
    terms = terms_of(assembly, ledger).values()
    number, column, coefficient = written([part for term in terms for part in term.parts])
    coefficient *= worth[number]
    cost = np.bincount(column, coefficient, minlength=assembly.column_count)
    return cost.astype(float, copy=False), float(sum(term.constant.ravel() @ worth for term in terms))


def _columns(assembly: Assembly) -> Labels:
    """Labels of all declared variables."""
    scopes = {part.name(): part.scope for part in assembly.parts}
    ranges = []
    for name, (variable, _) in assembly.variables.items():
        block = variable.parent_block().local_name
        numbers = np.arange(variable.over.size, dtype=np.int32)
        ranges.append(LabelRange(block, name, scopes[block], variable.over, numbers, variable.first_column))
    return Labels(tuple(ranges), np.arange(assembly.column_count, dtype=np.int32))


def _bounds(assembly: Assembly) -> tuple[Array, Array, npt.NDArray[np.bool_]]:
    """Bounds of the columns, and which of them are integer."""
    lower, upper = np.empty((2, assembly.column_count))
    integral = np.zeros(assembly.column_count, dtype=bool)
    for variable, _ in assembly.variables.values():
        span = slice(variable.first_column, variable.first_column + variable.over.size)
        lower[span], upper[span], integral[span] = _of_variable(variable, assembly.space)
    return lower, upper, integral


def _of_variable(variable: Variable, space: Space) -> tuple[Array, Array, bool]:
    """Bounds of one variable's members: of its domain, of its declaration, of what has been fixed since."""
    least, most, _ = variable.domain_of_all.get_interval()
    lower = np.full(variable.over.size, -np.inf if least is None else least, dtype=float)
    upper = np.full(variable.over.size, np.inf if most is None else most, dtype=float)
    rule = variable.bounds_rule
    if rule is not None:
        block = variable.parent_block()
        low, high = bounds_over(lambda key: rule(block, key), variable.over, space)
        np.maximum(lower, low, out=lower)
        np.minimum(upper, high, out=upper)
    asked_for = variable.items() if len(variable) else ()  # Pyomo goes through the whole index to find none
    for key, data in asked_for:
        number = variable.column(key) - variable.first_column
        low, high = (data.value, data.value) if data.fixed else data.bounds
        lower[number], upper[number] = -np.inf if low is None else low, np.inf if high is None else high
    return lower, upper, variable.is_whole
