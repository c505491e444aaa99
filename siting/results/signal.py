"""The signal of a plan: its schedule as one file of JSON that a cluster scheduler reads without a library."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.plan.records.provenance import run_id
from siting.plan.tables.schedule import forecast_basis
from siting.quantities import HOURS_PER_YEAR, unit
from siting.text import as_year

if TYPE_CHECKING:
    import pandas as pd

    from siting.plan.plan import Plan

__all__ = ["SIGNAL", "signal", "signal_text"]

SIGNAL = "data/signal.json"
SIGNAL_VERSION = 1

_DECIMALS = {
    "spare_mw": 3,
    "batch_mw": 3,
    "spare_accelerators_count": 0,
    "batch_accelerators_count": 0,
    "price_usd_per_mwh": 2,
    "carbon_kg_per_mwh": 1,
    "carbon_marginal_kg_per_mwh": 1,
    "clean_fraction": 4,
}
"""Columns of the schedule that are in the signal, and the decimals that they are given with."""


def signal(plan: Plan) -> dict[str, Any]:
    """Return the schedule of a plan by site and period, each column as a list over the hours of the year.

    Accelerators are rounded down, so that nobody starts work on part of one.

    Parameters
    ----------
    plan : Plan
        A plan whose design was run through the year.

    Raises
    ------
    ValueError
        If it was not.
    """
    if plan.replay is None or "schedule" not in plan.tables:
        raise ValueError("the plan was not run through the year, so there is no schedule")
    return {
        "signal_version": SIGNAL_VERSION,
        "study": plan.case.study.name,
        "run_id": run_id(plan.case, plan.solution),
        "forecast_basis": forecast_basis(plan.replay.case),
        "hours": f"{HOURS_PER_YEAR} of a year without a leap day; the first begins at 00:00 UTC on 1 January",
        "units": {name: unit(name).label for name in _DECIMALS},
        "sites": [
            {"site_id": str(site), "period": as_year(float(rows["period"].iloc[0])), **_columns(rows)}
            for (site, _), rows in plan.tables["schedule"].groupby(["site_id", "period"], sort=True)
        ],
    }


def signal_text(content: dict[str, Any]) -> str:
    """Return a signal as JSON with one line a list, so that it can be read by people and compared by line."""
    head = json.dumps({name: value for name, value in content.items() if name != "sites"}, indent=2)
    sites = []
    for one in content["sites"]:
        lines = [f"      {json.dumps(name)}: {json.dumps(value, allow_nan=False)}" for name, value in one.items()]
        sites.append("    {\n" + ",\n".join(lines) + "\n    }")
    return head.removesuffix("\n}") + ',\n  "sites": [\n' + ",\n".join(sites) + "\n  ]\n}\n"


def _columns(rows: pd.DataFrame) -> dict[str, list[float | int | None]]:
    """Columns of one site and period over the hours; null where a figure is not known."""
    ordered = rows.sort_values("hour")
    columns: dict[str, list[float | int | None]] = {}
    for name, decimals in _DECIMALS.items():
        values = ordered[name].to_numpy(float)
        rounded = np.floor(values + _WHOLE) if name.endswith("_count") else np.round(values, decimals)
        columns[name] = [
            None if np.isnan(value) else int(value) if decimals == 0 else float(value) for value in rounded
        ]
    return columns


_WHOLE = 1e-6
"""Part of an accelerator that is rounding."""
