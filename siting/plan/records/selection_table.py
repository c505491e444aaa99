"""How often each site is chosen under errors of the inputs, beside what else the plan says of it."""

from __future__ import annotations

import pandas as pd

__all__ = ["COLUMNS", "with_counts"]

COLUMNS = ("site_id", "period", "is_open", "chosen_count", "draws_count", "chosen_fraction")
"""Columns of the table ``selection``."""


def with_counts(sites: pd.DataFrame, selection: pd.DataFrame) -> pd.DataFrame:
    """Return the table of sites with how often each is chosen in the last period, and of how many draws.

    Parameters
    ----------
    sites : DataFrame
        Of a plan, a row for each site and period.
    selection : DataFrame
        With the columns of `COLUMNS`.
    """
    counts = (
        selection.astype({"period": sites["period"].dtype})
        .set_index(["site_id", "period"])[["chosen_count", "draws_count"]]
        .astype("Int64")
    )
    return sites.join(counts, on=["site_id", "period"])
