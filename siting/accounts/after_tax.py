"""What taxes and debt make of a plan's cash flow, worked out without the model.

Flows are taxed where the sites stand and financed on one kind of loan. Flows are real, as everywhere; what tax law and
lenders count in dollars of the day (write-offs, interest, repayment) loses worth by inflation from the day of first use
on.

Simplifications, each of which a tax adviser would refine: income is taxed in the state of the site; a loss saves tax
at once, because its owner has other income (what carrying losses forward would give is told beside it); states follow
the federal write-offs; an asset is first used on the first day of a year, its first write-off falls at that year's
end, and what is left of it is written off when it is renewed or sold; sales tax falls on racks alone, because the
costs of halls and batteries include theirs; a loan is drawn when an asset is first used, and interest is deducted in
full. Where a plan has half-years, write-offs, interest and repayment still come once in each year of use, and once more
when it ends within one; cover, and what an owner without other income is taxed, are reckoned by calendar year.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.accounts.books import all_books
from siting.accounts.cash_flow import yearly_cost
from siting.accounts.forgone import abated_fraction, granted_of_payment
from siting.accounts.losses import tax_with_losses_carried
from siting.accounts.numbers import Books
from siting.accounts.timeline import Timeline, timeline
from siting.case.annuities import capital_recovery, lived_yr, salvage_ratio, write_off, years_of_use
from siting.case.case import Array, Case, Field

if TYPE_CHECKING:
    from siting.accounts.purchase import Purchase
    from siting.case.solution import Solution


def after_tax(case: Case, solution: Solution, flow: pd.DataFrame) -> pd.DataFrame:
    """Return taxes and debt by year, in real dollars, over all sites.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What the solve decided.
    flow : DataFrame
        The cash flow before tax, from `siting.accounts.cash_flow.cash_flow`.

    Returns
    -------
    DataFrame
        ``year``, ``sales_tax_usd``, ``property_tax_usd``, ``receipts_tax_usd``, ``written_off_usd``,
        ``income_tax_usd`` (without debt; negative where a loss saves tax), ``tax_credit_usd`` and
        ``property_tax_abated_usd`` (what incentives spare of these taxes, which are what they leave),
        ``net_after_tax_usd``,
        ``net_revenue_usd`` (revenue after tax on it: what a higher price would raise),
        ``net_losses_carried_usd`` (net after tax if a loss is only carried forward),
        ``net_book_salvage_usd`` (net after tax if what is left is sold at its books), ``debt_usd`` (drawn),
        ``interest_usd``, ``principal_usd``, ``equity_usd`` (what is left to the owners after tax and debt),
        ``renewal_reserve_usd`` (laid aside for the owners' part of the next renewal),
        ``debt_cover_ratio`` (operating flow after tax over interest and principal; missing without debt),
        ``debt_cover_after_reserve_ratio`` (the same, less what is laid aside), ``sales_tax_spared_usd`` (what is
        exempt of the sales tax on equipment), ``net_without_exemptions_usd`` (net after tax if nothing were exempt).
    """
    table, unspared = _taxed(case, solution, flow), _taxed(_without_exemptions(case), solution, flow)
    return table.assign(
        sales_tax_spared_usd=unspared["sales_tax_usd"] - table["sales_tax_usd"],
        net_without_exemptions_usd=unspared["net_after_tax_usd"],
    )


def _without_exemptions(case: Case) -> Case:
    """The case with the sales tax of each state in full, without incentives that spare it."""
    states = case.tables["sites"].set_index("site_id")["state"].loc[list(case.axes["site"])]
    in_full = case.tables["taxes"].set_index("state")["sales_tax_fraction"].loc[states].to_numpy(float)
    none = {
        name: Field(field.axes, np.zeros_like(field.values))
        for name, field in case.fields.items()
        if name.endswith("_exempted_fraction")
    }
    taxed = {**case.fields, **none, "finance.sales_tax_fraction": Field(("site",), in_full)}
    return dataclasses.replace(case, fields=taxed)


def _taxed(case: Case, solution: Solution, flow: pd.DataFrame) -> pd.DataFrame:
    """Taxes and debt by year at the rates of the case."""
    n = Books(case, solution.decisions)
    books = _TaxBooks(n, timeline(n))
    yearly = books.line.yearly
    revenue, operating = yearly(n.revenue()), yearly(yearly_cost(case, solution, "operating"))
    held = sum((value for book in all_books() for value in book.held(n)), books.real_property)
    receipts_tax = case.values("finance.receipts_tax_fraction")[:, None] * revenue
    property_tax = yearly(case.values("taxes.property_tax_per_yr") * held) - books.abated
    before_tax = revenue - operating - receipts_tax - property_tax
    rate = books.income_tax_fraction[:, None]
    income = before_tax - books.written_off + books.sold
    income_tax = rate * income - books.credits
    to_lenders = books.interest + books.principal
    saved = rate * books.interest
    covering = (before_tax - rate * (before_tax - books.written_off) + books.credits + saved).sum(axis=0)
    taxes = books.sales_tax + property_tax + receipts_tax + income_tax
    net = flow["net_usd"].to_numpy(float) - taxes.sum(axis=0)
    by_year, reserve = books.line.by_calendar_year, books.reserve.sum(axis=0)
    carried = tax_with_losses_carried(case, by_year(income)) - books.credits.sum(axis=0)
    owed, covering = by_year(to_lenders.sum(axis=0)), by_year(covering)
    return pd.DataFrame(
        {
            "year": flow["year"],
            "sales_tax_usd": books.sales_tax.sum(axis=0),
            "property_tax_usd": property_tax.sum(axis=0),
            "receipts_tax_usd": receipts_tax.sum(axis=0),
            "written_off_usd": books.written_off.sum(axis=0),
            "income_tax_usd": income_tax.sum(axis=0),
            "tax_credit_usd": books.credits.sum(axis=0),
            "property_tax_abated_usd": books.abated.sum(axis=0),
            "net_after_tax_usd": net,
            "net_revenue_usd": ((1 - rate) * (revenue - receipts_tax)).sum(axis=0),
            "net_losses_carried_usd": net + income_tax.sum(axis=0) - carried,
            "net_book_salvage_usd": net + ((1 - rate) * books.above_books).sum(axis=0),
            "debt_usd": books.debt.sum(axis=0),
            "interest_usd": books.interest.sum(axis=0),
            "principal_usd": books.principal.sum(axis=0),
            "equity_usd": net + (books.debt - to_lenders + saved).sum(axis=0),
            "renewal_reserve_usd": reserve,
            "debt_cover_ratio": _over(covering, owed),
            "debt_cover_after_reserve_ratio": _over(covering - by_year(reserve), owed),
        }
    )


class _TaxBooks:
    """Write-offs, sales and debt of all purchases, by site and year."""

    def __init__(self, n: Books, line: Timeline) -> None:
        self.n, self.case, self.line = n, n.case, line
        shape = (len(n.case.axes["site"]), len(line.years))
        self.written_off, self.sold, self.above_books, self.sales_tax = (np.zeros(shape) for _ in range(4))
        self.debt, self.interest, self.principal, self.reserve = (np.zeros(shape) for _ in range(4))
        self.credits, self.abated = np.zeros(shape), np.zeros(shape)
        self.real_property = np.zeros((shape[0], len(n.case.axes["period"])))
        self.paid_for_yr = _paid_for_yr(line)
        self.inflation = float(n["finance.inflation_fraction"])
        federal = float(n["finance.federal_income_tax_fraction"])
        self.income_tax_fraction = federal + n["finance.income_tax_fraction"] * (1 - federal)
        for purchase in line.purchases:
            self._enter(purchase)

    def _enter(self, purchase: Purchase) -> None:
        """Book assets of one kind with their renewals."""
        property_usd = purchase.real_property_fraction * purchase.in_use_usd()
        self.real_property += property_usd
        taxed = self.line.yearly(self.case.values("taxes.property_tax_per_yr") * property_usd)
        abated = abated_fraction(self.n, purchase, self.paid_for_yr).sum(axis=1)
        self.abated += taxed * abated
        taxed_in_full = self.case.values("finance.sales_tax_fraction") * purchase.sales_taxed_fraction
        shares = self._write_offs(purchase.written_off)
        rate = float(self.case.values("finance.discount_rate_per_yr"))
        grown = (1 + rate) ** purchase.lead_yr
        for price, start_yr, used_yr, is_renewed in purchase.payments(self.n):
            sales_tax = taxed_in_full * (
                1 - granted_of_payment(self.n, purchase.exempted_fraction, start_yr).sum(axis=1)
            )
            credit = price * granted_of_payment(self.n, purchase.credited_fraction, start_yr).sum(axis=1)
            ages_yr = years_of_use(used_yr)
            self.credits[:, self.line.rows(start_yr, ages_yr)[0]] += credit * self._worth(ages_yr)[0]
            self.sales_tax[:, self.line.row(start_yr - purchase.lead_yr)] += price * sales_tax
            end, cost = self.line.row(start_yr + used_yr), price * (1 + sales_tax)
            taken = np.zeros(len(ages_yr))
            taken[: len(shares)] = shares[: len(ages_yr)]
            self.written_off[:, self.line.rows(start_yr, ages_yr)] += np.outer(cost, taken * self._worth(ages_yr))
            left = (1 - taken.sum()) * self._worth(ages_yr)[-1]
            salvage = price * grown * salvage_ratio(rate, purchase.life_yr, used_yr)
            self.sold[:, end] += salvage - cost * left
            self.above_books[:, end] += price * (1 - used_yr / lived_yr(purchase.life_yr, self.line.step_yr)) - salvage
            self._borrow(cost, start_yr, used_yr)
            if is_renewed:
                self._reserve(price, start_yr, used_yr)

    def _write_offs(self, parts: tuple[tuple[float, float], ...]) -> Array:
        """Write-offs of an asset by year of age, over its parts."""
        bonus = float(self.case.values("finance.bonus_depreciation_fraction"))
        schedules = [share * write_off(int(recovery_yr), bonus) for recovery_yr, share in parts]
        together = np.zeros(max(len(schedule) for schedule in schedules))
        for schedule in schedules:
            together[: len(schedule)] += schedule
        return together

    def _borrow(self, cost: Array, start_yr: float, used_yr: float) -> None:
        """Borrow on a purchase and repay it in equal payments while the asset is used."""
        term_yr = min(int(self.case.values("finance.debt_tenor_yr")), used_yr)
        rate = float(self.case.values("finance.debt_rate_fraction"))
        drawn = float(self.case.values("finance.debt_fraction")) * cost
        payment = capital_recovery(rate, term_yr)
        ages_yr = years_of_use(term_yr)
        age = np.arange(len(ages_yr))
        owed = (1 + rate) ** age - payment * (((1 + rate) ** age - 1) / rate if rate else age)
        interest, principal = rate * owed, payment - rate * owed
        if left_yr := term_yr % 1:  # the last payment comes before its year is over
            interest[-1], principal[-1] = ((1 + rate) ** left_yr - 1) * owed[-1], owed[-1]
        due = self.line.rows(start_yr, ages_yr)
        self.debt[:, self.line.row(start_yr)] += drawn
        self.interest[:, due] += np.outer(drawn, interest * self._worth(ages_yr))
        self.principal[:, due] += np.outer(drawn, principal * self._worth(ages_yr))

    def _reserve(self, price: Array, start_yr: float, used_yr: float) -> None:
        """Lay aside evenly, while an asset is used, what the owners pay of its renewal."""
        owners, ages_yr = 1 - float(self.case.values("finance.debt_fraction")), years_of_use(used_yr)
        aside = owners * price[:, None] / used_yr * np.diff(ages_yr, prepend=0.0)
        self.reserve[:, self.line.rows(start_yr, ages_yr)] += aside

    def _worth(self, ages_yr: Array) -> Array:
        """Real worth of a dollar of the day of purchase some years after it, dimensionless."""
        worth: Array = (1 + self.inflation) ** -ages_yr
        return worth


def _paid_for_yr(line: Timeline) -> Array:
    """Start of what is paid for in each row, in years from the first period's start; the row's own where none is."""
    starts = np.arange(len(line.years), dtype=np.float64) * line.step_yr - line.lead_yr
    for period, (_, stride, _) in enumerate(line.periods):
        starts[line.paid_in(period)] -= stride * line.step_yr
    return starts


def _over(flow: Array, owed: Array) -> Array:
    """Cover: a flow over what is owed; missing where nothing is."""
    covered: Array = np.divide(flow, owed, out=np.full_like(owed, np.nan), where=owed > 0)
    return covered
