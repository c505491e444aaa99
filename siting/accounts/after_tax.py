"""What taxes and debt make of a plan's cash flow, worked out without the model.

The plan is decided before tax and before financing; here its flows are taxed where its sites stand and financed on
one kind of loan. Flows are real, as everywhere; what tax law and lenders count in dollars of the day (write-offs,
interest, repayment) loses worth by inflation from the day of purchase on.

Simplifications, each of which a tax adviser would refine: income is taxed in the state of the site; a loss saves tax
at once, because its owner has other income; states follow the federal write-offs; an asset is bought on the first day
of a year, its first write-off falls at that year's end, and what is left of it is written off when it is renewed or
sold; sales tax falls on racks alone, because the costs of halls and batteries include theirs; interest is deducted in
full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.accounts.cash_flow import operating_cost, purchases
from siting.accounts.numbers import Books
from siting.case.annuities import capital_recovery, salvage_ratio, write_off
from siting.case.case import Array, Case

if TYPE_CHECKING:
    from siting.accounts.purchase import Purchase
    from siting.case.solution import Solution


def after_tax(case: Case, solution: Solution, racks: pd.DataFrame, flow: pd.DataFrame) -> pd.DataFrame:
    """Return taxes and debt by year, in real dollars, over all sites.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What the solve decided.
    racks : DataFrame
        The plan's racks, with the accelerator hours that they deliver.
    flow : DataFrame
        The cash flow before tax, from `siting.accounts.cash_flow.cash_flow`.

    Returns
    -------
    DataFrame
        ``year``, ``sales_tax_usd``, ``property_tax_usd``, ``receipts_tax_usd``, ``written_off_usd``,
        ``income_tax_usd`` (without debt; negative where a loss saves tax), ``net_after_tax_usd``, ``debt_usd`` (drawn),
        ``interest_usd``, ``principal_usd``, ``equity_usd`` (what is left to the owners after tax and debt),
        ``debt_cover_ratio`` (operating flow after tax over interest and principal; missing without debt).
    """
    books = _TaxBooks(Books(case, solution.decisions), len(flow))
    for purchase in purchases(case, solution):
        books.enter(purchase)
    running, earned = operating_cost(case, solution), _revenue(case, racks)
    land = solution.decisions["area_ha"].values * case.values("placement.land_usd_per_ha")[:, None]
    revenue, operating = books.yearly(earned), books.yearly(running)
    receipts_tax = case.values("finance.receipts_tax_fraction")[:, None] * revenue
    property_tax = float(case.values("finance.property_tax_fraction")) * books.yearly(land + books.real_property)
    before_tax = revenue - operating - receipts_tax - property_tax
    rate = books.income_tax_fraction[:, None]
    income_tax = rate * (before_tax - books.written_off + books.sold)
    to_lenders = books.interest + books.principal
    saved = rate * books.interest
    covering = (before_tax - rate * (before_tax - books.written_off) + saved).sum(axis=0)
    taxes = books.sales_tax + property_tax + receipts_tax + income_tax
    net = flow["net_usd"].to_numpy(float) - taxes.sum(axis=0)
    owed = to_lenders.sum(axis=0)
    return pd.DataFrame(
        {
            "year": flow["year"],
            "sales_tax_usd": books.sales_tax.sum(axis=0),
            "property_tax_usd": property_tax.sum(axis=0),
            "receipts_tax_usd": receipts_tax.sum(axis=0),
            "written_off_usd": books.written_off.sum(axis=0),
            "income_tax_usd": income_tax.sum(axis=0),
            "net_after_tax_usd": net,
            "debt_usd": books.debt.sum(axis=0),
            "interest_usd": books.interest.sum(axis=0),
            "principal_usd": books.principal.sum(axis=0),
            "equity_usd": net + (books.debt - to_lenders + saved).sum(axis=0),
            "debt_cover_ratio": np.divide(covering, owed, out=np.full_like(owed, np.nan), where=owed > 0),
        }
    )


class _TaxBooks:
    """Write-offs, sales and debt of all purchases, by site and year."""

    def __init__(self, n: Books, years_count: int) -> None:
        self.n, case = n, n.case
        self.case = case
        shape = (len(case.axes["site"]), years_count)
        self.written_off, self.sold, self.sales_tax, self.debt, self.interest, self.principal = (
            np.zeros(shape) for _ in range(6)
        )
        self.real_property = np.zeros((shape[0], len(case.axes["period"])))
        self.inflation = float(case.values("finance.inflation_fraction"))
        federal = float(case.values("finance.federal_income_tax_fraction"))
        self.income_tax_fraction = federal + case.values("finance.income_tax_fraction") * (1 - federal)

    def yearly(self, by_period: Array) -> Array:
        """Lay out by year what is paid at the end of each year of a period."""
        laid: Array = np.zeros_like(self.debt)
        periods = self.case.study.horizon.periods
        for i, period in enumerate(periods):
            first = period.year - periods[0].year
            laid[:, first + 1 : first + period.length_yr + 1] += by_period[:, i, None]
        return laid

    def enter(self, purchase: Purchase) -> None:
        """Book assets of one kind with their renewals."""
        self.real_property += purchase.real_property_fraction * purchase.in_use_usd()
        sales_tax = self.case.values("finance.sales_tax_fraction") * purchase.sales_taxed_fraction
        shares = self._write_offs(purchase.written_off)
        rate = float(self.case.values("finance.discount_rate_per_yr"))
        for price, start, used_yr in purchase.payments(self.n):
            self.sales_tax[:, start] += price * sales_tax
            end, cost = start + used_yr, price * (1 + sales_tax)
            taken = np.zeros(used_yr)
            taken[: len(shares)] = shares[:used_yr]
            self.written_off[:, start + 1 : end + 1] += np.outer(cost, taken * self._worth(used_yr))
            left = (1 - taken.sum()) * self._worth(used_yr)[-1]
            self.sold[:, end] += price * salvage_ratio(rate, purchase.life_yr, used_yr) - cost * left
            self._borrow(cost, start, used_yr)

    def _write_offs(self, parts: tuple[tuple[float, float], ...]) -> Array:
        """Write-offs of an asset by year of age, over its parts."""
        bonus = float(self.case.values("finance.bonus_depreciation_fraction"))
        schedules = [share * write_off(int(recovery_yr), bonus) for recovery_yr, share in parts]
        together = np.zeros(max(len(schedule) for schedule in schedules))
        for schedule in schedules:
            together[: len(schedule)] += schedule
        return together

    def _borrow(self, cost: Array, start: int, used_yr: int) -> None:
        """Borrow on a purchase and repay it in equal payments while the asset is used."""
        term_yr = min(int(self.case.values("finance.debt_tenor_yr")), used_yr)
        rate = float(self.case.values("finance.debt_rate_fraction"))
        drawn = float(self.case.values("finance.debt_fraction")) * cost
        payment = capital_recovery(rate, term_yr)
        age = np.arange(term_yr)
        owed = (1 + rate) ** age - payment * (((1 + rate) ** age - 1) / rate if rate else age)
        due = slice(start + 1, start + term_yr + 1)
        self.debt[:, start] += drawn
        self.interest[:, due] += np.outer(drawn, rate * owed * self._worth(term_yr))
        self.principal[:, due] += np.outer(drawn, (payment - rate * owed) * self._worth(term_yr))

    def _worth(self, years_count: int) -> Array:
        """Real worth of a dollar of the day of purchase at the end of each year after it, dimensionless."""
        worth: Array = (1 + self.inflation) ** -np.arange(1.0, years_count + 1)
        return worth


def _revenue(case: Case, racks: pd.DataFrame) -> Array:
    """Yearly revenue by site and period [USD/yr]."""
    sold = racks.groupby(["site_id", "period"])["gpu_h_per_yr"].sum()
    price = case.study.finance.compute_price_usd_per_gpu_h
    return np.array(
        [[price * float(sold.get((site, period), 0.0)) for period in case.axes["period"]] for site in case.axes["site"]]
    )
