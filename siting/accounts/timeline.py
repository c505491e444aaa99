"""The years of a plan's money: from the first outlay, which may lie before the first period, to the horizon's end."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from siting.accounts.books import all_books
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase
from siting.case.case import Array

__all__ = ["Timeline", "timeline"]


@dataclasses.dataclass(frozen=True)
class Timeline:
    """Years, at whose start money flows, and what is bought in them.

    Parameters
    ----------
    years : ndarray of int
        The years.
    lead_yr : int
        Position of the first period's start.
    periods : tuple of (int, int)
        Position of each period's start, and its length.
    discount : ndarray
        Worth of a dollar of each year in the base year.
    purchases : tuple of Purchase
        What is bought.
    """

    years: npt.NDArray[np.int64]
    lead_yr: int
    periods: tuple[tuple[int, int], ...]
    discount: Array
    purchases: tuple[Purchase, ...]

    def yearly(self, by_period: Array) -> Array:
        """Lay out by year what is paid at the end of each year of a period.

        Parameters
        ----------
        by_period : ndarray
            Amounts a year; the last axis is the period.
        """
        laid: Array = np.zeros((*by_period.shape[:-1], len(self.years)))
        for i, (start, length) in enumerate(self.periods):
            laid[..., start + 1 : start + length + 1] += by_period[..., i, None]
        return laid


def timeline(n: Books) -> Timeline:
    """Return the years of a plan.

    Parameters
    ----------
    n : Books
        Its numbers.
    """
    study, bought = n.case.study, tuple(one for book in all_books() for one in book.purchases(n))
    lead_yr = max((one.lead_yr for one in bought), default=0)
    first, last = study.horizon.periods[0].year, study.horizon.periods[-1]
    years = np.arange(first - lead_yr, last.year + last.length_yr + 1)
    return Timeline(
        years=years,
        lead_yr=lead_yr,
        periods=tuple((period.year - int(years[0]), period.length_yr) for period in study.horizon.periods),
        discount=(1 + study.finance.discount_rate_fraction) ** -(years - study.horizon.base_year).astype(float),
        purchases=bought,
    )
