"""Books of the clean energy that a state asks for: it costs nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator

from siting.accounts.book import Book, Finding
from siting.accounts.numbers import Books


def checks(n: Books) -> Iterator[Finding]:
    """Clean energy by the hour of each site, and by the year; that of all sites by the hour is one of the caps."""
    least, annual = n.policy.cfe_min_fraction, n.policy.cfe_annual_min_fraction
    if least is not None and n.policy.cfe_scope == "site":
        used = n.used_mwh()
        yield "clean energy by the hour", ("site", "period"), n.unclean_mwh() - (1 - least) * used, used
    if annual is not None:
        supplied = n.supplied_mwh().sum(axis=0)
        yield "clean energy by the year", ("period",), annual * supplied - n.claimed_mwh().sum(axis=0), supplied


BOOK = Book(checks=checks)
