"""What treasuries forgo by incentives: who is granted them, and what each is worth at each payment and in each year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.numbers import Books
from siting.case.case import Array

if TYPE_CHECKING:
    from siting.accounts.purchase import Purchase

__all__ = ["abated_fraction", "by_period", "granted", "granted_of_payment"]


def granted(n: Books) -> Array:
    """Return 1 where a site is granted an incentive, site by incentive.

    Parameters
    ----------
    n : Books
        The plan's numbers. One that does not decide who reaches thresholds grants nothing that has one.
    """
    reached = n.decided("granted_count", "site", "incentive").values
    given: Array = n["incentives.placed_count"] * np.where(n["incentives.threshold_usd"] > 0, reached, 1.0)
    return given


def granted_of_payment(n: Books, of_incentives: Array, start_yr: float) -> Array:
    """Return what a site is granted of a payment, or of the tax on it, site by incentive.

    Parameters
    ----------
    n : Books
        The plan's numbers.
    of_incentives : ndarray
        What each incentive gives of it.
    start_yr : float
        Years from the first period's start to the first use.
    """
    share: Array = granted(n) * of_incentives * (start_yr < n["incentives.until_yr"])
    return share


def abated_fraction(n: Books, purchase: Purchase, years: Array) -> Array:
    """Return the share of the property tax on an asset that is not taken, by site, incentive and year.

    Parameters
    ----------
    n : Books
        The plan's numbers.
    purchase : Purchase
        The asset.
    years : ndarray
        Years from the first period's start to the start of each year of tax.
    """
    holds = years < n["incentives.until_yr"][:, None]
    share: Array = (granted(n) * purchase.abated_fraction)[:, :, None] * holds
    return share


def by_period(n: Books, purchases: Iterable[Purchase]) -> Array:
    """Return the tax that is forgone for what is bought and held in each period [USD], by site, incentive and period.

    It is not discounted, and gross of what the owner's tax on income rises by it.

    Parameters
    ----------
    n : Books
        The plan's numbers.
    purchases : iterable of Purchase
        All that is bought.
    """
    starts, periods = n["finance.start_yr"], n.case.study.horizon.periods
    forgone = np.zeros((*n["incentives.placed_count"].shape, len(starts)))
    for purchase in purchases:
        sales_tax = n["finance.sales_tax_fraction"] * purchase.sales_taxed_fraction
        for paid in purchase.payments(n):
            credit = granted_of_payment(n, purchase.credited_fraction, paid.start_yr)
            spared = granted_of_payment(n, purchase.exempted_fraction, paid.start_yr) * sales_tax[:, None]
            period = int(np.searchsorted(starts, paid.start_yr, side="right")) - 1
            worth = credit / (1 + n["finance.inflation_fraction"]) ** min(1, paid.used_yr) + spared
            forgone[:, :, period] += paid.price_usd[:, None] * worth
        taxed = n["taxes.property_tax_per_yr"] * purchase.real_property_fraction * purchase.in_use_usd()
        for y, one in enumerate(periods):
            years = np.array(one.years, dtype=np.float64) - periods[0].year
            share = abated_fraction(n, purchase, years).sum(axis=-1) * one.step_yr
            forgone[:, :, y] += taxed[:, y, None] * share
    return forgone
