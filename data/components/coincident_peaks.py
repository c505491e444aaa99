"""Numbers of coincident peaks: what is charged in the hours in which the whole system peaks."""

from __future__ import annotations

import numpy as np

from siting.case import typical_days
from siting.case.case import Array, Field
from siting.data.components.flexible import dearest_hours
from siting.data.components.grid import COINCIDENT_CHARGE, coincident_usd_per_mw_yr, of_zones
from siting.data.kinds.number import Level, worked_out
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement

__all__ = ["STATED", "coincident_fraction"]


def coincident_fraction(price_usd_per_mwh: Array, month_of_hour: Array, months: tuple[int, ...]) -> Array:
    """Share of the charge that falls on each hour: the dearest of each month has an even part, the others none.

    Parameters
    ----------
    price_usd_per_mwh : ndarray
        Series by hour.
    month_of_hour : ndarray
        Month of each hour.
    months : tuple of int
        Months that have an hour each.

    Examples
    --------
    >>> price, month = np.array([[3.0, 9.0, 5.0, 4.0]]), np.array([1, 1, 2, 2])
    >>> coincident_fraction(price, month, (1, 2)).tolist()
    [[0.0, 0.5, 0.5, 0.0]]
    """
    share = np.zeros_like(price_usd_per_mwh)
    for month in months:
        there = month_of_hour == month
        share[:, there] = dearest_hours(price_usd_per_mwh[:, there], 1) / len(months)
    return share


def _of_hours(year: SiteYear) -> dict[str, Field]:
    charge, price = coincident_usd_per_mw_yr(year.choice), of_zones(year.choice, "wholesale_usd_per_mwh")
    charged = np.zeros_like(price)
    if charge.any():
        time = year.choice.study.time
        month_of_hour = typical_days.full_year(time.data_year).hours["month"].to_numpy()
        stated = year.choice.study.connection
        if stated.coincident_at_h:
            share = np.zeros_like(price)
            share[:, list(stated.coincident_at_h)] = 1 / len(stated.coincident_at_h)
        else:
            share = coincident_fraction(price, month_of_hour, stated.coincident_months)
        charged = charge[:, None] * share
    return {"coincident_peaks.coincident_usd_per_mwh": Field(("site", "hour"), charged)}


STATED = Statement(
    fields={
        "coincident_peaks.coincident_usd_per_mwh": worked_out(
            "site",
            "hour",
            inputs=(
                COINCIDENT_CHARGE,
                "connection.coincident_months",
                "connection.coincident_at_h",
                "series_grid.wholesale_usd_per_mwh",
            ),
            level=Level(of_days=True),
        )
    },
    of_hours=_of_hours,
)
