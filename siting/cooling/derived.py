"""Parameter ranges of the technologies that no published file covers: our own derivation, graded *modelled*.

Electrical ranges are those of the hyperscale cases, narrowed to current equipment; thermal ranges are engineering
practice (see each group's comment). They are assumptions until measured data replace them.
"""

from __future__ import annotations

from siting.cooling.parameters import Span, Spans

# Current double-conversion or eco-mode supplies and busway distribution.
_ELECTRICAL: Spans = {
    "ups_efficiency_fraction": Span(0.94, 0.99),
    "distribution_loss_fraction": Span(0.005, 0.02),
    "lighting_fraction": Span(0.0, 0.004),
}
# Contained aisles: 24 to 27 C supply (ASHRAE recommended envelope), large rises, low-pressure fan walls.
_HALL: Spans = {
    "supply_high_c": Span(24.0, 27.0),
    "air_rise_c": Span(11.0, 16.0),
    "hall_fan_pa": Span(150.0, 350.0),
    "hall_fan_efficiency_fraction": Span(0.60, 0.80),
    "coil_effectiveness_fraction": Span(0.70, 0.85),
    "chilled_pump_pa": Span(115e3, 172e3),
    "chilled_pump_efficiency_fraction": Span(0.60, 0.80),
}
_TOWER: Spans = {
    "tower_approach_c": Span(2.8, 6.7),
    "exchanger_approach_c": Span(1.7, 2.8),
    "tower_rise_c": Span(5.0, 8.0),
    "tower_fan_pa": Span(100.0, 250.0),
    "tower_fan_efficiency_fraction": Span(0.60, 0.80),
    "tower_pump_pa": Span(150e3, 250e3),
    "tower_pump_efficiency_fraction": Span(0.60, 0.80),
    "liquid_gas_ratio": Span(0.8, 1.6),
    "windage_fraction": Span(5e-5, 1e-3),
    "cycles_ratio": Span(4.0, 8.0),
    "chiller_load_fraction": Span(0.4, 0.8),
    "plant_margin_ratio": Span(1.15, 1.25),
}
# Cold plates and a coolant distribution unit: ASHRAE W32 to W45 facility water, 8 to 12 K rises.
_COLD_PLATE: Spans = {
    "liquid_fraction": Span(0.70, 0.90),
    "facility_supply_c": Span(40.0, 45.0),
    "water_rise_c": Span(8.0, 12.0),
    "facility_pump_pa": Span(150e3, 300e3),
    "facility_pump_efficiency_fraction": Span(0.60, 0.80),
    "coolant_rise_c": Span(8.0, 12.0),
    "coolant_pump_pa": Span(150e3, 350e3),
    "coolant_pump_efficiency_fraction": Span(0.50, 0.70),
    "coolant_heat_ratio": Span(0.92, 0.98),  # water with a quarter of glycol
}
# Synthetic fluid: half of water's heat capacity, low-pressure circulation through the tank.
_TANK: Spans = {
    **_COLD_PLATE,
    "liquid_fraction": Span(0.95, 1.0),
    "coolant_rise_c": Span(6.0, 10.0),
    "coolant_pump_pa": Span(60e3, 150e3),
    "coolant_heat_ratio": Span(0.38, 0.46),
}
_COOLER: Spans = {
    "cooler_design_c": Span(36.0, 40.0),
    "cooler_effectiveness_fraction": Span(0.55, 0.75),
    "cooler_fan_pa": Span(60.0, 120.0),
    "cooler_fan_efficiency_fraction": Span(0.45, 0.65),
    "cooler_speed_low_fraction": Span(0.15, 0.30),
    "cooler_approach_c": Span(6.0, 10.0),
    "chiller_cop_ratio": Span(2.9, 3.5),
    "trim_chiller_fraction": Span(0.0, 0.0),  # none unless the technology says so
    "plant_margin_ratio": Span(1.15, 1.25),
}
_PADS: Spans = {
    "cooler_design_c": Span(27.0, 31.0),
    "cooler_fan_pa": Span(90.0, 160.0),
    "adiabatic_start_c": Span(22.0, 28.0),
    "adiabatic_effectiveness_fraction": Span(0.65, 0.85),
    "cycles_ratio": Span(3.0, 5.0),
}

REAR_DOOR: Spans = {
    **_ELECTRICAL,
    **_HALL,
    **_TOWER,
    "dew_low_c": Span(-12.0, -9.0),
    "dew_high_c": Span(13.0, 16.0),
    "hall_fan_pa": Span(30.0, 90.0),  # fans in the door, no ducts or filters
    "hall_fan_efficiency_fraction": Span(0.40, 0.60),
    "sensible_heat_fraction": Span(0.99, 1.0),  # water above the dew point: a dry coil
    "water_rise_c": Span(5.0, 8.0),
    "humidifier_pa": Span(6.3e6, 7.7e6),
    "humidifier_efficiency_fraction": Span(0.60, 0.80),
    "economiser_pump_pa": Span(115e3, 172e3),
    "economiser_pump_efficiency_fraction": Span(0.60, 0.80),
    "cop_error_fraction": Span(-0.11, 0.11),
}
DIRECT_TO_CHIP_DRY: Spans = {**_ELECTRICAL, **_HALL, **_COLD_PLATE, **_COOLER}
DIRECT_TO_CHIP_DRY_TRIM: Spans = {**DIRECT_TO_CHIP_DRY, "trim_chiller_fraction": Span(0.5, 0.7)}
DIRECT_TO_CHIP_ADIABATIC: Spans = {**DIRECT_TO_CHIP_DRY, **_PADS}
DIRECT_TO_CHIP_TOWER: Spans = {
    **_ELECTRICAL,
    **_HALL,
    **_COLD_PLATE,
    **_TOWER,
    "cooler_speed_low_fraction": Span(0.2, 0.4),
}
IMMERSION_DRY: Spans = {**_ELECTRICAL, **_HALL, **_TANK, **_COOLER}

# Intake, screens and return line included in the pump's pressure; a rise that permits for discharge allow.
_SOURCE: Spans = {
    "source_rise_c": Span(5.0, 8.0),
    "source_pump_pa": Span(150e3, 350e3),
    "source_pump_efficiency_fraction": Span(0.65, 0.80),
    "exchanger_approach_c": Span(1.7, 2.8),
    "chiller_load_fraction": Span(0.4, 0.8),
    "plant_margin_ratio": Span(1.15, 1.25),
}
_SEA: Spans = {"source_lag_h": Span(500.0, 1500.0)}
_RIVER: Spans = {"source_lag_h": Span(40.0, 150.0)}

DIRECT_TO_CHIP_RIVER: Spans = {**_ELECTRICAL, **_HALL, **_COLD_PLATE, **_SOURCE, **_RIVER}
SEAWATER: Spans = {
    **_ELECTRICAL,
    **_HALL,
    **_SOURCE,
    **_SEA,
    "dew_low_c": Span(-12.0, -9.0),
    "dew_high_c": Span(13.0, 16.0),
    "sensible_heat_fraction": Span(0.97, 1.0),
    "water_rise_c": Span(5.0, 8.0),
    "humidifier_pa": Span(6.3e6, 7.7e6),
    "humidifier_efficiency_fraction": Span(0.60, 0.80),
    "cop_error_fraction": Span(-0.11, 0.11),
}
