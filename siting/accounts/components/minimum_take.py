"""Books of the minimum take."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, ResultTable, Term
from siting.accounts.numbers import Books
from siting.case.case import Array, Field
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """The demand charge on what a month's peak lacks."""
    if n.has("untaken_mw"):
        charge = n["grid.demand_charge_usd_per_mw_month"][:, None]
        yield "minimum_take.untaken", charge * n["untaken_mw"].sum(axis=-1)


def _least_mw(n: Books) -> Array:
    """What is billed in every month at the least: a share of the connection, or of the year's highest peak."""
    least: Array = n["minimum_take.min_take_fraction"][:, None] * n["connection_mw"]
    if n.has("year_peak_mw"):
        least = np.maximum(least, n["minimum_take.ratchet_fraction"][:, None] * n["year_peak_mw"])
    return least


def of_year(n: Books) -> dict[str, Field]:
    """What a year's dispatch comes to: its highest peak, and what is billed beyond those of the months.

    Parameters
    ----------
    n : Books
        Of a full year.
    """
    if not n.has("year_peak_mw"):
        return {}
    found = {"year_peak_mw": Field(("site", "period"), n["month_peak_mw"].max(axis=-1))}
    least = _least_mw(Books(n.case, {**n.decisions, **found}))[..., None]
    untaken = np.maximum(least - n["month_peak_mw"], 0.0)
    return {**found, "untaken_mw": Field(("site", "period", "month"), untaken)}


def checks(n: Books) -> Iterator[Finding]:
    """The billed peak of each month is no less than either share, and the year's peak no less than any month's."""
    if not n.has("untaken_mw"):
        return
    billed = n["month_peak_mw"] + n["untaken_mw"]
    yield "minimum take", ("site", "period", "month"), _least_mw(n)[..., None] - billed, billed
    if n.has("year_peak_mw"):
        highest = n["month_peak_mw"].max(axis=-1)
        yield "peak of the year", ("site", "period"), highest - n["year_peak_mw"], highest


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
