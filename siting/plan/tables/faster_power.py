"""What faster connections would be worth by grid zone, and what published headroom flexible connections meet."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.accounts.numbers import Books
from siting.case.case import Case
from siting.case.regions import sites_by_authority
from siting.case.solution import Solution
from siting.quantities import HOURS_PER_YEAR

__all__ = ["FASTER", "HEADROOM", "faster_power", "headroom_table"]

FASTER = (
    "grid_zone_id", "sites_count", "connection_mw", "first_power_year", "delay_usd_per_month", "delay_usd_per_mw_month",
    "wait_low_months", "wait_high_months", "waits_known_count",
)  # fmt: skip
HEADROOM = (
    "authority_id", "curtailed_fraction", "given_up_h_per_yr", "headroom_mw", "connection_mw", "flexible_mw",
    "used_fraction", "source_id", "grade",
)  # fmt: skip
HOURS_PER_FULL_HOUR = 4
"""Hours with any curtailment for each hour's worth of energy, as the study of the headroom found."""


def faster_power(case: Case, dates: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each grid zone with a site: what a month sooner is worth there, and how long is waited.

    Parameters
    ----------
    case : Case
        The numbers.
    dates, sites : DataFrame
        The tables `power_dates` and `sites` of the plan.

    Returns
    -------
    DataFrame
        ``delay_usd_per_month`` is the sum over its sites, and over their connection in the last period
        ``delay_usd_per_mw_month``; waits are the least and the greatest that somebody has stated for its sites.
    """
    last = sites[(sites["is_open"] == 1) & (sites["period"] == sites["period"].max())]
    frame = last[["site_id", "grid_zone_id", "connection_mw"]].merge(dates, on="site_id", how="inner")
    stated = case.tables["sites"].reindex(columns=["site_id", "wait_low_months", "wait_months", "wait_high_months"])
    waits = stated.set_index("site_id").astype(float)
    rows = []
    for zone, own in frame.groupby("grid_zone_id", sort=True):
        known = waits.loc[own["site_id"]]
        lost, connected = float(own["delay_usd_per_month"].sum()), float(own["connection_mw"].sum())
        rows.append(
            {
                "grid_zone_id": zone,
                "sites_count": len(own),
                "connection_mw": connected,
                "first_power_year": own["first_power_year"].min(),
                "delay_usd_per_month": lost,
                "delay_usd_per_mw_month": lost / connected if connected > 0 else np.nan,
                "wait_low_months": known.min().min(),
                "wait_high_months": known.max().max(),
                "waits_known_count": int(known.notna().any(axis=1).sum()),
            }
        )
    return pd.DataFrame(rows, columns=list(FASTER)).sort_values(
        ["delay_usd_per_month", "grid_zone_id"], ascending=[False, True], ignore_index=True
    )


def headroom_table(case: Case, solution: Solution) -> pd.DataFrame:
    """Return a row for each authority with a site and each published share of energy: what fits, and what is connected.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What was decided.

    Returns
    -------
    DataFrame
        ``used_fraction`` is the connected power of the last period over the headroom; the flexible part is a part of
        it. No rows where the table `flexible_headroom` names none of the authorities.
    """
    known = case.tables.get("flexible_headroom")
    if known is None:
        return pd.DataFrame(columns=list(HEADROOM))
    n, sites = Books(case, solution.decisions), [str(site) for site in case.axes["site"]]
    connected, flexible = n["connection_mw"][:, -1], n.flexible()[:, -1]
    rows = []
    for authority, own in sites_by_authority(case).items():
        inside = [sites.index(site) for site in own]
        total = float(connected[inside].sum())
        if total <= 0:
            continue
        rows += [
            {
                **row,
                "given_up_h_per_yr": HOURS_PER_FULL_HOUR * HOURS_PER_YEAR * row["curtailed_fraction"],
                "connection_mw": total,
                "flexible_mw": float(flexible[inside].sum()),
                "used_fraction": total / row["headroom_mw"],
            }
            for row in known[known["authority_id"] == authority].to_dict("records")
        ]
    return pd.DataFrame(rows, columns=list(HEADROOM)).sort_values(
        ["authority_id", "curtailed_fraction"], ignore_index=True
    )
