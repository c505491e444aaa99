"""A case whose search does not end by itself: many sites alike, with fixed costs."""

from __future__ import annotations

import numpy as np
from tiny import tiny_case

from siting.case.case import Case


def hard_case(count: int = 60) -> Case:
    """Return sites and zones scattered over a square: each site is cheap for its neighbours only."""
    draw = np.random.default_rng(0)
    place, zone = draw.uniform(0, 1, (count, 2)), draw.uniform(0, 1, (count, 2))
    distance = np.linalg.norm(place[:, None] - zone[None], axis=2)
    return tiny_case(
        sites=tuple(f"s{i}" for i in range(count)),
        zones=tuple(f"z{i}" for i in range(count)),
        inference_pflop=draw.uniform(0.5, 3, (count, 1, 1)),
        network_usd_per_pflop_yr=1e6 * distance,
        fixed_site_usd=draw.uniform(4e5, 8e5, count),
        site_max_mw=6.0,
        rack_mw=0.7,
        rack_usd=1e5,
        hall_usd_per_mw=1e5,
        facility={"module_mw": 1.5},
    )
