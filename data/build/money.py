"""Conversion of money to US dollars of 2024 by the consumer price index of all urban consumers (BLS, CUUR0000SA0)."""

from __future__ import annotations

from siting.data.build.raw import read_input

__all__ = ["LAST_YEAR", "MONEY_YEAR", "to_money_year"]

MONEY_YEAR = 2024
LAST_YEAR = 2025
"""The last year of the price index."""


def to_money_year(year: int) -> float:
    """Factor that turns dollars of `year` into dollars of 2024, dimensionless.

    Examples
    --------
    >>> round(to_money_year(2017), 4)
    1.2797
    >>> to_money_year(2024)
    1.0
    """
    index = read_input("deflator.csv").set_index("year")["cpi_u"]
    return float(index[MONEY_YEAR] / index[year])
