"""What must be ordered by when, so that the sites of a plan have power when they are to run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from siting.case.case import Case
from siting.case.solution import Solution
from siting.case.year_columns import periods_of
from siting.quantities import MONTHS_PER_YR

__all__ = ["COLUMNS", "orders_table"]

COLUMNS = (
    "site_id", "item_id", "item", "lead_low_months", "lead_months", "lead_high_months", "needed_year",
    "order_early_year", "order_year", "order_late_year", "source_id", "grade",
)  # fmt: skip
_LEADS = ("lead_low_months", "lead_months", "lead_high_months")


def orders_table(case: Case, solution: Solution) -> pd.DataFrame:
    """Return a row for each site that is opened and each thing that it needs and that takes long.

    What connection and halls need must be there when the site first draws from the grid, or first has halls; plants on
    site when they first run. What is not stated of a lead time, low, usual or high, is taken as the nearest that is.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What was decided.

    Returns
    -------
    DataFrame
        ``needed_year``, and the years, with decimals, in which an order with the longest, the usual and the shortest
        lead time comes in time: ``order_early_year``, ``order_year``, ``order_late_year``. No rows without lead times.
    """
    known = case.tables.get("lead_times")
    rows = [] if known is None else list(_rows(case, solution, known))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(case: Case, solution: Solution, known: pd.DataFrame) -> Iterator[dict[str, object]]:
    uses = {
        "connection": solution.decisions["connection_mw"].values,
        "halls": solution.decisions["installed_mw"].values.sum(axis=(1, 2)),
    }
    for i, site in enumerate(case.axes["site"]):
        for row in known.to_dict("records"):
            year = _first_year(case, uses[str(row["needed_for"])][i])
            if year is not None:
                leads = [float(row[name]) for name in _LEADS]
                told = {name: row[name] for name in ("item_id", "item", "source_id", "grade")}
                yield {"site_id": site, **told, **_times(leads, year)}
        if "bridge_mw" not in solution.decisions:
            continue
        for b, plant in enumerate(case.tables["bridge"].to_dict("records")):
            year = _first_year(case, solution.decisions["bridge_mw"].values[i, b])
            if year is not None:
                told = {"item_id": plant["bridge_id"], "item": plant["name"]}
                told |= {name: plant[name] for name in ("source_id", "grade")}
                yield {"site_id": site, **told, **_times([np.nan, float(plant["lead_months"]), np.nan], year)}


def _first_year(case: Case, size: np.ndarray) -> float | None:
    """Year in which the first period begins that has any of something; None if none has."""
    there = np.flatnonzero(size > 0)
    return periods_of(case)[there[0]] if len(there) else None


def _times(leads: list[float], year: float) -> dict[str, float]:
    """Lead times as stated, and when an order must be placed with each."""
    low, usual, high = leads
    middle = usual if not np.isnan(usual) else float(np.nanmean([low, high]))
    short, long = (middle if np.isnan(one) else one for one in (low, high))
    return {
        **dict(zip(_LEADS, leads, strict=True)),
        "needed_year": float(year),
        "order_early_year": year - long / MONTHS_PER_YR,
        "order_year": year - middle / MONTHS_PER_YR,
        "order_late_year": year - short / MONTHS_PER_YR,
    }
