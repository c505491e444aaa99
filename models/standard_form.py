"""A Pyomo model as the arrays that HiGHS takes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from siting.case import Array

COST_SCALE = 1e-6
"""Costs are handed over in million USD: the solver's tolerances suit numbers near one."""


@dataclasses.dataclass(frozen=True)
class StandardForm:
    r"""Minimise :math:`c'x + c_0` with :math:`b^- \le Ax \le b^+` and :math:`x^- \le x \le x^+`.

    Parameters
    ----------
    matrix : csc_matrix
        :math:`A`, rows by columns.
    row_lower, row_upper : ndarray
        Bounds of the rows, by row.
    column_lower, column_upper : ndarray
        Bounds of the columns, by column.
    cost : ndarray
        Cost of each column, in million USD.
    offset : float
        Constant of the objective, in million USD.
    integral : ndarray of bool
        Which columns are integer.
    rows : list
        The Pyomo constraint of each row.
    columns : list
        The Pyomo variable of each column.
    """

    matrix: scipy.sparse.csc_matrix
    row_lower: Array
    row_upper: Array
    column_lower: Array
    column_upper: Array
    cost: Array
    offset: float
    integral: npt.NDArray[np.bool_]
    rows: list[Any]
    columns: list[Any]


def compile_model(model: Any) -> StandardForm:
    """Turn a linear Pyomo model into arrays.

    Parameters
    ----------
    model : ConcreteModel
        A model with one objective.
    """
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    right = np.asarray(form.rhs, dtype=float)
    side = np.array([row.bound_type for row in form.rows], dtype=int)  # 1: <=, -1: >=, 0: ==
    bounds = [variable.bounds for variable in form.columns]
    return StandardForm(
        matrix=form.A.tocsc(),
        row_lower=np.where(side == 1, -np.inf, right),
        row_upper=np.where(side == -1, np.inf, right),
        column_lower=np.array([-np.inf if low is None else low for low, _ in bounds], dtype=float),
        column_upper=np.array([np.inf if high is None else high for _, high in bounds], dtype=float),
        cost=np.asarray(form.c.todense(), dtype=float).ravel() * COST_SCALE,
        offset=float(form.c_offset[0]) * COST_SCALE,
        integral=np.array([not variable.is_continuous() for variable in form.columns], dtype=bool),
        rows=[row.constraint for row in form.rows],
        columns=list(form.columns),
    )


def positions_of(form: StandardForm, variable: Any) -> dict[Any, int]:
    """Position of the column of each member of a variable, by its index; members without a column are left out.

    Parameters
    ----------
    form : StandardForm
        The model, or a part of it.
    variable : Var
        A variable of the model.
    """
    position = {id(column): i for i, column in enumerate(form.columns)}
    return {key: position[id(data)] for key, data in variable.items() if id(data) in position}
