"""Four sites, and two megawatts that one of them can hold alone: what a plan says of the other three."""

from __future__ import annotations

from typing import Any

import pandas as pd
from tiny import tiny_case

from siting.case.case import Case
from siting.plan.plan import Plan


def two_megawatts(**changes: Any) -> Case:
    """Return a case of 2 PFLOP/s, and so 2 MW, that a site can hold alone, in halls and racks of 1 MW.

    A site that is opened has a hall of 1 MW at the least (500 USD a year) and costs 100 USD a year; racks cost
    1,000 USD a MW and year wherever they stand. Power: 10.00 USD/MWh at a, 10.02 at b, 10.04 at c, 10.50 at d.
    All at a: 87,600 x 2 + 1,000 + 2,000 + 100 = 178,300.
    """
    options: dict[str, Any] = {
        "sites": ("a", "b", "c", "d"),
        "inference_pflop": 2.0,
        "rack_usd": 1000.0,
        "hall_usd_per_mw": 500.0,
        "land_ha_per_mw": 1.0,
        "price_usd_per_mwh": [[10.00], [10.02], [10.04], [10.50]],
        "facility": {"site_min_mw": 1.0, "site_max_mw": 2.0},
        "fixed_site_usd": 100.0,
    }
    return tiny_case(**{**options, **changes})


def why_not(plan: Plan) -> pd.DataFrame:
    """The plan's rivals, by site."""
    assert plan.rivals is not None
    return plan.rivals.set_index("site_id")
