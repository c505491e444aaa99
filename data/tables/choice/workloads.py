"""Classes of work as a case has them: zones by class, lots of batch work, and classes of clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siting.quantities import HOURS_PER_DAY

if TYPE_CHECKING:
    from siting.study.study import Study
    from siting.study.workloads import Workload

__all__ = ["jobs_of", "lots_of", "zones_by_class"]


def _asking(study: Study, *kinds: str) -> list[tuple[bool, Workload]]:
    """Classes of some kinds, each with whether it is listed; of those that are not, what asks for nothing is left out.

    The one that the study's own fields state stands alone where none of its kind asks for anything.
    """
    of_kinds = [("." in prefix, one) for prefix, one in study.demand.classes() if one.kind in kinds]
    asking = [(listed, one) for listed, one in of_kinds if listed or any(True for _ in one.amounts())]
    return asking or of_kinds[:1]


def zones_by_class(study: Study, zones: pd.DataFrame) -> pd.DataFrame:
    """Return the zones once for each class of inference that they ask for, with `workload_id`.

    The zones of the class that the study's own fields state keep their names; those of others are named
    ``class.zone``.

    Parameters
    ----------
    study : Study
        What is asked.
    zones : DataFrame
        Zones of the study.
    """
    parts = []
    for listed, one in _asking(study, "inference"):
        wanted = zones["zone_id"] if one.zones in (None, "all") else list(one.zones or ())
        part = zones[zones["zone_id"].isin(wanted)]
        names = part["zone_id"].map(lambda zone, one=one: f"{one.workload_id}.{zone}") if listed else part["zone_id"]
        parts.append(part.assign(zone_id=names, workload_id=one.workload_id))
    return pd.concat(parts, ignore_index=True)


def lots_of(study: Study) -> pd.DataFrame:
    """Return the lots of batch work: what a class asks for within each window of the day.

    Returns
    -------
    DataFrame
        ``lot_id``, ``workload_id``, ``first_hour_utc`` and ``window_h``, of the day by UTC, as its days run, and
        ``deadline_h``, which is longer where work may wait for another day.
    """
    rows = []
    for _, one in _asking(study, "batch"):
        deadline_h = int(one.deadline_h or HOURS_PER_DAY)
        hours = min(deadline_h, HOURS_PER_DAY)
        for first in range(0, HOURS_PER_DAY, hours):
            name = one.workload_id if hours == HOURS_PER_DAY else f"{one.workload_id}.{first:02d}"
            rows.append((name, one.workload_id, first, hours, deadline_h))
    return pd.DataFrame(rows, columns=["lot_id", "workload_id", "first_hour_utc", "window_h", "deadline_h"])


def jobs_of(study: Study) -> pd.DataFrame:
    """Return the classes that run in whole clusters.

    Returns
    -------
    DataFrame
        ``job_id`` and ``workload_id``, which are the same, and ``work_class``: training or hpc.
    """
    rows = [(one.workload_id, one.workload_id, one.kind) for _, one in _asking(study, "training", "hpc")]
    return pd.DataFrame(rows, columns=["job_id", "workload_id", "work_class"])
