"""Books of a site's line and substation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.text import N_


def purchases(n: Books) -> Iterator[Purchase]:
    """The line, when its site is opened."""
    opened = np.diff(n["open_count"], axis=1, prepend=0)
    price_usd = opened * n["connection.connection_fixed_usd"][:, None]
    yield from bought(n, "connection.line", "grid.connection", price_usd)


def checks(n: Books) -> Iterator[Finding]:
    """No more is connected than the grid grants an open site."""
    granted = n["grid.headroom_mw"][:, None] * n["open_count"]
    yield "connection within headroom", ("site", "period"), n["connection_mw"] - granted, granted


BOOK = Book(
    cost_terms=(CostTerm("connection.line", kind="capital", is_price_of_power=False),),
    purchases=purchases,
    checks=checks,
    term_labels={"connection": N_("Connection"), "line": N_("line and substation")},
)
