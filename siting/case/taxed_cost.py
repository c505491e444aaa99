"""What taxes leave of a cost at the least, and take of work, by site: for bounds on the cost of any plan."""

from __future__ import annotations

import numpy as np

from siting.case.case import Array, Case

__all__ = ["kept_fraction", "land_per_yr", "owned_per_yr", "tax_usd_per_pflop_h"]


def kept_fraction(case: Case) -> Array:
    """Return the share of a dollar of running cost that is paid after tax, by site: it saves its tax.

    A price that nobody charges saves none.

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


def owned_per_yr(case: Case, asset: str) -> Array:
    """Return what a dollar of an asset in use costs a year at the least: annuity, and taxes however long it is used.

    Every incentive that holds at the site is taken off, as if it were granted.

    Parameters
    ----------
    case : Case
        The numbers.
    asset : str
        Name of the kind of asset, with its component: `racks.rack`.

    Returns
    -------
    ndarray
        By site, and by kind where there are kinds [1/yr].
    """
    annuity, count = case.fields[f"{asset}_annuity_per_yr"], len(case.axes["site"])
    paid: Array = annuity.values * _least_annuity(case)
    if annuity.axes[:1] != ("site",):
        paid = np.broadcast_to(paid, (count, *paid.shape))
    by_use = np.broadcast_to(paid[..., None, None], (*paid.shape, *[len(case.axes["period"])] * 2))
    if f"{asset}_paid_per_yr" in case.fields:
        by_use = np.broadcast_to(case.values(f"{asset}_paid_per_yr") * _least_annuity(case), by_use.shape)
    begins, ends = (np.array(case.axes[axis], dtype=float) for axis in ("period", "until"))
    if case.study.finance.is_after_tax:
        by_use = by_use + case.values(f"{asset}_sales_tax_per_yr") + case.values(f"{asset}_purchase_tax_per_yr")
        by_use = by_use - case.values(f"{asset}_relief_per_yr").sum(axis=-1)
    least: Array = np.where(ends[None] > begins[:, None], by_use, np.inf).min(axis=(-2, -1))
    if not case.study.finance.is_after_tax:
        return least
    of_property = np.zeros(count)
    if case.values(f"{asset}_real_property_fraction"):
        of_property = _property_tax_per_yr(case)
    of_property = of_property - case.values(f"{asset}_abatement_per_yr").max(axis=1).sum(axis=-1)
    return np.asarray(least + of_property.reshape(count, *(1,) * (paid.ndim - 1)))


def land_per_yr(case: Case) -> Array:
    """Return what a dollar of land costs a year at the least, by site: interest and property tax."""
    interest = kept_fraction(case) * float(case.values("finance.discount_rate_per_yr")) * _least_annuity(case)
    return np.asarray(interest + _property_tax_per_yr(case))


def _least_annuity(case: Case) -> float:
    """What annuities cost a year in the period in which they cost the least, over those of a whole year."""
    return float(case.values("finance.annuity_ratio").min())


def _property_tax_per_yr(case: Case) -> Array:
    """Tax on a dollar of property, less what it saves of the tax on profit, by site."""
    if not case.study.finance.is_after_tax:
        return np.zeros(len(case.axes["site"]))
    return np.asarray(kept_fraction(case) * case.values("taxes.property_tax_per_yr").min(axis=1))
