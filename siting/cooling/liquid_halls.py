r"""Halls with liquid in the racks: direct-to-chip and immersion, on dry coolers, adiabatic coolers or towers.

No published file gives PUE against climate for these plants; what follows is derived from pumps, coolers and fans and
graded *modelled*. For 1 kW of IT:

**Split.** The liquid takes :math:`\varphi`, the hall's air the rest and the losses of the power chain:
:math:`Q_L = \varphi`, :math:`Q_A = (1 - \varphi) + (Q - 1)`.

**Coolant and facility pumps.** A loop of heat :math:`Q`, rise :math:`\Delta T` and volumetric heat capacity
:math:`c` moves :math:`V = Q / (c \Delta T)` and draws :math:`V \Delta p / \eta`.

**Cooler.** Air entering at :math:`T_e` takes :math:`Q = \epsilon m c_p (T_r - T_e)` from water returning at
:math:`T_r = T_s + \Delta T`. The fans run at full speed when :math:`T_e` is the design temperature :math:`T_d`; at
constant :math:`\epsilon` (it rises at lower flow, so this is on the safe side) the speed needed is
:math:`r = (T_r - T_d) / (T_r - T_e)`. The pressure rise goes with :math:`r^2` and the power with :math:`r^3`, down
to a lowest speed. Above :math:`T_d` the fans stay at full speed and only :math:`1 / r` of the heat can leave with the
supply temperature held: the hall must derate.

**Wetted pads.** Above a dry bulb the entering air is cooled along its enthalpy to
:math:`T_e = T - e (T - T_{wb})`; the water is what the air takes up, and the blowdown that holds the cycles of
concentration.

**Tower.** The relations of `machines`; the fans follow :math:`r^3` like the cooler's, with the wet bulb.

**Air remainder.** Needs colder water than the racks: the return air's coil sets it, free cooling takes the share
that outdoor air allows, and a chiller of the remainder's size does the rest.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from siting.cooling import air
from siting.cooling.air import Array
from siting.cooling.flows import Electrical, Flows
from siting.cooling.machines import (
    AIR_KJ_PER_KG_K,
    WATER_KJ_PER_KG_K,
    air_cooled_capacity,
    fan_kw,
    modern_air_cooled_cop,
    pump_kw,
    tower_flow,
    tower_water,
    water_cooled_cop,
)
from siting.cooling.outdoors import Outdoors

Parts = dict[str, Array]


def liquid_dry(o: Outdoors, p: SimpleNamespace) -> Flows:
    """Dry coolers for the liquid; air-cooled chillers with dry free cooling for the air remainder."""
    electrical, power = _racks(o, p)
    entering = o.dry_bulb_c
    power["cooler_fans"], capacity = _cooler(o, p, p.liquid_fraction, _return_c(p), entering)
    chilled = _air_remainder_air_cooled(o, p, electrical, power, entering)
    return _flows(o, p, electrical, power, {}, np.minimum(capacity, chilled))


def liquid_adiabatic(o: Outdoors, p: SimpleNamespace) -> Flows:
    """Coolers with pads wetted in warm hours; the same pads before the air remainder's chillers."""
    electrical, power = _racks(o, p)
    entering, taken_up = _wetted(o, p)
    power["cooler_fans"], capacity = _cooler(o, p, p.liquid_fraction, _return_c(p), entering)
    speed = _cooler_speed(p, _return_c(p), entering)
    air_flow = _cooler_air(p, p.liquid_fraction, _return_c(p)) * speed
    # The remainder's condensers move about as much air for each kW of heat as the coolers do.
    air_flow = air_flow * (p.liquid_fraction + _remainder_kw(p, electrical)) / p.liquid_fraction
    evaporation = air_flow * taken_up
    chilled = _air_remainder_air_cooled(o, p, electrical, power, entering)
    water = {"evaporation": evaporation, "blowdown": evaporation / (p.cycles_ratio - 1.0)}
    return _flows(o, p, electrical, power, water, np.minimum(capacity, chilled))


def liquid_tower(o: Outdoors, p: SimpleNamespace) -> Flows:
    """Towers for the liquid; towers, an economiser and a water-cooled chiller for the air remainder."""
    electrical, power = _racks(o, p)
    remainder = _remainder_kw(p, electrical)
    power["hall_fans"] = _crah_fans(o, p, remainder)
    reached_c = o.wet_bulb_c + p.tower_approach_c + p.exchanger_approach_c
    free = np.clip((_coil_water_c(p) + p.water_rise_c - reached_c) / p.water_rise_c, 0.0, 1.0)
    chilled_kw = remainder * (1.0 - free)
    power["chiller"] = chilled_kw / water_cooled_cop(o.wet_bulb_c + p.tower_approach_c, p.chiller_load_fraction)
    power["chilled_pump"] = _chilled_pump(p, remainder)
    rejected = p.liquid_fraction + remainder + power["chiller"]
    flow = tower_flow(rejected, p.tower_rise_c)
    # Full speed where the tower just reaches the facility water at its approach; slower as the wet bulb falls.
    design_wet_c = p.facility_supply_c - p.tower_approach_c - p.exchanger_approach_c
    speed = np.clip(
        (_return_c(p) - design_wet_c) / np.maximum(_return_c(p) - o.wet_bulb_c, 1.0), p.cooler_speed_low_fraction, 1.0
    )
    power["tower_fans"] = (
        fan_kw(flow / p.liquid_gas_ratio, o.density, p.tower_fan_pa, p.tower_fan_efficiency_fraction) * speed**3
    )
    power["tower_pump"] = pump_kw(flow, p.tower_pump_pa, p.tower_pump_efficiency_fraction)
    make_up = tower_water(
        rejected, o.wet_bulb_c, p.tower_approach_c, p.tower_rise_c, p.windage_fraction, p.cycles_ratio
    )
    water = {"evaporation": make_up.evaporation, "windage": make_up.windage, "blowdown": make_up.blowdown}
    capacity = np.clip((_return_c(p) - o.wet_bulb_c) / (_return_c(p) - design_wet_c), 0.0, 1.0)
    return _flows(o, p, electrical, power, water, capacity)


def _racks(o: Outdoors, p: SimpleNamespace) -> tuple[Electrical, Parts]:
    """The power chain, and the pumps of the coolant and of the facility water."""
    electrical = Electrical.of(p)
    coolant_m3_per_s = p.liquid_fraction / (p.coolant_kj_per_m3_k * p.coolant_rise_c)
    power = {
        "coolant_pump": coolant_m3_per_s * p.coolant_pump_pa / p.coolant_pump_efficiency_fraction / 1000.0,
        "facility_pump": pump_kw(
            np.asarray(p.liquid_fraction / (WATER_KJ_PER_KG_K * p.water_rise_c)),
            p.facility_pump_pa,
            p.facility_pump_efficiency_fraction,
        ),
    }
    return electrical, power


def _return_c(p: SimpleNamespace) -> Array:
    return np.asarray(p.facility_supply_c + p.water_rise_c, dtype=np.float64)


def _cooler_air(p: SimpleNamespace, heat_kw: Array | float, return_c: Array) -> Array:
    """Air through the cooler at full speed. [kg/s]"""
    lift = return_c - p.cooler_design_c
    return np.asarray(heat_kw / (p.cooler_effectiveness_fraction * AIR_KJ_PER_KG_K * lift))


def _cooler_speed(p: SimpleNamespace, return_c: Array, entering_c: Array) -> Array:
    needed = (return_c - p.cooler_design_c) / np.maximum(return_c - entering_c, 0.1)
    return np.clip(needed, p.cooler_speed_low_fraction, 1.0)


def _cooler(
    o: Outdoors, p: SimpleNamespace, heat_kw: Array | float, return_c: Array, entering_c: Array
) -> tuple[Array, Array]:
    """Fan power of the cooler and the share of the heat that it can carry."""
    speed = _cooler_speed(p, return_c, entering_c)
    full = fan_kw(_cooler_air(p, heat_kw, return_c), o.density, p.cooler_fan_pa, p.cooler_fan_efficiency_fraction)
    capacity = np.clip((return_c - entering_c) / (return_c - p.cooler_design_c), 0.0, 1.0)
    return full * speed**3, capacity


def _wetted(o: Outdoors, p: SimpleNamespace) -> tuple[Array, Array]:
    """Air temperature after the pads and the water that each kilogram takes up."""
    wet = o.dry_bulb_c > p.adiabatic_start_c
    depression = p.adiabatic_effectiveness_fraction * (o.dry_bulb_c - o.wet_bulb_c)
    entering = np.where(wet, o.dry_bulb_c - depression, o.dry_bulb_c)
    enthalpy = air.enthalpy_kj_per_kg(o.dry_bulb_c, o.ratio)
    ratio = (enthalpy - air.DRY_AIR_KJ_PER_KG_K * entering) / (
        air.LATENT_0C_KJ_PER_KG + air.VAPOUR_KJ_PER_KG_K * entering
    )
    return entering, np.where(wet, np.maximum(ratio - o.ratio, 0.0), 0.0)


def _remainder_kw(p: SimpleNamespace, electrical: Electrical) -> Array:
    """Heat left to the hall's air."""
    return np.asarray(electrical.heat_kw - p.liquid_fraction)


def _coil_water_c(p: SimpleNamespace) -> Array:
    """Water that the hall's coils need."""
    return np.asarray(p.supply_high_c + p.air_rise_c - p.air_rise_c / p.coil_effectiveness_fraction)


def _crah_fans(o: Outdoors, p: SimpleNamespace, heat_kw: Array) -> Array:
    density = air.density_kg_per_m3(np.asarray(p.supply_high_c, dtype=float), 0.008, o.pressure_pa)
    return fan_kw(heat_kw / (AIR_KJ_PER_KG_K * p.air_rise_c), density, p.hall_fan_pa, p.hall_fan_efficiency_fraction)


def _chilled_pump(p: SimpleNamespace, heat_kw: Array) -> Array:
    return pump_kw(
        heat_kw / (WATER_KJ_PER_KG_K * p.water_rise_c), p.chilled_pump_pa, p.chilled_pump_efficiency_fraction
    )


def _air_remainder_air_cooled(
    o: Outdoors, p: SimpleNamespace, electrical: Electrical, power: Parts, entering_c: Array
) -> Array:
    """Add the air remainder's fans, pump, free cooling and chiller to `power`; its capacity."""
    remainder = _remainder_kw(p, electrical)
    power["hall_fans"] = _crah_fans(o, p, remainder)
    power["chilled_pump"] = _chilled_pump(p, remainder)
    supply_c = _coil_water_c(p)
    free = np.clip((supply_c + p.water_rise_c - entering_c - p.cooler_approach_c) / p.water_rise_c, 0.0, 1.0)
    free_return = supply_c + p.water_rise_c
    # The free cooler is sized to carry the remainder alone at its approach below the supply water.
    lift = np.maximum(free_return - entering_c, 1.0)
    speed = np.clip((p.water_rise_c + p.cooler_approach_c) / lift, p.cooler_speed_low_fraction, 1.0)
    air_flow = remainder / (
        p.cooler_effectiveness_fraction * AIR_KJ_PER_KG_K * (p.water_rise_c + p.cooler_approach_c)
    )
    fans = fan_kw(air_flow, o.density, p.cooler_fan_pa, p.cooler_fan_efficiency_fraction) * speed**3
    power["free_cooler_fans"] = np.where(free > 0.0, fans, 0.0)
    power["chiller"] = remainder * (1.0 - free) / modern_air_cooled_cop(entering_c, p.chiller_cop_ratio)
    # Chillers can carry the remainder up to their own limit; the share that free cooling takes needs none.
    return np.maximum(free, air_cooled_capacity(entering_c, p.plant_margin_ratio))


def _flows(
    o: Outdoors, p: SimpleNamespace, electrical: Electrical, power: Parts, water: Parts, capacity: Array
) -> Flows:
    reusable = np.broadcast_to(np.asarray(p.liquid_fraction, dtype=float), np.shape(o.dry_bulb_c * p.liquid_fraction))
    return Flows({**electrical.power, **power}, water, reusable, _return_c(p) + 0.0 * o.dry_bulb_c, capacity)
