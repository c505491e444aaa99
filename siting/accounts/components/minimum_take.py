"""Books of the minimum take."""

from __future__ import annotations

from collections.abc import Iterator

from siting.accounts.book import Book, CostTerm, Finding, ResultTable, Term
from siting.accounts.numbers import Books
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """The demand charge on what a month's peak lacks."""
    if n.has("untaken_mw"):
        charge = n["grid.demand_charge_usd_per_mw_month"][:, None]
        yield "minimum_take.untaken", charge * n["untaken_mw"].sum(axis=-1)


def checks(n: Books) -> Iterator[Finding]:
    """The billed peak of each month is no less than the share of the connection."""
    if n.has("untaken_mw"):
        least = n["minimum_take.min_take_fraction"][:, None, None] * n["connection_mw"][..., None]
        billed = n["month_peak_mw"] + n["untaken_mw"]
        yield "minimum take", ("site", "period", "month"), least - billed, billed


def tables(n: Books) -> Iterator[ResultTable]:
    """What is billed beyond the peaks, by month."""
    if n.has("untaken_mw"):
        yield ResultTable("minimum_take", {"untaken_mw": n.decided("untaken_mw", "site", "period", "month")})


BOOK = Book(
    cost_terms=(CostTerm("minimum_take.untaken", kind="operating", is_price_of_power=True),),
    costs=costs,
    checks=checks,
    tables=tables,
    column_labels={"untaken_mw": N_("Billed beyond the peak")},
    term_labels={"minimum_take": N_("Minimum take"), "untaken": N_("power billed beyond the peak")},
)
