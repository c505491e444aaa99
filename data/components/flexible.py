"""Numbers of flexible connections: how much may be given up, from when on, and in which hours."""

from __future__ import annotations

import numpy as np

from siting.case.case import Array, Field
from siting.data.components.grid import of_zones
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement
from siting.quantities import MONTHS_PER_YR

__all__ = ["STATED", "dearest_hours"]


def dearest_hours(price_usd_per_mwh: Array, hours_count: float) -> Array:
    """Return 1 in so many of the dearest hours of each series, else 0; of equal ones the earlier.

    Parameters
    ----------
    price_usd_per_mwh : ndarray
        Series by hour.
    hours_count : float
        How many hours; rounded to whole ones.

    Examples
    --------
    >>> dearest_hours(np.array([[3.0, 9.0, 5.0, 9.0]]), 2).tolist()
    [[0.0, 1.0, 0.0, 1.0]]
    """
    order = np.argsort(-price_usd_per_mwh, axis=-1, kind="stable")[..., : round(hours_count)]
    given = np.zeros_like(price_usd_per_mwh)
    np.put_along_axis(given, order, 1.0, axis=-1)
    return given


def _of_choice(choice: Choice) -> dict[str, Field]:
    """The flexible part is a share of the headroom, there with the firm one or so long after the request."""
    study, connection = choice.study, choice.study.connection
    starts = np.array([float(period.year) for period in study.horizon.periods])
    asked = float(study.horizon.base_year) if connection.request_year is None else connection.request_year
    there = starts >= asked + connection.flexible_wait_months / MONTHS_PER_YR
    most = connection.flexible_fraction * choice.column("sites", "headroom_mw")
    return {"flexible.flexible_most_mw": Field(("site", "period"), most[:, None] * there[None, :])}


def _of_hours(year: SiteYear) -> dict[str, Field]:
    price = of_zones(year.choice, "wholesale_usd_per_mwh")
    given = dearest_hours(price, year.choice.study.connection.flexible_h_per_yr)
    return {"flexible.given_up_fraction": Field(("site", "hour"), given)}


STATED = Statement(
    fields={
        "flexible.flexible_most_mw": worked_out(
            "site",
            "period",
            inputs=(
                "connection.flexible_fraction",
                "sites.headroom_mw",
                "connection.flexible_wait_months",
                "connection.request_year",
            ),
        ),
        "flexible.given_up_fraction": worked_out(
            "site", "hour", inputs=("connection.flexible_h_per_yr", "series_grid.wholesale_usd_per_mwh")
        ),
    },
    of_choice=_of_choice,
    of_hours=_of_hours,
)
