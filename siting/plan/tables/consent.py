"""Consent where the sites lie: moratoria and caps with their days and sources, and refusals on record."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from siting.case.case import Case
from siting.case.consent import holds_at, in_force
from siting.case.solution import Solution
from siting.plan.cautions import Caution

__all__ = ["COLUMNS", "cautions_of_consent", "consent_of_sites", "consent_table", "suspensions"]

COLUMNS = ("site_id", "body", "body_kind", "status", "started_on", "ends_on", "threshold_mw", "source_id", "grade")
"""Columns of the table; one row a site and a moratorium or cap that is about its county or state."""


def consent_table(case: Case) -> pd.DataFrame:
    """Return every moratorium and cap on record where a candidate site lies, in the order of the sites.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    rows = case.tables.get("moratoria")
    if rows is None or rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    sites = case.tables["sites"]
    site, row = np.nonzero(holds_at(rows, sites))
    told = rows.iloc[row].reset_index(drop=True).assign(site_id=sites["site_id"].to_numpy(object)[site])
    return told[list(COLUMNS)]


def suspensions(case: Case) -> pd.DataFrame:
    """Return the rows of `consent_table` that are in force for sites of the study's size.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    return in_force(consent_table(case), case.study.facility.site_max_mw)


def consent_of_sites(case: Case) -> pd.DataFrame:
    """Return what is said of each candidate: refusals on record, and in words who suspends consent, since when.

    Parameters
    ----------
    case : Case
        The numbers.

    Returns
    -------
    DataFrame
        ``site_id``, ``refusals_count`` where the table of sites has it, and ``suspended_by``.
    """
    sites, told = case.tables["sites"], suspensions(case)
    by_site: dict[str, list[str]] = {}
    for row in told.to_dict("records"):
        until = f", until {row['ends_on']}" if row["ends_on"] else ", no stated end"
        since = f" since {row['started_on']}" if row["started_on"] else ""
        words = f"{row['body']}{since}{until} ({row['source_id']})"
        by_site.setdefault(str(row["site_id"]), []).append(words)
    found = pd.DataFrame({"site_id": sites["site_id"]})
    if "refusals_count" in sites:
        found["refusals_count"] = sites["refusals_count"]
    return found.assign(suspended_by=["; ".join(by_site.get(str(site), [])) for site in sites["site_id"]])


def cautions_of_consent(case: Case, solution: Solution) -> Iterator[Caution]:
    """Say at which built sites consent is suspended, by whom, since and until when, and where that stands.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What is built.
    """
    is_open = solution.decisions["open_count"].values.max(axis=1) > 0
    built = {site for site, opened in zip(case.axes["site"], is_open, strict=True) if opened}
    names = case.tables["sites"].set_index("site_id")["name"]
    for row in suspensions(case).to_dict("records"):
        if row["site_id"] in built:
            days = {name: row[name] for name in ("started_on", "ends_on") if row[name]}
            known = ("" if row["started_on"] else "_of_old") + ("" if row["ends_on"] else "_endless")
            said = {"site": names[row["site_id"]], "body": row["body"], "source_id": row["source_id"]}
            yield Caution(f"consent_suspended{known}", {**said, **days})
