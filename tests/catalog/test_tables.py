"""Each mistake in a table is found, with its line, in one form, all at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from siting.data.components.contracts import ContractRow
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.one_table import read_table
from siting.data.tables.reader import load_tables
from siting.data.tables.rows import SiteRow
from siting.data.tables.schema import SERIES, TABLES
from siting.data.tables.series_files import read_series
from siting.quantities import HOURS_PER_YEAR

HEAD = "contract_id,name,kind,strike_usd_per_mwh,delivery_usd_per_mwh,resale_discount_fraction,source_id,grade\n"
GOOD = "sun,Sun,solar,50,5,0.05,here,assumed\n"


def messages(folder: Path, text: str) -> list[str]:
    path = folder / "contracts.csv"
    path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in read_table(path, ContractRow)[1]]


def test_a_good_row_is_read_with_types(tmp_path: Path) -> None:
    path = tmp_path / "contracts.csv"
    path.write_text(
        "\ufeff" + HEAD + "\n" + GOOD, encoding="utf-8"
    )  # a mark of byte order and an empty line do no harm
    table, problems = read_table(path, ContractRow)
    assert not problems
    assert table["strike_usd_per_mwh"].tolist() == [50.0]
    assert table["strike_usd_per_mwh"].dtype == np.float64
    assert list(table.columns) == HEAD.strip().split(",")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("sun,Sun,solar,x,5,0.05,here,assumed", "strike_usd_per_mwh: input should be a number (got 'x')"),
        ("sun,Sun,solar,nan,5,0.05,here,assumed", "strike_usd_per_mwh: input should be a finite number (got 'nan')"),
        ("sun,Sun,solar,inf,5,0.05,here,assumed", "strike_usd_per_mwh: input should be a finite number (got 'inf')"),
        ("sun,Sun,solar,-1,5,0.05,here,assumed", "strike_usd_per_mwh: input should be at least 0 (got '-1')"),
        ("sun,Sun,solar,50,5,1.05,here,assumed", "resale_discount_fraction: input should be at most 1 (got '1.05')"),
        ("sun,Sun,solar,,5,0.05,here,assumed", "strike_usd_per_mwh: missing value"),
        ("sun,Sun,tide,50,5,0.05,here,assumed", "kind: input should be 'solar' or 'wind' (got 'tide')"),
        (
            "Sun,Sun,solar,50,5,0.05,here,assumed",
            "contract_id: input should be lower-case letters, digits and dashes (got 'Sun')",
        ),
        ("sun,Sun,solar,50,5,0.05,here", "7 cells under a heading of 8"),
    ],
)
def test_one_wrong_cell(row: str, message: str, tmp_path: Path) -> None:
    assert messages(tmp_path, HEAD + GOOD + row + "\n") == [f"contracts.csv:3: {message}"]


def test_all_wrong_cells_at_once_and_right_rows_kept(tmp_path: Path) -> None:
    path = tmp_path / "contracts.csv"
    path.write_text(HEAD + GOOD + "b,B,solar,x,y,0.05,here,assumed\nc,C,wind,1,1,z,here,guess\n", encoding="utf-8")
    table, problems = read_table(path, ContractRow)
    assert [(problem.line, problem.field) for problem in problems] == [
        (3, "strike_usd_per_mwh"),
        (3, "delivery_usd_per_mwh"),
        (4, "resale_discount_fraction"),
        (4, "grade"),
    ]
    assert table["contract_id"].tolist() == ["sun"]


def test_columns_misspelt_missing_and_twice(tmp_path: Path) -> None:
    assert messages(tmp_path, HEAD.replace("strike_usd_per_mwh", "strike_usd_per_mhw") + GOOD) == [
        "contracts.csv:1: strike_usd_per_mhw: no such column; did you mean 'strike_usd_per_mwh'?"
    ]
    assert messages(tmp_path, HEAD.replace(",name", "")) == ["contracts.csv:1: name: missing column"]
    assert messages(tmp_path, HEAD.replace("name", "kind")) == [
        "contracts.csv:1: kind: column stands twice",
        "contracts.csv:1: name: missing column",
    ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert messages(tmp_path, "") == ["contracts.csv: empty; a heading with the names of columns is wanted"]
    assert str(read_table(tmp_path / "none.csv", ContractRow)[1][0]) == "none.csv: no such file"
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\xfa")
    told = str(read_table(tmp_path / "bytes.csv", ContractRow)[1][0])
    assert told == "bytes.csv:1: not UTF-8 text; save it in that encoding"


def test_an_optional_column_may_be_left_out(tmp_path: Path) -> None:
    sites = catalog_path("sites").read_text(encoding="utf-8").splitlines()[:2]
    table = pd.read_csv(catalog_path("sites"), dtype=str).head(1).drop(columns="balancing_area_id")
    table.to_csv(tmp_path / "sites.csv", index=False)
    found, problems = read_table(tmp_path / "sites.csv", SiteRow)
    assert not problems
    assert found["balancing_area_id"].tolist() == [""]
    assert len(sites) == 2


def replaced(name: str, edit: object, folder: Path) -> list[str]:
    """Problems of the catalogue with one edited table."""
    table = pd.read_csv(catalog_path(name), dtype=str, keep_default_na=False)
    assert callable(edit)
    path = folder / f"my_{name}.csv"
    edit(table).to_csv(path, index=False)
    return [str(problem) for problem in load_tables({name: path})[1]]


def test_keys_that_repeat(tmp_path: Path) -> None:
    found = replaced("racks", lambda table: pd.concat([table, table.head(1)]), tmp_path)
    assert [line.split(": ", 1)[1] for line in found] == ["rack_id: 'hgx-h100-air' stands already in line 2"]
    found = replaced("columns", lambda table: pd.concat([table, table.head(1)]), tmp_path)
    assert [line.split(": ", 1)[1] for line in found] == ["column: 'sites site_id' stands already in line 2"]


def test_keys_that_point_nowhere(tmp_path: Path) -> None:
    def edit(table: pd.DataFrame) -> pd.DataFrame:
        table = table.copy()
        table.loc[0, ["grid_zone_id", "weather_id", "source_id"]] = ["PJN", "tmy-0", "county-tabel"]
        return table

    assert replaced("sites", edit, tmp_path) == [
        "my_sites.csv:2: grid_zone_id: 'PJN' is not in grid_zones; did you mean 'PJM'?",
        "my_sites.csv:2: source_id: 'county-tabel' is not in sources; did you mean 'county-table'?",
        *[line for line in replaced("sites", edit, tmp_path) if "tmy-0" in line],
    ]


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    found = [str(problem) for problem in load_tables({"site": tmp_path / "x.csv"})[1]]
    assert found == ["tables: site: no such table; did you mean 'sites'?"]


def series(key: str = "AA") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "grid_zone_id": key,
            "hour": np.arange(HOURS_PER_YEAR),
            "wholesale_usd_per_mwh": 40.0,
            "carbon_average_kg_per_mwh": 400.0,
            "carbon_marginal_kg_per_mwh": np.nan,
            "carbon_free_fraction": 0.4,
            "solar_fraction": 0.2,
            "wind_fraction": np.nan,
        }
    )


def series_messages(table: pd.DataFrame, path: Path) -> list[str]:
    table.to_parquet(path) if path.suffix == ".parquet" else table.to_csv(path, index=False)
    return [str(problem) for problem in read_series(path, SERIES["series_grid"])[1]]


def test_a_series_without_wind_is_right(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    assert not series_messages(pd.concat([series("BB").sample(frac=1, random_state=0), series()]), path)
    table, _ = read_series(path, SERIES["series_grid"])
    assert table["grid_zone_id"].iloc[[0, -1]].tolist() == ["AA", "BB"]
    assert table["hour"].tolist() == [*range(HOURS_PER_YEAR), *range(HOURS_PER_YEAR)]
    assert table["wind_fraction"].isna().all()


def test_mistakes_in_a_series(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    table = series()
    table.loc[5:7, "solar_fraction"] = 1.5
    table.loc[9, "carbon_average_kg_per_mwh"] = np.nan
    table.loc[11, "wholesale_usd_per_mwh"] = np.inf
    table["carbon_free_fraction"] = table["carbon_free_fraction"].astype(object)
    table.loc[3, "carbon_free_fraction"] = "x"
    assert series_messages(table, path) == [
        "s.csv:13: wholesale_usd_per_mwh: input should be a finite number (got inf) in 'AA', 1 hour",
        "s.csv:11: carbon_average_kg_per_mwh: missing value in 'AA', 1 hour",
        "s.csv:5: carbon_free_fraction: input should be a number (got 'x') in 'AA', 1 hour",
        "s.csv:7: solar_fraction: input should be at most 1 (got 1.5) in 'AA', 3 hours",
    ]


def test_series_of_the_wrong_length_or_hours(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    short = series().head(8759)
    twice = series("BB").assign(hour=lambda table: table["hour"].clip(upper=8758))
    assert series_messages(pd.concat([short, twice]), path) == [
        "s.parquet: hour: 'AA' has 8,759 hours; 8,760 are wanted",
        "s.parquet: hour: 'BB' does not have each hour from 0 to 8759 once",
    ]
    assert series_messages(series().drop(columns="hour"), path) == ["s.parquet:1: hour: missing column"]


def test_a_series_missing_in_part_is_not_a_series_that_is_missing(tmp_path: Path) -> None:
    table = series()
    table.loc[100, "wind_fraction"] = 0.3
    assert series_messages(table, tmp_path / "s.parquet") == [
        "s.parquet: wind_fraction: missing value in 'AA', 8,759 hours"
    ]


def test_every_table_has_its_file() -> None:
    for name in [*TABLES, *SERIES]:
        assert catalog_path(name).is_file(), name
    with pytest.raises(KeyError):
        catalog_path("nothing")
