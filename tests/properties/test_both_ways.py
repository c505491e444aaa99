"""Whole and site by site: for any small fleet and limit, two plans and two bounds that agree."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from draws import drawn
from hypothesis import strategies as st
from sites_apart import fleet
from tiny import quick

from siting.case.case import Case
from siting.optimise.no_plan import NoPlanError
from siting.plan.plan import Plan

CLOSE = 1e-6
"""Relative distance of two costs that are held to be the same."""

DAYS = ((365,), (200, 165), (100, 200, 65))

LIMITS: tuple[dict[str, Any], ...] = (
    {},
    {"carbon_method": "location", "carbon_cap_t_per_yr": 25_000.0},
    {"carbon_method": "market", "carbon_price_usd_per_t": 40.0},
    {"water_cap_m3_per_yr": 15_000.0},
    {"pue_max_ratio": 1.2},
    {"sites_max_count": 2},
    {"sites_min_count": 2},
    {"grid_zone_limit_mw": {"X": 3.0}},
    {"carbon_method": "location", "carbon_cap_t_per_yr": 20_000.0, "sites_max_count": 2},
)


VINTAGES: dict[str, Any] = {
    "periods": ((2030, 2), (2032, 3)),
    "sold_count": [[1, 1], [0, 1]],
    "rack_life_yr": [2, 4],
    "hall_life_yr": 5.0,
    "compute_pflop_per_mw": [1.0, 1.6],
}
"""A second period, in which a newer kind of rack may take the place of the first."""

STEPS: dict[str, Any] = {
    "headroom_mw": 8.0,
    "further_line_most_mw": 6.0,
    "reinforced_most_mw": 6.5,
    "further_line_usd_per_mw": 2e4,
    "reinforcement_usd_per_mw": 3e4,
}
"""A connection whose price rises with its size."""


@st.composite
def fleets(draw: st.DrawFn) -> Case:
    """One to six sites, one to three days of three hours, one period or two, and a limit or none."""
    count, seed = draw(st.integers(1, 6)), draw(st.integers(0, 999))
    days = draw(st.sampled_from(DAYS))
    values = np.random.default_rng(seed).uniform
    hours, later = 3 * len(days), draw(st.sampled_from([{}, VINTAGES]))
    count_of_periods = len(later.get("periods", (0,)))
    return fleet(
        count,
        seed=seed,
        hours_count=3,
        days_of_year=days,
        policy=draw(st.sampled_from(LIMITS)),
        facility={
            "site_min_mw": 1.0,
            "site_max_mw": draw(st.sampled_from([3.0, 6.0])),
            "fixed_site_usd": draw(st.sampled_from([0.0, 4e4, 4e5])),
        },
        price_usd_per_mwh=values(10, 90, (count, hours)),
        carbon_t_per_mwh=values(0.0, 0.7, (count, hours)),
        pue=1 + values(0.05, 0.3, (count, 2, hours)),
        wue_m3_per_mwh=np.broadcast_to([[0.0], [0.8]], (count, 2, hours)),
        output_fraction=values(0.1, 0.6, (count, 1, hours)),
        inference_pflop=values(0.2, 0.8, (3, count_of_periods, hours)),
        **later,
        **draw(st.sampled_from([{}, STEPS])),
    )


def solved(case: Case, method: Literal["whole", "decomposed"], gap: float) -> Plan | None:
    """The plan that one way gives; None if there is none to be had."""
    try:
        plan = quick(case, method=method, gap=gap)
    except NoPlanError as error:
        if error.status != "infeasible":
            raise
        return None
    plan.audit().raise_for_residuals()
    assert plan.status == "optimal"
    assert plan.gap_fraction <= gap + CLOSE
    assert plan.bound_usd <= plan.objective_usd * (1 + CLOSE)
    return plan


@drawn(fleets(), st.sampled_from([0.02, 1e-3]), few=2, many=12)
def test_both_ways_agree(case: Case, gap: float) -> None:
    """Neither bound passes the other's plan, plans agree within the sum of the gaps, and both pass the audit."""
    whole, by_site = solved(case, "whole", gap), solved(case, "decomposed", gap)
    assert (whole is None) == (by_site is None)
    if whole is not None and by_site is not None:
        assert whole.bound_usd <= by_site.objective_usd * (1 + CLOSE)
        assert by_site.bound_usd <= whole.objective_usd * (1 + CLOSE)
        apart = abs(whole.objective_usd - by_site.objective_usd)
        assert apart <= (whole.gap_fraction + by_site.gap_fraction + CLOSE) * whole.objective_usd
