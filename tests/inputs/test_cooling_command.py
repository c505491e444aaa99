"""`siting cooling`: the table of a place, and what it refuses."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from epw import epw

from siting import cooling
from siting.cli import app as cli
from siting.cli import place_cooling
from siting.cli.cooling_text import MARK, shown
from siting.problems import InputError

PHOENIX = ("33.45", "-112.07")


def printed(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """Everything that the command prints where it should."""
    assert cli.call(["cooling", *words]) == code
    out, err = capsys.readouterr()
    assert (out == "") is (code != 0)
    assert (err == "") is (code == 0)
    return out or err


# --- what it says ---------------------------------------------------------------------------------------------------


def test_table_names_its_weather_and_leaves_out_seas_and_rivers(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, *PHOENIX)
    assert text.startswith("Weather of Blythe Riverside Co Arpt, CA (33.62 N, 114.72 W, 246 km away), climate zone 1B")
    rows = [line.split()[0] for line in text.splitlines()[3:19]]
    assert set(rows) == set(cooling.technologies()["cooling_id"]) - {"seawater", "direct-to-chip-river"}
    assert len({len(line.rstrip()) for line in text.splitlines()[2:19]}) == 1, "columns are aligned"


def test_numbers_follow_from_the_hours(capsys: pytest.CaptureFixture[str]) -> None:
    """Means and extremes of `performance`, ratios worked out by hand."""
    table = pd.read_csv(io.StringIO(printed(capsys, *PHOENIX, "--csv"))).set_index("cooling_id")
    assert list(table["pue"]) == sorted(table["pue"])
    weather = place_cooling.of_nearest_site(33.45, -112.07).weather
    for name, fans in (("airside-economiser", 0.15), ("direct-to-chip-adiabatic", 0.02)):
        hours, row = cooling.performance(weather, name), table.loc[name]
        daily = hours["wue_l_per_kwh"].to_numpy().reshape(365, 24).mean(axis=1)
        assert row["pue"] == pytest.approx(hours["pue"].mean())
        assert row["wue_l_per_kwh"] == pytest.approx(hours["wue_l_per_kwh"].mean())
        assert row["tue"] == pytest.approx(hours["pue"].mean() / (1 - fans))
        assert row["peak_day_l_per_kwh"] == pytest.approx(daily.max())
        assert row["source_water_l_per_kwh"] == pytest.approx(row["wue_l_per_kwh"] + 1.259 * row["pue"])
        assert row["carried_fraction"] == pytest.approx(min(hours["capacity_fraction"].min(), 1.0))
        assert row["pue_p5"] < row["pue"] < row["pue_p95"]
    assert table.loc["direct-to-chip-adiabatic", "carried_fraction"] < 1, "it is hotter there than it is built for"


def test_best_of_each_column_is_marked() -> None:
    table = place_cooling.compare(place_cooling.of_nearest_site(33.45, -112.07).weather)
    heads, *rows = shown(table)
    for key, title in (("pue", "PUE"), ("wue_l_per_kwh", "WUE"), ("hall_usd_per_mw", "M USD/MW")):
        marked = {i for i, row in enumerate(rows) if MARK in row[heads.index(title)]}
        best = set(np.flatnonzero(table[key] == table[key].min()))
        assert best <= marked
        assert len(marked) < len(rows)


def test_sea_and_river_where_they_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--technology", "seawater", "--technology", "direct-to-chip-dry")
    lines = printed(capsys, "25.8", "-80.2", *words).splitlines()[3:5]
    assert {line.split()[0] for line in lines} == {"seawater", "direct-to-chip-dry"}
    sea = next(line for line in lines if line.startswith("seawater"))
    assert sea.split()[-1] == "assumed"


@pytest.mark.parametrize(("latitude", "longitude"), [(47.45, -122.3), (25.8, -80.3), (41.9, -87.6), (33.0, -97.0)])
def test_nearest_site_is_the_nearest(latitude: float, longitude: float) -> None:
    """By the law of cosines over all sites, apart from the code's haversines."""
    sites = pd.read_csv(Path(place_cooling.__file__).parents[1] / "data" / "catalog" / "weather.csv")
    phi, theta = np.radians(sites["latitude"]), np.radians(sites["longitude"] - longitude)
    here = np.radians(latitude)
    angle = np.arccos(np.sin(here) * np.sin(phi) + np.cos(here) * np.cos(phi) * np.cos(theta))
    place = place_cooling.of_nearest_site(latitude, longitude)
    assert place.name == sites.loc[angle.idxmin(), "name"]
    assert place.distance_km == pytest.approx(6371.0 * angle.min(), rel=1e-3)


def test_epw_needs_no_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = epw(tmp_path / "a.epw", changes=dict.fromkeys((100, 101), "99.9,99.9,999,999999"))
    text = printed(capsys, "--epw", str(path), "--technology", "direct-to-chip-dry")
    assert text.startswith(f"Weather of Test City (33.45 N, 111.98 W), climate zone 2B, from {path}\n")
    filled = text.splitlines()[3]
    path = epw(tmp_path / "b.epw")
    assert printed(capsys, "--epw", str(path), "--technology", "direct-to-chip-dry").splitlines()[3] == filled
    assert ", 8 km away)" in printed(capsys, *PHOENIX, "--epw", str(path), "--technology", "rear-door")


# --- what it refuses ------------------------------------------------------------------------------------------------

WRONG_WORDS = {
    (): "LATITUDE LONGITUDE: missing; give a place, or its weather by --epw FILE\n",
    ("33",): "LATITUDE LONGITUDE: missing; give a place, or its weather by --epw FILE\n",
    ("91", "-181"): (
        "LATITUDE: input should be -90 to 90 degrees (got 91)\nLONGITUDE: input should be -180 to 180 degrees (got -181)\n"
    ),
    ("nan", "0"): "LATITUDE: input should be -90 to 90 degrees (got nan)\n",
    ("-6.2", "106.8"): (
        "-6.2 106.8: no weather site of the catalogue within 500 km; Snohomish Co, WA is 13,467 km away; "
        "give the weather by --epw FILE\n"
    ),
    ("--epw", "none.epw"): "none.epw: no such file\n",
    ("--epw", "."): ".: cannot be read (Is a directory)\n",
}


@pytest.mark.parametrize("words", sorted(WRONG_WORDS))
def test_wrong_words(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, *words, code=2) == WRONG_WORDS[words]


def test_unknown_technologies_are_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, *PHOENIX, "--technology", "rear-dor", "--technology", "ice", code=2)
    first, second = text.splitlines()
    assert first.startswith("--technology: no cooling technology 'ice'; there are: airside-economiser, ")
    assert second.startswith("--technology: no cooling technology 'rear-dor'; did you mean 'rear-door'?; there are: ")
    assert all(name in first for name in ("seawater", "direct-to-chip-river", "immersion-dry"))


WRONG_FILES = {
    "kelvin": (
        epw, {"usual": "293.15,283.15,52,97000"},
        "dry_bulb_c: hour 0: input should be -70 to 60 C (got 293.15), and 8759 more hours; is it in kelvin?",
    ),
    "hectopascal": (
        epw, {"usual": "20,10,52,970"},
        "pressure_pa: hour 0: input should be 45000 to 110000 Pa (got 970), and 8759 more hours; is it in hectopascal?",
    ),
    "code-of-another-column": (
        epw, {"changes": {77: "20,10,52,9999"}},
        "pressure_pa: hour 77: input should be 45000 to 110000 Pa (got 9999)",
    ),
    "long-gap": (
        epw, {"changes": dict.fromkeys(range(77, 97), "99.9,10,52,97000")},
        "dry_bulb_c: hour 77: missing for 20 hours; at most 6 are filled",
    ),
    "word": (
        epw, {"changes": {92: "warm,10,52,97000"}},
        "dry_bulb_c: hour 92: input should be a number (got 'warm')",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(WRONG_FILES))
def test_wrong_files_are_named_with_column_and_hour(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write, how, message = WRONG_FILES[name]
    path = write(tmp_path / f"{name}.epw", **how)
    lines = printed(capsys, "--epw", str(path), code=2).splitlines()
    assert f"{path}: {message}" in lines


def test_part_of_a_year_is_no_year(tmp_path: Path) -> None:
    path = epw(tmp_path / "a.epw")
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:5008]), encoding="utf-8")
    with pytest.raises(InputError, match=r"should have 8,760 hours \(has 5,000\)"):
        place_cooling.of_epw(path)
