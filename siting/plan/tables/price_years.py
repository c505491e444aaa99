"""Contracts of a plan in two price years: what each is worth on the market, its strike and its margin."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.case.case import Case
from siting.case.price_years import margins, pays_in_one_year_only, strikes
from siting.case.solution import Solution

__all__ = ["KEPT", "NOT_OFFERED", "ONE_YEAR", "TAKEN_OUT", "price_years"]

KEPT, TAKEN_OUT, ONE_YEAR, NOT_OFFERED = "kept", "taken out", "one price year", "not offered"
"""What became of a contract: held against two years, left out for the second, known in one year alone, or no offer."""

_KEYS = ["grid_zone_id", "contract_id", "strike_usd_per_mwh"]


def price_years(case: Case, solution: Solution) -> pd.DataFrame:
    """Return a row for each grid zone and contract that has a price in the data year, and strike where they differ.

    Parameters
    ----------
    case : Case
        Of all candidates; what was taken out of it is no longer offered, and its worth is still told.
    solution : Solution
        What is contracted in the last period.
    """
    sites, contracts = len(case.axes["site"]), len(case.axes["contract"])
    decided = solution.decisions.get("contracted_mw")
    contracted = np.zeros((sites, contracts)) if decided is None else decided.values[..., -1]
    first, second = margins(case)
    gone = np.where(pays_in_one_year_only(case), TAKEN_OUT, NOT_OFFERED)
    status = np.where(np.isnan(second), ONE_YEAR, np.where(case.has_output(), KEPT, gone))
    columns = {
        "grid_zone_id": np.repeat(case.tables["sites"]["grid_zone_id"].to_numpy(), contracts),
        "contract_id": np.tile(np.array(case.axes["contract"], dtype=object), sites),
        "strike_usd_per_mwh": strikes(case).ravel(),
        "market_usd_per_mwh": case.values("contracts.market_usd_per_mwh").ravel(),
        "market_second_year_usd_per_mwh": case.values("contracts.market_second_year_usd_per_mwh").ravel(),
        "margin_usd_per_mwh": first.ravel(),
        "margin_second_year_usd_per_mwh": second.ravel(),
        "status": status.ravel(),
        "contracted_mw": contracted.ravel(),
    }
    table = pd.DataFrame(columns)[np.isfinite(first.ravel())]
    order = (KEPT, TAKEN_OUT, ONE_YEAR, NOT_OFFERED)  # a zone lies in several states: what holds in any is told
    table = table.sort_values("status", key=lambda words: words.map(order.index), kind="stable")
    grouped = table.groupby(_KEYS, as_index=False, sort=True)
    amounts = grouped[["contracted_mw"]].sum()
    return grouped.first().drop(columns="contracted_mw").merge(amounts, on=_KEYS)[list(columns)]
