"""When outside air may cool a hall, and how it is mixed and wetted first.

The control follows Lei and Masanet (2022): dry-bulb, dew-point and relative-humidity limits of the supply air.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from siting.cooling import air
from siting.cooling.air import Array
from siting.cooling.equipment.machines import AIR_KJ_PER_KG_K
from siting.cooling.outdoors import Outdoors
from siting.cooling.parameters import Values


@dataclass(frozen=True)
class Economiser:
    """State of an airside economiser.

    Attributes
    ----------
    use : ndarray
        1 where outside air cools the hall, else 0.
    supply_c, supply_ratio : ndarray
        Supply air: dry bulb [C] and humidity ratio [kg/kg].
    evaporated : ndarray
        Water put into each kilogram of outside air. [kg/kg]
    """

    use: Array
    supply_c: Array
    supply_ratio: Array
    evaporated: Array


def plain(o: Outdoors, p: Values) -> Economiser:
    """Outside air is used as it is or not at all; hall air is mixed in when it is cold."""
    reference_c = np.clip(o.dry_bulb_c, p.supply_low_c, p.supply_high_c)
    lowest, highest = humidity_limits(reference_c, o.pressure_pa, p)
    inside = (o.ratio >= lowest) & (o.ratio <= highest) & (o.dry_bulb_c <= p.supply_high_c)
    return Economiser(
        use=np.where(inside, 1.0, 0.0),
        supply_c=np.where(inside, reference_c, p.supply_high_c),
        supply_ratio=np.where(inside, o.ratio, 0.5 * (lowest + highest)),
        evaporated=np.zeros_like(reference_c),
    )


def adiabatic(o: Outdoors, p: Values) -> Economiser:
    """Dry outside air is wetted along its enthalpy; air that is hot, or warm and humid, is left outside.

    Air below the lowest supply temperature is warmed with hall air, which lowers its relative humidity, so it is
    never refused.
    """
    reference_c = np.clip(o.dry_bulb_c, p.supply_low_c, p.supply_high_c)
    lowest, highest = humidity_limits(reference_c, o.pressure_pa, p)
    cold, hot = o.dry_bulb_c < p.supply_low_c, o.dry_bulb_c >= p.supply_high_c
    in_use = cold | (~hot & (o.ratio <= highest))
    supply_ratio = np.where(in_use, np.maximum(o.ratio, lowest), highest)
    evaporated = np.where(in_use, np.maximum(lowest - o.ratio, 0.0), 0.0)
    enthalpy = air.enthalpy_kj_per_kg(o.dry_bulb_c, o.ratio)
    wetted_c = (enthalpy - air.LATENT_0C_KJ_PER_KG * supply_ratio) / (
        air.DRY_AIR_KJ_PER_KG_K + air.VAPOUR_KJ_PER_KG_K * supply_ratio
    )
    supply_c = np.where(in_use, np.clip(wetted_c, p.supply_low_c, p.supply_high_c), p.supply_high_c)
    return Economiser(np.where(in_use, 1.0, 0.0), supply_c, supply_ratio, evaporated)


def outside_share(o: Outdoors, economiser: Economiser, rise_c: Array | float) -> Array:
    """Share of the supply air that comes from outside, from the enthalpies of outside, supply and return air."""
    outside = air.enthalpy_kj_per_kg(o.dry_bulb_c, o.ratio)
    supply = air.enthalpy_kj_per_kg(economiser.supply_c, economiser.supply_ratio)
    gained = AIR_KJ_PER_KG_K * rise_c
    return np.clip(gained / np.maximum(supply + gained - outside, 1e-6), 0.0, 1.0)


def humidity_limits(dry_c: Array, pressure_pa: Array, p: Values) -> tuple[Array, Array]:
    """Lowest and highest humidity ratio allowed in supply air of a dry bulb. [kg/kg]"""
    saturated = air.saturation_pressure_pa(dry_c)
    dew_low = air.saturation_pressure_pa(p.dew_low_c)
    dew_high = air.saturation_pressure_pa(p.dew_high_c)
    lowest = air.humidity_ratio(np.maximum(p.humidity_low_fraction * saturated, dew_low), pressure_pa)
    highest = air.humidity_ratio(np.minimum(p.humidity_high_fraction * saturated, dew_high), pressure_pa)
    return lowest, highest
