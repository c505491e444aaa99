"""What is asked and what is built, side by side: work in every unit in which it can be told without a plan."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from siting.case.case import Case
from siting.case.year_columns import periods_of
from siting.data.components.training import cluster_pflop, clusters_count, run_fraction
from siting.data.kinds.growth import growth_ratio
from siting.problems import Problem
from siting.quantities import HOURS_PER_YEAR, format_number, unit
from siting.study.demand import Asked, ReferenceWork
from siting.study.workloads import Workload

__all__ = ["asked_and_built", "asked_lines", "built_line", "cluster_notes", "demand_table"]

SUMMED = ("work_pflop", "reference_mw", "reference_accelerators_count", "reference_gpu_h_per_yr", "placed_pflop")
"""Columns of the table of demand that add up over the classes of work."""


def demand_table(case: Case) -> pd.DataFrame:
    """Return what is asked of each class of work, a row for each period.

    Parameters
    ----------
    case : Case
        The numbers.

    Returns
    -------
    DataFrame
        `value` and `unit` are as they are asked. `reference_mw` is nameplate power of the reference rack,
        `reference_accelerators_count` its accelerators at full load and `reference_gpu_h_per_yr` their hours;
        `placed_pflop` is the work with training in whole clusters.
    """
    reference, demand = _reference(case), case.study.demand
    classes, rows = demand.by_name(), []
    for period in periods_of(case):
        for one in demand.asked():
            work = one.by_year.get(period, 0.0) * reference.pflop_per(one.unit)
            placed = work
            if classes[one.workload_id].is_clustered:
                placed = _placed_pflop(classes[one.workload_id], work, reference)
            rows.append(
                {
                    "period": period,
                    "workload_id": one.workload_id,
                    "work_class": one.work_class,
                    "value": one.by_year.get(period, 0.0),
                    "unit": one.label,
                    "work_pflop": work,
                    "reference_mw": work / reference.pflop_per_mw,
                    "reference_accelerators_count": work / reference.accelerator_pflop,
                    "reference_gpu_h_per_yr": work / reference.accelerator_pflop * HOURS_PER_YEAR,
                    "placed_pflop": placed,
                }
            )
    return pd.DataFrame(rows, columns=["period", "workload_id", "work_class", "value", "unit", *SUMMED])


def _placed_pflop(one: Workload, asked_pflop: float, reference: ReferenceWork) -> float:
    """Work of the whole clusters that do what is asked, as a mean of the year [PFLOP/s]."""
    each = cluster_pflop(one, reference) * run_fraction(one)
    return float(clusters_count(np.array(asked_pflop), np.array(each))) * each


def _reference(case: Case) -> ReferenceWork:
    """What the rack does in which demand is counted, from the fields that rest on it."""
    demand = case.study.demand
    return ReferenceWork(
        pflop_per_mw=float(case.values("finance.reference_pflop_per_mw")),
        accelerator_pflop=float(case.values("finance.reference_accelerator_pflop")),
        tokens_per_s_per_pflop=demand.throughput_tokens_per_s_per_pflop,
    )


def asked_and_built(case: Case, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return what is asked and what is built in each period, as `plan.json` holds it.

    Parameters
    ----------
    case : Case
        What went in.
    tables : mapping of str to DataFrame
        The plan's tables ``demand``, ``sites``, ``racks``, ``kpis`` and ``workloads``.
    """
    asked = tables["demand"]
    return {
        str(period): {
            "asked": asked[asked["period"] == period].drop(columns="period").to_dict("records"),
            "built": _built(case, tables, period),
            "by_class": _by_class(tables, period),
        }
        for period in periods_of(case)
    }


def _by_class(tables: Mapping[str, pd.DataFrame], period: float) -> dict[str, dict[str, float]]:
    """What is done of each class of work, and what is installed for it, by its name; sites share by their work."""
    done = tables["workloads"][tables["workloads"]["period"] == period]
    of_class = done.groupby("workload_id", sort=False)
    summed = of_class[["work_pflop", "it_capacity_mw", "energy_mwh_per_yr"]].sum()
    at_sites = done[done["served_by"] == "site"].groupby("workload_id")["place_id"].nunique()
    summed["sites_count"] = at_sites.reindex(summed.index).fillna(0)
    return {str(name): {str(key): float(value) for key, value in row.items()} for name, row in summed.iterrows()}


def _built(case: Case, tables: Mapping[str, pd.DataFrame], period: float) -> dict[str, float]:
    """What stands in a period: IT, the draw of all sites in the hour in which it is the largest, accelerators."""
    sites = tables["sites"][tables["sites"]["period"] == period]
    racks = tables["racks"][tables["racks"]["period"] == period]
    kpis = tables["kpis"]
    draw = kpis[
        (kpis["entity_type"] == "system") & (kpis["period"] == period) & (kpis["kpi_id"] == "coincident_peak_grid_mw")
    ]
    of_rack = dict(zip(case.axes["rack"], case.values("racks.accelerators_count"), strict=True))
    accelerators = racks["in_use_count"] * racks["rack_id"].map(of_rack).astype(float)
    return {
        "it_mw": float(sites["it_capacity_mw"].sum()),
        "it_mean_mw": float(sites["it_mean_mw"].sum()),
        "peak_grid_mw": float(draw["value"].sum()),
        "accelerators_count": float(accelerators.sum()),
    }


def asked_lines(case: Case) -> Iterator[str]:
    """Yield what is asked in each period, in words: by class as it is asked, and in all in every other unit."""
    table, study = demand_table(case), case.study
    for period in periods_of(case):
        rows, parts = table[table["period"] == period], []
        for one, value in zip(study.demand.asked(), rows["value"], strict=True):
            parts.append(f"{one.workload_id} {_amount(value, one)}{_from(case, one, period)}")
        total = {name: format_number(name, float(rows[name].sum())) for name in SUMMED}
        yield (
            f"{period}: {', '.join(parts)}; in all {total['work_pflop']} {unit('work_pflop').label}, "
            f"as much as {total['reference_mw']} MW of {study.demand.reference_rack}, "
            f"{total['reference_accelerators_count']} of its accelerators, "
            f"{total['reference_gpu_h_per_yr']} GPU-h a year"
        )


def _from(case: Case, one: Asked, year: float) -> str:
    """What a demand grows from, and how; empty where it is stated."""
    growth = case.study.demand.growth
    if growth is None or year <= growth.from_year:
        return ""
    base, how = one.by_year[growth.from_year], case.tables["demand_growth"].iloc[0].to_dict()
    if not math.isclose(one.by_year[year], base * growth_ratio(how, one.work_class, year - growth.from_year)):
        return ""
    return f" ({growth.case} growth from {_amount(base, one)} in {growth.from_year})"


def _amount(value: float, one: Asked) -> str:
    """An amount in the unit in which it is asked."""
    return f"{value:,.0f} {one.label}" if value >= 1000 else f"{value:.4g} {one.label}"


def built_line(case: Case, tables: Mapping[str, pd.DataFrame]) -> str:
    """Return what stands in the last period, in words, and for which classes of work."""
    period = periods_of(case)[-1]
    built = _built(case, tables, period)
    classes = []
    for name, row in _by_class(tables, period).items():
        sites = "1 site" if row["sites_count"] == 1 else f"{row['sites_count']:.0f} sites"
        classes.append(f"{name} {row['it_capacity_mw']:,.1f} MW at {sites}")
    return (
        f"{built['it_mw']:,.1f} MW of IT, {built['peak_grid_mw']:,.1f} MW from the grid at the peak, "
        f"{built['accelerators_count']:,.0f} accelerators; {', '.join(classes)}"
    )


def cluster_notes(case: Case) -> tuple[Problem, ...]:
    """Say of which period the training asked is no whole number of clusters, and how much is built for it.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    demand, reference = case.study.demand, _reference(case)
    classes, notes = demand.by_name(), []
    for one in demand.asked():
        kind = classes[one.workload_id]
        for period in periods_of(case) if kind.is_clustered else ():
            value = one.by_year.get(period, 0.0)
            asked = value * reference.pflop_per(one.unit)
            placed, size = _placed_pflop(kind, asked, reference), cluster_pflop(kind, reference)
            if placed > asked * (1 + _SAME_FRACTION):
                count, size_mw = placed / size / run_fraction(kind), size / reference.pflop_per_mw
                message = (
                    f"{_amount(value, one)} of {one.workload_id} in clusters of {size_mw:g} MW: "
                    f"{count:.0f} {'cluster' if round(count) == 1 else 'clusters'}, {count * size_mw:g} MW are built"
                )
                field = "demand.training_cluster_mw" if "." not in one.field else "the size of its clusters"
                hint = f"of {demand.reference_rack}; change the work, or {field}"
                notes.append(case.study.problem(f"demand.{one.field}.{period}", message, hint))
    return tuple(notes)


_SAME_FRACTION = 1e-6
"""What a whole number of clusters may be off by rounding."""
