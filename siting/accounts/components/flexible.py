"""Books of flexible connections."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, ResultTable
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.case import Array, Field
from siting.case.regions import sites_by_authority
from siting.text import N_


def _firm_mw(n: Books) -> Array:
    """Most that a site may draw, by site, period and hour [MW]."""
    given_up = n["flexible.given_up_fraction"][:, None, :] * n["flexible_mw"][..., None]
    firm: Array = n["connection_mw"][..., None] - given_up
    return firm


def purchases(n: Books) -> Iterator[Purchase]:
    """The share of a further line of what is flexible, when it is added."""
    if n.has("flexible_mw"):
        worth_usd = n["flexible_mw"] * n["connection.further_line_usd_per_mw"][:, None]
        yield from bought(n, "flexible_connection.line", "grid.connection", np.diff(worth_usd, axis=1, prepend=0))


def checks(n: Books) -> Iterator[Finding]:
    """A site draws no more than its firm part in the hours that it gives up, and has no more than it may."""
    if not n.has("flexible_mw"):
        return
    by, flexible, firm = ("site", "period"), n["flexible_mw"], _firm_mw(n)
    yield "draw within the firm connection", (*by, "hour"), n["draw_mw"] - firm, np.maximum(firm, n["draw_mw"])
    most = n["flexible.flexible_most_mw"] * n["open_count"]
    yield "flexible connection within its limit", by, flexible - most, most
    sites = [str(site) for site in n.case.axes["site"]]
    for authority, own in sites_by_authority(n.case).items():
        inside = [sites.index(site) for site in own]
        limit = n["flexible.authority_most_mw"][inside[0]]
        together = flexible[inside].sum(axis=0)
        yield f"flexible connections in {authority}", ("period",), together - limit, np.full_like(together, limit)


def tables(n: Books) -> Iterator[ResultTable]:
    """By site and period: the flexible and the firm part, the hours given up, and what could not be drawn in them."""
    if not n.has("flexible_mw"):
        return
    by, given = ("site", "period"), n["flexible.given_up_fraction"]
    shape = n["flexible_mw"].shape
    hours = np.broadcast_to((given @ n.weight)[:, None], shape) * (n["flexible_mw"] > 0)
    columns = {
        "flexible_mw": n["flexible_mw"],
        "firm_connection_mw": (n["connection_mw"] - n["flexible_mw"]) * (n["flexible_mw"] > 0),
        "given_up_h_per_yr": hours,
        "given_up_mwh_per_yr": hours * n["flexible_mw"],
    }
    yield ResultTable("flexible", {name: Field(by, values) for name, values in columns.items()})


BOOK = Book(
    cost_terms=(CostTerm("flexible_connection.line", kind="capital", is_price_of_power=True),),
    purchases=purchases,
    checks=checks,
    kept=("flexible_mw",),
    tables=tables,
    column_labels={
        "flexible_mw": N_("Flexible connection"),
        "firm_connection_mw": N_("Firm connection"),
        "given_up_h_per_yr": N_("Hours given up"),
        "given_up_mwh_per_yr": N_("Power given up"),
    },
    term_labels={"flexible_connection": N_("Flexible connection")},
)
