"""Docstrings of components: their words and equations as Markdown, and the symbols that they state."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Iterator

SECTION = re.compile(r"^(?P<title>[A-Z][a-z]+)\n-{3,}\n", flags=re.MULTILINE)
ENTRY = re.compile(r"^(?P<notation>\S.*?) : (?P<name>\S.*)\n(?P<meaning>(?:[ ]{4}.*\n?)+)", flags=re.MULTILINE)


def body(documented: object) -> str:
    """Return a docstring up to its first section."""
    return SECTION.split(inspect.getdoc(documented) or "", maxsplit=1)[0].strip()


def section(documented: object, title: str) -> str:
    """Return the text of a section of a docstring; empty if it has none."""
    text = inspect.getdoc(documented) or ""
    starts = [*SECTION.finditer(text), None]
    for found, following in itertools.pairwise(starts):
        if found is not None and found["title"] == title:
            return text[found.end() : following.start() if following else len(text)]
    return ""


def entries(documented: object, title: str) -> Iterator[tuple[str, str, str]]:
    """Yield the entries of a section: what stands before the colon, after it, and below it on one line."""
    for found in ENTRY.finditer(section(documented, title) + "\n"):
        yield found["notation"], found["name"], " ".join(found["meaning"].split())


def blocks(text: str) -> Iterator[tuple[bool, str]]:
    """Yield paragraphs of a docstring in order, and whether each is an equation."""
    in_math = False
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.strip() == ".. math::":
            in_math = True
        elif in_math and paragraph.startswith("    "):
            yield True, " ".join(paragraph.split())
        else:
            in_math = False
            yield False, " ".join(paragraph.split())


def equations(documented: object) -> Iterator[str]:
    """Yield the formulas of a docstring's body: those on lines of their own, and those within its sentences."""
    for is_equation, text in blocks(body(documented)):
        if is_equation:
            yield text
        else:
            yield from re.findall(r":math:`([^`]+)`", text)


def markdown(text: str) -> str:
    """Return a docstring's body as Markdown: formulas between dollars, names in code as code."""
    return "\n\n".join(f"$$\n{part}\n$$" if is_equation else words(part) for is_equation, part in blocks(text))


def words(text: str) -> str:
    """Return a sentence of a docstring as Markdown."""
    return re.sub(r":math:`([^`]+)`", r"$\1$", text)
