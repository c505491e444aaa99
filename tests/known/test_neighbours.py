"""What users of neighbouring tools reported, tried here: a file in another guise says the same, or is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

import siting
from siting.data.importing.hourly_files import read_hours
from siting.data.tables.of_study import tables_of
from siting.study.study import Study

HEADING = ("site_id", "name", "latitude", "longitude", "tariff_usd_per_mwh")
ROWS = (("barn", "Barn, old", "41.88", "-93.1", "71.5"), ("mill", "Mill", "33.6", "-84.4", "80"))


def study_of(folder: Path, text: str, name: str = "mine.csv") -> Study:
    (folder / name).write_text(text, encoding="utf-8")
    tables = {"sites": {"append": name}}
    fields = {"extends": "us-small", "name": "own", "sites": ["barn", "mill"], "tables": tables}
    (folder / "own.yaml").write_text(yaml.safe_dump(fields), encoding="utf-8")
    return siting.load_study(folder / "own.yaml")


def in_csv(heading: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, ends: str = "\n") -> str:
    lines = [",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in (heading, *rows)]
    return ends.join(lines) + ends


GUISES = {
    "columns in another order (GenX.jl, issue 47)": in_csv(HEADING[::-1], tuple(row[::-1] for row in ROWS)),
    "blanks around names and cells (otm-core, issue 2532)": in_csv(
        tuple(f" {name} " for name in HEADING), tuple(tuple(f"{cell} " for cell in row) for row in ROWS)
    ),
    "ends of lines of another system (tax-tool, issue 1)": in_csv(HEADING, ROWS, ends="\r\n"),
    "empty rows between and after": in_csv(HEADING, (ROWS[0], ("",) * 5, ROWS[1], ("",) * 5)) + "\n\n",
    "rows in another order": in_csv(HEADING, ROWS[::-1]),
}


@pytest.mark.parametrize("guise", GUISES)
def test_table_in_another_guise_says_the_same(guise: str, tmp_path: Path) -> None:
    """Sites are in the order of the study, whatever that of the file."""
    plain, other = (
        tables_of(study_of(tmp_path, text), [])[0]["sites"].set_index("site_id").loc[["barn", "mill"]]
        for text in (in_csv(HEADING, ROWS), GUISES[guise])
    )
    pd.testing.assert_frame_equal(plain, other)
    assert plain.loc["barn", ["name", "tariff_usd_per_mwh"]].tolist() == ["Barn, old", 71.5]


def test_blank_in_the_name_of_a_file_is_part_of_it(tmp_path: Path) -> None:
    """Spaces made Calliope take a file's name for a text (issue 281)."""
    tables, problems = tables_of(study_of(tmp_path, in_csv(HEADING, ROWS), "my own sites.csv"), [])
    assert problems == []
    assert {"barn", "mill"} <= set(tables["sites"]["site_id"])


def test_leap_year_loses_its_leap_day_and_no_other(tmp_path: Path) -> None:
    """REopt.jl took the last day from one of load and tariff and the leap day from the other (pull request 470).

    Each hour of the file has the number of its day in the year for a price: 60 is 29 February, 366 is 31 December.
    """
    times = pd.date_range("2024-01-01", periods=8784, freq="h")
    table = pd.DataFrame({"time": times, "wholesale_usd_per_mwh": times.dayofyear})
    table.to_csv(tmp_path / "lmp.csv", index=False)
    found = read_hours(tmp_path / "lmp.csv", names={}, time_zone="UTC")
    by_day = found.table["wholesale_usd_per_mwh"].to_numpy().reshape(365, 24)
    assert (by_day == by_day[:, :1]).all()
    assert by_day[:, 0].tolist() == [day for day in range(1, 367) if day != 60]
    assert "the 29th of February is left out" in found.notes


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2022-03-01 05:00,99", "1 hours stand more than once, the first of them 03-01 05 h"),
        (",99", "lmp.csv:8762: time: missing value"),
    ],
)
def test_hour_that_stands_twice_or_nowhere_is_refused(row: str, told: str, tmp_path: Path) -> None:
    """Taking the first of two hours, or none of a row, says nothing of the other."""
    times = pd.date_range("2022-01-01", periods=8760, freq="h").strftime("%Y-%m-%d %H:%M")
    lines = "\n".join(f"{time},40" for time in times)
    (tmp_path / "lmp.csv").write_text(f"time,wholesale_usd_per_mwh\n{lines}\n{row}\n", encoding="utf-8")
    with pytest.raises(siting.InputError) as caught:
        read_hours(tmp_path / "lmp.csv", names={}, time_zone="UTC")
    assert told in str(caught.value)


def test_hour_that_daylight_saving_skips_is_told(tmp_path: Path) -> None:
    """13 March 2022, 02:00 in Chicago never was: the file's value is left out, and no other hour takes it."""
    times = pd.date_range("2022-01-01", periods=8760, freq="h")
    table = pd.DataFrame({"time": times.strftime("%Y-%m-%d %H:%M"), "wholesale_usd_per_mwh": 40.0})
    table.loc[times == "2022-03-13 02:00", "wholesale_usd_per_mwh"] = 999.0
    table.loc[times == "2022-11-06 01:00", "wholesale_usd_per_mwh"] = 50.0
    twice = table[times == "2022-11-06 01:00"]  # which was twice
    pd.concat([table, twice]).sort_values("time").to_csv(tmp_path / "lmp.csv", index=False)
    found = read_hours(tmp_path / "lmp.csv", names={}, time_zone="America/Chicago")
    assert "1 rows are left out, of times that daylight saving skips" in found.notes
    assert found.table["wholesale_usd_per_mwh"].max() == 50.0
    assert (found.table["wholesale_usd_per_mwh"] == 50.0).sum() == 2


def test_hours_of_another_year_are_refused_and_not_empty(tmp_path: Path) -> None:
    """pypsa-eur filled a demand of another year with nothing, and said nothing (issue 2187)."""
    series = pd.DataFrame({"grid_zone_id": "MINE", "year": 2019, "hour": range(8760), "wholesale_usd_per_mwh": 40.0})
    for name in ("carbon_average_kg_per_mwh", "carbon_marginal_kg_per_mwh"):
        series[name] = 400.0
    for name in ("carbon_free_fraction", "solar_fraction", "wind_fraction"):
        series[name] = 0.2
    series.to_parquet(tmp_path / "own.parquet")
    fields = {"extends": "us-small", "name": "own", "tables": {"series_grid": {"append": "own.parquet"}}}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(fields), encoding="utf-8")
    (problem,) = tables_of(siting.load_study(tmp_path / "own.yaml"), ["series_grid"])[1]
    assert (problem.file, problem.message) == ("own.parquet", "no hours of 2022")
