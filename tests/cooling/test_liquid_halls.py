"""Liquid halls against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from siting import cooling
from siting.cooling import air

# No losses before the racks and all the heat in the liquid: 1 kW to reject, no air remainder.
PURE = {
    "ups_efficiency_fraction": 1.0,
    "distribution_loss_fraction": 0.0,
    "lighting_fraction": 0.0,
    "liquid_fraction": 1.0,
    "facility_supply_c": 42.0,
    "water_rise_c": 10.0,
    "facility_pump_pa": 200e3,
    "facility_pump_efficiency_fraction": 0.8,
    "coolant_rise_c": 10.0,
    "coolant_pump_pa": 200e3,
    "coolant_pump_efficiency_fraction": 0.5,
    "coolant_heat_ratio": 1.0,
}
COOLER = {
    "cooler_design_c": 40.0,
    "cooler_effectiveness_fraction": 0.6,
    "cooler_fan_pa": 100.0,
    "cooler_fan_efficiency_fraction": 0.5,
    "cooler_speed_low_fraction": 0.2,
}


def weather(*dry_c: float, dew_c: float = 5.0) -> pd.DataFrame:
    """Hours of given dry bulbs."""
    return pd.DataFrame({"dry_bulb_c": dry_c, "dew_point_c": dew_c, "pressure_pa": 101325.0})


def density(dry_c: float, dew_c: float = 5.0) -> float:
    """Density of outdoor air. [kg/m3]"""
    ratio = air.humidity_ratio(air.saturation_pressure_pa(dew_c), 101325.0)
    return float(air.density_kg_per_m3(dry_c, ratio, 101325.0))


def test_pumps_of_one_kilowatt() -> None:
    """1 kW at 10 K is 0.0239 kg/s: 200 kPa at 50 % takes 9.56 W, at 80 % 5.98 W."""
    parts = cooling.breakdown(weather(20.0), "direct-to-chip-dry", **PURE, **COOLER).iloc[0]
    assert parts["coolant_pump_fraction"] == pytest.approx(0.009560, abs=1e-6)
    assert parts["facility_pump_fraction"] == pytest.approx(0.005975, abs=1e-6)


def test_dry_cooler_fans_follow_the_cube_law() -> None:
    """Design lift 52 - 40 = 12 K. At 28 C the lift is 24 K, half speed, an eighth of the power; at 52 - 60 = -8 C a
    fifth, the lowest speed; were the law linear, 28 C would take half.

    Full air flow: 1 / (0.6 x 1.01 x 12) = 0.1375 kg/s; at 100 Pa and 50 % 0.0275 kW over the density.
    """
    parts = cooling.breakdown(weather(40.0, 28.0, -8.0, -30.0, dew_c=-40.0), "direct-to-chip-dry", **PURE, **COOLER)
    fans = parts["cooler_fans_fraction"].to_numpy()
    full = [0.02750 / density(dry, -40.0) for dry in (40.0, 28.0, -8.0, -30.0)]
    assert fans / full == pytest.approx([1.0, 1 / 8, 1 / 125, 1 / 125], rel=1e-3)


def test_dry_cooler_derates_above_its_design() -> None:
    """At 46 C half of the 12 K lift is left, so half of the heat leaves; at 52 C none."""
    capacity = cooling.performance(weather(39.0, 46.0, 52.0), "direct-to-chip-dry", **PURE, **COOLER)
    assert capacity["capacity_fraction"].to_numpy() == pytest.approx([1.0, 0.5, 0.0], abs=1e-9)


def test_trim_chiller_takes_what_the_cooler_cannot() -> None:
    """At 46 C the cooler is short by half; a trim of 0.3 carries that much and leaves the hall at 0.8."""
    result = cooling.performance(
        weather(39.0, 46.0), "direct-to-chip-dry", trim_chiller_fraction=0.3, chiller_cop_ratio=3.0, **PURE, **COOLER
    )
    assert result["capacity_fraction"].to_numpy() == pytest.approx([1.0, 0.8])
    parts = cooling.breakdown(
        weather(35.0, 46.0), "direct-to-chip-dry", trim_chiller_fraction=0.3, chiller_cop_ratio=3.0, **PURE, **COOLER
    )
    # The chiller's COP falls from 3.0 at 35 C; 0.3 / 3.0 is a lower bound of its power.
    assert parts["trim_chiller_fraction"].iloc[0] == 0.0
    assert 0.1 < parts["trim_chiller_fraction"].iloc[1] < 0.15


def test_pads_take_up_what_the_energy_balance_says() -> None:
    """Pads of 80 % on air at 40 C and 20 C wet bulb: 24 C, and 16 K x 1.02 / 2,450 = 0.0067 kg of water a kilogram."""
    pads = {**COOLER, "cooler_design_c": 24.0, "adiabatic_start_c": 25.0, "adiabatic_effectiveness_fraction": 0.8}
    hour = weather(40.0, dew_c=7.55)
    wet = float(cooling.wet_bulb_c(np.array([40.0]), np.array([7.55]), np.array([101325.0]))[0])
    assert wet == pytest.approx(20.0, abs=0.1)
    water = cooling.breakdown(hour, "direct-to-chip-adiabatic", cycles_ratio=5.0, **PURE, **pads).iloc[0]
    air_kg_per_s = 1.0 / (0.6 * 1.01 * (52.0 - 24.0))
    assert water["evaporation_l_per_kwh"] == pytest.approx(3600.0 * air_kg_per_s * 0.00666, rel=0.01)
    assert water["blowdown_l_per_kwh"] == pytest.approx(water["evaporation_l_per_kwh"] / 4.0)


def test_pads_are_dry_below_their_start() -> None:
    result = cooling.performance(weather(24.9, 25.1), "direct-to-chip-adiabatic", adiabatic_start_c=25.0)
    assert result["wue_l_per_kwh"].iloc[0] == 0.0
    assert result["wue_l_per_kwh"].iloc[1] > 0.0


def test_tower_evaporates_the_heat() -> None:
    """1 kW as vapour at about 23 C: 3,600 / 2,447 = 1.47 L/kWh, and a quarter of it as blowdown at 5 cycles."""
    hour = weather(25.0, dew_c=11.6)  # wet bulb 16.3 C, mean water 16.3 + 4 + 2.5 C
    tower = {"tower_approach_c": 4.0, "tower_rise_c": 5.0, "windage_fraction": 0.0, "cycles_ratio": 5.0}
    water = cooling.breakdown(hour, "direct-to-chip-tower", **PURE, **tower).iloc[0]
    assert water["evaporation_l_per_kwh"] == pytest.approx(1.47, abs=0.005)
    assert water["blowdown_l_per_kwh"] == pytest.approx(water["evaporation_l_per_kwh"] / 4.0)


def test_air_remainder_is_what_the_liquid_leaves() -> None:
    """At 80 % liquid and no losses 0.2 kW stay in the air: fans 0.2 / (1.01 x 10) m3 x 200 Pa / 50 %."""
    parameters = {**PURE, **COOLER, "liquid_fraction": 0.8, "air_rise_c": 10.0, "hall_fan_pa": 200.0}
    parts = cooling.breakdown(
        weather(20.0), "direct-to-chip-dry", hall_fan_efficiency_fraction=0.5, supply_high_c=25.0, **parameters
    ).iloc[0]
    supply = float(air.density_kg_per_m3(25.0, 0.008, 101325.0))
    assert parts["hall_fans_fraction"] == pytest.approx(0.2 / 10.1 / supply * 200.0 / 0.5 / 1000.0, rel=1e-6)


def test_reusable_heat_and_its_temperature() -> None:
    result = cooling.performance(weather(20.0), "direct-to-chip-dry", **{**PURE, "liquid_fraction": 0.75}).iloc[0]
    assert result["heat_reusable_fraction"] == 0.75
    assert result["heat_temperature_c"] == 52.0


def test_less_air_less_overhead_in_the_heat() -> None:
    hot = weather(32.0, dew_c=20.0)
    pue = [cooling.performance(hot, "direct-to-chip-dry", liquid_fraction=share)["pue"].iloc[0] for share in (0.6, 0.9)]
    assert pue[0] > pue[1]
