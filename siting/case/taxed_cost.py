"""What taxes leave of a cost at the least, and take of work, by site: for bounds on the cost of any plan."""

from __future__ import annotations

import numpy as np

from siting.case.case import Array, Case

__all__ = ["kept_fraction", "tax_usd_per_pflop_h"]


def kept_fraction(case: Case) -> Array:
    """Return the share of a dollar of cost that is paid after tax, at the least, by site.

    A dollar paid in the year saves its tax. A dollar of capital saves no more: it is written off later, in dollars that
    inflation has eaten, and sales tax comes on top. A price that nobody charges saves none.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    profit = case.values("taxes.profit_tax_fraction")
    return 1 - profit if case.study.finance.is_after_tax else np.ones_like(profit)


def tax_usd_per_pflop_h(case: Case) -> Array:
    """Return what is taken of the price of an hour's work at 1 PFLOP/s, by site [USD/(PFLOP/s)/h].

    Parameters
    ----------
    case : Case
        The numbers.
    """
    profit, receipts = case.values("taxes.profit_tax_fraction"), case.values("finance.receipts_tax_fraction")
    if not case.study.finance.is_after_tax:
        return np.zeros_like(profit)
    price = case.values("finance.compute_price_usd_per_gpu_h") / case.values("finance.reference_accelerator_pflop")
    taken: Array = price * (receipts + profit * (1 - receipts))
    return taken
