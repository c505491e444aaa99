"""What taxes on an asset come to a year, worked out once for every use that it can have."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from siting.case.annuities import bought_anew, lived_yr, salvage_ratio, write_off, years_of_use
from siting.case.case import Array

__all__ = ["Law", "Use", "by_year", "relief", "uses"]


@dataclasses.dataclass(frozen=True)
class Law:
    """What tax law says of an asset.

    Parameters
    ----------
    written_off : tuple of (int, float)
        Years over which which share of its price is written off.
    bonus_fraction : float
        Share that may be written off at once where the years are 20 or less.
    inflation_fraction : float
        Yearly inflation, by which write-offs lose worth.
    """

    written_off: tuple[tuple[int, float], ...]
    bonus_fraction: float
    inflation_fraction: float

    def shares(self, used_yr: float) -> Array:
        """Return what one dollar lets be written off after each year of its use, in dollars of its purchase.

        Parameters
        ----------
        used_yr : float
            Years of use; what is not written off by then is so when it is given up.

        Returns
        -------
        ndarray
            At the ages of `siting.case.annuities.years_of_use`.
        """
        ages_yr = years_of_use(used_yr)
        taken = np.zeros(len(ages_yr))
        for recovery_yr, share in self.written_off:
            schedule = share * write_off(recovery_yr, self.bonus_fraction)
            years = min(len(ages_yr), len(schedule))
            taken[:years] += schedule[:years]
        taken[-1] += 1 - taken.sum()
        real: Array = taken * (1 + self.inflation_fraction) ** -ages_yr
        return real

    def worth(self, price: float, start_yr: float, used_yr: float, rate: float) -> float:
        """Return what is written off, at what it is worth at the first period's start.

        Parameters
        ----------
        price : float
            What is paid [USD].
        start_yr : float
            Years from the first period's start to the start of the use.
        used_yr : float
            Years of use.
        rate : float
            Real discount rate (0 to 1) a year.
        """
        return float(price * self.shares(used_yr) @ (1 + rate) ** -(start_yr + years_of_use(used_yr)))


@dataclasses.dataclass(frozen=True)
class Use:
    """One dollar's worth of assets that a period buys and that are used until another begins, or the horizon ends.

    Parameters
    ----------
    bought, until : int
        Positions: of the period of purchase, and of the period after whose end they are no longer used.
    payments : tuple of (float, float, float)
        When they are paid, as years from the first period's start; for how many years they live then, to the horizon's
        end at most: what is given up before has no buyer, and nothing of it is paid back; and the price over the first.
    """

    bought: int
    until: int
    payments: tuple[tuple[float, float, float], ...]


def uses(starts_yr: Array, ends_yr: Array, life_yr: float, prices: Array, step_yr: float = 1) -> Iterator[Use]:
    """Yield every use of assets of a life.

    Parameters
    ----------
    starts_yr, ends_yr : ndarray
        Start and end of each period, as years from the start of the first.
    life_yr : float
        Life [yr].
    prices : ndarray
        What they cost in each step from the first period's start, over anything.
    step_yr : float
        Steps in which periods begin and end [yr].
    """
    last, lived = float(ends_yr[-1]), lived_yr(life_yr, step_yr)

    def price(year: float) -> float:
        return float(prices[round(year / step_yr)])

    for i, start in enumerate(starts_yr.tolist()):
        for j, end in enumerate(ends_yr.tolist()[i:], i):
            times = bought_anew(start, end, life_yr, step_yr)
            payments = ((year, min(last - year, lived), price(year) / price(start)) for year in times)
            yield Use(i, j, tuple(payments))


def by_year(
    use: Use, law: Law, *, rate: float, life_yr: float, lead_yr: int, sales_tax: Array
) -> tuple[Array, Array, float]:
    """Return what a use of one dollar is worth at the first period's start, in three parts.

    Parameters
    ----------
    use : Use
        When it is paid, and for how long it is used.
    law : Law
        How it is written off.
    rate : float
        Real discount rate (0 to 1) a year.
    life_yr : float
        Life [yr].
    lead_yr : int
        Years from payment to use.
    sales_tax : ndarray
        Sales tax on one dollar, by site; the same in all years.

    Returns
    -------
    ndarray
        Sales tax, by site.
    ndarray
        What is written off, with the sales tax, by site.
    float
        What it is sold for.
    """
    paid, written_off, sold = np.zeros(len(sales_tax)), np.zeros(len(sales_tax)), 0.0
    for start, used_yr, price in use.payments:
        worth = law.worth(price, start, used_yr, rate)
        paid += price * sales_tax * (1 + rate) ** -float(start - lead_yr)
        written_off += (1 + sales_tax) * worth
        sold += price * salvage_ratio(rate, life_yr, used_yr) * (1 + rate) ** -float(start + used_yr - lead_yr)
    return paid, written_off, sold


def relief(
    use: Use, law: Law, *, rate: float, lead_yr: int, sales_tax: Array, income_tax: Array, until_yr: Array
) -> tuple[Array, Array]:
    """Return what incentives are worth on a use of one dollar at the first period's start, each granted in full.

    Parameters
    ----------
    use : Use
        When it is paid, and for how long it is used.
    law : Law
        How it is written off.
    rate : float
        Real discount rate (0 to 1) a year.
    lead_yr : int
        Years from payment to use.
    sales_tax, income_tax : ndarray
        Sales tax on one dollar, and what is taken of a dollar of income, by site.
    until_yr : ndarray
        Years from the first period's start before which a use must begin, by incentive.

    Returns
    -------
    ndarray
        A credit of all that is paid, when the first year of use, or the use, ends, in dollars of the purchase, by
        incentive.
    ndarray
        An exemption from all sales tax, less what its write-offs would have saved, by site and incentive.
    """
    credited, exempted = np.zeros(len(until_yr)), np.zeros((len(sales_tax), len(until_yr)))
    for start, used_yr, price in use.payments:
        holds = start < until_yr
        first_yr = float(years_of_use(used_yr)[0])
        in_money_of_the_day = price / (1 + law.inflation_fraction) ** first_yr
        credited += holds * in_money_of_the_day * (1 + rate) ** -(start + first_yr)
        worth = law.worth(price, start, used_yr, rate)
        spared = sales_tax * (price * (1 + rate) ** -float(start - lead_yr) - income_tax * worth)
        exempted += np.outer(spared, holds)
    return credited, exempted
