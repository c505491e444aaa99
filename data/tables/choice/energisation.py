"""The tranches of a case: those that a study states, and of other sites what the catalogue says of their wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.case.energisation import COLUMNS
from siting.quantities import MONTHS_PER_YR

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["faults_of_dates", "tranches_of"]

WAITS = ("wait_low_months", "wait_months", "wait_high_months")
BUILDS = ("build_low_months", "build_months", "build_high_months")
DATES = ("p10_year", "p50_year", "p90_year")


def tranches_of(study: Study, stated: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Return the tranches of the chosen sites; none if the study asks for no dates.

    A site that the study's table does not have gets one tranche of all its headroom. Its date is the request, the wait
    and the building after one another, early with early and late with late: percentiles are added up as if all went
    well or ill together. What a source leaves out of low, usual and high is taken as the nearest that it states. An
    unknown wait stays unknown: such a date counts the building alone, and its trust is "unknown".

    Parameters
    ----------
    study : Study
        What is asked.
    stated : DataFrame
        The table energisation; it may be empty.
    sites : DataFrame
        The chosen sites.
    """
    if study.connection.dates == "none":
        return pd.DataFrame(columns=list(COLUMNS))
    own = stated[stated["site_id"].isin(sites["site_id"])]
    own = own.assign(**{name: own[name].fillna(own["p50_year"]) for name in ("p10_year", "p90_year")})
    made = list(_made(study, sites[~sites["site_id"].isin(own["site_id"])]))
    parts = [own[list(COLUMNS)], pd.DataFrame(made, columns=list(COLUMNS))]
    together = pd.concat([part for part in parts if len(part)] or parts[:1])
    order = {site: place for place, site in enumerate(sites["site_id"])}
    together = together.assign(place=together["site_id"].map(order)).sort_values(["place", "tranche"])
    return together.drop(columns="place").reset_index(drop=True)


def faults_of_dates(study: Study, stated: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a table of tranches in view of the study: what, and what to do.

    Parameters
    ----------
    study : Study
        What is asked.
    stated : DataFrame
        The table energisation; it may be empty.
    """
    if len(stated) and study.connection.dates == "none":
        yield "the table is there, and connection.dates is none, so that nothing reads it", "say which dates: p50"
    base = study.horizon.base_year
    for row in stated.to_dict("records"):
        for name in DATES:
            if row[name] < base:
                message = f"site '{row['site_id']}', tranche {row['tranche']}: {name} {row[name]:g} lies before"
                yield f"{message} horizon.base_year, {base}", "what has power by then has it from the base year on"


def _made(study: Study, sites: pd.DataFrame) -> Iterator[dict[str, object]]:
    """One tranche of each site of whose wait or building something is known."""
    asked = study.connection.request_year
    start = float(study.horizon.base_year) if asked is None else asked
    for row in sites.to_dict("records"):
        wait, build = (_filled([row.get(name) for name in names]) for names in (WAITS, BUILDS))
        if (wait is None and build is None) or not row["headroom_mw"] > 0:
            continue
        months = np.zeros(3)
        for part in (wait, build):
            months += 0.0 if part is None else part
        trust, basis = str(row.get("wait_trust") or "unknown"), row.get("wait_basis")
        yield {
            "site_id": row["site_id"],
            "tranche": 1,
            "mw": float(row["headroom_mw"]),
            **dict(zip(DATES, (start + months / MONTHS_PER_YR).tolist(), strict=True)),
            "trust": "unknown" if wait is None else trust,
            "source": basis if isinstance(basis, str) else "",
            "grade": "assumed",
        }


def _filled(stated: list[object]) -> np.ndarray | None:
    """Low, usual and high with what is missing as the nearest that is stated; None if nothing is."""
    known = pd.Series([value if isinstance(value, int | float) else np.nan for value in stated], dtype=float)
    if known.isna().all():
        return None
    low, usual, high = known.tolist()
    if np.isnan(usual):
        usual = float(np.nanmean([low, high]))
    filled = [usual if np.isnan(value) else value for value in (low, usual, high)]
    return np.maximum.accumulate(filled)
