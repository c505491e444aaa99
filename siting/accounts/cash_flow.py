"""The yearly cash flow of a plan, worked out without the model.

It pays for assets when they are built or bought, renews them when their life ends, and takes what they are worth at
the horizon's end as salvage; the model pays annuities instead. Both must have the same present value. Prices that
nobody charges are no cash: they stand apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.accounts.books import cost_term
from siting.accounts.numbers import Books
from siting.accounts.timeline import timeline
from siting.case.annuities import salvage_ratio
from siting.case.case import Array, Case

if TYPE_CHECKING:
    from siting.accounts.book import Spending
    from siting.case.solution import Solution


def cash_flow(case: Case, solution: Solution) -> pd.DataFrame:
    """Return the cash flow by year, real, before tax and before financing.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What the solve decided.

    Returns
    -------
    DataFrame
        ``year`` (at whose start the money flows), ``period`` (whose operation is paid then),
        ``capital_usd``, ``operating_usd``, ``salvage_usd`` (what is not yet paid of the annuities),
        ``book_salvage_usd`` (by straight-line books instead; in no sum), ``revenue_usd``, ``net_usd``,
        ``shadow_usd`` (prices that nobody charges; in no sum), ``discount_factor_ratio``, ``present_value_usd``.
        Net is revenue and salvage less capital and operation.
    """
    n = Books(case, solution.decisions)
    line, rate = timeline(n), case.study.finance.discount_rate_fraction
    capital, salvage, book_salvage = (np.zeros(len(line.years)) for _ in range(3))
    for purchase in line.purchases:
        grown = (1 + rate) ** purchase.lead_yr
        for paid in purchase.payments(n):
            price, start = float(paid.price_usd.sum()), line.lead_yr + paid.start_yr
            capital[start - purchase.lead_yr] += price
            salvage[start + paid.used_yr] += price * grown * salvage_ratio(rate, purchase.life_yr, paid.used_yr)
            book_salvage[start + paid.used_yr] += price * (1 - paid.used_yr / int(purchase.life_yr))
    operating = line.yearly(yearly_cost(case, solution, "operating").sum(axis=0))
    revenue = line.yearly(n.revenue().sum(axis=0))
    of_year: list[int | None] = [None] * len(line.years)
    for (start, length), period in zip(line.periods, case.axes["period"], strict=True):
        of_year[start + 1 : start + length + 1] = [int(period)] * length
    net = revenue + salvage - capital - operating
    return pd.DataFrame(
        {
            "year": line.years,
            "period": pd.array(of_year, dtype="Int64"),
            "capital_usd": capital,
            "operating_usd": operating,
            "salvage_usd": salvage,
            "book_salvage_usd": book_salvage,
            "revenue_usd": revenue,
            "net_usd": net,
            "shadow_usd": line.yearly(yearly_cost(case, solution, "shadow").sum(axis=0)),
            "discount_factor_ratio": line.discount,
            "present_value_usd": net * line.discount,
        }
    )


def yearly_cost(case: Case, solution: Solution, kind: Spending) -> Array:
    """Yearly cost of a kind, by site and period [USD/yr].

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What the solve decided.
    kind : {"operating", "capital", "tax", "shadow"}
        Which terms.
    """
    total = np.zeros((len(case.axes["site"]), len(case.axes["period"])))
    for term in solution.terms_of("cost_usd_per_yr"):
        name = f"{term['component']}.{term['term']}"
        if cost_term(name).kind == kind:
            total += solution.values[f"cost_usd_per_yr/{name}"].values
    return total
