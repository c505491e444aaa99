"""Maps: every candidate, those built sized by their IT power; or every place by its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.reports.charts.land import Land
from siting.reports.charts.legend import LegendKey, draw_keys, keys_px
from siting.reports.charts.map_labels import Mark, write_labels
from siting.reports.charts.palette import CYCLE, INK, MUTED, PALETTE, RAMP
from siting.reports.charts.svg import DESKTOP_PX, PHONE_PX, Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KindSite", "MapSite", "kind_map", "site_map"]

_SHAPES = ("o", "s", "^", "D", "v", "P", "X", "h")
"""Marks of kinds, the commonest first; those beyond share the last with its colour."""


@dataclass(frozen=True)
class MapSite:
    """One candidate on the map.

    Parameters
    ----------
    latitude, longitude : float
    it_mw : float
        Installed IT power; zero if it is not built.
    label : str
        Printed beside a built site.
    shade : int or None
        Class of the site in the ramp (0 to 4), if the map shows one.
    """

    latitude: float
    longitude: float
    it_mw: float
    label: str
    shade: int | None = None


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


def site_map(sites: Sequence[MapSite], *, shades: Sequence[str] = (), built: str, candidate: str) -> Drawing:
    """Draw the sites over the outline of the United States, or of their part of the world.

    Parameters
    ----------
    sites : sequence of MapSite
    shades : sequence of str
        Names of the five classes, if the sites are coloured by class.
    built, candidate : str
        Legend of the two kinds of marks.
    """
    land = Land.around([(site.longitude, site.latitude) for site in sites])
    keys = [
        LegendKey(built, "o", 12, "white" if shades else PALETTE["running"]),
        LegendKey(candidate, "s", 6, "white"),
        *[LegendKey(name, "D", 8, color) for name, color in zip(shades, RAMP, strict=False)],
    ]

    def draw(figure: Figure, width: int) -> None:
        ax = land.axes(figure, keys_px(keys, width))
        _marks(ax, sites, land, width < DESKTOP_PX, bool(shades))
        draw_keys(figure, keys)

    return Drawing(draw, _heights(land, keys))


def kind_map(sites: Sequence[KindSite], kinds: Sequence[str]) -> Drawing:
    """Draw places by kind: each kind has a shape and a colour of its own.

    Parameters
    ----------
    sites : sequence of KindSite
    kinds : sequence of str
        Legend of the kinds, the commonest first.
    """
    land = Land.around([(site.longitude, site.latitude) for site in sites])
    looks = [(_SHAPES[min(i, len(_SHAPES) - 1)], CYCLE[i % len(CYCLE)]) for i in range(len(kinds))]
    keys = [LegendKey(name, shape, 8, color) for name, (shape, color) in zip(kinds, looks, strict=True)]

    def draw(figure: Figure, width: int) -> None:
        narrow = width < DESKTOP_PX
        ax = land.axes(figure, keys_px(keys, width))
        small, large = (5.5, 10.0) if narrow or len(sites) > 40 else (8.5, 14.0)
        for built in (False, True):
            for i, (shape, color) in enumerate(looks):
                chosen = np.array([site.kind == i and site.is_built == built for site in sites], dtype=bool)
                if chosen.any():
                    edge, size = (INK, large) if built else ("white", small)
                    x, y = land.x[chosen], land.y[chosen]
                    ax.scatter(x, y, s=size**2, marker=shape, facecolor=color, edgecolor=edge, linewidth=1.0)
        labels = [
            Mark(x, y, (large if site.is_built else small) / 2, site.name, float(site.is_built))
            for site, x, y in zip(sites, land.x, land.y, strict=True)
        ]
        write_labels(ax, labels, 10.5 if narrow else 12, candidates=False)
        draw_keys(figure, keys)

    return Drawing(draw, _heights(land, keys))


def _heights(land: Land, keys: Sequence[LegendKey]) -> tuple[int, int]:
    """Heights for desktop and phone, legend included [px]."""
    wide, narrow = land.heights_px()
    return round(wide + keys_px(keys, DESKTOP_PX)), round(narrow + keys_px(keys, PHONE_PX))


def _marks(ax: Any, sites: Sequence[MapSite], land: Land, narrow: bool, shaded: bool) -> None:
    """Candidates as small squares, built sites as discs over them, then the labels."""
    x, y = land.x, land.y
    is_built = np.array([site.it_mw > 0 for site in sites], dtype=bool)
    colors = np.array(
        [PALETTE["running"] if not shaded else "white" if site.shade is None else RAMP[site.shade] for site in sites]
    )
    small = 4.5 if narrow or len(sites) > 40 else 6.5
    if (~is_built).any():
        face = colors[~is_built] if shaded else "white"
        ax.scatter(x[~is_built], y[~is_built], s=small**2, marker="s", facecolor=face, edgecolor=MUTED, linewidth=1.0)
    radius = np.full(len(sites), small / 2)
    if is_built.any():
        power = np.array([site.it_mw for site in sites])
        largest = 11.0 if narrow else 19.0
        radius[is_built] = np.maximum(largest * np.sqrt(power / power.max()), 4.5)[is_built]
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
    labels = [
        Mark(place_x, place_y, reach, site.label, site.it_mw)
        for site, place_x, place_y, reach in zip(sites, x, y, radius, strict=True)
    ]
    write_labels(ax, labels, 10.5 if narrow else 12)
