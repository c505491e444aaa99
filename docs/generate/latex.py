"""Reading formulas: which symbols they use, with which indices."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[A-Za-z]|[0-9.]+|\S")

ACCENTS = frozenset({r"\bar", r"\hat", r"\underline", r"\overline"})
LABELS = re.compile(r"\\mathrm\{[A-Za-z]+\}|\\max|\\min|[+-]")
"""What stands above a symbol and belongs to its name; anything else there is a power."""

WORDS = frozenset(
    [
        *(r"\sum", r"\min", r"\max", r"\frac", r"\left", r"\right", r"\lceil", r"\rceil", r"\lfloor", r"\rfloor"),
        *(r"\lvert", r"\rvert", r"\le", r"\ge", r"\in", r"\qquad", r"\quad", r"\,", r"\{", r"\}", r"\mathbb", r"\dots"),
    ]
)
"""Commands that are no symbols."""


class FormulaError(ValueError):
    """A formula that cannot be read."""


@dataclasses.dataclass(frozen=True)
class Use:
    """A symbol as it stands in a formula.

    Parameters
    ----------
    head : str
        The symbol without its indices.
    indices : tuple of str
        Its indices.
    """

    head: str
    indices: tuple[str, ...]


def parse(notation: str) -> Use:
    """Return the one symbol of a notation such as ``S^{+}_{s,y,h}``.

    Raises
    ------
    FormulaError
        If it is none, or more than one.

    Examples
    --------
    >>> parse(r"S^{+}_{s,y,h}")
    Use(head='S^{+}', indices=('s', 'y', 'h'))
    """
    found = list(uses(notation))
    if len(found) != 1:
        raise FormulaError(f"{notation!r} is not one symbol")
    return found[0]


def uses(formula: str) -> Iterator[Use]:
    """Yield every symbol of a formula, in order; numbers, operators and words are none.

    Raises
    ------
    FormulaError
        If a brace is not closed.
    """
    text = re.sub(r"\\text\{[^}]*\}|\\mathbb\{[A-Z]\}(_\{[^}]*\})?", " ", formula)
    tokens = TOKEN.findall(text)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token in ACCENTS or token == r"\mathrm":
            inner, after = _group(tokens, place + 1)
            head = f"{token}{{{inner}}}"
        elif token[0].isalpha() or (token[0] == "\\" and token not in WORDS):
            head, after = token, place + 1
        else:
            if token == "_":  # an index of a sum or a limit: letters only
                _, after = _group(tokens, place + 1)
                place = after
                continue
            place += 1
            continue
        head, indices, place = _scripts(head, tokens, after)
        yield Use(head, indices)


def _scripts(head: str, tokens: list[str], place: int) -> tuple[str, tuple[str, ...], int]:
    """Read what stands above and below a symbol: its whole name, its indices, and the place after them."""
    indices: tuple[str, ...] = ()
    while place < len(tokens) and tokens[place] in ("^", "_"):
        inner, after = _group(tokens, place + 1)
        if tokens[place] == "_":
            indices = tuple(inner.split(","))
        elif LABELS.fullmatch(inner):
            head = f"{head}^{{{inner}}}" if not inner.startswith(r"\m") or "{" in inner else f"{head}^{inner}"
        place = after
    return head, indices, place


def _group(tokens: list[str], place: int) -> tuple[str, int]:
    """Text of a group in braces, or of one token; and the place after it."""
    if place >= len(tokens):
        raise FormulaError("a formula ends within a symbol")
    if tokens[place] != "{":
        return tokens[place], place + 1
    depth, start = 1, place + 1
    while depth:
        place += 1
        if place >= len(tokens):
            raise FormulaError("a brace is not closed")
        depth += {"{": 1, "}": -1}.get(tokens[place], 0)
    return "".join(tokens[start:place]), place + 1
