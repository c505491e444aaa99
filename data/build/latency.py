"""Round-trip time against distance, fitted to measured pairs of cloud regions within the US."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import numpy.typing as npt

from siting.data.build.raw import locate, read_raw
from siting.geography import great_circle_km

Array = npt.NDArray[np.float64]

__all__ = ["LIGHT_MS_PER_KM", "RoundTrip", "fit_round_trip"]

LIGHT_MS_PER_KM = 2 * 1.468 / 299.792458
"""Time of light in fibre, there and back: its refractive index over the speed in vacuum [km/ms]."""


@dataclasses.dataclass(frozen=True)
class RoundTrip:
    """A straight line through round-trip times, and how far it is off.

    Parameters
    ----------
    slope_ms_per_km : float
        Of the great circle: fibre with its detours.
    overhead_ms : float
        At no distance: what the providers add at both ends. Two places of one city are 1 to 3 ms apart.
    error_ms : float
        Root mean square of what is off for the pairs of one region where the fit is of all others.
    pairs_count : int
        Ordered pairs.
    slope_low_ms_per_km, slope_high_ms_per_km : float
        The least and the greatest slope, whichever one region is left out.
    """

    slope_ms_per_km: float
    overhead_ms: float
    error_ms: float
    pairs_count: int
    slope_low_ms_per_km: float
    slope_high_ms_per_km: float

    @property
    def detour_ratio(self) -> float:
        """Slope over that of light in a straight fibre, there and back."""
        return self.slope_ms_per_km / LIGHT_MS_PER_KM


def fit_round_trip() -> RoundTrip:
    """Least squares over all ordered pairs of Azure regions of the United States.

    The fit over the whole world (0.0143 ms/km, 25.9 ms) has the oceans' detours and the clouds' handovers in its
    intercept; within one country the intercept is a third of it.
    """
    regions = json.loads(locate("latency/azure_region_coordinates.json").read_text(encoding="utf-8")).values()
    place = {region["displayName"]: (region["lat"], region["lon"]) for region in regions}
    domestic = [name for name in place if "US" in name.split()]
    measured = read_raw("latency/azure_rtt_ms.csv").set_index("Source").reindex(index=domestic, columns=domestic)
    latitude, longitude = np.array([place[name] for name in domestic]).T
    away = great_circle_km(latitude[:, None], longitude[:, None], latitude, longitude)
    time = measured.to_numpy(dtype=float)
    known = np.isfinite(time) & (away > 0)
    return _fit(away, time, known)


def _fit(away_km: Array, time_ms: Array, known: npt.NDArray[np.bool_]) -> RoundTrip:
    """Fit a line through pairs of places, and leave out one place after the other to see how far it is off."""
    slope, intercept = np.polyfit(away_km[known], time_ms[known], 1)
    off: list[float] = []
    slopes: list[float] = []
    for place in range(len(away_km)):
        of_place = np.zeros_like(known)
        of_place[place] = of_place[:, place] = True
        line = np.polyfit(away_km[known & ~of_place], time_ms[known & ~of_place], 1)
        slopes.append(float(line[0]))
        off += (time_ms - np.polyval(line, away_km))[known & of_place].tolist()
    error = float(np.sqrt(np.mean(np.square(off))))
    return RoundTrip(float(slope), float(intercept), error, int(known.sum()), min(slopes), max(slopes))
