"""What the documents tell people to type works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import siting
from siting.cli.app import app
from siting.data.tables.of_study import tables_of

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """Fenced blocks of the README in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[str]:
    """Every `siting` command that the README shows, without what follows two spaces."""
    indented = re.findall(r"^    .*?(siting [a-z].*?)(?:  |$)", README, flags=re.MULTILINE)
    inline = re.findall(r"`(siting [a-z][^`]*)`", README)
    return sorted({*indented, *inline})


def test_first_screen_has_two_commands() -> None:
    first = README.split("\n## ")[0]
    assert re.findall(r"^    (.*)$", first, flags=re.MULTILINE) == [
        "python -m pip install . && siting run us",
        'python -m pip install ".[test]" && python -m pytest',
    ]


@pytest.mark.parametrize("command", commands())
def test_command_is_understood(command: str) -> None:
    words = shlex.split(command)[1:]
    app.parse_args(words, exit_on_error=False, print_error=False)


def test_study_of_the_readme_is_right(tmp_path: Path) -> None:
    text, tables = blocks("yaml")
    path = tmp_path / "dear-carbon.yaml"
    path.write_text(text, "utf-8")
    assert siting.load_study(path).policy.carbon_price_usd_per_t == 200
    path.write_text(text + tables, "utf-8")
    sites = tables_of(siting.load_study(path))[0]["sites"].set_index("site_id")
    assert (sites.loc["my-barn", "name"], sites.loc["polk-ia", "land_usd_per_ha"]) == ("My barn", 400_000)


@pytest.mark.slow
def test_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (text,) = blocks("python")
    exec(compile(text, "README.md", "exec"), {})
    assert (tmp_path / "results" / "us-small" / "plan.json").is_file()


def test_links_lead_somewhere() -> None:
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text("utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            assert (ROOT / target).exists(), f"{document}: {target}"


def test_version_is_the_same_everywhere() -> None:
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text("utf-8"), flags=re.MULTILINE)
    assert cited is not None
    assert cited.group(1) == siting.__version__
