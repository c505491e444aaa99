"""Consent: where a data centre was barred, refused or capped, by county, from two public trackers and two single facts.

Rules:

1. *A body's own document governs up to the day that the collection of documents was made* (30 April 2026); after that
   day the tracker of local actions does, where it says that a moratorium was adopted.
2. One row a body: of several, the one in force, else the one past its days, else the one proposed; of these the last.
3. A stated end is the day of adoption plus the days that the document states, or the months or years that the
   tracker's heading states. A moratorium that was extended has no stated end: to when is not in the files.
4. A moratorium whose stated end lies before the last look of both (30 July 2026) is *past its days*: whether it was
   prolonged is not known.
5. A refusal is a moratorium adopted, a permit denied, or a project withdrawn or called off. A county that neither
   tracker names has none recorded: a floor, not a census.
"""

from __future__ import annotations

import re

import pandas as pd

from siting.data.build.raw import read_input, read_raw

__all__ = ["moratoria_table", "refusals_count"]

DOCUMENTS_UNTIL = "2026-04-30"
LAST_LOOK = "2026-07-30"
DOCUMENTS_SOURCE = "moratorium-data-2026"
TRACKER_SOURCE = "opposition-tracker-2026"

OF_DOCUMENT = {
    "active": "in_force", "extended": "in_force", "pending": "proposed", "replaced": "ended", "expired": "ended",
    "rescinded": "ended",
}  # fmt: skip
OF_ACTION = {
    "passed": "in_force", "active": "in_force", "approved": "in_force", "enforced": "in_force",
    "moratorium passed": "in_force", "moratorium enacted": "in_force", "moratorium adopted": "in_force",
    "pending": "proposed", "proposed": "proposed", "expired": "ended",
}  # fmt: skip
"""Status by the tracker's word; what was defeated, called off or put off is none."""

RANK = ("in_force", "past_its_days", "proposed", "ended")
_ASIDE = r"\s*\(.*\)|\s+- .*|,\s*[A-Z]{2}$"
_TERM = re.compile(r"\b(\d+|one|two)[- ](day|month|year)\b", re.IGNORECASE)
_NUMBER = {"one": 1, "two": 2}
_NOT_A_NAME = re.compile(r"\(.*?\)|\b(city|town|village|township|borough|county|council|commission|of)\b|[^a-z]")


def refusals_count(counties: pd.Index) -> pd.Series:
    """Refusals on record by county, 0 where none is.

    Parameters
    ----------
    counties
        FIPS codes.
    """
    counted = read_raw("us_places/local_refusal_by_county.csv", dtype=str).set_index("county_fips")
    columns = ["moratoria_adopted", "permit_denials", "projects_withdrawn_or_cancelled"]
    found: pd.Series = counted[columns].astype(int).sum(axis=1).reindex(counties).fillna(0).astype(int)
    return found


def moratoria_table() -> pd.DataFrame:
    """Rows of `moratoria.csv`, sorted by state, county and body."""
    documents, actions = _documents(), _actions()
    later = actions[actions["started_on"] > DOCUMENTS_UNTIL]
    known = set(documents["body_key"])
    new = actions[~actions["body_key"].isin(known)]
    superseding = later[later["body_key"].isin(known) & (later["status"] == "in_force")]
    documents = documents[~documents["body_key"].isin(superseding["body_key"])]
    rows = pd.concat([documents, new, superseding], ignore_index=True)
    over = (rows["status"] == "in_force") & (rows["ends_on"] != "") & (rows["ends_on"] < LAST_LOOK)
    rows.loc[over, "status"] = "past_its_days"
    rows["rank"] = rows["status"].map(RANK.index)
    rows = rows.sort_values(["rank", "started_on", "moratorium_id"], ascending=[True, False, True])
    rows = rows.drop_duplicates("body_key").drop(columns=["body_key", "rank"])
    table = pd.concat([rows, read_input("moratoria.csv").fillna({"ends_on": "", "county_fips": ""})])
    table["county_fips"] = table["county_fips"].map(lambda code: f"{int(code):05d}" if str(code) else "")
    order = ["state", "county_fips", "body", "moratorium_id"]
    columns = [
        "moratorium_id", "state", "county_fips", "body_kind", "body", "status", "started_on", "ends_on",
        "threshold_mw", "source_id", "grade",
    ]  # fmt: skip
    return table.sort_values(order, ignore_index=True)[columns]


def body_key(county_fips: str, kind: str, body: str) -> str:
    """Name of a body that two trackers share: a county is one body, whatever of it acts.

    Examples
    --------
    >>> body_key("55025", "county", "Dane County (18-month moratorium passed), WI")
    '55025'
    >>> body_key("37183", "town", "Town of Apex") == body_key("37183", "town", "Apex")
    True
    """
    return county_fips if kind == "county" else county_fips + _NOT_A_NAME.sub("", body.lower())


def stated_end(started_on: str, heading: str) -> str:
    """Day on which a moratorium ends whose heading states its length; empty if it states none.

    Examples
    --------
    >>> stated_end("2026-06-04", "Dane County (18-month hyperscale data center moratorium passed), WI")
    '2027-12-04'
    >>> stated_end("2026-06-04", "Dane County")
    ''
    """
    found = _TERM.search(heading)
    if found is None:
        return ""
    count, unit = found[1].lower(), found[2].lower()
    number = _NUMBER.get(count) or int(count)
    lengths = {
        "day": pd.DateOffset(days=number),
        "month": pd.DateOffset(months=number),
        "year": pd.DateOffset(years=number),
    }
    return str((pd.Timestamp(started_on) + lengths[unit]).date())


def _documents() -> pd.DataFrame:
    """Rows of the collection of ordinances and resolutions."""
    raw = read_raw("us_places/moratoria_primary_documents.csv", dtype=str).fillna("")
    kind = raw["jurisdiction_type"].map({"County": "county", "Parish": "county", "Utility authority": "utility"})
    rows = pd.DataFrame(
        {
            "moratorium_id": raw["moratorium_id"],
            "state": raw["state"],
            "county_fips": raw["county_fips"],
            "body_kind": kind.fillna("town"),
            "body": raw["jurisdiction"].str.replace(_ASIDE, "", regex=True).str.strip(),
            "status": raw["status"].map(OF_DOCUMENT),
            "started_on": raw["date"],
            "ends_on": [
                _end_of(date, days) if status != "extended" else ""
                for date, days, status in zip(raw["date"], raw["duration_days"], raw["status"], strict=True)
            ],
            "source_id": DOCUMENTS_SOURCE,
            "grade": "measured",
        }
    )
    return _keyed(rows)


def _end_of(date: str, days: str) -> str:
    """Day on which a document's days are over; empty where it states no day or no length."""
    if not days or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
        return ""
    return str((pd.Timestamp(date) + pd.Timedelta(days=float(days))).date())


def _actions() -> pd.DataFrame:
    """Rows of the tracker of local actions that are about a moratorium of a county, a town or a utility."""
    raw = read_raw("us_places/local_actions.csv", dtype=str).fillna("")
    about = raw["action_type"].str.contains("moratorium") & raw["status"].isin(list(OF_ACTION))
    local = ~raw["authority_level"].isin(["governor", "state_legislature", "federal_agency", "developer"])
    raw = raw[about & local & (raw["county_fips"] != "")].reset_index(drop=True)
    named = raw["jurisdiction"].str.contains("County|Parish") & raw["authority_level"].isin(
        ["", "planning_commission", "voters", "court", "advocacy_org"]
    )
    kind = raw["authority_level"].map({"county_commission": "county", "utility_commission": "utility"})
    rows = pd.DataFrame(
        {
            "moratorium_id": raw["id"],
            "state": raw["state"],
            "county_fips": raw["county_fips"],
            "body_kind": kind.mask(named, "county").fillna("town"),
            "body": raw["jurisdiction"].str.replace(_ASIDE, "", regex=True).str.strip(),
            "status": raw["status"].map(OF_ACTION),
            "started_on": raw["date"],
            "ends_on": [
                stated_end(date, heading) for date, heading in zip(raw["date"], raw["jurisdiction"], strict=True)
            ],
            "source_id": TRACKER_SOURCE,
            "grade": "measured",
        }
    )
    return _keyed(rows)


def _keyed(rows: pd.DataFrame) -> pd.DataFrame:
    keys = [body_key(*one) for one in zip(rows["county_fips"], rows["body_kind"], rows["body"], strict=True)]
    return rows.assign(body_key=keys)
