"""Books of the rules for large loads: the charge, and what must be given up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, ResultTable, Term
from siting.accounts.numbers import Books
from siting.case.case import Array, Field
from siting.text import N_


def _beyond_mw(n: Books) -> Array:
    """Full load in the worst hour beyond the size of the rules, by site and period [MW]."""
    beyond: Array = np.maximum(n.worst_hour() - n["large_load_rules.large_load_mw"][:, None], 0.0)
    return beyond


def costs(n: Books) -> Iterator[Term]:
    """The charge on what is beyond the size."""
    if n.has("large_mw"):
        yield "large_load_rules.charge", n["large_load_rules.large_load_usd_per_mw_yr"][:, None] * n["large_mw"]


def checks(n: Books) -> Iterator[Finding]:
    """What counts as large is no less than it is, and the share of it is given up in its hours."""
    if not n.has("large_mw"):
        return
    worst, beyond = n.worst_hour(), _beyond_mw(n)
    yield "large load beyond its size", ("site", "period"), beyond - n["large_mw"], worst
    share, connection = n["large_load_rules.large_load_give_fraction"], n["connection_mw"]
    if share.any():
        beside = connection - worst + share[:, None] * beyond
        most = connection[..., None] - n["large_load_rules.duty_fraction"][:, None, :] * beside[..., None]
        scale = np.maximum(most, n["draw_mw"])
        yield "share of a large load given up", ("site", "period", "hour"), n["draw_mw"] - most, scale


def tables(n: Books) -> Iterator[ResultTable]:
    """By site and period: what is beyond the size, what is given up of it and for how long, and the charge."""
    if not n.has("large_mw"):
        return
    by, beyond = ("site", "period"), _beyond_mw(n)
    share = n["large_load_rules.large_load_give_fraction"][:, None]
    hours = np.broadcast_to((n["large_load_rules.duty_fraction"] @ n.weight)[:, None], beyond.shape)
    columns = {
        "large_mw": beyond,
        "given_share_mw": share * beyond,
        "given_share_h_per_yr": hours * (share * beyond > 0),
        "large_load_usd_per_yr": n["large_load_rules.large_load_usd_per_mw_yr"][:, None] * n["large_mw"],
    }
    yield ResultTable("large_load_rules", {name: Field(by, values) for name, values in columns.items()})


BOOK = Book(
    cost_terms=(CostTerm("large_load_rules.charge", kind="operating", is_price_of_power=True),),
    costs=costs,
    checks=checks,
    tables=tables,
    column_labels={
        "large_mw": N_("Load beyond the size of the rule"),
        "given_share_mw": N_("Given up of it"),
        "given_share_h_per_yr": N_("Hours in which it is given up"),
        "large_load_usd_per_yr": N_("Charge on large load"),
    },
    term_labels={"large_load_rules": N_("Rules for large loads"), "charge": N_("charge on large loads")},
)
