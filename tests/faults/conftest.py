"""A result of a small study of one's own, written once by the command line and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_study import write_study

from siting.cli import app as cli
from siting.plan.plan import Plan
from siting.reports.render import CONTENTS
from siting.results.folder import load
from siting.results.writing import write


@pytest.fixture(scope="session")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Result folder of `siting run`; never to be changed."""
    folder = tmp_path_factory.mktemp("result")
    study = write_study(folder)
    assert cli.call(["run", str(study), "-o", str(folder / "out"), "--quiet"]) == 0
    return folder / "out"


@pytest.fixture
def copy(result: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    return Path(shutil.copytree(result, tmp_path / "copy"))


@pytest.fixture(scope="session")
def plan(result: Path) -> Plan:
    """The plan of it."""
    return load(result)


@pytest.fixture(scope="session")
def without_pages(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same result without reports, which take most of the time to hold; never to be changed."""
    return write(plan, tmp_path_factory.mktemp("result") / "bare", languages=())


@pytest.fixture
def bare(without_pages: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    return Path(shutil.copytree(without_pages, tmp_path / "bare"))


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports of a few words, where nothing that they say is looked at: they take most of the time of writing."""

    def pages(_plan: Plan, language: str) -> dict[str, str]:
        return {kind: f"{kind} in {language}" for kind in CONTENTS}

    monkeypatch.setattr("siting.reports.render.render", pages)


@pytest.fixture
def read_before(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of a folder is at hand, where nothing that it is read from is touched: `verify` looks at the rest."""
    monkeypatch.setattr("siting.results.verifying.loaded", lambda _folder, _manifest: plan)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run a command; its exit code and what it complains of."""

    def run(*words: object) -> tuple[int, str]:
        capsys.readouterr()
        code = cli.call([str(word) for word in words])
        complaint = capsys.readouterr().err
        assert "Traceback" not in complaint
        return code, complaint

    return run
