"""Numbers of leases: what rented accelerators do and cost, how far away they are, and what they emit and drink."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np

from siting.case.case import Array, Field
from siting.data.components.grid import path_ratio
from siting.data.components.serving import distances_km, resident, round_trip_ms
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.row import Graded, State, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.quantities import HOURS_PER_YEAR, KG_PER_T, KW_PER_MW
from siting.study import magnitudes
from siting.text import GridZoneId, Id

__all__ = ["NO_LIMIT_PFLOP", "STATED", "LeaseRow"]

NO_LIMIT_PFLOP = magnitudes.LEASE_PFLOP.most
"""Stands for a limit that is not known: more than any provider has."""


class LeaseRow(Graded):
    """Accelerators for rent in a cloud region; empty is unknown."""

    lease_id: Id
    name: Text
    provider: Text
    region: Text
    latitude: Annotated[float, magnitudes.LATITUDE]
    longitude: Annotated[float, magnitudes.LONGITUDE]
    state: State | None = None
    authority_id: GridZoneId | None
    emm_region_id: GridZoneId | None
    accelerator: Text
    accelerator_pflop: Annotated[float, magnitudes.RACK_PFLOP]
    accelerator_it_kw: Annotated[float, magnitudes.ACCELERATOR_KW]
    lease_usd_per_gpu_h: Annotated[float, magnitudes.COMPUTE_USD_PER_GPU_H]
    price_date: Text
    price_source_id: Id
    pue: Annotated[float, magnitudes.PUE_RATIO] | None
    wue_l_per_kwh: Annotated[float, magnitudes.WATER_L_PER_KWH] | None
    efficiency_date: Text | None
    efficiency_source_id: Id | None
    lease_most_pflop: Annotated[float, magnitudes.LEASE_PFLOP] | None


def carbon_t_per_mwh(choice: Choice) -> Array:
    """Average carbon of each lease, by period: its authority's level on its market region's path; NaN where unknown."""
    leases = choice.tables["leases"]
    levels = choice.tables["authority_carbon"].set_index("authority_id")["carbon_average_kg_per_mwh"]
    level = np.asarray(leases["authority_id"].map(levels), dtype=float) / KG_PER_T
    carbon: Array = level[:, None] * path_ratio(choice, leases["emm_region_id"])
    return carbon


def _of_choice(choice: Choice) -> dict[str, Field]:
    leases, zones = choice.tables["leases"], choice.tables["zones"]
    distance_km = distances_km(leases, zones)
    most, wanted = choice.column("leases", "lease_most_pflop"), choice.study.technology.leases
    offered = leases["lease_id"].isin([] if wanted == "none" else leases["lease_id"] if wanted == "all" else wanted)
    # what is not known counts nothing, and a study that limits or prices it may not lease there
    carbon, pue, wue = (
        np.nan_to_num(values)
        for values in (
            carbon_t_per_mwh(choice),
            choice.column("leases", "pue"),
            choice.column("leases", "wue_l_per_kwh"),
        )
    )
    return {
        "leases.lease_rtt_ms": Field(("lease", "zone"), round_trip_ms(choice.tables["parameters"], distance_km)),
        "leases.lease_network_usd_per_pflop_yr": Field(
            ("lease", "zone"), choice.parameter("network_usd_per_pflop_km_yr") * distance_km
        ),
        "leases.zone_leasable_count": Field(("lease", "zone"), resident(choice, leases, zones["workload_id"])),
        "leases.lot_leasable_count": Field(
            ("lease", "lot"), resident(choice, leases, choice.tables["lots"]["workload_id"])
        ),
        "leases.lease_it_mw": Field(("lease",), choice.column("leases", "accelerator_it_kw") / KW_PER_MW),
        "leases.lease_pue": Field(("lease",), pue),
        "leases.lease_wue_m3_per_mwh": Field(("lease",), wue),  # 1 L/kWh is 1 m3/MWh
        "leases.lease_carbon_t_per_mwh": Field(("lease", "period"), carbon),
        "leases.lease_most_pflop": Field(
            ("lease",), np.where(offered.to_numpy(bool), np.where(np.isnan(most), NO_LIMIT_PFLOP, most), 0.0)
        ),
    }


def _follows(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return what a PFLOP/s the whole year costs, emits and drinks, and how much of it could be leased."""
    hours = HOURS_PER_YEAR / fields["leases.accelerator_pflop"].values  # of accelerators
    it_mwh = hours * fields["leases.lease_it_mw"].values
    drawn_mwh = it_mwh * fields["leases.lease_pue"].values
    daily = fields["serving.batch_mean_pflop"].values
    least = daily.min(axis=-1)
    lot = least + (daily - least[..., None]).mean(axis=-1)  # where all days are alike, to the last digit that of each
    of_zones, of_lots = (
        fields[f"leases.{name}_leasable_count"].values.max(axis=0, initial=0.0) for name in ("zone", "lot")
    )
    return {
        "leases.lease_usd_per_pflop_yr": Field(("lease",), hours * fields["leases.lease_usd_per_gpu_h"].values),
        "leases.lease_t_per_pflop_yr": Field(
            ("lease", "period"), drawn_mwh[:, None] * fields["leases.lease_carbon_t_per_mwh"].values
        ),
        "leases.lease_m3_per_pflop_yr": Field(("lease",), it_mwh * fields["leases.lease_wue_m3_per_mwh"].values),
        "leases.lot_year_pflop": Field(("lot", "period"), lot),
        "leases.leasable_pflop": Field(
            ("period",), of_lots @ lot + of_zones @ fields["serving.inference_mean_pflop"].values
        ),
    }


_PLACE = ("leases.latitude", "leases.longitude", "zones.latitude", "zones.longitude")
_WHERE = ("demand.workloads", "demand.jurisdictions", "leases.state")
_PRICE = ("leases.lease_usd_per_gpu_h", "leases.accelerator_pflop")
_POWER = ("leases.accelerator_it_kw", "leases.accelerator_pflop")
_CARBON = ("authority_carbon.carbon_average_kg_per_mwh", "carbon_path.carbon_ratio")

STATED = Statement(
    tables={"leases": table(LeaseRow, "lease_id", is_technology=True)},
    fields={
        "leases.lease_usd_per_gpu_h": taken("leases.lease_usd_per_gpu_h", "lease"),
        "leases.accelerator_pflop": taken("leases.accelerator_pflop", "lease", neutral=1.0),
        "leases.lease_it_mw": worked_out("lease", inputs=("leases.accelerator_it_kw",)),
        "leases.lease_pue": worked_out("lease", inputs=("leases.pue",), neutral=1.0),
        "leases.lease_wue_m3_per_mwh": worked_out("lease", inputs=("leases.wue_l_per_kwh",)),
        "leases.lease_carbon_t_per_mwh": worked_out("lease", "period", inputs=_CARBON),
        "leases.lease_rtt_ms": worked_out(
            "lease",
            "zone",
            inputs=("parameters.rtt_slope_ms_per_km", "parameters.rtt_intercept_ms", *_PLACE),
            neutral=10.0,
        ),
        "leases.lease_network_usd_per_pflop_yr": worked_out(
            "lease", "zone", inputs=("parameters.network_usd_per_pflop_km_yr", *_PLACE)
        ),
        "leases.lease_most_pflop": worked_out(
            "lease", inputs=("leases.lease_most_pflop", "technology.leases"), neutral=NO_LIMIT_PFLOP
        ),
        "leases.zone_leasable_count": worked_out("lease", "zone", inputs=_WHERE, neutral=1.0),
        "leases.lot_leasable_count": worked_out("lease", "lot", inputs=_WHERE, neutral=1.0),
        "leases.lease_usd_per_pflop_yr": worked_out("lease", inputs=_PRICE, neutral=None),
        "leases.lease_t_per_pflop_yr": worked_out("lease", "period", inputs=(*_CARBON, *_POWER), neutral=None),
        "leases.lease_m3_per_pflop_yr": worked_out("lease", inputs=("leases.wue_l_per_kwh", *_POWER), neutral=None),
        "leases.lot_year_pflop": worked_out(
            "lot", "period", inputs=("demand.batch_mw", "demand.workloads"), neutral=None
        ),
        "leases.leasable_pflop": worked_out(
            "period", inputs=("demand.inference_mw", "demand.batch_mw", "demand.workloads"), neutral=None
        ),
    },
    of_choice=_of_choice,
    follows=_follows,
)
