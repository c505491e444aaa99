"""The map: every candidate, those built sized by their IT power and labelled without overlap."""

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

from siting.reports.charts import CYCLE, INK, PALETTE, RAMP
from siting.reports.svg import DESKTOP_PX, PHONE_PX, drawings, side_by_side

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KindSite", "MapSite", "kind_map", "site_map"]

Array = npt.NDArray[np.float64]
Ring = tuple[tuple[float, float], ...]
Box = tuple[float, float, float, float]
"""Left, low, right, high."""

_LAND, _BORDER, _CANDIDATE = "#F1F3F0", "#B9C2BC", "#5B6770"
_LABELS_MAX = 24
"""Most labels that a map of this size can carry; the largest sites get them."""

_MARK_PX = 32
"""What an entry of the legend takes beside its letters."""

_NEAR_PX = 3
"""Space between a mark and its label."""

_US = (-125.0, 24.3, -66.7, 49.5)
"""West, south, east and north of the contiguous United States."""


@dataclass(frozen=True)
class Key:
    """One entry of the legend."""

    label: str
    marker: str
    size: float
    color: str


@dataclass(frozen=True)
class MapSite:
    """One candidate on the map.

    Parameters
    ----------
    name : str
    latitude, longitude : float
    it_mw : float
        Installed IT power; zero if it is not built.
    label : str
        Printed beside a built site.
    shade : int or None
        Class of the site in the ramp (0 to 4), if the map shows one.
    """

    name: str
    latitude: float
    longitude: float
    it_mw: float
    label: str
    shade: int | None = None


def site_map(
    identifier: str,
    title: str,
    description: str,
    sites: Sequence[MapSite],
    *,
    shades: Sequence[str] = (),
    built: str,
    candidate: str,
) -> tuple[str, str]:
    """Draw the sites over the outline of the United States, or of their part of the world.

    Parameters
    ----------
    identifier, title, description : str
        See `siting.reports.svg.drawings`.
    sites : sequence of MapSite
    shades : sequence of str
        Names of the five classes, if the sites are coloured by class.
    built, candidate : str
        Legend of the two kinds of marks.
    """
    longitude = np.array([site.longitude for site in sites], dtype=float)
    latitude = np.array([site.latitude for site in sites], dtype=float)
    base = _Base.of(longitude, latitude)
    x, y = _project(base.standard, longitude, latitude)
    keys = [
        Key(built, "o", 12, "white" if shades else PALETTE["running"]),
        Key(candidate, "s", 6, "white"),
        *[Key(name, "D", 8, color) for name, color in zip(shades, RAMP, strict=False)],
    ]

    def draw(figure: Figure, width: int) -> None:
        ax = base.axes(figure, _legend_px(keys, width))
        _marks(ax, sites, x, y, width < DESKTOP_PX, bool(shades))
        _legend(figure, keys)

    return drawings(identifier, title, description, draw, base.heights(keys))


_SHAPES = ("o", "s", "^", "D", "v", "P", "X", "h")
"""Marks of kinds, the commonest first; those beyond share the last with its colour."""


@dataclass(frozen=True)
class KindSite:
    """One place on a map of kinds.

    Parameters
    ----------
    name : str
    latitude, longitude : float
    kind : int
        Position in the list of kinds.
    is_built : bool
        Drawn large and named.
    """

    name: str
    latitude: float
    longitude: float
    kind: int
    is_built: bool


def kind_map(
    identifier: str, title: str, description: str, sites: Sequence[KindSite], kinds: Sequence[str]
) -> tuple[str, str]:
    """Draw places by kind: each kind has a shape and a colour of its own.

    Parameters
    ----------
    identifier, title, description : str
        See `siting.reports.svg.drawings`.
    sites : sequence of KindSite
    kinds : sequence of str
        Legend of the kinds, the commonest first.
    """
    longitude = np.array([site.longitude for site in sites], dtype=float)
    latitude = np.array([site.latitude for site in sites], dtype=float)
    base = _Base.of(longitude, latitude)
    x, y = _project(base.standard, longitude, latitude)
    looks = [(_SHAPES[min(i, len(_SHAPES) - 1)], CYCLE[i % len(CYCLE)]) for i in range(len(kinds))]
    keys = [Key(name, shape, 8, color) for name, (shape, color) in zip(kinds, looks, strict=True)]
    named = [MapSite(site.name, site.latitude, site.longitude, float(site.is_built), site.name) for site in sites]

    def draw(figure: Figure, width: int) -> None:
        narrow = width < DESKTOP_PX
        ax = base.axes(figure, _legend_px(keys, width))
        small, large = (5.5, 10.0) if narrow or len(sites) > 40 else (8.5, 14.0)
        for built in (False, True):
            for i, (shape, color) in enumerate(looks):
                chosen = np.array([site.kind == i and site.is_built == built for site in sites], dtype=bool)
                if chosen.any():
                    edge, size = (INK, large) if built else ("white", small)
                    ax.scatter(
                        x[chosen], y[chosen], s=size**2, marker=shape, facecolor=color, edgecolor=edge, linewidth=1.0
                    )
        radius = np.array([large / 2 if site.is_built else 0.0 for site in sites])
        _label(ax, named, x, y, radius, small, 10.5 if narrow else 12, candidates=False)
        _legend(figure, keys)

    return drawings(identifier, title, description, draw, base.heights(keys))


@dataclass(frozen=True)
class _Base:
    """The land under a map: its projection, its window and its outline."""

    standard: float | None
    window: Box
    land: Any

    @classmethod
    def of(cls, longitude: Array, latitude: Array) -> _Base:
        """Land for places: the United States if all are there, else their part of the world."""
        west, south, east, north = _US
        inside = (longitude > west) & (longitude < east) & (latitude > south) & (latitude < north)
        at_home = bool(inside.all()) and len(longitude) > 0
        standard = None if at_home else _middle(latitude)
        window = _window(standard, longitude, latitude)
        rings = [_project(standard, *np.array(ring).T) for ring in _outline("us" if at_home else "world")]
        return cls(standard, window, _path([ring for ring in rings if _reaches(ring, window)]))

    def axes(self, figure: Figure, foot: float) -> Any:
        """Axes with the land drawn, over the legend's room [px]."""
        from matplotlib.patches import PathPatch

        height = float(figure.get_size_inches()[1] * 72)
        ax = figure.add_axes((0, foot / height, 1, 1 - foot / height))
        ax.set_axis_off()
        ax.set_xlim(self.window[0], self.window[2])
        ax.set_ylim(self.window[1], self.window[3])
        ax.add_patch(PathPatch(self.land, facecolor=_LAND, edgecolor=_BORDER, linewidth=0.6))
        return ax

    def heights(self, keys: Sequence[Key]) -> tuple[int, int]:
        """Heights of the drawings for desktop and phone, legend included [px]."""
        aspect = (self.window[3] - self.window[1]) / (self.window[2] - self.window[0])
        desktop, phone = (round(width * aspect + _legend_px(keys, width)) for width in (DESKTOP_PX, PHONE_PX))
        return desktop, phone


def _reaches(ring: tuple[Array, Array], window: Box) -> bool:
    """Whether a ring may be seen in the window."""
    x, y = ring
    return bool(x.max() > window[0] and x.min() < window[2] and y.max() > window[1] and y.min() < window[3])


def _path(rings: Sequence[tuple[Array, Array]]) -> Any:
    """All rings as one path, which is drawn in one stroke."""
    from matplotlib.path import Path

    parts = [Path(np.column_stack(ring), closed=True) for ring in rings]
    return Path.make_compound_path(*parts)


def _marks(ax: Any, sites: Sequence[MapSite], x: Array, y: Array, narrow: bool, shaded: bool) -> None:
    """Candidates as small squares, built sites as discs over them, then the labels."""
    is_built = np.array([site.it_mw > 0 for site in sites], dtype=bool)
    colors = np.array(
        [PALETTE["running"] if not shaded else "white" if site.shade is None else RAMP[site.shade] for site in sites]
    )
    small = 4.5 if narrow or len(sites) > 40 else 6.5
    if (~is_built).any():
        face = colors[~is_built] if shaded else "white"
        ax.scatter(
            x[~is_built], y[~is_built], s=small**2, marker="s", facecolor=face, edgecolor=_CANDIDATE, linewidth=1.0
        )
    radius = np.zeros(len(sites))
    if is_built.any():
        power = np.array([site.it_mw for site in sites])
        largest = 11.0 if narrow else 19.0
        radius = np.where(is_built, np.maximum(largest * np.sqrt(power / power.max()), 4.5), 0.0)
        order = [i for i in np.argsort(-power, kind="stable") if is_built[i]]
        ax.scatter(
            x[order],
            y[order],
            s=(2 * radius[order]) ** 2,
            facecolor=colors[order],
            edgecolor=INK,
            linewidth=1.2,
            alpha=0.92,
        )
    _label(ax, sites, x, y, radius, small, 10.5 if narrow else 12)


def _label(
    ax: Any, sites: Sequence[MapSite], x: Array, y: Array, radius: Array, small: float, size: float,
    *, candidates: bool = True,
) -> None:  # fmt: skip
    """Write each label in the free place nearest to its site; a line leads to those set apart.

    Built sites come first, the largest before the others; candidates are named where few are shown, if asked. Where it
    is crowded a label may cover candidates, never a built site or another label.
    """
    points = ax.transData.transform(np.column_stack([x, y])) if len(sites) else np.zeros((0, 2))
    frame = ax.get_window_extent()
    reach = np.maximum(radius, small / 2)
    marks = [(px - r, py - r, px + r, py + r) for (px, py), r in zip(points, reach, strict=True)]
    crossable = [mark for mark, site in zip(marks, sites, strict=True) if site.it_mw <= 0]
    kept_clear = [mark for mark, site in zip(marks, sites, strict=True) if site.it_mw > 0]
    order = sorted(range(len(sites)), key=lambda i: (-sites[i].it_mw, sites[i].name))
    named = [i for i in order if sites[i].it_mw > 0 or (candidates and len(sites) <= 12)][:_LABELS_MAX]
    for i in named:
        is_built = sites[i].it_mw > 0
        text = ax.text(
            0, 0, sites[i].label, fontsize=size if is_built else size - 1, color=INK if is_built else "#3A4750",
            fontweight="bold" if is_built else "normal", ha="left", va="bottom",
            bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
        extent = text.get_window_extent()
        box = _free_place(points[i], float(reach[i]), extent.width, extent.height, kept_clear, crossable, frame)
        if box is None:
            text.remove()  # the table under the map has it
            continue
        text.set_transform(None)
        text.set_position(box[:2])
        kept_clear.append(box)
        _lead(ax, points[i], float(reach[i]), box)


def _lead(ax: Any, point: Array, radius: float, box: Box) -> None:
    """Line from a mark's edge to its label, if they stand apart."""
    nearest = np.array([np.clip(point[0], box[0], box[2]), np.clip(point[1], box[1], box[3])])
    distance = float(np.hypot(*(nearest - point)))
    if distance <= radius + _NEAR_PX + 1:
        return
    edge = point + (nearest - point) * radius / distance
    ends = ax.transData.inverted().transform([edge, nearest])
    ax.plot(ends[:, 0], ends[:, 1], color=INK, linewidth=0.8)


def _free_place(
    point: Array, radius: float, width: float, height: float, kept_clear: list[Box], candidates: list[Box], frame: Any
) -> Box | None:
    """Nearest free place of a label; None if there is none."""
    near, apart = (radius + _NEAR_PX, radius + 12), (radius + 26, radius + 44, radius + 66)
    for distances, obstacles in (
        (near, kept_clear + candidates),
        (near, kept_clear),
        (apart, kept_clear + candidates),
        (apart, kept_clear),
    ):
        for distance in distances:
            for degrees in (0, 180, 90, -90, 45, -45, 135, -135, 22, -22, 158, -158):
                dx, dy = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
                left = float(point[0]) + distance * dx - width * (0.5 - 0.5 * dx)
                low = float(point[1]) + distance * dy - height * (0.5 - 0.5 * dy)
                box = (left, low, left + width, low + height)
                inside = (
                    box[0] > frame.x0 + 2 and box[2] < frame.x1 - 2 and box[1] > frame.y0 + 1 and box[3] < frame.y1 - 1
                )
                clear = not any(_overlap(box, other) for other in obstacles)
                if inside and clear and (distances is near or not _crosses(point, radius, box, kept_clear)):
                    return box
    return None


def _crosses(point: Array, radius: float, box: Box, others: list[Box]) -> bool:
    """Whether the line from a mark to its label runs over another mark or label."""
    nearest = np.array([np.clip(point[0], box[0], box[2]), np.clip(point[1], box[1], box[3])])
    length = float(np.hypot(*(nearest - point)))
    for share in np.linspace(radius / length, 1, 9)[1:-1] if length > radius else ():
        px, py = point + (nearest - point) * share
        if any(left < px < right and low < py < high for left, low, right, high in others):
            return True
    return False


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _legend(figure: Figure, keys: Sequence[Key]) -> None:
    """What the marks mean, under the map."""
    from matplotlib.lines import Line2D

    width, height = (float(side) * 72 for side in figure.get_size_inches())
    foot = _legend_px(keys, width)
    for row, x, key in side_by_side(keys, width, _MARK_PX):
        y = foot - 14 - 20 * row
        mark = Line2D(
            [(x + 8) / width],
            [y / height],
            linestyle="none",
            marker=key.marker,
            markersize=key.size,
            markerfacecolor=key.color,
            markeredgecolor=INK,
            transform=figure.transFigure,
        )
        figure.add_artist(mark)
        figure.text((x + 19) / width, y / height, key.label, va="center", ha="left", fontsize=11.5, color=INK)


def _legend_px(keys: Sequence[Key], width: float) -> float:
    return 8 + 20 * (1 + max(row for row, _x, _key in side_by_side(keys, width, _MARK_PX)))


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
