"""A new component costs few files: a throw-away one is added to a copy of the project, and tested there.

Engines that give a share of IT power: one variable, two constraints, three posts. What is written by hand is in the
folder `throwaway`, and stands here with its place; all else in the copy is the project as it is.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ROOT / "tests" / "architecture" / "throwaway"

WRITTEN = {
    "models/components/engines.py": "equations.txt",
    "data/components/engines.py": "numbers.txt",
    "siting/accounts/components/engines.py": "books.txt",
    "data/catalog/engines.csv": "table.csv",
    "tests/components/test_engines.py": "test.txt",
}
"""New files, each with its text."""

LIST = "siting/case/components.py"
COLUMNS = "data/catalog/columns.csv"

MOST_COUNT = 7
"""Files and lists that a component may take: three wings, one list, a table, its columns, a test."""

SHOWN_BY = (
    "tests/components/test_engines.py",
    "tests/architecture/test_wings.py",
    "tests/architecture/test_statements.py",
    "tests/architecture/test_books.py",
    "tests/architecture/test_names.py",
    "tests/components/test_conformance.py",
)
"""What finds a component by itself, and holds it against the rules; and its own test."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the throw-away component."""
    folder = tmp_path_factory.mktemp("copy") / "project"
    folder.mkdir()
    for name in ("siting", "models", "data", "reports", "tests"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for place, part in WRITTEN.items():
        shutil.copy(PARTS / part, folder / place)
    names = (folder / LIST).read_text("utf-8")
    assert names.count('    "storage",\n') == 1
    (folder / LIST).write_text(names.replace('    "storage",\n', '    "storage",\n    "engines",\n'), "utf-8")
    with (folder / COLUMNS).open("a", encoding="utf-8") as columns:
        columns.write((PARTS / "columns.csv").read_text("utf-8"))
    return folder


def in_copy(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)


def test_component_takes_few_files() -> None:
    assert len({*WRITTEN, LIST, COLUMNS}) <= MOST_COUNT


@pytest.mark.slow
def test_component_is_found_by_all_that_follows_from_it(copy: Path) -> None:
    done = in_copy(copy, "pytest", "-q", "-n0", "-p", "no:cacheprovider", *SHOWN_BY)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
def test_its_numbers_are_shown_with_their_source(copy: Path) -> None:
    done = in_copy(copy, "siting", "show", "us-small", "--table", "engines")
    assert done.returncode == 0, done.stderr
    assert "engines.gas.fuel_usd_per_mwh" in done.stdout


@pytest.mark.parametrize("wing", [place for place in WRITTEN if "/components/engines.py" in place])
def test_forgotten_wing_is_named(wing: str, copy: Path) -> None:
    aside = (copy / wing).rename(copy / "aside")
    try:
        done = in_copy(copy, "pytest", "-q", "-n0", "-p", "no:cacheprovider", "tests/architecture/test_wings.py")
        assert done.returncode == 1
        assert "components.engines" in done.stdout
    finally:
        aside.rename(copy / wing)
