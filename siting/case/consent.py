"""Consent: which moratoria are about which sites, how long they bar opening, and which sites may be opened."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case.case import Array, Case
from siting.study.parts import Policy
from siting.text import day_of

__all__ = ["at_sites", "barred", "holds_at", "in_force", "may_open", "refused", "why_closed"]

OF_WHOLE_COUNTY = frozenset({"county", "state"})
"""Bodies whose word binds the whole county by itself."""


def in_force(rows: pd.DataFrame, site_max_mw: float) -> pd.DataFrame:
    """Return the rows in force for sites of a size; one without a threshold is about every site.

    Parameters
    ----------
    rows : DataFrame
        Moratoria.
    site_max_mw : float
        Largest site of the study.
    """
    holds = (rows["status"] == "in_force") & ~(rows["threshold_mw"].astype(float) > site_max_mw)
    kept: pd.DataFrame = rows.loc[holds.to_numpy(bool), :]
    return kept.reset_index(drop=True)


def holds_at(rows: pd.DataFrame, sites: pd.DataFrame) -> Array:
    """Return whether a row is about the county or the state of a site, site by row.

    Parameters
    ----------
    rows : DataFrame
        Moratoria.
    sites : DataFrame
        Sites.
    """
    county = sites["county_fips"].to_numpy(object)[:, None] == rows["county_fips"].to_numpy(object)
    state = sites["state"].to_numpy(object)[:, None] == rows["state"].to_numpy(object)
    of_state = (rows["body_kind"] == "state").to_numpy(bool)
    found: Array = np.where(of_state, state, county & (rows["county_fips"] != "").to_numpy(bool)).astype(float)
    return found


def at_sites(rows: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are about some of the sites."""
    kept: pd.DataFrame = rows.loc[np.asarray(holds_at(rows, sites).any(axis=0), dtype=bool), :]
    return kept.reset_index(drop=True)


def barred(
    rows: pd.DataFrame, sites: pd.DataFrame, years: Sequence[float], policy: Policy, site_max_mw: float
) -> Array:
    """Return 1 where a moratorium bars opening in a period, site by period.

    One of the county itself, or of its state, bars until its stated end. One without an end bars until the end that the
    study assumes, and so does a town's or a utility's, until its stated end if it has one; without an assumed end these
    bar nothing. What ends in a period, or is about sites larger than any of the study, bars nothing either.

    Parameters
    ----------
    rows : DataFrame
        Moratoria.
    sites : DataFrame
        Sites.
    years : sequence of float
        In which the periods start.
    policy : Policy
        Whether moratoria are respected, and what end is assumed.
    site_max_mw : float
        Largest site of the study.
    """
    found = np.zeros((len(sites), len(years)))
    if not policy.respect_moratoria:
        return found
    rows, assumed = in_force(rows, site_max_mw), policy.moratorium_assumed_end or ""
    at = holds_at(rows, sites)
    for place, (kind, end) in enumerate(rows[["body_kind", "ends_on"]].itertuples(index=False, name=None)):
        until = (end or assumed) if assumed or kind in OF_WHOLE_COUNTY else ""
        bars = np.array([day_of(year) < until for year in years], dtype=float)
        found = np.maximum(found, at[:, place, None] * bars)
    return found


def refused(rows: pd.DataFrame, sites: pd.DataFrame, policy: Policy, site_max_mw: float) -> Array:
    """Return 1 at each site that a study leaves out since consent was refused there, or is suspended.

    Parameters
    ----------
    rows : DataFrame
        Moratoria.
    sites : DataFrame
        Sites, with the count of refusals if it is known.
    policy : Policy
        Whether such sites are left out.
    site_max_mw : float
        Largest site of the study.
    """
    if not policy.exclude_refused:
        return np.zeros(len(sites))
    suspended = holds_at(in_force(rows, site_max_mw), sites).any(axis=1)
    counted = sites["refusals_count"].fillna(0) > 0 if "refusals_count" in sites else np.zeros(len(sites), dtype=bool)
    found: Array = (suspended | np.asarray(counted)).astype(float)
    return found


def may_open(case: Case) -> npt.NDArray[np.bool_]:
    """Return whether a site may be opened, by site and period.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    excluded = np.isin(np.array(case.axes["site"]), list(case.study.policy.excluded_sites))
    closed = excluded | (case.values("placement.refused_count") > 0)
    barred_there = case.values("placement.barred_count") + case.values("regional.closed_count")
    able: npt.NDArray[np.bool_] = ~closed[:, None] & (barred_there == 0)
    return able


def why_closed(case: Case, site: int) -> str:
    """Name of the rule by which a site may be opened in no period; empty if there is none.

    Parameters
    ----------
    case : Case
        The numbers.
    site : int
        Position of the site.
    """
    if may_open(case)[site].any():
        return ""
    if case.axes["site"][site] in case.study.policy.excluded_sites:
        return "excluded_by_study"
    return "consent_refused" if case.values("placement.refused_count")[site] > 0 else "moratorium"
