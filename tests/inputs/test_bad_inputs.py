"""Wrong studies and tables as people write them, each with all that they read: the cases stand in `bad_inputs.txt`.

A case begins with lines of a study, each after `> `. A file beside it follows its name, `@ heat.csv`, a line after each
`+ `. What is then left until the next empty line is told, whole, in any order.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from importlib.resources import files as files_of
from pathlib import Path

import pytest

from siting.data.tables.choice.looking_up import problems_of
from siting.study import loading
from siting.study.loading import examine

HEAD = "extends: us-small\nname: bad\n"
FEWEST = 150


def cases() -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """Text of the study, files beside it, and what is told."""
    for block in (Path(__file__).parent / "bad_inputs.txt").read_text("utf-8").strip().split("\n\n"):
        study, files, told = "", {}, []
        for line in block.split("\n"):
            match line[:2]:
                case "> ":
                    study += line[2:] + "\n"
                case "@ ":
                    files[name := line[2:]] = ""
                case "+ ":
                    files[name] += line[2:] + "\n"
                case _:
                    told.append(line)
        yield study, files, told


CASES = list(cases())


@pytest.fixture(scope="module", autouse=True)
def _base_is_read_once() -> Iterator[None]:
    """Each case takes hundredths of a second then."""

    def remembered_base(path, file):  # type: ignore[no-untyped-def]
        return copy.deepcopy(base) if path == of_base else read_yaml(path, file)

    read_yaml = loading.read_yaml
    of_base = Path(str(files_of("siting.data") / "studies" / "us-small.yaml"))
    base = read_yaml(of_base, "us-small.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "read_yaml", remembered_base)
        yield


@pytest.mark.parametrize(
    ("study", "files", "told"), CASES, ids=[f"{place}-{case[0][:40].strip()}" for place, case in enumerate(CASES)]
)
def test_all_that_is_told(
    study: str, files: dict[str, str], told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        Path(name).write_text(text, "utf-8")
    Path("study.yaml").write_text(HEAD + study, "utf-8")
    found, problems = examine("study.yaml")
    if found is not None:
        problems = [*problems, *problems_of(found)]
    assert sorted({str(problem) for problem in problems}) == sorted(told)


def test_there_are_many_and_each_tells_something() -> None:
    assert len(CASES) >= FEWEST
    assert all(told for _, _, told in CASES)
