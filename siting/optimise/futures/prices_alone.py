"""Prices to begin with, of what sites share in many futures, and a bound: those of each future alone, by probability.

Were nothing decided before it is known which future comes, the relaxation of all futures would be that of each, and
its prices these. What is decided first moves them a little. Each future begins with the prices of the one before. No
design costs less in a future than the best for that one alone, so the mean of what each costs at the least bounds
the expected cost (wait and see). It lies below the best design by no more than knowing what comes is worth.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from siting.case.minimum_cost import unavoidable_cost
from siting.optimise.by_site import RELAXATION_SHARE, STEP_H
from siting.optimise.decomposition.blocks import cut
from siting.optimise.decomposition.column_generation import relax
from siting.optimise.decomposition.lagrangian_bounds import bounds_of_sites
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.futures import CaseOfFutures
    from siting.models.assembly.assembly import Component
    from siting.optimise.gap import Gap
    from siting.optimise.solver.deadline import Deadline

__all__ = ["prices_alone"]


def prices_alone(
    case: CaseOfFutures,
    components: Sequence[type[Component]],
    *,
    gap: Gap,
    threads: int,
    deadline: Deadline,
    progress: ProgressCallback | None,
) -> tuple[dict[str, float], float]:
    """Return prices of the rows that sites share in the model of all futures in longer steps, by name, and a bound.

    Parameters
    ----------
    case : CaseOfFutures
        The futures.
    components : sequence of component classes
        What the model consists of.
    gap : Gap
        Of the search; each relaxation may leave a part of it open.
    threads : int
        Sites priced at once.
    deadline : Deadline
        When to stop; futures that are not done by then have no prices.
    progress : callable or None
        Told of each future.

    Returns
    -------
    dict of str to float
        Prices by name of the row.
    float
        What no design costs less than in the mean (scale of the standard form).
    """
    bound = 0.0
    found: dict[str, float] = {}
    before: dict[str, float] = {}
    for number, (name, weight, outcome) in enumerate(zip(case.names, case.weights, case.outcomes, strict=True), 1):
        least = unavoidable_cost(outcome) * COST_SCALE
        bound += weight * least
        if deadline.is_over():
            continue
        if progress is not None:
            progress(Progress(f"solve: relaxation of future {number} of {len(case.names)} alone", deadline.spent()))
        in_steps = dataclasses.replace(outcome, year_of=None).in_steps(STEP_H)
        wanted = [one for one in components if one.is_wanted(outcome)]
        blocks, _ = cut(in_steps, wanted)
        names = blocks.shared.names
        first = np.array([before.get(row, np.nan) for row in names]) if before else None
        near = dataclasses.replace(gap, unavoidable=unavoidable_cost(in_steps) * COST_SCALE).part(RELAXATION_SHARE)
        relaxed = relax(blocks, gap=near, threads=threads, deadline=deadline, first=first)
        if relaxed.infeasible or relaxed.interrupted:
            continue
        before = dict(zip(names, relaxed.prices.tolist(), strict=True))
        of_sites, _ = bounds_of_sites(outcome, wanted, before, threads=threads, deadline=deadline, tell=lambda _: None)
        bound += weight * float(np.fmax(of_sites.of_all - least, 0.0))
        found |= {_in_future(row, name): weight * price for row, price in before.items()}
    return found, bound


def _in_future(row: str, name: str) -> str:
    """Name of a future's row in the model of all futures."""
    block, _, rest = row.partition(".")
    return f"{block}@{name}.{rest}"
