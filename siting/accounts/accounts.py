"""A plan's accounts: each term of the ledgers, worked out again from the books.

The audit compares them with what the model says; the replay, which has no model of the whole, takes them as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from siting.accounts.book import Method, Term
from siting.accounts.books import all_books
from siting.accounts.numbers import Books
from siting.case.case import Array, Field

METHODS: tuple[Method, ...] = get_args(Method)
"""Ways of counting carbon."""


def cost_terms(books: Books) -> Iterator[Term]:
    """Each term of the cost ledger, worked out again [USD/yr by site and period]."""
    for book in all_books():
        annuities: dict[str, Array] = {}
        for purchase in book.purchases(books):
            annuities[purchase.term] = annuities.get(purchase.term, 0.0) + purchase.annuities(books)
        yield from annuities.items()
        yield from book.costs(books)


def power_terms(books: Books) -> Iterator[Term]:
    """The terms of the power ledger that follow from decisions, worked out again [MW]."""
    for book in all_books():
        yield from book.powers(books)


def ledger_terms(books: Books) -> dict[str, Field]:
    """Every printed term of the ledgers, by ``ledger/component.term``, as a solution holds them."""
    by_site = ("site", "period")
    by_hour = ("site", "period", "hour")
    values = {f"cost_usd_per_yr/{name}": Field(by_site, array) for name, array in cost_terms(books)}
    for method in METHODS:
        for book in all_books():
            for name, array in book.carbon(books, method):
                values[f"carbon_{method}_t_per_yr/{name}"] = Field(by_site, array)
    values["water_m3_per_yr/cooling.cooling"] = Field(by_site, books.water())
    values |= {f"power_mw/{name}": Field(by_hour, power) for name, power in power_terms(books)}
    return values
