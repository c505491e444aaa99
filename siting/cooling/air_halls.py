"""Halls cooled by air: the ten published cases, from airside economisers to direct expansion.

Every function follows the thermodynamic model of Lei and Masanet (2022) for one arrangement of plant; equations are
those of `machines`. Heat to remove for 1 kW of IT is :math:`Q = 1 + (1/\\eta_{UPS} - 1) + (1/(1 - \\lambda) - 1) +
\\lambda_{light}`.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from siting.cooling import air
from siting.cooling.air import Array
from siting.cooling.flows import Electrical, Flows
from siting.cooling.machines import (
    AIR_KJ_PER_KG_K,
    HUMIDIFICATION_KJ_PER_KG,
    WATER_KJ_PER_KG_K,
    air_cooled_capacity,
    air_cooled_cop,
    direct_expansion_cop,
    fan_kw,
    pump_kw,
    tower_flow,
    tower_water,
    water_cooled_capacity,
    water_cooled_cop,
)
from siting.cooling.outdoors import Outdoors


def airside_adiabatic(o: Outdoors, p: SimpleNamespace) -> Flows:
    """Outside air, humidified adiabatically where it is dry, with a water-cooled chiller for the other hours."""
    electrical = Electrical.of(p)
    heat = electrical.heat_kw
    use, supply_c, supply_ratio, water_per_air = _adiabatic_economiser(o, p)
    air_flow = heat / (AIR_KJ_PER_KG_K * p.air_rise_c)
    outside_share = _outside_air_share(o, supply_c, supply_ratio, p.air_rise_c)
    humidified = use * air_flow * outside_share * water_per_air
    power, water, chilled = _tower_chiller(o, p, heat * (1.0 - use) / p.sensible_heat_fraction)
    coil_water = heat * (1.0 - use) * (1.0 / p.sensible_heat_fraction - 1.0) / HUMIDIFICATION_KJ_PER_KG
    power["hall_fans"] = _hall_fans(p, air_flow, supply_c, supply_ratio, o.pressure_pa)
    power["humidifier"] = pump_kw(coil_water + humidified, p.humidifier_pa, p.humidifier_efficiency_fraction)
    water["humidification"] = coil_water + humidified
    return _flows(o, electrical, power, water, 1.0 - use, chilled)


def airside_tower(o: Outdoors, p: SimpleNamespace) -> Flows:
    """Outside air when it is inside the hall's limits as it is, else a water-cooled chiller."""
    electrical = Electrical.of(p)
    heat = electrical.heat_kw
    use, supply_c, supply_ratio = _plain_economiser(o, p)
    air_flow = heat / (AIR_KJ_PER_KG_K * p.air_rise_c)
    power, water, chilled = _tower_chiller(o, p, heat * (1.0 - use) / p.sensible_heat_fraction)
    _humidify(p, heat * (1.0 - use), power, water)
    power["hall_fans"] = _hall_fans(p, air_flow, supply_c, supply_ratio, o.pressure_pa)
    return _flows(o, electrical, power, water, 1.0 - use, chilled)


def airside_air_cooled(o: Outdoors, p: SimpleNamespace) -> Flows:
    """Outside air when it is inside the hall's limits as it is, else an air-cooled chiller."""
    electrical = Electrical.of(p)
    heat = electrical.heat_kw
    use, supply_c, supply_ratio = _plain_economiser(o, p)
    air_flow = heat / (AIR_KJ_PER_KG_K * p.air_rise_c)
    power, chilled = _air_cooled_chiller(o, p, heat * (1.0 - use) / p.sensible_heat_fraction)
    water: dict[str, Array] = {}
    _humidify(p, heat * (1.0 - use), power, water)
    power["hall_fans"] = _hall_fans(p, air_flow, supply_c, supply_ratio, o.pressure_pa)
    return _flows(o, electrical, power, water, 1.0 - use, chilled)


def waterside_tower(o: Outdoors, p: SimpleNamespace) -> Flows:
    """Tower water cools the hall through a heat exchanger as far as it can, a water-cooled chiller does the rest."""
    electrical = Electrical.of(p)
    heat = electrical.heat_kw
    cooling = heat / p.sensible_heat_fraction
    supply_c = p.supply_high_c
    facility_c = supply_c + p.air_rise_c - p.air_rise_c / p.coil_effectiveness_fraction
    reached_c = o.wet_bulb_c + p.tower_approach_c + p.exchanger_approach_c
    free = np.clip((facility_c + p.water_rise_c - reached_c) / p.water_rise_c, 0.0, 1.0)
    power, water, chilled = _tower_chiller(o, p, cooling * (1.0 - free), economised_kw=cooling * free)
    power["economiser_pump"] = pump_kw(
        cooling * free / (WATER_KJ_PER_KG_K * p.water_rise_c),
        p.economiser_pump_pa,
        p.economiser_pump_efficiency_fraction,
    )
    _humidify(p, heat, power, water)
    power["hall_fans"] = _recirculating_fans(o, p, heat)
    return _flows(o, electrical, power, water, np.ones_like(free), chilled)


def chiller_tower(o: Outdoors, p: SimpleNamespace) -> Flows:
    """A water-cooled chiller in every hour."""
    electrical = Electrical.of(p)
    heat = electrical.heat_kw
    power, water, chilled = _tower_chiller(o, p, heat / p.sensible_heat_fraction)
    _humidify(p, heat, power, water)
    power["hall_fans"] = _recirculating_fans(o, p, heat)
    return _flows(o, electrical, power, water, np.ones_like(o.wet_bulb_c), chilled)


def chiller_air_cooled(o: Outdoors, p: SimpleNamespace) -> Flows:
    """An air-cooled chiller in every hour."""
    electrical = Electrical.of(p)
    heat = electrical.heat_kw
    power, chilled = _air_cooled_chiller(o, p, heat / p.sensible_heat_fraction)
    water: dict[str, Array] = {}
    _humidify(p, heat, power, water)
    power["hall_fans"] = _recirculating_fans(o, p, heat)
    return _flows(o, electrical, power, water, np.ones_like(o.dry_bulb_c), chilled)


def direct_expansion(o: Outdoors, p: SimpleNamespace) -> Flows:
    """Refrigerant coils in the hall, condensers outdoors, humidity from electric steam."""
    electrical = Electrical.of(p)
    heat = electrical.heat_kw
    latent = heat * (1.0 / p.sensible_heat_fraction - 1.0)
    cop = direct_expansion_cop(o.dry_bulb_c) * (1.0 + p.cop_error_fraction)
    power = {
        "chiller": (heat + latent) / cop,
        "humidifier": latent + 0.0 * o.dry_bulb_c,
        "hall_fans": _recirculating_fans(o, p, heat, 0.5 * (p.supply_low_c + p.supply_high_c)),
    }
    water = {"humidification": latent / HUMIDIFICATION_KJ_PER_KG + 0.0 * o.dry_bulb_c}
    margin = getattr(p, "plant_margin_ratio", 1.2)
    capacity = air_cooled_capacity(o.dry_bulb_c, margin)
    return _flows(o, electrical, power, water, np.zeros_like(o.dry_bulb_c), capacity)


def _adiabatic_economiser(o: Outdoors, p: SimpleNamespace) -> tuple[Array, Array, Array, Array]:
    """Economiser in use (0/1), supply dry bulb, supply humidity ratio, water for each kg of outside air."""
    low_c, high_c = p.supply_low_c, p.supply_high_c
    reference_c = np.clip(o.dry_bulb_c, low_c, high_c)
    lowest, highest = _humidity_limits(reference_c, o.pressure_pa, p)
    dew_highest = air.humidity_ratio(air.saturation_pressure_pa(np.asarray(p.dew_high_c, dtype=float)), o.pressure_pa)
    cold, hot = o.dry_bulb_c < low_c, o.dry_bulb_c >= high_c
    # Mixed with hall air, cold air is warmed, so only its dew point can be too high; the coil then dries it for free.
    too_wet = ~cold & (o.ratio > highest)
    enthalpy = air.enthalpy_kj_per_kg(o.dry_bulb_c, o.ratio)
    # Hot air can be brought down to the supply limit along its enthalpy as long as that does not wet it too much.
    ratio_at_high = (enthalpy - air.DRY_AIR_KJ_PER_KG_K * high_c) / (
        air.LATENT_0C_KJ_PER_KG + air.VAPOUR_KJ_PER_KG_K * high_c
    )
    hot_target = np.maximum(ratio_at_high, lowest)
    hot_fails = hot & (hot_target > highest)
    use = np.where(too_wet | hot_fails, 0.0, 1.0)
    target = np.where(hot, hot_target, np.maximum(o.ratio, lowest))
    supply_ratio = np.where(use > 0.0, np.where(cold, np.minimum(target, np.maximum(dew_highest, lowest)), target), highest)
    evaporated = np.where(use > 0.0, np.maximum(supply_ratio - o.ratio, 0.0), 0.0)
    cooled_c = (enthalpy - air.LATENT_0C_KJ_PER_KG * supply_ratio) / (
        air.DRY_AIR_KJ_PER_KG_K + air.VAPOUR_KJ_PER_KG_K * supply_ratio
    )
    supply_c = np.where(use > 0.0, np.clip(cooled_c, low_c, high_c), high_c)
    return use, supply_c, supply_ratio, evaporated


def _plain_economiser(o: Outdoors, p: SimpleNamespace) -> tuple[Array, Array, Array]:
    """Economiser in use (0/1), supply dry bulb, supply humidity ratio, where air is neither wetted nor dried."""
    reference_c = np.clip(o.dry_bulb_c, p.supply_low_c, p.supply_high_c)
    lowest, highest = _humidity_limits(reference_c, o.pressure_pa, p)
    inside = (o.ratio >= lowest) & (o.ratio <= highest) & (o.dry_bulb_c <= p.supply_high_c)
    use = np.where(inside, 1.0, 0.0)
    return use, np.where(inside, reference_c, p.supply_high_c), np.where(inside, o.ratio, 0.5 * (lowest + highest))


def _humidity_limits(dry_c: Array, pressure_pa: Array, p: SimpleNamespace) -> tuple[Array, Array]:
    """Lowest and highest humidity ratio allowed in supply air of a dry bulb."""
    saturated = air.saturation_pressure_pa(dry_c)
    dew_low = air.saturation_pressure_pa(np.asarray(p.dew_low_c, dtype=float))
    dew_high = air.saturation_pressure_pa(np.asarray(p.dew_high_c, dtype=float))
    lowest = air.humidity_ratio(np.maximum(p.humidity_low_fraction * saturated, dew_low), pressure_pa)
    highest = air.humidity_ratio(np.minimum(p.humidity_high_fraction * saturated, dew_high), pressure_pa)
    return lowest, highest


def _outside_air_share(o: Outdoors, supply_c: Array, supply_ratio: Array, rise_c: Array | float) -> Array:
    """Share of the supply air that comes from outside; hall air is mixed in when it is cold."""
    outside = air.enthalpy_kj_per_kg(o.dry_bulb_c, o.ratio)
    returned = air.enthalpy_kj_per_kg(supply_c, supply_ratio) + AIR_KJ_PER_KG_K * rise_c
    return np.clip(AIR_KJ_PER_KG_K * rise_c / np.maximum(returned - outside, 1e-6), 0.0, 1.0)


def _hall_fans(p: SimpleNamespace, air_flow: Array, supply_c: Array, ratio: Array, pressure_pa: Array) -> Array:
    density = air.density_kg_per_m3(supply_c, ratio, pressure_pa)
    return fan_kw(air_flow, density, p.hall_fan_pa, p.hall_fan_efficiency_fraction)


def _recirculating_fans(o: Outdoors, p: SimpleNamespace, heat: Array, supply_c: Array | float | None = None) -> Array:
    supply = p.supply_high_c if supply_c is None else supply_c
    dew = np.asarray(0.5 * (p.dew_low_c + p.dew_high_c), dtype=float)
    ratio = air.humidity_ratio(air.saturation_pressure_pa(dew), o.pressure_pa)
    return _hall_fans(p, heat / (AIR_KJ_PER_KG_K * p.air_rise_c), supply, ratio, o.pressure_pa)


def _humidify(p: SimpleNamespace, chilled_kw: Array, power: dict[str, Array], water: dict[str, Array]) -> None:
    """Add the water that replaces what the coils condense, and its pump."""
    flow = chilled_kw * (1.0 / p.sensible_heat_fraction - 1.0) / HUMIDIFICATION_KJ_PER_KG
    water["humidification"] = flow
    power["humidifier"] = pump_kw(flow, p.humidifier_pa, p.humidifier_efficiency_fraction)


def _tower_chiller(
    o: Outdoors, p: SimpleNamespace, chilled_kw: Array, economised_kw: Array | float = 0.0
) -> tuple[dict[str, Array], dict[str, Array], Array]:
    """Chiller, chilled-water pump, tower pump and fan, tower water, and the plant's capacity."""
    condenser_c = o.wet_bulb_c + p.tower_approach_c
    cop = water_cooled_cop(condenser_c, p.chiller_load_fraction) * (1.0 + p.cop_error_fraction)
    chiller = chilled_kw / cop
    rejected = chilled_kw + chiller + economised_kw
    flow = tower_flow(rejected, p.tower_rise_c)
    power = {
        "chiller": chiller,
        "chilled_pump": pump_kw(
            chilled_kw / (WATER_KJ_PER_KG_K * p.water_rise_c), p.chilled_pump_pa, p.chilled_pump_efficiency_fraction
        ),
        "tower_pump": pump_kw(flow, p.tower_pump_pa, p.tower_pump_efficiency_fraction),
        "tower_fans": fan_kw(flow / p.liquid_gas_ratio, o.density, p.tower_fan_pa, p.tower_fan_efficiency_fraction),
    }
    make_up = tower_water(
        rejected, o.wet_bulb_c, p.tower_approach_c, p.tower_rise_c, p.windage_fraction, p.cycles_ratio
    )
    water = {"evaporation": make_up.evaporation, "windage": make_up.windage, "blowdown": make_up.blowdown}
    return power, water, water_cooled_capacity(condenser_c, getattr(p, "plant_margin_ratio", 1.2))


def _air_cooled_chiller(o: Outdoors, p: SimpleNamespace, chilled_kw: Array) -> tuple[dict[str, Array], Array]:
    cop = air_cooled_cop(o.dry_bulb_c, p.chiller_load_fraction) * (1.0 + p.cop_error_fraction)
    power = {
        "chiller": chilled_kw / cop,
        "chilled_pump": pump_kw(
            chilled_kw / (WATER_KJ_PER_KG_K * p.water_rise_c), p.chilled_pump_pa, p.chilled_pump_efficiency_fraction
        ),
    }
    return power, air_cooled_capacity(o.dry_bulb_c, getattr(p, "plant_margin_ratio", 1.2))


def _flows(
    o: Outdoors,
    electrical: Electrical,
    power: dict[str, Array],
    water: dict[str, Array],
    water_loop: Array,
    capacity: Array,
) -> Flows:
    """Join the parts; heat can be reused in the hours when it is carried by water, at the return water's temperature."""
    return Flows({**electrical.power, **power}, water, water_loop, np.full_like(o.dry_bulb_c, 30.0), capacity)
