"""Books of what a large load commits to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Term
from siting.accounts.numbers import Books
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """What collateral costs, and what is set aside in the last period for leaving at its end."""
    collateral, owed = n["commitment.collateral_usd_per_mw_yr"], n["commitment.exit_usd_per_mw_yr"]
    if not (collateral.any() or owed.any()):
        return
    connection = n["connection_mw"]
    yield "commitment.collateral", collateral[:, None] * connection
    aside = np.zeros_like(connection)
    aside[:, -1] = (owed * np.diff(connection, axis=1, prepend=0)).sum(axis=1)
    yield "commitment.exit", aside


BOOK = Book(
    cost_terms=(
        CostTerm("commitment.collateral", kind="operating", is_price_of_power=True),
        CostTerm("commitment.exit", kind="operating", is_price_of_power=True),
    ),
    costs=costs,
    term_labels={
        "commitment": N_("Commitment to the grid"),
        "collateral": N_("collateral"),
        "exit": N_("leaving before the term"),
        "lenders": N_("Lenders"),
    },
)
