"""What is wrong with the classes of work of a study, seen against its tables.

Each function yields the field of the study, what is wrong, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.data.components.serving import distances_km, in_time, lies_within, moving_h, round_trip_ms
from siting.problems import did_you_mean
from siting.study.workloads import FLAT

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["nowhere_done", "out_of_reach", "unknown_parts"]

Faults = Iterator[tuple[str, str, str]]

LIGHT_KM_PER_MS = 299.792458 / 2
"""How far light in a vacuum gets there and back in a millisecond."""


def unknown_parts(study: Study, zones: pd.DataFrame, demand_shape: pd.DataFrame) -> Faults:
    """Yield zones that the study does not have and shapes that the table does not have.

    Parameters
    ----------
    study : Study
        What is asked.
    zones, demand_shape : DataFrame
        Zones of the study, and the shapes of a day.
    """
    known = [str(zone) for zone in zones["zone_id"]]
    stated = demand_shape.columns[demand_shape.notna().all()]
    shapes = [str(name).removesuffix("_ratio") for name in stated if str(name).endswith("_ratio")] + [FLAT]
    yield from _unknown_zones("edge.zones", study.edge.zones if study.edge.offered else (), known)
    for position, one in enumerate(study.demand.workloads):
        field = f"demand.workloads.{position}"
        yield from _unknown_zones(f"{field}.zones", one.zones, known)
        if one.shape not in (None, *shapes):
            hint = did_you_mean(str(one.shape), shapes) or f"the shapes are: {', '.join(shapes)}"
            yield f"{field}.shape", f"{one.shape!r} is no shape of a day in the table demand_shape", hint


def _unknown_zones(field: str, wanted: object, known: list[str]) -> Faults:
    """Yield the zones of a list that the study does not have."""
    for place, zone in enumerate(wanted if isinstance(wanted, tuple) else ()):
        if zone not in known:
            hint = did_you_mean(zone, known) or f"the study's zones are: {', '.join(known)}"
            yield f"{field}.{place}", f"{zone!r} is none of the study's zones", hint


def out_of_reach(study: Study, sites: pd.DataFrame, zones: pd.DataFrame, parameters: pd.DataFrame) -> Faults:
    """Yield the zones that no site can serve within the latency limit of their class.

    Parameters
    ----------
    study : Study
        What is asked.
    sites : DataFrame
        Those that may be opened.
    zones : DataFrame
        By class of work.
    parameters : DataFrame
        With those of the network.
    """
    distance_km = distances_km(sites, zones)
    rtt_ms = round_trip_ms(parameters, distance_km)
    for prefix, one in study.demand.classes():
        of_class = np.asarray(zones["workload_id"] == one.workload_id)
        within = lies_within(sites, study.demand.residency(one))
        if not of_class.any() or not within.any():
            continue  # where its sites must lie is told apart
        limit = one.latency_limit_ms or study.demand.latency_limit_ms
        best = rtt_ms[within][:, of_class].min(axis=0, initial=np.inf)
        light_ms = distance_km[within][:, of_class].min(axis=0, initial=np.inf) / LIGHT_KM_PER_MS
        field = f"demand.{prefix.removesuffix('work_')}latency_limit_ms" if one.latency_limit_ms else ""
        for zone, nearest, light in zip(zones["zone_id"][of_class], best, light_ms, strict=True):
            if nearest > limit:
                least = f"; light alone takes {light:.1f} ms" if limit < light < np.inf else ""
                yield (
                    field or "demand.latency_limit_ms",
                    f"no site reaches zone '{zone}' within {limit:g} ms (nearest: {nearest:.1f} ms{least})",
                    "raise the limit, add a site, or leave the zone out",
                )


def nowhere_done(study: Study, sites: pd.DataFrame, racks: pd.DataFrame) -> Faults:
    """Yield classes of work that no site, or no rack, may do.

    Parameters
    ----------
    study : Study
        What is asked.
    sites : DataFrame
        Those that may be opened.
    racks : DataFrame
        Those on offer that some cooling fits.
    """
    fabrics = [str(fabric) for fabric in racks["fabric"].dropna()] if "fabric" in racks else []
    for position, one in enumerate(study.demand.workloads):
        field = f"demand.workloads.{position}"
        where = study.demand.residency(one)
        if not lies_within(sites, where).any():
            yield (
                f"{field}.{'residency' if one.residency else 'residency_states'}",
                f"no site that may be opened lies in {', '.join((*where.states, *where.grid_zones))}",
                f"the sites lie in: {', '.join(sorted(set(sites['state'])))}",
            )
        elif not (in_time(sites, study, [one])[:, 0] * lies_within(sites, where)).any():
            took = float(moving_h(one.data_tb or 0.0, np.array([study.facility.port_gbps]))[0])
            parts = f"data takes {took:.1f} h over the study's port, and it computes {one.run_h or 0:g} h"
            yield (
                f"{field}.{'data_tb' if one.data_tb else 'run_h'}",
                f"no site where it may be done is done by its deadline: {parts}",
                "give it more time, or raise facility.port_gbps",
            )
        if one.fabric and not any(fabric.startswith(one.fabric) for fabric in fabrics):
            known = ", ".join(sorted(set(fabrics) - {""}))
            yield f"{field}.fabric", f"no rack on offer has the fabric {one.fabric!r}", f"they have: {known}"
