"""One basis for a plan's figures: the full year, where the design has been run through it, else the chosen days."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

OF_DESIGN = frozenset(
    {
        "hourly",
        "cooling_options",
        "water_saving",
        "cooling_places",
        "assumptions",
        "columns",
        "imputed",
        "sources",
    }
)
"""Tables that speak of the chosen days, or of what was on offer: the year holds only what was built."""

_SITE_PERIOD = ["site_id", "period"]


def of_year(design: Mapping[str, pd.DataFrame], year: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return a plan's tables with every amount of a year as the full year has it.

    Parameters
    ----------
    design : mapping of str to DataFrame
        Tables on the chosen days, of all candidates.
    year : mapping of str to DataFrame
        The same tables on all hours, of the sites that are built.

    Returns
    -------
    dict of str to DataFrame
        Those of the year; of `OF_DESIGN` those of the design; candidates that are not built keep their rows in
        ``sites``.
    """
    tables = {name: table if name in OF_DESIGN else year[name] for name, table in design.items()}
    tables["sites"] = _all_sites(design["sites"], year["sites"])
    return tables


def _all_sites(design: pd.DataFrame, year: pd.DataFrame) -> pd.DataFrame:
    """One row for each candidate and period, in the design's order: the built ones as they are in the year."""
    is_built = design["site_id"].isin(year["site_id"])
    both = pd.concat([year, design[~is_built]]).set_index(_SITE_PERIOD)
    ordered = both.loc[pd.MultiIndex.from_frame(design[_SITE_PERIOD])].reset_index()
    return ordered[list(design.columns)]
