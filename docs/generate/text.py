"""Pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; no header row is repeated, and bars in cells are kept.

    Examples
    --------
    >>> print(table(["a", "b"], [["1", "x|y"]]))
    | a | b |
    |---|---|
    | 1 | x&#124;y |
    """
    lines = [headers, *rows]
    written = [f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines]
    return "\n".join([written[0], f"|{'---|' * len(headers)}", *written[1:]])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "&#124;")


def code(name: str) -> str:
    """Return a name in code; nothing for none."""
    return f"`{name}`" if name else ""


def page(title: str, *parts: str) -> str:
    """Return a page under a title."""
    return "\n\n".join([f"# {title}", *(part.strip() for part in parts if part.strip())]) + "\n"


def folded(summary: str, inside: str) -> str:
    """Return a box that a reader opens."""
    return f'<details markdown="1">\n<summary>{summary}</summary>\n\n{inside}\n\n</details>'
