"""The HTML that studies, cases and plans show of themselves in a notebook: small, and without anything from elsewhere.

Colours are those of the notebook, light or dark: text inherits its own, and lines are drawn in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from siting.quantities import format_number

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["card", "chosen", "named", "stated", "table"]

NAMED_COUNT = 6
"""Members of a list that are named; the rest is counted."""

_BOX = "border-left:3px solid currentColor;padding:0.2em 0 0.2em 0.9em;max-width:62em;line-height:1.45"
_TABLE = "border-collapse:collapse;border:none;margin:0.5em 0;background:transparent;color:inherit;font-size:inherit"
_LINE = "border:none;border-bottom:1px solid rgba(128,128,128,0.35);padding:0.2em 1em 0.2em 0;vertical-align:top"


def card(title: str, lines: Iterable[str], *parts: str) -> str:
    """Return a box with a title, some lines of text, and pieces of HTML below."""
    said = "".join(f"<div>{escape(line.strip())}</div>" for line in lines if line.strip())
    return f'<div style="{_BOX}"><strong>{escape(title)}</strong>{said}{"".join(parts)}</div>'


def table(rows: Iterable[Sequence[str]], headers: Sequence[str] = (), numbers: Sequence[int] = ()) -> str:
    """Return a table.

    Parameters
    ----------
    rows : iterable of sequences of str
        Its cells, as text.
    headers : sequence of str
        What stands above; nothing by default.
    numbers : sequence of int
        Places of the columns that are set to the right.
    """

    def line(tag: str, cells: Sequence[str]) -> str:
        sides = ("right" if place in numbers else "left" for place in range(len(cells)))
        written = zip(cells, sides, strict=True)
        return "".join(f'<{tag} style="{_LINE};text-align:{side}">{escape(cell)}</{tag}>' for cell, side in written)

    head = f"<thead><tr>{line('th', headers)}</tr></thead>" if headers else ""
    body = "".join(f"<tr>{line('td', row)}</tr>" for row in rows)
    return f'<table style="{_TABLE}">{head}<tbody>{body}</tbody></table>'


def named(members: Sequence[object]) -> str:
    """Name the first members, and count the others.

    Examples
    --------
    >>> named([2030, 2035])
    '2030, 2035'
    >>> named("abcdefgh")
    'a, b, c, d, e, f and 2 more'
    """
    more = len(members) - NAMED_COUNT
    return ", ".join(map(str, members[:NAMED_COUNT])) + (f" and {more} more" if more > 0 else "")


def chosen(choice: str | Sequence[str], of: str) -> str:
    """Say what a study chooses of something.

    Examples
    --------
    >>> chosen("all", "of the catalogue's sites")
    "all of the catalogue's sites"
    >>> chosen(("a", "b"), "of the catalogue's sites")
    '2: a, b'
    """
    return f"{choice} {of}" if isinstance(choice, str) else f"{len(choice)}: {named(choice)}"


def stated(part: BaseModel) -> Iterator[tuple[str, str]]:
    """Yield the fields of a part of a study that differ from their defaults: what each is, and how much."""
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if value != field.get_default(call_default_factory=True):
            yield (field.description or name).split(";")[0].rstrip("."), _text(name, value)


def _text(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_text(name, amount)}" for key, amount in value.items())
    if isinstance(value, int | float):
        return format_number(name, value)
    return value if isinstance(value, str) else named(value)
