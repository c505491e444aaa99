"""Nearest substation, line distance and headroom from the synthetic US network: relative, hence graded modelled.

The network is a synthetic one (it resembles the real one in number, length and rating of lines, not in place), so a
distance or a headroom says how dense and how strong the network of a region is, and nothing of one real substation.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from siting.data.build.geometry import distance_km
from siting.data.build.raw import read_raw

__all__ = ["HEADROOM_SHARE", "LEAST_VOLTAGE_KV", "NEAREST_COUNT", "connections", "substations"]

LEAST_VOLTAGE_KV = 138.0
PREFERRED_VOLTAGE_KV = 230.0
NEAREST_COUNT = 3
HEADROOM_SHARE = 0.25  # of the lines' rating after the loss of the largest; an assumption
HEADROOM_RANGE_MW = (50.0, 2000.0)
DETOUR_RATIO = 1.2  # a line is longer than the straight way; an assumption
SHORTEST_LINE_KM = 1.0
VOLTAGES_KV = np.array([138.0, 230.0, 345.0, 500.0])  # nobody connects a campus at 765 kV


@cache
def substations() -> pd.DataFrame:
    """Substations that have a bus of 138 kV or more.

    Returns
    -------
    pandas.DataFrame
        `latitude`, `longitude`, `voltage_kv` (highest), `line_mva` (sum of the ratings of lines of 138 kV or more),
        `largest_mva` (the largest of them), by substation.
    """
    bus = read_raw("grid_us_synthetic/bus.csv.xz").set_index("bus_id")
    place = read_raw("grid_us_synthetic/bus2sub.csv.xz").set_index("bus_id")["sub_id"]
    branch = read_raw("grid_us_synthetic/branch.csv.xz")
    line = branch[branch["branch_device_type"].eq("Line") & branch["rateA"].gt(0)]
    ends = pd.concat(
        [line[[end, "rateA"]].set_axis(["bus_id", "rate_mva"], axis=1) for end in ("from_bus_id", "to_bus_id")]
    )
    ends["voltage_kv"] = ends["bus_id"].map(bus["baseKV"])
    ends["sub_id"] = ends["bus_id"].map(place)
    ends = ends[ends["voltage_kv"].ge(LEAST_VOLTAGE_KV)]
    grouped = ends.groupby("sub_id").agg(
        voltage_kv=("voltage_kv", "max"), line_mva=("rate_mva", "sum"), largest_mva=("rate_mva", "max")
    )
    site = read_raw("grid_us_synthetic/sub.csv.xz").set_index("sub_id")[["lat", "lon"]]
    return grouped.join(site.set_axis(["latitude", "longitude"], axis=1))


def connections(place: pd.DataFrame) -> pd.DataFrame:
    """Find each place's connection to the network.

    The headroom is a quarter of what the lines of the three nearest substations carry after the loss of the largest
    line, between 50 and 2,000 MW. The connection is to the nearest of the three that has 230 kV or more, since a campus
    outgrows a line of 138 kV, or else to the nearest; its line is 1.2 times the straight way, and 1 km at least.

    Parameters
    ----------
    place
        `latitude` and `longitude` by site.

    Returns
    -------
    pandas.DataFrame
        `headroom_mw`, `line_km`, `connection_voltage_kv` by site.
    """
    known = substations()
    rows = []
    for latitude, longitude in zip(place["latitude"], place["longitude"], strict=True):
        away = distance_km(latitude, longitude, known["latitude"].to_numpy(), known["longitude"].to_numpy())
        order = np.argsort(away, kind="stable")[:NEAREST_COUNT]
        near = known.iloc[order]
        firm = near["line_mva"].sum() - near["largest_mva"].max()
        best = int(np.argmax(near["voltage_kv"].to_numpy() >= PREFERRED_VOLTAGE_KV))
        highest = float(near["voltage_kv"].iloc[best])
        voltage = VOLTAGES_KV[np.searchsorted(VOLTAGES_KV, highest, side="right") - 1]
        line = max(DETOUR_RATIO * float(away[order[best]]), SHORTEST_LINE_KM)
        rows.append((float(np.clip(HEADROOM_SHARE * firm, *HEADROOM_RANGE_MW)), line, voltage))
    columns = ["headroom_mw", "line_km", "connection_voltage_kv"]
    return pd.DataFrame(rows, index=place.index, columns=columns)
