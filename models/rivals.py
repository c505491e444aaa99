r"""What it would cost to build at a site that the plan leaves out.

At given prices of what sites share (zones, batch work, caps), each site is a problem of its own, and the
values of all of them and of the prices add up to a bound on any plan. Asking one site to be open changes
one of these values only: its rise is what the site adds to the bound.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse

from siting.case import Array
from siting.highs import new_lp
from siting.models.partition import Partition, Positions
from siting.models.standard_form import StandardForm


class Forcing:
    """The sites as problems of their own, at the prices of the rows that they share.

    Parameters
    ----------
    form : StandardForm
        The whole model.
    parts : Partition
        Its cut along the seam.
    opening : ndarray of int
        Column that opens each site, in its last period; -1 for a site that may not be opened.
    prices : ndarray
        Prices of the system's rows, in their order.

    Attributes
    ----------
    shared : float
        Part of the bound that no site has (scale of the standard form): the bound on any plan is this and
        what every site costs left to itself.
    """

    def __init__(self, form: StandardForm, parts: Partition, opening: Positions, prices: Array) -> None:
        self._form, self._parts, self._opening = form, parts, opening
        self._matrix = form.matrix.tocsr()
        self._system = parts.rows(-1)
        self._local_to = _local_to(self._matrix[self._system], parts.site_named)
        shared = self._system[self._local_to < 0]
        shared_prices = prices[self._local_to < 0].copy()
        left, right = form.row_lower[shared], form.row_upper[shared]
        shared_prices[(shared_prices > 0) & ~np.isfinite(left)] = 0.0
        shared_prices[(shared_prices < 0) & ~np.isfinite(right)] = 0.0
        self._reduced = form.cost - self._matrix[shared].T @ shared_prices
        alone = np.flatnonzero(parts.site_named < 0)
        self.shared = (
            form.offset
            + _least(shared_prices, np.where(shared_prices > 0, left, right))
            + _least(
                self._reduced[alone],
                np.where(self._reduced[alone] > 0, form.column_lower[alone], form.column_upper[alone]),
            )
        )

    def price(self, site: int) -> tuple[float, float]:
        """Return what a site costs at the least: left to itself, and open (infinite where it cannot be)."""
        form, opening = self._form, self._opening[site]
        columns = np.flatnonzero(self._parts.site_named == site).astype(np.int32)
        rows = np.concatenate([self._system[self._local_to == site], self._parts.rows(site)]).astype(np.int32)
        solver = new_lp(
            self._matrix[rows][:, columns].tocsc(),
            self._reduced[columns],
            (form.column_lower[columns], form.column_upper[columns]),
            (form.row_lower[rows], form.row_upper[rows]),
        )
        free = _value(solver)
        if opening < 0 or form.column_upper[opening] < 1:
            return free, np.inf
        solver.changeColBounds(int(np.flatnonzero(columns == opening)[0]), 1.0, 1.0)
        return free, _value(solver)


def _least(prices: Array, at: Array) -> float:
    """Sum of prices times what they are paid on; where the price is zero it may be infinite."""
    return float(np.sum(prices[prices != 0] * at[prices != 0]))


def _local_to(system: scipy.sparse.csr_array, site_named: Positions) -> Positions:
    """Site whose columns alone a system row names; -1 for a row that sites share."""
    local = np.full(system.shape[0], -1, dtype=np.int32)
    for row in range(system.shape[0]):
        named = site_named[system.indices[system.indptr[row] : system.indptr[row + 1]]]
        if len(named) and named[0] >= 0 and np.all(named == named[0]):
            local[row] = named[0]
    return local


def _value(solver: Any) -> float:
    """Least cost of a site's problem; infinite if it has no solution, minus infinity if it has no bound."""
    solver.run()
    status = solver.modelStatusToString(solver.getModelStatus())
    if status == "Optimal":
        return float(solver.getInfo().objective_function_value)
    return float("inf") if status == "Infeasible" else float("-inf")
