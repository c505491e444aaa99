"""What must hold of every technology in every weather."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting import cooling
from siting.cooling.registry import TECHNOLOGIES

EVERY = pytest.mark.parametrize("technology", sorted(TECHNOLOGIES))


def year(mean_c: float = 12.0, depression_c: float = 6.0, hours: int = 240) -> pd.DataFrame:
    """Hours with seasons and days; repeats itself."""
    hour = np.arange(hours)
    dry = mean_c + 12.0 * np.sin(2 * np.pi * hour / hours) + 5.0 * np.sin(2 * np.pi * hour / 24)
    dew = dry - depression_c * (1.0 + 0.5 * np.sin(2 * np.pi * hour / 24))
    return pd.DataFrame({"dry_bulb_c": dry, "dew_point_c": dew, "pressure_pa": 98000.0})


@EVERY
@given(
    dry=st.floats(-50.0, 54.0),
    depression=st.floats(0.0, 30.0),
    pressure=st.floats(65000.0, 105000.0),
)
def test_results_are_possible(technology: str, dry: float, depression: float, pressure: float) -> None:
    weather = pd.DataFrame(
        {"dry_bulb_c": [dry], "dew_point_c": [min(dry - depression, 38.0)], "pressure_pa": [pressure]}
    )
    result = cooling.performance(weather, technology).iloc[0]
    assert 1.0 < result["pue"] < 4.0
    assert 0.0 <= result["wue_l_per_kwh"] < 8.0
    assert 0.0 <= result["heat_reusable_fraction"] <= 1.0
    assert 0.0 <= result["capacity_fraction"] <= 1.0
    assert 15.0 < result["heat_temperature_c"] < 70.0


@EVERY
def test_parts_sum_to_the_whole(technology: str) -> None:
    weather = year()
    parts, whole = cooling.breakdown(weather, technology), cooling.performance(weather, technology)
    power = parts.filter(like="_fraction").sum(axis=1)
    water = parts.filter(like="_l_per_kwh").sum(axis=1)
    assert 1.0 + power.to_numpy() == pytest.approx(whole["pue"].to_numpy(), rel=1e-12)
    assert water.to_numpy() == pytest.approx(whole["wue_l_per_kwh"].to_numpy(), abs=1e-12)
    assert (parts >= 0.0).all().all()


@EVERY
def test_sites_do_not_know_of_each_other(technology: str) -> None:
    """Many sites at once give what each gives alone, across the borders of the chunks too."""
    years = [year(mean_c=mean, hours=8760) for mean in (-5.0, 4.0, 11.0, 18.0, 24.0)]
    arrays = [np.stack([table[name].to_numpy() for table in years]) for name in years[0]]
    together = cooling.evaluate(cooling.Outdoors.of(*arrays), technology)
    for row, table in enumerate(years):
        alone = cooling.performance(table, technology)
        for name, column in together.items():
            np.testing.assert_allclose(column[row], alone[name], rtol=1e-12, atol=1e-12)


@EVERY
def test_index_is_kept(technology: str) -> None:
    table = year()
    table.index = pd.date_range("2022-01-01", periods=len(table), freq="h")
    assert cooling.performance(table, technology).index.equals(table.index)


@EVERY
def test_warming_never_helps(technology: str) -> None:
    """Hotter at the same relative humidity: energy does not fall but for outside air that was too dry or too cold."""
    table = year(mean_c=16.0)
    before, after = (cooling.performance(kind, technology).mean() for kind in (table, cooling.warmed(table, 3.0)))
    slack = 0.01 if "airside" in technology else 0.0
    assert after["pue"] >= before["pue"] - slack
    assert after["capacity_fraction"] <= before["capacity_fraction"] + 1e-12


@EVERY
def test_band_brackets_the_middle(technology: str) -> None:
    table = year()
    band = cooling.band(table, technology, samples=64)
    assert band["pue_p5"] < band["pue_p50"] < band["pue_p95"]
    assert band["wue_p5"] <= band["wue_p50"] <= band["wue_p95"]
    middle = cooling.performance(table, technology)["pue"].mean()
    assert band["pue_p5"] < middle < band["pue_p95"]


def test_band_is_repeatable_and_depends_on_the_seed() -> None:
    table = year()
    first, again, other = (cooling.band(table, "rear-door", 32, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_band_of_one_sample_block_equals_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples are computed in blocks; the block's size must not show."""
    from siting.cooling import bands

    table = year()
    whole = cooling.band(table, "seawater", 16)
    monkeypatch.setattr(bands, "CHUNK", 1)
    assert cooling.band(table, "seawater", 16) == pytest.approx(whole)


def test_sea_lags_the_air_and_a_river_less() -> None:
    """A year's wave of air temperature: the sea is damped most, neither shifts the mean."""
    from siting.cooling.equipment.surface_water import source_temperature_c
    from siting.cooling.parameters import Values

    hour = np.arange(8760)
    dry = 15.0 + 10.0 * np.sin(2 * np.pi * hour / 8760)
    for lag_h in (95.0, 1000.0):
        water = source_temperature_c(dry, Values(source_lag_h=lag_h))
        # A first-order lag damps a wave of angular speed w by 1 / sqrt(1 + (w lag)^2).
        damping = 1.0 / np.hypot(1.0, 2 * np.pi / 8760 * lag_h)
        assert np.ptp(water) / 20.0 == pytest.approx(damping, rel=1e-3)
        assert water.mean() == pytest.approx(15.0, abs=1e-6)


BETTER_WHEN_HIGHER = ("cop_error_fraction", "chiller_cop_ratio", "ups_efficiency_fraction", "liquid_fraction")
WORSE_WHEN_HIGHER = ("distribution_loss_fraction", "lighting_fraction", "hall_fan_pa", "source_pump_pa")


@EVERY
def test_better_machines_take_less(technology: str) -> None:
    weather = year(mean_c=24.0, depression_c=4.0)
    ranges = TECHNOLOGIES[technology].ranges
    for name in (*BETTER_WHEN_HIGHER, *WORSE_WHEN_HIGHER):
        if name in ranges:
            low, high = (
                cooling.performance(weather, technology, **{name: bound})["pue"].mean()
                for bound in (ranges[name].low, ranges[name].high)
            )
            assert (high < low) == (name in BETTER_WHEN_HIGHER), name
