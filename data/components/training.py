"""Numbers of training: the compute of a cluster, and how many clusters are needed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.case.case import Array, Field
from siting.data.components.racks import ASKED, asked_pflop, reference
from siting.data.components.serving import resident
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.statement import Statement
from siting.quantities import DAYS_PER_YEAR, MONTHS_PER_YR
from siting.study.demand import ReferenceWork
from siting.study.workloads import Workload

__all__ = ["STATED", "cluster_pflop", "clusters_count", "run_fraction", "running_days"]


MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_WHOLE = 1e-9
"""Part of a cluster that is rounding and not work."""


def clusters_count(asked_pflop: Array, cluster_pflop: Array) -> Array:
    """Return the whole clusters that do some work.

    Examples
    --------
    >>> clusters_count(np.array([0.0, 80.0, 100.0]), np.array(40.0)).tolist()
    [0.0, 2.0, 3.0]
    """
    count: Array = np.ceil(asked_pflop / cluster_pflop - _WHOLE)
    return np.abs(count)  # none, and not minus none


def cluster_pflop(one: Workload, of_reference: ReferenceWork) -> float:
    """Work of a cluster of a class, while it runs [PFLOP/s]."""
    if one.cluster_accelerators_count is not None:
        return one.cluster_accelerators_count * of_reference.accelerator_pflop
    return (one.cluster_mw or 0.0) * of_reference.pflop_per_mw


def running_days(one: Workload) -> Array:
    """Whether clusters of a class may run, on each day of the year: not outside the months of one that may not pause.

    Examples
    --------
    Three months from November on are 30, 31 and 31 days:

    >>> one = {"workload_id": "run", "kind": "training", "run_months_per_yr": 3.0, "begins_after_months": 10}
    >>> running_days(Workload.model_validate(one)).sum().item()
    92.0
    """
    if one.may_pause or one.run_months_per_yr is None:
        return np.ones(DAYS_PER_YEAR)
    runs = (np.arange(MONTHS_PER_YR) - (one.begins_after_months or 0)) % MONTHS_PER_YR < one.run_months_per_yr
    days: Array = np.repeat(runs.astype(np.float64), MONTH_DAYS)
    return days


def run_fraction(one: Workload) -> float:
    """Share of the year in which clusters of a class run."""
    if one.may_pause and one.run_months_per_yr is not None:
        return one.run_months_per_yr / MONTHS_PER_YR
    return float(running_days(one).mean())


def _of_choice(choice: Choice) -> dict[str, Field]:
    names, of_reference = list(choice.tables["jobs"]["workload_id"]), reference(choice)
    classes = [choice.study.demand.by_name()[name] for name in names]
    size = np.array([cluster_pflop(one, of_reference) for one in classes])
    runs = np.array([run_fraction(one) for one in classes])
    asked = np.array([asked_pflop(choice, name) for name in names])
    fabrics = choice.tables["racks"].get("fabric", pd.Series("", index=choice.tables["racks"].index)).fillna("")
    fits = [fabrics.str.startswith(one.fabric or "").to_numpy(float) for one in classes]
    return {
        "training.training_cluster_pflop": Field(("job",), size),
        "training.run_fraction": Field(("job",), runs),
        "training.pauses_count": Field(("job",), np.array([float(bool(one.may_pause)) for one in classes])),
        "training.running_fraction": Field(("job", "day"), np.array([running_days(one) for one in classes])),
        "training.clusters_needed_count": Field(("job", "period"), clusters_count(asked, (size * runs)[:, None])),
        "training.job_resident_count": Field(("site", "job"), resident(choice, choice.tables["sites"], names)),
        "training.fabric_count": Field(("job", "rack"), np.array(fits)),
    }


_SIZE = ("demand.training_cluster_mw", "demand.workloads")

STATED = Statement(
    fields={
        "training.training_cluster_pflop": worked_out(
            "job", inputs=(*_SIZE, "racks.compute_pflop", "racks.rack_kw"), neutral=1.0
        ),
        "training.run_fraction": worked_out("job", inputs=("demand.workloads",), neutral=1.0),
        "training.pauses_count": worked_out("job", inputs=("demand.workloads",), neutral=1.0),
        "training.running_fraction": worked_out(
            "job", "day", inputs=("demand.workloads",), neutral=1.0, is_mean_of_days=True
        ),
        "training.clusters_needed_count": worked_out("job", "period", inputs=(*ASKED["training"], *_SIZE)),
        "training.job_resident_count": worked_out(
            "site",
            "job",
            inputs=("demand.workloads", "demand.jurisdictions", "sites.state", "sites.grid_zone_id"),
            neutral=1.0,
        ),
        "training.fabric_count": worked_out("job", "rack", inputs=("demand.workloads", "racks.fabric"), neutral=1.0),
    },
    of_choice=_of_choice,
)
