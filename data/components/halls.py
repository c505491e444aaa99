"""Numbers of halls: what each way of cooling makes of them, where it may be built, how much of them is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field as Limits
from pydantic import create_model

from siting.case.case import Field
from siting.case.minimum_cost import batch_of_day_pflop, needed_pflop, steady_training_pflop
from siting.cooling.parameters import PARAMETERS
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.row import Fraction, Grade, Graded, Row, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import Reference, table
from siting.study import magnitudes
from siting.text import Id

__all__ = ["STATED", "CoolingRow", "WaterBodyRow", "offered"]


class CoolingColumns(Graded):
    """A way to cool a hall: what it costs and carries."""

    cooling_id: Id
    name: Text
    medium: Literal["air", "rear_door", "liquid"]
    max_rack_kw: Annotated[float, magnitudes.RACK_KW]
    liquid_capable: Annotated[int, magnitudes.FLAG]
    liquid_min_fraction: Fraction
    water_body: Literal["sea", "river"] | None
    hall_usd_per_mw: Annotated[float, magnitudes.HALL_USD_PER_MW]
    hall_low_usd_per_mw: Annotated[float, magnitudes.HALL_USD_PER_MW] | None = None
    hall_high_usd_per_mw: Annotated[float, magnitudes.HALL_USD_PER_MW] | None = None
    maintenance_usd_per_mw_yr: Annotated[float, magnitudes.UPKEEP_USD_PER_MW_YR]
    land_ha_per_mw: Annotated[float, magnitudes.LAND_HA_PER_MW]
    life_yr: Annotated[int, magnitudes.LIFE_YR]
    embodied_t_per_mw: Annotated[float, magnitudes.HALL_T_PER_MW]
    fixed_fraction: Fraction
    published_case: Annotated[int, Limits(ge=1, le=10)] | None


def _with_physics(row: type[Row]) -> type[Row]:
    """Return a row that may also state any parameter of the physics, within its limits."""
    limits: dict[str, Any] = {
        name: (Annotated[float | None, Limits(ge=rule.minimum, le=rule.maximum, description=rule.meaning)], None)
        for name, rule in PARAMETERS.items()
    }
    return create_model(
        "CoolingRow", __base__=row, __doc__=f"{row.__doc__}\n\nParameters of its physics may follow.", **limits
    )


CoolingRow = _with_physics(CoolingColumns)


class WaterBodyRow(Row):
    """A sea or a river that a site may cool with."""

    site_id: Id
    water_body: Literal["sea", "river"]
    source: str | None
    grade: Grade


MODULE_MOST = "halls.module_most_mw"


def offered(choice: Choice) -> npt.NDArray[np.bool_]:
    """Which way of cooling may be built at which site: what the study wants, by a sea or a river where there is one.

    Returns
    -------
    ndarray of bool
        By site and cooling.
    """
    bodies, halls = choice.tables["water_bodies"], choice.tables["cooling"]
    there = set(zip(bodies["site_id"], bodies["water_body"], strict=True))
    sites = choice.tables["sites"]["site_id"]
    ways = list(zip(halls["cooling_id"], halls["water_body"], strict=True))
    return np.array(
        [
            [way in choice.wanted_cooling and (not body or (site, body) in there) for way, body in ways]
            for site in sites
        ],
        dtype=np.bool_,
    ).reshape(len(sites), len(ways))


def _of_choice(choice: Choice) -> dict[str, Field]:
    lives_yr = choice.column("cooling", "life_yr")
    embodied = choice.column("cooling", "embodied_t_per_mw") / lives_yr
    return {
        "halls.hall_embodied_t_per_mw_yr": Field(("cooling",), embodied),
        "halls.offered_count": Field(("site", "cooling"), offered(choice).astype(float)),
        MODULE_MOST: _largest(choice.taken("facility.module_mw", ("site",))),
    }


def _largest(module_mw: Field) -> Field:
    return Field((), module_mw.values.max())


def _follows(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return the power that all halls need at least, of the rack that does most with it, and the largest module.

    The largest module is that of all sites, also where the numbers are of one site's year: the row that it is for is
    shared by all sites.
    """

    def of(name: str) -> npt.NDArray[np.float64]:
        return fields[name].values

    able = of("racks.compatible_count") * of("computing.availability_fraction")
    densest = (able * of("computing.compute_pflop_per_mw")).max()
    steady = steady_training_pflop(fields)
    needed = needed_pflop(of("serving.inference_pflop"), batch_of_day_pflop(fields), steady)
    return {
        "halls.least_it_mw": Field(("period",), needed / densest),
        MODULE_MOST: fields[MODULE_MOST] if MODULE_MOST in fields else _largest(fields["halls.module_mw"]),
    }


STATED = Statement(
    tables={"cooling": table(CoolingRow, "cooling_id", is_technology=True)},
    layers={
        "water_bodies": table(
            WaterBodyRow, "site_id", "water_body", references=(Reference("site_id", "sites", "site_id"),)
        )
    },
    terms={
        "hall_equipment_recovery_yr": magnitudes.WHOLE_LIFE_YR,
        "shell_recovery_yr": magnitudes.WHOLE_LIFE_YR,
        "hall_equipment_fraction": magnitudes.FRACTION,
        "hall_lead_yr": magnitudes.LEAD_YR,
    },
    assets={
        "halls.hall": Asset(
            life=taken("cooling.life_yr", "cooling", neutral=1.0),
            recovery=taken("finance.hall_equipment_recovery_yr", neutral=15.0),
            equipment=taken("finance.hall_equipment_fraction", neutral=0.5),
            lead=taken("finance.hall_lead_yr"),
            is_real_property=True,
        )
    },
    fields={
        "halls.module_mw": taken("facility.module_mw", "site", neutral=None),
        MODULE_MOST: worked_out(inputs=("facility.module_mw", "edge.module_mw"), neutral=None),
        "halls.hall_usd_per_mw": taken("cooling.hall_usd_per_mw", "cooling"),
        "halls.maintenance_usd_per_mw_yr": taken("cooling.maintenance_usd_per_mw_yr", "cooling"),
        "halls.land_ha_per_mw": taken("cooling.land_ha_per_mw", "cooling"),
        "halls.hall_embodied_t_per_mw_yr": worked_out(
            "cooling", inputs=("cooling.embodied_t_per_mw", "cooling.life_yr")
        ),
        "halls.offered_count": worked_out(
            "site", "cooling", inputs=("technology.cooling", "water_bodies.water_body"), neutral=1.0
        ),
        "halls.least_it_mw": worked_out(
            "period",
            inputs=(
                "demand.inference_mw", "demand.batch_mw", "demand.training_mw", "demand.workloads",
                "racks.compute_pflop", "racks.rack_kw",
            ),
            neutral=None,
        ),
    },
    of_choice=_of_choice,
    follows=_follows,
)  # fmt: skip
