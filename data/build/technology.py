"""Tables of technology: transcribed numbers of `inputs/`, their money turned to dollars of 2024."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from siting.data.build.money import to_money_year
from siting.data.build.raw import read_input, read_raw

__all__ = ["connection_table", "demand_shape", "parameter", "parameter_table", "priced"]

KM_PER_MILE = 1.609344


def priced(name: str) -> pd.DataFrame:
    """Read a transcribed table and convert every column of money from the row's `money_year`, which is dropped."""
    table = read_input(f"{name}.csv")
    factor = table.pop("money_year").map(to_money_year)
    for column in table.columns:
        if "_usd" in column:
            table[column] = table[column] * factor
    return table


def connection_table() -> pd.DataFrame:
    """Rows of `connection.csv`: line a kilometre and substation by voltage, at the cost of Texas."""
    table = priced("connection")
    table.insert(1, "line_usd_per_km", table.pop("line_usd_per_mile") / KM_PER_MILE)
    return table


@cache
def parameter_table() -> pd.DataFrame:
    """Rows of `parameters.csv`."""
    table = read_input("parameters.csv")
    factor = table.pop("money_year").fillna(2024).astype(int).map(to_money_year)
    table["value"] = table["value"] * factor
    return table


def parameter(parameter_id: str) -> float:
    """Value of one parameter in dollars of 2024 or in its own unit."""
    return float(parameter_table().set_index("parameter_id")["value"][parameter_id])


def demand_shape() -> pd.DataFrame:
    """Rows of `demand_shape.csv`: mean day of a year of hourly CPU use of a Google cluster, mean 1.

    The trace's clock is not documented; its first hour is taken for local midnight.
    """
    load = read_raw("workload_traces/GoogleClusteData_CPU_Data_Hourly_1.csv.xz")["cpu_load"].to_numpy(dtype=float)
    day = load[: len(load) // 24 * 24].reshape(-1, 24).mean(axis=0)
    return pd.DataFrame(
        {
            "hour_local": np.arange(24),
            "inference_ratio": day / day.mean(),
            "source_id": "workload-traces",
            "grade": "measured",
        }
    )
