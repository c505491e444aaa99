"""Tutorials: notebooks that are run at every build, so that what readers see is what they would get."""

from __future__ import annotations

import html
import itertools
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]

TIME_LIMIT_S = 300
"""Longest that one cell may take before the build fails."""

SCRIPT = re.compile(r"<script\b.*?</script>", flags=re.DOTALL | re.IGNORECASE)
COLOURED = re.compile(r"\x1b\[[0-9;]*m")


def executed(path: Path) -> dict[str, Any]:
    """Run a notebook in an empty folder of its own, and return it with its outputs.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat is not typed
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # the same code as that of the other pages
    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        client = NotebookClient(notebook, timeout=TIME_LIMIT_S, kernel_name="python3", resources=resources)
        client.execute(env=environment)
    found: dict[str, Any] = json.loads(nbformat.writes(notebook))  # type: ignore[no-untyped-call]  # nbformat is not typed
    return found


def tutorial_page(notebook: dict[str, Any]) -> str:
    """Return a notebook as a page: text, code, and below each piece of code what it gave."""
    parts = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"]).strip()
        if cell["cell_type"] == "markdown":
            parts.append(source)
        elif source:
            parts.append(f"```python\n{source}\n```")
            parts += [shown for shown in _all_shown(cell["outputs"]) if shown]
    return "\n\n".join(parts) + "\n"


def _all_shown(outputs: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what a cell gave; text that was printed piece by piece is one."""
    for streamed, some in itertools.groupby(outputs, lambda output: output["output_type"] == "stream"):
        if streamed:
            yield _text("".join("".join(output["text"]) for output in some if output["name"] == "stdout"))
        else:
            yield from map(_shown, some)


def _shown(output: dict[str, Any]) -> str:
    """Return one output: rich where it can be, as text else."""
    data = output.get("data", {})
    for kind in ("text/html", "image/svg+xml"):
        if kind in data:
            inside = SCRIPT.sub("", "".join(data[kind]))
            lines = (line.strip() for line in inside.splitlines())
            return f'<div class="output" tabindex="0">{"".join(line + " " for line in lines if line)}</div>'
    return _text("".join(data.get("text/plain", "")))


def _text(text: str) -> str:
    """Return plain text as it is, without colours of a terminal."""
    kept = html.escape(COLOURED.sub("", text).rstrip(), quote=False)
    lines = "".join(f"{line}&#10;" for line in kept.split("\n"))
    return f'<pre class="output" tabindex="0">{lines}</pre>' if kept else ""
