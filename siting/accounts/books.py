"""The books of all components, found by the names of the list, and what they come to together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.book import Book, CostTerm, Method
from siting.case.case import Array
from siting.case.components import COMPONENTS

if TYPE_CHECKING:
    from siting.accounts.numbers import Books

__all__ = ["all_books", "carbon", "cost_term"]


@cache
def all_books() -> tuple[Book, ...]:
    """Return the book of each component, in reading order.

    Raises
    ------
    ModuleNotFoundError
        If a component of the list has none; the message names the file.
    """
    return tuple(import_module(f"siting.accounts.components.{name}").BOOK for name in COMPONENTS)


def cost_term(name: str) -> CostTerm:
    """Return what kind of cost a term of the cost ledger is.

    Parameters
    ----------
    name : str
        ``component.term``.

    Raises
    ------
    LookupError
        If no book states it.
    """
    try:
        return _cost_terms()[name]
    except KeyError:
        raise LookupError(
            f"no book states the cost term {name}: add it to the cost_terms of its file in siting/accounts/components"
        ) from None


@cache
def _cost_terms() -> Mapping[str, CostTerm]:
    return MappingProxyType({term.name: term for book in all_books() for term in book.cost_terms})


def carbon(n: Books, method: Method) -> Array:
    """Return the carbon of all components by one method [t/yr by site and period].

    Parameters
    ----------
    n : Books
        Case and decisions.
    method : {"location", "market", "hourly", "embodied"}
        How carbon is counted.
    """
    terms: Iterator[Array] = (term for book in all_books() for _, term in book.carbon(n, method))
    return sum(terms, np.zeros((len(n.case.axes["site"]), len(n.case.axes["period"]))))
