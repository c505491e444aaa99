"""One basis for a plan's figures: the full year, where the design has been run through it, else the chosen days."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

OF_DESIGN = frozenset(
    {
        "hourly",
        "consent",
        "demand",
        "energisation",
        "orders",
        "cooling_options",
        "water_saving",
        "cooling_places",
        "price_years",
        "assumptions",
        "columns",
        "imputed",
        "large_loads",
        "sources",
    }
)
"""Tables that speak of the chosen days, or of what was on offer: the year holds only what was built."""

_SITE_PERIOD = ["site_id", "period"]


def of_year(
    design: Mapping[str, pd.DataFrame], year: Mapping[str, pd.DataFrame], terms: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return a plan's tables with every amount of a year as the full year has it.

    Parameters
    ----------
    design : mapping of str to DataFrame
        Tables on the chosen days, of all candidates.
    year : mapping of str to DataFrame
        The same tables on all hours, of the sites that are built.
    terms : DataFrame
        Terms of the design's ledgers: who pays whom is decided there, and the year's accounts do not say it.

    Returns
    -------
    dict of str to DataFrame
        Those of the year; of `OF_DESIGN` those of the design; candidates that are not built keep their rows in
        ``sites``.
    """
    tables = {name: table if name in OF_DESIGN else year[name] for name, table in design.items()}
    tables["sites"] = _all_sites(design["sites"], year["sites"])
    tables["cost"] = _with_parties(year["cost"], terms[terms["ledger"] == "cost_usd_per_yr"])
    return tables


def _with_parties(cost: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Costs with who pays and who receives, by component and term."""
    keys = ["component", "term"]
    parties = terms.set_index(keys)[["payer", "receiver"]]
    told = parties.reindex(pd.MultiIndex.from_frame(cost[keys])).fillna("")
    return cost.assign(payer=told["payer"].to_numpy(), receiver=told["receiver"].to_numpy())


def _all_sites(design: pd.DataFrame, year: pd.DataFrame) -> pd.DataFrame:
    """One row for each candidate and period, in the design's order: the built ones as they are in the year."""
    is_built = design["site_id"].isin(year["site_id"])
    both = pd.concat([year, design[~is_built]]).set_index(_SITE_PERIOD)
    ordered = both.loc[pd.MultiIndex.from_frame(design[_SITE_PERIOD])].reset_index()
    return ordered[list(design.columns)]
