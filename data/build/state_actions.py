"""What states did about data centres: laws, pauses of relief, proposals; facts with dates, told and no more.

Two kinds change numbers, where the file says enough for that. A sales-tax relief that is paused with an end is granted
from the year after that end; one that is paused without an end, or kept for refurbished halls alone, is granted to no
new hall. A state's moratorium is a row of `moratoria.csv`.
"""

from __future__ import annotations

import re

import pandas as pd

from siting.data.build.raw import read_raw

__all__ = ["paused_relief", "state_actions"]

SOURCE = "state-actions-2026"
_UNTIL = re.compile(r"\bto (\d{4})-\d{2}-\d{2}")
CLOSED = ("sales-tax relief paused", "sales-tax relief narrowed")
IN_FORCE = ("in force", "enacted")


def state_actions() -> pd.DataFrame:
    """Rows of `state_actions.csv`, sorted by state and date."""
    raw = read_raw("us_places/state_policy_incentives.csv", dtype=str).fillna("")
    rows = pd.DataFrame(
        {
            "action_id": [
                re.sub(r"[^a-z0-9]+", "-", f"{state} {instrument}".lower()).strip("-")
                for state, instrument in zip(raw["state"], raw["instrument"], strict=True)
            ],
            "state": raw["state"],
            "instrument": raw["instrument"],
            "action_kind": raw["kind"],
            "status": raw["status"],
            "acted_on": raw["date"],
            "threshold_mw": pd.to_numeric(raw["threshold_mw"]),
            "summary": raw["summary"],
            "source_id": SOURCE,
            "grade": "measured",
        }
    )
    return rows.sort_values(["state", "acted_on", "action_id"], ignore_index=True)


def paused_relief() -> tuple[dict[str, int], frozenset[str]]:
    """States whose sales-tax relief is paused, with the first year in which it is granted again; those without end.

    Returns
    -------
    from_year : dict of str to int
        By state.
    closed : frozenset of str
        States that grant none to a new hall, for a time that is not stated.
    """
    rows = state_actions()
    rows = rows[rows["action_kind"].isin(CLOSED) & rows["status"].isin(IN_FORCE)]
    ends = {state: _UNTIL.search(text) for state, text in zip(rows["state"], rows["summary"], strict=True)}
    from_year = {state: int(end[1]) + 1 for state, end in ends.items() if end is not None}
    return from_year, frozenset(ends) - frozenset(from_year)
