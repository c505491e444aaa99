"""Air halls against numbers worked out by hand, and the decisions of their economisers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from siting import cooling
from siting.cooling import air
from siting.cooling.equipment.chillers import air_cooled_cop, water_cooled_cop


def weather(dry_c: float, humidity: float, pressure_pa: float = 101325.0) -> pd.DataFrame:
    """One hour of a dry bulb and a relative humidity."""
    vapour = np.array([humidity * float(air.saturation_pressure_pa(dry_c))])
    return pd.DataFrame({"dry_bulb_c": [dry_c], "dew_point_c": air.dew_point_c(vapour), "pressure_pa": [pressure_pa]})


LIMITS = {
    "supply_low_c": 15.0,
    "supply_high_c": 30.0,
    "dew_low_c": -10.0,
    "dew_high_c": 20.0,
    "humidity_low_fraction": 0.2,
    "humidity_high_fraction": 0.8,
}


@pytest.mark.parametrize(
    ("dry_c", "humidity", "adiabatic", "plain"),
    [
        (20.0, 0.50, True, True),  # inside all limits
        (20.0, 0.85, False, False),  # too humid
        (25.0, 0.78, False, False),  # relative humidity allowed, dew point of 20.9 C not
        (20.0, 0.05, True, False),  # dry: wetted, or left outside
        (5.0, 0.90, True, True),  # warmed with hall air, which dries it
        (-15.0, 0.60, True, False),  # too dry at 15 C: wetted, or left outside
        (31.0, 0.20, False, False),  # hot
    ],
)
def test_when_outside_air_cools_the_hall(dry_c: float, humidity: float, adiabatic: bool, plain: bool) -> None:
    hour = weather(dry_c, humidity)
    for technology, free in (("airside-economiser", adiabatic), ("colo-airside-economiser", plain)):
        parts = cooling.breakdown(hour, technology, **LIMITS).iloc[0]
        assert (parts["chiller_fraction"] == 0.0) == free


def test_heat_of_the_power_chain() -> None:
    """UPS 80 %, 10 % lost after it, 5 % for lighting: 0.25 + 0.111 + 0.05 beyond the IT."""
    parts = cooling.breakdown(
        weather(20.0, 0.5),
        "air-cooled-chiller",
        ups_efficiency_fraction=0.8,
        distribution_loss_fraction=0.1,
        lighting_fraction=0.05,
    ).iloc[0]
    assert parts[["ups_fraction", "distribution_fraction", "lighting_fraction"]].tolist() == pytest.approx(
        [0.25, 1.0 / 9.0, 0.05]
    )


LOSSLESS = {"ups_efficiency_fraction": 1.0, "distribution_loss_fraction": 0.0, "lighting_fraction": 0.0}


def test_chiller_carries_heat_over_cop() -> None:
    """1 kW of heat and 1/0.95 with its moisture, at a COP that the error lowers by a fifth."""
    hour = weather(30.0, 0.5)
    parts = cooling.breakdown(
        hour,
        "air-cooled-chiller",
        sensible_heat_fraction=0.95,
        cop_error_fraction=-0.2,
        chiller_load_fraction=0.4,
        **LOSSLESS,
    ).iloc[0]
    cop = 0.8 * float(air_cooled_cop(np.array([30.0]), 0.4)[0])
    assert parts["chiller_fraction"] == pytest.approx(1.0 / 0.95 / cop)
    # What the coil condenses, 0.0526 kW, is put back as spray: 3,600 x 0.0526 / 2,266 L/kWh.
    assert parts["humidification_l_per_kwh"] == pytest.approx(3600.0 * (1 / 0.95 - 1.0) / 2266.0)


def test_tower_of_a_chiller_rejects_the_compressor_too() -> None:
    hour = weather(25.0, 0.6)
    parts = cooling.breakdown(
        hour, "water-cooled-chiller", sensible_heat_fraction=1.0, windage_fraction=0.0, cycles_ratio=5.0, **LOSSLESS
    ).iloc[0]
    wet = float(cooling.wet_bulb_c(*(hour[name].to_numpy() for name in hour.columns))[0])
    mean_c = wet + 4.75 + 2.5
    latent = -0.0013 * mean_c**2 - 2.3097 * mean_c + 2500.5
    assert parts["evaporation_l_per_kwh"] == pytest.approx(3600.0 * (1.0 + parts["chiller_fraction"]) / latent)
    assert parts["blowdown_l_per_kwh"] == pytest.approx(parts["evaporation_l_per_kwh"] / 4.0)


def test_waterside_economiser_takes_its_share() -> None:
    """Coil water 30 + 10 - 10 / 0.8 = 27.5 C, back at 32.5 C. A wet bulb that gives 30 C leaves half to the chiller."""
    hour = weather(23.0, 0.999)
    wet = float(cooling.wet_bulb_c(*(hour[name].to_numpy() for name in hour.columns))[0])
    given = {
        "supply_high_c": 30.0,
        "air_rise_c": 10.0,
        "coil_effectiveness_fraction": 0.8,
        "water_rise_c": 5.0,
        "tower_approach_c": 30.0 - wet - 2.0,
        "exchanger_approach_c": 2.0,
        "sensible_heat_fraction": 1.0,
        "cop_error_fraction": 0.0,
        "chiller_load_fraction": 0.5,
    }
    parts = cooling.breakdown(hour, "colo-waterside-economiser", **given, **LOSSLESS).iloc[0]
    assert parts["chiller_fraction"] == pytest.approx(0.5 / float(water_cooled_cop(np.array([28.0]), 0.5)[0]), rel=1e-4)


def test_adiabatic_water_of_dry_air() -> None:
    """Dry air at 25 C that needs no mixing: all of the supply is outside air, and it is wetted up to 20 %."""
    hour = weather(25.0, 0.05)
    parts = cooling.breakdown(hour, "airside-economiser", air_rise_c=15.0, **LIMITS, **LOSSLESS).iloc[0]
    saturated = float(air.saturation_pressure_pa(25.0))
    ratio, lowest = (float(air.humidity_ratio(share * saturated, 101325.0)) for share in (0.05, 0.2))
    supply_c = 25.0 - (lowest - ratio) * 2547.0 / 1.012
    assert supply_c > LIMITS["supply_low_c"]
    assert parts["humidification_l_per_kwh"] == pytest.approx(3600.0 / (1.01 * 15.0) * (lowest - ratio), rel=0.02)


def test_direct_expansion_reuses_nothing_and_steams() -> None:
    hour = weather(10.0, 0.5)
    parts = cooling.breakdown(hour, "small-direct-expansion", sensible_heat_fraction=0.96, **LOSSLESS).iloc[0]
    assert parts["humidifier_fraction"] == pytest.approx(1.0 / 0.96 - 1.0)
    assert cooling.performance(hour, "small-direct-expansion")["heat_reusable_fraction"].iloc[0] == 0.0


def test_airside_reuses_heat_only_when_water_carries_it() -> None:
    free, chilled = weather(20.0, 0.5), weather(40.0, 0.3)
    assert cooling.performance(free, "airside-economiser")["heat_reusable_fraction"].iloc[0] == 0.0
    assert cooling.performance(chilled, "airside-economiser")["heat_reusable_fraction"].iloc[0] == 1.0
