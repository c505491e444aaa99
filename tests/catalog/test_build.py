"""The catalogue is what the build makes of the raw files, and the build's rules do what they say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from siting.data.build import raw, substations
from siting.data.build.hours import hours_of, on_hours, typical
from siting.data.build.money import to_money_year
from siting.data.build.page import values_by_grade
from siting.data.build.select_sites import US_SMALL, choose, place_cost
from siting.data.build.series_grid import capacity_factor
from siting.data.build.write import round_significant

CATALOGUE = raw.REPOSITORY / "data" / "catalog"


@pytest.mark.raw
@pytest.mark.slow
def test_the_build_makes_the_catalogue_again(tmp_path: Path) -> None:
    from siting.data.build.make import build

    build(tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {path.name for path in CATALOGUE.iterdir() if path.is_file()}
    for name in sorted(made):
        if name.endswith(".parquet"):
            pd.testing.assert_frame_equal(
                pd.read_parquet(tmp_path / name), pd.read_parquet(CATALOGUE / name), rtol=1e-6
            )
        else:
            assert (tmp_path / name).read_text(encoding="utf-8") == (CATALOGUE / name).read_text(encoding="utf-8"), name


@pytest.mark.raw
def test_the_lock_names_the_raw_files_as_they_are() -> None:
    lock = json.loads((CATALOGUE / "catalog.lock.json").read_text(encoding="utf-8"))
    assert len(lock) > 50
    assert {name: raw.digest(raw.RAW / name) for name in lock} == lock


def test_the_lock_names_no_raw_file_that_only_tests_may_use() -> None:
    lock = json.loads((CATALOGUE / "catalog.lock.json").read_text(encoding="utf-8"))
    for folder in ("cloud_regions", "facility_location", "annual_carbon_intensity"):
        assert not [name for name in lock if name.startswith(folder)]


def test_money_is_turned_by_the_price_index() -> None:
    """By hand: 313.689 / 245.120 = 1.27973."""
    assert to_money_year(2017) == pytest.approx(1.27973, abs=1e-5)
    assert to_money_year(2024) == 1.0


def test_halls_cost_the_mean_of_the_guide_and_a_difference(tables: dict[str, pd.DataFrame]) -> None:
    """11.7 M and 0.5 M less, of 2025: 11.7 x 313.689/321.943 = 11.400 and 11.2 x 0.974362 = 10.913 M of 2024."""
    halls = tables["cooling"].set_index("cooling_id")
    assert halls.loc["waterside-economiser", "hall_usd_per_mw"] == pytest.approx(11.400e6, rel=1e-4)
    assert halls.loc["airside-economiser", "hall_usd_per_mw"] == pytest.approx(10.9129e6, rel=1e-4)
    assert halls.loc["airside-economiser", "maintenance_usd_per_mw_yr"] == 220_000  # of 2024 as it stands


def test_rounding_keeps_sign_zero_and_what_is_missing() -> None:
    rounded = round_significant(pd.Series([0.0, -0.0, 12345.0, -0.00098766, np.nan]))
    assert rounded.tolist()[:4] == [0.0, 0.0, 12340.0, -0.0009877]
    assert np.isnan(rounded.iloc[4])


def test_a_profile_keeps_its_mean_when_its_top_is_cut() -> None:
    """Shape 0, 1, 3 at a mean of one half: scaled to 0, 0.375, 1.125; cut at 1, the rest must rise to 0.5."""
    found = capacity_factor(np.array([0.0, 1.0, 3.0]), 0.5)
    assert found == pytest.approx([0.0, 0.5, 1.0])


def test_a_site_takes_the_cheapest_of_three_substations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearest is one of 500 kV at 10 km, then two of 138 kV at 12 and 40 km; a fourth, at 50 km, does not count.

    500 kV: 12 km x 2.443 + 40.2 = 69.5 million; 138 kV, two circuits for 100 MW: 14.4 km x 2.611 + 9.98 = 47.6 million.
    Headroom: a tenth of 1,000 + 2,000 + 3,000 less the largest line, 1,500, is 450 MW.
    """
    away_km = np.array([10.0, 12.0, 40.0, 50.0])
    known = pd.DataFrame(
        {
            "latitude": 0.0,
            "longitude": np.degrees(away_km / substations.EARTH_RADIUS_KM),
            "voltage_kv": [765.0, 161.0, 138.0, 345.0],
            "line_mva": [1000.0, 2000.0, 3000.0, 9000.0],
            "largest_mva": [900.0, 1500.0, 800.0, 9000.0],
        }
    )
    monkeypatch.setattr(substations, "substations", lambda: known)
    place = pd.DataFrame({"latitude": [0.0], "longitude": [0.0]})
    found = substations.connections(place, pd.Series([1.0])).iloc[0]
    assert found["headroom_mw"] == pytest.approx(450)
    assert found["line_km"] == pytest.approx(14.4)
    assert found["connection_voltage_kv"] == 138
    assert found["connection_fixed_usd"] == pytest.approx(47.59e6, rel=1e-3)


def test_a_leap_year_has_its_usual_hours() -> None:
    """2024 without 29 February: hour 58 x 24 is the first of 28 February, and a day later it is March."""
    hours = hours_of(2024)
    assert len(hours) == 8760
    assert str(hours[58 * 24]) == "2024-02-28 00:00:00+00:00"
    assert str(hours[59 * 24]) == "2024-03-01 00:00:00+00:00"
    assert (hours_of(2023) == pd.date_range("2023-01-01", periods=8760, freq="h", tz="UTC")).all()


def test_hours_are_joined_by_their_time_not_by_their_order() -> None:
    """A file in disorder, with local offsets, gives each hour its own number; a missing hour is said."""
    hours = pd.date_range("2024-01-01", "2024-12-31 23:00", freq="h", tz="UTC")
    told = [f"{time.tz_convert('America/Chicago').isoformat()}" for time in hours]
    table = pd.DataFrame({"Datetime (UTC)": told, "x": hours.dayofyear}).sample(frac=1, random_state=0)
    found = on_hours(table, "x", 2024)
    assert found[[0, 58 * 24, 59 * 24, 8759]].tolist() == [1, 59, 61, 366]
    with pytest.raises(ValueError, match="an hour is missing or stands twice"):
        on_hours(table.iloc[1:], "x", 2024)
    with pytest.raises(ValueError, match="an hour is missing or stands twice"):
        on_hours(pd.concat([table, table.iloc[:1]]), "x", 2024)


def test_a_typical_year_keeps_months_and_hours_of_local_day() -> None:
    """A series that is the local hour of day plus a hundred times the month stays so, five hours behind UTC."""
    local = hours_of(2022) + pd.Timedelta(hours=-5)
    found = typical(np.asarray(100 * local.month + local.hour, dtype=float), -5, 2024)
    expected = hours_of(2024) + pd.Timedelta(hours=-5)
    assert found.tolist() == (100 * expected.month + expected.hour).tolist()


def test_values_are_counted_by_the_grade_that_they_are_shown_with() -> None:
    """Two states: income 2 measured; receipts 1 and sales 2 by their column; one receipt filled in, assumed; one
    exemption assumed by its row, the other missing: 5 measured, 2 assumed of 8."""
    taxes = pd.DataFrame(
        {
            "state": ["AA", "BB"], "name": "x", "income_tax_fraction": 0.1, "receipts_tax_fraction": 0.0,
            "sales_tax_fraction": 0.05, "exempt_fraction": [1.0, np.nan], "source_id": "law", "grade": "assumed",
        }
    )  # fmt: skip
    columns = pd.DataFrame(
        [("taxes", f"{name}_fraction", "tables", "measured") for name in ("income_tax", "receipts_tax", "sales_tax")]
        + [("taxes", name, "law", "measured") for name in ("exempt_fraction", "source_id")],
        columns=["table", "column", "source_id", "grade"],
    )
    imputed = pd.DataFrame(
        [("taxes", "BB", "receipts_tax_fraction", "r", "tables", "assumed")],
        columns=["table", "row_id", "column", "rule", "source_id", "grade"],
    )
    zones = pd.DataFrame({"grid_zone_id": ["Z"], "price_basis": "none", "grade": "modelled"})
    sheets = {"taxes": taxes, "columns": columns, "imputed": imputed, "grid_zones": zones}
    found = values_by_grade(sheets, {}).set_index("table").loc["taxes"]
    assert found[["rows_count", "cells_count", "missing_count", "imputed_count"]].tolist() == [2, 8, 1, 1]
    assert found[["measured", "modelled", "assumed"]].tolist() == [5, 0, 2]


def candidates() -> pd.DataFrame:
    """The fixed sites far out at sea, and three counties of one area: cheap but unfit, fit, and fit but near to it."""
    from siting.data.build.raw import read_input

    fixed = [*US_SMALL, *read_input("markets.csv")["county_fips"].map("{:05d}".format)]
    table = pd.DataFrame(
        {
            "site_id": [f"fixed-{fips}" for fips in dict.fromkeys(fixed)],
            "state": "ZZ",
            "latitude": 0.0,
            "longitude": 0.0,
            "balancing_area_id": "p0",
        },
        index=list(dict.fromkeys(fixed)),
    )
    new = pd.DataFrame(
        {
            "site_id": ["unfit", "fit", "near", "far"],
            "state": ["AA", "AA", "AA", "BB"],
            "latitude": [40.0, 41.0, 41.1, 45.0],
            "longitude": -90.0,
            "balancing_area_id": ["p1", "p1", "p2", "p2"],
        },
        index=["90001", "90002", "90003", "90004"],
    )
    table = pd.concat([table, new]).assign(
        connection_fixed_usd=3e7, connection_usd_per_mw=1e5, land_usd_per_ha=5e5, capital_ratio=1.0,
        tariff_usd_per_mwh=70.0, headroom_mw=300.0, line_km=10.0, hazard_score=0.5, fibre_fraction=0.5,
    )  # fmt: skip
    table.loc["90001", ["tariff_usd_per_mwh", "headroom_mw"]] = [40.0, 60.0]
    table.loc["90004", "tariff_usd_per_mwh"] = 90.0
    return table


def test_sites_are_fit_cheap_and_apart() -> None:
    """Area p1 gives its fit county, not its cheapest; of p2, the cheaper county lies 11 km from that, so the other."""
    table = candidates()
    chosen = set(choose(table, pd.Series(200.0, index=table.index)))
    assert chosen >= set(US_SMALL)
    assert chosen & {"90001", "90002", "90003", "90004"} == {"90002", "90004"}


def test_a_state_without_a_fit_county_still_has_a_site() -> None:
    table = candidates()
    table.loc["90004", "headroom_mw"] = 10.0
    chosen = choose(table, pd.Series(200.0, index=table.index))
    assert "90004" in chosen
    assert "90003" not in chosen


def test_the_cost_of_a_place_by_hand() -> None:
    """Capital 30 + 10 + 20 + 1,140 = 1,200 M; x 0.0944 / 876,000 MWh = 129.32; with the tariff 199.32 USD/MWh."""
    assert place_cost(candidates())["90002"] == pytest.approx(199.32, abs=0.01)
