"""One site alone, at prices of what it shares with the others."""

from __future__ import annotations

from typing import Any

import numpy as np

from siting.case.case import Array
from siting.models.compiler.members import Positions
from siting.optimise.decomposition.blocks import SiteBlock
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.highs import run_alone
from siting.optimise.solver.linear import solve_surely
from siting.optimise.solver.loading import new_lp

OPTIMAL = "Optimal"

WARM_NONZEROS = 6_000_000
"""Nonzeros of all sites up to which each keeps its solver; beyond that, those asked in most rounds do.

At 400 bytes each these take 2.4 GB.
"""


class PricingProblem:
    r"""The linear problem of one site, kept warm in a solver of its own.

    .. math::

        v_s(\pi) = \min \{ (c_s - A_s' \pi)' x : B_s x \in [b^-, b^+], \; x^- \le x \le x^+ \}

    with :math:`B_s` the site's own rows and :math:`A_s` what it adds to the rows that sites share. Staying closed
    is a plan too, so :math:`v_s \le 0` unless the site must be open.

    Parameters
    ----------
    block : SiteBlock
        What the site brings to the model.
    warm : bool
        Whether its solver stays, with all that it knows; else only the basis does, which takes a tenth of the
        memory and three quarters more time.
    """

    def __init__(self, block: SiteBlock, *, warm: bool) -> None:
        self.block, self.warm = block, warm
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
            return float("inf"), np.zeros(len(self.block.cost))
        if status != OPTIMAL:
            raise RuntimeError(f"a site's own problem has no solution (HiGHS: {status})")
        return float(solver.getInfo().objective_function_value), np.array(solver.getSolution().col_value)

    def limit(self, block: SiteBlock) -> None:
        """Hold its columns within other bounds from now on.

        Parameters
        ----------
        block : SiteBlock
            The same site, with these bounds.
        """
        self.block = block
        if self._solver is not None:
            set_bounds(self._solver, block)

    def _at(self, prices: Array) -> Any:
        """Solver with the site's problem at prices of the shared rows, and what is known from the last time."""
        if self._solver is None:
            solver = charged(self.block, prices)
            if self._basis is not None:
                solver.setBasis(self._basis)
            return solver
        charge(self._solver, self.block, prices)
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
        block = self.block
        most = np.where(np.isfinite(block.column_upper), copies * block.column_upper, block.column_upper)
        bounds = block.column_lower, most
        solver = new_lp(block.matrix, block.cost, bounds, (block.row_lower, block.row_upper))
        link = block.link.tocsr()
        for row, low, high in zip(rows, lower, upper, strict=True):
            there = slice(link.indptr[row], link.indptr[row + 1])
            solver.addRow(low, high, there.stop - there.start, link.indices[there], link.data[there])
        solver.setOptionValue("solver", "ipx")
        solver.setOptionValue("run_crossover", "off")
        if run_alone(solver, deadline) != OPTIMAL:
            return None
        return np.array(solver.getSolution().row_dual)[-len(rows) :]


def charged(block: SiteBlock, prices: Array) -> Any:
    """Return a solver that holds a site's problem at prices of the shared rows."""
    bounds = block.column_lower, block.column_upper
    return new_lp(block.matrix, cost_at(block, prices), bounds, (block.row_lower, block.row_upper))


def charge(solver: Any, block: SiteBlock, prices: Array) -> None:
    """Put a site's costs at prices of the shared rows into a solver that holds its problem."""
    cost = cost_at(block, prices)
    solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)


def set_bounds(solver: Any, block: SiteBlock) -> None:
    """Put the bounds of a site's columns into a solver that holds its problem."""
    count = len(block.cost)
    solver.changeColsBounds(count, np.arange(count, dtype=np.int32), block.column_lower, block.column_upper)


def cost_at(block: SiteBlock, prices: Array) -> Array:
    """Cost of a site's columns at prices of the shared rows."""
    cost: Array = block.cost - block.link.T @ prices
    return cost
