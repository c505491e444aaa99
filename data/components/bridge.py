"""Numbers of plants on site: their price, their fuel where they stand, what they emit, and when they can be there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from pydantic import StringConstraints

from siting.case.case import Array, Field
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.row import Graded, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.quantities import HOURS_PER_YEAR, KG_PER_T, MONTHS_PER_YR
from siting.study import magnitudes
from siting.text import Id

if TYPE_CHECKING:
    from siting.study.horizon import Period

__all__ = ["STATED", "BridgeRow", "FuelPriceRow", "fuel_usd_per_mwh", "states_without_fuel"]


class BridgeRow(Graded):
    """A kind of plant on site."""

    bridge_id: Id
    name: Text
    fuel: Id
    bridge_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW]
    lead_months: Annotated[float, magnitudes.WAIT_MONTHS]
    efficiency_fraction: Annotated[float, magnitudes.STORAGE_EFFICIENCY_FRACTION]
    firm_fraction: Annotated[float, magnitudes.DIVERSITY_FRACTION]
    upkeep_usd_per_mw_yr: Annotated[float, magnitudes.UPKEEP_USD_PER_MW_YR]
    running_usd_per_mwh: Annotated[float, magnitudes.WEAR_USD_PER_MWH]
    fuel_kg_per_mwh: Annotated[float, magnitudes.CARBON_KG_PER_MWH]
    permit_h_per_yr: Annotated[float, magnitudes.PERMIT_H_PER_YR]
    life_yr: Annotated[int, magnitudes.LIFE_YR]


class FuelPriceRow(Graded):
    """Price of a fuel in some states in a year, by the energy in it."""

    fuel: Id
    region: Text
    states: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}( [A-Z]{2})*$")]
    year: Annotated[int, magnitudes.CALENDAR_YEAR]
    fuel_price_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]


def _by_state(prices: pd.DataFrame, fuel: str) -> dict[str, pd.DataFrame]:
    """Years and prices of a fuel in each state that has any."""
    found: dict[str, pd.DataFrame] = {}
    for states, rows in prices[prices["fuel"] == fuel].groupby("states"):
        found |= dict.fromkeys(str(states).split(), rows.sort_values("year"))
    return found


def states_without_fuel(bridge: pd.DataFrame, prices: pd.DataFrame, sites: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the plants whose fuel has no price in the state of some site, each with the states.

    Parameters
    ----------
    bridge, prices, sites : DataFrame
        Rows of the tables bridge, fuel_prices and sites.
    """
    for identity, fuel in zip(bridge["bridge_id"], bridge["fuel"], strict=True):
        known = _by_state(prices, str(fuel))
        missing = sorted({str(state) for state in sites["state"]} - set(known))
        if missing:
            yield str(identity), f"no price of its fuel '{fuel}' in {', '.join(missing)}"


def _fuel_usd_per_mwh(choice: Choice) -> Array:
    """Price of the fuel of a MWh of output, as the mean of each period's years or half-years: site, bridge, period.

    Before the first year of the prices that of the first holds, and so does that of the last one after it.
    """
    bridge, periods = choice.tables["bridge"], choice.study.horizon.periods
    states = choice.tables["sites"]["state"]
    price = np.zeros((len(states), len(bridge), len(periods)))
    for b, (fuel, efficiency) in enumerate(zip(bridge["fuel"], bridge["efficiency_fraction"], strict=True)):
        price[:, b] = fuel_usd_per_mwh(choice.tables["fuel_prices"], str(fuel), states, periods) / float(efficiency)
    return price


def fuel_usd_per_mwh(prices: pd.DataFrame, fuel: str, states: pd.Series, periods: Sequence[Period]) -> Array:
    """Price of the energy in a fuel, as the mean of each period's years or half-years: site by period.

    Parameters
    ----------
    prices : DataFrame
        Rows of the table fuel_prices.
    fuel : str
        The fuel.
    states : Series
        State of each site.
    periods : sequence of Period
        The planning periods.
    """
    known, price = _by_state(prices, fuel), np.zeros((len(states), len(periods)))
    for i, state in enumerate(states):
        rows = known[str(state)]
        years, values = rows["year"].to_numpy(float), rows["fuel_price_usd_per_mwh"].to_numpy(float)
        for y, period in enumerate(periods):
            of_years = np.interp(period.years, years, values)
            price[i, y] = of_years.mean()
    return price


def _of_choice(choice: Choice) -> dict[str, Field]:
    study, column = choice.study, choice.column
    asked = study.connection.request_year
    ordered = float(study.horizon.base_year) if asked is None else asked
    there = ordered + column("bridge", "lead_months") / MONTHS_PER_YR
    starts = np.array([float(period.year) for period in study.horizon.periods])
    emitted = column("bridge", "fuel_kg_per_mwh") / KG_PER_T / column("bridge", "efficiency_fraction")
    return {
        "bridge.there_count": Field(("bridge", "period"), (there[:, None] <= starts[None, :]).astype(float)),
        "bridge.emitted_t_per_mwh": Field(("bridge",), emitted),
        "bridge.plant_fuel_usd_per_mwh": Field(("site", "bridge", "period"), _fuel_usd_per_mwh(choice)),
    }


STATED = Statement(
    tables={
        "bridge": table(BridgeRow, "bridge_id", is_technology=True),
        "fuel_prices": table(FuelPriceRow, "fuel", "region", "year"),
    },
    terms={"bridge_recovery_yr": magnitudes.WHOLE_LIFE_YR},
    assets={
        "bridge.bridge": Asset(
            life=taken("bridge.life_yr", "bridge", neutral=1.0),
            recovery=taken("finance.bridge_recovery_yr", neutral=15.0),
        )
    },
    fields={
        "bridge.bridge_usd_per_mw": taken("bridge.bridge_usd_per_mw", "bridge"),
        "bridge.upkeep_usd_per_mw_yr": taken("bridge.upkeep_usd_per_mw_yr", "bridge"),
        "bridge.running_usd_per_mwh": taken("bridge.running_usd_per_mwh", "bridge"),
        "bridge.firm_fraction": taken("bridge.firm_fraction", "bridge", neutral=1.0),
        "bridge.permit_h_per_yr": taken("bridge.permit_h_per_yr", "bridge", neutral=float(HOURS_PER_YEAR)),
        "bridge.there_count": worked_out(
            "bridge", "period", inputs=("bridge.lead_months", "connection.request_year"), neutral=1.0
        ),
        "bridge.emitted_t_per_mwh": worked_out(
            "bridge", inputs=("bridge.fuel_kg_per_mwh", "bridge.efficiency_fraction")
        ),
        "bridge.plant_fuel_usd_per_mwh": worked_out(
            "site",
            "bridge",
            "period",
            inputs=("fuel_prices.fuel_price_usd_per_mwh", "bridge.efficiency_fraction"),
        ),
    },
    of_choice=_of_choice,
)
