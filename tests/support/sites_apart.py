"""Fleets of small sites, and their models cut along the seam."""

from __future__ import annotations

from typing import Any

import numpy as np
from tiny import tiny_case

from siting.case.case import Case
from siting.models.assembly.model import Model, model_of
from siting.models.formulation import DESIGN, chosen
from siting.optimise.decomposition.blocks import BlockAngularForm, cut


def fleet(count: int = 4, *, seed: int = 0, **changes: Any) -> Case:
    """Return some sites, the cheaper the dirtier, of which two can hold all of the work."""
    draw = np.random.default_rng(seed).uniform
    place = np.arange(count, dtype=float)
    options: dict[str, Any] = {
        "sites": tuple("abcdef"[:count]),
        "zones": ("x", "y", "z"),
        "cooling": ("air", "wet"),
        "racks": ("r", "t"),
        "grid_zones": ["X", "X", "Y", "Y", "Y", "X"][:count],
        "storage": True,
        "certificates": True,
        "facility": {"site_min_mw": 1.0, "site_max_mw": 3.0, "fixed_site_usd": 4e4},
        "rack_mw": [0.25, 0.5],
        "rack_usd": [5e4, 9e4],
        "hall_usd_per_mw": [3e4, 2e4],
        "price_usd_per_mwh": (20 + 15 * place)[:, None] + draw(-5, 5, (count, 3)),
        "carbon_t_per_mwh": (0.6 - 0.12 * place)[:, None] + draw(-0.05, 0.05, (count, 3)),
        "pue": 1 + draw(0.05, 0.3, (count, 2, 3)),
        "wue_m3_per_mwh": np.broadcast_to([[0.0], [0.8]], (count, 2, 3)),
        "output_fraction": draw(0.1, 0.6, (count, 1, 3)),
        "strike_usd_per_mwh": 55.0,
        "certificate_usd_per_mwh": 6.0,
        "inference_pflop": draw(0.6, 1.2, (3, 1, 3)),
        "batch_mean_pflop": 0.8,
        "clusters_needed_count": 1.0,
        "network_usd_per_pflop_yr": draw(0, 4e5, (count, 3)),
        "power_usd_per_mw": 4e4,
        "energy_usd_per_mwh": 3e4,
        "throughput_usd_per_mwh": 2.0,
        "one_way_fraction": 0.92,
    }
    return tiny_case(**{**options, **changes})


def whole(case: Case) -> Model:
    """The model of all sites."""
    return model_of(case, chosen(DESIGN, case))


def blocks_of(case: Case) -> BlockAngularForm:
    """The same in blocks."""
    return cut(case, chosen(DESIGN, case))[0]
