"""The site as it is built: nothing is loaded from elsewhere, all formulas are drawn. `.ci/run` runs the notebooks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))

pytestmark = pytest.mark.docs


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site, with notebooks as they are committed."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    from generate import tutorials

    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setattr(tutorials, "executed", lambda path: json.loads(path.read_text("utf-8")))
        config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True)
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        config.plugins.on_shutdown()
    return folder


def pages(folder: Path) -> list[Path]:
    found = [path for path in sorted(folder.rglob("*.html")) if path.name != "404.html"]
    assert len(found) > 10
    return found


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    from generate.offline import foreign_references

    assert list(foreign_references(site)) == []


def test_formulas_are_drawn_without_a_script(site: Path) -> None:
    text = (site / "formulation.html").read_text("utf-8")
    assert text.count('<math display="block">') > 100
    for page in pages(site):
        words = re.sub(r"<(code|pre|script|style)\b.*?</\1>", " ", page.read_text("utf-8"), flags=re.DOTALL)
        assert re.findall(r"\$\$|\\[a-z]{2,}|:math:", words) == [], page.name


def test_search_works_from_a_file(site: Path) -> None:
    """Browsers allow no worker in a page opened as a file: the shim and the index come as scripts."""
    assert (site / "search" / "search_index.js").read_text("utf-8").startswith("var __index = ")
    for page in pages(site):
        assert "assets/iframe-worker.js" in page.read_text("utf-8")


def test_builders_are_not_published(site: Path) -> None:
    assert [path for path in site.rglob("*") if path.suffix in (".py", ".ipynb")] == []


def test_every_notebook_is_a_page(site: Path) -> None:
    assert len(NOTEBOOKS) == 4
    for path in NOTEBOOKS:
        assert (site / "tutorials" / f"{path.stem}.html").is_file()


def test_formula_with_an_unknown_command_is_refused() -> None:
    from generate.mathematics import mathml

    with pytest.raises(ValueError, match="has a command that MathML lacks"):
        mathml(r"a \le \furlong b")


def test_words_in_formulas_are_words() -> None:
    from generate.mathematics import mathml

    assert "<mi>land</mi>" in mathml(r"\gamma^{\mathrm{land}}_s")


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("a price of $p$ and $q_s$", 2),
        ("from $5 to $7", 0),
        ("`$p$` is code", 0),
        ("$$\na \\le b\n$$", 1),
        ("words\n\n$$\na\n$$\n\nwords", 1),
    ],
)
def test_dollars_of_money_are_no_formulas(text: str, formulas: int) -> None:
    from markdown import Markdown

    from generate.mathematics import Mathematics

    assert Markdown(extensions=[Mathematics()]).convert(text).count("<math") == formulas


def test_failing_cell_fails_the_build(tmp_path: Path) -> None:
    from nbclient.exceptions import CellExecutionError

    from generate.tutorials import executed

    notebook = json.loads(NOTEBOOKS[0].read_text("utf-8"))
    notebook["cells"] = [
        {"cell_type": "code", "id": "a", "metadata": {}, "source": "1 / 0", "outputs": [], "execution_count": None}
    ]
    path = tmp_path / "broken.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        executed(path)


def test_outputs_are_shown_and_scripts_are_not() -> None:
    from generate.tutorials import tutorial_page

    def code(*outputs: object) -> dict[str, object]:
        return {"cell_type": "code", "source": ["f()"], "outputs": list(outputs)}

    notebook = {
        "cells": [
            {"cell_type": "markdown", "source": ["# Title"]},
            code(
                {"output_type": "stream", "name": "stdout", "text": ["one\n"]},
                {"output_type": "stream", "name": "stderr", "text": ["a warning\n"]},
                {"output_type": "stream", "name": "stdout", "text": ["<two>\n"]},
            ),
            code({"output_type": "execute_result", "data": {"text/html": ["<b>x</b>\n\n<script>y()</script>"]}}),
            code({"output_type": "execute_result", "data": {"text/plain": ["'plain'"]}}),
        ]
    }
    page = tutorial_page(notebook)
    assert page.startswith("# Title\n\n```python\nf()\n```\n")
    assert ">one&#10;&lt;two&gt;&#10;</pre>" in page
    assert "<b>x</b>" in page
    assert "script" not in page
    assert "warning" not in page
    assert ">'plain'&#10;</pre>" in page


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert [cell["outputs"] for cell in cells if cell["outputs"] or cell["execution_count"]] == []
