"""Files of one's own become a year of 8,760 hours: each format says the same, and what is missing is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from epw import epw

import siting
from siting.cli.app import call
from siting.data.importing.hourly_files import read_hours
from siting.data.importing.weather_files import read_weather
from siting.data.tables.of_study import tables_of
from siting.problems import InputError

LATITUDE, LONGITUDE = 41.88, -93.1
"""Six hours behind UTC by the sun, since 93.1 over 15 is 6.2."""

TIMES = pd.date_range("2022-01-01", periods=8760, freq="h")
DRY = pd.Series(10 + 8 * np.sin(2 * np.pi * np.arange(8760) / 24), index=TIMES).round(2)
"""In UTC: 10 C at the first hour, and rising."""
DEW, PRESSURE = 2.0, 97_000.0


def pvgis_json() -> str:
    rows = [{"time(UTC)": f"{t:%Y%m%d:%H%M}", "T2m": dry, "RH": 60.0, "SP": PRESSURE} for t, dry in DRY.items()]
    place = {"location": {"latitude": LATITUDE, "longitude": LONGITUDE, "elevation": 300.0}}
    return json.dumps({"inputs": place, "outputs": {"tmy_hourly": rows}})


def pvgis_csv() -> str:
    rows = "\n".join(f"{t:%Y%m%d:%H%M},{dry},60.0,0.0,{PRESSURE}" for t, dry in DRY.items())
    return (
        f"Latitude (decimal degrees): {LATITUDE}\nLongitude (decimal degrees): {LONGITUDE}\nElevation (m): 300.0\n\n"
        f"time(UTC),T2m,RH,G(h),SP\n{rows}\nT2m: 2-m air temperature (degree Celsius)\n"
    )


def open_meteo(offset_h: int) -> dict[str, Any]:
    """The download in a local time: the instants of UTC, written so many hours later."""
    local = TIMES + pd.Timedelta(hours=offset_h)
    return {
        "latitude": LATITUDE, "longitude": LONGITUDE, "utc_offset_seconds": 3600 * offset_h,
        "hourly_units": {"temperature_2m": "°C"},
        "hourly": {
            "time": [f"{t:%Y-%m-%dT%H:%M}" for t in local], "temperature_2m": list(DRY),
            "dew_point_2m": [DEW] * 8760, "surface_pressure": [PRESSURE / 100] * 8760,
        },
    }  # fmt: skip


def open_meteo_csv() -> str:
    hourly = open_meteo(0)["hourly"]
    rows = "\n".join(f"{t},{dry},{DEW},{PRESSURE / 100}" for t, dry in zip(hourly["time"], DRY, strict=True))
    return (
        "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation\n"
        f"{LATITUDE},{LONGITUDE},300.0,0,GMT,GMT\n\n"
        f"time,temperature_2m (°C),dew_point_2m (°C),surface_pressure (hPa)\n{rows}\n"
    )


def nasa(standard: str, dry: pd.Series) -> dict[str, Any]:
    stamps = [f"{t:%Y%m%d%H}" for t in TIMES]
    return {
        "geometry": {"coordinates": [LONGITUDE, LATITUDE, 300.0]},
        "header": {"time_standard": standard},
        "properties": {
            "parameter": {
                "T2M": dict(zip(stamps, dry, strict=True)),
                "T2MDEW": dict.fromkeys(stamps, DEW),
                "PS": dict.fromkeys(stamps, PRESSURE / 1000),
            }
        },
    }


def nasa_csv() -> str:
    rows = "\n".join(f"{t.year},{t.month},{t.day},{t.hour},{dry},{DEW},{PRESSURE / 1000}" for t, dry in DRY.items())
    head = f"NASA/POWER Hourly Data in UTC\nLocation: latitude  {LATITUDE}   longitude {LONGITUDE}\n"
    return f"-BEGIN HEADER-\n{head}-END HEADER-\nYEAR,MO,DY,HR,T2M,T2MDEW,PS\n{rows}\n"


FILES: dict[str, tuple[str, Callable[[], str]]] = {
    "PVGIS as JSON": ("a.json", pvgis_json),
    "PVGIS as CSV": ("a.csv", pvgis_csv),
    "Open-Meteo in UTC": ("a.json", lambda: json.dumps(open_meteo(0))),
    "Open-Meteo in a local time": ("a.json", lambda: json.dumps(open_meteo(-5))),
    "Open-Meteo as CSV": ("a.csv", open_meteo_csv),
    "NASA POWER in UTC": ("a.json", lambda: json.dumps(nasa("UTC", DRY))),
    "NASA POWER in solar time": ("a.json", lambda: json.dumps(nasa("LST", pd.Series(np.roll(DRY, -6), index=TIMES)))),
    "NASA POWER as CSV": ("a.csv", nasa_csv),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_each_format_gives_the_same_year(tmp_path: Path, name: str) -> None:
    """Local midnight at UTC -6 h is 6 h in UTC: the first hour has the temperature of the seventh."""
    ending, text = FILES[name]
    path = tmp_path / ending
    path.write_text(text(), encoding="utf-8")
    weather = read_weather(path)
    assert (weather.latitude, weather.longitude, weather.utc_offset_h) == (LATITUDE, LONGITUDE, -6.0)
    np.testing.assert_allclose(weather.table["dry_bulb_c"], np.roll(DRY, -6), atol=1e-9)
    np.testing.assert_allclose(weather.table["pressure_pa"], PRESSURE)
    if "PVGIS" not in name:
        np.testing.assert_allclose(weather.table["dew_point_c"], DEW)
    else:  # 60 % at 10 C is a dew point of 2.6 C
        assert weather.table["dew_point_c"][DRY[DRY == 10.0].index.hour[0]] == pytest.approx(2.6, abs=8.0)


def test_leap_day_and_short_gap_are_told(tmp_path: Path) -> None:
    """2020 has 8,784 hours; three of them are missing, hence on the line between their neighbours."""
    times = pd.date_range("2020-01-01", periods=8784, freq="h")
    hourly = {
        "time": [f"{t:%Y-%m-%dT%H:%M}" for t in times],
        "temperature_2m": [float(t.dayofyear % 7) for t in times],
        "dew_point_2m": [-5.0] * 8784,
        "surface_pressure": [970.0] * 8784,
    }
    for name in hourly:
        hourly[name] = [*hourly[name][:30], *hourly[name][33:]]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({**open_meteo(0), "hourly": hourly}))
    weather = read_weather(path, utc_offset_h=0.0)
    assert weather.notes == (
        "the 29th of February is left out",
        "9 missing values in 3 gaps are filled along a straight line",
    )
    assert list(weather.table["dry_bulb_c"][29:34]) == [2.0, 2.0, 2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: {**d, "hourly": {k: v[:100] + v[110:] for k, v in d["hourly"].items()}}, "10 hours are missing from hour 100 on; at most 6 are filled"),
        (lambda d: {**d, "hourly": {k: v + v for k, v in d["hourly"].items()}}, "8,760 hours stand more than once, the first of them 01-01 00 h"),
        (lambda d: {**d, "hourly": {k: v for k, v in d["hourly"].items() if k != "surface_pressure"}}, "pressure_pa: is not in the file; ask for it when you download"),
        (lambda d: {**d, "hourly_units": {"temperature_2m": "°F"}}, "temperatures are in Fahrenheit"),
        (lambda d: {**d, "hourly": {**d["hourly"], "surface_pressure": [97.0] * 8760}}, "pressure_pa: hour 0: input should be 45000 to 110000 Pa (got 9700)"),
        (lambda _: {"a": 1}, "is no weather of EPW, PVGIS, Open-Meteo or NASA POWER"),
    ],
)  # fmt: skip
def test_what_no_year_can_be_made_of_is_refused(tmp_path: Path, change: Callable[[Any], Any], told: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(change(open_meteo(0))))
    with pytest.raises(InputError) as caught:
        read_weather(path)
    assert told in str(caught.value)


def test_several_years_need_a_choice(tmp_path: Path) -> None:
    times = pd.date_range("2021-01-01", "2022-12-31 23:00", freq="h")
    table = pd.DataFrame({"time": times.strftime("%Y-%m-%d %H:%M"), "p": times.year.astype(float)})
    path = tmp_path / "a.csv"
    table.to_csv(path, index=False)
    with pytest.raises(InputError, match="has hours of several years, 2021, 2022; choose one with --year"):
        read_hours(path, names={"p": "wholesale_usd_per_mwh"}, time_zone="UTC")
    found = read_hours(path, names={"p": "wholesale_usd_per_mwh"}, time_zone="UTC", year=2022)
    assert (found.year, set(found.table["wholesale_usd_per_mwh"])) == (2022, {2022.0})
    with pytest.raises(InputError, match="has no hours of 2020; its years are 2021, 2022"):
        read_hours(path, names={"p": "wholesale_usd_per_mwh"}, time_zone="UTC", year=2020)


def test_daylight_saving_is_undone(tmp_path: Path) -> None:
    """In Chicago 2022 the 13th of March has 23 hours and the 6th of November 25: in UTC all follow each other."""
    utc = pd.date_range("2022-01-01", periods=8760, freq="h", tz="UTC")
    local = utc.tz_convert("America/Chicago")
    path = tmp_path / "a.csv"
    pd.DataFrame({"when": local.strftime("%Y-%m-%d %H:%M"), "LMP": np.arange(8760.0)}).to_csv(path, index=False)
    found = read_hours(path, names={"LMP": "wholesale_usd_per_mwh"}, time_zone="America/Chicago", year=2022)
    np.testing.assert_array_equal(found.table["wholesale_usd_per_mwh"], np.arange(8760.0))


def test_quarters_of_an_hour_are_their_mean(tmp_path: Path) -> None:
    times = pd.date_range("2022-01-01", periods=4 * 8760, freq="15min")
    path = tmp_path / "a.csv"
    pd.DataFrame({"when": times, "wholesale_usd_per_mwh": np.tile([1.0, 2.0, 3.0, 6.0], 8760)}).to_csv(
        path, index=False
    )
    found = read_hours(path, names={}, time_zone="UTC")
    assert set(found.table["wholesale_usd_per_mwh"]) == {3.0}
    assert found.notes == ("rows of parts of an hour are its mean",)


@pytest.mark.parametrize(
    ("text", "names", "zone", "told"),
    [
        ("when,x\n2022-01-01 00:00,1\n", {}, "UTC", "none of its columns is known; say which is which: --column NAME=COLUMN"),
        ("when,LMP\n2022-01-01 00:00,1\n", {"LPM": "wholesale_usd_per_mwh"}, "UTC", "LPM: no such column; did you mean 'LMP'?"),
        ("when,LMP\n2022-01-01 00:00,1\n", {"LMP": "wholesale"}, "UTC", "wholesale: no column of the table series_grid"),
        ("when,LMP\n2022-01-01 00:00,a\n", {"LMP": "wholesale_usd_per_mwh"}, "UTC", "a.csv:2: LMP: input should be a number (got 'a')"),
        ("when,LMP\nnoon,1\n", {"LMP": "wholesale_usd_per_mwh"}, "UTC", "times cannot be read"),
        ("when,LMP\n2022-01-01 00:00,1\n2022-01-01 01:00,1,2,3\n", {"LMP": "wholesale_usd_per_mwh"}, "UTC", "a.csv:3: 4 cells under a heading of 2"),
        ("when,LMP\n2022-01-01 00:00,1\n", {"LMP": "wholesale_usd_per_mwh"}, "Mars/Base", "no time zone 'Mars/Base'; such as America/Chicago"),
    ],
)  # fmt: skip
def test_hours_that_are_none_are_refused(
    tmp_path: Path, text: str, names: dict[str, str], zone: str, told: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_hours(path, names=names, time_zone=zone)
    assert told in str(caught.value)


def test_site_takes_weather_and_prices_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the files to a case: what the commands print is what the study takes."""
    monkeypatch.chdir(tmp_path)
    epw(Path("my town.epw"), usual="21.5,10.0,50.0,97000.0")
    times = pd.date_range("2022-01-01", periods=8760, freq="h")
    pd.DataFrame({"when": times, "LMP": 33.0}).to_csv("lmp.csv", index=False)
    assert call(["data", "import", "my town.epw", "-o", "mine"]) == 0
    assert call(["data", "import", "lmp.csv", "--kind", "hours", "--name", "MINE", "--column",
                 "LMP=wholesale_usd_per_mwh", "--like", "ERCO", "-o", "mine"]) == 0  # fmt: skip
    printed = capsys.readouterr().out
    lines = [line for line in printed.splitlines() if line != "tables:"]
    assert len(lines) == 4
    site = "{site_id: here, name: Here, latitude: 33.45, longitude: -111.98, weather_id: my-town, grid_zone_id: MINE}"
    Path("own.yaml").write_text(
        "\n".join(
            [
                "extends: us-small",
                "name: own",
                "sites: [here, polk-ia]",
                "tables:",
                *lines,
                f"  sites: {{append: [{site}]}}",
                "",
            ]
        )
    )
    study = siting.load_study("own.yaml")
    tables, problems = tables_of(study)
    assert problems == []
    own = tables["series_grid"][tables["series_grid"]["grid_zone_id"] == "MINE"]
    assert set(own["wholesale_usd_per_mwh"]) == {33.0}
    assert own["carbon_average_kg_per_mwh"].nunique() > 100  # of ERCO
    weather = tables["series_weather"][tables["series_weather"]["weather_id"] == "my-town"]
    assert set(weather["dry_bulb_c"]) == {21.5}
    assert tables["grid_zones"].set_index("grid_zone_id").loc["MINE", "price_basis"] == "a file of the study's own"
    assert "here" in siting.prepare(study).axes["site"]


def test_weather_without_the_names_of_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(pvgis_csv().replace("time(UTC),T2m,RH,G(h),SP\n", ""))
    with pytest.raises(InputError, match="no line begins with 'time', as that with the names of the columns does"):
        read_weather(path)


def test_rows_of_an_epw_file_without_a_date_are_refused(tmp_path: Path) -> None:
    path = epw(tmp_path / "a.epw")
    lines = path.read_text().splitlines()
    lines[100] = ",,,," + lines[100].split(",", 4)[4]
    path.write_text("\n".join(lines))
    with pytest.raises(InputError, match=r"a\.epw:101: a row should begin with year, month, day, hour and minute"):
        read_weather(path)
