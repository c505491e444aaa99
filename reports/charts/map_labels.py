"""Labels of a map, each in the free place nearest to its mark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from siting.reports.charts.palette import INK

__all__ = ["Mark", "write_labels"]

Array = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, low, right, high."""

_LABELS_MAX = 24
"""Most labels that a map of this size can carry; the largest sites get them."""

_NEAR_PX = 3
"""Space between a mark and its label."""


@dataclass(frozen=True)
class Mark:
    """A mark of the map and what is to be written beside it.

    Parameters
    ----------
    x, y : float
        Its place, projected.
    radius_px : float
    label : str
    weight : float
        The heavier come first; candidates, which are not built, have none.
    """

    x: float
    y: float
    radius_px: float
    label: str
    weight: float


def write_labels(ax: Any, marks: Sequence[Mark], size: float, *, candidates: bool = True) -> None:
    """Write each label in the free place nearest to its mark; a line leads to those set apart.

    Built sites come first, the largest before the others; candidates are named where few are shown, if asked. Where it
    is crowded a label may cover candidates, never a built site or another label.

    Parameters
    ----------
    ax : matplotlib axes
    marks : sequence of Mark
        All marks, whether they are labelled or not.
    size : float
        Of the letters [px].
    candidates : bool
        Whether candidates may be named.
    """
    points = ax.transData.transform([(mark.x, mark.y) for mark in marks]) if marks else np.zeros((0, 2))
    frame = ax.get_window_extent()
    boxes = [
        (x - mark.radius_px, y - mark.radius_px, x + mark.radius_px, y + mark.radius_px)
        for mark, (x, y) in zip(marks, points, strict=True)
    ]
    crossable = [box for box, mark in zip(boxes, marks, strict=True) if mark.weight <= 0]
    kept_clear = [box for box, mark in zip(boxes, marks, strict=True) if mark.weight > 0]
    order = sorted(range(len(marks)), key=lambda i: (-marks[i].weight, marks[i].label))
    named = [i for i in order if marks[i].weight > 0 or (candidates and len(marks) <= 12)][:_LABELS_MAX]
    for i in named:
        is_built, radius = marks[i].weight > 0, marks[i].radius_px
        text = ax.text(
            0, 0, marks[i].label, fontsize=size if is_built else size - 1, color=INK if is_built else "#3A4750",
            fontweight="bold" if is_built else "normal", ha="left", va="bottom",
            bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
        extent = text.get_window_extent()
        box = _free_place(points[i], radius, extent.width, extent.height, kept_clear, crossable, frame)
        if box is None:
            text.remove()  # the table under the map has it
            continue
        text.set_transform(None)
        text.set_position(box[:2])
        kept_clear.append(box)
        _lead(ax, points[i], radius, box)


def _lead(ax: Any, point: Array, radius: float, box: Box) -> None:
    """Line from a mark's edge to its label, if they stand apart."""
    nearest = _nearest(point, box)
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
    nearest = _nearest(point, box)
    length = float(np.hypot(*(nearest - point)))
    for share in np.linspace(radius / length, 1, 9)[1:-1] if length > radius else ():
        px, py = point + (nearest - point) * share
        if any(left < px < right and low < py < high for left, low, right, high in others):
            return True
    return False


def _nearest(point: Array, box: Box) -> Array:
    """Point of a box that is nearest to another point."""
    return np.array([np.clip(point[0], box[0], box[2]), np.clip(point[1], box[1], box[3])])


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
