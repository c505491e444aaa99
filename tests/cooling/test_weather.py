"""Bad weather is refused by name, column and first hour; EPW files never lend their missing codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from epw import epw

from siting import cooling
from siting.problems import InputError


def mild(hours: int = 24) -> pd.DataFrame:
    """Hours of a mild day."""
    hour = np.arange(hours)
    dry = 15.0 + 5.0 * np.sin(hour / 24.0 * 2.0 * np.pi)
    return pd.DataFrame({"dry_bulb_c": dry, "dew_point_c": np.full(hours, 8.0), "pressure_pa": np.full(hours, 98000.0)})


def message(weather: pd.DataFrame) -> str:
    """Text of the refusal."""
    with pytest.raises(InputError) as error:
        cooling.performance(weather, "direct-to-chip-dry")
    return str(error.value)


def test_kelvin() -> None:
    weather = mild().assign(dry_bulb_c=lambda table: table["dry_bulb_c"] + 273.15)
    text = "weather: dry_bulb_c: hour 0: input should be -70 to 60 C (got 288.15), and 23 more hours; is it in kelvin?"
    assert message(weather) == text


def test_fahrenheit() -> None:
    weather = mild().assign(dry_bulb_c=lambda table: table["dry_bulb_c"] * 1.8 + 32.0)
    assert message(weather).endswith("is it in Fahrenheit?")


def test_hectopascal_and_kilopascal() -> None:
    assert message(mild().assign(pressure_pa=980.0)).endswith("is it in hectopascal?")
    assert message(mild().assign(pressure_pa=98.0)).endswith("is it in kilopascal?")


def test_gap_is_named_with_its_first_hour() -> None:
    weather = mild()
    weather.loc[[7, 8, 20], "dew_point_c"] = np.nan
    assert message(weather) == "weather: dew_point_c: hour 7: missing or not a number, and 2 more hours"


def test_gap_in_the_time_index() -> None:
    weather = mild()
    weather.index = pd.date_range("2021-01-01", periods=24, freq="h")
    text = "weather: time: hour 4: the next row is 3 h later; hours should follow each other without gaps"
    assert message(weather.drop(weather.index[[5, 6]])) == text


def test_impossible_humidity() -> None:
    weather = mild()
    weather.loc[5:6, "dew_point_c"] = 28.0
    text = "weather: dew_point_c: hour 5: dew point above the dry bulb by 8.2 C, and 1 more hours"
    assert message(weather) == text


def test_rounding_of_saturated_air_is_let_through() -> None:
    weather = mild().assign(dew_point_c=lambda table: table["dry_bulb_c"] + 0.1)
    assert cooling.performance(weather, "airside-economiser").notna().all().all()


def test_all_problems_at_once() -> None:
    weather = mild().assign(pressure_pa=980.0, dry_bulb_c=300.0)
    assert len(message(weather).splitlines()) == 2


def test_missing_column_and_empty_table() -> None:
    assert message(mild().drop(columns="pressure_pa")) == "weather: pressure_pa: missing"
    assert message(mild().iloc[:0]) == "weather: has no hours"


def test_text_is_not_a_number() -> None:
    weather = mild().astype({"dry_bulb_c": object})
    weather.loc[3, "dry_bulb_c"] = "warm"
    assert message(weather) == "weather: dry_bulb_c: hour 3: missing or not a number"


def test_warming_keeps_relative_humidity() -> None:
    from siting.cooling import air

    weather = mild()
    warmer = cooling.warmed(weather, 3.0)
    before, after = (
        air.saturation_pressure_pa(table["dew_point_c"].to_numpy())
        / air.saturation_pressure_pa(table["dry_bulb_c"].to_numpy())
        for table in (weather, warmer)
    )
    assert after == pytest.approx(before, rel=1e-6)
    assert (warmer["dry_bulb_c"] - weather["dry_bulb_c"]).to_numpy() == pytest.approx(3.0)


# --- EPW files ------------------------------------------------------------------------------------------------------


def test_epw_is_read(tmp_path: Path) -> None:
    weather = cooling.read_epw(epw(tmp_path / "a.epw"))
    assert list(weather.columns) == ["dry_bulb_c", "dew_point_c", "pressure_pa"]
    assert len(weather) == 8760
    assert weather.attrs == {"name": "Test City", "latitude": 33.45, "longitude": -111.98, "utc_offset_h": -7.0}
    assert cooling.performance(weather, "direct-to-chip-dry")["pue"].between(1.0, 1.3).all()


def test_epw_short_gaps_are_filled_never_used(tmp_path: Path) -> None:
    codes = dict.fromkeys((100, 101, 102), "99.9,99.9,999.0,999999.0")
    weather = cooling.read_epw(epw(tmp_path / "a.epw", changes=codes))
    assert weather.max().to_dict() == pytest.approx({"dry_bulb_c": 20.0, "dew_point_c": 10.0, "pressure_pa": 97000.0})


def test_epw_dew_point_comes_from_relative_humidity(tmp_path: Path) -> None:
    codes = dict.fromkeys(range(200), "20.0,99.9,52.35,97000.0")
    weather = cooling.read_epw(epw(tmp_path / "a.epw", changes=codes))
    # 52.35 % of 2,338.8 Pa is 1,224.4 Pa, which saturates at 9.96 C.
    assert weather["dew_point_c"].iloc[:200].to_numpy() == pytest.approx(9.96, abs=0.02)


def test_epw_long_gaps_are_refused(tmp_path: Path) -> None:
    path = epw(tmp_path / "a.epw", changes=dict.fromkeys(range(50, 60), "99.9,10.0,52.0,97000.0"))
    with pytest.raises(InputError) as error:
        cooling.read_epw(path)
    assert str(error.value) == f"{path}: dry_bulb_c: hour 50: missing for 10 hours; at most 6 are filled"


def test_epw_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.epw"
    path.write_text("hello\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.epw: is no EPW file"):
        cooling.read_epw(path)
    with pytest.raises(InputError, match=r"b\.epw: no such file"):
        cooling.read_epw(tmp_path / "b.epw")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: [*rows[:100], *rows[101:], rows[100]], "row 101 of the data is of 1-5 6 h, the one before it of"),
        (lambda rows: [*rows[:50], rows[49], *rows[51:]], "row 51 of the data is of 1-3 2 h, the one before"),
        (lambda rows: rows[::-1], "row 2 of the data is of 12-31 23 h, the one before it of 12-31 24 h"),
    ],
    ids=["an hour at the end", "an hour twice", "backwards"],
)  # fmt: skip
def test_epw_whose_dates_do_not_follow_each_other(tmp_path: Path, change: Callable[..., list[str]], told: str) -> None:
    """The 5th of January begins in row 97 (from 1), of hour 1."""
    path = epw(tmp_path / "a.epw")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:8], *change(lines[8:])]) + "\n")
    with pytest.raises(InputError) as error:
        cooling.read_epw(path)
    assert told in str(error.value)


def test_epw_may_begin_in_any_month(tmp_path: Path) -> None:
    path = epw(tmp_path / "a.epw")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:8], *lines[8 + 744 :], *lines[8 : 8 + 744]]) + "\n")
    assert len(cooling.read_epw(path)) == 8760


def test_epw_with_swapped_coordinates(tmp_path: Path) -> None:
    path = epw(tmp_path / "a.epw")
    path.write_text(path.read_text().replace("33.45,-111.98", "-111.98,33.45"))
    with pytest.raises(InputError, match=r"latitude should be from -90 to 90 .*; are latitude and longitude swapped"):
        cooling.read_epw(path)
