"""One site alone, at prices of what it shares with the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse

from siting.case import Array
from siting.highs import new_lp, new_solver, solve_surely
from siting.models.partition import Partition, Positions
from siting.models.standard_form import StandardForm

OPTIMAL = "Optimal"


class SiteProblem:
    r"""The linear problem of one site, kept warm in a solver of its own.

    .. math::

        v_s(\pi) = \min \{ (c_s - A_s' \pi)' x : B_s x \in [b^-, b^+], \; x^- \le x \le x^+ \}

    with :math:`B_s` all rows that name only columns of this site, and :math:`A_s` what the site adds to the
    rows that sites share. Staying closed is a plan too, so :math:`v_s \le 0` unless the site must be open.

    Parameters
    ----------
    form : StandardForm
        The whole model.
    by_row : csr_array
        Its matrix, by row.
    parts : Partition
        Its cut along the seam.
    site : int
        Position of the site.
    """

    def __init__(self, form: StandardForm, by_row: scipy.sparse.csr_array, parts: Partition, site: int) -> None:
        self.columns: Positions = np.flatnonzero(parts.site_named == site).astype(np.int32)
        rows = parts.own_rows(site)
        self.link = by_row[parts.shared][:, self.columns].tocsc()
        self.cost = form.cost[self.columns]
        self.size = parts.sizes[self.columns].astype(float)
        self.bounds = form.column_lower[self.columns], form.column_upper[self.columns]
        self._solver = new_lp(
            by_row[rows][:, self.columns].tocsc(),
            self.cost,
            self.bounds,
            (form.row_lower[rows], form.row_upper[rows]),
        )
        opening = np.flatnonzero(self.columns == parts.opening[site])
        self._opening = int(opening[0]) if len(opening) else None
        self._order = np.arange(len(self.columns), dtype=np.int32)

    def price(self, prices: Array) -> tuple[float, Array]:
        """Return the least cost at prices of the shared rows, and the plan that has it; infinite if there is none.

        Raises
        ------
        RuntimeError
            If the solver fails.
        """
        self.charge(prices)
        status = solve_surely(self._solver)
        if status == "Infeasible":
            return float("inf"), np.zeros(len(self.columns))
        if status != OPTIMAL:
            raise RuntimeError(f"a site's own problem has no solution (HiGHS: {status})")
        return float(self._solver.getInfo().objective_function_value), np.array(self._solver.getSolution().col_value)

    def charge(self, prices: Array) -> None:
        """Set prices of the shared rows."""
        self._solver.changeColsCost(len(self._order), self._order, self.cost - self.link.T @ prices)

    def least(self) -> float:
        """Least cost at the prices set; infinite if no plan can be, minus infinity if there is no least."""
        status = solve_surely(self._solver)
        if status == OPTIMAL:
            return float(self._solver.getInfo().objective_function_value)
        return float("inf") if status == "Infeasible" else float("-inf")

    def force_open(self) -> bool:
        """Ask that the site be open in the last period; False if it may not be."""
        if self._opening is None or self.bounds[1][self._opening] < 1:
            return False
        self._solver.changeColBounds(self._opening, 1.0, 1.0)
        return True

    def alone(self, copies: float, rows: Positions, lower: Array, upper: Array) -> Array | None:
        """Prices of shared rows if many copies of this site alone had to meet them; None if they cannot.

        Parameters
        ----------
        copies : float
            How many times the site may be built.
        rows : ndarray of int
            Places of the rows among the shared ones.
        lower, upper : ndarray
            Bounds of these rows.
        """
        solver = new_solver()
        solver.passModel(self._solver.getLp())
        order, (low, high) = self._order, self.bounds
        solver.changeColsCost(len(order), order, self.cost)
        solver.changeColsBounds(len(order), order, low, np.where(np.isfinite(high), high * copies, high))
        link = self.link.tocsr()
        for row, least, most in zip(rows, lower, upper, strict=True):
            there = slice(link.indptr[row], link.indptr[row + 1])
            solver.addRow(least, most, there.stop - there.start, link.indices[there], link.data[there])
        solver.setOptionValue("solver", "ipx")
        solver.setOptionValue("run_crossover", "off")
        solver.run()
        if solver.modelStatusToString(solver.getModelStatus()) != OPTIMAL:
            return None
        return np.array(solver.getSolution().row_dual)[-len(rows) :]


def site_problems(form: StandardForm, parts: Partition, pool: Any) -> list[SiteProblem]:
    """Return the problem of each site.

    Parameters
    ----------
    form : StandardForm
        The whole model.
    parts : Partition
        Its cut along the seam.
    pool : Executor
        In which to build them.
    """
    by_row = form.matrix.tocsr()
    return list(pool.map(lambda site: SiteProblem(form, by_row, parts, site), range(len(parts.sites))))


def at_bounds(prices: Array, lower: Array, upper: Array) -> float:
    """Least of prices times amounts within bounds: minus infinity where a bound is missing on the side that pays."""
    paid = prices != 0
    return float(np.sum(prices[paid] * np.where(prices > 0, lower, upper)[paid]))


def signed(prices: Array, lower: Array, upper: Array) -> Array:
    """Prices of rows without those that a row with one bound cannot have."""
    return np.where(((prices > 0) & np.isinf(lower)) | ((prices < 0) & np.isinf(upper)), 0.0, prices)
