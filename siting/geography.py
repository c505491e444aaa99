"""Distances on the globe."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM = 6371.0
"""Mean radius of the earth, as the catalogue is built with it."""

Array = npt.NDArray[np.float64]


def great_circle_km(
    latitude_a: npt.ArrayLike, longitude_a: npt.ArrayLike, latitude_b: npt.ArrayLike, longitude_b: npt.ArrayLike
) -> Array:
    """Great-circle distance between points, by the haversine formula.

    Parameters
    ----------
    latitude_a, longitude_a, latitude_b, longitude_b : array_like
        Coordinates [degrees]; broadcast against each other.

    Returns
    -------
    ndarray
        Distances [km].

    Examples
    --------
    A quarter of a meridian:

    >>> round(float(great_circle_km(0.0, 0.0, 90.0, 0.0)))
    10008
    """
    phi_a, phi_b = np.radians(latitude_a), np.radians(latitude_b)
    half_latitude = np.asarray(phi_b - phi_a) / 2
    half_longitude = np.asarray(np.radians(longitude_b) - np.radians(longitude_a)) / 2
    chord = np.sin(half_latitude) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_longitude) ** 2
    distance: Array = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord))
    return distance
