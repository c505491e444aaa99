"""Levels of wholesale prices, hours moved to them, and wind and sun of years in which no fleet was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from siting.data.build.money import to_money_year
from siting.data.build.series import other_years, wholesale
from siting.data.build.series.hours import YEARS, Hourly, hours_of
from siting.data.tables.catalogue import catalog_path

Tables = dict[str, pd.DataFrame]
CLOCKS = {
    "CISO": "America/Los_Angeles",
    "ERCO": "America/Chicago",
    "NYIS": "America/New_York",
    "PJM": "America/New_York",
}


@pytest.fixture(scope="module")
def of_all_years() -> pd.DataFrame:
    return pd.read_parquet(catalog_path("series_grid"))


def hours(of_all_years: pd.DataFrame, zone: str, year: int, column: str) -> Hourly:
    chosen = of_all_years[(of_all_years["grid_zone_id"] == zone) & (of_all_years["year"] == year)]
    return chosen.sort_values("hour")[column].to_numpy(float)


def row(**stated: object) -> Mapping[Any, Any]:
    """A zone whose figures are all missing but for those that are stated."""
    empty = {
        "grid_zone_id": "X",
        "price_from": "US-MIDA-PJM",
        "price_level_from": "US-MIDA-PJM",
        "iso": None,
        "hub": None,
    }
    return {**empty, **stated}


def test_on_peak_prices_are_brought_to_all_hours_by_the_median_market(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each market has 1 outside the hub's block and 2, 3, 4 or 5 within, in its own clock.

    Six days of 16 hours are 4/7 of the year's hours but for the week that the year breaks; with a share b of the hours
    in the block the ratios are (b x + 1 - b) / x for x = 2, 3, 4, 5, and the median is the mean of those of 3 and 4.
    Taken by UTC the block would hold other hours, and the ratios would not be these.
    """

    def made(market: str, year: int) -> Hourly:
        local = hours_of(year).tz_convert(wholesale.CLOCKS[market])
        block = (local.dayofweek < 6) & (local.hour >= 6) & (local.hour < 22)
        return np.where(block, 2.0 + list(wholesale.CLOCKS).index(market), 1.0)

    monkeypatch.setattr(wholesale, "price", made)
    wholesale.all_hours_ratio.cache_clear()
    found = wholesale.all_hours_ratio("Palo Verde Peak", 2023)
    wholesale.all_hours_ratio.cache_clear()
    share = 4 / 7
    expected = np.mean([(share * x + 1 - share) / x for x in (3, 4)])
    assert found == pytest.approx(expected, rel=2e-3)


def test_a_zone_without_figures_in_a_year_moves_with_the_market_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reported 26 and 30 in two years, the market 36 and 38 then: 9 less on average.

    In the two others the market had 50 and 90: 41 and 81. The level is the median of 41, 81, 26, 30, hence 35.5; scaled
    by a ratio instead of moved, it would be lower.
    """
    market = {2021: 50.0, 2022: 90.0, 2023: 36.0, 2024: 38.0}
    monkeypatch.setattr(wholesale, "of_hours", lambda _, year: market[year])
    monkeypatch.setattr(wholesale, "reported", lambda _, year: {2023: 26.0, 2024: 30.0}.get(year))
    zone = row(iso="SPP")
    assert [wholesale.yearly_mean(zone, year).usd_per_mwh for year in YEARS] == [41.0, 81.0, 26.0, 30.0]
    assert [wholesale.yearly_mean(zone, year).grade for year in YEARS] == ["modelled"] * 2 + ["measured"] * 2
    assert wholesale.long_run_level(zone) == 35.5
    assert wholesale.yearly_mean(row(), 2022) == (
        90.0,
        "that of US-MIDA-PJM: no figure of its own",
        "market-prices",
        "assumed",
    )


def test_times_that_were_converted_twice_are_set_right() -> None:
    """A price that is the hour's number in UTC, stamped as a script stamps it that takes UTC for New York's time.

    "Local" 02:00 of 12 March does not exist there, so hour 70 x 24 + 2 is lost: it takes that of the day before. The
    last five hours of the year are moved into the next one, and take those of the day before, too.
    """
    true = hours_of(2023).tz_localize(None)
    local = true.tz_localize("America/New_York", ambiguous=True, nonexistent="NaT")
    table = pd.DataFrame({"time": local, "Price (USD/MWh)": np.arange(8760.0)}).dropna()
    table = table[table["time"].dt.tz_convert("UTC").dt.year == 2023]
    table["Datetime (Local)"] = [time.isoformat(sep=" ") for time in table["time"]]
    expected = np.arange(8760.0)
    lost = [70 * 24 + 2, *range(8755, 8760)]
    expected[lost] -= 24
    assert wholesale.by_clock(table, 2023).tolist() == expected.tolist()


@pytest.mark.parametrize("zone", CLOCKS)
@pytest.mark.parametrize("year", YEARS)
def test_prices_are_high_in_the_evening_and_sun_at_noon(zone: str, year: int, of_all_years: pd.DataFrame) -> None:
    """By the clock of the place; read by the wrong clock, California's prices peak at three in the morning."""
    clock = pd.Index(hours_of(year).tz_convert(CLOCKS[zone]).hour)
    price = pd.Series(hours(of_all_years, zone, year, "wholesale_usd_per_mwh")).groupby(clock).median()
    sun = pd.Series(hours(of_all_years, zone, year, "solar_fraction")).groupby(clock).mean()
    assert 16 <= price.idxmax() <= 20
    assert price.idxmin() in (*range(1, 6), *(range(9, 15) if zone in ("CISO", "ERCO") else ()))
    assert 11.5 <= float(sun @ sun.index / sun.sum()) <= 14.5


def test_levels_by_year_are_those_of_the_hours(of_all_years: pd.DataFrame, tables: Tables) -> None:
    """In years other than 2022 the hours stand as they were; in 2022 at the median of the four means."""
    levels = tables["wholesale_levels"].set_index(["grid_zone_id", "year"])["wholesale_usd_per_mwh"]
    means = of_all_years.groupby(["grid_zone_id", "year"])["wholesale_usd_per_mwh"].mean()
    others = levels[levels.index.get_level_values("year") != 2022]
    assert means[others.index].to_numpy() == pytest.approx(others.to_numpy(), abs=0.02)
    assert means.xs(2022, level="year").to_numpy() == pytest.approx(
        levels.groupby("grid_zone_id").median().to_numpy(), abs=0.02
    )


@pytest.mark.parametrize(("zone", "whose"), [("BPAT", "CISO"), ("AZPS", "CISO"), ("MISO", "PJM"), ("ISNE", "NYIS")])
def test_what_stands_in_is_moved_by_a_constant(zone: str, whose: str, of_all_years: pd.DataFrame) -> None:
    for year in YEARS:
        ours, theirs = (hours(of_all_years, one, year, "wholesale_usd_per_mwh") for one in (zone, whose))
        assert np.ptp(ours - theirs) < 2e-3 * np.abs(theirs).max()  # four digits of each


def test_the_southwest_power_pool_is_no_copy(tables: Tables, of_all_years: pd.DataFrame) -> None:
    """Its reports: 26.00 of 2023 and 27.56 of 2024; PJM's hours lie 9.3 above them in both years together.

    So 2021 and 2022 are PJM's 49.4 and 95.8 less 9.3, and the level is the median of 40.1, 86.5, 26.8 and 27.6: 33.8.
    """
    levels = tables["wholesale_levels"].set_index(["grid_zone_id", "year"])["wholesale_usd_per_mwh"]
    own = [26.0 * to_money_year(2023), 27.56]
    above = np.mean([levels["PJM", year] - value for year, value in zip((2023, 2024), own, strict=True)])
    expected = [levels["PJM", 2021] - above, levels["PJM", 2022] - above, *own]
    assert levels["SWPP"].tolist() == pytest.approx(expected, rel=1e-3)
    assert np.median(expected) == pytest.approx(33.8, abs=0.1)
    ours, texas = (hours(of_all_years, zone, 2022, "wholesale_usd_per_mwh") for zone in ("SWPP", "ERCO"))
    assert np.std(ours - texas) > 10


def test_hubs_lie_where_they_did(tables: Tables) -> None:
    """Months at Mid-C: 58.1, 93.8, 85.6, 62.7 on-peak, in dollars of the day; less in all hours."""
    levels = tables["wholesale_levels"].set_index(["grid_zone_id", "year"])["wholesale_usd_per_mwh"]
    peak = np.array([58.09, 93.84, 85.64, 62.66]) * [to_money_year(year) for year in YEARS]
    assert ((levels["BPAT"].to_numpy() / peak > 0.8) & (levels["BPAT"].to_numpy() / peak < 0.95)).all()


def test_weather_counts_as_far_as_it_told_of_the_fleet() -> None:
    """A fleet that does half of what the place does beyond its mean of month and hour gets half of it in another year.

    Of a place that tells nothing, nothing is taken: what is left is the typical year.
    """
    rng = np.random.default_rng(0)
    base = hours_of(2022)
    daily = 0.5 + 0.2 * np.sin(2 * np.pi * np.asarray(base.hour) / 24)
    place, now = daily + rng.uniform(-0.2, 0.2, 8760), daily + rng.uniform(-0.2, 0.2, 8760)
    typical = other_years.typical
    fleet = typical(place, 0, 2022) * 0.9 + 0.5 * (place - typical(place, 0, 2022))
    found = other_years.fitted(fleet, place, now, 0, 2023)
    assert found == pytest.approx(typical(fleet, 0, 2023) + 0.5 * (now - typical(place, 0, 2023)), abs=1e-9)
    deaf = other_years.fitted(typical(fleet, 0, 2022), place, now, 0, 2023)
    assert deaf == pytest.approx(typical(fleet, 0, 2023), abs=1e-9)


@pytest.mark.parametrize("year", [2021, 2023, 2024])
def test_other_years_have_the_capacity_factor_of_the_zone_and_no_sun_at_night(
    year: int, of_all_years: pd.DataFrame
) -> None:
    for zone, clock in CLOCKS.items():
        for column in ("solar_fraction", "wind_fraction"):
            of_year, base = (hours(of_all_years, zone, one, column) for one in (year, 2022))
            assert of_year.mean() == pytest.approx(base.mean(), rel=1e-3)
            assert np.corrcoef(of_year, base)[0, 1] < 0.99
        night = np.isin(hours_of(year).tz_convert(clock).hour, [0, 1, 2, 3])
        assert hours(of_all_years, zone, year, "solar_fraction")[night].max() < 0.02


@pytest.mark.raw
def test_weather_of_the_files_is_moved_to_utc_by_their_fixed_clock() -> None:
    """Dallas is warmest in mid-afternoon by its own clock; files are of a clock five hours behind UTC all year.

    Wind of the first hours of 2023 stands in the last hours of the file of 2022.
    """
    import json
    import lzma

    from siting.data.build.raw import locate

    with lzma.open(locate("hourly_world/weather/US-TEX-ERCO/2023.json.xz"), "rt") as file:
        told = json.load(file)
    assert told["utc_offset_seconds"] == -5 * 3600
    assert told["hourly"]["time"][0] == "2023-01-01T00:00"
    found = other_years.weather("US-TEX-ERCO", 2023)[0]["wind_m_per_s"]
    assert found[5:10] == pytest.approx(np.array(told["hourly"]["windspeed_10m"][:5]) / 3.6)
    with lzma.open(locate("hourly_world/weather/US-TEX-ERCO/2022.json.xz"), "rt") as file:
        before = json.load(file)
    assert found[:5] == pytest.approx(np.array(before["hourly"]["windspeed_10m"][-5:]) / 3.6)
