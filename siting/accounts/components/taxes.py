"""Books of the taxes, where each site stands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts import books
from siting.accounts.book import Book, CostTerm, Term
from siting.accounts.numbers import Books
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """Taxes on income, purchases, property and receipts, if they are in the objective."""
    if not n.case.study.finance.is_after_tax:
        return
    revenue, nothing = n.revenue(), np.zeros_like(n["open_count"])
    others = [book for book in books.all_books() if book is not BOOK]
    runs = [book for book in others if any(term.kind == "operating" for term in book.cost_terms)]
    running = [cost for book in runs for name, cost in book.costs(n) if books.cost_term(name).kind == "operating"]
    bought = [purchase for book in others for purchase in book.purchases(n)]
    held = [value for book in others for value in book.held(n)]
    held += [purchase.real_property_fraction * purchase.in_use_usd() for purchase in bought]
    of_receipts = n["finance.receipts_tax_fraction"][:, None] * revenue
    of_property = n["taxes.property_tax_per_yr"] * sum(held, nothing)
    profit = revenue - of_receipts - of_property - sum(running, nothing)
    of_income = n["taxes.profit_tax_fraction"][:, None] * profit
    yield "taxes.income_tax", sum((one.by_use(one.purchase_tax_per_yr) for one in bought), of_income)
    yield "taxes.sales_tax", sum((one.by_use(one.sales_tax_per_yr) for one in bought), nothing)
    yield "taxes.property_tax", of_property
    yield "taxes.receipts_tax", of_receipts


BOOK = Book(
    cost_terms=tuple(
        CostTerm(f"taxes.{name}_tax", kind="tax", is_price_of_power=False)
        for name in ("income", "sales", "property", "receipts")
    ),
    costs=costs,
    term_labels={
        "taxes": N_("Taxes"),
        "income_tax": N_("income tax"),
        "sales_tax": N_("sales tax"),
        "property_tax": N_("property tax"),
        "receipts_tax": N_("tax on receipts"),
    },
)
