"""Demands for heat near the sites: their hours, their pipes, and which halls are warm enough for them."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd

from siting.case.case import Array, Field
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import Level, taken, worked_out
from siting.data.kinds.row import Fraction, Grade, Row, Text
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import Reference, table
from siting.quantities import ZERO_C_K
from siting.study import magnitudes
from siting.text import Id

__all__ = ["STATED", "HeatRow", "demand_shape", "pump_power_fraction"]

NO_LIFE_YR = 1.0
"""Stands for the life of a pipe where there is no customer."""


class HeatRow(Row):
    """A demand for heat near a site: how much, how warm, how far, and what is paid for it."""

    site_id: Id
    name: Text
    demand_mw: Annotated[float, magnitudes.HEAT_MW]
    base_fraction: Fraction
    temperature_c: Annotated[float, magnitudes.HEAT_C]
    distance_km: Annotated[float, magnitudes.PIPE_KM]
    price_usd_per_mwh: Annotated[float, magnitudes.HEAT_USD_PER_MWH]
    pipe_usd_per_mw_km: Annotated[float, magnitudes.PIPE_USD_PER_MW_KM] | None
    life_yr: Annotated[int, magnitudes.LIFE_YR]
    source: str | None
    grade: Grade


def _demands(choice: Choice) -> pd.DataFrame:
    """Row of each site, of nothing where nobody wants heat."""
    return choice.tables["heat"].set_index("site_id").reindex(choice.tables["sites"]["site_id"])


def _of_choice(choice: Choice) -> dict[str, Field]:
    """Size, price and pipe of the demand near each site; zero where none is stated."""
    demands, by_site = _demands(choice), ("site",)
    pipe = demands["pipe_usd_per_mw_km"].fillna(choice.parameter("heat_pipe_usd_per_mw_km")).to_numpy()
    lives_yr = demands["life_yr"].fillna(NO_LIFE_YR).to_numpy(np.float64)
    connection = choice.parameter("heat_exchanger_usd_per_mw") + pipe * _filled(demands["distance_km"])
    return {
        "heat_reuse.heat_demand_mw": Field(by_site, _filled(demands["demand_mw"])),
        "heat_reuse.heat_price_usd_per_mwh": Field(by_site, _filled(demands["price_usd_per_mwh"])),
        "heat_reuse.heat_connection_usd_per_mw": Field(by_site, connection),
        "heat_reuse.heat_life_yr": Field(by_site, lives_yr),
    }


def _of_hours(year: SiteYear) -> dict[str, Field]:
    """The demand of each hour over the largest, the heat that can be counted on, and the pump that lifts it."""
    choice, air, demands = year.choice, year.air, _demands(year.choice)
    temperature_c = air.at_sites(year.plants.heat_temperature_c)
    wanted_c = demands["temperature_c"].to_numpy(float)[:, None]
    lift = pump_power_fraction(temperature_c, wanted_c, choice.parameter("heat_pump_carnot_fraction"))
    base, limit_c = demands["base_fraction"].to_numpy(float), choice.parameter("heating_base_c")
    by_cooling = ("site", "cooling")
    return {
        "heat_reuse.heat_shape_fraction": Field(
            ("site", "hour"), demand_shape(air.at_sites(air.places.dry_bulb_c), base, limit_c)
        ),
        "heat_reuse.heat_reusable_fraction": Field(by_cooling, air.at_sites(year.plants.heat_reusable_fraction)),
        "heat_reuse.heat_temperature_c": Field(by_cooling, temperature_c),
        "heat_reuse.heat_pump_power_fraction": Field(by_cooling, lift),
        "heat_reuse.heat_lifted_count": Field(by_cooling, (lift > 0).astype(float)),
        "heat_reuse.heat_gain_ratio": Field(by_cooling, 1 / (1 - lift)),
    }


def pump_power_fraction(source_c: Array, wanted_c: Array, carnot_fraction: float) -> Array:
    r"""Power of a heat pump over the heat that it delivers; 0 where the source is warm enough or nothing is wanted.

    .. math:: 1 / \mathrm{COP} = (T_{wanted} - T_{source}) / (\eta T_{wanted}), \quad T \text{ in kelvin}

    Examples
    --------
    From 30 to 70 C at half of Carnot's efficiency the COP is 0.5 x 343.15 / 40 = 4.29:

    >>> pump_power_fraction(np.array([30.0, 75.0]), np.array([70.0, 70.0]), 0.5).round(4).tolist()
    [0.2331, 0.0]
    """
    lift = (wanted_c - source_c) / (carnot_fraction * (wanted_c + ZERO_C_K))
    power: Array = np.clip(np.nan_to_num(lift), 0.0, 0.95)
    return power


def demand_shape(dry_bulb_c: Array, base_fraction: Array, heating_base_c: float) -> Array:
    """Heat wanted in each hour over the largest: a base, and space heating by the degrees below a limit.

    Parameters
    ----------
    dry_bulb_c : ndarray, (site, hour)
        Outdoor air [C].
    base_fraction : ndarray, (site,)
        Share of the largest demand that does not depend on the weather; NaN without a demand.
    heating_base_c : float
        Outdoor temperature above which nobody heats [C].

    Examples
    --------
    A fifth is hot water; at 0 C, half-way between 15 C and the coldest -15 C, 0.2 + 0.8 x 0.5:

    >>> demand_shape(np.array([[20.0, 0.0, -15.0]]), np.array([0.2]), 15.0).round(2).tolist()
    [[0.2, 0.6, 1.0]]
    """
    below = np.maximum(heating_base_c - dry_bulb_c, 0.0)
    coldest = below.max(axis=-1, keepdims=True)
    heating = np.divide(below, coldest, out=np.zeros_like(below), where=coldest > 0)
    base = np.nan_to_num(base_fraction)[:, None]
    shape: Array = (base + (1 - base) * heating) * np.isfinite(base_fraction)[:, None]
    return shape


def _filled(column: pd.Series) -> Array:
    values: Array = column.to_numpy(np.float64)
    return np.nan_to_num(values)


_WEATHER = ("series_weather.dry_bulb_c", "series_weather.dew_point_c", "series_weather.pressure_pa")
_LIFT = ("heat.temperature_c", "parameters.heat_pump_carnot_fraction")

STATED = Statement(
    layers={"heat": table(HeatRow, "site_id", references=(Reference("site_id", "sites", "site_id"),))},
    parameters={
        "heat_pipe_usd_per_mw_km": magnitudes.PIPE_USD_PER_MW_KM,
        "heat_exchanger_usd_per_mw": magnitudes.PLANT_USD_PER_MW,
        "heat_pump_usd_per_mw": magnitudes.PLANT_USD_PER_MW,
        "heat_pump_carnot_fraction": magnitudes.CARNOT_FRACTION,
        "heating_base_c": magnitudes.HEATING_BASE_C,
    },
    assets={
        "heat_reuse.heat": Asset(
            life=worked_out("site", inputs=("heat.life_yr",), neutral=1.0),
            recovery=taken("finance.connection_recovery_yr", neutral=15.0),
        )
    },
    fields={
        "heat_reuse.heat_demand_mw": worked_out("site", inputs=("heat.demand_mw",)),
        "heat_reuse.heat_price_usd_per_mwh": worked_out("site", inputs=("heat.price_usd_per_mwh",)),
        "heat_reuse.heat_connection_usd_per_mw": worked_out(
            "site",
            inputs=(
                "heat.distance_km", "heat.pipe_usd_per_mw_km", "parameters.heat_pipe_usd_per_mw_km",
                "parameters.heat_exchanger_usd_per_mw",
            ),
        ),
        "heat_reuse.heat_pump_usd_per_mw": taken("parameters.heat_pump_usd_per_mw"),
        "heat_reuse.heat_shape_fraction": worked_out(
            "site", "hour",
            inputs=("heat.base_fraction", "parameters.heating_base_c", "series_weather.dry_bulb_c"),
            neutral=1.0,
            level=Level(most=1.0),
        ),
        "heat_reuse.heat_reusable_fraction": worked_out("site", "cooling", inputs=_WEATHER),
        "heat_reuse.heat_temperature_c": worked_out("site", "cooling", inputs=_WEATHER, neutral=50.0),
        "heat_reuse.heat_pump_power_fraction": worked_out("site", "cooling", inputs=_LIFT),
        "heat_reuse.heat_lifted_count": worked_out("site", "cooling", inputs=_LIFT, neutral=None),
        "heat_reuse.heat_gain_ratio": worked_out("site", "cooling", inputs=_LIFT, neutral=1.0),
    },
    of_choice=_of_choice,
    of_hours=_of_hours,
)  # fmt: skip
