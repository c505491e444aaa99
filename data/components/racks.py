"""Numbers of racks: their power, their price, and which hall can hold them."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case.case import Field
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.row import Fraction, Graded, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.quantities import KW_PER_MW
from siting.study import magnitudes
from siting.text import Id

__all__ = ["STATED", "RackRow", "fitting", "reference_pflop_per_mw"]


class RackRow(Graded):
    """A kind of rack; power is the nameplate of its IT."""

    rack_id: Id
    name: Text
    accelerator: Text
    accelerators_count: Annotated[int, magnitudes.ACCELERATORS_COUNT]
    rack_kw: Annotated[float, magnitudes.RACK_KW]
    idle_fraction: Annotated[float, magnitudes.IDLE_FRACTION]
    compute_pflop: Annotated[float, magnitudes.RACK_PFLOP]
    liquid_fraction: Fraction
    rack_usd: Annotated[float, magnitudes.RACK_USD]
    maintenance_usd_per_yr: Annotated[float, magnitudes.RACK_UPKEEP_USD_PER_YR]
    life_yr: Annotated[int, magnitudes.LIFE_YR]
    embodied_t: Annotated[float, magnitudes.RACK_T]
    availability_fraction: Annotated[float, magnitudes.RACK_AVAILABILITY_FRACTION]
    server_fan_fraction: Annotated[float, magnitudes.SERVER_FAN_FRACTION]


def fitting(cooling: pd.DataFrame, racks: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which rack fits which cooling: density within reach, liquid where it is needed and only where it is used.

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


def reference_pflop_per_mw(choice: Choice) -> float:
    """Compute of one MW of the rack in whose power the demand is stated [PFLOP/s/MW]."""
    rack = choice.reference_rack
    return float((rack["compute_pflop"] / rack["rack_kw"]).iloc[0]) * KW_PER_MW


def _of_choice(choice: Choice) -> dict[str, Field]:
    lives_yr = choice.column("racks", "life_yr")
    fits = fitting(choice.tables["cooling"], choice.tables["racks"])
    return {
        "racks.compatible_count": Field(("cooling", "rack"), fits.astype(float)),
        "racks.rack_mw": Field(("rack",), choice.column("racks", "rack_kw") / KW_PER_MW),
        "racks.rack_embodied_t_per_yr": Field(("rack",), choice.column("racks", "embodied_t") / lives_yr),
    }


STATED = Statement(
    tables={"racks": table(RackRow, "rack_id", is_technology=True)},
    terms={"rack_recovery_yr": magnitudes.WHOLE_LIFE_YR},
    assets={
        "racks.rack": Asset(
            life=taken("racks.life_yr", "rack", neutral=1.0),
            recovery=taken("finance.rack_recovery_yr", neutral=5.0),
            bears_sales_tax=True,
        )
    },
    fields={
        "racks.compatible_count": worked_out(
            "cooling", "rack", inputs=("racks.rack_kw", "cooling.max_rack_kw", "racks.liquid_fraction"), neutral=1.0
        ),
        "racks.rack_mw": worked_out("rack", inputs=("racks.rack_kw",), neutral=1.0),
        "racks.rack_usd": taken("racks.rack_usd", "rack"),
        "racks.rack_maintenance_usd_per_yr": taken("racks.maintenance_usd_per_yr", "rack"),
        "racks.rack_embodied_t_per_yr": worked_out("rack", inputs=("racks.embodied_t", "racks.life_yr")),
        "racks.accelerators_count": taken("racks.accelerators_count", "rack", neutral=1.0),
    },
    of_choice=_of_choice,
)
