"""Orders of the candidates: the plan's, and naive ones that need no model.

An order is one number a candidate: the lower, the earlier; equal numbers are a tie, infinity is last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.geography import great_circle_km

__all__ = ["PEOPLE_WITHIN_KM", "RULES", "Array", "NaiveRule", "plan_order"]

Array = npt.NDArray[np.float64]

PEOPLE_WITHIN_KM = 100.0
"""How far a metropolitan area counts for a candidate; a judgement."""


def plan_order(sites: Collection[str], chosen: Collection[str], rivals: pd.DataFrame | None) -> Array:
    """Return the plan's order: what it builds, then what it costs the least to build besides, as far as proven.

    Parameters
    ----------
    sites : collection of str
        Ids of the candidates.
    chosen : collection of str
        Those that the plan builds; a tie.
    rivals : DataFrame or None
        Table `rivals` of the plan; those without a proven cost (ruled out, or not looked at) are a tie at the end.

    Returns
    -------
    ndarray
        By candidate: the proven extra cost [USD], less than any for the chosen, infinite for the last.
    """
    if rivals is None:
        extra = dict[str, float]()
    else:
        extra = dict(zip(rivals["site_id"], rivals["extra_cost_at_least_usd"].astype(float), strict=True))
    found = [-np.inf if site in chosen else extra.get(site, np.nan) for site in sites]
    return _missing_last(np.array(found, dtype=float))


@dataclass(frozen=True)
class NaiveRule:
    """A rule that anybody could follow.

    Parameters
    ----------
    name : str
        Of the rule.
    label : str
        What people read.
    column : str
        Column that it follows, with its table.
    order : function
        Of the tables of sites and of zones of a case; raises KeyError where they lack the column.
    """

    name: str
    label: str
    column: str
    order: Callable[[pd.DataFrame, pd.DataFrame], Array]


def _least(column: str) -> Callable[[pd.DataFrame, pd.DataFrame], Array]:
    return lambda sites, _: _missing_last(sites[column].to_numpy(float))


def _most_people(sites: pd.DataFrame, zones: pd.DataFrame) -> Array:
    """People of the metropolitan areas near each candidate, the most first."""
    km = great_circle_km(
        sites["latitude"].to_numpy(float)[:, None],
        sites["longitude"].to_numpy(float)[:, None],
        zones["latitude"].to_numpy(float),
        zones["longitude"].to_numpy(float),
    )
    people = zones["population_count"].to_numpy(float)
    return np.asarray(-((km <= PEOPLE_WITHIN_KM) @ people), dtype=float)


def _missing_last(order: Array) -> Array:
    return np.where(np.isnan(order), np.inf, order)


def _rules() -> Iterator[NaiveRule]:
    yield NaiveRule("cheapest_power", "cheapest power", "sites.tariff_usd_per_mwh", _least("tariff_usd_per_mwh"))
    yield NaiveRule("nearest_strong_line", "nearest strong line", "sites.line_km", _least("line_km"))
    yield NaiveRule("most_people", "most people", "zones.population_count", _most_people)
    yield NaiveRule("cheapest_land", "cheapest land", "sites.land_usd_per_ha", _least("land_usd_per_ha"))


RULES = tuple(_rules())
