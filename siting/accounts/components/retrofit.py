"""Books of the halls that stand already and are converted to another way of cooling."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, Term
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """The upkeep of all that stood before."""
    if not n.has("converted_count"):
        return
    standing = n.kept_mw() + n.in_mw(n.cumulative("converted_count"))
    yield "retrofit.maintenance", np.einsum("k,sky->sy", n["halls.maintenance_usd_per_mw_yr"], standing)


def purchases(n: Books) -> Iterator[Purchase]:
    """Conversions, which live and are written off as the halls that they make."""
    if not n.has("converted_count"):
        return
    each_usd = n["retrofit.conversion_usd_per_mw"][:, None] * np.moveaxis(n.in_mw(n["converted_count"]), 1, 0)
    yield from bought(n, "retrofit.capital", "halls.hall", each_usd)


def checks(n: Books) -> Iterator[Finding]:
    """No more is converted than stands."""
    if n.has("converted_count"):
        gone, standing = n.in_mw(n.cumulative("converted_count")).sum(axis=1), n.standing_mw()
        yield "conversions within the existing halls", ("site", "period"), gone - standing, standing


BOOK = Book(
    cost_terms=(
        CostTerm("retrofit.capital", kind="capital", is_price_of_power=False),
        CostTerm("retrofit.maintenance", kind="operating", is_price_of_power=False),
    ),
    costs=costs,
    purchases=purchases,
    checks=checks,
    whole=("converted_count",),
    term_labels={"retrofit": N_("Existing halls")},
)
