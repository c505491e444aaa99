"""A case with two of everything and every limit stated, so that each rule of each component is reached."""

from __future__ import annotations

import dataclasses
import zlib
from types import MappingProxyType
from typing import Any

import numpy as np
from tiny import tiny_case

from siting.case.case import Array, Case, Field
from siting.data.components.registry import ASSETS
from siting.data.fields.stated import FIELDS
from siting.data.kinds.asset import INCENTIVES
from siting.quantities import bare_name, split

BY_UNIT = MappingProxyType(
    {
        "fraction": (0.1, 0.3),
        "usd": (1e3, 1e5),
        "usd_per_mw": (1e3, 1e4),
        "usd_per_mw_yr": (1e2, 1e3),
        "usd_per_mwh": (5.0, 50.0),
        "usd_per_t": (5.0, 50.0),
        "usd_per_m3": (0.5, 2.0),
        "usd_per_pflop_yr": (1e2, 1e3),
        "t_per_mw_yr": (5.0, 25.0),
        "t_per_mwh": (0.1, 0.6),
        "t_per_yr": (1.0, 5.0),
        "m3_per_mwh": (0.1, 1.5),
        "c": (0.5, 3.0),
    }
)
"""Range of a number that a component states and nobody names here, by its unit: a new component is drawn, too."""


_OF_AXIS = {
    "leases": (
        "accelerator_pflop", "lease_it_mw", "lease_most_pflop", "lease_pue", "lease_rtt_ms", "lease_usd_per_gpu_h",
    ),
    "bridge": (
        "bridge_usd_per_mw", "firm_fraction", "permit_h_per_yr", "there_count", "plant_fuel_usd_per_mwh",
    ),
    "steps": (
        "in_authority_count", "supply_most_mw", "supply_usd_per_mw_yr", "upgrade_usd_per_mw", "shared_usd_per_mw",
    ),
    "measures": (
        "of_batch_count", "touched_fraction", "saved_fraction", "quality_loss_fraction", "adaptation_usd_per_pflop",
    ),
}  # fmt: skip
"""Numbers that only a case with leases, or with measures, has."""


def rich_policy(carbon_method: str) -> dict[str, Any]:
    """Limits and prices of the policy, with which a plan is found whatever else is left out."""
    return {
        "carbon_method": carbon_method,
        "carbon_price_usd_per_t": 20.0,
        "carbon_cap_t_per_yr": 1e5,
        "water_cap_m3_per_yr": 1e5,
        "pue_max_ratio": 1.6,
        "wue_max_l_per_kwh": 1.5,
        "cfe_min_fraction": 0.2,
        "regional": [
            {"state": "TX", "connected_max_mw": 20.0, "water_cap_m3_per_yr": 1e6, "it_min_mw": 0.1},
        ],
        "sites_max_count": 2,
        "grid_zone_limit_mw": {"X": 9.0},
        "moratorium_assumed_end": "2031-12-31",
    }


def rich_case(*, carbon_method: str = "hourly", seed: int = 0, **changes: Any) -> Case:
    """Return a case in which everything has a price and a size, drawn once from a seed.

    Parameters
    ----------
    carbon_method : str
        How the policy counts carbon.
    seed : int
        Of the numbers.
    **changes
        As of `tiny_case`.
    """
    draw = np.random.default_rng(seed).uniform
    days = len(changes.get("days_of_year", (0, 0)))
    hours = 3 * days
    options: dict[str, Any] = {
        "sites": ("a", "b"),
        "zones": ("y", "z"),
        "lots": ("any", "late"),
        "jobs": ("all-year", "pausing"),
        "cooling": ("air", "wet"),
        "racks": ("r", "t"),
        "contracts": ("solar", "wind"),
        "incentives": ("open", "large"),
        "measures": ("lean", "leaner", "later"),
        "of_batch_count": [0.0, 0.0, 1.0],
        "touched_fraction": [0.5, 0.4, 0.6],
        "saved_fraction": [0.2, 0.5, 0.3],
        "quality_loss_fraction": [0.0, 0.01, 0.005],
        "adaptation_usd_per_pflop": [3e3, 9e3, 2e3],
        "leases": ("near", "far"),
        "lease_usd_per_gpu_h": [1.5, 0.8],
        "accelerator_pflop": [1.0, 0.5],
        "lease_it_mw": [1.2e-3, 0.9e-3],
        "lease_pue": [1.2, 1.1],
        "lease_rtt_ms": [[10, 20], [15, 60]],
        "lease_most_pflop": [0.6, 0.4],
        "bridge": ("engine", "cell"),
        "bridge_usd_per_mw": [4e3, 9e3],
        "firm_fraction": [0.9, 0.95],
        "units_ratio": 2.0,
        "further_ratio": 0.75,
        "test_h_per_yr": 12.0,
        "permit_h_per_yr": [4e3, 8760.0],
        "there_count": 1.0,
        "plant_fuel_usd_per_mwh": [[[30.0], [25.0]], [[34.0], [27.0]]],
        "steps": ("first", "second"),
        "in_authority_count": 1.0,
        "supply_most_mw": [[8.0], [12.0]],
        "supply_usd_per_mw_yr": [100.0, 900.0],
        "upgrade_usd_per_mw": [60.0, 2000.0],
        "shared_usd_per_mw": [300.0, 0.0],
        "periods": ((2030, 3), (2033, 4)),
        "days_of_year": (200, 165),
        "base_year": 2028,
        "rate": 0.07,
        "hall_life_yr": (5, 4),
        "rack_life_yr": (2, 3),
        "storage_life_yr": 2.0,
        "connection_life_yr": 5.0,
        "storage": True,
        "certificates": True,
        "grid_zones": ("X", "Y"),
        "facility": {
            "peak_diversity_fraction": 0.9,
            "site_min_mw": 1.0,
            "site_max_mw": 8.0,
            "fixed_site_usd": 1e4,
            "storage_min_mw": 0.01,
        },
        "policy": rich_policy(carbon_method),
        "inside_count": [[1.0], [1.0]],
        "water_fee_usd_per_m3": [0.5, 0.0],
        "payment_usd_per_mw_yr": [200.0, 100.0],
        "placed_count": [[1, 1], [0, 1]],
        "until_yr": [5.0, 1000.0],
        "threshold_usd": [0.0, 2e5],
        **{f"{bare_name(name)}_{share}_fraction": 0.0 for name in ASSETS for share in INCENTIVES},
        "rack_credited_fraction": [0.0, 0.02],
        "rack_exempted_fraction": [0.2, 0.1],
        "hall_credited_fraction": [0.02, 0.02],
        "hall_abated_fraction": [0.3, 0.0],
        "land_usd_per_ha": 1000.0,
        "capital_ratio": [1.0, 1.2],
        "water_usd_per_m3": 1.0,
        "full_load_m3_per_mw_yr": [[2e3, 8e3], [1e3, 9e3]],
        "water_limit_m3_per_yr": [3e4, 5e4],
        "peak_charge_usd_per_m3_per_day": 1e3,
        "peak_day_m3_per_mwh": np.array([[1.0, 3.0], [0.0, 4.0]]) / 24,
        "connection_usd_per_mw": 3000.0,
        "connection_fixed_usd": 5000.0,
        "headroom_mw": [9.0, 12.0],
        "energised_mw": [[6.0], [7.0]],
        "min_take_fraction": [0.5, 0.8],
        "ratchet_fraction": [0.9, 0.95],
        "coincident_usd_per_mwh": np.resize([0.0, 0.0, 2.0], (2, hours)),
        "term_months": 120.0,
        "exit_most_months": 24.0,
        "flexible_most_mw": [[1.0], [0.5]],
        "authority_most_mw": [0.9, 0.9],
        "given_up_fraction": np.resize([0.0, 1.0, 0.0], (2, hours)),
        "further_line_most_mw": [7.5, 11.0],
        "reinforced_most_mw": [8.0, 10.0],
        "further_line_usd_per_mw": [900.0, 700.0],
        "reinforcement_usd_per_mw": [400.0, 600.0],
        "demand_charge_usd_per_mw_month": [900.0, 400.0],
        "hall_usd_per_mw": [9e4, 11e4],
        "maintenance_usd_per_mw_yr": 2000.0,
        "land_ha_per_mw": [0.5, 0.4],
        "hall_embodied_t_per_mw_yr": [20.0, 25.0],
        "fixed_fraction": [0.3, 0.2],
        "compatible_count": [[1, 0], [1, 1]],
        "existing_mw": [[2.0, 0.0], [0.0, 1.0]],
        "conversion_usd_per_mw": [5e4, 4e4],
        "conversion_lost_fraction": 0.25,
        "heat_reusable_fraction": [[0.0, 0.8], [0.5, 0.8]],
        "heat_demand_mw": [2.0, 1.0],
        "heat_price_usd_per_mwh": [12.0, 9.0],
        "heat_connection_usd_per_mw": [8000.0, 6000.0],
        "heat_pump_usd_per_mw": 3000.0,
        "heat_pump_power_fraction": [[0.2, 0.0], [0.25, 0.0]],
        "heat_gain_ratio": [[1.25, 1.0], [4 / 3, 1.0]],
        "heat_shape_fraction": draw(0.1, 1.0, (2, hours)),
        "heat_life_yr": 3.0,
        "rack_mw": [0.25, 0.5],
        "rack_usd": [6e4, 13e4],
        "rack_maintenance_usd_per_yr": [900.0, 1500.0],
        "rack_embodied_t_per_yr": [2.0, 3.0],
        "compute_pflop_per_mw": [1.0, 1.3],
        "availability_fraction": [0.97, 0.95],
        "idle_fraction": [0.25, 0.3],
        "accelerators_count": 8.0,
        "strike_usd_per_mwh": [30.0, 34.0],
        "delivery_usd_per_mwh": 4.0,
        "rtt_ms": [[10, 20], [30, 15]],
        "network_usd_per_pflop_yr": [[100, 900], [800, 200]],
        "price_usd_per_mwh": draw(20, 90, (2, hours)),
        "carbon_t_per_mwh": draw(0.1, 0.6, (2, hours)),
        "grid_cfe_fraction": draw(0.2, 0.8, (2, hours)),
        "output_fraction": draw(0.1, 0.9, (2, 2, hours)),
        "resale_usd_per_mwh": draw(5, 18, (2, 2, hours)),
        "pue": 1 + draw(0.1, 0.5, (2, 2, hours)),
        "wue_m3_per_mwh": draw(0.0, 1.5, (2, 2, hours)),
        "inference_pflop": draw(0.5, 1.5, (2, 2, hours)) * np.array([1.0, 1.6])[None, :, None],
        "batch_mean_pflop": draw(0.25, 0.5, (2, days)),
        "batch_presence_ratio": np.tile([[1.0, 1.0, 1.0], [0.0, 1.5, 1.5]], days),
        "batch_movable_fraction": [1.0, 0.6],
        "batch_waiting_days_count": [1.0, 0.0],
        "run_fraction": [1.0, 0.5],
        "fabric_count": [[1.0, 1.0], [0.0, 1.0]],
        "certificate_usd_per_mwh": 3.0,
        "resale_limit_fraction": 0.2,
        "one_way_fraction": 0.92,
        "power_usd_per_mw": 2000.0,
        "energy_usd_per_mwh": 3000.0,
        "fixed_usd_per_mw_yr": 200.0,
        "throughput_usd_per_mwh": 2.0,
        "storage_embodied_t_per_mwh_yr": 5.0,
    }
    options |= changes
    for axis, names in _OF_AXIS.items():
        if not options[axis]:
            options = {name: value for name, value in options.items() if name not in names}
    return tiny_case(**{**_by_rule(tiny_case(**options), seed, set(options)), **options})


def _by_rule(case: Case, seed: int, named: set[str]) -> dict[str, Array]:
    """Draw each number that would cost, lose and limit nothing if it were left alone, by its unit; each on its own."""
    drawn = {}
    for name, number in sorted(FIELDS.items()):
        bare, (_, suffix) = bare_name(name), split(name)
        if number.inputs and number.neutral == 0 and bare not in named and suffix in BY_UNIT:  # what has none is fixed
            draw = np.random.default_rng([seed, zlib.crc32(bare.encode())]).uniform
            drawn[bare] = draw(*BY_UNIT[suffix], tuple(len(case.axes[axis]) for axis in number.axes))
    return drawn


def with_quota(case: Case, share: float = 0.5) -> Case:
    """Return a case with the quotas that a replay has: a share of each day's batch work at every site, no pauses."""
    sites = len(case.axes["site"])
    moved = case.values("serving.batch_moved_pflop")
    pauses = np.zeros((sites, *(len(case.axes[axis]) for axis in ("job", "period", "day"))))
    quotas = {
        "quota.batch_quota_pflop": Field(
            ("site", "lot", "period", "day"), np.broadcast_to(share * moved, (sites, *moved.shape))
        ),
        "quota.pause_quota_pflop": Field(("site", "job", "period", "day"), pauses),
    }
    return dataclasses.replace(case, fields={**case.fields, **quotas})
