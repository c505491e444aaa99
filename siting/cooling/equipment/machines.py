"""Fans, pumps and evaporative towers, each a function of arrays.

Powers and heat flows are in kW, mass flows in kg/s, all for each kW of IT load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from siting.cooling.air import Array

AIR_KJ_PER_KG_K = 1.01  # moist hall air
LOOP_WATER_KJ_PER_KG_K = 4.184
WATER_KG_PER_M3 = 1000.0
HUMIDIFICATION_KJ_PER_KG = 2266.0


def fan_kw(air_kg_per_s: Array, density: Array, rise_pa: Array | float, efficiency: Array | float) -> Array:
    """Electric power of a fan: volume flow times pressure rise over efficiency. [kW]"""
    return air_kg_per_s / density * rise_pa / efficiency / 1000.0


def pump_kw(water_kg_per_s: Array, rise_pa: Array | float, efficiency: Array | float) -> Array:
    """Electric power of a water pump: volume flow times pressure rise over efficiency. [kW]"""
    return water_kg_per_s / WATER_KG_PER_M3 * rise_pa / efficiency / 1000.0


@dataclass(frozen=True)
class TowerWater:
    """Water that an evaporative tower takes. [kg/s]"""

    evaporation: Array
    windage: Array
    blowdown: Array


def tower_flow(heat_kw: Array, rise_c: Array | float) -> Array:
    """Water through a tower that cools it by its rise. [kg/s]"""
    return heat_kw / (LOOP_WATER_KJ_PER_KG_K * rise_c)


def tower_water(
    heat_kw: Array,
    wet_bulb_c: Array,
    approach_c: Array | float,
    rise_c: Array | float,
    windage_fraction: Array | float,
    cycles_ratio: Array | float,
) -> TowerWater:
    r"""Make-up water of a tower that rejects all its heat as vapour.

    .. math:: L_v = -0.0013 T^2 - 2.3097 T + 2500.5,\quad e = Q / L_v,\quad
              b = \max(e / (c - 1) - w, 0)

    at the mean water temperature :math:`T` = wet bulb + approach + half the rise. In cold weather a part of the heat
    leaves as warm air, so this is an upper bound, by a few per cent of the yearly total.

    References
    ----------
    Lei and Masanet (2022), Resources, Conservation and Recycling 182, 106323.
    """
    mean_c = wet_bulb_c + approach_c + 0.5 * rise_c
    latent = -0.0013 * mean_c**2 - 2.3097 * mean_c + 2500.5
    evaporation = heat_kw / latent
    windage = tower_flow(heat_kw, rise_c) * windage_fraction
    blowdown = np.maximum(evaporation / (cycles_ratio - 1.0) - windage, 0.0)
    return TowerWater(evaporation, windage, blowdown)
