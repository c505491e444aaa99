r"""What a rule changes in the cost of the best plan, bounded as a difference.

With :math:`X'` the plans under a rule and :math:`X \supseteq X'` those without it, :math:`c'` and :math:`c` their
costs, and :math:`d = c' - c` what the rule itself costs a plan, the best plans :math:`x'` and :math:`x` satisfy

.. math::

    \min \{ d y : y \in X', \; c' y \le U' \} \;\le\; c' x' - c x \;\le\; \max \{ d y : y \in X, \; c y \le U \}

for any :math:`U'` and :math:`U` that some plan with and without the rule costs: :math:`x'` is a plan without the rule,
too, and :math:`x` one with it where the rule forbids nothing (the right-hand side holds only there). Both sides are
linear problems over the relaxations. Plan and bound of either case may be further apart than what the rule changes: a
price of 50 USD/t on what no good plan does without costs something, whatever the gaps.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse

from siting.optimise.dual_bound import dual_bound
from siting.optimise.solver import highs, loading
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.models.assembly.standard_form import StandardForm
    from siting.models.compiler.members import Positions
    from siting.optimise.solver.deadline import Deadline

__all__ = ["Difference", "difference"]

SAME = 1e-9
"""Relative difference between two statements of one number that is rounding."""

PROVEN_SHARE = 1e-3
"""How far what prices prove of a difference may lie from it, over it, to be told."""


@dataclasses.dataclass(frozen=True)
class Difference:
    """Between what a rule changes in the cost of the best plan.

    Parameters
    ----------
    least_usd : float
        Minus infinity where nothing is known.
    most_usd : float
        Infinity where nothing is known.
    """

    least_usd: float
    most_usd: float


def difference(
    without: StandardForm, ruled: StandardForm, without_usd: float, ruled_usd: float, deadline: Deadline
) -> Difference:
    """Bound what a rule changes in the cost of the best plan.

    Parameters
    ----------
    without, ruled : StandardForm
        The models without and with the rule.
    without_usd, ruled_usd : float
        What a plan of each costs.
    deadline : Deadline
        When to give up.
    """
    columns = _places(without.columns.names(), ruled.columns.names())
    rows = _places(without.rows.names(), ruled.rows.names())
    if columns is None or rows is None or not _is_within(without, ruled, rows, columns):
        return Difference(-np.inf, np.inf)
    changed = ruled.cost.copy()
    changed[columns] -= without.cost
    constant = ruled.offset - without.offset
    if not changed.any():  # it forbids, and costs nothing by itself
        return Difference(constant / COST_SCALE, np.inf)
    least = _least(ruled, changed, ruled_usd * COST_SCALE, deadline) + constant
    most = np.inf
    if (
        len(columns) == len(ruled.cost)
        and len(rows) == len(ruled.row_lower)
        and _is_same(without, ruled, rows, columns)
    ):
        most = constant - _least(without, -changed[columns], without_usd * COST_SCALE, deadline)
    return Difference(least / COST_SCALE, most / COST_SCALE)


def _places(names: list[str], among: list[str]) -> Positions | None:
    """Places of some names among others; None if one is missing."""
    place = {name: i for i, name in enumerate(among)}
    if any(name not in place for name in names):
        return None
    return np.array([place[name] for name in names], dtype=np.int32)


def _is_within(without: StandardForm, ruled: StandardForm, rows: Positions, columns: Positions) -> bool:
    """Whether each plan under the rule is one without it, its new columns left out."""
    by_row = scipy.sparse.csr_array(ruled.matrix.tocsr())[rows]
    new = np.setdiff1d(np.arange(by_row.shape[1]), columns)
    apart = abs(by_row[:, columns] - scipy.sparse.csr_array(without.matrix))
    return bool(
        abs(by_row[:, new]).sum() == 0
        and np.abs(apart.data).max(initial=0.0) <= SAME * max(np.abs(without.matrix.data).max(initial=0.0), 1.0)
        and _at_least(ruled.row_lower[rows], without.row_lower)
        and _at_least(without.row_upper, ruled.row_upper[rows])
        and _at_least(ruled.column_lower[columns], without.column_lower)
        and _at_least(without.column_upper, ruled.column_upper[columns])
    )


def _is_same(without: StandardForm, ruled: StandardForm, rows: Positions, columns: Positions) -> bool:
    """Whether each plan without the rule, of the same rows and columns, is one under it."""
    return (
        _at_least(without.row_lower, ruled.row_lower[rows])
        and _at_least(ruled.row_upper[rows], without.row_upper)
        and _at_least(without.column_lower, ruled.column_lower[columns])
        and _at_least(ruled.column_upper[columns], without.column_upper)
    )


def _at_least(one: Array, other: Array) -> bool:
    """Whether some numbers are nowhere below others, but for rounding."""
    room = SAME * np.where(np.isfinite(other), np.maximum(np.abs(other), 1.0), 1.0)
    return bool(np.all(one >= other - room))


def _least(form: StandardForm, amounts: Array, most: float, deadline: Deadline) -> float:
    """Least amount of a relaxed plan that costs no more than some other; minus infinity if that is not found."""
    matrix = scipy.sparse.vstack([form.matrix, scipy.sparse.csr_array(form.cost[None, :])])
    limited = dataclasses.replace(
        form,  # the names of its rows lack the last, which no one asks for
        matrix=scipy.sparse.csc_matrix(matrix),
        row_lower=np.append(form.row_lower, -np.inf),
        row_upper=np.append(form.row_upper, most - form.offset),
        cost=amounts,
        offset=0.0,
        integral=np.zeros_like(form.integral),
    )
    found = highs.run(loading.load(limited), deadline=deadline)
    if found.prices is None or found.objective is None:
        return -np.inf
    proven = dual_bound(limited, found.prices)
    return proven if found.objective - proven <= PROVEN_SHARE * abs(found.objective) else -np.inf
