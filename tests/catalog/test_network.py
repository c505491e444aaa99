"""Round trips and the price of bandwidth: short range, what light allows, and one price in two units."""

from __future__ import annotations

import pandas as pd
import pytest

from siting.data.build.latency import LIGHT_MS_PER_KM
from siting.data.components.serving import round_trip_ms
from siting.data.tables.catalogue import catalog_path
from siting.geography import great_circle_km

SECONDS_PER_YR, BITS_PER_BYTE = 8760 * 3600, 8


@pytest.fixture(scope="module")
def parameters() -> pd.DataFrame:
    return pd.read_csv(catalog_path("parameters"))


@pytest.fixture(scope="module")
def value(parameters: pd.DataFrame) -> pd.Series:
    return parameters.set_index("parameter_id")["value"]


@pytest.mark.parametrize("distance_km", [0.0, 30.0, 60.0])
def test_within_a_city_a_round_trip_takes_1_to_3_ms(parameters: pd.DataFrame, distance_km: float) -> None:
    """What is published for places of one metropolitan area; the fit of clouds alone would have 7 ms and more."""
    assert 1.0 <= round_trip_ms(parameters, distance_km) <= 3.0


def test_nothing_is_faster_than_light_in_fibre(parameters: pd.DataFrame, value: pd.Series) -> None:
    """1.0 to 2.5 times the straight way are the detours of cables."""
    assert 1.0 < value["rtt_slope_ms_per_km"] / LIGHT_MS_PER_KM < 2.5
    assert round_trip_ms(parameters, 4000.0) > 4000 * LIGHT_MS_PER_KM


def test_error_of_the_fit_is_printed(parameters: pd.DataFrame) -> None:
    """That for a region left out, the range of the slope by which one is, the detour, and what clouds add."""
    text = parameters.set_index("parameter_id")["description"]["rtt_slope_ms_per_km"]
    for part in ("off by 6.6 ms", "for a region that is left out", "0.0148 to 0.0166", "1.64 times light", "7.35 ms"):
        assert part in text


def test_way_of_data_costs_what_the_bandwidth_of_inference_does(value: pd.Series) -> None:
    """5 USD a Gbit/s, km and year, twice: of 1 Gbit/s all year are 3.94 million GB, and 1 Mbit/s feeds a PFLOP/s."""
    gb_per_yr = SECONDS_PER_YR / BITS_PER_BYTE
    assert value["transfer_usd_per_gb_km"] == pytest.approx(2 * 5 / gb_per_yr, rel=0.02)
    assert value["network_usd_per_pflop_km_yr"] == pytest.approx(2 * 5 / 1000)


def test_every_site_hands_over_within_the_country() -> None:
    """The farthest of all candidates has an exchange point within 700 km, and half have one within 250."""
    points, sites = (pd.read_csv(catalog_path(name)) for name in ("exchange_points", "sites"))
    apart = great_circle_km(
        sites["latitude"].to_numpy()[:, None], sites["longitude"].to_numpy()[:, None],
        points["latitude"].to_numpy()[None, :], points["longitude"].to_numpy()[None, :],
    ).min(axis=1)  # fmt: skip
    assert apart.max() < 700
    assert float(pd.Series(apart).median()) < 250
