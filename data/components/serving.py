"""Numbers of inference and batch work: who asks for how much in which hour, and how far away the sites are."""

from __future__ import annotations

from typing import Annotated

import numpy as np
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
from siting.text import Id

__all__ = ["STATED", "DemandShapeRow", "ZoneRow", "distances_km", "round_trip_ms"]


class ZoneRow(Graded):
    """A demand zone."""

    zone_id: Id
    name: Text
    latitude: Annotated[float, magnitudes.LATITUDE]
    longitude: Annotated[float, magnitudes.LONGITUDE]
    utc_offset_h: Annotated[float, magnitudes.UTC_OFFSET_H]
    population_count: Annotated[int, magnitudes.POPULATION_COUNT]


class DemandShapeRow(Graded):
    """Inference in one hour of the local day over its daily mean."""

    hour_local: Annotated[int, Limits(ge=0, le=23)]
    inference_ratio: Annotated[float, magnitudes.DAY_SHAPE_RATIO]


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
    distance_km = distances_km(choice.tables["sites"], choice.tables["zones"])
    network_usd = choice.parameter("network_usd_per_pflop_km_yr") * distance_km
    inference = _zonal(choice)[:, None, :] * asked_pflop(choice, "inference")[None, :, None]
    batch = asked_pflop(choice, "batch")
    return {
        "serving.rtt_ms": Field(("site", "zone"), round_trip_ms(choice.tables["parameters"], distance_km)),
        "serving.network_usd_per_pflop_yr": Field(("site", "zone"), network_usd),
        "serving.inference_pflop": Field(("zone", "period", "hour"), inference),
        "serving.inference_mean_pflop": Field(("zone", "period"), inference.mean(axis=-1)),
        "serving.batch_mean_pflop": Field(("period", "day"), np.repeat(batch[:, None], DAYS_PER_YEAR, axis=1)),
    }


def _zonal(choice: Choice) -> Array:
    """Share of each zone in the yearly mean of inference, in each hour (UTC)."""
    population = choice.column("zones", "population_count")
    shape = choice.tables["demand_shape"].sort_values("hour_local")["inference_ratio"].to_numpy(float)
    offsets = choice.column("zones", "utc_offset_h").round().astype(int)
    hour_local = (np.arange(HOURS_PER_YEAR)[None, :] + offsets[:, None]) % HOURS_PER_DAY
    zonal: Array = (population / population.sum())[:, None] * shape[hour_local]
    return zonal


_PFLOP = ("racks.compute_pflop", "racks.rack_kw")
_INFERENCE = (*ASKED["inference"], "zones.population_count", "demand_shape.inference_ratio", *_PFLOP)
_PLACE = ("sites.latitude", "sites.longitude", "zones.latitude", "zones.longitude")

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
        "serving.batch_mean_pflop": worked_out("period", "day", inputs=(*ASKED["batch"], *_PFLOP)),
    },
    of_choice=_of_choice,
)
