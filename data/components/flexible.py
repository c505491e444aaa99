"""Numbers of flexible connections: how much may be given up, from when on, and in which hours."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd

from siting.case.case import Array, Field
from siting.case.energisation import NO_LIMIT_MW
from siting.data.components.grid import of_zones
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.row import Graded
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.quantities import HOURS_PER_YEAR, MONTHS_PER_YR
from siting.study import magnitudes
from siting.study.limit import LimitMark
from siting.text import GridZoneId

__all__ = ["STATED", "FlexibleHeadroomRow", "dearest_hours", "graded_hours", "published_headroom_mw"]

HOURS_PER_FULL_HOUR = 4
"""Hours with any curtailment for each hour's worth of energy that is given up (Norris et al. 2025: 3.9 to 4.2)."""


class FlexibleHeadroomRow(Graded):
    """New constant load that fits into a balancing authority if a share of its energy is given up over the year."""

    authority_id: GridZoneId
    curtailed_fraction: Annotated[float, magnitudes.CURTAILED_FRACTION]
    headroom_mw: Annotated[float, magnitudes.HEADROOM_MW]


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


def graded_hours(price_usd_per_mwh: Array, curtailed_fraction: float) -> Array:
    """Return the share that is given up in each hour: all in the dearest, less in each that is less dear.

    The depth falls with the third power of the rank, so that its mean is a quarter over the hours with any.

    Parameters
    ----------
    price_usd_per_mwh : ndarray
        Series by hour, of a year.
    curtailed_fraction : float
        Share of the year's energy that is given up.

    Examples
    --------
    >>> given = graded_hours(np.arange(8760.0)[None, :], 0.005)
    >>> int((given > 0).sum()), round(float(given.sum()), 1), round(float(given.max()), 2)
    (175, 43.7, 0.99)
    """
    hours_count = round(HOURS_PER_FULL_HOUR * curtailed_fraction * HOURS_PER_YEAR)
    order = np.argsort(-price_usd_per_mwh, axis=-1, kind="stable")[..., :hours_count]
    depth = (1 - (np.arange(hours_count) + 0.5) / hours_count) ** (HOURS_PER_FULL_HOUR - 1)
    given = np.zeros_like(price_usd_per_mwh)
    np.put_along_axis(given, order, np.broadcast_to(depth, order.shape), axis=-1)
    return given


def published_headroom_mw(rows: pd.DataFrame, curtailed_fraction: float) -> dict[str, float]:
    """Return the headroom of each authority at a share of energy, between the published ones on a line [MW].

    Below the least published share it falls to nothing with it; above the greatest it stays.

    Parameters
    ----------
    rows : DataFrame
        Rows of the table `flexible_headroom`.
    curtailed_fraction : float
        Share of the year's energy that is given up.
    """
    found = {}
    for authority, own in rows.sort_values("curtailed_fraction").groupby("authority_id"):
        shares, headroom = own["curtailed_fraction"].to_numpy(float), own["headroom_mw"].to_numpy(float)
        found[str(authority)] = float(np.interp(curtailed_fraction, np.r_[0.0, shares], np.r_[0.0, headroom]))
    return found


def given_up_energy_fraction(choice: Choice) -> float:
    """Share of the year's energy that is given up, as it is stated or by whole hours."""
    stated = choice.study.connection
    if stated.flexible_curtailed_fraction is not None:
        return stated.flexible_curtailed_fraction
    return stated.flexible_h_per_yr / HOURS_PER_YEAR


def _of_authority_mw(choice: Choice) -> Array:
    """Published headroom of each site's authority; none of a limit where it is not asked for, or not known."""
    sites = choice.tables["sites"]
    if choice.study.connection.flexible_headroom == "none":
        return np.full(len(sites), NO_LIMIT_MW)
    known = published_headroom_mw(choice.tables["flexible_headroom"], given_up_energy_fraction(choice))
    return np.array([known.get(str(authority), NO_LIMIT_MW) for authority in sites["authority_id"]])


def _of_choice(choice: Choice) -> dict[str, Field]:
    """The flexible part is a share of the headroom, there with the firm one or so long after the request."""
    study, connection = choice.study, choice.study.connection
    starts = np.array([float(period.year) for period in study.horizon.periods])
    asked = float(study.horizon.base_year) if connection.request_year is None else connection.request_year
    there = starts >= asked + connection.flexible_wait_months / MONTHS_PER_YR
    most = connection.flexible_fraction * choice.column("sites", "headroom_mw")
    return {
        "flexible.flexible_most_mw": Field(("site", "period"), most[:, None] * there[None, :]),
        "flexible.authority_most_mw": Field(("site",), _of_authority_mw(choice)),
    }


def _of_hours(year: SiteYear) -> dict[str, Field]:
    price = of_zones(year.choice, "wholesale_usd_per_mwh")
    stated = year.choice.study.connection
    if stated.flexible_curtailed_fraction is None:
        given = dearest_hours(price, stated.flexible_h_per_yr)
    else:
        given = graded_hours(price, stated.flexible_curtailed_fraction)
    return {"flexible.given_up_fraction": Field(("site", "hour"), given)}


STATED = Statement(
    tables={"flexible_headroom": table(FlexibleHeadroomRow, "authority_id", "curtailed_fraction")},
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
        "flexible.authority_most_mw": worked_out(
            "site",
            inputs=("flexible_headroom.headroom_mw", "connection.flexible_headroom"),
            neutral=NO_LIMIT_MW,
            limit=LimitMark("most", NO_LIMIT_MW, stated_by="connection.flexible_headroom"),
        ),
        "flexible.given_up_fraction": worked_out(
            "site",
            "hour",
            inputs=(
                "connection.flexible_h_per_yr",
                "connection.flexible_curtailed_fraction",
                "series_grid.wholesale_usd_per_mwh",
            ),
        ),
    },
    of_choice=_of_choice,
    of_hours=_of_hours,
)
