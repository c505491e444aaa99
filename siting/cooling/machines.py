"""Fans, pumps, evaporative towers and refrigeration machines, each a function of arrays.

All powers and heat flows are in kW for each kW of IT load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from siting.cooling.air import Array

AIR_KJ_PER_KG_K = 1.01  # moist hall air
WATER_KJ_PER_KG_K = 4.184
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
    """Water that an evaporative tower takes. [kg/s for each kW of IT]"""

    evaporation: Array
    windage: Array
    blowdown: Array

    @property
    def total(self) -> Array:
        """All the make-up water. [kg/s]"""
        return self.evaporation + self.windage + self.blowdown


def tower_water(
    heat_kw: Array,
    wet_bulb_c: Array,
    approach_c: Array | float,
    rise_c: Array | float,
    windage_fraction: Array | float,
    cycles_ratio: Array | float,
) -> TowerWater:
    """Make-up water of a tower that rejects all its heat as vapour.

    The latent heat is taken at the mean water temperature, wet bulb + approach + half the rise. In cold weather a
    part of the heat leaves as warm air, so this is an upper bound of a few per cent on the yearly total.

    References
    ----------
    Lei and Masanet (2022), section 2; latent heat of water from the same.
    """
    mean_c = wet_bulb_c + approach_c + 0.5 * rise_c
    latent = -0.0013 * mean_c**2 - 2.3097 * mean_c + 2500.5
    evaporation = heat_kw / latent
    windage = tower_flow(heat_kw, rise_c) * windage_fraction
    blowdown = np.maximum(evaporation / (cycles_ratio - 1.0) - windage, 0.0)
    return TowerWater(evaporation, windage, blowdown)


def tower_flow(heat_kw: Array, rise_c: Array | float) -> Array:
    """Water through a tower that cools it by its rise. [kg/s]"""
    return heat_kw / (WATER_KJ_PER_KG_K * rise_c)


def water_cooled_cop(condenser_water_c: Array, load_fraction: Array | float) -> Array:
    r"""COP of a water-cooled chiller.

    .. math:: 16.798751 + 0.008840 t^2 - 8.528931 L^2 + 9.885294 L - 0.760621 t + 0.084615 L t

    with :math:`t` the water entering the condenser and :math:`L` the load. Held constant outside the data that the
    regression comes from: 15.6 to 29.4 C (60 to 85 F) and a quarter to full load; a plant with colder tower water
    mixes it to the lower end to keep the compressor's lift.

    References
    ----------
    Lei and Masanet (2020), Energy 201, 117556: the regression.
    """
    t = np.clip(condenser_water_c, 15.6, 29.4)
    load = np.clip(load_fraction, 0.25, 1.0)
    return (
        16.798751 + 0.008840 * t * t - 8.528931 * load * load + 9.885294 * load - 0.760621 * t + 0.084615 * load * t
    )


def air_cooled_cop(dry_bulb_c: Array, load_fraction: Array | float) -> Array:
    lift = np.maximum(dry_bulb_c, 0.0) + 5.0
    return 0.29 * 276.0 / lift / (0.85 + 0.15 / np.clip(load_fraction, 0.1, 1.0))


def direct_expansion_cop(dry_bulb_c: Array) -> Array:
    t = np.maximum(dry_bulb_c, 15.0)
    eir = 0.784448 - 0.009147 * t + 0.000437951 * t * t
    return 2.8 * 0.745786 / eir


def water_cooled_capacity(condenser_c: Array, margin: Array | float) -> Array:
    return np.clip(margin * (1.0 - 0.015 * (condenser_c - 29.4)), 0.0, 1.0)


def air_cooled_capacity(dry_c: Array, margin: Array | float) -> Array:
    lift = (dry_c - 35.0) / 2.778
    return np.clip(margin * (0.944836 - 0.0570088 * lift + 0.00185486 * lift * lift) / 0.944836, 0.0, 1.0)


def modern_air_cooled_cop(dry_bulb_c: Array, rated_cop: Array | float) -> Array:
    r"""COP of a current air-cooled chiller: EnergyPlus's curve with capacity :math:`c` and power ratio.

    .. math:: c = 0.944836 - 0.0570088 \Delta + 0.00185486 \Delta^2,\quad
              COP = COP_{35} / (2.333 - 1.975 c + 0.6121 c^2)

    with :math:`\Delta = (T - 35) / 2.778`; :math:`c` is held at 1.6, where the power ratio is lowest.
    """
    lift = (dry_bulb_c - 35.0) / 2.778
    capacity = np.clip(0.944836 - 0.0570088 * lift + 0.00185486 * lift * lift, 0.4, 1.6)
    return rated_cop / (2.333 - 1.975 * capacity + 0.6121 * capacity * capacity)
