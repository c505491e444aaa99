"""Halls cooled by air: the ten published cases, from airside economisers to direct expansion.

Each function is one arrangement of plant and follows the thermodynamic model of Lei and Masanet (2022); the equations
are those of `machines`, `chillers` and `economisers`. A rear door is the waterside arrangement with other numbers,
and a hall on sea water has the sea in the tower's place.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from siting.cooling import air
from siting.cooling.air import Array
from siting.cooling.equipment import economisers
from siting.cooling.equipment.chillers import (
    air_cooled_capacity,
    air_cooled_cop,
    direct_expansion_cop,
    water_cooled_capacity,
    water_cooled_cop,
)
from siting.cooling.equipment.economisers import Economiser
from siting.cooling.equipment.machines import (
    AIR_KJ_PER_KG_K,
    HUMIDIFICATION_KJ_PER_KG,
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


def airside_adiabatic(o: Outdoors, p: Values) -> Flows:
    """Outside air, wetted where it is dry; a water-cooled chiller in the other hours."""
    return _airside(o, p, economisers.adiabatic(o, p), _tower_chiller)


def airside_tower(o: Outdoors, p: Values) -> Flows:
    """Outside air while it is inside the hall's limits; a water-cooled chiller in the other hours."""
    return _airside(o, p, economisers.plain(o, p), _tower_chiller)


def airside_air_cooled(o: Outdoors, p: Values) -> Flows:
    """Outside air while it is inside the hall's limits; an air-cooled chiller in the other hours."""
    return _airside(o, p, economisers.plain(o, p), _air_cooled_chiller)


def waterside_tower(o: Outdoors, p: Values) -> Flows:
    r"""Tower water cools the hall through a heat exchanger as far as it can, a water-cooled chiller does the rest.

    .. math:: T_e = T_{wb} + \Delta_{tower} + \Delta_{exchanger},\quad
              free = \min(\max((T_{return} - T_e) / (T_{return} - T_{supply}), 0), 1)
    """
    electrical = Electrical.of(p)
    sensible = electrical.heat_kw + 0.0 * o.wet_bulb_c
    cooling = sensible / p.sensible_heat_fraction
    reached_c = o.wet_bulb_c + p.tower_approach_c + p.exchanger_approach_c
    free = np.clip((coil_water_c(p) + p.water_rise_c - reached_c) / p.water_rise_c, 0.0, 1.0)
    power, water, capacity = _tower_chiller(o, p, cooling * (1.0 - free), economised_kw=cooling * free)
    power["economiser_pump"] = pump_kw(
        cooling * free / (LOOP_WATER_KJ_PER_KG_K * p.water_rise_c),
        p.economiser_pump_pa,
        p.economiser_pump_efficiency_fraction,
    )
    _humidify(p, sensible, power, water)
    power["hall_fans"] = recirculating_fans(o, p, electrical.heat_kw, p.supply_high_c)
    return _flows(o, p, electrical, power, water, sensible, np.maximum(free, capacity))


def surface_water(o: Outdoors, p: Values) -> Flows:
    """Sea or river water through a heat exchanger as far as it can, a chiller that rejects to it does the rest."""
    electrical = Electrical.of(p)
    sensible = electrical.heat_kw + 0.0 * o.dry_bulb_c
    cooling = sensible / p.sensible_heat_fraction
    reached_c = source_temperature_c(o.dry_bulb_c, p) + p.exchanger_approach_c
    free = np.clip((coil_water_c(p) + p.water_rise_c - reached_c) / p.water_rise_c, 0.0, 1.0)
    condenser_c = reached_c + p.source_rise_c
    cop = water_cooled_cop(condenser_c, p.chiller_load_fraction) * (1.0 + p.cop_error_fraction)
    chiller = cooling * (1.0 - free) / cop
    power = {
        "chiller": chiller,
        "chilled_pump": pump_kw(
            cooling / (LOOP_WATER_KJ_PER_KG_K * p.water_rise_c), p.chilled_pump_pa, p.chilled_pump_efficiency_fraction
        ),
        "source_pump": intake_pump(p, cooling + chiller),
    }
    water: Parts = {}
    _humidify(p, sensible, power, water)
    power["hall_fans"] = recirculating_fans(o, p, electrical.heat_kw, p.supply_high_c)
    capacity = np.maximum(free, water_cooled_capacity(condenser_c, p.plant_margin_ratio))
    return _flows(o, p, electrical, power, water, sensible, capacity)


def chiller_tower(o: Outdoors, p: Values) -> Flows:
    """A water-cooled chiller in every hour."""
    electrical = Electrical.of(p)
    sensible = electrical.heat_kw + 0.0 * o.wet_bulb_c
    power, water, capacity = _tower_chiller(o, p, sensible / p.sensible_heat_fraction)
    _humidify(p, sensible, power, water)
    power["hall_fans"] = recirculating_fans(o, p, electrical.heat_kw, p.supply_high_c)
    return _flows(o, p, electrical, power, water, sensible, capacity)


def chiller_air_cooled(o: Outdoors, p: Values) -> Flows:
    """An air-cooled chiller in every hour."""
    electrical = Electrical.of(p)
    sensible = electrical.heat_kw + 0.0 * o.dry_bulb_c
    power, water, capacity = _air_cooled_chiller(o, p, sensible / p.sensible_heat_fraction)
    _humidify(p, sensible, power, water)
    power["hall_fans"] = recirculating_fans(o, p, electrical.heat_kw, p.supply_high_c)
    return _flows(o, p, electrical, power, water, sensible, capacity)


def direct_expansion(o: Outdoors, p: Values) -> Flows:
    """Refrigerant coils in the hall and condensers outdoors; no water carries the heat, so none can be reused."""
    electrical = Electrical.of(p)
    sensible = electrical.heat_kw + 0.0 * o.dry_bulb_c
    cop = direct_expansion_cop(o.dry_bulb_c) * (1.0 + p.cop_error_fraction)
    power: Parts = {"chiller": sensible / p.sensible_heat_fraction / cop}
    water: Parts = {}
    _humidify(p, sensible, power, water)
    power["hall_fans"] = recirculating_fans(o, p, electrical.heat_kw, 0.5 * (p.supply_low_c + p.supply_high_c))
    capacity = air_cooled_capacity(o.dry_bulb_c, p.plant_margin_ratio)
    return _flows(o, p, electrical, power, water, np.zeros_like(sensible), capacity)


def coil_water_c(p: Values) -> Array:
    """Water that the hall's coils need to cool return air to the highest supply temperature. [C]"""
    return np.asarray(p.supply_high_c + p.air_rise_c - p.air_rise_c / p.coil_effectiveness_fraction)


def recirculating_fans(o: Outdoors, p: Values, heat_kw: Array, supply_c: Array | float) -> Array:
    """Hall fans on air that stays inside, at a dew point in the middle of its limits. [kW]"""
    ratio = air.humidity_ratio(air.saturation_pressure_pa(0.5 * (p.dew_low_c + p.dew_high_c)), o.pressure_pa)
    density = air.density_kg_per_m3(supply_c, ratio, o.pressure_pa)
    return fan_kw(_hall_air(p, heat_kw), density, p.hall_fan_pa, p.hall_fan_efficiency_fraction)


def _hall_air(p: Values, heat_kw: Array) -> Array:
    flow: Array = heat_kw / (AIR_KJ_PER_KG_K * p.air_rise_c)
    return flow


def _airside(
    o: Outdoors,
    p: Values,
    economiser: Economiser,
    chiller: Callable[[Outdoors, Values, Array], tuple[Parts, Parts, Array]],
) -> Flows:
    """Outside air while an economiser has it in use, a chiller in the other hours."""
    electrical = Electrical.of(p)
    sensible = electrical.heat_kw * (1.0 - economiser.use)
    power, water, capacity = chiller(o, p, sensible / p.sensible_heat_fraction)
    outside_air = _hall_air(p, electrical.heat_kw) * economisers.outside_share(o, economiser, p.air_rise_c)
    _humidify(p, sensible, power, water, outside_air * economiser.evaporated)
    power["hall_fans"] = _economiser_fans(o, p, electrical.heat_kw, economiser)
    return _flows(o, p, electrical, power, water, sensible, np.maximum(economiser.use, capacity))


def _economiser_fans(o: Outdoors, p: Values, heat_kw: Array, economiser: Economiser) -> Array:
    density = air.density_kg_per_m3(economiser.supply_c, economiser.supply_ratio, o.pressure_pa)
    return fan_kw(_hall_air(p, heat_kw), density, p.hall_fan_pa, p.hall_fan_efficiency_fraction)


def _humidify(p: Values, sensible_kw: Array, power: Parts, water: Parts, extra: Array | float = 0.0) -> None:
    """Add the water that replaces what the coils condense, and what makes it vapour: a pump's spray or steam."""
    latent_kw = sensible_kw * (1.0 / p.sensible_heat_fraction - 1.0)
    water["humidification"] = latent_kw / HUMIDIFICATION_KJ_PER_KG + extra
    if hasattr(p, "humidifier_pa"):
        power["humidifier"] = pump_kw(water["humidification"], p.humidifier_pa, p.humidifier_efficiency_fraction)
    else:
        power["humidifier"] = latent_kw


def _tower_chiller(
    o: Outdoors, p: Values, chilled_kw: Array, economised_kw: Array | float = 0.0
) -> tuple[Parts, Parts, Array]:
    """Power of chiller, chilled-water pump, tower pump and fans; water of the tower; capacity of the chiller."""
    condenser_c = o.wet_bulb_c + p.tower_approach_c
    cop = water_cooled_cop(condenser_c, p.chiller_load_fraction) * (1.0 + p.cop_error_fraction)
    chiller = chilled_kw / cop
    rejected = chilled_kw + chiller + economised_kw
    flow = tower_flow(rejected, p.tower_rise_c)
    make_up = tower_water(
        rejected, o.wet_bulb_c, p.tower_approach_c, p.tower_rise_c, p.windage_fraction, p.cycles_ratio
    )
    if hasattr(p, "evaporated_gas_ratio"):
        tower_air = make_up.evaporation / p.evaporated_gas_ratio
    else:
        tower_air = flow / p.liquid_gas_ratio
    power = {
        "chiller": chiller,
        "chilled_pump": pump_kw(
            chilled_kw / (LOOP_WATER_KJ_PER_KG_K * p.water_rise_c),
            p.chilled_pump_pa,
            p.chilled_pump_efficiency_fraction,
        ),
        "tower_pump": pump_kw(flow, p.tower_pump_pa, p.tower_pump_efficiency_fraction),
        "tower_fans": fan_kw(tower_air, o.density, p.tower_fan_pa, p.tower_fan_efficiency_fraction),
    }
    water = {"evaporation": make_up.evaporation, "windage": make_up.windage, "blowdown": make_up.blowdown}
    return power, water, water_cooled_capacity(condenser_c, p.plant_margin_ratio)


def _air_cooled_chiller(o: Outdoors, p: Values, chilled_kw: Array) -> tuple[Parts, Parts, Array]:
    """Power of chiller and chilled-water pump; no water; capacity of the chiller."""
    cop = air_cooled_cop(o.dry_bulb_c, p.chiller_load_fraction) * (1.0 + p.cop_error_fraction)
    power = {
        "chiller": chilled_kw / cop,
        "chilled_pump": pump_kw(
            chilled_kw / (LOOP_WATER_KJ_PER_KG_K * p.water_rise_c),
            p.chilled_pump_pa,
            p.chilled_pump_efficiency_fraction,
        ),
    }
    return power, {}, air_cooled_capacity(o.dry_bulb_c, p.plant_margin_ratio)


def _flows(
    o: Outdoors,
    p: Values,
    electrical: Electrical,
    power: Parts,
    water: Parts,
    in_water_kw: Array,
    capacity: Array,
) -> Flows:
    """Join the parts; heat is reused from the water that returns from the coils.

    Where the study names no coil, the water is not taken to be warmer than the supply air.
    """
    has_coil = hasattr(p, "coil_effectiveness_fraction")
    return_c = coil_water_c(p) + p.water_rise_c if has_coil else p.supply_high_c
    return Flows(
        power={**electrical.power, **power},
        water=water,
        heat_reusable_fraction=np.minimum(in_water_kw, 1.0),
        heat_temperature_c=return_c + 0.0 * o.dry_bulb_c,
        capacity_fraction=capacity,
    )
