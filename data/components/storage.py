"""Numbers of storage: its price, its losses, its wear."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from siting.case.case import Field
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.row import Graded, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.study import magnitudes
from siting.text import Id

__all__ = ["STATED", "StorageRow"]


class StorageRow(Graded):
    """A kind of storage."""

    storage_id: Id
    name: Text
    power_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW]
    energy_usd_per_mwh: Annotated[float, magnitudes.STORAGE_USD_PER_MWH]
    efficiency_fraction: Annotated[float, magnitudes.STORAGE_EFFICIENCY_FRACTION]
    life_yr: Annotated[int, magnitudes.LIFE_YR]
    fixed_usd_per_mw_yr: Annotated[float, magnitudes.UPKEEP_USD_PER_MW_YR]
    throughput_usd_per_mwh: Annotated[float, magnitudes.WEAR_USD_PER_MWH]
    max_duration_h: Annotated[float, magnitudes.DURATION_H]
    embodied_t_per_mwh: Annotated[float, magnitudes.STORAGE_T_PER_MWH]


def _of_choice(choice: Choice) -> dict[str, Field]:
    """Half of the loss of a round trip falls on each way."""
    battery = choice.tables["storage"].iloc[0]
    embodied = battery["embodied_t_per_mwh"] / battery["life_yr"]
    return {
        "storage.one_way_fraction": Field((), np.array(battery["efficiency_fraction"] ** 0.5)),
        "storage.storage_embodied_t_per_mwh_yr": Field((), np.array(embodied)),
    }


STATED = Statement(
    tables={"storage": table(StorageRow, "storage_id", is_technology=True, has_one_row=True)},
    terms={"storage_recovery_yr": magnitudes.WHOLE_LIFE_YR},
    assets={
        "storage.storage": Asset(
            life=taken("storage.life_yr", neutral=1.0), recovery=taken("finance.storage_recovery_yr", neutral=7.0)
        )
    },
    fields={
        "storage.storage_min_mw": taken("facility.storage_min_mw", neutral=None),
        "storage.max_duration_h": taken("storage.max_duration_h", neutral=8.0),
        "storage.power_usd_per_mw": taken("storage.power_usd_per_mw"),
        "storage.energy_usd_per_mwh": taken("storage.energy_usd_per_mwh"),
        "storage.fixed_usd_per_mw_yr": taken("storage.fixed_usd_per_mw_yr"),
        "storage.throughput_usd_per_mwh": taken("storage.throughput_usd_per_mwh"),
        "storage.one_way_fraction": worked_out(inputs=("storage.efficiency_fraction",), neutral=1.0),
        "storage.storage_embodied_t_per_mwh_yr": worked_out(inputs=("storage.embodied_t_per_mwh", "storage.life_yr")),
    },
    of_choice=_of_choice,
)
