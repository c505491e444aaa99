"""Books of the rules of a state: what carbon costs, and what may be emitted, drawn and connected."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts import books
from siting.accounts.book import Book, CostTerm, Finding, Term
from siting.accounts.caps import caps
from siting.accounts.numbers import Books
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """The price of all carbon, by the method of the policy."""
    if n.policy.carbon_price_usd_per_t:
        name = "carbon" if n.policy.carbon_price_is_charged else "shadow"
        yield f"carbon_price.{name}", n["policy.carbon_price_usd_per_t"] * books.carbon(n, n.policy.carbon_method)


def checks(n: Books) -> Iterator[Finding]:
    """Caps on what all sites have together, and on the connections in a grid zone."""
    for cap in caps(n):
        yield f"{cap.name} cap", ("period",), cap.used - cap.most, cap.scale
    zone = n.case.tables["sites"]["grid_zone_id"].to_numpy()
    for name, limit in n.policy.grid_zone_limit_mw.items():
        inside = n["connection_mw"][zone == name].sum(axis=0)
        yield f"connections in {name}", ("period",), inside - limit, np.full_like(inside, limit)


BOOK = Book(
    cost_terms=(
        CostTerm("carbon_price.carbon", kind="operating", is_price_of_power=True),
        CostTerm("carbon_price.shadow", kind="shadow", is_price_of_power=True),
    ),
    costs=costs,
    checks=checks,
    term_labels={
        "policy": N_("Policy"),
        "carbon_price": N_("carbon price"),
        "shadow": N_("shadow price"),
        "treasury": N_("Treasury"),
        "no one": N_("No one"),
    },
)
