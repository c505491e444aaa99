"""Nearest substation, line distance and headroom from the synthetic US network: relative, hence graded modelled.

The network is a synthetic one (it resembles the real one in number, length and rating of lines, not in place), so a
distance or a headroom says how dense and how strong the network of a region is, and nothing of one real substation.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.data.build.raw import read_raw
from siting.data.build.technology import connection_table
from siting.geography import EARTH_RADIUS_KM

__all__ = ["CAMPUS_MW", "connections", "substations"]

LEAST_VOLTAGE_KV = 138.0
CAMPUS_MW = 100.0
"""Size of a site for which candidates are ranked."""
NEAREST_COUNT = 3
HEADROOM_SHARE = 0.1  # of the lines' rating after the loss of the largest; an assumption
HEADROOM_RANGE_MW = (50.0, 1000.0)
DETOUR_RATIO = 1.2  # a line is longer than the straight way; an assumption
SHORTEST_LINE_KM = 1.0
VOLTAGES_KV = np.array([138.0, 230.0, 345.0, 500.0])  # nobody connects a campus at 765 kV


@cache
def substations() -> pd.DataFrame:
    """Substations that have a line of 138 kV or more.

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
    return grouped.join(site.set_axis(["latitude", "longitude"], axis=1)).dropna()


def _on_sphere(place: pd.DataFrame) -> NDArray[np.float64]:
    """Points on the unit sphere, so that nearest by chord is nearest by great circle, shape (place, 3)."""
    phi, lam = np.radians(place["latitude"].to_numpy()), np.radians(place["longitude"].to_numpy())
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def connections(place: pd.DataFrame, line_cost_ratio: pd.Series) -> pd.DataFrame:
    """Find each place's connection to the network.

    The headroom is a tenth of what the lines of the three nearest substations carry after the loss of the largest
    line, between 50 and 1,000 MW. The connection is to that one of the three which is cheapest for a campus of 100 MW:
    as many circuits as the capability of its voltage asks for, of 1.2 times the straight way and 1 km at least, and a
    substation of one's own.

    Parameters
    ----------
    place
        `latitude` and `longitude` by site.
    line_cost_ratio
        Cost of lines over that of Texas, by site.

    Returns
    -------
    pandas.DataFrame
        `headroom_mw`, `line_km`, `connection_voltage_kv`, `connection_fixed_usd` by site.
    """
    from scipy.spatial import KDTree

    known = substations()
    chord, order = KDTree(_on_sphere(known)).query(_on_sphere(place), k=NEAREST_COUNT)
    rating = known["line_mva"].to_numpy()[order].sum(axis=1) - known["largest_mva"].to_numpy()[order].max(axis=1)
    away = 2 * EARTH_RADIUS_KM * np.arcsin(np.asarray(chord) / 2)
    line_km = np.maximum(DETOUR_RATIO * away, SHORTEST_LINE_KM)
    step = np.searchsorted(VOLTAGES_KV, known["voltage_kv"].to_numpy()[order], side="right") - 1
    classes = connection_table().set_index("voltage_kv").loc[VOLTAGES_KV]
    circuits = np.ceil(CAMPUS_MW / classes["max_mw"])
    per_km = (circuits * classes["line_usd_per_km"]).to_numpy()[step] * line_cost_ratio.to_numpy()[:, None]
    cost = line_km * per_km + classes["substation_usd"].to_numpy()[step]
    row, best = np.arange(len(place)), np.argmin(cost, axis=1)
    return pd.DataFrame(
        {
            "headroom_mw": np.clip(HEADROOM_SHARE * rating, *HEADROOM_RANGE_MW),
            "line_km": line_km[row, best],
            "connection_voltage_kv": VOLTAGES_KV[step[row, best]],
            "connection_fixed_usd": cost[row, best],
        },
        index=place.index,
    )
