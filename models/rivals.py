r"""What it would cost to build at a site that the plan leaves out.

At given prices of what sites share (zones, batch work, caps), each site is a problem of its own, and the
values of all of them and of the prices add up to a bound on any plan. Asking one site to be open changes
one of these values only: its rise is the least that the site adds to the bound.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import scipy.sparse

from siting.case import Array
from siting.highs import new_lp
from siting.models.partition import Partition, Positions
from siting.models.standard_form import StandardForm


@dataclasses.dataclass(frozen=True)
class Forced:
    """Bounds on plans that must use a site.

    Parameters
    ----------
    bound : float
        What any plan costs at the least, from the same prices (scale of the standard form).
    with_site : ndarray
        The same for plans in which a site is open, by site; NaN where the site cannot be open at all.
    """

    bound: float
    with_site: Array


def force_each(form: StandardForm, parts: Partition, opening: Positions, prices: Array) -> Forced:
    """Bound the plans that open each site, one site at a time.

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
    """
    system = parts.rows(-1)
    matrix = form.matrix.tocsr()
    local_to = _local_to(matrix[system], parts.site_named)
    shared = system[local_to < 0]
    shared_prices = prices[local_to < 0].copy()
    left, right = form.row_lower[shared], form.row_upper[shared]
    shared_prices[(shared_prices > 0) & ~np.isfinite(left)] = 0.0
    shared_prices[(shared_prices < 0) & ~np.isfinite(right)] = 0.0
    at_rows = np.where(shared_prices > 0, left, right)
    total = form.offset + float(np.sum(shared_prices[shared_prices != 0] * at_rows[shared_prices != 0]))
    reduced = form.cost - matrix[shared].T @ shared_prices

    count = len(parts.sites)
    free, forced = np.zeros(count), np.full(count, np.nan)
    for site in range(count):
        columns = np.flatnonzero(parts.site_named == site).astype(np.int32)
        rows = np.concatenate([system[local_to == site], parts.rows(site)]).astype(np.int32)
        solver = new_lp(
            matrix[rows][:, columns].tocsc(),
            reduced[columns],
            (form.column_lower[columns], form.column_upper[columns]),
            (form.row_lower[rows], form.row_upper[rows]),
        )
        free[site] = _value(solver)
        if opening[site] >= 0 and form.column_upper[opening[site]] >= 1:
            place = int(np.flatnonzero(columns == opening[site])[0])
            solver.changeColBounds(place, 1.0, 1.0)
            forced[site] = _value(solver)
    alone = np.flatnonzero(parts.site_named < 0)
    if len(alone):
        at_bound = np.where(reduced[alone] > 0, form.column_lower[alone], form.column_upper[alone])
        total += float(np.sum(reduced[alone][reduced[alone] != 0] * at_bound[reduced[alone] != 0]))
    bound = total + float(free.sum())
    return Forced(bound, bound - free + forced)


def _local_to(system: scipy.sparse.csr_array, site_named: Positions) -> Positions:
    """Site whose columns alone a system row names; -1 for a row that sites share."""
    local = np.full(system.shape[0], -1, dtype=np.int32)
    for row in range(system.shape[0]):
        named = site_named[system.indices[system.indptr[row] : system.indptr[row + 1]]]
        if len(named) and named[0] >= 0 and np.all(named == named[0]):
            local[row] = named[0]
    return local


def _value(solver: Any) -> float:
    """Least cost of a site's problem; NaN if it has no solution, minus infinity if it has no bound."""
    solver.run()
    status = solver.modelStatusToString(solver.getModelStatus())
    if status == "Optimal":
        return float(solver.getInfo().objective_function_value)
    return float("nan") if status == "Infeasible" else float("-inf")
