"""Racks by year of purchase: a kind that gets better is one kind for each period in which it is bought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from siting.case.case import Array
from siting.data.kinds.table import Fault

__all__ = ["BETTERED", "KIND", "by_year", "in_vintages", "never_sold", "out_of_order", "with_gain"]

KIND = "kind_id"
"""Column of the chosen racks that names the rack of the table `racks` of which a row is a vintage."""

BETTERED = ("compute_pflop", "rack_kw", "embodied_t")
"""Columns that differ between the vintages of a kind, by the year of purchase."""


def by_year(rack_years: pd.DataFrame, kind: str, column: str, stated: float, years: Sequence[float]) -> Array:
    """Return a column of a kind of rack in some years.

    Between two years that the table states it lies on the straight line between their values; before the first and
    after the last it is theirs. Without any it is that of the table `racks`, in all years.

    Parameters
    ----------
    rack_years : DataFrame
        Rows of the table of that name.
    kind : str
        Which rack.
    column : str
        Which column.
    stated : float
        Its value in the table `racks`.
    years : sequence of float
        When.
    """
    rows = rack_years[(rack_years["rack_id"] == kind) & rack_years[column].notna()]
    if rows.empty:
        return np.full(len(years), stated)
    values: Array = np.interp(years, rows["year"].to_numpy(float), rows[column].to_numpy(float))
    return values


def with_gain(
    rack_years: pd.DataFrame, racks: pd.DataFrame, gain_per_yr: float, base_year: int, starts: Sequence[float]
) -> pd.DataFrame:
    """Return the table with what each rack does if it is bought when a period begins, where it says nothing of that.

    Parameters
    ----------
    rack_years : DataFrame
        Rows of the table of that name.
    racks : DataFrame
        Chosen rows of the table `racks`, which hold in the base year.
    gain_per_yr : float
        Yearly gain of the work of a rack (0 to 1).
    base_year : int
        Until when there is none.
    starts : sequence of float
        Years in which the periods begin.
    """
    if not gain_per_yr:
        return rack_years
    stated = rack_years.loc[rack_years["compute_pflop"].notna(), "rack_id"]
    rows = [
        {"rack_id": rack, "year": start, "compute_pflop": pflop * (1 + gain_per_yr) ** max(start - base_year, 0)}
        for rack, pflop in zip(racks["rack_id"], racks["compute_pflop"].astype(float), strict=True)
        for start in starts
        if rack not in set(stated)
    ]
    gained = pd.DataFrame(rows, columns=list(rack_years)).astype(dict.fromkeys(BETTERED, float))
    return gained if rack_years.empty else pd.concat([rack_years, gained], ignore_index=True)


def in_vintages(racks: pd.DataFrame, rack_years: pd.DataFrame, starts: Sequence[float]) -> pd.DataFrame:
    """Return the racks, each that differs between periods as one rack for each, sold in that period alone.

    Parameters
    ----------
    racks : DataFrame
        Chosen rows of the table `racks`.
    rack_years : DataFrame
        Rows of the table of that name.
    starts : sequence of float
        Years in which the periods begin.
    """
    if not rack_years["rack_id"].isin(racks["rack_id"]).any():
        return racks
    return pd.DataFrame(
        [row for _, rack in racks.iterrows() for row in _vintages(rack, rack_years, starts)]
    ).reset_index(drop=True)


def _vintages(rack: pd.Series, rack_years: pd.DataFrame, starts: Sequence[float]) -> Iterator[pd.Series]:
    """Rows of one rack."""
    kind = str(rack["rack_id"])
    values = {name: by_year(rack_years, kind, name, float(rack[name]), starts) for name in BETTERED}
    if all(np.ptp(of_years) == 0 for of_years in values.values()):
        yield pd.Series({**rack, **{name: of_years[0] for name, of_years in values.items()}, KIND: kind})
        return
    for i, start in enumerate(starts):
        own = {name: of_years[i] for name, of_years in values.items()}
        bought_in = str(start).replace(".", "-")  # no point stands in an id
        named = {"rack_id": f"{kind}-{bought_in}", "name": f"{rack['name']} of {start}", KIND: kind}
        first = np.fmax(float(rack.get("first_year", np.nan)), start)
        yield pd.Series({**rack, **own, **named, "first_year": float(first), "last_year": float(start)})


def out_of_order(rack_years: pd.DataFrame) -> Iterator[Fault]:
    """Yield each line whose year comes before that of a line above it, of the same rack.

    Parameters
    ----------
    rack_years : DataFrame
        Rows of the table of that name, by line.
    """
    latest: dict[str, int] = {}
    for line, kind, year in rack_years[["rack_id", "year"]].itertuples(name=None):
        if year < latest.get(kind, year):
            yield int(line), "year", f"the vintages of '{kind}' are out of order: {year} after {latest[kind]}"
        latest[kind] = max(year, latest.get(kind, year))


def never_sold(racks: pd.DataFrame) -> Iterator[Fault]:
    """Yield each line of a rack whose last year is before its first.

    Parameters
    ----------
    racks : DataFrame
        Rows of the table of that name, by line.
    """
    if {"first_year", "last_year"} <= set(racks):
        wrong = racks[racks["last_year"] < racks["first_year"]]
        for line, kind, year in wrong[["rack_id", "last_year"]].itertuples(name=None):
            yield int(line), "last_year", f"'{kind}' is sold until {year:g}, before it is sold at all"
