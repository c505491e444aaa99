"""Books of energisation: no site's connection is larger than what has power."""

from __future__ import annotations

from collections.abc import Iterator

from siting.accounts.book import Book, Finding
from siting.accounts.numbers import Books


def checks(n: Books) -> Iterator[Finding]:
    """A connection is within what is energised when the period begins."""
    energised = n["energisation.energised_mw"] * n["open_count"]
    firm = n["connection_mw"] - n.flexible()
    yield "connection within what is energised", ("site", "period"), firm - energised, energised


BOOK = Book(checks=checks)
