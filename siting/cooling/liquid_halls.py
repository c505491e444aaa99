r"""Halls with liquid in the racks: direct-to-chip and immersion, on dry coolers, adiabatic coolers, towers or a river.

No published file gives PUE against climate for these plants; what follows is derived from pumps, coolers and fans and
graded *modelled*. For 1 kW of IT:

**Split.** The liquid takes :math:`\varphi`, the hall's air the rest and the losses of the power chain:
:math:`Q_L = \varphi`, :math:`Q_A = Q - \varphi`.

**Pumps.** A loop of heat :math:`Q_L`, rise :math:`\Delta T` and volumetric heat capacity :math:`c` moves
:math:`V = Q_L / (c \Delta T)` and draws :math:`V \Delta p / \eta`, once for the coolant through the cold plates or
the tank and once for the facility water.

**Heat rejection.** `coolers` for dry and adiabatic coolers, `machines` for towers, whose fans slow down with the cube
law as the wet bulb falls below the one at which they just hold the facility water. Trim chillers, where there are
any, take what a cooler cannot in the hottest hours; what neither can take lowers `capacity_fraction`.

**Air remainder.** It needs colder water than the racks: the return air's coil sets it. Free cooling takes the share
that outdoor air, tower or river allow, and a chiller does the rest.

**Reuse.** The liquid's share of the heat leaves at the facility water's return temperature.
"""

from __future__ import annotations

import numpy as np

from siting.cooling import air
from siting.cooling.air import Array
from siting.cooling.air_halls import coil_water_c
from siting.cooling.equipment.chillers import (
    air_cooled_capacity,
    current_air_cooled_cop,
    water_cooled_capacity,
    water_cooled_cop,
)
from siting.cooling.equipment.coolers import cooler_air, cooler_capacity, cooler_fans, cooler_speed, wetted
from siting.cooling.equipment.machines import (
    AIR_KJ_PER_KG_K,
    LOOP_WATER_KJ_PER_KG_K,
    fan_kw,
    pump_kw,
    tower_flow,
    tower_water,
)
from siting.cooling.equipment.surface_water import intake_pump, source_temperature_c
from siting.cooling.flows import Electrical, Flows, Parts
from siting.cooling.outdoors import Outdoors
from siting.cooling.parameters import Values

_HALL_RATIO = 0.008  # humidity ratio of hall air, for its density only


def liquid_dry(o: Outdoors, p: Values) -> Flows:
    """Dry coolers for the liquid; air-cooled chillers with dry free cooling for the air remainder."""
    electrical = Electrical.of(p)
    power = _pumps(o, p)
    capacity = _reject_to_air(o, p, power, o.dry_bulb_c)
    remainder = _remainder_to_air(o, p, electrical, power, o.dry_bulb_c)
    return _flows(o, p, electrical, power, {}, np.minimum(capacity, remainder))


def liquid_adiabatic(o: Outdoors, p: Values) -> Flows:
    """Coolers with pads that are wetted in warm hours; the same pads before the air remainder's chillers."""
    electrical = Electrical.of(p)
    power = _pumps(o, p)
    entering, taken_up = wetted(o, p)
    capacity = _reject_to_air(o, p, power, entering)
    remainder = _remainder_to_air(o, p, electrical, power, entering)
    lift = _return_c(p) - p.cooler_design_c
    # The remainder's condensers move as much air for each kW of heat as the coolers do.
    full_air = cooler_air(p, electrical.heat_kw, lift)
    evaporation = full_air * cooler_speed(p, lift, _return_c(p) - entering) * taken_up
    water = {"evaporation": evaporation, "blowdown": evaporation / (p.cycles_ratio - 1.0)}
    return _flows(o, p, electrical, power, water, np.minimum(capacity, remainder))


def liquid_tower(o: Outdoors, p: Values) -> Flows:
    """Towers for the liquid; towers, an economiser and a water-cooled chiller for the air remainder."""
    electrical = Electrical.of(p)
    power = _pumps(o, p)
    reached_c = o.wet_bulb_c + p.tower_approach_c + p.exchanger_approach_c
    condenser_c = o.wet_bulb_c + p.tower_approach_c
    free = _remainder_to_water(o, p, electrical, power, reached_c, condenser_c)
    rejected = electrical.heat_kw + power["chiller"]
    flow = tower_flow(rejected, p.tower_rise_c)
    limit_c = p.facility_supply_c - p.tower_approach_c - p.exchanger_approach_c
    design_lift, lift = _return_c(p) - limit_c, _return_c(p) - o.wet_bulb_c
    full = fan_kw(flow / p.liquid_gas_ratio, o.density, p.tower_fan_pa, p.tower_fan_efficiency_fraction)
    power["tower_fans"] = full * cooler_speed(p, design_lift, lift) ** 3
    power["tower_pump"] = pump_kw(flow, p.tower_pump_pa, p.tower_pump_efficiency_fraction)
    make_up = tower_water(
        rejected, o.wet_bulb_c, p.tower_approach_c, p.tower_rise_c, p.windage_fraction, p.cycles_ratio
    )
    water = {"evaporation": make_up.evaporation, "windage": make_up.windage, "blowdown": make_up.blowdown}
    chiller = np.maximum(free, water_cooled_capacity(condenser_c, p.plant_margin_ratio))
    return _flows(o, p, electrical, power, water, np.minimum(cooler_capacity(design_lift, lift), chiller))


def liquid_surface_water(o: Outdoors, p: Values) -> Flows:
    """River or sea water through heat exchangers for the liquid and, with a chiller, for the air remainder.

    The water goes back warmer; nothing is evaporated on site.
    """
    electrical = Electrical.of(p)
    power = _pumps(o, p)
    source_c = source_temperature_c(o.dry_bulb_c, p)
    reached_c = source_c + p.exchanger_approach_c
    condenser_c = reached_c + p.source_rise_c
    free = _remainder_to_water(o, p, electrical, power, reached_c, condenser_c)
    power["source_pump"] = intake_pump(p, electrical.heat_kw + power["chiller"])
    design_lift = p.source_rise_c + p.exchanger_approach_c
    capacity = cooler_capacity(design_lift, _return_c(p) - source_c)
    chiller = np.maximum(free, water_cooled_capacity(condenser_c, p.plant_margin_ratio))
    return _flows(o, p, electrical, power, {}, np.minimum(capacity, chiller))


def _pumps(o: Outdoors, p: Values) -> Parts:
    """Power of the pumps of the coolant and of the facility water."""
    coolant = p.liquid_fraction / (LOOP_WATER_KJ_PER_KG_K * p.coolant_heat_ratio * p.coolant_rise_c)
    facility = p.liquid_fraction / (LOOP_WATER_KJ_PER_KG_K * p.water_rise_c)
    every_hour = 0.0 * o.dry_bulb_c
    return {
        "coolant_pump": pump_kw(coolant + every_hour, p.coolant_pump_pa, p.coolant_pump_efficiency_fraction),
        "facility_pump": pump_kw(facility + every_hour, p.facility_pump_pa, p.facility_pump_efficiency_fraction),
    }


def _return_c(p: Values) -> Array:
    """Facility water that comes back from the racks. [C]"""
    return np.asarray(p.facility_supply_c + p.water_rise_c, dtype=np.float64)


def _reject_to_air(o: Outdoors, p: Values, power: Parts, entering_c: Array) -> Array:
    """Add the coolers' fans and the trim chillers to `power`; the share of the liquid's heat that they carry."""
    design_lift, lift = _return_c(p) - p.cooler_design_c, _return_c(p) - entering_c
    power["cooler_fans"] = cooler_fans(o, p, p.liquid_fraction, design_lift, lift)
    carried = cooler_capacity(design_lift, lift)
    trimmed: Array = np.minimum(1.0 - carried, p.trim_chiller_fraction)
    # The curve is for cold water; warm facility water would need less, so the trim is on the safe side.
    power["trim_chiller"] = p.liquid_fraction * trimmed / current_air_cooled_cop(entering_c, p.chiller_cop_ratio)
    return carried + trimmed


def _remainder_fans_and_pump(o: Outdoors, p: Values, power: Parts, remainder_kw: Array) -> None:
    density = air.density_kg_per_m3(p.supply_high_c, _HALL_RATIO, o.pressure_pa)
    hall_air = remainder_kw / (AIR_KJ_PER_KG_K * p.air_rise_c)
    power["hall_fans"] = fan_kw(hall_air, density, p.hall_fan_pa, p.hall_fan_efficiency_fraction)
    chilled = remainder_kw / (LOOP_WATER_KJ_PER_KG_K * p.water_rise_c)
    power["chilled_pump"] = pump_kw(chilled, p.chilled_pump_pa, p.chilled_pump_efficiency_fraction)


def _remainder_to_air(o: Outdoors, p: Values, electrical: Electrical, power: Parts, entering_c: Array) -> Array:
    """Add fans, pump, free cooler and air-cooled chiller of the air remainder to `power`; their capacity."""
    remainder = electrical.heat_kw - p.liquid_fraction
    _remainder_fans_and_pump(o, p, power, remainder)
    warm_c = coil_water_c(p) + p.water_rise_c
    free: Array = np.clip((warm_c - entering_c - p.cooler_approach_c) / p.water_rise_c, 0.0, 1.0)
    # The free cooler just carries the whole remainder when the air is its approach below the coil's water.
    fans = cooler_fans(o, p, remainder, p.water_rise_c + p.cooler_approach_c, warm_c - entering_c)
    power["free_cooler_fans"] = np.where(free > 0.0, fans, 0.0)
    power["chiller"] = remainder * (1.0 - free) / current_air_cooled_cop(entering_c, p.chiller_cop_ratio)
    capacity: Array = np.maximum(free, air_cooled_capacity(entering_c, p.plant_margin_ratio))
    return capacity


def _remainder_to_water(
    o: Outdoors, p: Values, electrical: Electrical, power: Parts, reached_c: Array, condenser_c: Array
) -> Array:
    """Add fans, pump and water-cooled chiller of the air remainder to `power`; the share that needs no chiller."""
    remainder = electrical.heat_kw - p.liquid_fraction
    _remainder_fans_and_pump(o, p, power, remainder)
    free: Array = np.clip((coil_water_c(p) + p.water_rise_c - reached_c) / p.water_rise_c, 0.0, 1.0)
    power["chiller"] = remainder * (1.0 - free) / water_cooled_cop(condenser_c, p.chiller_load_fraction)
    return free


def _flows(o: Outdoors, p: Values, electrical: Electrical, power: Parts, water: Parts, capacity: Array) -> Flows:
    every_hour = 0.0 * o.dry_bulb_c
    return Flows(
        power={**electrical.power, **power},
        water=water,
        heat_reusable_fraction=p.liquid_fraction + every_hour,
        heat_temperature_c=_return_c(p) + every_hour,
        capacity_fraction=capacity + every_hour,
    )
