"""A plan held against what was built: what is counted where, and what the command says of it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny import quick, tiny_case

from siting.cli import app as cli
from siting.cli.scenarios.backtest_text import order_rows
from siting.problems import InputError
from siting.results.writing import write
from siting.scenarios.backtest import record
from siting.scenarios.backtest.agreement import agreements
from siting.scenarios.backtest.backtest import TOO_LITTLE, BackTest, backtest
from siting.scenarios.backtest.built import Built

COUNT = 25
SITES = pd.DataFrame(
    {
        "site_id": [f"s{place:02}" for place in range(COUNT)],
        "county_fips": [f"{1000 + place:05}" for place in range(COUNT)],
        "latitude": 0.0,
        "longitude": np.arange(COUNT, dtype=float),  # 111 km apart
        "grid_zone_id": ["west"] * 12 + ["east"] * 10 + ["north"] * 2 + ["south"],
        "tariff_usd_per_mwh": np.arange(COUNT, 0.0, -1.0),
        "line_km": 1.0,
    }
)
ZONES = pd.DataFrame({"latitude": [0.0], "longitude": [5.0], "population_count": [1e6]})


def plan(sites: pd.DataFrame = SITES) -> Any:
    """The first two candidates are built; the others cost more the farther east, and the last two cannot be."""
    names = list(sites["site_id"])
    extra = [*np.arange(2.0, COUNT - 2), math.nan, math.nan]
    return SimpleNamespace(
        case=SimpleNamespace(tables={"sites": sites, "zones": ZONES}, study=SimpleNamespace(name="line")),
        open_sites=names[:2],
        rivals=pd.DataFrame({"site_id": names[2:], "extra_cost_at_least_usd": extra}),
        provenance={"run_id": "0"},
    )


def built(*rows: tuple[float, str, float, float], file: str = "built.csv") -> Built:
    """Rows of longitude on the equator, county, size and year."""
    table = pd.DataFrame(rows, columns=["longitude", "county_fips", "size", "year"]).astype({"longitude": float})
    table.insert(0, "latitude", table["longitude"] * 0.0)
    table.index = table.index + 2
    return Built(file, table)


NAN = math.nan
BUILT = built(
    (0.1, "", 10.0, 2019.0),
    (-0.2, "", 5.0, 2021.0),  # 22 km from the first, too
    (NAN, "01003", 20.0, 2022.0),
    (12.0, "", 1.0, 2020.0),
    (13.0, "", 2.0, NAN),
    (14.0, "", 3.0, 2022.0),
    (3.5, "", 7.0, 2022.0),  # half way between two: 56 km
    (NAN, "99999", 2.0, 2022.0),
    (NAN, "88888", 0.0, 2022.0),  # nothing was built there
)


@pytest.fixture(scope="module")
def found() -> BackTest:
    return backtest(plan(), BUILT)


def test_coverage(found: BackTest) -> None:
    """Six of eight places with 10 + 5 + 20 + 1 + 2 + 3 = 41 of 50, at five candidates; the largest outside first."""
    coverage = found.coverage
    assert (coverage.places_count, coverage.built_count, coverage.candidates_count) == (6, 8, 5)
    assert (coverage.size, coverage.built_size, coverage.size_fraction) == (41.0, 50.0, 0.82)
    assert coverage.outside.index.tolist() == [8, 9]
    assert coverage.outside["size"].tolist() == [7.0, 2.0]


def test_order_is_held_against_the_sums(found: BackTest) -> None:
    """Of 25 the first five: 15 at the first and 20 at the fourth, of 41. The tariff falls from west to east, so that
    its order is the reverse of the plan's but for ties; its first five, in the far east, hold nothing."""
    assert (found.chosen_count, found.ranked_count, found.last_count) == (2, 21, 2)
    assert found.plan.top_fifth_share.value == pytest.approx(35 / 41)
    size = np.zeros(COUNT)
    size[[0, 3, 12, 13, 14]] = [15, 20, 1, 2, 3]
    order = np.array([-np.inf, -np.inf, *range(2, COUNT - 2), np.inf, np.inf])
    assert found.plan == agreements(order[None], size)[0]
    held = {held.name: held.agreement for held in found.held}
    assert list(held) == ["plan", "chance", "cheapest_power", "nearest_strong_line", "most_people"]
    assert held["cheapest_power"].top_fifth_share.value == 0
    assert held["cheapest_power"].rank_correlation.value < 0 < found.plan.rank_correlation.value
    assert held["chance"].lift.value == pytest.approx(35 / 41 / 0.2)
    assert math.isnan(held["nearest_strong_line"].rank_correlation.value)  # all lines are alike
    assert found.rules_left_out == ("cheapest_land",)  # these sites have no column of it


def test_interval_that_is_printed_as_its_figure_is_left_out(found: BackTest) -> None:
    """Chance finds a fifth on any draw, and no rank correlation is of a tie of all."""
    chance = order_rows(found)[2]
    assert chance[:3] == ("chance", "-", "20%")
    assert chance[3].startswith("4.3 (")  # 35 / 41 over 1/5


def test_regions(found: BackTest) -> None:
    """The largest first; two zones of three candidates in all are one group. Two built in the west are too little."""
    told = [
        (group.name, group.candidates_count, group.built_count, group.size, group.reason) for group in found.regions
    ]
    assert told == [
        ("west", 12, 2, 35.0, TOO_LITTLE),
        ("east", 10, 3, 6.0, ""),
        ("other zones", 3, 0, 0.0, "too_few_candidates"),
    ]
    size = np.array([1.0, 2.0, 3.0, *[0.0] * 7])
    assert found.regions[1].agreement == agreements(np.arange(10.0)[None], size)[0]


def test_years(found: BackTest) -> None:
    """39 of the 41 have a year: 10, 1, 5, 23 in 2019 to 2022; half is reached in 2022, so there is no later half."""
    assert [(group.name, group.size) for group in found.years] == [("2019-2022", 39.0), ("no year", 2.0)]


def test_halves_of_the_years() -> None:
    """Of 20, half is there by the end of 2020."""
    found = backtest(
        plan(), built((0.0, "", 6.0, 2019), (1.0, "", 4.0, 2020), (2.0, "", 9.0, 2022), (3.0, "", 1.0, 2024))
    )
    assert [(group.name, group.size) for group in found.years] == [("2019-2020", 10.0), ("2022-2024", 10.0)]


def test_small_zones_alone_are_all_zones() -> None:
    found = backtest(plan(SITES.assign(grid_zone_id=SITES["site_id"])), BUILT)
    assert [(group.name, group.candidates_count) for group in found.regions] == [("all zones", COUNT)]


def test_nothing_near_a_candidate_is_told() -> None:
    with pytest.raises(InputError, match=r"^built\.csv: nothing that was built lies near a candidate of this plan$"):
        backtest(plan(), built((-50.0, "99999", 1.0, NAN)))


def numbers(value: Any) -> list[Any]:
    """All that is in a piece of JSON but keys."""
    inner = value.values() if isinstance(value, dict) else value
    return [one for part in inner for one in numbers(part)] if isinstance(value, dict | list) else [value]


def test_record_is_json_of_the_documented_form(found: BackTest) -> None:
    told = record.record(found)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    page = (Path(__file__).resolve().parents[2] / "docs" / "back-test.md").read_text("utf-8")
    assert [key for key in _keys(told) if f"`{key}`" not in page] == []
    assert told["coverage"]["outside"] == [
        {"line": 8, "county_fips": None, "latitude": 0.0, "longitude": 3.5, "size": 7.0},
        {"line": 9, "county_fips": "99999", "latitude": None, "longitude": None, "size": 2.0},
    ]
    assert told["top_fifth_share_fraction"]["value"] == pytest.approx(35 / 41)
    chance, *_ = told["rules"]
    assert chance["rule"] == "chance"
    assert chance["rank_correlation"] == {"value": None, "low": None, "high": None}
    assert told["regions"][0]["rank_correlation"] is None
    assert told["regions"][0]["reason"] == "too_few_built"


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sites, of which the first is built."""
    case = tiny_case(sites=("a", "b"), fixed_site_usd=[1.0, 2.0])
    return write(quick(case, rivals=True), tmp_path_factory.mktemp("plan") / "out", languages=())


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def say(*words: object) -> tuple[int, str, str]:
        code = cli.call(["backtest", *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return say


def test_command(folder: Path, tmp_path: Path, said: Callable[..., tuple[int, str, str]]) -> None:
    """Something at the site that is built, and something at the pole."""
    sites = pd.read_csv(folder / "data" / "sites.csv").set_index("site_id")
    path = tmp_path / "mine.csv"
    path.write_text(
        f"latitude,longitude,size,note\n{sites.latitude['a']},{sites.longitude['a']},3,x\n90,0,1,y\n", "utf-8"
    )
    code, printed, complaint = said(folder, "--built", path)
    assert (code, complaint) == (0, "")
    assert (
        "against mine.csv: 1 of 2 places, 75% of the size, lie near a candidate; 1 of 2 candidates have some" in printed
    )
    assert "this plan" in printed
    assert "Columns not read: note." in " ".join(printed.split())
    code, printed, complaint = said(folder, "--built", path, "--json")
    assert (code, complaint) == (0, "")
    told = json.loads(printed)
    assert told["coverage"]["size_fraction"] == 0.75
    assert told["order"] == {"chosen_count": 1, "ranked_count": 1, "last_count": 0}
    assert told["rank_correlation"]["value"] == pytest.approx(1.0)


def test_wrong_input_is_refused(folder: Path, tmp_path: Path, said: Callable[..., tuple[int, str, str]]) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("latitude,longitude,size\n1,x,3\n1,,3\n")
    assert said(folder, "--built", bad) == (
        2, "", "bad.csv:2: longitude: input should be a number (got 'x')\nbad.csv:3: longitude: missing value\n"
    )  # fmt: skip
    code, _, complaint = said(tmp_path / "nowhere", "--built", bad.with_name("none.csv"))
    assert (code, complaint) == (2, "none.csv: no such file\n")
    good = tmp_path / "good.csv"
    good.write_text("latitude,longitude,size\n1,1,3\n")
    code, _, complaint = said(tmp_path / "nowhere", "--built", good)
    assert code == 2
    assert "there is no plan here" in complaint
    assert said(folder)[0] == 2
