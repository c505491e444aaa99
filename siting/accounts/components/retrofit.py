"""Books of the halls that stand already and are converted to another way of cooling."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, Purchase, Term
from siting.accounts.components.halls import written_off
from siting.accounts.numbers import Books
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """Annuities of conversions, and the upkeep of all that stood before."""
    if not n.has("converted_count"):
        return
    converted = n.cumulative("converted_count") * n["halls.module_mw"]
    dear = np.einsum("k,sky->sy", n["halls.hall_annuity_per_yr"], converted)
    yield "retrofit.capital", n["retrofit.conversion_usd_per_mw"][:, None] * dear
    standing = n.kept_mw() + converted
    yield "retrofit.maintenance", np.einsum("k,sky->sy", n["halls.maintenance_usd_per_mw_yr"], standing)


def purchases(n: Books) -> Iterator[Purchase]:
    """Conversions, which live and are written off as the halls that they make."""
    if not n.has("converted_count"):
        return
    each_usd = n["retrofit.conversion_usd_per_mw"][:, None] * n["halls.module_mw"]
    lives = n.case.tables["cooling"]["life_yr"].astype(float)
    for price, life in zip(np.moveaxis(n["converted_count"], 1, 0) * each_usd, lives, strict=True):
        yield Purchase(price, life, written_off(n), is_real_property=True)


def checks(n: Books) -> Iterator[Finding]:
    """No more is converted than stands."""
    if n.has("converted_count"):
        gone, standing = n.cumulative("converted_count").sum(axis=1) * n["halls.module_mw"], n.standing_mw()
        yield "conversions within the existing halls", ("site", "period"), gone - standing, standing


BOOK = Book(
    cost_terms=(
        CostTerm("retrofit.capital", is_annuity=True, is_price_of_power=False),
        CostTerm("retrofit.maintenance", is_annuity=False, is_price_of_power=False),
    ),
    costs=costs,
    purchases=purchases,
    checks=checks,
    whole=("converted_count",),
    term_labels={"retrofit": N_("Existing halls")},
)
