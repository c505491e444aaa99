"""Futures of a CSV stand as if they were listed, and what is wrong with the file is told with its line."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

import siting
from siting.problems import InputError
from siting.study.futures_drawn import futures_of
from siting.study.study import Study

GOOD = "id,weight_fraction,demand,power_price,energisation\nmiddle,0.5,,,\ndear,0.25,1.1,1.4,p90\ncheap,0.25,,0.8,p10\n"


def read(folder: Path, text: str, more: str = "") -> Study:
    """Read `us-small` with futures of a file."""
    (folder / "futures.csv").write_text(text, "utf-8")
    path = folder / "study.yaml"
    path.write_text(f"schema_version: 1\nextends: us-small\nname: mine\nfutures:\n  file: futures.csv\n{more}", "utf-8")
    return siting.load_study(path)


def test_rows_are_futures(tmp_path: Path) -> None:
    """Three rows are three futures; where a cell is empty the study's own value stands."""
    study = read(tmp_path, GOOD)
    assert [dict(one.factors) for one in study.futures.cases] == [
        {},
        {"demand": 1.1, "power_price": 1.4, "energisation": "p90"},
        {"power_price": 0.8, "energisation": "p10"},
    ]
    assert study.futures.file is None
    weights = {one.name: one.weight for one in futures_of(study)}
    assert weights == {"middle": 0.5, "dear": 0.25, "cheap": 0.25}
    assert futures_of(study)[1].study.demand.inference_mw == {2030: pytest.approx(110)}


def test_a_base_names_its_file_from_its_own_folder(tmp_path: Path) -> None:
    """The study that extends another stands in a folder above it."""
    below = tmp_path / "base"
    below.mkdir()
    (below / "futures.csv").write_text(GOOD, "utf-8")
    whole = (files("siting.data") / "studies" / "us-small.yaml").read_text("utf-8")
    (below / "study.yaml").write_text(f"{whole}\nfutures: {{file: futures.csv}}\n", "utf-8")
    path = tmp_path / "above.yaml"
    path.write_text("extends: base/study.yaml\nname: above\n", "utf-8")
    assert len(siting.load_study(path).futures.cases) == 3


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (
            "id,weight_fraction\na,0.5\nb,0.4\n",
            "",
            "study.yaml:5: futures.cases: the weights of the futures should sum",
        ),
        ("id,power_price\na,1\n", "", "futures.csv:1: weight_fraction: no such column"),
        ("id,weight_fraction\n", "", "futures.csv:1: no future stands under the heading"),
        ("id,weight_fraction,demand\na,1\n", "", "futures.csv:2: 2 cells under a heading of 3"),
        ("id,weight_fraction,power_pric\na,1,2\n", "", "no such factor, and no field of a study; did you mean"),
        (GOOD, "  ranges: {count: 2, factors: {demand: [1, 1, 2]}}\n", "study.yaml:5: futures.file: futures are read"),
    ],
)
def test_what_is_wrong_is_told(text: str, more: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, text, more)
    assert said in str(error.value)


def test_no_file(tmp_path: Path) -> None:
    read(tmp_path, GOOD)
    (tmp_path / "futures.csv").unlink()
    with pytest.raises(InputError, match=r"study\.yaml:5: futures\.file: futures\.csv: no such file"):
        siting.load_study(tmp_path / "study.yaml")
