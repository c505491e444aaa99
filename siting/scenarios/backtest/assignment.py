"""Which candidate what was built counts for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siting.geography import great_circle_km

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NONE", "WITHIN_KM", "candidate_of"]

WITHIN_KM = 40.0
"""How far from a candidate a point may lie to count for it."""

NONE = -1
"""Place of what counts for no candidate."""


def candidate_of(built: pd.DataFrame, sites: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the candidate that each row counts for.

    A point counts for the nearest candidate within `WITHIN_KM`. What has no point, or none near it, counts for the
    candidate of its county.

    Parameters
    ----------
    built : DataFrame
        Rows of `siting.scenarios.backtest.built.BuiltRow`.
    sites : DataFrame
        Candidates, with ``latitude``, ``longitude`` and, where they are counties, ``county_fips``.

    Returns
    -------
    ndarray
        Position among the candidates by row; `NONE` if it counts for none.
    """
    found = np.full(len(built), NONE, dtype=np.int64)
    is_point = built["latitude"].notna().to_numpy()
    if is_point.any():
        found[is_point] = _nearest(built[is_point], sites)
    if "county_fips" in sites:
        counties = {code: place for place, code in enumerate(sites["county_fips"]) if code}
        of_county = np.array([counties.get(code, NONE) for code in built["county_fips"]], dtype=np.int64)
        found = np.where(found == NONE, of_county, found)
    return found


def _nearest(points: pd.DataFrame, sites: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Nearest candidate of each point, or `NONE` where it is too far."""
    from scipy.spatial import KDTree

    _, nearest = KDTree(_on_sphere(sites)).query(_on_sphere(points))  # chords are ordered as arcs are
    there = sites.iloc[nearest]
    km = great_circle_km(
        *(table[name].to_numpy(float) for table in (points, there) for name in ("latitude", "longitude"))
    )
    return np.where(km <= WITHIN_KM, nearest, NONE).astype(np.int64)


def _on_sphere(places: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Unit vectors of places."""
    north, east = (np.radians(places[name].to_numpy(float)) for name in ("latitude", "longitude"))
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1)
