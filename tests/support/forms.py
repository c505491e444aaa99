"""Standard forms in an order of their own, by the names of rows and columns; and the same by way of Pyomo."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from siting.models.assembly.assembly import Assembly
from siting.models.assembly.standard_form import StandardForm
from siting.quantities import COST_SCALE

Row = tuple[float, float, frozenset[tuple[str, float]]]
Column = tuple[float, float, bool, float]


@dataclasses.dataclass(frozen=True)
class Named:
    """A model by the names of its rows and columns.

    Parameters
    ----------
    rows : dict
        Bounds and coefficients of each row, in the model's order.
    columns : dict
        Bounds, integrality and cost of each column that some row or the objective names.
    offset : float
        Constant of the objective.
    """

    rows: dict[str, Row]
    columns: dict[str, Column]
    offset: float


def named(form: StandardForm) -> Named:
    """A form by names."""
    used = (np.diff(form.matrix.indptr) > 0) | (form.cost != 0)
    return _named(
        form.rows.names(),
        np.array(form.columns.names(), dtype=object)[used].tolist(),
        form.matrix[:, used],
        (form.row_lower, form.row_upper),
        (form.column_lower[used], form.column_upper[used]),
        form.integral[used],
        form.cost[used],
        form.offset,
    )


def named_by_pyomo(assembly: Assembly) -> Named:
    """The same from Pyomo's own expressions and Pyomo's own compiler, key by key."""
    form = LinearStandardFormCompiler().write(assembly.construct(), mixed_form=True)
    right = np.asarray(form.rhs, dtype=float)
    side = np.array([row.bound_type for row in form.rows], dtype=int)  # 1: <=, -1: >=, 0: ==
    bounds = [variable.bounds for variable in form.columns]
    return _named(
        [_name(row.constraint) for row in form.rows],
        [_name(variable) for variable in form.columns],
        form.A,
        (np.where(side == 1, -np.inf, right), np.where(side == -1, np.inf, right)),
        (
            np.array([-np.inf if low is None else low for low, _ in bounds], dtype=float),
            np.array([np.inf if high is None else high for _, high in bounds], dtype=float),
        ),
        np.array([not variable.is_continuous() for variable in form.columns], dtype=bool),
        np.asarray(form.c.todense(), dtype=float).ravel() * COST_SCALE,
        float(form.c_offset[0]) * COST_SCALE,
    )


def _name(data: Any) -> str:
    """Name without the quotes that Pyomo puts round some members."""
    key = data.index()
    if key is None:
        return str(data.name)
    parts = key if isinstance(key, tuple) else (key,)
    return f"{data.parent_component().name}[{','.join(str(part) for part in parts)}]"


def _named(
    rows: Sequence[str],
    columns: Sequence[str],
    matrix: Any,
    row_bounds: tuple[Any, Any],
    column_bounds: tuple[Any, Any],
    integral: Any,
    cost: Any,
    offset: float,
) -> Named:
    """Put names to arrays; coefficients of zero are left out."""
    by_row = matrix.tocsr()
    told: dict[str, Row] = {}
    for i, row in enumerate(rows):
        span = slice(by_row.indptr[i], by_row.indptr[i + 1])
        entries = frozenset(
            (columns[j], _rounded(value))
            for j, value in zip(by_row.indices[span], by_row.data[span], strict=True)
            if value
        )
        low, high, _ = told.get(row, (-np.inf, np.inf, entries))  # Pyomo gives a row for each of two sides
        told[row] = (max(low, _rounded(row_bounds[0][i])), min(high, _rounded(row_bounds[1][i])), entries)
    return Named(
        told,
        {
            name: (float(low), float(high), bool(whole), _rounded(usd))
            for name, low, high, whole, usd in zip(columns, *column_bounds, integral, cost, strict=True)
        },
        _rounded(offset),
    )


def _rounded(value: float) -> float:
    """To twelve digits: sums are added up in another order."""
    return float(f"{value:.12g}") + 0.0


def location(fixed: list[float], cost: list[list[float]]) -> StandardForm:
    """Sites with a fixed cost, customers with a cost from each site (site by customer), shares within openings."""
    sites, customers = np.shape(cost)
    count = sites * customers
    shares = np.arange(count)
    served = scipy.sparse.csr_array(
        (np.ones(count), (shares % customers, sites + shares)), shape=(customers, sites + count)
    )
    within = scipy.sparse.hstack(
        [np.kron(np.eye(sites), np.ones((customers, 1))), -scipy.sparse.eye_array(count)], format="csr"
    )
    rows = customers + count
    return StandardForm(
        matrix=scipy.sparse.vstack([served, within]).tocsc(),
        row_lower=np.r_[np.ones(customers), np.zeros(count)],
        row_upper=np.r_[np.ones(customers), np.full(count, np.inf)],
        column_lower=np.zeros(sites + count),
        column_upper=np.r_[np.ones(sites), np.full(count, np.inf)],
        cost=np.r_[fixed, np.ravel(cost)],
        offset=0.0,
        integral=np.arange(sites + count) < sites,
        rows=[None] * rows,
        columns=[None] * (sites + count),
    )
