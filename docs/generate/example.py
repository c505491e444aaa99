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
    technology = study.technology.model_copy(update={"measures": "all", "leases": "all"})
    changed = {"policy": policy, "time": time, "technology": technology, "connection": {"dates": "p50"}}
    case = siting.prepare(study.model_copy(update=changed))
    asked = case.values("serving.batch_mean_pflop")
    quota = Field(("site", "period", "day"), np.broadcast_to(asked, (len(case.axes["site"]), *asked.shape)))
    return dataclasses.replace(case, fields={**case.fields, "quota.batch_quota_pflop": quota})
