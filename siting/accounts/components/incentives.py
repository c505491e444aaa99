"""Books of the incentives, where each site stands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts import books
from siting.accounts.book import Book, CostTerm, Finding, ResultTable, Term
from siting.accounts.forgone import by_period, granted
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase
from siting.case.case import Array, Field
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """What is granted, if taxes are in the objective."""
    if not n.case.study.finance.is_after_tax or not n.case.axes["incentive"]:
        return
    yield "incentives.relief", -(granted(n)[:, :, None] * _worth(n)).sum(axis=1)


def checks(n: Books) -> Iterator[Finding]:
    """Who is granted what has a threshold invests enough."""
    if not n.has("granted_count"):
        return
    invested = (
        sum((purchase.price_usd for purchase in _purchases(n)), np.zeros_like(n["open_count"]))
        @ n["incentives.counted_count"].T
    )
    asked = n["incentives.threshold_usd"] * n["granted_count"]
    yield "threshold of an incentive", ("site", "incentive"), asked - invested, asked
    told = n["incentives.most_usd_per_yr"][:, :, None] * n["relief_fraction"]
    again = (n["incentives.threshold_usd"] * n["granted_count"] > 0)[:, :, None] * _worth(n)
    axes = ("site", "incentive", "period")
    yield "relief of an incentive", axes, np.abs(told - again), np.maximum(told, again)
    elsewhere = n["granted_count"] * (n["incentives.placed_count"] == 0)
    yield "incentive holds there", ("site", "incentive"), elsewhere, np.ones_like(elsewhere)


def tables(n: Books) -> Iterator[ResultTable]:
    """What treasuries forgo, where each incentive is granted."""
    if n.case.axes["incentive"]:
        forgone = by_period(n, _purchases(n))
        yield ResultTable("incentives", {"tax_forgone_usd": Field(("site", "incentive", "period"), forgone)})


def _worth(n: Books) -> Array:
    """What each incentive is worth to a site that is granted it [USD/yr], by site, incentive and period."""
    worth = np.zeros((*n["incentives.placed_count"].shape, len(n.case.axes["period"])))
    for purchase in _purchases(n):
        held = purchase.abatement_per_yr * purchase.in_use_usd()[..., None]
        for i in range(worth.shape[1]):
            worth[:, i] += purchase.by_use(purchase.relief_per_yr[..., i]) + held[..., i]
    return worth


def _purchases(n: Books) -> Iterator[Purchase]:
    return (purchase for book in books.all_books() for purchase in book.purchases(n))


BOOK = Book(
    cost_terms=(CostTerm("incentives.relief", kind="tax", is_price_of_power=False),),
    costs=costs,
    checks=checks,
    whole=("granted_count",),
    tables=tables,
    technology=(("incentives", "incentive_id"),),
    column_labels={"incentive_id": N_("Incentive"), "tax_forgone_usd": N_("Tax forgone")},
    term_labels={"incentives": N_("Incentives"), "relief": N_("tax relief")},
)
