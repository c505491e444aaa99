"""A model as the arrays that HiGHS takes."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import scipy.sparse

from siting.case.case import Array
from siting.models.assembly.labels import Labels
from siting.models.compiler.members import Positions


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
    rows, columns : Labels
        What they stand for.
    """

    matrix: scipy.sparse.csc_matrix
    row_lower: Array
    row_upper: Array
    column_lower: Array
    column_upper: Array
    cost: Array
    offset: float
    integral: npt.NDArray[np.bool_]
    rows: Labels
    columns: Labels

    def part(self, rows: Positions, columns: Positions) -> StandardForm:
        """Return the model with only the given rows and columns."""
        return StandardForm(
            matrix=self.matrix[:, columns].tocsr()[rows].tocsc(),
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
            column_lower=self.column_lower[columns],
            column_upper=self.column_upper[columns],
            cost=self.cost[columns],
            offset=self.offset,
            integral=self.integral[columns],
            rows=self.rows.take(rows),
            columns=self.columns.take(columns),
        )
