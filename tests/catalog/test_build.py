"""The catalogue is what the build makes of the raw files, and the build's rules do what they say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from siting.data.build import raw
from siting.data.build.latency import _fit
from siting.data.build.money import to_money_year
from siting.data.build.page import values_by_grade
from siting.data.build.places.candidates import candidate_rank, price_of_connecting_usd
from siting.data.build.places.grid_connection import own_lines
from siting.data.build.places.lines import QUANTILES
from siting.data.build.places.time_to_power import first_match
from siting.data.build.places.transfer import transfer_mw
from siting.data.build.series.hours import hours_of, on_hours, typical
from siting.data.build.series.series_grid import capacity_factor
from siting.data.build.technology import parameter
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
    for folder in ("cloud_regions", "facility_location"):
        assert not [name for name in lock if name.startswith(folder)]


def test_money_is_turned_by_the_price_index() -> None:
    """By hand: 313.689 / 245.120 = 1.27973."""
    assert to_money_year(2017) == pytest.approx(1.27973, abs=1e-5)
    assert to_money_year(2024) == 1.0


def test_halls_cost_the_mean_of_the_guide_and_a_difference(tables: dict[str, pd.DataFrame]) -> None:
    """11.7 M of 2024, and 0.5 M less. Two fifths of 0.5 M are the least spread, 0.2 M; of 1.3 M they are 0.52 M."""
    halls = tables["cooling"].set_index("cooling_id")
    assert halls.loc["waterside-economiser", "hall_usd_per_mw"] == pytest.approx(11.7e6)
    assert halls.loc["airside-economiser", "hall_usd_per_mw"] == pytest.approx(11.2e6)
    assert halls.loc["airside-economiser", "hall_low_usd_per_mw"] == pytest.approx(11.0e6)
    assert halls.loc["airside-economiser", "hall_high_usd_per_mw"] == pytest.approx(11.4e6)
    assert halls.loc["direct-to-chip-dry-trim", "hall_high_usd_per_mw"] == pytest.approx(13.0e6 + 0.52e6)
    assert halls.loc["airside-economiser", "maintenance_usd_per_mw_yr"] == 220_000  # of 2024 as it stands


def test_rounding_keeps_sign_zero_and_what_is_missing() -> None:
    rounded = round_significant(pd.Series([0.0, -0.0, 12345.0, -0.00098766, np.nan]))
    assert rounded.tolist()[:4] == [0.0, 0.0, 12340.0, -0.0009877]
    assert np.isnan(rounded.iloc[4])


def test_a_profile_keeps_its_mean_when_its_top_is_cut() -> None:
    """Shape 0, 1, 3 at a mean of one half: scaled to 0, 0.375, 1.125; cut at 1, the rest must rise to 0.5."""
    found = capacity_factor(np.array([0.0, 1.0, 3.0]), 0.5)
    assert found == pytest.approx([0.0, 0.5, 1.0])


def test_the_own_line_is_of_the_class_that_is_cheapest_for_a_campus() -> None:
    """100 MW: 138 kV at 10 km, 230 at 8, 345 at 30, 500 at 200, straight; lines are 1.2 times as long.

    In dollars of 2024 (x 1.27973) a km costs 1.3057, 1.2214, 1.7096 and 2.4428 M, a substation 9.982, 13.821, 23.931
    and 40.183 M. 138 kV: two circuits, 12 x 2.6114 + 9.982 = 41.32 M. 230 kV: 9.6 x 1.2214 + 13.821 = 25.55 M, which
    is the cheapest and carries 145 MW; at the near tenth of places, 1 km, 1.2 x 1.2214 + 13.821 = 15.29 M, though
    there 138 kV would be nearer. A further line is cheapest at 345 kV: (36 x 1.7096 + 23.931) / 425 = 0.2011 M/MW,
    where 230 kV is 25.55 / 145 = 0.1762: so that.
    """
    away = {138.0: (1, 10, 20), 230.0: (1, 8, 16), 345.0: (9, 30, 60), 500.0: (100, 200, 300)}
    distances = {
        voltage: pd.DataFrame([km], index=["90001"], columns=list(QUANTILES), dtype=float)
        for voltage, km in away.items()
    }
    found = own_lines(distances, pd.Series([1.0], index=["90001"])).loc["90001"]
    assert found["connection_voltage_kv"] == 230
    assert found["line_mw"] == 145
    assert found[["line_low_km", "line_km", "line_high_km"]].tolist() == [1.2, 9.6, 19.2]
    assert found["connection_fixed_usd"] == pytest.approx(25.55e6, rel=1e-3)
    assert found["connection_fixed_low_usd"] == pytest.approx(15.29e6, rel=1e-3)
    assert found["further_line_usd_per_mw"] == pytest.approx(176_200, rel=1e-3)


def test_a_campus_takes_as_many_circuits_as_it_needs() -> None:
    """At 1 km all of them: 138 kV twice, 2 x 1.3057 + 9.982 = 12.59 M, and carries 100 MW; once, 11.29 M, only 50."""
    distances = {
        voltage: pd.DataFrame([[0.1, 0.5, 0.8]], index=["90001"], columns=list(QUANTILES))
        for voltage in (138.0, 230.0, 345.0, 500.0)
    }
    found = own_lines(distances, pd.Series([1.0], index=["90001"])).loc["90001"]
    assert found[["connection_voltage_kv", "line_mw"]].tolist() == [138, 100]
    assert found["connection_fixed_usd"] == pytest.approx(12.59e6, rel=1e-3)


@pytest.mark.raw
def test_strength_is_what_interfaces_carry_into_a_county() -> None:
    """The file's own rows for Loudoun: as the first of a pair what comes back, as the second what goes there."""
    pairs = pd.read_csv(raw.RAW / "us_power" / "transfer_capability_by_county_pair_2024.csv.xz")
    into = pairs.loc[pairs["r"] == "p51107", "MW_r0"].sum() + pairs.loc[pairs["rr"] == "p51107", "MW_f0"].sum()
    found = transfer_mw(pd.Index(["51107", "09001", "30075"]))
    assert found["51107"] == pytest.approx(into)
    assert np.isnan(found["30075"])  # no interface is in the file
    regions = transfer_mw(pd.Index(["09120", "09190"]))
    assert found["09001"] == pytest.approx(regions.mean())  # old counties of Connecticut: the mean of their regions


def test_headroom_network_and_their_spread_are_shares_of_strength(tables: dict[str, pd.DataFrame]) -> None:
    """A tenth, a quarter and a half of what the interfaces carry, to ten megawatts, and 1,000 at most."""
    sites = tables["sites"]
    for share, column in ((0.1, "headroom_low_mw"), (0.25, "headroom_mw"), (0.5, "headroom_high_mw")):
        expected = (share * sites["transfer_mw"]).clip(upper=1000)
        assert (sites[column] - expected).abs().max() <= 5.1
    assert (sites["network_mw"] - 0.1 * sites["transfer_mw"]).abs().max() <= 5.1


def test_prices_of_a_connection_are_means_by_status() -> None:
    """USD/kW of PJM and MISO in 2022: complete 84 and 102, going on 240 and 156, given up 599 and 452.

    93; 198 at the most, and the low is PJM's 42 of old. On top, beyond: (198 + 525.5) / 2 - 93 = 268.75, from
    198 - 93 = 105 to 525.5 - 93 = 432.5, to the nearest thousand of dollars a MW.
    """
    complete, going_on, given_up = (84 + 102) / 2, (240 + 156) / 2, (599 + 452) / 2
    expected = {
        "connection_low_usd_per_mw": 42.0,
        "connection_usd_per_mw": complete,
        "connection_high_usd_per_mw": going_on,
        "reinforcement_low_usd_per_mw": going_on - complete,
        "reinforcement_usd_per_mw": (going_on + given_up) / 2 - complete,
        "reinforcement_high_usd_per_mw": given_up - complete,
    }
    for name, usd_per_kw in expected.items():
        assert parameter(name) == pytest.approx(1000 * usd_per_kw * to_money_year(2022), abs=600), name


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


def candidates(**columns: list[object]) -> pd.DataFrame:
    """Four counties, alike but for what is given."""
    table = pd.DataFrame({"site_id": ["a", "b", "c", "d"], "state": ["AA", "AA", "AA", "BB"]}).assign(
        transfer_mw=4000.0, headroom_mw=1000.0, line_km=10.0, line_mw=100.0, network_mw=400.0, land_usd_per_ha=5e5,
        connection_fixed_usd=3e7, connection_usd_per_mw=1e5, further_line_usd_per_mw=2e5, reinforcement_usd_per_mw=3e5,
        hazard_score=0.5, fibre_fraction=0.5,
    )  # fmt: skip
    return table.assign(**columns).set_index(pd.Index(["90001", "90002", "90003", "90004"]))


WATER = pd.Series(1.0, index=["90001", "90002", "90003", "90004"])


def test_a_connection_is_priced_in_steps() -> None:
    """300 MW: 30 M, 300 at 0.1, 200 beyond the line at 0.2; of a network of 120 MW, 180 more at 0.3: 154 M."""
    price = price_of_connecting_usd(candidates(network_mw=[120.0, 400.0, 400.0, 400.0]), 300.0)
    assert price.tolist()[:2] == pytest.approx([154e6, 100e6])


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("transfer_mw", [4000.0, 4001.0, 4000.0, 4000.0]),
        ("connection_fixed_usd", [3e7, 2.9e7, 3e7, 3e7]),
        ("network_mw", [250.0, 260.0, 250.0, 250.0]),
        ("land_usd_per_ha", [5e5, 4.9e5, 5e5, 5e5]),
        ("fibre_fraction", [0.5, 0.6, 0.5, 0.5]),
    ],
)
def test_the_better_county_of_a_state_comes_first(column: str, values: list[object]) -> None:
    """B has the better value of one column; then D, the only one of its state; then A and C by their names."""
    rank = candidate_rank(candidates(**{column: values}), WATER)
    first = rank.sort_values().index[:2]
    assert set(first) == {"90002", "90004"}
    assert rank[["90001", "90003"]].tolist() == [3, 4]


def test_water_counts_too() -> None:
    assert candidate_rank(candidates(), WATER.mask(WATER.index == "90003", 9.0))["90003"] <= 2


@pytest.mark.parametrize(("column", "value"), [("headroom_mw", 90.0), ("line_km", 61.0), ("hazard_score", 0.96)])
def test_an_unfit_county_comes_last_but_for_a_state_that_has_no_other(column: str, value: float) -> None:
    """A, the first of its name, is not fit; nor is D, alone in its state, which still has its turn."""
    like = candidates()[column].iloc[0]
    rank = candidate_rank(candidates(**{column: [value, like, like, value]}), WATER)
    assert rank[["90001", "90002", "90003", "90004"]].tolist() == [4, 1, 3, 2]


def test_states_take_turns_by_what_their_grid_carries() -> None:
    """State A carries 90 in nine counties, B 30 in three: after the best of each, three of A come for one of B.

    Turns are (k + 1/2) over what a state carries: A 1.5/90, 2.5/90, 3.5/90, ...; B 1.5/30 = 4.5/90, 2.5/30 = 7.5/90.
    """
    table = pd.concat([candidates().iloc[[0]]] * 12, ignore_index=True)
    table = table.assign(
        site_id=[f"s{i:02}" for i in range(12)], state=["AA"] * 9 + ["BB"] * 3, transfer_mw=10.0,
    )  # fmt: skip
    order = candidate_rank(table, pd.Series(1.0, index=table.index)).sort_values().index
    assert "".join(table["state"].str[0][order]) == "ABAAAABAAABA"


def test_what_is_said_of_a_place_is_what_the_first_rule_says() -> None:
    """Loudoun lies in Dominion's area and in Northern Virginia, which comes first; of Cook County nobody spoke."""
    table = pd.DataFrame(
        {"balancing_area_id": ["p99", "p99", "p80"], "grid_zone_id": ["PJM", "PJM", "PJM"]},
        index=["51107", "51087", "17031"],
    )
    found = first_match(table, "waits.csv")
    assert found["months"].iloc[0] == 84
    assert found[["low_months", "high_months", "trust"]].iloc[1].tolist() == [48, 84, "high"]
    assert np.isnan(found["months"].iloc[1])  # the utility gives a range and no middle
    assert found.iloc[2].isna().all()


def test_an_unknown_wait_stays_unknown(tables: dict[str, pd.DataFrame]) -> None:
    """No mean of the country in disguise: where nobody spoke is neither number nor basis, and the trust says so."""
    sites = tables["sites"]
    numbers = sites[["wait_low_months", "wait_months", "wait_high_months"]]
    assert numbers.isna().all(axis=1).equals(sites["wait_basis"] == "")
    assert ((sites["wait_basis"] == "") == (sites["wait_trust"] == "unknown")).all()
    assert (sites["wait_basis"] == "").mean() > 0.5
    assert set(sites.loc[sites["wait_basis"] != "", "grid_zone_id"]) <= {"CISO", "ERCO", "PJM"}


def test_round_trips_off_a_line_are_told_by_the_place_that_is_left_out() -> None:
    """Places at 0, 100, 300 and 700 km on a line that keep 5 ms and 0.02 ms/km; then the last is 4 ms late to all.

    The others know nothing of that, so its six pairs are 4 ms off, of 24 that are told; those of others are off, too.
    """
    at = np.array([0.0, 100.0, 300.0, 700.0])
    away = np.abs(at[:, None] - at[None, :])
    time, known = 5.0 + 0.02 * away, away > 0
    kept = _fit(away, time, known)
    assert (kept.slope_ms_per_km, kept.overhead_ms, kept.pairs_count) == pytest.approx((0.02, 5.0, 12))
    assert kept.error_ms == pytest.approx(0.0, abs=1e-9)
    assert (kept.slope_low_ms_per_km, kept.slope_high_ms_per_km) == pytest.approx((0.02, 0.02))
    assert kept.detour_ratio == pytest.approx(0.02 * 299.792458 / 2 / 1.468)
    time[3], time[:, 3] = time[3] + 4.0, time[:, 3] + 4.0
    assert _fit(away, time, known).error_ms > np.sqrt(6 * 4.0**2 / 24)
