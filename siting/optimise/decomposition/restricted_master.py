"""The master problem: mixes plans of each site, with its prices held in a box."""

from __future__ import annotations

import numpy as np
import scipy.sparse

from siting.case.case import Array
from siting.models.compiler.members import Positions
from siting.optimise.decomposition.blocks import BlockAngularForm, at_bounds, signed
from siting.optimise.decomposition.column import Column
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.linear import solve_surely
from siting.optimise.solver.loading import new_lp

LEAST_WIDTH, MOST_WIDTH = 1e-4, 1e6
"""Half-width of the box, over the first price of the row, at the least and at the most.

Where prices a million times the first still do not get a demand met, no plan can meet it.
"""

GROW, SHRINK = 2.0, 0.5
"""What the width is multiplied by after a good and after a bad step."""

WIDEN = 4.0
"""What a row's own half-width is multiplied by if the box is all that holds its price."""

FLOOR_SHARE = 0.02
"""Least half-width of a row, as the share of all costs that meeting it would take."""

TOLERANCE = 1e-9
"""Cost and amount that are rounding."""

AT_BOX = 1e-6
"""Amount of a row outside its bounds, over its bound, above which only the box holds its price."""


class RestrictedMaster:
    """Shared rows, the columns of no site, and the plans of each site found so far.

    Parameters
    ----------
    blocks : BlockAngularForm
        The model, cut along its seam.
    first : ndarray
        First prices of the shared rows, by which the box is measured.
    width : float
        Half-width of the box to begin with, over these prices.
    deadline : Deadline, optional
        When to give up.
    """

    def __init__(self, blocks: BlockAngularForm, first: Array, width: float, deadline: Deadline | None = None) -> None:
        shared = blocks.shared
        self.width, self._deadline = width, deadline
        self.row_lower, self.row_upper = shared.row_lower, shared.row_upper
        self.side = np.where(np.isfinite(self.row_lower), abs(self.row_lower), 0.0)
        self.side = np.maximum(self.side, np.where(np.isfinite(self.row_upper), abs(self.row_upper), 0.0))
        total = abs(at_bounds(first, self.row_lower, self.row_upper))
        self.half_width = np.maximum(abs(first), FLOOR_SHARE * max(total, 1.0) / np.maximum(self.side, 1.0))
        self.first_half_width, self.least_half_width = self.half_width.copy(), np.zeros(len(first))

        # Columns: those of no site, out of a row's bounds upwards, the same downwards, each site closed, plans.
        count, sites, alone = len(shared.names), len(blocks.sites), len(shared.cost)
        outside = scipy.sparse.eye_array(count)
        matrices = [[shared.matrix, outside, -outside, None], [None, None, None, scipy.sparse.eye_array(sites)]]
        self.boxed = alone + np.arange(2 * count, dtype=np.int32)
        self.first_plan = alone + 2 * count + sites
        most = np.concatenate([shared.column_upper, np.full(2 * count, np.inf), [p.may_be_empty for p in blocks.sites]])
        self.solver = new_lp(
            scipy.sparse.block_array(matrices).tocsc(),
            np.concatenate([shared.cost, np.zeros(2 * count + sites)]),
            (np.concatenate([shared.column_lower, np.zeros(2 * count + sites)]), most),
            (np.append(self.row_lower, np.ones(sites)), np.append(self.row_upper, np.ones(sites))),
            offset=shared.offset,
        )
        self.box = np.zeros((2, count))
        self.plans: list[Column] = []

    @staticmethod
    def is_worth(plan: Column, prices: Array, of_site: Array) -> bool:
        """Whether a plan is worth something at the master's prices of shared rows and sites."""
        return bool(plan.cost - prices @ plan.link - of_site[plan.site] < -TOLERANCE)

    def take(self, plan: Column) -> None:
        """Take a plan as a column."""
        entries = np.flatnonzero(np.abs(plan.link) > TOLERANCE)
        places = np.append(entries, len(self.row_lower) + plan.site).astype(np.int32)
        self.solver.addCol(plan.cost, 0.0, np.inf, len(places), places, np.append(plan.link[entries], 1.0))
        self.plans.append(plan)

    def solve(self, centre: Array) -> tuple[float, Array, Array, Array]:
        """Return value, prices of the shared rows and of the sites, and columns, with the prices in the box.

        Raises
        ------
        Stopped
            If the deadline is over before.
        """
        room = np.maximum(self.width * self.half_width, self.least_half_width)
        low, high = centre - room, centre + room
        up_only, down_only = np.isinf(self.row_upper), np.isinf(self.row_lower)
        low = np.where(up_only, np.maximum(low, 0.0), low)
        high = np.where(down_only, np.minimum(high, 0.0), high)
        count = len(centre)
        none = np.concatenate([down_only & (high >= 0), up_only & (low <= 0)])
        self.box = np.array([high, low])
        self.solver.changeColsCost(2 * count, self.boxed, np.concatenate([high, -low]))
        self.solver.changeColsBounds(2 * count, self.boxed, np.zeros(2 * count), np.where(none, 0.0, np.inf))
        status = solve_surely(self.solver, self._deadline)
        if status != "Optimal":
            raise RuntimeError(f"the master problem has no solution (HiGHS: {status})")
        solution = self.solver.getSolution()
        duals = np.array(solution.row_dual)
        value = float(self.solver.getInfo().objective_function_value)
        prices = signed(duals[:count], self.row_lower, self.row_upper)
        return value, prices, duals[count:], np.array(solution.col_value)

    def learn(self, found: float, bound: float, model: float) -> None:
        """Let the box grow after a step that did a third of what the master foretold, and shrink after a bad one.

        Parameters
        ----------
        found : float
            Bound at the master's prices.
        bound : float
            The best one before it.
        model : float
            What the master said it would be.
        """
        if found > bound:
            if found - bound > (model - bound) / 3:
                self.width = min(self.width * GROW, MOST_WIDTH)
        elif model - found > 3 * (model - bound):
            self.width = max(self.width * SHRINK, LEAST_WIDTH)

    def at_box(self, columns: Array) -> tuple[Array, float]:
        """Rows of which only the box holds the price, and what their amounts outside their bounds are worth."""
        outside = columns[self.boxed].reshape(2, -1)
        worth = np.abs(outside * self.box).max(axis=0)
        return outside.max(axis=0) > AT_BOX * np.maximum(self.side, 1.0), float(worth.sum())

    def widen(self, rows: Array) -> None:
        """Let the prices of some rows go further."""
        self.half_width[rows] *= WIDEN
        self.least_half_width[rows] *= WIDEN

    def reach(self, rows: Positions, worth: float) -> None:
        """Let the prices of some rows go so far at the least, however narrow the box."""
        self.least_half_width[rows] = worth

    def at_limit(self, rows: Array) -> bool:
        """Whether the price of one of some rows went as far as a price can mean anything."""
        return bool(np.any(self.width * self.half_width[rows] >= MOST_WIDTH * self.first_half_width[rows]))

    def mixed(self, columns: Array) -> list[tuple[float, Column]]:
        """Plans in the mix, with their weights; those taken since are not in it."""
        weights = columns[self.first_plan :].tolist()
        return [(weight, plan) for weight, plan in zip(weights, self.plans, strict=False) if weight > TOLERANCE]
