r"""What it would cost to build at a site that the plan leaves out.

At given prices of what sites share (zones, batch work, caps), each site is a problem of its own, and the
values of all of them and of the prices add up to a bound on any plan. Asking one site to be open changes
one of these values only: its rise is what the site adds to the bound.
"""

from __future__ import annotations

import numpy as np

from siting.case import Array
from siting.models.partition import Partition
from siting.models.site_problem import SiteProblem, at_bounds, signed
from siting.models.standard_form import StandardForm


class Forcing:
    """The sites as problems of their own, at the prices of the rows that they share.

    Parameters
    ----------
    form : StandardForm
        The whole model.
    parts : Partition
        Its cut along the seam.
    prices : ndarray
        Prices of the shared rows, in their order.

    Attributes
    ----------
    shared : float
        Part of the bound that no site has (scale of the standard form): the bound on any plan is this and
        what every site costs left to itself.
    """

    def __init__(self, form: StandardForm, parts: Partition, prices: Array) -> None:
        self._form, self._parts, self._by_row = form, parts, form.matrix.tocsr()
        rows = form.row_lower[parts.shared], form.row_upper[parts.shared]
        self._prices = signed(prices, *rows)
        alone = np.flatnonzero(parts.site_named < 0)
        reduced = form.cost[alone] - self._by_row[parts.shared][:, alone].T @ self._prices
        own = at_bounds(reduced, form.column_lower[alone], form.column_upper[alone])
        self.shared = form.offset + at_bounds(self._prices, *rows) + own

    def price(self, site: int) -> tuple[float, float]:
        """Return what a site costs at the least: left to itself, and open (infinite where it cannot be)."""
        problem = SiteProblem(self._form, self._by_row, self._parts, site)
        problem.charge(self._prices)
        free = problem.least()
        return free, problem.least() if problem.force_open() else float("inf")
