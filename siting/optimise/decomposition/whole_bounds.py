"""Bounds of some sites raised: what there are few of at a site (opening, halls, clusters) is whole in its own problem.

The prices stay, so no other site's bound changes. A plan's part at a site is whole, so it costs no less than the least
of the site's own problem in whole numbers, which is no less than that of its linear one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from siting.optimise.decomposition.blocks import BlockBuilder, SiteBlock, each_block, lengthened, signed
from siting.optimise.decomposition.integer_pricing import IntegerPricingProblem
from siting.optimise.solver.deadline import Deadline, Stopped

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.assembly import Component
    from siting.optimise.decomposition.lagrangian_bounds import SiteBounds

ROOM_FRACTION = 1e-6
"""How far a site's search may end from its own bound, over what any plan costs."""


def in_whole_numbers(
    bounds: SiteBounds,
    sites: Sequence[int],
    *,
    case: Case,
    components: Sequence[type[Component]],
    prices: Mapping[str, float],
    threads: int,
    deadline: Deadline,
) -> SiteBounds:
    """Raise the bounds of some sites, left to themselves and open, as far as there is time.

    Parameters
    ----------
    bounds : SiteBounds
        Of all sites, at the same prices.
    sites : sequence of int
        Positions of those to be priced.
    case : Case
        The numbers, of all sites.
    components : sequence of component classes
        What the model consists of.
    prices : mapping of str to float
        Prices of the rows that sites share, by name; a row without one has none.
    threads : int
        Sites priced at once.
    deadline : Deadline
        When to stop; sites that are not done by then keep their bounds.
    """
    if not len(sites):
        return bounds
    cutter = BlockBuilder()
    blocks = list(each_block(case.only(site=[str(case.axes["site"][site]) for site in sites]), components, cutter))
    here = signed(np.array([prices.get(name, 0.0) for name in cutter.known]), *cutter.sides())
    room = ROOM_FRACTION * abs(bounds.of_all)
    free, forced = bounds.free.copy(), bounds.forced.copy()

    def price(place: int) -> tuple[float, float]:
        site = sites[place]
        block = dataclasses.replace(blocks[place], link=lengthened(blocks[place].link, len(here)))
        try:
            alone = _least(block, here, room, deadline) if free[site] < 0 else free[site]
            return alone, _least(_opened(block), here, room, deadline)
        except Stopped:
            return free[site], forced[site]

    with ThreadPoolExecutor(threads) as pool:
        for site, (alone, opened) in zip(sites, pool.map(price, range(len(sites))), strict=True):
            free[site] = max(free[site], min(alone, 0.0))
            forced[site] = max(forced[site], opened, free[site])
    return dataclasses.replace(bounds, free=free, forced=forced)


def _least(block: SiteBlock, prices: Array, room: float, deadline: Deadline) -> float:
    """Bound on the cost of a site in whole numbers."""
    return IntegerPricingProblem(block, warm=True).price(prices, room, deadline)[0]


def _opened(block: SiteBlock) -> SiteBlock:
    """The same site, which must be open in the last period."""
    if block.opening is None:
        raise ValueError(f"site {block.site} cannot be opened")
    lower = block.column_lower.copy()
    lower[block.opening] = 1.0
    return dataclasses.replace(block, column_lower=lower)
