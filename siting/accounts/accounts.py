"""A plan's accounts: each term of the ledgers, worked out again from the books.

The audit compares them with what the model says; the replay, which has no model of the whole, takes them as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import get_args

from siting.accounts.book import Book, Method, Term
from siting.accounts.books import all_books
from siting.accounts.numbers import Books
from siting.case.case import Array, Field

METHODS: tuple[Method, ...] = get_args(Method)
"""Ways of counting carbon."""

LedgerPart = Callable[[Books], Iterator[tuple[str, Field]]]
"""Some terms of one ledger, by ``ledger/component.term``, worked out from the books without those of other parts."""


def cost_terms(books: Books) -> Iterator[Term]:
    """Each term of the cost ledger, worked out again [USD/yr by site and period]."""
    for book in all_books():
        yield from _costs_of(book, books)


def _costs_of(book: Book, books: Books) -> Iterator[Term]:
    """The annuities of what a component buys, and its other costs."""
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
    return {name: field for part in ledger_parts() for name, field in part(books)}


def ledger_parts() -> Iterator[LedgerPart]:
    """The ledgers, by ledger and component."""
    for book in all_books():
        yield partial(_fields, "cost_usd_per_yr", ("site", "period"), partial(_costs_of, book))
    for method in METHODS:
        for book in all_books():
            carbon = partial(_carbon_of, book, method)
            yield partial(_fields, f"carbon_{method}_t_per_yr", ("site", "period"), carbon)
    yield partial(_fields, "water_m3_per_yr", ("site", "period"), _water)
    for book in all_books():
        yield partial(_fields, "power_mw", ("site", "period", "hour"), book.powers)


def _fields(
    ledger: str, axes: tuple[str, ...], terms: Callable[[Books], Iterator[Term]], books: Books
) -> Iterator[tuple[str, Field]]:
    return ((f"{ledger}/{name}", Field(axes, array)) for name, array in terms(books))


def _carbon_of(book: Book, method: Method, books: Books) -> Iterator[Term]:
    return book.carbon(books, method)


def _water(books: Books) -> Iterator[Term]:
    yield "cooling.cooling", books.water()
    if books.has("leased_work_pflop"):
        yield "leases.leased", books.leased_water()
