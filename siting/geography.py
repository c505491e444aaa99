"""Distances on the globe."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

Array = npt.NDArray[np.float64]


def great_circle_km(latitude_a: Array, longitude_a: Array, latitude_b: Array, longitude_b: Array) -> Array:
    """Great-circle distance between points, by the haversine formula.

    Parameters
    ----------
    latitude_a, longitude_a, latitude_b, longitude_b : ndarray
        Coordinates [degrees]; broadcast against each other.

    Returns
    -------
    ndarray
        Distances [km].

    Examples
    --------
    A quarter of a meridian:

    >>> import numpy as np
    >>> round(float(great_circle_km(np.array(0.0), np.array(0.0), np.array(90.0), np.array(0.0))))
    10008
    """
    phi_a, phi_b = np.radians(latitude_a), np.radians(latitude_b)
    half_latitude = (phi_b - phi_a) / 2
    half_longitude = (np.radians(longitude_b) - np.radians(longitude_a)) / 2
    chord = np.sin(half_latitude) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_longitude) ** 2
    distance: Array = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord))
    return distance
