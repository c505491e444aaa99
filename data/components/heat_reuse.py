"""Demands for heat near the sites: their hours, their pipes, and which halls are warm enough for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.case.annuities import capital_recovery
from siting.case.case import Array, Field

if TYPE_CHECKING:
    from siting.data.components.cooling import Air
    from siting.data.tables.selection import Selection
    from siting.study.study import Study

__all__ = ["demand_shape", "heat_fields", "pump_power_fraction"]

ZERO_C_K = 273.15
NO_LIFE_YR = 1.0
"""Stands for the life of a pipe where there is no customer."""


def heat_fields(
    study: Study, selection: Selection, air: Air, temperature_c: Array
) -> tuple[dict[str, Field], dict[str, Field]]:
    """Return the demand for heat near each site; zero where none is stated.

    Parameters
    ----------
    study : Study
        Says the discount rate.
    selection : Selection
        Its table `heat` holds the demands.
    air : Air
        What space heating follows.
    temperature_c : ndarray, (site, cooling)
        Of the water that leaves the halls [C].

    Returns
    -------
    hourly : dict of str to Field
        The demand of each hour over the largest.
    yearly : dict of str to Field
        Size, price, pipe and pump.
    """
    rate, parameter = study.finance.discount_rate_fraction, selection.parameters.set_index("parameter_id")["value"]
    demands = selection.heat.set_index("site_id").reindex(selection.sites["site_id"])
    pipe = demands["pipe_usd_per_mw_km"].fillna(parameter["heat_pipe_usd_per_mw_km"])
    lives = demands["life_yr"].fillna(NO_LIFE_YR)
    wanted_c = demands["temperature_c"].to_numpy(float)
    lift = pump_power_fraction(temperature_c, wanted_c[:, None], parameter["heat_pump_carnot_fraction"])
    shape = demand_shape(
        air.at_sites(air.places.dry_bulb_c), demands["base_fraction"].to_numpy(float), parameter["heating_base_c"]
    )
    by_site, by_cooling = ("site",), ("site", "cooling")
    return {"heat_reuse.heat_shape_fraction": Field(("site", "hour"), shape)}, {
        "heat_reuse.heat_demand_mw": Field(by_site, _filled(demands["demand_mw"])),
        "heat_reuse.heat_price_usd_per_mwh": Field(by_site, _filled(demands["price_usd_per_mwh"])),
        "heat_reuse.heat_connection_usd_per_mw": Field(
            by_site, parameter["heat_exchanger_usd_per_mw"] + pipe.to_numpy() * _filled(demands["distance_km"])
        ),
        "heat_reuse.heat_life_yr": Field(by_site, lives.to_numpy(np.float64)),
        "heat_reuse.heat_annuity_per_yr": Field(
            by_site, np.array([capital_recovery(rate, life) for life in lives], np.float64)
        ),
        "heat_reuse.heat_pump_usd_per_mw": Field((), np.array(parameter["heat_pump_usd_per_mw"])),
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
