"""Distances on the globe."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM = 6371.0
"""Mean radius of the earth, as the catalogue is built with it."""

M_PER_KM = 1000

Array = npt.NDArray[np.float64]


def great_circle_km(
    latitude_a: npt.ArrayLike, longitude_a: npt.ArrayLike, latitude_b: npt.ArrayLike, longitude_b: npt.ArrayLike
) -> Array:
    """Great-circle distance between points, on a sphere.

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
    from pyproj import Geod

    places = np.broadcast_arrays(longitude_a, latitude_a, longitude_b, latitude_b)
    from_east, from_north, to_east, to_north = (np.array(angles, dtype=float) for angles in places)
    sphere = Geod(a=EARTH_RADIUS_KM * M_PER_KM, b=EARTH_RADIUS_KM * M_PER_KM)
    _, _, distance_m = sphere.inv(from_east, from_north, to_east, to_north)
    return np.asarray(distance_m, dtype=float) / M_PER_KM
