"""Work that takes long, or would: a search that does not end, and a year in which power is paid for."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
from tiny import tiny_case, with_year

from siting.case.case import Case
from siting.optimise.solver import loading

DAYS_OF_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ROUND_TRIP = 0.85


def knapsacks(count: int = 40) -> Any:
    """A search that takes hours: market splitting, where nearly every choice misses."""
    random = np.random.default_rng(0)
    matrix = random.integers(0, 100, (5, count)).astype(float)
    half = np.floor(matrix.sum(axis=1) / 2)
    outside = scipy.sparse.eye_array(5)
    both = scipy.sparse.hstack([scipy.sparse.csc_array(matrix), outside, -outside]).tocsc()
    cost = np.concatenate([np.zeros(count), np.ones(10)])
    upper = np.concatenate([np.ones(count), np.full(10, np.inf)])
    integral = np.arange(count + 10) < count
    return loading.new_lp(both, cost, (np.zeros(count + 10), upper), (half, half), integral=integral)


def with_battery(**changes: Any) -> Case:
    """Two sites, one to be built; twelve days of 24 hours, power at -25 USD/MWh in 30 % of the hours, a battery."""
    prices = np.full(288, 40.0)
    prices[np.arange(288) % 10 < 3] = -25.0
    given: dict[str, Any] = {
        "sites": ("a", "b"),
        "fixed_site_usd": [1e5, 2e5],
        "storage": True,
        "one_way_fraction": ROUND_TRIP**0.5,
        "rack_usd": 1e6,
        "power_usd_per_mw": 10.0,
        "energy_usd_per_mwh": 1000.0,
        "price_usd_per_mwh": prices,
        "days_of_year": DAYS_OF_MONTHS,
        "hours_count": 24,
        **changes,
    }
    return with_year(tiny_case(**given))
