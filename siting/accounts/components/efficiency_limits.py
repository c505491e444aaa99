"""Books of the limits on PUE and WUE: they cost nothing of their own."""

from __future__ import annotations

from collections.abc import Iterator

from siting.accounts.book import Book, Finding
from siting.accounts.numbers import Books


def checks(n: Books) -> Iterator[Finding]:
    """Each site's PUE and WUE over the year."""
    it_mwh = n.yearly(n.it())
    if n.policy.pue_max_ratio is not None:
        allowed = n.policy.pue_max_ratio * it_mwh
        yield "PUE limit", ("site", "period"), n.yearly(n.it() + n.overhead()) - allowed, allowed
    if n.policy.wue_max_l_per_kwh is not None:
        allowed = n.policy.wue_max_l_per_kwh * it_mwh
        yield "WUE limit", ("site", "period"), n.water() - allowed, it_mwh


BOOK = Book(checks=checks)
