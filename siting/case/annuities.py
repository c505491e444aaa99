"""Money: annuities, present values and the rate of return, as pure functions.

The convention throughout: real money of one year; an asset is paid at the start of its first year, all
other flows fall at the end of their year. Under it the annuity of an asset, paid at the end of each year
of its life, has the present value of its price.

What a period of half-years pays falls at the end of each half-year, by half. The annuity of a half-year is less than
half of one, since it is paid earlier: with interest to the end of the year two of them are as much as that of the year.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from siting.case.case import Array

HALF_YR = 0.5
LONGEST_DOUBLE_YR = 10
LONGEST_DECLINING_YR = 20
FIRST_MONTHS = 11.5 / 12
"""Part of the first year in which a building is written off, if it is bought in January."""


def capital_recovery(rate: float, life_yr: float) -> float:
    """Yearly payment for one dollar of capital [1/yr].

    Parameters
    ----------
    rate : float
        Real discount rate (0 to 1) a year.
    life_yr : float
        Years over which the asset is paid.

    Examples
    --------
    The payments are worth the price:

    >>> payment = capital_recovery(0.07, 10)
    >>> round(payment * sum(1.07**-t for t in range(1, 11)), 12)
    1.0
    >>> capital_recovery(0.0, 4)
    0.25
    """
    if rate == 0:
        return 1 / life_yr
    return rate / -math.expm1(-life_yr * math.log1p(rate))


def present_value_ratio(rate: float, start_yr: float, length_yr: float) -> float:
    """Worth today of a dollar a year over a period: at the end of each of its years, or half-years.

    Parameters
    ----------
    rate : float
        Real discount rate (0 to 1) a year.
    start_yr : float
        Years from today to the period's start.
    length_yr : float
        Years in the period; if they are not whole, each half-year pays half a dollar at its end.

    Examples
    --------
    >>> round(present_value_ratio(0.07, 0, 10) * capital_recovery(0.07, 10), 12)
    1.0
    >>> present_value_ratio(0.0, 3, 1.5)
    1.5
    >>> present_value_ratio(0.21, 0.5, 0.5) == 0.5 / 1.21
    True
    """
    ends_yr, step_yr = paid_at(start_yr, length_yr)
    return float(step_yr * np.sum((1 + rate) ** -ends_yr))


def paid_at(start_yr: float, length_yr: float) -> tuple[Array, float]:
    """Return when a period pays, and for how long each time [yr].

    Parameters
    ----------
    start_yr : float
        Years to the period's start.
    length_yr : float
        Years in the period.

    Examples
    --------
    >>> [ends.tolist() for ends, _ in (paid_at(3, 2), paid_at(3, 1.5))]
    [[4.0, 5.0], [3.5, 4.0, 4.5]]
    """
    step_yr = _step_yr(length_yr)
    ends_yr = start_yr + step_yr * np.arange(1, round(length_yr / step_yr) + 1)
    return np.asarray(ends_yr, dtype=np.float64), step_yr


def annuity_worth(rate: float, start_yr: float, length_yr: float) -> float:
    """Worth today of annuities of a dollar a year: at the end of each year, and of the half-year that is left.

    Parameters
    ----------
    rate : float
        Real discount rate (0 to 1) a year.
    start_yr : float
        Years from today to the start of the first.
    length_yr : float
        Years in which they are paid.

    Examples
    --------
    Of a life of a year and a half, they are worth the price:

    >>> round(annuity_worth(0.07, 0, 1.5) * capital_recovery(0.07, 1.5), 12)
    1.0
    """
    whole_yr = math.floor(length_yr)
    worth = present_value_ratio(rate, start_yr, whole_yr)
    left_yr = length_yr - whole_yr
    return worth if not left_yr else worth + _annuity_of(rate, left_yr) * (1 + rate) ** -(start_yr + length_yr)


def annuity_ratio(rate: float, length_yr: float) -> float:
    """Return what annuities cost a year of a period over the annuity of a whole year: 1, or less in half-years.

    Parameters
    ----------
    rate : float
        Real discount rate (0 to 1) a year.
    length_yr : float
        Years in the period.

    Examples
    --------
    At 21 % a half-year bears 10 %, which with interest of 10 % on the first of two is 21 %; half of 21 % is 10.5 %:

    >>> round(annuity_ratio(0.21, 0.5) * 10.5, 12), annuity_ratio(0.21, 3)
    (10.0, 1.0)
    """
    step_yr = _step_yr(length_yr)
    return _annuity_of(rate, step_yr) / step_yr if step_yr < 1 else 1.0


def years_of_use(used_yr: float) -> Array:
    """Return the ages at which what is counted by years of use falls due: after each year, and in the end.

    Examples
    --------
    >>> years_of_use(2).tolist(), years_of_use(1.5).tolist()
    ([1.0, 2.0], [1.0, 1.5])
    """
    ages_yr: Array = np.minimum(np.arange(1.0, math.ceil(used_yr) + 1), used_yr)
    return ages_yr


def bought_anew(start: float, end: float, life_yr: float, step_yr: float) -> Iterator[float]:
    """Yield when assets are bought: at the start, and when their life is over, until an end.

    Parameters
    ----------
    start, end : float
        When they are bought first, and when they are no longer [yr].
    life_yr : float
        Their life [yr]; of it counts what is a number of whole steps.
    step_yr : float
        Steps in which periods begin and end [yr].

    Examples
    --------
    >>> list(bought_anew(0, 9, 4, 1)), list(bought_anew(0.5, 3, 1.5, 0.5))
    ([0, 4, 8], [0.5, 2.0])
    """
    lived = lived_yr(life_yr, step_yr)
    while start < end:
        yield start
        start += lived


def lived_yr(life_yr: float, step_yr: float) -> float:
    """Return the whole steps in a life [yr].

    Examples
    --------
    >>> lived_yr(12.5, 1), lived_yr(12.5, 0.5)
    (12, 12.5)
    """
    return math.floor(life_yr / step_yr) * step_yr


def _step_yr(length_yr: float) -> float:
    """Steps in which a period pays: whole years, or half-years."""
    return 1 if float(length_yr).is_integer() else HALF_YR


def _annuity_of(rate: float, part_yr: float) -> float:
    """Annuity of a part of a year, paid at its end, over that of a year."""
    return part_yr if rate == 0 else math.expm1(part_yr * math.log1p(rate)) / rate


def salvage_ratio(rate: float, life_yr: float, age_yr: float) -> float:
    """Worth of the annuities not yet paid on an asset, as a share of its price.

    Parameters
    ----------
    rate : float
        Real discount rate (0 to 1) a year.
    life_yr : float
        Years of the asset's life.
    age_yr : float
        Years since it was paid, at most its life.

    Examples
    --------
    At age 0 the whole price is unpaid, at the end of its life nothing:

    >>> round(salvage_ratio(0.07, 10, 0), 12), salvage_ratio(0.07, 10, 10)
    (1.0, 0.0)
    """
    remaining = life_yr - age_yr
    if remaining <= 0:
        return 0.0
    return capital_recovery(rate, life_yr) / capital_recovery(rate, remaining)


def write_off(recovery_yr: int, bonus_fraction: float = 0.0) -> Array:
    """Share of an asset's price that tax lets be written off in each year of its recovery, the first year first.

    Property of 10 years or less: double declining balance, then straight line; of up to 20 years: 150 %; both from the
    middle of the first year. Anything longer is a building: straight line from the middle of the first month.

    Parameters
    ----------
    recovery_yr : int
        Recovery period [yr].
    bonus_fraction : float
        Share that may be written off at once (0 to 1) where the period is 20 years or less.

    References
    ----------
    IRS Publication 946, tables A-1 and A-7a.

    Examples
    --------
    >>> write_off(5).round(4).tolist()
    [0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576]
    >>> write_off(5, bonus_fraction=1.0).tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    if recovery_yr > LONGEST_DECLINING_YR:
        even = np.full(recovery_yr + 1, 1 / recovery_yr)
        even[0] *= FIRST_MONTHS
        even[-1] *= 1 - FIRST_MONTHS
        return even
    speed = (2.0 if recovery_yr <= LONGEST_DOUBLE_YR else 1.5) / recovery_yr
    shares = [speed / 2]
    for year in range(1, recovery_yr):
        shares.append((1 - sum(shares)) * max(speed, 1 / (recovery_yr + 0.5 - year)))
    shares.append(1 - sum(shares))
    schedule = (1 - bonus_fraction) * np.array(shares)
    schedule[0] += bonus_fraction
    return schedule
