"""Great-circle distances between arrays of points, for the build only."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["EARTH_RADIUS_KM", "distance_km"]

EARTH_RADIUS_KM = 6371.0


def distance_km(
    latitude_a: ArrayLike, longitude_a: ArrayLike, latitude_b: ArrayLike, longitude_b: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle distance by the haversine formula, broadcast over the inputs [km].

    Examples
    --------
    >>> float(distance_km(0.0, 0.0, 0.0, 90.0).round(1))
    10007.5
    """
    phi_a, phi_b = np.radians(latitude_a), np.radians(latitude_b)
    step = np.radians(np.asarray(longitude_b, dtype=float) - np.asarray(longitude_a, dtype=float))
    chord = np.sin((phi_b - phi_a) / 2) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(step / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord)), dtype=float)
