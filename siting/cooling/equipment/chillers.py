r"""Refrigeration: COP and capacity of chillers and direct-expansion units against weather and load.

Lei and Masanet (2022) use regressions on manufacturers' data that they do not publish. What stands in for them:

- *Water-cooled*: the polynomial of their paper of 2020, on tower water and load. Tower water is mixed up to 18.3 C
  (65 F, the lowest condenser water of the AHRI 550/590 part-load rating), where compressors keep their lift.
- *Air-cooled*: a lift curve, :math:`COP = \eta T_e / \max(T + d, l) / (1 - f + f / L)` with the evaporator at
  :math:`T_e` = 276 K, the condenser :math:`d` = 3 K further above it than the ambient :math:`T`, a lift of at least
  :math:`l` = 6 K by head-pressure control, and the load :math:`L`. The second-law efficiency :math:`\eta` = 0.334 and
  the fixed share of the power :math:`f` = 0.165 were fitted once, to the climates 1A, 4A and 6B of cases 6, 7 and 9
  together; the other six climates check them. At 35 C and full load the COP is 2.4, the lower end of the market.
- *Direct expansion*: the study's 2.8 up to 15 C, and above it the shape of EnergyPlus's curve for packaged units.
- *Current air-cooled*: EnergyPlus's chiller curve with a rated COP, for the halls of our own derivation.
"""

from __future__ import annotations

import numpy as np

from siting.cooling.air import Array

_EVAPORATOR_K = 276.0
_SECOND_LAW_FRACTION = 0.334
_CONDENSER_ABOVE_C = 3.0
_LEAST_CONDENSER_LIFT_C = 6.0
_FIXED_FRACTION = 0.165

_DX_COP_HIGH = 2.8
_DX_AMBIENT_LOW_C = 15.0
# EnergyPlus reference data, packaged units: energy input ratio against outdoor dry bulb, indoor wet bulb 19.4 C.
_DX_INPUT = (0.784448, -0.009147, 0.000437951)

# EnergyPlus reference data, air-cooled chiller: capacity against lift, full-load power against capacity.
_CAPACITY = (0.944836, -0.0570088, 0.00185486)
_POWER = (2.333, -1.975, 0.6121)
_CAPACITY_OF_LEAST_POWER = 1.6
_RATED_AMBIENT_C = 35.0
_CONDENSER_RISE_C = 2.778

_RATED_CONDENSER_C = 29.4
_CAPACITY_LOSS_PER_C = 0.015


def water_cooled_cop(condenser_water_c: Array, load_fraction: Array | float) -> Array:
    r"""COP of a water-cooled chiller.

    .. math:: 16.798751 + 0.008840 t^2 - 8.528931 L^2 + 9.885294 L - 0.760621 t + 0.084615 L t

    with the water entering the condenser :math:`t` held within 18.3 and 29.4 C (65 and 85 F).

    References
    ----------
    Lei and Masanet (2020), Energy 201, 117556.

    Examples
    --------
    >>> round(float(water_cooled_cop(np.array([25.0]), 0.5)[0]), 2)
    7.18
    """
    t = np.clip(condenser_water_c, 18.3, 29.4)
    load = load_fraction
    constant = 16.798751 - 8.528931 * load * load + 9.885294 * load
    return constant + t * (0.008840 * t - 0.760621 + 0.084615 * load)


def air_cooled_cop(dry_bulb_c: Array, load_fraction: Array | float) -> Array:
    """COP of an air-cooled chiller of the published cases.

    Examples
    --------
    >>> round(float(air_cooled_cop(np.array([35.0]), 1.0)[0]), 1)
    2.4
    """
    lift = np.maximum(dry_bulb_c + _CONDENSER_ABOVE_C, _LEAST_CONDENSER_LIFT_C)
    power_per_load = 1.0 - _FIXED_FRACTION + _FIXED_FRACTION / load_fraction
    return _SECOND_LAW_FRACTION * _EVAPORATOR_K / lift / power_per_load


def direct_expansion_cop(dry_bulb_c: Array) -> Array:
    """COP of a direct-expansion unit.

    Examples
    --------
    >>> direct_expansion_cop(np.array([10.0, 35.0])).round(2).tolist()
    [2.8, 2.09]
    """
    a, b, c = _DX_INPUT
    low = _DX_AMBIENT_LOW_C
    t = np.maximum(dry_bulb_c, low)
    return _DX_COP_HIGH * (a + low * (b + low * c)) / (a + t * (b + t * c))


def current_air_cooled_cop(dry_bulb_c: Array, rated_cop: Array | float) -> Array:
    r"""COP of a current air-cooled chiller.

    .. math:: c = 0.944836 - 0.0570088 \Delta + 0.00185486 \Delta^2,\quad
              COP = COP_{35} / (2.333 - 1.975 c + 0.6121 c^2)

    with :math:`\Delta = (T - 35) / 2.778` at the design water temperature; :math:`c` is held at 1.6, where the power
    is least.

    References
    ----------
    EnergyPlus Engineering Reference, electric chiller; coefficients of its air-cooled example.

    Examples
    --------
    >>> current_air_cooled_cop(np.array([35.0, 15.0]), 3.0).round(1).tolist()
    [3.0, 4.0]
    """
    capacity = np.clip(_relative_capacity(dry_bulb_c), 0.4, _CAPACITY_OF_LEAST_POWER)
    a, b, c = _POWER
    return rated_cop / (a + capacity * (b + capacity * c))


def _relative_capacity(dry_bulb_c: Array) -> Array:
    lift = (dry_bulb_c - _RATED_AMBIENT_C) / _CONDENSER_RISE_C
    a, b, c = _CAPACITY
    return a + lift * (b + lift * c)


def air_cooled_capacity(dry_bulb_c: Array, margin_ratio: Array | float) -> Array:
    """Share of the design load that air-cooled machines can carry, with a margin at 35 C.

    Examples
    --------
    >>> air_cooled_capacity(np.array([35.0, 50.0]), 1.2).round(2).tolist()
    [1.0, 0.88]
    """
    return np.clip(margin_ratio * _relative_capacity(dry_bulb_c) / _CAPACITY[0], 0.0, 1.0)


def water_cooled_capacity(condenser_water_c: Array, margin_ratio: Array | float) -> Array:
    """Share of the design load that water-cooled machines can carry: 1.5 % less for each kelvin above 29.4 C."""
    return np.clip(margin_ratio * (1.0 - _CAPACITY_LOSS_PER_C * (condenser_water_c - _RATED_CONDENSER_C)), 0.0, 1.0)
