"""Amounts against a number that is varied: points joined by lines, and down to where each is proven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siting.reports.charts.axes import number_axis
from siting.reports.charts.legend import DrawnSeries, draw_swatches, swatches_px
from siting.reports.charts.palette import CYCLE, MUTED
from siting.reports.charts.svg import DESKTOP_PX, PHONE_PX, Drawing, size_px
from siting.reports.text.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Curve", "CurvePoint", "curves"]

_MARKERS = "osD^vP"
"""Shapes of the points of each line, so that colour is not the only thing that tells them apart."""


@dataclass(frozen=True)
class CurvePoint:
    """A point.

    Parameters
    ----------
    x, y : float
        Where it stands.
    least : float or None
        What is proven to be the least at this place; a thin line goes down to it.
    """

    x: float
    y: float
    least: float | None = None


@dataclass(frozen=True)
class Curve:
    """Points that are joined in the order of their x."""

    label: str
    points: tuple[CurvePoint, ...]


def curves(lines: Sequence[Curve], *, x_axis: str, y_axis: str, words: Words) -> Drawing:
    """Draw one line or some, each point with a mark.

    Parameters
    ----------
    lines : sequence of Curve
        At most six, which have a colour and a mark of their own.
    x_axis, y_axis : str
        What the directions mean, with units.
    words : Words
        Formats the axes.
    """
    series = [DrawnSeries(line.label, CYCLE[i % len(CYCLE)]) for i, line in enumerate(lines)] if len(lines) > 1 else []

    def draw(figure: Figure, width: int) -> None:
        ax = figure.add_subplot()
        for i, line in enumerate(lines):
            points = sorted(line.points, key=lambda point: point.x)
            color, marker = CYCLE[i % len(CYCLE)], _MARKERS[i % len(_MARKERS)]
            for point in points:
                if point.least is not None:
                    ax.plot([point.x] * 2, [point.least, point.y], color=MUTED, linewidth=1.0)
                    ax.plot([point.x], [point.least], color=MUTED, marker="_", markersize=9)
            xs, ys = [point.x for point in points], [point.y for point in points]
            ax.plot(xs, ys, color=color, marker=marker, linewidth=1.8, markersize=6)
        ax.margins(x=0.06, y=0.12)
        ax.grid(visible=True)
        number_axis(ax.xaxis, words, 4 if width < DESKTOP_PX else 8)
        number_axis(ax.yaxis, words, 6)
        ax.set_xlabel(x_axis)
        _, height = size_px(figure)
        head = 22 + swatches_px(series, width)
        figure.subplots_adjust(left=70 / width, right=1 - 16 / width, top=1 - (head + 8) / height, bottom=46 / height)
        figure.text(2 / width, 1 - (head - 4) / height, y_axis, ha="left", va="top", fontsize=11.5)
        draw_swatches(figure, series)

    return Drawing(draw, (330 + swatches_px(series, DESKTOP_PX), 300 + swatches_px(series, PHONE_PX)))
