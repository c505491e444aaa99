"""Warmer air, hot years and rare hours: what they are made of, and what plants make of them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from siting import cooling
from siting.cooling import Extremes, Outdoors
from siting.cooling.air import saturation_pressure_pa
from siting.cooling.climates import HOTTEST_COUNT, hottest_hours

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTHS = np.repeat(np.arange(1, 13), np.array(MONTH_DAYS) * 24)


def year(seed: int = 0, mean_c: float = 15.0) -> Outdoors:
    """Two sites' years: a season, a day, and weather that is drawn."""
    draw = np.random.default_rng(seed)
    hour = np.arange(8760)
    season = -10 * np.cos(2 * np.pi * hour / 8760) - 4 * np.cos(2 * np.pi * hour / 24)
    dry = mean_c + season + np.repeat(draw.normal(0, 3, (2, 365)), 24, axis=1)
    dew = dry - draw.uniform(1, 12, dry.shape)
    return Outdoors.of(dry, dew, np.full(dry.shape, 101325.0))


def test_warmer_air_has_the_same_relative_humidity() -> None:
    air = year()
    dry, dew = cooling.warmer(air.dry_bulb_c, air.dew_point_c, 3.0)
    assert np.allclose(dry - air.dry_bulb_c, 3.0)
    before = saturation_pressure_pa(air.dew_point_c) / saturation_pressure_pa(air.dry_bulb_c)
    assert np.allclose(saturation_pressure_pa(dew) / saturation_pressure_pa(dry), before, rtol=1e-4)
    assert cooling.warmer(air.dry_bulb_c, air.dew_point_c, 0.0)[1] is air.dew_point_c


def test_hot_year_takes_whole_days_of_the_same_month() -> None:
    air = year()
    hours = cooling.hot_year(air.dry_bulb_c, MONTHS)
    assert (hours % 24 == np.arange(8760) % 24).all()
    assert (MONTHS[hours] == MONTHS).all()


def test_hot_year_replaces_the_coolest_tenth_by_the_hottest() -> None:
    """31 or 30 days lose and double three, 28 days three (2.8): each month's mean rises by what was exchanged."""
    air = year()
    hot = np.take_along_axis(air.dry_bulb_c, cooling.hot_year(air.dry_bulb_c, MONTHS), axis=-1)
    start = 0
    for days in MONTH_DAYS:
        part = slice(start * 24, (start + days) * 24)
        before = np.sort(air.dry_bulb_c[:, part].reshape(2, days, 24).mean(axis=-1), axis=1)
        after = np.sort(hot[:, part].reshape(2, days, 24).mean(axis=-1), axis=1)
        expected = np.sort(np.concatenate([before[:, 3:], before[:, -3:]], axis=1), axis=1)
        assert np.allclose(after, expected)
        start += days
    assert np.allclose(hot.max(axis=-1), air.dry_bulb_c.max(axis=-1), atol=10)
    assert (hot.mean(axis=-1) > air.dry_bulb_c.mean(axis=-1) + 0.5).all()


@pytest.mark.parametrize("years", [3, 5, 20, 100])
def test_rarity_is_that_of_the_distribution(years: int) -> None:
    """Gumbel: in one of N years the extreme is above the mean by F deviations."""
    within = math.exp(-math.exp(-(math.pi / math.sqrt(6) * cooling.rarity_ratio(years) + 0.5772156649)))
    assert 1 - within == pytest.approx(1 / years)


def test_hottest_hours_are_dry_or_muggy() -> None:
    air = year()
    rare = hottest_hours(air, 4.0, 1.5)
    count = 2 * HOTTEST_COUNT
    assert rare.dry_bulb_c.shape == (2, 2 * count)
    assert np.allclose(rare.dry_bulb_c[:, :count].max(axis=-1), air.dry_bulb_c.max(axis=-1) + 4.0)
    assert np.allclose(rare.dew_point_c[:, :count].max(axis=-1), rare.dew_point_c[:, :count].max(axis=-1))
    assert (rare.wet_bulb_c.max(axis=-1) > air.wet_bulb_c.max(axis=-1) + 0.8).all()


TECHNOLOGIES = [(name, {}) for name in ("direct-to-chip-dry", "rear-door", "seawater")]


def test_coefficients_are_those_of_each_technology_alone() -> None:
    air = year()
    found = cooling.plants(air, TECHNOLOGIES, Extremes())
    for i, (name, _) in enumerate(TECHNOLOGIES):
        alone = cooling.evaluate(air, name)
        assert np.array_equal(found.pue[:, i], alone["pue"])
        assert np.array_equal(found.wue_l_per_kwh[:, i], alone["wue_l_per_kwh"])
        assert np.array_equal(found.peak_pue[:, i], alone["pue"].max(axis=-1))
        assert np.array_equal(found.least_capacity_fraction[:, i], alone["capacity_fraction"].min(axis=-1))


def test_rare_hour_lowers_what_a_dry_cooler_carries_and_not_what_the_sea_does() -> None:
    """The dry cooler's least capacity is that of its hottest hour, 6 K hotter."""
    air = year(mean_c=24.0)
    typical = cooling.plants(air, TECHNOLOGIES, Extremes())
    rare = cooling.plants(air, TECHNOLOGIES, Extremes(6.0, 1.0))
    dry, door, sea = range(3)
    assert (rare.least_capacity_fraction[:, dry] < typical.least_capacity_fraction[:, dry]).all()
    assert (rare.peak_pue[:, door] > typical.peak_pue[:, door]).all()
    for name in ("peak_pue", "least_capacity_fraction"):
        assert np.array_equal(getattr(rare, name)[:, sea], getattr(typical, name)[:, sea])
    assert np.array_equal(rare.pue, typical.pue)
    hottest = int(np.argmax(air.dry_bulb_c[0]))
    hour = pd.DataFrame(
        {
            "dry_bulb_c": [air.dry_bulb_c[0, hottest] + 6.0],
            "dew_point_c": [air.dew_point_c[0, hottest]],
            "pressure_pa": [101325.0],
        }
    )
    alone = cooling.performance(hour, "direct-to-chip-dry")["capacity_fraction"].iloc[0]
    assert rare.least_capacity_fraction[0, dry] == pytest.approx(alone)


def test_row_states_parameters_of_its_own() -> None:
    table = pd.DataFrame({"cooling_id": ["rear-door", "seawater"], "tower_approach_c": [3.0, np.nan], "life_yr": 20})
    assert cooling.technologies_of(table) == [("rear-door", {"tower_approach_c": 3.0}), ("seawater", {})]
