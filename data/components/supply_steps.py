"""Numbers of stepped supply: what a balancing authority can serve at which price, from when on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
import pandas as pd

from siting.case.case import Array, Field
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.row import Graded, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import Fault, table
from siting.quantities import HOURS_PER_YEAR, MONTHS_PER_YR
from siting.study import magnitudes
from siting.text import GridZoneId, Id

__all__ = ["STATED", "SupplyStepRow"]

PRICES = ("adder_low_usd_per_mwh", "adder_high_usd_per_mwh", "upgrade_low_usd_per_mw", "upgrade_high_usd_per_mw")
"""Columns that do not fall from a step to the next."""


class SupplyStepRow(Graded):
    """A step of supply of a balancing authority: how much, from when on, and at which price."""

    step_id: Id
    name: Text
    authority_id: GridZoneId
    supply_step: Annotated[int, magnitudes.SUPPLY_STEP]
    supply_mw: Annotated[float, magnitudes.HEADROOM_MW]
    adder_low_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]
    adder_high_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]
    upgrade_low_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW]
    upgrade_high_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW]
    delay_months: Annotated[float, magnitudes.WAIT_MONTHS]
    paid_by: Literal["load", "all"]


def _faults(rows: pd.DataFrame) -> Iterator[Fault]:
    """Yield each price that is lower than that of a step before, and each high price below the low one."""
    for _, own in rows.sort_values("supply_step", kind="stable").groupby("authority_id", sort=False):
        for name in (*PRICES, "delay_months"):
            before = own[name].cummax().shift()
            for line, value, most in zip(own.index, own[name], before, strict=True):
                if value < most:
                    yield int(line), name, f"falls: a step before it has {most:g} (got {value:g})"
    for low, high in (PRICES[:2], PRICES[2:]):
        for line, least, most in zip(rows.index, rows[low], rows[high], strict=True):
            if most < least:
                yield int(line), high, f"lies below {low}, {least:g} (got {most:g})"


def _of_choice(choice: Choice) -> dict[str, Field]:
    """What all customers pay for is no cost of the load; a later step comes so long after the request."""
    study, steps = choice.study, choice.tables["supply_steps"]
    which = "high" if study.connection.supply_steps == "high" else "low"
    asked = study.connection.request_year
    ordered = float(study.horizon.base_year) if asked is None else asked
    there = ordered + choice.column("supply_steps", "delay_months") / MONTHS_PER_YR
    starts = np.array([float(period.year) for period in study.horizon.periods])
    most = choice.column("supply_steps", "supply_mw")[:, None] * (there[:, None] <= starts[None, :])
    upgrade = choice.column("supply_steps", f"upgrade_{which}_usd_per_mw")
    of_load = steps["paid_by"].to_numpy(str) == "load"
    return {
        "supply_steps.in_authority_count": Field(("site", "step"), _inside(choice)),
        "supply_steps.supply_most_mw": Field(("step", "period"), most),
        "supply_steps.supply_usd_per_mw_yr": Field(
            ("step",), HOURS_PER_YEAR * choice.column("supply_steps", f"adder_{which}_usd_per_mwh")
        ),
        "supply_steps.upgrade_usd_per_mw": Field(("step",), np.where(of_load, upgrade, 0.0)),
        "supply_steps.shared_usd_per_mw": Field(("step",), np.where(of_load, 0.0, upgrade)),
    }


def _inside(choice: Choice) -> Array:
    """1 where a step is of the site's authority, site by step."""
    sites, steps = choice.tables["sites"], choice.tables["supply_steps"]
    if "authority_id" not in sites:
        return np.zeros((len(sites), len(steps)))
    of_site = sites["authority_id"].astype(str).to_numpy()
    inside: Array = (of_site[:, None] == steps["authority_id"].astype(str).to_numpy()[None, :]).astype(float)
    return inside


_PRICED = ("connection.supply_steps",)

STATED = Statement(
    tables={"supply_steps": table(SupplyStepRow, "step_id", faults=_faults)},
    fields={
        "supply_steps.in_authority_count": worked_out(
            "site", "step", inputs=("supply_steps.authority_id", "sites.authority_id")
        ),
        "supply_steps.supply_most_mw": worked_out(
            "step", "period", inputs=("supply_steps.supply_mw", "supply_steps.delay_months", "connection.request_year")
        ),
        "supply_steps.supply_usd_per_mw_yr": worked_out(
            "step", inputs=("supply_steps.adder_low_usd_per_mwh", "supply_steps.adder_high_usd_per_mwh", *_PRICED)
        ),
        "supply_steps.upgrade_usd_per_mw": worked_out(
            "step",
            inputs=(
                "supply_steps.upgrade_low_usd_per_mw",
                "supply_steps.upgrade_high_usd_per_mw",
                "supply_steps.paid_by",
                *_PRICED,
            ),
        ),
        "supply_steps.shared_usd_per_mw": worked_out(
            "step",
            inputs=(
                "supply_steps.upgrade_low_usd_per_mw",
                "supply_steps.upgrade_high_usd_per_mw",
                "supply_steps.paid_by",
                *_PRICED,
            ),
        ),
    },
    of_choice=_of_choice,
)
