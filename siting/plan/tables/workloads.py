"""Where each class of work is done, how far away or how late, and what it takes there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from siting.accounts.numbers import Books
from siting.case.case import Array, Case
from siting.case.solution import Solution

__all__ = ["workloads_table"]

COLUMNS = (
    "period", "workload_id", "work_class", "served_by", "place_id", "work_pflop", "served_fraction", "rtt_mean_ms",
    "rtt_most_ms", "rtt_limit_ms", "deadline_h", "it_capacity_mw", "energy_mwh_per_yr", "cost_usd_per_yr",
)  # fmt: skip

LEAST_FRACTION = 1e-9
"""Share of a class below which it is the solver's rounding."""


def workloads_table(case: Case, solution: Solution) -> pd.DataFrame:
    """Return what is done of each class of work in each period, by site, by lease and by measure.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What was decided.

    Returns
    -------
    DataFrame
        ``served_by`` is ``site``, ``lease`` or ``measure``, and ``place_id`` names which. ``work_pflop`` is a mean of
        the year, ``served_fraction`` its share of what is placed of the class. A site's energy is shared hour by hour
        among the work that it does in the hour; what is installed there, and its cost less that of leases and measures
        booked there, by the work of the year. Nothing stands where it is not known.
    """
    books = Books(case, solution.decisions)
    rows: list[dict[str, Any]] = []
    for workload_id, parts in _members(case).items():
        asked, limits = _asked(books, parts), _limits(books, parts)
        for found in (*_at_sites(case, solution, books, parts), *_elsewhere(case, books, parts)):
            y = found.pop("y")
            if asked[y] > 0 and found["work_pflop"] > LEAST_FRACTION * asked[y]:
                share = found["work_pflop"] / asked[y]
                named = {"period": case.axes["period"][y], "workload_id": workload_id, "served_fraction": share}
                rows.append({**named, **limits, **found})
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("period", kind="stable").reset_index(drop=True)


def _members(case: Case) -> dict[str, dict[str, list[int]]]:
    """Positions of the zones, lots and jobs of each class of work, by its name, in the order of the case."""
    found: dict[str, dict[str, list[int]]] = {}
    for axis, table in (("zone", "zones"), ("lot", "lots"), ("job", "jobs")):
        for place, name in enumerate(case.tables[table]["workload_id"]):
            found.setdefault(str(name), {}).setdefault(axis, []).append(place)
    return found


def _limits(books: Books, parts: dict[str, list[int]]) -> dict[str, Any]:
    """Kind of a class, and the limit that it has."""
    if zones := parts.get("zone"):
        return {"work_class": "inference", "rtt_limit_ms": float(books["serving.rtt_limit_ms"][zones[0]])}
    if lots := parts.get("lot"):
        return {"work_class": "batch", "deadline_h": float(books.case.tables["lots"]["deadline_h"].iloc[lots[0]])}
    return {"work_class": str(books.case.tables["jobs"]["work_class"].iloc[parts["job"][0]])}


def _asked(books: Books, parts: dict[str, list[int]]) -> Array:
    """Work placed of a class by period, as a mean of the year, clusters whole [PFLOP/s]."""
    total = np.zeros(len(books.case.axes["period"]))
    if "zone" in parts:
        total = total + books["serving.inference_mean_pflop"][parts["zone"]].sum(axis=0)
    if "lot" in parts:
        total = total + _batch_mean(books)[parts["lot"]].sum(axis=0)
    if "job" in parts:
        size = books["training.training_cluster_pflop"] * books["training.run_fraction"]
        total = total + (size[:, None] * books["training.clusters_needed_count"])[parts["job"]].sum(axis=0)
    return total


def _batch_mean(books: Books) -> Array:
    """Batch work by lot and period, as a mean of the year [PFLOP/s]."""
    days = np.bincount(books.day, books.weight)
    mean: Array = books["serving.batch_mean_pflop"] @ (days / days.sum())
    return mean


def _work(books: Books, parts: dict[str, list[int]]) -> Array:
    """Work of a class by site, period and hour [PFLOP/s]."""
    total = np.zeros_like(books["draw_mw"])
    if zones := parts.get("zone"):
        share, asked = books["share_fraction"][:, zones], books["serving.inference_pflop"][zones]
        total = total + np.einsum("szy,zyh->syh", share, asked)
    if "lot" in parts:
        total = total + books.batch_by_lot()[:, parts["lot"]].sum(axis=1)
    if "job" in parts:
        total = total + books.training_by_job()[:, parts["job"]].sum(axis=1)
    return total


def _at_sites(case: Case, solution: Solution, books: Books, parts: dict[str, list[int]]) -> Iterator[dict[str, Any]]:
    """Yield what sites do of a class, by site and period."""
    work, weight = _work(books, parts), books.weight
    everything = books.inference() + books.batch() + books.training()
    with np.errstate(invalid="ignore", divide="ignore"):
        of_hour = np.where(everything > 0, work / everything, 0.0)
        of_year = np.nan_to_num((work @ weight) / (everything @ weight))
    power = books.it() + books.overhead()
    energy, cost = (of_hour * power) @ weight, of_year * _own_cost(solution, books)
    built = of_year * books["installed_mw"].sum(axis=(1, 2))
    mean = work @ weight / weight.sum()
    for s, y in np.argwhere(mean > 0).tolist():
        yield {
            "y": y, "served_by": "site", "place_id": case.axes["site"][s], "work_pflop": float(mean[s, y]),
            "it_capacity_mw": float(built[s, y]),
            "energy_mwh_per_yr": float(energy[s, y]), "cost_usd_per_yr": float(cost[s, y]),
            **_far(books["serving.rtt_ms"][s], books["share_fraction"][s, :, y], books, parts, y),
        }  # fmt: skip


def _own_cost(solution: Solution, books: Books) -> Array:
    """Cost of sites less what is booked there of leases and measures, by site and period [USD/yr]."""
    total = np.zeros_like(books["open_count"])
    for name, field in solution.values.items():
        ledger, _, term = name.partition("/")
        if ledger == "cost_usd_per_yr" and term.partition(".")[0] not in ("leases", "measures"):
            total = total + field.values
    return total


def _far(rtt_ms: Array, share: Array, books: Books, parts: dict[str, list[int]], y: int) -> dict[str, float]:
    """Round trips to the zones of a class from one place: of the mean of its work, and the longest [ms]."""
    zones = parts.get("zone", [])
    served = share[zones] * books["serving.inference_mean_pflop"][zones, y]
    is_some = served > LEAST_FRACTION * max(float(served.sum()), LEAST_FRACTION)
    if not is_some.any():
        return {}
    far = rtt_ms[zones]
    return {"rtt_mean_ms": float(far @ served / served.sum()), "rtt_most_ms": float(far[is_some].max())}


def _elsewhere(case: Case, books: Books, parts: dict[str, list[int]]) -> Iterator[dict[str, Any]]:
    """Yield what rented accelerators do of a class, and what measures spare of it, by lease or measure and period."""
    zones, lots = parts.get("zone", []), parts.get("lot", [])
    mean = books["serving.inference_mean_pflop"][zones]
    share = books.decided("leased_share_fraction", "site", "lease", "zone", "period").values.sum(axis=0)
    lot_share = books.decided("leased_batch_fraction", "site", "lease", "lot", "period").values.sum(axis=0)
    leased = np.einsum("qzy,zy->qy", share[:, zones], mean)
    leased = leased + np.einsum("qjy,jy->qy", lot_share[:, lots], _batch_mean(books)[lots])
    for q, y in np.argwhere(leased > 0).tolist():
        yield {
            "y": y, "served_by": "lease", "place_id": case.axes["lease"][q], "work_pflop": float(leased[q, y]),
            **_far(books["leases.lease_rtt_ms"][q], share[q, :, y], books, parts, y),
        }  # fmt: skip
    under = books.decided("under_measure_fraction", "site", "measure", "period").values.sum(axis=0)
    of_batch = books["measures.of_batch_count"][:, None] > 0
    touched = np.where(of_batch, _batch_mean(books)[lots].sum(axis=0), mean.sum(axis=0))
    spared = books["measures.spared_fraction"][:, None] * under * touched
    for w, y in np.argwhere(spared > 0).tolist():
        yield {
            "y": y, "served_by": "measure", "place_id": case.axes["measure"][w], "work_pflop": float(spared[w, y]),
        }  # fmt: skip
