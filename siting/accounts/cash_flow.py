"""The yearly cash flow of a plan, worked out without the model.

It pays for assets when they are bought, renews them when their life ends, and takes what they are worth
at the horizon's end as salvage; the model pays annuities instead. Both must have the same present value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.accounts.books import all_books, cost_term
from siting.accounts.numbers import Books
from siting.case.annuities import salvage_ratio
from siting.case.case import Array, Case

if TYPE_CHECKING:
    from siting.accounts.purchase import Purchase
    from siting.case.solution import Solution


def cash_flow(case: Case, solution: Solution, racks: pd.DataFrame) -> pd.DataFrame:
    """Return the cash flow by year, real, before tax and before financing.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What the solve decided.
    racks : DataFrame
        The plan's racks, with the accelerator hours they deliver.

    Returns
    -------
    DataFrame
        ``year`` (at whose start the money flows), ``period`` (whose operation is paid then),
        ``capital_usd``, ``operating_usd``, ``salvage_usd``, ``revenue_usd``, ``net_usd``,
        ``discount_factor_ratio``, ``present_value_usd``. Net is revenue and salvage less capital and
        operation.
    """
    study = case.study
    rate, base = study.finance.discount_rate_fraction, study.horizon.base_year
    first = study.horizon.periods[0].year
    ends = [period.year + period.length_yr for period in study.horizon.periods]
    years = np.arange(first, ends[-1] + 1)
    count = len(years)
    capital, salvage, operating, revenue = (np.zeros(count) for _ in range(4))

    for purchase in purchases(case, solution):
        for paid in purchase.payments(Books(case, solution.decisions)):
            price = float(paid.price_usd.sum())
            capital[paid.start_yr] += price
            salvage[paid.start_yr + paid.used_yr] += price * salvage_ratio(rate, purchase.life_yr, paid.used_yr)

    running = operating_cost(case, solution).sum(axis=0)
    price = study.finance.compute_price_usd_per_gpu_h
    sold = racks.groupby("period")["gpu_h_per_yr"].sum()
    of_year: list[int | None] = [None] * count
    for i, period in enumerate(study.horizon.periods):
        for year in range(period.year + 1, period.year + period.length_yr + 1):
            operating[year - first] += running[i]
            revenue[year - first] += price * float(sold.get(period.year, 0.0))
            of_year[year - first] = period.year
    discount = (1 + rate) ** -(years - base).astype(float)
    net = revenue + salvage - capital - operating
    return pd.DataFrame(
        {
            "year": years,
            "period": pd.array(of_year, dtype="Int64"),
            "capital_usd": capital,
            "operating_usd": operating,
            "salvage_usd": salvage,
            "revenue_usd": revenue,
            "net_usd": net,
            "discount_factor_ratio": discount,
            "present_value_usd": net * discount,
        }
    )


def purchases(case: Case, solution: Solution) -> Iterator[Purchase]:
    """Yield what is bought at the start of each period, of each component's kinds of assets."""
    for book in all_books():
        yield from book.purchases(Books(case, solution.decisions))


def operating_cost(case: Case, solution: Solution) -> Array:
    """Yearly cost other than annuities of capital, by site and period [USD/yr]."""
    total = np.zeros((len(case.axes["site"]), len(case.axes["period"])))
    for term in solution.terms_of("cost_usd_per_yr"):
        name = f"{term['component']}.{term['term']}"
        if not cost_term(name).is_annuity:
            total += solution.values[f"cost_usd_per_yr/{name}"].values
    return total
