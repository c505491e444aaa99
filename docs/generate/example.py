"""A small case in which every limit is stated, so that every rule of every component has something to say."""

from __future__ import annotations

import dataclasses

import numpy as np

from generate.project import Case, Field, siting

LIMITS = {
    "carbon_price_usd_per_t": 50.0,
    "carbon_cap_t_per_yr": 1e6,
    "water_cap_m3_per_yr": 1e6,
    "pue_max_ratio": 1.4,
    "wue_max_l_per_kwh": 1.0,
    "cfe_min_fraction": 0.5,
    "cfe_annual_min_fraction": 0.5,
    "heat_reuse_min_fraction": 0.1,
    "sites_max_count": 3,
    "regional": (
        {
            "state": "TX",
            "connected_max_mw": 100.0,
            "it_min_mw": 1.0,
            "water_cap_m3_per_yr": 1e6,
            "water_fee_usd_per_m3": 1.0,
            "payment_usd_per_mw_yr": 100.0,
        },
    ),
    "grid_zone_limit_mw": {"ERCO": 100.0},
}


def example_case() -> Case:
    """Return the smallest built-in study on one day, with every limit, and the quotas that a replay has."""
    study = siting.load_study("us-small")
    policy = study.policy.model_copy(update=LIMITS)
    time = study.time.model_copy(update={"typical_days_count": 1, "extreme_days": ()})
    demand = study.demand.model_copy(
        update={
            "workloads": [
                {
                    "workload_id": "tuning", "kind": "batch", "work_mw": {2030: 10}, "movable_fraction": 0.5,
                    "deadline_h": 48,
                },
                {
                    "workload_id": "weather", "kind": "hpc", "work_mw": {2030: 10}, "cluster_mw": 20, "may_pause": True,
                    "run_months_per_yr": 6, "fabric": "InfiniBand",
                },
            ]
        }
    )  # fmt: skip
    racks = (*study.technology.racks, "mi300x-air")  # whose fabric is another
    technology = study.technology.model_copy(
        update={"measures": "all", "leases": "all", "racks": racks, "bridge": "all", "backup": "2n"}
    )
    connection = {
        "dates": "p50", "flexible_fraction": 0.2, "min_take_fraction": 0.6, "ratchet_fraction": 0.8,
        "coincident_usd_per_mw_yr": {"ERCO": 6e4}, "term_yr": 12.0, "collateral_usd_per_mw": 1e5,
        "supply_steps": "high", "flexible_headroom": "published",
    }  # fmt: skip
    parts = {"policy": policy, "time": time, "technology": technology, "demand": demand, "connection": connection}
    case = siting.prepare(study.model_copy(update=parts))
    quotas = {
        "quota.batch_quota_pflop": case.values("serving.batch_moved_pflop"),
        "quota.pause_quota_pflop": np.zeros(tuple(len(case.axes[axis]) for axis in ("job", "period", "day"))),
    }
    axes = {"quota.batch_quota_pflop": "lot", "quota.pause_quota_pflop": "job"}
    fields = {
        name: Field(
            ("site", axes[name], "period", "day"), np.broadcast_to(values, (len(case.axes["site"]), *values.shape))
        )
        for name, values in quotas.items()
    }
    return dataclasses.replace(case, fields={**case.fields, **fields})
