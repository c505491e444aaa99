"""What a cluster scheduler may read: room for work that can wait, with price and carbon, by the hour."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.accounts.numbers import Books
from siting.case.case import Array, Case, Field
from siting.case.solution import Solution
from siting.plan.tables.long_table import long_table

__all__ = ["forecast_basis", "schedule"]

_KEYS = ["site_id", "period", "hour"]
_COLUMNS = (
    "time_utc", "local_hour", "spare_mw", "batch_mw", "spare_accelerators_count", "batch_accelerators_count",
    "price_usd_per_mwh", "carbon_kg_per_mwh", "carbon_marginal_kg_per_mwh", "clean_fraction",
)  # fmt: skip


def forecast_basis(case: Case) -> str:
    """Return in words what the hours of a schedule are known from.

    Parameters
    ----------
    case : Case
        The full year.
    """
    year = case.study.time.data_year
    return f"replay of {year}: prices, carbon and load of that year, typical weather, all known beforehand; no forecast"


def schedule(case: Case, solution: Solution, hourly: pd.DataFrame) -> pd.DataFrame:
    """Return the hours of each open site as a scheduler of movable work sees them.

    Parameters
    ----------
    case : Case
        The full year of what is built.
    solution : Solution
        Its dispatch.
    hourly : DataFrame
        Its hourly table.

    Returns
    -------
    DataFrame
        A row for each site, period and hour. ``batch_mw`` is IT power that the plan gives to batch work, with which a
        scheduler may do as it likes; ``spare_mw`` is IT power that racks and connection could carry beyond all that
        the plan does. The same in accelerators. ``carbon_kg_per_mwh`` is of a MWh at the meter, contracts counted
        in the hour in which they deliver; ``carbon_marginal_kg_per_mwh`` is of one MWh more. ``clean_fraction`` is
        what contracts deliver and the grid's carbon-free share of the rest.
    """
    n = Books(case, solution.decisions)
    axes = ("site", "period", "hour")
    columns = {name: Field(axes, values) for name, values in _movable(n).items()}
    table = hourly.merge(long_table(case, columns, drop_zero=False), on=_KEYS, how="left")
    drawn = table["draw_mw"].where(table["draw_mw"] > 0)
    delivered = table.filter(regex=r"^delivered_.*_mw$").sum(axis=1)
    table["carbon_kg_per_mwh"] = table["import_mw"] * table["carbon_average_kg_per_mwh"] / drawn
    table["clean_fraction"] = (delivered + table["import_mw"] * table["grid_cfe_fraction"]) / drawn
    return table[[*_KEYS, *_COLUMNS]].assign(forecast_basis=forecast_basis(case))


def _movable(n: Books) -> dict[str, Array]:
    """Room for work that can wait, by site, period and hour; of power only what running racks draw beyond idling."""
    work, dense = n["work_pflop"], n["computing.compute_pflop_per_mw"]
    useful = n["computing.availability_fraction"] * dense * n["computing.carried_fraction"]
    left = np.maximum((useful[..., None] * n["installed_mw"])[..., None] - work, 0.0)
    mw = (n["computing.peak_diversity_fraction"] * (1 - n["computing.idle_fraction"]) / dense)[:, None, None]
    accelerators = (n["racks.accelerators_count"] / (dense * n["racks.rack_mw"]))[:, None, None]
    done = work.sum(axis=(1, 2))
    batch = np.divide(n["batch_pflop"].sum(axis=1), done, out=np.zeros_like(done), where=done > 0)
    metered = 1 + (1 - n["cooling.fixed_fraction"])[:, None] * (n["cooling.pue"] - 1)
    needed = np.einsum("skh,skryh->syh", metered, mw * left)
    room = np.maximum(n["connection_mw"][..., None] - n["draw_mw"], 0.0)
    carried = np.divide(room, needed, out=np.ones_like(needed), where=needed > room)
    return {
        "spare_mw": carried * (mw * left).sum(axis=(1, 2)),
        "batch_mw": batch * (mw * work).sum(axis=(1, 2)),
        "spare_accelerators_count": carried * (accelerators * left).sum(axis=(1, 2)),
        "batch_accelerators_count": batch * (accelerators * work).sum(axis=(1, 2)),
    }
