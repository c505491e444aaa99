"""The cash flow of a plan by year, or by half-year where it has any, worked out without the model.

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
from siting.case.annuities import lived_yr, salvage_ratio
from siting.case.case import Array, Case
from siting.case.year_columns import missing_year_type

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
        ``year`` (at whose start the money flows; a middle of it is half a year later), ``period`` (whose operation is
        paid then; missing where none is),
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
            price, sold = float(paid.price_usd.sum()), line.row(paid.start_yr + paid.used_yr)
            capital[line.row(paid.start_yr - purchase.lead_yr)] += price
            salvage[sold] += price * grown * salvage_ratio(rate, purchase.life_yr, paid.used_yr)
            book_salvage[sold] += price * (1 - paid.used_yr / lived_yr(purchase.life_yr, line.step_yr))
    operating = line.yearly(yearly_cost(case, solution, "operating").sum(axis=0))
    revenue = line.yearly(n.revenue().sum(axis=0))
    periods = list(case.axes["period"])
    of_year: list[object] = [None] * len(line.years)
    for i, period in enumerate(periods):
        paid_in = range(*line.paid_in(i).indices(len(line.years)))
        for row in paid_in:
            of_year[row] = period
    net = revenue + salvage - capital - operating
    return pd.DataFrame(
        {
            "year": line.years,
            "period": pd.Series(of_year, dtype=missing_year_type(periods)),
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


def years_paid(flow: pd.DataFrame) -> Array:
    """Return for how many years of operation is paid in each row of a cash flow: 1, or half; 0 where none is.

    Parameters
    ----------
    flow : DataFrame
        From `cash_flow`, in the order of time.
    """
    paid = flow["period"].notna().to_numpy()
    paid_yr: Array = np.zeros(len(flow))
    ends = flow["year"].to_numpy(float)[paid]
    if len(ends):
        paid_yr[paid] = np.diff(ends, prepend=float(flow["period"].to_numpy(float, na_value=np.nan)[paid][0]))
    return paid_yr


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
