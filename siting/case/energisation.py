"""What of each site's connection is energised when: tranches of power, each with a date."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from siting.case.case import Array

__all__ = ["COLUMNS", "NO_LIMIT_MW", "energised_mw", "energised_over_years_mw"]

COLUMNS = ("site_id", "tranche", "mw", "p10_year", "p50_year", "p90_year", "trust", "source", "grade")
"""Columns of the table of tranches of a case."""

NO_LIMIT_MW = 50_000.0
"""Stands for the power of a site of whose dates nothing is known: more than any connection has."""


def energised_mw(tranches: pd.DataFrame, sites: Sequence[str], years: Sequence[float], dates: str) -> Array:
    """Return what is energised at each site by the start of each year [MW], site by year; no limit without a date.

    A tranche counts from its date on: a year that starts before the date does not have it.

    Parameters
    ----------
    tranches : DataFrame
        Columns of `COLUMNS`.
    sites : sequence of str
        Sites.
    years : sequence of float
        Decimal years.
    dates : {"p10", "p50", "p90"}
        Which of its dates holds.

    Examples
    --------
    >>> tranches = pd.DataFrame({"site_id": ["a", "a"], "mw": [10.0, 30.0], "p50_year": [2028.5, 2031.0]})
    >>> energised_mw(tranches, ["a"], [2028, 2029, 2031], "p50").tolist()
    [[0.0, 10.0, 40.0]]
    """
    found = np.full((len(sites), len(years)), NO_LIMIT_MW)
    for i, site in enumerate(sites):
        own = tranches[tranches["site_id"] == site]
        if len(own):
            there = own[f"{dates}_year"].to_numpy(float)[:, None] <= np.asarray(years, dtype=float)[None, :]
            found[i] = own["mw"].to_numpy(float) @ there
    return found


def energised_over_years_mw(
    tranches: pd.DataFrame, site: str, years: Sequence[float], dates: str, length_yr: float = 1
) -> list[Array]:
    """Return, for each year, what is energised in its course: a row for each stretch, its part of the year and MW.

    Parameters
    ----------
    tranches : DataFrame
        Columns of `COLUMNS`.
    site : str
        Site.
    years : sequence of float
        Start of each year, or half-year.
    dates : {"p10", "p50", "p90"}
        Which of its dates holds.
    length_yr : float
        Length of each [yr].

    Examples
    --------
    >>> tranches = pd.DataFrame({"site_id": ["a"], "mw": [10.0], "p90_year": [2028.25]})
    >>> [year.tolist() for year in energised_over_years_mw(tranches, "a", [2028, 2029], "p90")]
    [[[0.25, 0.0], [0.75, 10.0]], [[1.0, 10.0]]]
    """
    on = tranches.loc[tranches["site_id"] == site, f"{dates}_year"].to_numpy(float)
    found = []
    for year in years:
        starts = [float(year), *sorted({date for date in on.tolist() if year < date < year + length_yr})]
        shares = np.diff([*starts, float(year + length_yr)])
        found.append(np.stack([shares, energised_mw(tranches, [site], starts, dates)[0]], axis=1))
    return found
