"""Books of stepped supply."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, ResultTable, Term
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.case import Field
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """The price of each step on top of power's."""
    if n.has("supply_mw"):
        yield "supply_steps.adder", np.einsum("t,sty->sy", n["supply_steps.supply_usd_per_mw_yr"], n["supply_mw"])


def purchases(n: Books) -> Iterator[Purchase]:
    """Works that the load pays, when a step is added."""
    if n.has("supply_mw"):
        worth_usd = np.einsum("t,sty->sy", n["supply_steps.upgrade_usd_per_mw"], n["supply_mw"])
        yield from bought(n, "supply_steps.works", "grid.connection", np.diff(worth_usd, axis=1, prepend=0))


def checks(n: Books) -> Iterator[Finding]:
    """A connection is served by steps of its own authority, and no step serves more than it has."""
    if not n.has("supply_mw"):
        return
    served, inside = n["supply_mw"], n["supply_steps.in_authority_count"]
    has_steps = np.asarray(inside.any(axis=1))[:, None]
    short = (n["connection_mw"] - served.sum(axis=1)) * has_steps
    yield "connection within its steps", ("site", "period"), short, n["connection_mw"]
    together, most = served.sum(axis=0), n["supply_steps.supply_most_mw"]
    yield "step within its power", ("step", "period"), together - most, most
    elsewhere = served * (1 - inside)[..., None]
    yield "step of its own authority", ("site", "step", "period"), elsewhere, np.ones_like(served)


def tables(n: Books) -> Iterator[ResultTable]:
    """What each step serves at each site, what its works cost, and who pays them."""
    if not n.has("supply_mw"):
        return
    by, served = ("site", "step", "period"), n["supply_mw"]
    columns = {
        "supply_mw": served,
        "adder_usd_per_yr": n["supply_steps.supply_usd_per_mw_yr"][:, None] * served,
        "works_usd": n["supply_steps.upgrade_usd_per_mw"][:, None] * served,
        "shared_works_usd": n["supply_steps.shared_usd_per_mw"][:, None] * served,
    }
    yield ResultTable("supply_steps", {name: Field(by, values) for name, values in columns.items()})


BOOK = Book(
    cost_terms=(
        CostTerm("supply_steps.adder", kind="operating", is_price_of_power=True),
        CostTerm("supply_steps.works", kind="capital", is_price_of_power=True),
    ),
    costs=costs,
    purchases=purchases,
    checks=checks,
    kept=("supply_mw",),
    technology=(("supply_steps", "step_id"),),
    tables=tables,
    column_labels={
        "supply_mw": N_("Served by the step"),
        "adder_usd_per_yr": N_("On top of power's price"),
        "works_usd": N_("Works that the load pays"),
        "shared_works_usd": N_("Works that all customers pay"),
    },
    term_labels={
        "supply_steps": N_("Steps of supply"),
        "adder": N_("price on top of power's"),
        "works": N_("works for the step"),
    },
)
