r"""Text that is accepted can be written: to UTF-8 files, HTML, JSON, CSV and Parquet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from epw import epw
from tiny_study import own_tables, study_fields, write_study

import siting
from siting.cooling.weather import read_epw
from siting.problems import InputError, Problem
from siting.study.loading import examine
from siting.study.study import Study
from siting.text import joined, unwritable

FACE = "\U0001f600"
ESCAPED = json.dumps(FACE)[1:-1]  # how JSON libraries write it: two escapes for one character
HALF = ESCAPED[:6]


def in_study(folder: Path, **fields: object) -> Path:
    return write_study(folder, {**study_fields(), **fields})


def problems_of(path: Path) -> list[str]:
    return [str(problem).removeprefix(str(path)) for problem in examine(path)[1]]


def test_character_in_two_escapes_is_one_character(tmp_path: Path) -> None:
    path = in_study(tmp_path, title=f"AI campus {FACE}", description=FACE * 2)
    assert ESCAPED in path.read_text("utf-8")
    study = siting.load_study(path)
    assert (study.title, study.description) == (f"AI campus {FACE}", FACE * 2)


@pytest.mark.slow
def test_study_with_such_a_title_is_solved_written_and_read(tmp_path: Path) -> None:
    study = siting.load_study(in_study(tmp_path, title=f"AI campus {FACE}", technology={"storage": False}))
    plan = siting.solve(siting.prepare(study), gap=0.0, replay=False)
    siting.write(plan, tmp_path / "result")
    assert siting.load(tmp_path / "result").case.study.title == f"AI campus {FACE}"


@pytest.mark.parametrize(
    ("escape", "reason"),
    [
        (HALF, "input should be text; \\ud83d is half of a character"),
        ("\\ude00\\ud83d", "input should be text; \\ude00 is half of a character"),
        ("\\u0000", "input should be text without the control character \\x00"),
        ("\\u001b[31m", "input should be text without the control character \\x1b"),
        ("\\uffff", "input should be text without the control character \\uffff"),
    ],
)
@pytest.mark.parametrize("field", ["title", "description"])
def test_text_that_cannot_be_written_is_refused_with_its_line(
    tmp_path: Path, field: str, escape: str, reason: str
) -> None:
    path = in_study(tmp_path, **{field: "STANDS HERE"})
    text = path.read_text("utf-8").replace("STANDS HERE", f"a {escape}")
    path.write_text(text, "utf-8")
    line = next(i for i, row in enumerate(text.splitlines(), 1) if f"a {escape}" in row)
    assert problems_of(path) == [f":{line}: {field}: {reason}"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"west"', f'"{HALF}"'),
        lambda text: text.replace('"sites": "all"', f'"sites": ["{HALF}"]'),
        lambda text: text.replace('"sites.csv"', f'"{HALF}.csv"'),
        lambda text: text.replace('"sites.csv"', '"a\\u0000b.csv"'),
        lambda text: text.replace('"sites": "sites.csv"', f'"{HALF}": "sites.csv"'),
        lambda text: text.replace('"title"', f'"{HALF}"'),
        lambda text: text.replace('"title": "Two sites"', '"extends": "a\\u0000b"'),
    ],
)
def test_keys_ids_and_paths_are_text_too(tmp_path: Path, change: Callable[[str], str]) -> None:
    path = in_study(tmp_path, policy={"excluded_sites": ["west"]})
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    told = problems_of(path)
    assert any("is half of a character" in problem or "control character" in problem for problem in told)
    "\n".join(told).encode("utf-8")


@pytest.mark.parametrize("text", [HALF, "\\u0000"])
def test_study_made_in_python_is_held_to_the_same(text: str) -> None:
    fields = siting.load_study("us-small").model_dump(mode="json")
    with pytest.raises(ValueError, match="input should be text"):
        Study.model_validate({**fields, "title": json.loads(f'"{text}"')})
    assert Study.model_validate({**fields, "title": json.loads(f'"{ESCAPED}"')}).title == FACE


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("We\x00st", "sites.csv:2: name: input should be text without the control character \\x00"),
        ("We\x1b[31mst", "sites.csv:2: name: input should be text without the control character \\x1b"),
    ],
)
def test_control_character_in_a_table_is_refused_with_its_line(tmp_path: Path, cell: str, message: str) -> None:
    sites = own_tables()["sites"].replace({"name": {"West": cell}})
    with pytest.raises(InputError) as caught:
        siting.prepare(siting.load_study(write_study(tmp_path, tables={"sites": sites})))
    assert str(caught.value) == message


def test_table_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    """A lone half that something wrote all the same is no UTF-8: the line says where."""
    path = write_study(tmp_path)
    rows = (tmp_path / "sites.csv").read_bytes().replace(b",East,", ",E\ud83dast,".encode("utf-8", "surrogatepass"))
    (tmp_path / "sites.csv").write_bytes(rows)
    with pytest.raises(InputError, match=r"^sites\.csv:3: not UTF-8 text; save it in that encoding$"):
        siting.prepare(siting.load_study(path))
    series = (tmp_path / "series_weather.csv").read_bytes().replace(b"mild,1,", b"mi\xffld,1,")
    write_study(tmp_path)
    (tmp_path / "series_weather.csv").write_bytes(series)
    with pytest.raises(InputError, match=r"^series_weather\.csv:3: not UTF-8 text"):
        siting.prepare(siting.load_study(path))


def test_city_of_an_epw_file_is_text(tmp_path: Path) -> None:
    path = epw(tmp_path / "a.epw")
    path.write_text(path.read_text("utf-8").replace("Test City", "Test \x1b[31m City"), "utf-8")
    with pytest.raises(InputError, match=r"a\.epw:1: LOCATION: input should be text without the control character"):
        read_epw(path)


@pytest.mark.parametrize("name", ["caf\udce9.yaml", "a\x1b[31m.yaml", "a\nb.yaml"])
def test_problem_is_one_line_that_can_be_written(name: str) -> None:
    told = str(Problem(name, 3, "title", "wrong"))
    assert told.isprintable()
    assert told.endswith(":3: title: wrong")


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_what_passes_comes_back_from_every_kind_of_file(tmp_path: Path, code: int) -> None:
    """Tab and ends of lines pass; all that passes is written and read by JSON, CSV and Parquet."""
    text = f"a{chr(code)}b"
    assert (unwritable(text) == "") == (chr(code) in "\t\n\r")
    if unwritable(text) == "":
        frame = pd.DataFrame({"name": [joined(text)]})
        frame.to_parquet(tmp_path / "a.parquet")
        assert pd.read_parquet(tmp_path / "a.parquet").equals(frame)
        assert json.loads(json.dumps(text, ensure_ascii=False).encode("utf-8")) == text


@pytest.mark.parametrize("name", ["con", "nul", "com1"])
def test_study_has_no_name_that_no_folder_can_have(tmp_path: Path, name: str) -> None:
    assert problems_of(in_study(tmp_path, name=name)) == [
        f":3: name: input should be another name: Windows has no folder '{name}'"
    ]
