"""A node of the tree: limits of some counts; and what a mix of plans says of them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np

from siting.case.case import Array
from siting.models.compiler.members import Positions
from siting.optimise.decomposition.blocks import BlockAngularForm, LinkingRows
from siting.optimise.decomposition.column import Column
from siting.optimise.decomposition.integer_pricing import FEW_COUNT, INTEGRALITY

OF_ALL = -1
"""In place of a site: a count of all sites."""

WHOLE_TOLERANCE = 1e-3
"""Distance from a whole number below which the mean of a site's count in a mix is taken for it."""

WHOLE_TOLERANCE_OF_ALL = 0.02
"""The same for a count of all sites, which adds up many of these."""

Count = tuple[int, int]
"""A count by site and place in `SiteBlock.whole`; a count of all sites by `OF_ALL` and place of the shared row."""


@dataclasses.dataclass(frozen=True, order=True)
class Node:
    """Part of all plans: those whose counts lie within limits.

    Nodes are ordered by their bounds.

    Parameters
    ----------
    bound : float
        None of these plans costs less.
    number : int
        Order in which the nodes were made.
    limits : mapping
        Least and most of each count that is limited.
    prices : ndarray
        Of the shared rows, for which the bound nearly holds.
    """

    bound: float
    number: int
    limits: Mapping[Count, tuple[float, float]] = dataclasses.field(compare=False)
    prices: Array = dataclasses.field(compare=False)

    def within(self, count: Count, least: float, most: float) -> Mapping[Count, tuple[float, float]]:
        """Limits of a part of this part."""
        before = self.limits.get(count, (-math.inf, math.inf))
        return {**self.limits, count: (max(before[0], least), min(before[1], most))}

    def has(self, plan: Column) -> bool:
        """Whether a plan of one site is within the limits."""
        return all(
            least - INTEGRALITY <= plan.counts[place] <= most + INTEGRALITY
            for (site, place), (least, most) in self.limits.items()
            if site == plan.site
        )

    def of(self, blocks: BlockAngularForm) -> BlockAngularForm:
        """The model with these limits; sites that have none stay the same objects."""
        sites = list(blocks.sites)
        shared: LinkingRows = blocks.shared
        row_lower, row_upper = shared.row_lower.copy(), shared.row_upper.copy()
        for (site, place), (least, most) in self.limits.items():
            if site == OF_ALL:
                row_lower[place], row_upper[place] = max(row_lower[place], least), min(row_upper[place], most)
                continue
            column = sites[site].counted[place]
            lower, upper = sites[site].column_lower.copy(), sites[site].column_upper.copy()
            lower[column], upper[column] = max(lower[column], least), min(upper[column], most)
            sites[site] = dataclasses.replace(sites[site], column_lower=lower, column_upper=upper)
        return BlockAngularForm(tuple(sites), dataclasses.replace(shared, row_lower=row_lower, row_upper=row_upper))


Mix = Sequence[tuple[float, Column]]
"""Plans of sites with their weights."""


def counts_of_all(blocks: BlockAngularForm) -> Positions:
    """Shared rows that add up counts of sites, and nothing else: how many are open, how many halls there are."""
    shared = blocks.shared
    adds = np.diff(shared.matrix.tocsr().indptr) == 0
    for block in blocks.sites:
        link = block.link.tocoo()
        whole = np.zeros(len(block.cost), dtype=bool)
        whole[block.counted] = True
        adds[link.row[~whole[link.col] | (link.data != np.round(link.data))]] = False
    return np.flatnonzero(adds).astype(np.int32)


def means(blocks: BlockAngularForm, mix: Mix) -> list[Array]:
    """Mean of each site's counts in a mix."""
    found = [np.zeros(len(block.whole)) for block in blocks.sites]
    for weight, plan in mix:
        found[plan.site] += weight * plan.counts
    return found


def to_branch_on(blocks: BlockAngularForm, of_all: Positions, mix: Mix) -> tuple[Count, float] | None:
    """Choose a count that is not whole in a mix, and its mean; None if there is none.

    First what is counted over all sites, the fewest first: whether ten or eleven sites are open settles more than
    whether one of them is. Then which sites are open, then other counts, those nearest to a half first.

    Parameters
    ----------
    blocks : BlockAngularForm
        The model.
    of_all : ndarray of int
        From `counts_of_all`.
    mix : sequence of (float, Column)
        Plans with their weights.
    """
    sums = sum((weight * plan.link[of_all] for weight, plan in mix), np.zeros(len(of_all)))
    loose = [(value, place) for value, place in zip(sums.tolist(), of_all.tolist(), strict=True)]
    loose = [(value, place) for value, place in loose if _from_whole(value) > WHOLE_TOLERANCE_OF_ALL]
    if loose:
        value, place = min(loose)
        return (OF_ALL, place), value
    best: tuple[tuple[bool, float], Count, float] | None = None
    for site, (block, counts) in enumerate(zip(blocks.sites, means(blocks, mix), strict=True)):
        few = block.column_upper[block.counted] - block.column_lower[block.counted] <= FEW_COUNT
        for place in np.flatnonzero(few & (np.abs(counts - np.round(counts)) > WHOLE_TOLERANCE)).tolist():
            worth = (int(block.counted[place]) == block.opening, _from_whole(float(counts[place])))
            if best is None or worth > best[0]:
                best = worth, (site, place), float(counts[place])
    return None if best is None else best[1:]


def _from_whole(value: float) -> float:
    """Distance from the nearest whole number."""
    return abs(value - round(value))
