"""The least that any plan must pay, wherever it builds: what the site-dependent gap leaves out."""

from __future__ import annotations

import numpy as np

from siting.case.case import Array, Case


def needed_pflop(inference_pflop: Array, batch_mean_pflop: Array, training_pflop: Array) -> Array:
    """Compute that all sites together must have, by period [PFLOP/s].

    Parameters
    ----------
    inference_pflop : ndarray
        By zone, period and hour; whole days.
    batch_mean_pflop : ndarray
        Batch work by period and day, as the mean of the day.
    training_pflop : ndarray
        Training by period, the same in every hour.
    """
    hourly = inference_pflop.sum(axis=0)
    daily = hourly.reshape(len(hourly), batch_mean_pflop.shape[1], -1).mean(axis=-1) + batch_mean_pflop
    needed: Array = np.maximum(hourly.max(axis=1), daily.max(axis=1)) + training_pflop
    return needed


def unavoidable_cost(case: Case) -> float:
    """Lower bound on the present value of racks and halls of any plan, less the most that heat can fetch [USD].

    Sites may serve any mix of demand, so the computers of all sites together must do at least the
    largest inference of any hour, and at least the mean of all work of any day. Each PFLOP/s of them
    costs at least the cheapest fitting pair of rack and hall, at the cheapest region.

    Parameters
    ----------
    case : Case
        The numbers.

    Returns
    -------
    float
        Present value [USD], never above that of the best plan.

    Notes
    -----
    Racks of an earlier period serve a later one, and every period pays the annuities of what it holds, so
    the bound of each period stands alone and their present values add.
    """
    training = case.values("training.training_cluster_pflop") * case.values("training.clusters_needed_count")
    needed = needed_pflop(case.values("serving.inference_pflop"), case.values("serving.batch_mean_pflop"), training)
    capital = case.values("racks.rack_annuity_per_yr") * case.values("racks.rack_usd")
    rack = capital + case.values("racks.rack_maintenance_usd_per_yr")
    annuity = case.values("halls.hall_annuity_per_yr")
    built = annuity * case.values("halls.hall_usd_per_mw") * case.values("placement.capital_ratio").min()
    stands = bool(case.values("retrofit.existing_mw").any())  # such halls cost their upkeep alone
    hall = np.where(stands, 0.0, built) + case.values("halls.maintenance_usd_per_mw_yr")
    useful = case.values("computing.availability_fraction") * case.values("computing.compute_pflop_per_mw")
    per_pflop = (rack / case.values("racks.rack_mw") + hall[:, None]) / useful
    cheapest = np.where(case.values("racks.compatible_count") == 1, per_pflop, np.inf).min()
    full_h = case.values("heat_reuse.heat_shape_fraction") @ case.calendar.weights
    wanted_mwh = case.values("heat_reuse.heat_demand_mw") * full_h
    fetched = float(wanted_mwh @ case.values("heat_reuse.heat_price_usd_per_mwh"))
    return float(np.sum(case.values("finance.present_value_ratio") * (needed * cheapest - fetched)))


def least_cost(case: Case) -> float:
    """Lower bound on the present value of any plan, whatever the grid pays it [USD].

    What is unavoidable, less the most that sites can earn: by drawing all that their headroom allows in each hour of a
    negative price, and by selling as much surplus as is agreed at the best margin over its strike.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    weight = case.calendar.weights
    drawing = -np.minimum(case.values("grid.price_usd_per_mwh"), 0.0) @ weight
    strike = case.values("contracts.strike_usd_per_mwh")[:, None]
    margin = np.nan_to_num(case.values("contracts.resale_usd_per_mwh")) - strike
    selling = case.values("contracts.resale_limit_fraction") * weight.sum() * margin.max(axis=(1, 2), initial=0.0)
    earned = float(case.values("grid.headroom_mw") @ (drawing + selling))
    return unavoidable_cost(case) - earned * float(case.values("finance.present_value_ratio").sum())
