"""What fuzzers found, and what they may find: no bytes in a study, a table, weather or hours are a fault of the program.

The targets are those of `tests/fuzz/fuzz.py`, which is guided by coverage and runs for as long as one likes.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FUZZ = Path(__file__).resolve().parents[1] / "fuzz"
CORPUS = sorted(path for path in (FUZZ / "corpus").rglob("*") if path.is_file() and path.parent.name != "folder")
QUICK = ("weather", "hours")
"""Targets of milliseconds."""


@pytest.fixture(scope="module")
def targets() -> ModuleType:
    """The module of targets, in which the catalogue is read once."""
    spec = importlib.util.spec_from_file_location("fuzz_targets", FUZZ / "targets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz_targets"] = module
    spec.loader.exec_module(module)
    return module


def run(targets: ModuleType, name: str) -> Callable[[bytes], None]:
    """The target of a name."""
    found: Callable[[bytes], None] = targets.TARGETS[name]
    return found


@pytest.mark.parametrize("path", CORPUS, ids=[f"{path.parent.name}-{path.name}" for path in CORPUS])
def test_corpus(path: Path, targets: ModuleType) -> None:
    """Beginnings of searches, and findings that are mended: each was a traceback."""
    run(targets, path.parent.name)(path.read_bytes())


EDITS = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 30), st.binary(max_size=12)), max_size=4)


def edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Put bytes in the place of others."""
    for at, length, put in edits:
        place = at % (len(data) + 1)
        data = data[:place] + put + data[place + length :]
    return data


def _of(name: str, examples: int) -> Callable[..., None]:
    seeds = [path.read_bytes() for path in CORPUS if path.parent.name == name]

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(seed=st.sampled_from(seeds), edits=EDITS)
    def search(seed: bytes, edits: list[tuple[int, int, bytes]], targets: ModuleType) -> None:
        run(targets, name)(edited(seed, edits))

    return search


@pytest.mark.parametrize("name", QUICK)
def test_few_edits(name: str, targets: ModuleType) -> None:
    _of(name, 60)(targets=targets)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["study", "table", "weather", "hours"])
def test_many_edits(name: str, targets: ModuleType) -> None:
    _of(name, 400 if name in QUICK else 30)(targets=targets)
