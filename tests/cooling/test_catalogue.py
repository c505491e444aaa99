"""The catalogue's cooling table and the physics behind it say the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from siting import cooling
from siting.cooling.part_load import FIXED_FRACTION
from siting.cooling.registry import TECHNOLOGIES

TABLE = cooling.technologies().set_index("cooling_id")


@cache
def baltimore() -> pd.DataFrame:
    """Typical year of Baltimore, the mixed climate that part load is stated for."""
    folder = Path(__file__).resolve().parents[1] / "known"
    table = pd.read_parquet(folder / "cooling_weather.parquet")
    table = table[table["weather_id"] == "baltimore"]
    return pd.DataFrame(
        {
            "dry_bulb_c": table["dry_bulb_tenths"].to_numpy() / 10.0,
            "dew_point_c": table["dew_point_tenths"].to_numpy() / 10.0,
            "pressure_pa": table["pressure_tens"].to_numpy() * 10.0,
        }
    )


def test_every_row_has_physics_and_the_reverse() -> None:
    assert set(TABLE.index) == set(TECHNOLOGIES)


def test_published_cases_agree() -> None:
    stated = TABLE["published_case"].dropna().astype(int).to_dict()
    assert stated == {
        name: found.published_case for name, found in TECHNOLOGIES.items() if found.published_case is not None
    }
    assert sorted(stated.values()) == list(range(1, 11))


@pytest.mark.parametrize("technology", sorted(TABLE.index))
def test_fixed_share_follows_from_the_physics(technology: str) -> None:
    assert TABLE.loc[technology, "fixed_fraction"] == pytest.approx(
        cooling.fixed_fraction(baltimore(), technology), abs=0.01
    )


@pytest.mark.parametrize("technology", sorted(TECHNOLOGIES))
def test_every_consumer_has_a_fixed_share(technology: str) -> None:
    parts = cooling.breakdown(baltimore().iloc[:24], technology).filter(like="_fraction")
    assert {str(name).removesuffix("_fraction") for name in parts} <= set(FIXED_FRACTION)


def test_density_rises_from_air_to_liquid() -> None:
    highest = TABLE.groupby("medium")["max_rack_kw"].agg(["min", "max"])
    assert highest.loc["air", "max"] < highest.loc["rear_door", "min"] < highest.loc["liquid", "min"]
    assert (TABLE["liquid_capable"] == (TABLE["medium"] == "liquid").astype(int)).all()
    assert ((TABLE["liquid_min_fraction"] > 0.0) == (TABLE["medium"] == "liquid")).all()


def test_costs_stand_around_the_published_mean() -> None:
    """19 US markets in dollars of 2024: 9.3 to 15.0 million USD a megawatt, mean 11.7."""
    assert TABLE["hall_usd_per_mw"].between(9.3e6, 15.0e6).all()
    assert TABLE.loc["waterside-economiser", "hall_usd_per_mw"] == pytest.approx(11.7e6, rel=1e-5)


def test_what_follows_a_body_of_water_needs_one() -> None:
    """And nothing else does."""
    follows = {name for name, found in TECHNOLOGIES.items() if "source_lag_h" in found.ranges}
    assert set(TABLE.index[TABLE["water_body"].notna()]) == follows


def test_zone_of_the_reference_cities() -> None:
    """The published zone, but for Las Vegas: its typical year is over the 3,500 K d of zone 2."""
    folder = Path(__file__).resolve().parents[1] / "known"
    table = pd.read_parquet(folder / "cooling_weather.parquet")
    odd = {}
    for (name, zone), part in table.groupby(["weather_id", "climate_zone"]):
        weather = pd.DataFrame(
            {"dry_bulb_c": part["dry_bulb_tenths"] / 10.0, "dew_point_c": part["dew_point_tenths"] / 10.0}
        )
        if cooling.climate_zone(weather) != zone:
            odd[name] = cooling.climate_zone(weather)
    assert odd == {"las-vegas": "2B"}


@pytest.mark.parametrize(
    ("mean_c", "swing_c", "zone"),
    [(28.0, 2.0, "0"), (-12.0, 15.0, "8"), (0.0, 12.0, "7"), (11.0, 7.0, "4C"), (16.0, 4.0, "3C")],
)
def test_zone_of_made_up_climates(mean_c: float, swing_c: float, zone: str) -> None:
    """A year's wave around a mean; e.g. 28 C gives 6,570 K d above 10 C, which is zone 0."""
    dry = mean_c - swing_c * np.cos(2 * np.pi * np.arange(8760) / 8760)
    weather = pd.DataFrame({"dry_bulb_c": dry, "dew_point_c": dry - 3.0})
    assert cooling.climate_zone(weather).startswith(zone)


def test_zone_needs_a_year() -> None:
    with pytest.raises(ValueError, match=r"weather should have 8760 hours \(has 24\)"):
        cooling.climate_zone(baltimore().iloc[:24])


def test_table_says_what_follows_from_the_physics() -> None:
    assert (TABLE["redundancy_ratio"] == 1.2).all()
    assert TABLE.loc["direct-to-chip-dry", ["heat_reusable_fraction", "heat_temperature_c"]].tolist() == [0.8, 52.5]
    assert TABLE.loc["waterside-economiser", "physics_source_id"] == "lei-masanet-2022"
    assert TABLE.loc["rear-door", "physics_source_id"] == "siting-liquid-physics"
    assert TABLE.notna().drop(columns=["published_case", "water_body"]).all().all()
