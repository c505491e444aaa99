r"""Dry and adiabatic coolers: outdoor coils with fans, with or without wetted pads before them.

Air entering at :math:`T_e` takes :math:`Q = \epsilon m c_p (T_r - T_e)` from water returning at :math:`T_r`. The fans
run at full speed when :math:`T_e` is the design temperature :math:`T_d`. At constant effectiveness (it rises at lower
flow, so this is on the safe side) the speed needed is

.. math:: r = (T_r - T_d) / (T_r - T_e)

The pressure rise goes with :math:`r^2` and the power with :math:`r^3`, down to a lowest speed. Above :math:`T_d` the
fans stay at full speed and, with the supply temperature held, only :math:`1 / r` of the heat can leave.

The pads cool the air along its wet bulb to :math:`T_e = T - e (T - T_{wb})` above a dry bulb at which they are
switched on; the air takes up :math:`w(T_e, T_{wb}) - w`, and blowdown holds the cycles of concentration.
"""

from __future__ import annotations

import numpy as np

from siting.cooling import air
from siting.cooling.air import Array
from siting.cooling.equipment.machines import AIR_KJ_PER_KG_K, fan_kw
from siting.cooling.outdoors import Outdoors
from siting.cooling.parameters import Values

_LEAST_COOLER_LIFT_C = 0.1  # keeps the speed finite where the air is as warm as the water


def cooler_air(p: Values, heat_kw: Array | float, lift_c: Array | float) -> Array:
    """Air through a cooler at full speed that takes a heat at a lift of return water over entering air. [kg/s]"""
    return np.asarray(heat_kw / (p.cooler_effectiveness_fraction * AIR_KJ_PER_KG_K * lift_c))


def cooler_speed(p: Values, design_lift_c: Array | float, lift_c: Array) -> Array:
    """Fan speed that holds the supply temperature, between the lowest speed and full."""
    return np.clip(design_lift_c / np.maximum(lift_c, _LEAST_COOLER_LIFT_C), p.cooler_speed_low_fraction, 1.0)


def cooler_fans(o: Outdoors, p: Values, heat_kw: Array | float, design_lift_c: Array | float, lift_c: Array) -> Array:
    """Fan power of a cooler. [kW]"""
    full = fan_kw(cooler_air(p, heat_kw, design_lift_c), o.density, p.cooler_fan_pa, p.cooler_fan_efficiency_fraction)
    return full * cooler_speed(p, design_lift_c, lift_c) ** 3


def cooler_capacity(design_lift_c: Array | float, lift_c: Array) -> Array:
    """Share of the design heat that the cooler can carry with the supply temperature held."""
    return np.clip(lift_c / design_lift_c, 0.0, 1.0)


def wetted(o: Outdoors, p: Values) -> tuple[Array, Array]:
    """Air temperature after the pads [C] and the water that each kilogram of it takes up [kg/kg]."""
    on = o.dry_bulb_c > p.adiabatic_start_c
    depression = p.adiabatic_effectiveness_fraction * (o.dry_bulb_c - o.wet_bulb_c)
    entering = np.where(on, o.dry_bulb_c - depression, o.dry_bulb_c)
    ratio = air.ratio_at_wet_bulb(o.wet_bulb_c, entering, o.pressure_pa)
    return entering, np.where(on, np.maximum(ratio - o.ratio, 0.0), 0.0)
