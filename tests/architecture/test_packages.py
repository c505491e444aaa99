"""The packaging says what the folders hold, and every way of importing gives the same modules."""

from __future__ import annotations

import fnmatch
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
MAPPED = ("data", "models", "reports")


def packages_of(folder: Path, name: str) -> set[str]:
    """Packages below a folder, links and the builders of the catalogue left out."""
    found = {name}
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink() and (entry / "__init__.py").exists() and entry.name != "build":
            found |= packages_of(entry, f"{name}.{entry.name}")
    return found


def test_package_list_equals_folders() -> None:
    expected = packages_of(ROOT / "siting", "siting")
    for name in MAPPED:
        expected |= packages_of(ROOT / name, f"siting.{name}")
    assert sorted(SETUPTOOLS["packages"]) == sorted(expected)


@pytest.mark.parametrize("name", MAPPED)
def test_link_is_relative_and_mapped(name: str) -> None:
    link = ROOT / "siting" / name
    assert link.is_symlink()
    assert link.readlink() == Path("..") / name
    assert SETUPTOOLS["package-dir"][f"siting.{name}"] == name


@pytest.mark.parametrize("name", MAPPED)
def test_mapped_package_refuses_its_short_name(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import {name}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"import this package as siting.{name}, not as {name}" in done.stderr


@pytest.mark.parametrize(
    ("package", "folder"), [("siting.data", "data"), ("siting.reports", "reports"), ("siting", "siting")]
)
def test_every_file_beside_the_code_ships(package: str, folder: str) -> None:
    patterns = SETUPTOOLS["package-data"].get(package, [])
    sources = {".py", ".pyc", ".po", ".pot"}
    unshipped = [
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and path.suffix not in sources
        and "build" not in path.relative_to(ROOT / folder).parts
        and not any(fnmatch.fnmatch(path.relative_to(ROOT / folder).as_posix(), pattern) for pattern in patterns)
    ]
    assert unshipped == []
