"""Books of work left undone.

Its price only makes the replay do what can be done; it is no cost of a plan, so no account has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from siting.accounts.book import Book, Term
from siting.accounts.numbers import Books
from siting.text import N_

if TYPE_CHECKING:
    from siting.case.solution import Solution


def hourly(n: Books, _: Solution) -> Iterator[Term]:
    """Work left undone."""
    yield "unserved_pflop", n.decided("unserved_pflop", "site", "period", "hour").values


BOOK = Book(
    hourly=hourly,
    term_labels={"unserved": N_("Unserved work"), "penalty": N_("penalty"), "customers": N_("Customers")},
)
