"""Classes of large load that the candidate sites may fall into: facts, of which no cost comes."""

from __future__ import annotations

import pandas as pd

from siting.case.case import Case
from siting.case.large_load_classes import class_ids

FACTS = (
    "class_id", "utility", "title", "min_size_mw", "min_take_fraction", "min_take_of", "term_yr", "ramp_yr",
    "exit_terms", "other_terms", "status", "decided", "trust", "source_id", "grade",
)  # fmt: skip
COLUMNS = ("site_id", "holds_in", *FACTS)


def large_loads_table(case: Case) -> pd.DataFrame:
    """Return a row for each candidate and each class of large load that may hold there.

    Parameters
    ----------
    case : Case
        The numbers.

    Returns
    -------
    DataFrame
        ``holds_in`` is ``county`` where the utility of the class has lines in the site's county (others may, too), and
        ``state`` where only its state is known; then what is known of the class.
    """
    classes = case.tables.get("large_loads")
    if classes is None or classes.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    classes = classes.reindex(columns=[*FACTS, "state", "is_by_county"])
    sites = case.tables["sites"]
    rows = [
        {"site_id": site_id, "holds_in": "county" if record["class_id"] in own else "state"}
        | {name: record[name] for name in FACTS}
        for site_id, state, own in zip(sites["site_id"], sites["state"], class_ids(sites), strict=True)
        for record in classes.to_dict("records")
        if record["class_id"] in own or (record["state"] == state and not record["is_by_county"])
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
