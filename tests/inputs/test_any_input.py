"""Whatever a file holds, it becomes a study or a list of problems with lines; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siting import InputError, load_study
from siting.study.study import Study

PLACES = [
    (name, inner)
    for name, field in Study.model_fields.items()
    for inner in ["", *getattr(field.annotation, "model_fields", {})]
]

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["all", "hgx-h100-air", "2030", "2030-01-01", "~", "*a", "&a", "!!int x", "<<", "=", "0x1F", "1_000"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.just("2030"), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("studies")


def outcome(path: Path) -> None:
    """Load a file; check that problems, if any, are lines of this file."""
    try:
        study = load_study(path)
    except InputError as error:
        problems = error.problems
    else:
        assert Study.model_validate_json(study.model_dump_json()) == study
        return
    assert problems
    for problem in problems:
        assert problem.file == str(path)
        assert str(problem).isprintable()
        assert len(str(problem)) < len(str(path)) + 400


@example(place=("demand", "inference_mw"), value={"a\nb": 1, "\x1b[31m": 2, "y" * 500: 3})
@example(place=("sites", ""), value=["\x1b[31m\n"])
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_any_value_in_any_field(place: tuple[str, str], value: object, folder: Path) -> None:
    data = json.loads(load_study("us-small").model_dump_json())
    name, inner = place
    if inner:
        data[name][inner] = value
    else:
        data[name] = value
    path = folder / "study.yaml"
    path.write_text(json.dumps(data), "utf-8")  # JSON is YAML
    outcome(path)


@given(start=st.integers(0, 3000), length=st.integers(0, 40), text=st.text(max_size=10))
def test_any_damage_to_the_text(start: int, length: int, text: str, folder: Path) -> None:
    source = Path(__file__).parents[2] / "data" / "studies" / "us-small.yaml"
    whole = source.read_text("utf-8")
    path = folder / "damaged.yaml"
    path.write_text(whole[:start] + text + whole[start + length :], "utf-8", errors="replace")
    outcome(path)


@given(content=st.binary(max_size=200))
def test_any_bytes(content: bytes, folder: Path) -> None:
    path = folder / "bytes.yaml"
    path.write_bytes(content)
    outcome(path)
