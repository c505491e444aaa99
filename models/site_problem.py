"""One site alone, at prices of what it shares with the others."""

from __future__ import annotations

from typing import Any

import numpy as np

from siting.case import Array
from siting.deadline import Deadline
from siting.highs import new_lp, run_alone, solve_surely
from siting.models.members import Positions
from siting.models.pieces import Piece

OPTIMAL = "Optimal"

WARM_NONZEROS = 6_000_000
"""Nonzeros of all sites up to which each keeps its solver; beyond that, those asked in most rounds do.

At 400 bytes each these take 2.4 GB.
"""


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
    warm : bool
        Whether its solver stays, with all that it knows; else only the basis does, which takes a tenth of the
        memory and three quarters more time.
    """

    def __init__(self, piece: Piece, *, warm: bool) -> None:
        self.piece, self.warm = piece, warm
        self._solver: Any = None
        self._basis: Any = None

    def price(self, prices: Array, deadline: Deadline | None = None) -> tuple[float, Array]:
        """Return the least cost at prices of the shared rows, and the plan that has it; infinite if there is none.

        Raises
        ------
        Stopped
            If the deadline is over before.
        RuntimeError
            If the solver fails.
        """
        solver = self._at(prices)
        status = solve_surely(solver, deadline)
        if self.warm:
            self._solver = solver
        else:
            self._basis = solver.getBasis()
        if status == "Infeasible":
            return float("inf"), np.zeros(len(self.piece.cost))
        if status != OPTIMAL:
            raise RuntimeError(f"a site's own problem has no solution (HiGHS: {status})")
        return float(solver.getInfo().objective_function_value), np.array(solver.getSolution().col_value)

    def limit(self, piece: Piece) -> None:
        """Hold its columns within other bounds from now on.

        Parameters
        ----------
        piece : Piece
            The same site, with these bounds.
        """
        self.piece = piece
        if self._solver is not None:
            set_bounds(self._solver, piece)

    def _at(self, prices: Array) -> Any:
        """Solver with the site's problem at prices of the shared rows, and what is known from the last time."""
        if self._solver is None:
            solver = charged(self.piece, prices)
            if self._basis is not None:
                solver.setBasis(self._basis)
            return solver
        charge(self._solver, self.piece, prices)
        return self._solver

    def alone(
        self, copies: float, rows: Positions, lower: Array, upper: Array, deadline: Deadline | None = None
    ) -> Array | None:
        """Prices of shared rows if many copies of this site alone had to meet them; None if they cannot.

        Parameters
        ----------
        copies : float
            How many times the site may be built.
        rows : ndarray of int
            Places of the rows among the shared ones.
        lower, upper : ndarray
            Bounds of these rows.
        deadline : Deadline, optional
            When to give up; None is returned then, too.
        """
        piece = self.piece
        most = np.where(np.isfinite(piece.column_upper), copies * piece.column_upper, piece.column_upper)
        bounds = piece.column_lower, most
        solver = new_lp(piece.matrix, piece.cost, bounds, (piece.row_lower, piece.row_upper))
        link = piece.link.tocsr()
        for row, low, high in zip(rows, lower, upper, strict=True):
            there = slice(link.indptr[row], link.indptr[row + 1])
            solver.addRow(low, high, there.stop - there.start, link.indices[there], link.data[there])
        solver.setOptionValue("solver", "ipx")
        solver.setOptionValue("run_crossover", "off")
        if run_alone(solver, deadline) != OPTIMAL:
            return None
        return np.array(solver.getSolution().row_dual)[-len(rows) :]


def charged(piece: Piece, prices: Array) -> Any:
    """Return a solver that holds a site's problem at prices of the shared rows."""
    bounds = piece.column_lower, piece.column_upper
    return new_lp(piece.matrix, cost_at(piece, prices), bounds, (piece.row_lower, piece.row_upper))


def charge(solver: Any, piece: Piece, prices: Array) -> None:
    """Put a site's costs at prices of the shared rows into a solver that holds its problem."""
    cost = cost_at(piece, prices)
    solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)


def set_bounds(solver: Any, piece: Piece) -> None:
    """Put the bounds of a site's columns into a solver that holds its problem."""
    count = len(piece.cost)
    solver.changeColsBounds(count, np.arange(count, dtype=np.int32), piece.column_lower, piece.column_upper)


def cost_at(piece: Piece, prices: Array) -> Array:
    """Cost of a site's columns at prices of the shared rows."""
    cost: Array = piece.cost - piece.link.T @ prices
    return cost
