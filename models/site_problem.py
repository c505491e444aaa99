"""One site alone, at prices of what it shares with the others."""

from __future__ import annotations

import numpy as np

from siting.case import Array
from siting.highs import new_lp, new_solver, solve_surely
from siting.models.members import Positions
from siting.models.pieces import Piece

OPTIMAL = "Optimal"


class SiteProblem:
    r"""The linear problem of one site, kept warm in a solver of its own.

    .. math::

        v_s(\pi) = \min \{ (c_s - A_s' \pi)' x : B_s x \in [b^-, b^+], \; x^- \le x \le x^+ \}

    with :math:`B_s` the site's own rows and :math:`A_s` what it adds to the rows that sites share. Staying closed
    is a plan too, so :math:`v_s \le 0` unless the site must be open.

    Parameters
    ----------
    piece : Piece
        What the site brings to the model.
    """

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self._solver = new_lp(
            piece.matrix,
            piece.cost,
            (piece.column_lower, piece.column_upper),
            (piece.row_lower, piece.row_upper),
        )
        self._order = np.arange(len(piece.cost), dtype=np.int32)

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
            return float("inf"), np.zeros(len(self._order))
        if status != OPTIMAL:
            raise RuntimeError(f"a site's own problem has no solution (HiGHS: {status})")
        return float(self._solver.getInfo().objective_function_value), np.array(self._solver.getSolution().col_value)

    def charge(self, prices: Array) -> None:
        """Set prices of the shared rows."""
        self._solver.changeColsCost(len(self._order), self._order, self.piece.cost - self.piece.link.T @ prices)

    def least(self) -> float:
        """Least cost at the prices set; infinite if no plan can be, minus infinity if there is no least."""
        status = solve_surely(self._solver)
        if status == OPTIMAL:
            return float(self._solver.getInfo().objective_function_value)
        return float("inf") if status == "Infeasible" else float("-inf")

    def force_open(self) -> bool:
        """Ask that the site be open in the last period; False if it may not be."""
        if self.piece.opening is None:
            return False
        self._solver.changeColBounds(self.piece.opening, 1.0, 1.0)
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
        order, low, high = self._order, self.piece.column_lower, self.piece.column_upper
        solver.changeColsCost(len(order), order, self.piece.cost)
        solver.changeColsBounds(len(order), order, low, np.where(np.isfinite(high), high * copies, high))
        link = self.piece.link.tocsr()
        for row, least, most in zip(rows, lower, upper, strict=True):
            there = slice(link.indptr[row], link.indptr[row + 1])
            solver.addRow(least, most, there.stop - there.start, link.indices[there], link.data[there])
        solver.setOptionValue("solver", "ipx")
        solver.setOptionValue("run_crossover", "off")
        solver.run()
        if solver.modelStatusToString(solver.getModelStatus()) != OPTIMAL:
            return None
        return np.array(solver.getSolution().row_dual)[-len(rows) :]
