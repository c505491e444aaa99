"""Numbers of racks: their power, their price, and which hall can hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case.case import Array, Field
from siting.data.kinds.asset import Asset, paid_over_used
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.rack_rules import unsound
from siting.data.kinds.row import Fraction, Grade, Graded, Row, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import Reference, table
from siting.data.kinds.vintages import KIND, by_year, out_of_order
from siting.quantities import KW_PER_MW
from siting.study import magnitudes
from siting.study.demand import AMOUNTS, ReferenceWork, WorkClass
from siting.text import Id

__all__ = [
    "ASKED",
    "STATED",
    "RackRow",
    "RackYearRow",
    "asked_pflop",
    "fitting",
    "nameplate_mw",
    "reference",
]

RackKind = Literal["cpu", "gpu", "tpu", "asic", "fpga", "neuromorphic", "quantum"]


class RackRow(Graded):
    """A kind of rack; power is the nameplate of its IT. It is sold from its first year to its last, if it has any.

    What is built and paid for a rack is the rack and its share of the fabric, which joins accelerators of many racks:
    `rack_kw` and `rack_usd`, and for each accelerator `fabric_kw_per_accelerator` and `fabric_usd_per_accelerator`.
    A rack without a speed is known and cannot be chosen.
    """

    rack_id: Id
    name: Text
    vendor: str | None = None
    kind: RackKind | None = None
    speculative: Annotated[float, magnitudes.FLAG] | None = None
    accelerator: Text
    accelerators_count: Annotated[int, magnitudes.ACCELERATORS_COUNT]
    accelerator_kw: Annotated[float, magnitudes.ACCELERATOR_KW] | None = None
    memory_gb: Annotated[float, magnitudes.MEMORY_GB] | None = None
    accelerator_usd: Annotated[float, magnitudes.ACCELERATOR_USD] | None = None
    rack_kw: Annotated[float, magnitudes.RACK_KW]
    idle_fraction: Annotated[float, magnitudes.IDLE_FRACTION]
    transient_ratio: Annotated[float, magnitudes.TRANSIENT_RATIO] | None = None
    compute_pflop: Annotated[float, magnitudes.RACK_PFLOP] | None
    fp8_pflop: Annotated[float, magnitudes.RACK_PFLOP] | None = None
    fp4_pflop: Annotated[float, magnitudes.RACK_PFLOP] | None = None
    fp64_pflop: Annotated[float, magnitudes.RACK_PFLOP] | None = None
    liquid_fraction: Fraction
    rack_usd: Annotated[float, magnitudes.RACK_USD]
    rack_low_usd: Annotated[float, magnitudes.RACK_USD] | None = None
    rack_high_usd: Annotated[float, magnitudes.RACK_USD] | None = None
    fabric: str | None = None
    fabric_usd_per_accelerator: Annotated[float, magnitudes.FABRIC_USD_PER_ACCELERATOR] | None = None
    fabric_kw_per_accelerator: Annotated[float, magnitudes.FABRIC_KW_PER_ACCELERATOR] | None = None
    maintenance_usd_per_yr: Annotated[float, magnitudes.RACK_UPKEEP_USD_PER_YR]
    life_yr: Annotated[int, magnitudes.LIFE_YR]
    embodied_t: Annotated[float, magnitudes.RACK_T]
    availability_fraction: Annotated[float, magnitudes.RACK_AVAILABILITY_FRACTION]
    server_fan_fraction: Annotated[float, magnitudes.SERVER_FAN_FRACTION]
    first_year: Annotated[float, magnitudes.CALENDAR_YEAR] | None = None
    last_year: Annotated[float, magnitudes.CALENDAR_YEAR] | None = None
    lead_months: Annotated[float, magnitudes.WAIT_MONTHS] | None = None
    rack_kg: Annotated[float, magnitudes.RACK_KG] | None = None
    footprint_m2: Annotated[float, magnitudes.FOOTPRINT_M2] | None = None


class RackYearRow(Row):
    """What a kind of rack costs and does if it is bought in a year; what is not stated is that of other years."""

    rack_id: Id
    year: Annotated[int, magnitudes.CALENDAR_YEAR]
    rack_usd: Annotated[float, magnitudes.RACK_USD] | None
    compute_pflop: Annotated[float, magnitudes.RACK_PFLOP] | None
    rack_kw: Annotated[float, magnitudes.RACK_KW] | None
    embodied_t: Annotated[float, magnitudes.RACK_T] | None
    source: str | None
    grade: Grade


def fitting(cooling: pd.DataFrame, racks: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which rack fits which cooling: density within reach, liquid where it is needed and only where it is used.

    Its share of the fabric stands in racks of its own, and adds to power and not to density.

    Parameters
    ----------
    cooling, racks : DataFrame
        Rows of the tables of those names.

    Returns
    -------
    ndarray of bool
        By cooling and rack.
    """
    dense = racks["rack_kw"].to_numpy(float)[None, :] <= cooling["max_rack_kw"].to_numpy(float)[:, None]
    to_liquid = racks["liquid_fraction"].to_numpy(float)[None, :]
    carried = (to_liquid == 0) | (cooling["liquid_capable"].to_numpy()[:, None] == 1)
    fits: npt.NDArray[np.bool_] = (
        dense & carried & (to_liquid >= cooling["liquid_min_fraction"].to_numpy(float)[:, None])
    )
    return fits


_OF_POWER = ("demand_growth.power_growth_per_yr", "demand_growth.hardware_gain_per_yr")
_OF_RUNS = ("demand_growth.training_doubling_yr", "demand_growth.training_adoption_fraction")

ASKED: Mapping[WorkClass, tuple[str, ...]] = {
    work_class: (
        *(f"demand.{name}" for name in fields),
        "demand.workloads",
        *(_OF_RUNS if work_class == "training" else _OF_POWER),
    )
    for work_class, fields in AMOUNTS.items()
}
"""Inputs that the work asked of each class rests on, beside the rack in which it is counted."""


def reference(choice: Choice) -> ReferenceWork:
    """What the rack does in which demand is counted, and how many tokens the study makes of it."""
    rack = choice.reference_rack
    return ReferenceWork(
        pflop_per_mw=float(rack["compute_pflop"].iloc[0] / nameplate_mw(rack)[0]),
        accelerator_pflop=float((rack["compute_pflop"] / rack["accelerators_count"]).iloc[0]),
        tokens_per_s_per_pflop=choice.study.demand.throughput_tokens_per_s_per_pflop,
    )


def asked_pflop(choice: Choice, workload_id: str) -> Array:
    """Work that is asked of a class, in whatever unit, by period [PFLOP/s]; none of one that asks for nothing."""
    of_reference, years = reference(choice), [period.year for period in choice.study.horizon.periods]
    asked = np.zeros(len(years))
    for unit, amounts in choice.study.demand.by_name()[workload_id].amounts():
        asked += np.array([amounts.get(year, 0.0) for year in years]) * of_reference.pflop_per(unit)
    return asked


def nameplate_mw(racks: pd.DataFrame) -> Array:
    """Power of racks with their share of the fabric [MW]."""
    nameplate: Array = (racks["rack_kw"].to_numpy(float) + _of_fabric(racks, "fabric_kw_per_accelerator")) / KW_PER_MW
    return nameplate


def _prices_usd(racks: pd.DataFrame) -> Array:
    """Price of racks with their share of the fabric [USD]."""
    price: Array = racks["rack_usd"].to_numpy(float) + _of_fabric(racks, "fabric_usd_per_accelerator")
    return price


def _of_fabric(racks: pd.DataFrame, column: str) -> Array:
    """What the fabric of all accelerators of a rack comes to, by rack; nothing where that is not stated."""
    if column not in racks:
        return np.zeros(len(racks))
    of_racks: Array = racks[column].fillna(0.0).to_numpy(float) * racks["accelerators_count"].to_numpy(float)
    return of_racks


def _of_choice(choice: Choice) -> dict[str, Field]:
    lives_yr, periods = choice.column("racks", "life_yr"), choice.study.horizon.periods
    starts, kinds = np.array([period.year for period in periods]), choice.tables["racks"]
    first, last = _year(kinds, "first_year", -np.inf)[:, None], _year(kinds, "last_year", np.inf)[:, None]
    fits = fitting(choice.tables["cooling"], choice.tables["racks"])
    return {
        "racks.compatible_count": Field(("cooling", "rack"), fits.astype(float)),
        "racks.sold_count": Field(("rack", "period"), ((first <= starts) & (starts <= last)).astype(float)),
        "racks.price_ratio": Field(("rack", "year"), _prices(choice)),
        "racks.rack_mw": Field(("rack",), nameplate_mw(kinds)),
        "racks.rack_usd": Field(("rack",), _prices_usd(kinds)),
        "racks.rack_embodied_t_per_yr": Field(("rack",), choice.column("racks", "embodied_t") / lives_yr),
    }


def _year(kinds: pd.DataFrame, column: str, missing: float) -> Array:
    """A year that racks may have, by rack."""
    return kinds[column].fillna(missing).to_numpy(np.float64) if column in kinds else np.full(len(kinds), missing)


def _prices(choice: Choice) -> Array:
    """Price in each step of the horizon over that of the table, by rack and year."""
    racks, years = choice.tables["racks"], choice.study.horizon.years
    kinds, prices = racks.get(KIND, racks["rack_id"]), racks["rack_usd"]
    fabric, rack_years = _of_fabric(racks, "fabric_usd_per_accelerator"), choice.tables["rack_years"]
    of_kinds = [
        (by_year(rack_years, str(kind), "rack_usd", float(price), years) + beside) / (float(price) + beside)
        for kind, price, beside in zip(kinds, prices, fabric, strict=True)
    ]
    return np.array(of_kinds).reshape(len(racks), len(years))


def _follows(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return how much longer a rack bears the carbon of its making than it is used."""
    lives_yr = fields["racks.rack_life_yr"].values
    borne = paid_over_used(lives_yr, fields, np.ones_like(fields["racks.price_ratio"].values))
    return {"racks.embodied_use_ratio": Field(("rack", "period", "until"), borne)}


_FABRIC_KW = ("racks.fabric_kw_per_accelerator", "racks.accelerators_count")
_FABRIC_USD = ("racks.fabric_usd_per_accelerator", "racks.accelerators_count")

STATED = Statement(
    tables={"racks": table(RackRow, "rack_id", is_technology=True, faults=unsound)},
    layers={
        "rack_years": table(
            RackYearRow, "rack_id", "year", references=(Reference("rack_id", "racks", "rack_id"),), faults=out_of_order
        )
    },
    terms={"rack_recovery_yr": magnitudes.WHOLE_LIFE_YR},
    assets={
        "racks.rack": Asset(
            life=taken("racks.life_yr", "rack", neutral=1.0),
            recovery=taken("finance.rack_recovery_yr", neutral=5.0),
            bears_sales_tax=True,
            prices="racks.price_ratio",
        )
    },
    fields={
        "racks.compatible_count": worked_out(
            "cooling", "rack", inputs=("racks.rack_kw", "cooling.max_rack_kw", "racks.liquid_fraction"), neutral=1.0
        ),
        "racks.rack_mw": worked_out("rack", inputs=("racks.rack_kw", *_FABRIC_KW), neutral=1.0),
        "racks.rack_usd": worked_out("rack", inputs=("racks.rack_usd", *_FABRIC_USD)),
        "racks.rack_maintenance_usd_per_yr": taken("racks.maintenance_usd_per_yr", "rack"),
        "racks.rack_embodied_t_per_yr": worked_out("rack", inputs=("racks.embodied_t", "racks.life_yr")),
        "racks.embodied_use_ratio": worked_out("rack", "period", "until", inputs=("racks.life_yr",), neutral=None),
        "racks.sold_count": worked_out(
            "rack", "period", inputs=("racks.first_year", "racks.last_year", "horizon.periods"), neutral=1.0
        ),
        "racks.price_ratio": worked_out(
            "rack", "year", inputs=("rack_years.rack_usd", "racks.rack_usd", *_FABRIC_USD), neutral=1.0
        ),
        "racks.accelerators_count": taken("racks.accelerators_count", "rack", neutral=1.0),
    },
    of_choice=_of_choice,
    follows=_follows,
)
