"""Money: annuities, present values and the rate of return, as pure functions.

The convention throughout: real money of one year; an asset is paid at the start of its first year, all
other flows fall at the end of their year. Under it the annuity of an asset, paid at the end of each year
of its life, has the present value of its price.
"""

from __future__ import annotations

import math

import numpy as np


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
