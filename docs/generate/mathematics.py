"""Formulas between dollars, turned into MathML when the pages are built: browsers draw it without a script."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from latex2mathml.converter import convert
from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

INLINE = r"(?<![\\$\w])\$(?=[^\s$])([^$]+?)(?<=\S)\$(?![\w$])"
DISPLAY = re.compile(r"\A\$\$\n?(.+?)\n?\$\$\Z", flags=re.DOTALL)

LETTERS_OF_A_WORD = re.compile(r'<mi mathvariant="normal">[A-Za-z]</mi>(?:<mi mathvariant="normal">[A-Za-z]</mi>)+')
LOW_LINE = '<mo accent="true">&#x02015;</mo>'
STRETCHED_LOW_LINE = '<mo stretchy="true">&#x0005F;</mo>'


def mathml(formula: str, *, display: bool = False) -> str:
    """Return a formula as MathML.

    Parameters
    ----------
    formula : str
        LaTeX.
    display : bool
        Whether it stands on a line of its own.

    Raises
    ------
    ValueError
        If a command is not known: it would stand on the page as it is.
    """
    found = convert(formula, display="block" if display else "inline")
    found = LETTERS_OF_A_WORD.sub(_word, found).replace(LOW_LINE, STRETCHED_LOW_LINE)
    found = found.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "", 1)
    if "\\" in found:
        raise ValueError(f"a formula has a command that MathML lacks: {formula}")
    return found


def _word(found: re.Match[str]) -> str:
    """Join letters that were set one by one."""
    return f"<mi>{re.sub('<[^>]+>', '', found[0])}</mi>"


class _Inline(InlineProcessor):
    """Formulas in a sentence."""

    # The name and the arguments are those of Markdown, whose stubs want an element: the text of a stash is as good.
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: ARG002, N802
        """Keep the formula apart from the rest of the text."""
        return self.md.htmlStash.store(mathml(m[1])), m.start(0), m.end(0)


class _Display(BlockProcessor):
    """Formulas on lines of their own."""

    def test(self, parent: Element, block: str) -> bool:  # noqa: ARG002 - Markdown's arguments
        """Whether a block is one."""
        return bool(DISPLAY.match(block.strip()))

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Put it into a box that scrolls by itself on narrow screens."""
        found = DISPLAY.match(blocks.pop(0).strip())
        if found is not None:
            box = SubElement(parent, "div", {"class": "formula", "tabindex": "0"})
            box.text = self.parser.md.htmlStash.store(mathml(found[1], display=True))


class Mathematics(Extension):
    """Formulas between dollars as MathML."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        """Come after code, before all else."""
        md.inlinePatterns.register(_Inline(INLINE, md), "mathematics", 185)
        md.parser.blockprocessors.register(_Display(md.parser), "mathematics", 95)


def makeExtension(**options: Any) -> Mathematics:  # noqa: N802 - Markdown's name
    """Make the extension, as Markdown asks for it."""
    return Mathematics(**options)
