"""Money: annuities, present values and the rate of return, as pure functions.

The convention throughout: real money of one year; an asset is paid at the start of its first year, all
other flows fall at the end of their year. Under it the annuity of an asset, paid at the end of each year
of its life, has the present value of its price.
"""

from __future__ import annotations

import math

import numpy as np

from siting.case.case import Array

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


def present_value_ratio(rate: float, start_yr: float, length_yr: int) -> float:
    """Worth today of one dollar at the end of each year of a period.

    Parameters
    ----------
    rate : float
        Real discount rate (0 to 1) a year.
    start_yr : float
        Years from today to the period's start.
    length_yr : int
        Years in the period.

    Examples
    --------
    >>> round(present_value_ratio(0.07, 0, 10) * capital_recovery(0.07, 10), 12)
    1.0
    """
    years = start_yr + np.arange(1, length_yr + 1)
    return float(np.sum((1 + rate) ** -years))


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
