"""Books of coincident peaks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, ResultTable, Term
from siting.accounts.numbers import Books
from siting.case.case import Array, Field
from siting.text import N_


def _charged_usd_per_yr(n: Books) -> Array:
    """What is charged, by site and period."""
    return n.yearly(n["coincident_peaks.coincident_usd_per_mwh"][:, None, :] * n["draw_mw"])


def costs(n: Books) -> Iterator[Term]:
    """The charge on what is drawn in the hours of coincident peaks."""
    if n["coincident_peaks.coincident_usd_per_mwh"].any():
        yield "coincident_peaks.system_peaks", _charged_usd_per_yr(n)


def tables(n: Books) -> Iterator[ResultTable]:
    """What is charged, and the mean draw on which it is, by site and period."""
    price = n["coincident_peaks.coincident_usd_per_mwh"]
    if not price.any():
        return
    whole = n.yearly(price)[:, None]
    charged = _charged_usd_per_yr(n)
    drawn = np.divide(charged, whole, out=np.zeros_like(charged), where=whole > 0)
    columns = {"coincident_mw": drawn, "coincident_usd_per_yr": charged}
    yield ResultTable("coincident_peaks", {name: Field(("site", "period"), array) for name, array in columns.items()})


BOOK = Book(
    cost_terms=(CostTerm("coincident_peaks.system_peaks", kind="operating", is_price_of_power=True),),
    costs=costs,
    tables=tables,
    column_labels={
        "coincident_mw": N_("Drawn in coincident peaks"),
        "coincident_usd_per_yr": N_("Charged for coincident peaks"),
    },
    term_labels={"coincident_peaks": N_("Coincident peaks"), "system_peaks": N_("charge on the system's peaks")},
)
