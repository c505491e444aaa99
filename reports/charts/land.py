"""The land under a map: its projection, its window and its outline."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siting.reports.charts.svg import DESKTOP_PX, PHONE_PX, size_px

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Land"]

Array = npt.NDArray[np.float64]
Ring = tuple[tuple[float, float], ...]
Box = tuple[float, float, float, float]
"""Left, low, right, high."""

_LAND, _BORDER = "#F1F3F0", "#B9C2BC"

_US = (-125.0, 24.3, -66.7, 49.5)
"""West, south, east and north of the contiguous United States."""


@dataclass(frozen=True)
class Land:
    """The land around some places: the United States if all are there, else their part of the world.

    Parameters
    ----------
    x, y : ndarray
        The places, projected.
    window : tuple of float
        Left, low, right and high of the map, projected.
    outline : matplotlib path
        The land, projected.
    """

    x: Array
    y: Array
    window: Box
    outline: Any

    @classmethod
    def around(cls, places: Sequence[tuple[float, float]]) -> Land:
        """Return the land around places, each with its longitude and latitude [degrees]."""
        longitude, latitude = np.array(places, dtype=float).reshape(-1, 2).T
        west, south, east, north = _US
        inside = (longitude > west) & (longitude < east) & (latitude > south) & (latitude < north)
        at_home = bool(inside.all()) and len(longitude) > 0
        standard = None if at_home else _middle(latitude)
        window = _window(standard, longitude, latitude)
        rings = [_project(standard, *np.array(ring).T) for ring in _outline("us" if at_home else "world")]
        return cls(
            *_project(standard, longitude, latitude), window, _path([ring for ring in rings if _reaches(ring, window)])
        )

    def axes(self, figure: Figure, foot_px: float) -> Any:
        """Axes with the land drawn, over some room for a legend."""
        from matplotlib.patches import PathPatch

        height = size_px(figure)[1]
        ax = figure.add_axes((0, foot_px / height, 1, 1 - foot_px / height))
        ax.set_axis_off()
        ax.set_xlim(self.window[0], self.window[2])
        ax.set_ylim(self.window[1], self.window[3])
        land = PathPatch(self.outline, facecolor=_LAND, edgecolor=_BORDER, linewidth=0.6)
        ax.add_artist(land)  # the window stands: a patch would be searched for its limits, point by point
        return ax

    def heights_px(self) -> tuple[float, float]:
        """Heights of the land on a desktop and on a phone."""
        aspect = (self.window[3] - self.window[1]) / (self.window[2] - self.window[0])
        return DESKTOP_PX * aspect, PHONE_PX * aspect


def _reaches(ring: tuple[Array, Array], window: Box) -> bool:
    """Whether a ring may be seen in the window."""
    x, y = ring
    return bool(x.max() > window[0] and x.min() < window[2] and y.max() > window[1] and y.min() < window[3])


def _path(rings: Sequence[tuple[Array, Array]]) -> Any:
    """All rings as one path, which is drawn in one stroke."""
    from matplotlib.path import Path

    parts = [Path(np.column_stack(ring), closed=True) for ring in rings]
    return Path.make_compound_path(*parts)


@cache
def _outline(name: str) -> tuple[Ring, ...]:
    text = (resources.files("siting.reports") / "templates" / f"outline_{name}.json").read_text(encoding="utf-8")
    return tuple(tuple((float(x), float(y)) for x, y in ring) for ring in json.loads(text)["rings"])


def _middle(latitude: Array) -> float:
    """Parallel on which a map of these sites keeps its shapes [degrees]."""
    return float((latitude.min() + latitude.max()) / 2) if len(latitude) else 35.0


def _window(standard: float | None, longitude: Array, latitude: Array) -> Box:
    """Left, low, right and high of the map, projected."""
    if standard is None:
        return -2.42e6, -1.37e6, 2.31e6, 1.66e6
    if len(longitude) == 0:
        longitude, latitude = np.array([-170.0, 179.0]), np.array([-56.0, 78.0])
    x, y = _project(standard, longitude, latitude)
    half_x = max(0.6 * float(x.max() - x.min()), 0.12)
    half_y = max(0.6 * float(y.max() - y.min()), 0.5 * half_x)
    half_x = max(half_x, half_y / 0.8)
    centre_x, centre_y = float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2
    return centre_x - half_x, centre_y - half_y, centre_x + half_x, centre_y + half_y


def _project(standard: float | None, longitude: Array, latitude: Array) -> tuple[Array, Array]:
    """Project in equal areas.

    Parameters
    ----------
    standard : float or None
        Parallel on which a cylinder keeps its shapes [degrees]; None for Albers' cone of the United States.
    longitude, latitude : ndarray
        Coordinates [degrees].

    Returns
    -------
    tuple of ndarray
        Places in metres on the cone, in earth radii on the cylinder.
    """
    phi = np.radians(latitude)
    if standard is not None:
        squeeze = math.cos(math.radians(standard))
        return np.radians(longitude) * squeeze, np.sin(phi) / squeeze
    south, north, origin = math.radians(29.5), math.radians(45.5), math.radians(37.5)
    n = (math.sin(south) + math.sin(north)) / 2
    c = math.cos(south) ** 2 + 2 * n * math.sin(south)
    rho = np.sqrt(c - 2 * n * np.sin(phi)) / n
    rho_0 = math.sqrt(c - 2 * n * math.sin(origin)) / n
    theta = n * np.radians(np.asarray(longitude) + 96)
    radius_m = 6_371_008.8
    return radius_m * rho * np.sin(theta), radius_m * (rho_0 - rho * np.cos(theta))
