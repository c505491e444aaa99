"""Numbers of inference and batch work: who asks for how much in which hour, and how far away the sites are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field as Limits

from siting.case.case import Array, Field
from siting.data.components.racks import ASKED, asked_pflop
from siting.data.kinds.choice import Choice
from siting.data.kinds.growth import DemandGrowthRow
from siting.data.kinds.number import worked_out
from siting.data.kinds.row import Graded, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.geography import great_circle_km
from siting.quantities import DAYS_PER_YEAR, HOURS_PER_DAY, HOURS_PER_YEAR
from siting.study import magnitudes
from siting.study.limit import LimitMark
from siting.study.study import Study
from siting.study.workloads import FLAT, Jurisdiction, Workload
from siting.text import Id

__all__ = [
    "STATED",
    "DemandShapeRow",
    "ZoneRow",
    "distances_km",
    "in_time",
    "lies_within",
    "moving_h",
    "resident",
    "round_trip_ms",
]

_GBIT_PER_TB, _SECONDS_PER_H = 8_000, 3_600


class ZoneRow(Graded):
    """A demand zone."""

    zone_id: Id
    name: Text
    latitude: Annotated[float, magnitudes.LATITUDE]
    longitude: Annotated[float, magnitudes.LONGITUDE]
    utc_offset_h: Annotated[float, magnitudes.UTC_OFFSET_H]
    population_count: Annotated[int, magnitudes.POPULATION_COUNT]


class DemandShapeRow(Graded):
    """Inference in one hour of the local day over its daily mean; of more than one shape, if there are."""

    hour_local: Annotated[int, Limits(ge=0, le=23)]
    inference_ratio: Annotated[float, magnitudes.DAY_SHAPE_RATIO]
    alibaba_ratio: Annotated[float, magnitudes.DAY_SHAPE_RATIO] | None = None


def distances_km(sites: pd.DataFrame, zones: pd.DataFrame) -> Array:
    """Distance of each site to each zone [km]."""
    return great_circle_km(
        sites["latitude"].to_numpy(float)[:, None],
        sites["longitude"].to_numpy(float)[:, None],
        zones["latitude"].to_numpy(float)[None, :],
        zones["longitude"].to_numpy(float)[None, :],
    )


def round_trip_ms(parameters: pd.DataFrame, distance_km: Array) -> Array:
    """Round-trip time over a distance [ms]."""
    value = parameters.set_index("parameter_id")["value"]
    time_ms: Array = value["rtt_intercept_ms"] + value["rtt_slope_ms_per_km"] * distance_km
    return time_ms


def _of_choice(choice: Choice) -> dict[str, Field]:
    sites, zones, lots = (choice.tables[name] for name in ("sites", "zones", "lots"))
    classes, limit_ms = choice.study.demand.by_name(), choice.study.demand.latency_limit_ms
    distance_km = distances_km(sites, zones)
    network_usd = choice.parameter("network_usd_per_pflop_km_yr") * distance_km
    asked = np.array([asked_pflop(choice, name) for name in zones["workload_id"]]).reshape(len(zones), -1)
    inference = _zonal(choice)[:, None, :] * asked[:, :, None]
    batch = np.array([asked_pflop(choice, name) for name in lots["workload_id"]])
    batch *= lots["window_h"].to_numpy(float)[:, None] / HOURS_PER_DAY  # of each window its part of the day
    of_lots = [classes[name] for name in lots["workload_id"]]
    return {
        "serving.rtt_ms": Field(("site", "zone"), round_trip_ms(choice.tables["parameters"], distance_km)),
        "serving.rtt_limit_ms": Field(
            ("zone",), np.array([classes[name].latency_limit_ms or limit_ms for name in zones["workload_id"]])
        ),
        "serving.zone_resident_count": Field(("site", "zone"), resident(choice, sites, zones["workload_id"])),
        "serving.network_usd_per_pflop_yr": Field(("site", "zone"), network_usd),
        "serving.inference_pflop": Field(("zone", "period", "hour"), inference),
        "serving.inference_mean_pflop": Field(("zone", "period"), inference.mean(axis=-1)),
        "serving.lot_resident_count": Field(
            ("site", "lot"), resident(choice, sites, lots["workload_id"]) * in_time(sites, choice.study, of_lots)
        ),
        "serving.batch_mean_pflop": Field(("lot", "period", "day"), np.repeat(batch[..., None], DAYS_PER_YEAR, axis=2)),
        "serving.batch_movable_fraction": Field(
            ("lot",), np.array([1.0 if one.movable_fraction is None else one.movable_fraction for one in of_lots])
        ),
        "serving.batch_presence_ratio": Field(("lot", "hour"), _presence(lots)),
        "serving.batch_waiting_days_count": Field(
            ("lot",), np.maximum(lots["deadline_h"].to_numpy(float) / HOURS_PER_DAY - 1, 0.0)
        ),
    }


def lies_within(places: pd.DataFrame, where: Jurisdiction) -> npt.NDArray[np.bool_]:
    """Whether each place lies where a class of work may be done; leases lie in no grid zone that is known."""
    if where.is_anywhere():
        return np.ones(len(places), dtype=np.bool_)
    there = places["state"].isin(where.states)
    if "grid_zone_id" in places:
        there |= places["grid_zone_id"].isin(where.grid_zones)
    return there.to_numpy(np.bool_)


def resident(choice: Choice, places: pd.DataFrame, workload_ids: Iterable[str]) -> Array:
    """Whether a place lies where a class of work may be done, by place, of sites or leases, and the classes named."""
    classes, demand = choice.study.demand.by_name(), choice.study.demand
    there = [lies_within(places, demand.residency(classes[name])) for name in workload_ids]
    return np.array(there, dtype=np.float64).reshape(-1, len(places)).T


def moving_h(data_tb: float, port_gbps: Array) -> Array:
    """Hours in which data moves over a port.

    Examples
    --------
    Nine terabytes are 72,000 Gbit, which take 20 s at 3,600 Gbit/s:

    >>> (moving_h(9.0, np.array([3600.0])) * 3600).tolist()
    [20.0]
    """
    hours: Array = data_tb * _GBIT_PER_TB / port_gbps / _SECONDS_PER_H
    return hours


def in_time(sites: pd.DataFrame, study: Study, classes: Sequence[Workload]) -> Array:
    """Whether a job of a class is done by its deadline at a site: its data moves there first; by site and class."""
    port_gbps = sites["port_gbps"].astype(float) if "port_gbps" in sites else pd.Series(np.nan, index=sites.index)
    port: Array = np.asarray(port_gbps.fillna(study.facility.port_gbps), dtype=np.float64)
    there = [
        moving_h(one.data_tb or 0.0, port) + (one.run_h or 0.0) <= (one.deadline_h or HOURS_PER_DAY) for one in classes
    ]
    return np.array(there, dtype=np.float64).reshape(-1, len(sites)).T


def _presence(lots: pd.DataFrame) -> Array:
    """Part of each hour in a lot's window over that of the day: 0 outside, and 1 on the mean of the day."""
    hours = np.arange(HOURS_PER_YEAR) % HOURS_PER_DAY
    first, length = (lots[name].to_numpy(float)[:, None] for name in ("first_hour_utc", "window_h"))
    present: Array = ((first <= hours) & (hours < first + length)) * HOURS_PER_DAY / length
    return present


def _follows(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return the batch work that is alike in all hours of its window, what is left to be moved, and due on the day."""
    asked, movable = fields["serving.batch_mean_pflop"].values, fields["serving.batch_movable_fraction"].values
    steady = (1 - movable)[:, None] * asked.min(axis=-1)
    moved, waits = asked - steady[..., None], fields["serving.batch_waiting_days_count"].values
    return {
        "serving.batch_steady_pflop": Field(("lot", "period"), steady),
        "serving.batch_moved_pflop": Field(("lot", "period", "day"), moved),
        "serving.batch_due_pflop": Field(("lot", "period", "day"), np.where(waits[:, None, None] > 0, 0.0, moved)),
        "serving.batch_day_most_pflop": Field(
            ("lot", "period"), np.where(waits > 0, waits + 1, 0.0)[:, None] * moved.max(axis=-1)
        ),
    }


def _zonal(choice: Choice) -> Array:
    """Share of each zone in the yearly mean of its class of inference, in each hour (UTC)."""
    zones, classes = choice.tables["zones"], choice.study.demand.by_name()
    people, of_class = zones["population_count"].astype(float), zones["workload_id"]
    share = (people / people.groupby(of_class).transform("sum")).to_numpy(float)
    day = choice.tables["demand_shape"].sort_values("hour_local")
    shapes = [
        np.ones(HOURS_PER_DAY) if (shape := classes[name].shape or "inference") == FLAT else day[f"{shape}_ratio"]
        for name in of_class
    ]
    offsets = choice.column("zones", "utc_offset_h").round().astype(int)
    hour_local = (np.arange(HOURS_PER_YEAR)[None, :] + offsets[:, None]) % HOURS_PER_DAY
    zonal: Array = share[:, None] * np.take_along_axis(np.array(shapes, dtype=np.float64), hour_local, axis=1)
    return zonal


_PFLOP = ("racks.compute_pflop", "racks.rack_kw")
_INFERENCE = (
    *ASKED["inference"], "zones.population_count", "demand_shape.inference_ratio", "demand_shape.alibaba_ratio",
    *_PFLOP,
)  # fmt: skip
_RESIDENT = ("demand.workloads", "demand.jurisdictions", "sites.state", "sites.grid_zone_id")
_IN_TIME = ("facility.port_gbps",)
_PLACE = ("sites.latitude", "sites.longitude", "zones.latitude", "zones.longitude")

_ANYWHERE = LimitMark("rule", 1.0, stated_by="demand.workloads")
"""Where a class of work may be done: in some states, or anywhere."""

STATED = Statement(
    tables={
        "zones": table(ZoneRow, "zone_id"),
        "demand_shape": table(DemandShapeRow, "hour_local"),
        "demand_growth": table(DemandGrowthRow, "case_id", is_technology=True),
    },
    parameters={
        "rtt_slope_ms_per_km": magnitudes.SLOPE_MS_PER_KM,
        "rtt_intercept_ms": magnitudes.INTERCEPT_MS,
        "network_usd_per_pflop_km_yr": magnitudes.NETWORK_USD_PER_PFLOP_KM_YR,
    },
    fields={
        "serving.rtt_ms": worked_out(
            "site",
            "zone",
            inputs=("parameters.rtt_slope_ms_per_km", "parameters.rtt_intercept_ms", *_PLACE),
            neutral=10.0,
        ),
        "serving.network_usd_per_pflop_yr": worked_out(
            "site", "zone", inputs=("parameters.network_usd_per_pflop_km_yr", *_PLACE)
        ),
        "serving.inference_pflop": worked_out("zone", "period", "hour", inputs=_INFERENCE, neutral=1.0),
        "serving.inference_mean_pflop": worked_out("zone", "period", inputs=_INFERENCE, neutral=None),
        "serving.rtt_limit_ms": worked_out(
            "zone",
            inputs=("demand.latency_limit_ms", "demand.workloads"),
            neutral=40.0,
            limit=LimitMark("most", magnitudes.LATENCY_MS.most),
        ),
        "serving.zone_resident_count": worked_out("site", "zone", inputs=_RESIDENT, neutral=1.0, limit=_ANYWHERE),
        "serving.lot_resident_count": worked_out(
            "site", "lot", inputs=(*_RESIDENT, *_IN_TIME), neutral=1.0, limit=_ANYWHERE
        ),
        "serving.batch_mean_pflop": worked_out("lot", "period", "day", inputs=(*ASKED["batch"], *_PFLOP)),
        "serving.batch_movable_fraction": worked_out("lot", inputs=("demand.workloads",), neutral=1.0),
        "serving.batch_presence_ratio": worked_out("lot", "hour", inputs=("demand.workloads",), neutral=1.0),
        "serving.batch_waiting_days_count": worked_out("lot", inputs=("demand.workloads",)),
        "serving.batch_due_pflop": worked_out("lot", "period", "day", inputs=(*ASKED["batch"], *_PFLOP), neutral=None),
        "serving.batch_day_most_pflop": worked_out("lot", "period", inputs=(*ASKED["batch"], *_PFLOP), neutral=None),
        "serving.batch_steady_pflop": worked_out("lot", "period", inputs=(*ASKED["batch"], *_PFLOP), neutral=None),
        "serving.batch_moved_pflop": worked_out(
            "lot", "period", "day", inputs=(*ASKED["batch"], *_PFLOP), neutral=None
        ),
    },
    of_choice=_of_choice,
    follows=_follows,
)
