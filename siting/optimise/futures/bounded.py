"""A bound on all futures at prices of what sites share: each site by itself, with all its futures together.

What is decided first is one column for all futures of a site, so no plan is asked to know which of them comes. Prices
that are nearly right, such as those of longer steps, leave the bound a little low, and it holds all the same: what is
taken of each site is what the prices of its own rows prove (`siting.optimise.dual_bound`).
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse

from siting.models.assembly.labels import Labels
from siting.models.assembly.standard_form import StandardForm
from siting.optimise.decomposition.blocks import BlockBuilder, SiteBlock, Size, each_block, signed
from siting.optimise.decomposition.pricing import charged, cost_at
from siting.optimise.dual_bound import dual_bound
from siting.optimise.solver.highs import run_alone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siting.case.case import Array
    from siting.case.futures import CaseOfFutures
    from siting.models.assembly.assembly import Component
    from siting.optimise.solver.deadline import Deadline

__all__ = ["bound_at"]


def bound_at(
    case: CaseOfFutures,
    components: Sequence[type[Component]],
    prices: Mapping[str, float],
    *,
    threads: int,
    deadline: Deadline,
) -> tuple[float, Size]:
    """Return what no plan over all futures costs less than (scale of the standard form), and the size of the model.

    Parameters
    ----------
    case : CaseOfFutures
        The futures, without a year.
    components : sequence of component classes
        What their models consist of.
    prices : mapping of str to float
        Of the rows that sites share, by name; a row without one has none.
    threads : int
        Sites priced at once.
    deadline : Deadline
        When to stop; minus infinity is returned then.

    Raises
    ------
    InfeasibleConstraintException
        If no site has anything to meet a row with.
    """
    cutter = BlockBuilder()
    waiting: deque[Future[float]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for block in each_block(case, components, cutter):
            names = tuple(islice(cutter.known, block.link.shape[0]))
            lower, upper = (side[: len(names)] for side in cutter.sides())
            here = signed(np.array([prices.get(name, 0.0) for name in names]), lower, upper)
            waiting.append(pool.submit(_least, block, here, deadline))
        of_sites = sum(future.result() for future in waiting)
    shared = cutter.shared()
    here = np.array([prices.get(name, 0.0) for name in shared.names])
    return shared.bound(signed(here, shared.row_lower, shared.row_upper)) + of_sites, cutter.size()


def _least(block: SiteBlock, prices: Array, deadline: Deadline) -> float:
    """What a site costs at the least at prices of what it shares, by the prices of its own rows.

    By the simplex: of ten futures, 34,000 rows, it takes a third of the time of an interior point, and of twenty that
    may end with prices that prove nothing.
    """
    if deadline.is_over():
        return -np.inf
    solver = charged(block, prices)
    run_alone(solver, deadline)
    return _proven(block, prices, solver)


def _proven(block: SiteBlock, prices: Array, solver: Any) -> float:
    """What the prices prove that a solver found for a site's own rows; minus infinity where it found none."""
    own = np.array(solver.getSolution().row_dual)
    if len(own) != block.matrix.shape[0] or not np.isfinite(own).all():
        return -np.inf
    nameless = Labels((), np.zeros(0, dtype=np.int32))
    form = StandardForm(
        matrix=scipy.sparse.csc_matrix(block.matrix),
        row_lower=block.row_lower,
        row_upper=block.row_upper,
        column_lower=block.column_lower,
        column_upper=block.column_upper,
        cost=cost_at(block, prices),
        offset=0.0,
        integral=np.zeros(len(block.cost), dtype=bool),
        rows=nameless,
        columns=nameless,
    )
    return dual_bound(form, own)
