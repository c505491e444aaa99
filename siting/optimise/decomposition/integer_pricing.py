"""One site alone in whole numbers, at prices of what it shares with the others."""

from __future__ import annotations

from typing import Any

import numpy as np

from siting.case.case import Array
from siting.models.compiler.members import Positions
from siting.optimise.decomposition.blocks import SiteBlock
from siting.optimise.decomposition.pricing import PricingProblem, charge, set_bounds
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.highs import run_alone
from siting.optimise.solver.loading import new_lp

FEW_COUNT = 20
"""Range of a count up to which it is whole: what is counted in more (racks) loses little where it is not."""

INTEGRALITY = 1e-6
"""Distance from a whole number that is rounding."""

ROUNDING = 1e-9
"""Worth of a site that is rounding."""

PATIENCE_S = 60.0
"""Time after which a site's search ends with the bound that it has."""

SOLUTION_IS_FEASIBLE = 2
"""HiGHS's status of a solution that keeps all rows."""


class IntegerPricingProblem:
    r"""The problem of one site, with what it counts in few (opening, halls, training clusters) in whole numbers.

    .. math::

        v_s(\pi) = \min \{ (c_s - A_s' \pi)' x : B_s x \in [b^-, b^+], \; x^- \le x \le x^+, \; x_j \in
        \mathbb{Z} \; (x_j^+ - x_j^- \le 20) \}

    It is solved as a linear problem first, whose plan is often whole, or nothing at all.

    Parameters
    ----------
    block : SiteBlock
        What the site brings to the model.
    warm : bool
        Whether its solvers stay, with all that they know.
    """

    def __init__(self, block: SiteBlock, *, warm: bool) -> None:
        self.block = block
        self._linear = PricingProblem(block, warm=warm)
        counts = block.counted
        self._few: Positions = counts[block.column_upper[counts] - block.column_lower[counts] <= FEW_COUNT]
        self._solver: Any = None

    def limit(self, block: SiteBlock) -> None:
        """Hold its columns within other bounds from now on.

        Parameters
        ----------
        block : SiteBlock
            The same site, with these bounds.
        """
        self.block = block
        self._linear.limit(block)
        if self._solver is not None:
            set_bounds(self._solver, block)

    def price(self, prices: Array, room: float, deadline: Deadline | None = None) -> tuple[float, Array]:
        """Return a bound on the cost at prices of the shared rows, and a plan; an infinite one if there is no plan.

        Parameters
        ----------
        prices : ndarray
            Of the shared rows.
        room : float
            How far the plan may cost more than the bound.
        deadline : Deadline, optional
            When to give up.

        Raises
        ------
        Stopped
            If the deadline is over before.
        """
        least, plan = self._linear.price(prices, deadline)
        if np.isinf(least):
            return least, plan
        if least >= -ROUNDING and self.block.may_be_empty:
            return min(least, 0.0), np.zeros_like(plan)
        if np.all(np.abs(plan[self._few] - np.round(plan[self._few])) < INTEGRALITY):
            return least, plan
        solver = self._at(prices)
        solver.setOptionValue("mip_abs_gap", room)
        status = run_alone(solver, (Deadline() if deadline is None else deadline).within(PATIENCE_S))
        if self._linear.warm:
            self._solver = solver
        if deadline is not None and deadline.is_over():
            raise Stopped
        if status == "Infeasible":
            return float("inf"), np.zeros_like(plan)
        info = solver.getInfo()
        if info.primal_solution_status == SOLUTION_IS_FEASIBLE:
            plan = np.array(solver.getSolution().col_value)
        return max(least, float(info.mip_dual_bound)), plan

    def _at(self, prices: Array) -> Any:
        """Solver with the site's problem at prices of the shared rows, at its beginning."""
        if self._solver is not None:
            self._solver.clearSolver()
            charge(self._solver, self.block, prices)
            return self._solver
        block = self.block
        whole = np.zeros(len(block.cost), dtype=bool)
        whole[self._few] = True
        bounds = block.column_lower, block.column_upper
        solver = new_lp(block.matrix, block.cost, bounds, (block.row_lower, block.row_upper), integral=whole)
        solver.setOptionValue("mip_rel_gap", 0.0)
        charge(solver, block, prices)
        return solver
