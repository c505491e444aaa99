"""Moist air, vectorised: the relations of the ASHRAE Handbook (2017), chapter 1, in SI units.

`psychrolib` implements the same relations one value at a time; it is the reference that the tests compare with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.quantities import ZERO_C_K

Array = NDArray[np.float64]

DRY_AIR_KJ_PER_KG_K = 1.006
VAPOUR_KJ_PER_KG_K = 1.86
LATENT_0C_KJ_PER_KG = 2501.0
WATER_KJ_PER_KG_K = 4.186
MASS_RATIO = 0.621945  # molar mass of water over that of dry air
GAS_CONSTANT_KJ_PER_KG_K = 0.287042  # dry air

# Hyland and Wexler (1983): coefficients of 1/T, 1, T, T^2, T^3, T^4, ln T over ice and over liquid water.
_ICE = (-5.6745359e3, 6.3925247, -9.677843e-3, 6.2215701e-7, 2.0747825e-9, -9.484024e-13, 4.1635019)
_LIQUID = (-5.8002206e3, 1.3914993, -4.8640239e-2, 4.1764768e-5, -1.4452093e-8, 0.0, 6.5459673)
_TRIPLE_C = 0.01
_TRIPLE_PA = 611.2

# As many for every hour, so that a place's wet bulb is the same whichever places it is worked out with. Over the 1.3
# million hours of the catalogue's weather four are within 0.00003 K of the root, three within 0.003 K.
_STEPS = 4
_UNSURE_C = 2.0


def _saturation(kelvin: Array, coefficients: tuple[float, ...]) -> Array:
    a, b, c, d, e, f, g = coefficients
    exponent: Array = a / kelvin + b + kelvin * (c + kelvin * (d + kelvin * (e + kelvin * f))) + g * np.log(kelvin)
    return np.exp(exponent)


def saturation_pressure_pa(temperature_c: Array | float) -> Array:
    """Pressure of saturated water vapour, over ice below the triple point.

    Parameters
    ----------
    temperature_c : array_like
        Temperature, -100 to 200. [C]

    Returns
    -------
    ndarray
        Saturation pressure. [Pa]

    Examples
    --------
    >>> round(float(saturation_pressure_pa(20.0)), 0)
    2339.0
    """
    celsius = np.asarray(temperature_c, dtype=np.float64)
    kelvin = celsius + ZERO_C_K
    frozen = celsius <= _TRIPLE_C
    count = np.count_nonzero(frozen)
    if count == 0:
        return _saturation(kelvin, _LIQUID)
    if count == frozen.size:
        return _saturation(kelvin, _ICE)
    pressure = np.empty_like(celsius)
    pressure[frozen] = _saturation(kelvin[frozen], _ICE)
    liquid = ~frozen
    pressure[liquid] = _saturation(kelvin[liquid], _LIQUID)
    return pressure


def dew_point_c(vapour_pressure_pa: Array) -> Array:
    """Temperature at which a vapour pressure saturates, the inverse of `saturation_pressure_pa`.

    Examples
    --------
    >>> dew_point_c(saturation_pressure_pa(np.array([-20.0, 15.0]))).round(3).tolist()
    [-20.0, 15.0]
    """
    logarithm = np.log(np.maximum(vapour_pressure_pa, 1e-3) / _TRIPLE_PA)
    # Magnus's formula is within 0.1 K; Clausius and Clapeyron give the slope of the Newton steps that follow.
    point = 243.5 * logarithm / (17.67 - logarithm)
    for _ in range(3):
        latent = np.where(point > _TRIPLE_C, 2501.0 - 2.381 * point, 2834.0)
        slope = latent / (0.46152 * (point + ZERO_C_K) ** 2)
        point = point - np.log(saturation_pressure_pa(point) / np.maximum(vapour_pressure_pa, 1e-3)) / slope
    return point


def humidity_ratio(vapour_pressure_pa: Array | float, pressure_pa: Array | float) -> Array:
    """Mass of vapour in a kilogram of dry air at a vapour pressure. [kg/kg]"""
    vapour = np.asarray(vapour_pressure_pa, dtype=np.float64)
    return MASS_RATIO * vapour / np.maximum(pressure_pa - vapour, 1.0)


def enthalpy_kj_per_kg(dry_bulb_c: Array | float, ratio: Array | float) -> Array:
    """Enthalpy of moist air in a kilogram of dry air, 0 for dry air at 0 C. [kJ/kg]"""
    dry = np.asarray(dry_bulb_c, dtype=np.float64)
    return DRY_AIR_KJ_PER_KG_K * dry + ratio * (LATENT_0C_KJ_PER_KG + VAPOUR_KJ_PER_KG_K * dry)


def density_kg_per_m3(dry_bulb_c: Array | float, ratio: Array | float, pressure_pa: Array | float) -> Array:
    """Mass of moist air in a cubic metre. [kg/m3]"""
    dry = np.asarray(dry_bulb_c, dtype=np.float64)
    volume = GAS_CONSTANT_KJ_PER_KG_K * (dry + ZERO_C_K) * (1.0 + 1.607858 * ratio) * 1000.0 / pressure_pa
    return (1.0 + np.asarray(ratio)) / volume


def ratio_at_wet_bulb(wet_c: Array, dry_c: Array, pressure_pa: Array) -> Array:
    """Humidity ratio that air of a dry and a wet bulb holds (ASHRAE 2017, equations 33 and 35)."""
    saturated = humidity_ratio(saturation_pressure_pa(wet_c), pressure_pa)
    liquid = ((2501.0 - 2.326 * wet_c) * saturated - 1.006 * (dry_c - wet_c)) / (2501.0 + 1.86 * dry_c - 4.186 * wet_c)
    ice = ((2830.0 - 0.24 * wet_c) * saturated - 1.006 * (dry_c - wet_c)) / (2830.0 + 1.86 * dry_c - 2.1 * wet_c)
    return np.where(wet_c >= 0.0, liquid, ice)


def _bisect_wet_bulb(dry_c: Array, dew_c: Array, pressure_pa: Array, ratio: Array) -> Array:
    """Wet bulb by halving the interval from dew point to dry bulb until it is below 0.001 K."""
    low, high = dew_c.copy(), dry_c.copy()
    for _ in range(17):
        middle = 0.5 * (low + high)
        above = ratio_at_wet_bulb(middle, dry_c, pressure_pa) > ratio
        open_ = (high - low) > 0.001
        high = np.where(above & open_, middle, high)
        low = np.where(~above & open_, middle, low)
    return 0.5 * (low + high)


@dataclass(frozen=True)
class _Phase:
    """Constants of the wet-bulb equation over liquid water or ice (ASHRAE 2017, equations 33 and 35)."""

    latent: float
    latent_slope: float
    heat: float
    saturation: tuple[float, ...]


_OVER_LIQUID = _Phase(2501.0, 2.326, 4.186, _LIQUID)
_OVER_ICE = _Phase(2830.0, 0.24, 2.1, _ICE)


def _newton_step(wet_c: Array, dry_c: Array, pressure_pa: Array, ratio: Array, phase: _Phase) -> Array:
    """One Newton step on the wet-bulb equation times its denominator.

    That residual is nearly linear in the saturated humidity ratio; Clausius and Clapeyron give the ratio's slope
    (0.46152 kJ/kg/K is the gas constant of vapour).
    """
    kelvin = wet_c + ZERO_C_K
    vapour = _saturation(kelvin, phase.saturation)
    dry_pressure = pressure_pa - vapour
    saturated = MASS_RATIO * vapour / dry_pressure
    latent = phase.latent - phase.latent_slope * wet_c
    slope = saturated * latent * pressure_pa / (0.46152 * kelvin * kelvin * dry_pressure)
    residual = latent * saturated - 1.006 * (dry_c - wet_c)
    residual -= ratio * (phase.latent + 1.86 * dry_c - phase.heat * wet_c)
    return wet_c - residual / (latent * slope + 1.006 + ratio * phase.heat)


def wet_bulb_c(dry_bulb_c: Array, dew_point_c: Array, pressure_pa: Array) -> Array:
    """Thermodynamic wet-bulb temperature, by Newton steps on whole arrays.

    Near 0 C the ice and the liquid form of the equation may both have a root; within 2 K of it the interval is halved
    exactly as `psychrolib` does it, so that both choose the same one.

    Parameters
    ----------
    dry_bulb_c, dew_point_c, pressure_pa : ndarray
        Weather, any shapes that broadcast. [C], [C], [Pa]

    Returns
    -------
    ndarray
        Wet bulb, between dew point and dry bulb. [C]

    Examples
    --------
    >>> round(float(wet_bulb_c(np.array([30.0]), np.array([15.0]), np.array([101325.0]))[0]), 2)
    20.1
    """
    dry, dew, pressure = np.broadcast_arrays(dry_bulb_c, dew_point_c, pressure_pa)
    dry = dry.astype(np.float64)
    dew = np.minimum(dew.astype(np.float64), dry)
    pressure = pressure.astype(np.float64)
    result = np.empty(dry.shape)
    flat = result.reshape(-1)
    size = 1 << 15  # keeps every temporary in the processor's cache: 2.5 times faster than whole arrays
    for start in range(0, dry.size, size):
        part = slice(start, start + size)
        flat[part] = _solve_wet_bulb(dry.reshape(-1)[part], dew.reshape(-1)[part], pressure.reshape(-1)[part])
    return result


def _solve_wet_bulb(dry_c: Array, dew_c: Array, pressure_pa: Array) -> Array:
    ratio = humidity_ratio(saturation_pressure_pa(dew_c), pressure_pa)
    # The wet bulb lies about a third of the depression below the dry bulb.
    wet = dry_c - (dry_c - dew_c) / 3.0
    saturated = humidity_ratio(_TRIPLE_PA, pressure_pa)
    above_zero = ratio > (2501.0 * saturated - 1.006 * dry_c) / (2501.0 + 1.86 * dry_c)
    wet = np.where(above_zero, np.maximum(wet, 0.0), np.minimum(wet, 0.0))
    for phase, rows in ((_OVER_LIQUID, above_zero), (_OVER_ICE, ~above_zero)):
        guess, dry, pressure, held = wet[rows], dry_c[rows], pressure_pa[rows], ratio[rows]
        for _ in range(_STEPS):
            guess = _newton_step(guess, dry, pressure, held, phase)
        wet[rows] = guess
    unsure = np.abs(wet) < _UNSURE_C
    if unsure.any():
        wet[unsure] = _bisect_wet_bulb(dry_c[unsure], dew_c[unsure], pressure_pa[unsure], ratio[unsure])
    return np.clip(wet, dew_c, dry_c)
