"""The years of a plan's money: from the first outlay, which may lie before the first period, to the horizon's end.

Where the length of a period is not whole, all are cut in half: a row for each half-year.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from siting.accounts.books import all_books
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase
from siting.case.case import Array

__all__ = ["Timeline", "timeline"]


@dataclasses.dataclass(frozen=True)
class Timeline:
    """Years, or half-years, at whose start money flows, and what is bought in them.

    Parameters
    ----------
    years : ndarray
        When; whole numbers where all are whole.
    step_yr : float
        From one to the next [yr].
    lead_yr : int
        Years before the first period's start.
    periods : tuple of (int, int, int)
        Of each period the row of its start, the rows from one time that it pays to the next, and how often it pays.
    discount : ndarray
        Worth of a dollar of each row in the base year.
    purchases : tuple of Purchase
        What is bought.
    """

    years: npt.NDArray[np.number[Any]]
    step_yr: float
    lead_yr: int
    periods: tuple[tuple[int, int, int], ...]
    discount: Array
    purchases: tuple[Purchase, ...]

    def row(self, after_yr: float) -> int:
        """Return the row of a time, in years from the first period's start."""
        return round((after_yr + self.lead_yr) / self.step_yr)

    def rows(self, start_yr: float, ages_yr: Array) -> npt.NDArray[np.intp]:
        """Return the rows of some ages [yr] of what is first used some years after the first period's start."""
        return np.rint((ages_yr + (start_yr + self.lead_yr)) / self.step_yr).astype(np.intp)

    def paid_in(self, period: int) -> slice:
        """Return the rows in which a period, by its position, pays."""
        start, stride, count = self.periods[period]
        return slice(start + stride, start + stride * count + 1, stride)

    def yearly(self, by_period: Array) -> Array:
        """Lay out by row what is paid at the end of each year of a period, or by half of each half-year.

        Parameters
        ----------
        by_period : ndarray
            Amounts a year; the last axis is the period.
        """
        laid: Array = np.zeros((*by_period.shape[:-1], len(self.years)))
        for i, (_, stride, _) in enumerate(self.periods):
            laid[..., self.paid_in(i)] += by_period[..., i, None] * (stride * self.step_yr)
        return laid

    def by_calendar_year(self, amounts: Array) -> Array:
        """Return amounts summed up by calendar year, each in the row of its end, or in the last; 0 in other rows.

        Parameters
        ----------
        amounts : ndarray
            By row along the last axis.
        """
        ends = np.ceil(np.asarray(self.years, dtype=float))
        rows = np.append(np.flatnonzero(np.diff(ends)), len(ends) - 1)
        summed: Array = np.zeros_like(amounts)
        summed[..., rows] = np.add.reduceat(amounts, np.append(0, rows[:-1] + 1), axis=-1)
        return summed


def timeline(n: Books) -> Timeline:
    """Return the years of a plan.

    Parameters
    ----------
    n : Books
        Its numbers.
    """
    study, bought = n.case.study, tuple(one for book in all_books() for one in book.purchases(n))
    lead_yr = max((one.lead_yr for one in bought), default=0)
    horizon = study.horizon
    first, step_yr = horizon.periods[0].year, horizon.step_yr
    start = first - lead_yr
    years = start + step_yr * np.arange(round((horizon.end_year - start) / step_yr) + 1)
    return Timeline(
        years=years,
        step_yr=step_yr,
        lead_yr=lead_yr,
        periods=tuple(
            (round((period.year - start) / step_yr), round(period.step_yr / step_yr), len(period.years))
            for period in horizon.periods
        ),
        discount=(1 + study.finance.discount_rate_fraction) ** -(years - horizon.base_year).astype(float),
        purchases=bought,
    )
