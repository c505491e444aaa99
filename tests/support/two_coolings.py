"""A site of one megawatt with two coolings: one takes more power, the other takes water."""

from __future__ import annotations

from typing import Any

from tiny import tiny_case


def two_coolings(**changes: Any) -> Any:
    """A site that asks for 1 MW flat; air is cheap and thirsty for power, water the other way round."""
    options: dict[str, Any] = {
        "cooling": ("air", "wet"),
        "facility": {"module_mw": 0.25, "peak_diversity_fraction": 1.0, "site_min_mw": 0.0},
        "rack_mw": 0.25,
        "hall_usd_per_mw": [80_000.0, 100_000.0],
        "maintenance_usd_per_mw_yr": [3_000.0, 5_000.0],
        "rack_usd": 1_000_000.0,
        "rack_maintenance_usd_per_yr": 10_000.0,
        "land_ha_per_mw": [0.5, 0.25],
        "land_usd_per_ha": 100_000.0,
        "rate": 0.1,
        "price_usd_per_mwh": [[20.0, 50.0, 80.0]],
        "demand_charge_usd_per_mw_month": 1_000.0,
        "connection_usd_per_mw": 10_000.0,
        "water_usd_per_m3": 2.0,
        "fixed_fraction": [0.2, 0.3],
        "pue": [[[1.2, 1.3, 1.4], [1.1, 1.1, 1.1]]],
        "wue_m3_per_mwh": [[[0.0, 0.0, 0.0], [1.0, 1.5, 2.0]]],
    }
    return tiny_case(**{**options, **changes})
