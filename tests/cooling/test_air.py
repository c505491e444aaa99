"""Vectorised moist air against psychrolib, one value at a time."""

from __future__ import annotations

import numpy as np
import psychrolib
import pytest

from siting.cooling import air

psychrolib.SetUnitSystem(psychrolib.SI)


def samples(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weather from polar night to the hottest desert, sea level to 3,000 m."""
    random = np.random.default_rng(0)
    dry = random.uniform(-45.0, 52.0, count)
    dew = np.maximum(dry - random.exponential(9.0, count), -70.0)
    return dry, dew, random.uniform(70000.0, 104000.0, count)


def test_wet_bulb_agrees_with_psychrolib() -> None:
    dry, dew, pressure = samples(4000)
    expected = [psychrolib.GetTWetBulbFromTDewPoint(*row) for row in zip(dry, dew, pressure, strict=True)]
    assert np.abs(air.wet_bulb_c(dry, dew, pressure) - expected).max() < 0.01


def test_wet_bulb_near_freezing_chooses_the_same_root() -> None:
    dry = np.linspace(0.5, 12.0, 500)
    dew = dry - np.linspace(1.0, 25.0, 500)
    pressure = np.full(500, 95000.0)
    expected = [psychrolib.GetTWetBulbFromTDewPoint(*row) for row in zip(dry, dew, pressure, strict=True)]
    assert np.abs(air.wet_bulb_c(dry, dew, pressure) - expected).max() < 0.01


def test_wet_bulb_of_saturated_air_is_its_temperature() -> None:
    dry = np.array([-30.0, -0.2, 0.0, 0.3, 25.0])
    assert air.wet_bulb_c(dry, dry, np.full(5, 101325.0)) == pytest.approx(dry, abs=1e-3)


def test_wet_bulb_does_not_depend_on_the_hours_beside_it() -> None:
    """Sites that share their weather have the same numbers to the last digit, in whatever study they are."""
    dry, dew = np.array([-30.0, 5.0, 20.0, 45.0]), np.array([-30.5, 4.9, 19.9, -20.0])
    alone = [float(air.wet_bulb_c(*(np.array([x]) for x in (t, d, 1e5)))[0]) for t, d in zip(dry, dew, strict=True)]
    assert air.wet_bulb_c(dry, dew, np.full(4, 1e5)).tolist() == alone


def test_wet_bulb_keeps_the_shape() -> None:
    dry = np.full((3, 5), 20.0)
    assert air.wet_bulb_c(dry, dry - 5.0, np.full((3, 1), 1e5)).shape == (3, 5)


def test_saturation_ratio_enthalpy_and_density_agree_with_psychrolib() -> None:
    for dry, dew, pressure in zip(*samples(200), strict=True):
        vapour = float(air.saturation_pressure_pa(dew))
        assert vapour == pytest.approx(psychrolib.GetSatVapPres(dew), rel=1e-6)
        ratio = float(air.humidity_ratio(vapour, pressure))
        assert ratio == pytest.approx(psychrolib.GetHumRatioFromTDewPoint(dew, pressure), rel=1e-6, abs=1e-7)
        enthalpy_j = psychrolib.GetMoistAirEnthalpy(dry, ratio)
        assert 1000.0 * float(air.enthalpy_kj_per_kg(dry, ratio)) == pytest.approx(enthalpy_j, rel=1e-6, abs=1e-3)
        density = psychrolib.GetMoistAirDensity(dry, ratio, pressure)
        assert float(air.density_kg_per_m3(dry, ratio, pressure)) == pytest.approx(density, rel=1e-4)


def test_dew_point_inverts_saturation() -> None:
    points = np.linspace(-60.0, 45.0, 211)
    assert air.dew_point_c(air.saturation_pressure_pa(points)) == pytest.approx(points, abs=1e-4)
