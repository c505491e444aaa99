"""What a relaxation's prices settle: the choices that no plan worth having makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.models.assembly.standard_form import StandardForm

MARGIN = 1e-7
"""Part of the bound that a proof must have to spare: prices hold to the solver's tolerance."""


def fixed_at_zero(form: StandardForm, prices: Array, bound: float, worth: float) -> npt.NDArray[np.bool_]:
    r"""Say which integer columns are zero in every plan that costs less than a given sum.

    Raising a column from zero to one costs its reduced cost :math:`c_j - A_j'\pi` more than the bound at the
    prices :math:`\pi`. Where the bound with it is no less than the sum, the column is zero in all that is cheaper.

    Before that, prices are shifted to where they prove more. A row whose right-hand side is zero may have a
    lower price at no loss of bound, as long as no column's reduced cost turns negative. Of the row
    :math:`x \le o` the reduced cost of the share :math:`x` may thus move to that of the opening :math:`o`.

    Parameters
    ----------
    form : StandardForm
        The model.
    prices : ndarray
        Of its rows, at the optimum of its relaxation.
    bound : float
        Cost of the relaxation.
    worth : float
        Plans that cost this or more are not looked for.

    Returns
    -------
    ndarray of bool
        By column.
    """
    shifted = _shifted(form, prices)
    reduced = form.cost - form.matrix.T @ shifted
    movable = form.integral & (form.column_lower == 0)
    proven: npt.NDArray[np.bool_] = movable & (bound + reduced >= worth + MARGIN * abs(bound))
    return proven


def _shifted(form: StandardForm, prices: Array) -> Array:
    """Lower the prices of rows without a right-hand side, from continuous columns' to integer ones' advantage."""
    reduced = form.cost - form.matrix.T @ prices
    by_row = form.matrix.tocoo()
    sign = np.sign(prices)
    side = np.where(sign > 0, form.row_lower, form.row_upper)
    free = (sign != 0) & (side == 0) & (form.row_lower != form.row_upper)
    loses = free[by_row.row] & (by_row.data * sign[by_row.row] < 0)
    losers = np.bincount(by_row.row[loses], minlength=len(prices))
    rows, columns, sizes = by_row.row[loses], by_row.col[loses], np.abs(by_row.data[loses])
    spare = ~form.integral[columns] & (form.column_lower[columns] == 0) & (reduced[columns] > 0)
    single = spare & (losers[rows] == 1)
    _, first = np.unique(columns[single], return_index=True)  # what a column has to give, it gives to one row
    rows, columns, sizes = rows[single][first], columns[single][first], sizes[single][first]
    shifted = prices.copy()
    shifted[rows] -= sign[rows] * np.minimum(np.abs(prices[rows]), reduced[columns] / sizes)
    return shifted
