"""Numbers of backup: what stands by for the grid, what it loses at part load, and what its tests burn."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from siting.case.case import Field
from siting.data.components.bridge import fuel_usd_per_mwh
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.row import Graded, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.quantities import KG_PER_T
from siting.study import magnitudes
from siting.text import Id

__all__ = ["STATED", "BackupRow", "part_load_loss_fraction"]


class BackupRow(Graded):
    """A redundancy of the supply."""

    backup_id: Id
    name: Text
    fuel: Id
    units_ratio: Annotated[float, magnitudes.UNITS_RATIO]
    held_ratio: Annotated[float, magnitudes.UNITS_RATIO]
    backup_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW]
    loss_fraction: Annotated[float, magnitudes.PART_LOAD_LOSS_FRACTION]
    test_h_per_yr: Annotated[float, magnitudes.TEST_H_PER_YR]
    efficiency_fraction: Annotated[float, magnitudes.STORAGE_EFFICIENCY_FRACTION]
    fuel_kg_per_mwh: Annotated[float, magnitudes.CARBON_KG_PER_MWH]
    life_yr: Annotated[int, magnitudes.LIFE_YR]


def part_load_loss_fraction(choice: Choice) -> float:
    """What more of the IT power is lost, since each of so many units runs at a smaller part of its load."""
    chosen = choice.tables["backup"]
    return float(chosen["loss_fraction"].iloc[0]) if len(chosen) else 0.0


def _of_choice(choice: Choice) -> dict[str, Field]:
    chosen, prices = choice.tables["backup"], choice.tables["fuel_prices"]
    states, periods = choice.tables["sites"]["state"], choice.study.horizon.periods
    nothing = Field(("site", "period"), np.zeros((len(states), len(periods))))
    if not len(chosen):
        one = {name: Field((), np.zeros(())) for name in _OF_ONE}
        return {**one, "backup.test_fuel_usd_per_mwh": nothing, "backup.backup_life_yr": Field((), np.ones(()))}
    row = chosen.iloc[0]
    numbers = {
        "backup.units_ratio": row["units_ratio"],
        "backup.further_ratio": max(row["units_ratio"] - row["held_ratio"], 0.0),
        "backup.backup_usd_per_mw": row["backup_usd_per_mw"],
        "backup.test_h_per_yr": row["test_h_per_yr"],
        "backup.test_t_per_mwh": row["fuel_kg_per_mwh"] / KG_PER_T / row["efficiency_fraction"],
        "backup.backup_life_yr": row["life_yr"],
    }
    price = fuel_usd_per_mwh(prices, str(row["fuel"]), states, periods) / row["efficiency_fraction"]
    fuel = Field(("site", "period"), price)
    return {name: Field((), np.array(float(value))) for name, value in numbers.items()} | {
        "backup.test_fuel_usd_per_mwh": fuel
    }


_OF_ONE = (
    "backup.units_ratio",
    "backup.further_ratio",
    "backup.backup_usd_per_mw",
    "backup.test_h_per_yr",
    "backup.test_t_per_mwh",
)
_CHOICE = "technology.backup"

STATED = Statement(
    tables={"backup": table(BackupRow, "backup_id", is_technology=True)},
    assets={
        "backup.backup": Asset(
            life=worked_out(inputs=("backup.life_yr",), neutral=1.0),
            recovery=taken("finance.bridge_recovery_yr", neutral=15.0),
        )
    },
    fields={
        "backup.units_ratio": worked_out(inputs=("backup.units_ratio", _CHOICE)),
        "backup.further_ratio": worked_out(inputs=("backup.units_ratio", "backup.held_ratio", _CHOICE)),
        "backup.backup_usd_per_mw": worked_out(inputs=("backup.backup_usd_per_mw", _CHOICE)),
        "backup.test_h_per_yr": worked_out(inputs=("backup.test_h_per_yr", _CHOICE)),
        "backup.test_t_per_mwh": worked_out(inputs=("backup.fuel_kg_per_mwh", "backup.efficiency_fraction", _CHOICE)),
        "backup.test_fuel_usd_per_mwh": worked_out(
            "site", "period", inputs=("fuel_prices.fuel_price_usd_per_mwh", "backup.efficiency_fraction", _CHOICE)
        ),
    },
    of_choice=_of_choice,
)
