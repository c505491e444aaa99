"""The newcomer's first hour: every command of the page runs, in its order, in an empty folder."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from siting.cli.app import app, call

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "first-hour.md").read_text("utf-8")

COMMANDS = re.findall(r"^    (siting .*)$", PAGE, flags=re.MULTILINE)

FILES = re.findall(r"`([\w-]+\.(?:yaml|csv))`:\n\n```\w+\n(.*?)```", PAGE, flags=re.DOTALL)
"""Files that the page has a reader save, each with its text."""

WRONG = ("siting check wrong.yaml",)
"""What is refused, as the page says."""


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_understood(command: str) -> None:
    app.parse_args(shlex.split(command)[1:], exit_on_error=False, print_error=False)


def test_every_file_that_a_command_names_is_given() -> None:
    named = {word for command in COMMANDS for word in shlex.split(command) if word.endswith((".yaml", ".csv"))}
    assert named <= {name for name, _ in FILES}


@pytest.mark.slow
def test_the_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES:
        Path(name).write_text(text, encoding="utf-8")
    for command in COMMANDS:
        if command == "siting --version":
            continue
        assert call(shlex.split(command)[1:]) == (2 if command in WRONG else 0), command
    told = capsys.readouterr().err
    assert "wrong.yaml:3: demand.latncy_limit_ms: no such field; did you mean 'latency_limit_ms'?" in told
    assert "wrong.yaml:4: facility.module_mw" in told
    for path in ("first/investment.en.html", "compared/index.html", "mine.zip", "mine/data/sites.csv"):
        assert Path(path).is_file(), path
