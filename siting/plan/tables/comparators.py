"""What a plan is compared with, without a solve: leasing all work, and building and leasing nothing.

All are before tax and financing, on the dates and at the discount rate of the cash flow. When all work is leased, each
zone's inference is rented where rent and network are cheapest within the latency limit, and batch work and training
where rent is; no limit of what is for rent holds, and a cluster is rented like any other work, which no plan may do.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.accounts.cash_flow import years_paid
from siting.case.case import Array, Case

__all__ = ["comparators"]


def comparators(case: Case, cash_flow: pd.DataFrame, kpis: pd.DataFrame) -> pd.DataFrame:
    """Return the plan beside what it is compared with.

    Parameters
    ----------
    case : Case
        The numbers.
    cash_flow : DataFrame
        From `siting.accounts.cash_flow.cash_flow`.
    kpis : DataFrame
        From `siting.plan.key_figures.kpis.compute`.

    Returns
    -------
    DataFrame
        ``comparator_id`` (``plan``, ``lease_all``, ``nothing``), ``cost_usd``, ``revenue_usd`` and ``npv_usd`` (present
        values), ``unit_cost_usd_per_gpu_h`` of the work; no row of leasing where there is nothing for rent, no
        region within the latency limit of a zone, no region where some batch work may be done, or clusters that must
        stand in certain states.
    """
    discount = cash_flow["discount_factor_ratio"].to_numpy(float)
    spent = cash_flow["capital_usd"] + cash_flow["operating_usd"] - cash_flow["salvage_usd"]
    cost, revenue = float(spent.to_numpy(float) @ discount), float(cash_flow["revenue_usd"].to_numpy(float) @ discount)
    of_plan = kpis.loc[(kpis["kpi_id"] == "lcoc_usd_per_gpu_h") & (kpis["entity_type"] == "system"), "value"]
    rows = [("plan", cost, revenue, float(of_plan.iloc[0]) if len(of_plan) else np.nan)]
    yearly = lease_all_usd_per_yr(case)
    if np.isfinite(yearly).all():
        by_period = dict(zip(case.axes["period"], zip(yearly, _gpu_h_per_yr(case), strict=True), strict=True))
        known = cash_flow["period"].notna().to_numpy()
        each = np.array([by_period[period] for period in cash_flow.loc[known, "period"]])
        rent, hours = (discount * years_paid(cash_flow))[known] @ each
        rows.append(("lease_all", float(rent), revenue, float(rent / hours) if hours else np.nan))
    rows.append(("nothing", 0.0, 0.0, np.nan))
    names = ["comparator_id", "cost_usd", "revenue_usd", "unit_cost_usd_per_gpu_h"]
    found = pd.DataFrame(rows, columns=names)
    found.insert(3, "npv_usd", found["revenue_usd"] - found["cost_usd"])
    return found


def lease_all_usd_per_yr(case: Case) -> Array:
    """Rent and network of all work by period [USD/yr]; infinite where it cannot be had."""
    rent = case.values("leases.lease_usd_per_pflop_yr")
    near = case.values("leases.lease_rtt_ms") <= case.values("serving.rtt_limit_ms")
    near &= case.values("leases.zone_leasable_count") > 0
    there = case.values("leases.lot_leasable_count") > 0
    at_zones = rent[:, None] + case.values("leases.lease_network_usd_per_pflop_yr")
    cheapest = np.where(near, at_zones, np.inf).min(axis=0, initial=np.inf)
    asked, anywhere = case.values("serving.inference_mean_pflop"), rent.min(initial=np.inf)
    inference = np.where(asked > 0, cheapest[:, None], 0.0) * asked
    lots, training = case.values("leases.lot_year_pflop"), _training_pflop(case)
    at_lots = np.where(there, rent[:, None], np.inf).min(axis=0, initial=np.inf)
    batch = np.where(lots > 0, at_lots[:, None], 0.0) * lots
    if not case.values("training.job_resident_count").all():
        return np.full_like(training, np.inf)
    total: Array = inference.sum(axis=0) + batch.sum(axis=0) + np.where(training > 0, anywhere, 0.0) * training
    return total


def _training_pflop(case: Case) -> Array:
    """Work of all clusters, as a mean of the year, by period [PFLOP/s]."""
    size = case.values("training.training_cluster_pflop") * case.values("training.run_fraction")
    work: Array = size @ case.values("training.clusters_needed_count")
    return work


def _gpu_h_per_yr(case: Case) -> Array:
    """Hours of the reference accelerator for all work, by period."""
    work = case.values("leases.leasable_pflop") + _training_pflop(case)
    hours: Array = case.calendar.weights.sum() * work / case.values("finance.reference_accelerator_pflop")
    return hours
