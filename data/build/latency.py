"""Round-trip time against distance, fitted to measured pairs of cloud regions within the US."""

from __future__ import annotations

import json

import numpy as np

from siting.data.build.raw import locate, read_raw
from siting.geography import great_circle_km

__all__ = ["fit_round_trip"]


def fit_round_trip() -> tuple[float, float, int]:
    """Least squares over all ordered pairs of Azure regions of the United States.

    The fit over the whole world (0.0143 ms/km, 25.9 ms) has the oceans' detours and the clouds' handovers in its
    intercept; within one country the intercept is a third of it.

    Returns
    -------
    slope
        [ms/km]
    intercept
        [ms]
    count
        Number of pairs.
    """
    regions = json.loads(locate("latency/azure_region_coordinates.json").read_text(encoding="utf-8")).values()
    place = {region["displayName"]: (region["lat"], region["lon"]) for region in regions}
    domestic = [name for name in place if "US" in name.split()]
    measured = read_raw("latency/azure_rtt_ms.csv").set_index("Source").reindex(index=domestic, columns=domestic)
    latitude, longitude = np.array([place[name] for name in domestic]).T
    away = great_circle_km(latitude[:, None], longitude[:, None], latitude, longitude)
    time = measured.to_numpy(dtype=float)
    known = np.isfinite(time) & (away > 0)
    away, time = away[known], time[known]
    slope, intercept = np.polyfit(away, time, 1)
    return float(slope), float(intercept), len(time)
