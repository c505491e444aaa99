"""Layers over time with a line across them: the hours of some days, the years of a plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siting.reports.charts.axes import number_axis
from siting.reports.charts.legend import DrawnSeries, draw_swatches, swatches_px
from siting.reports.charts.palette import INK, MUTED
from siting.reports.charts.svg import DESKTOP_PX, Drawing, size_px
from siting.reports.text.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Panel", "flows", "panels"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """One day of a stacked chart."""

    title: str
    layers: tuple[Array, ...]
    line: Array


def panels(
    days: Sequence[Panel], *, series: Sequence[DrawnSeries], line: DrawnSeries, axis: str, hour_axis: str, words: Words
) -> Drawing:
    """Stacked layers over the hours of several days, one small chart a day, all on one scale.

    Parameters
    ----------
    days : sequence of Panel
    series : sequence of DrawnSeries
        The layers from the bottom up.
    line : DrawnSeries
        The line drawn over the stack.
    axis, hour_axis : str
        What the height and the hours mean, with unit.
    words : Words
        Formats the axis.
    """
    high = max((float(np.maximum(sum(day.layers), day.line).max()) for day in days), default=1.0) * 1.06

    def draw(figure: Figure, width: int) -> None:
        narrow = width < DESKTOP_PX
        across = min(2 if narrow else 4, len(days))
        down = math.ceil(len(days) / across)
        grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        for ax in grid.ravel()[len(days) :]:
            ax.set_visible(False)
        for position, (ax, day) in enumerate(zip(grid.ravel(), days, strict=False)):
            edges = np.arange(len(day.line) + 1)
            base = np.zeros(len(day.line))
            for layer, item in zip(day.layers, series, strict=True):
                ax.stairs(base + layer, edges, baseline=base, fill=True, color=item.color, linewidth=0)
                ax.stairs(base + layer, edges, baseline=None, color="white", linewidth=0.6)
                base = base + layer
            ax.stairs(day.line, edges, baseline=None, color=line.color, linewidth=1.6)
            ax.set_title(day.title, fontsize=11.5, color=INK, loc="left", pad=4)
            ax.set_xlim(0, len(day.line))
            ax.set_ylim(0, high)
            ax.set_xticks([0, 6, 12, 18])
            ax.tick_params(labelbottom=position + across >= len(days))
            ax.grid(axis="y")
            number_axis(ax.yaxis, words, 4)
        figure.subplots_adjust(hspace=0.34, wspace=0.12)
        _head(figure, axis, [*series, line], left=46 if narrow else 54, gap=22, bottom=42)
        figure.text(0.5, 4 / size_px(figure)[1], hour_axis, ha="center", va="bottom", fontsize=11.5, color=INK)

    down_wide, down_narrow = math.ceil(len(days) / 4), math.ceil(len(days) / 2)
    return Drawing(draw, (104 + 150 * down_wide, 140 + 130 * down_narrow))


def flows(
    years: Sequence[float],
    layers: Sequence[Array],
    line_values: Array,
    *,
    series: Sequence[DrawnSeries],
    line: DrawnSeries,
    axis: str,
    words: Words,
) -> Drawing:
    """Yearly bars above and below zero, with a line over them.

    Parameters
    ----------
    years : sequence of float
    layers : sequence of ndarray
        Signed amounts by year, one array a series.
    line_values : ndarray
        The line, by year.
    series : sequence of DrawnSeries
        Names and colours of the layers.
    line : DrawnSeries
        Name and colour of the line.
    axis : str
        What the height means, with its unit.
    words : Words
        Formats the axis.
    """

    def draw(figure: Figure, width: int) -> None:
        narrow = width < DESKTOP_PX
        ax = figure.add_subplot()
        x, gap = np.asarray(years, dtype=float), float(np.diff(years).min(initial=1))
        for sign in (1, -1):
            edge = np.zeros(len(x))
            for layer, item in zip(layers, series, strict=True):
                part = np.where(layer * sign > 0, layer, 0.0)
                ax.bar(x, part, bottom=edge, width=0.72 * gap, color=item.color, edgecolor="white", linewidth=0.6)
                edge += part
        ax.plot(x, line_values, color=line.color, linewidth=1.8, marker="o", markersize=3.6)
        ax.axhline(0, color=MUTED, linewidth=0.9)
        ax.set_xlim(x[0] - 0.7, x[-1] + 0.7)
        ax.margins(y=0.06)
        ax.use_sticky_edges = False
        step = max(1, math.ceil(len(x) / (5 if narrow else 12)))
        ax.set_xticks(x[::step], [f"{year:g}" for year in x[::step]])
        ax.grid(axis="y")
        number_axis(ax.yaxis, words, 7)
        _head(figure, axis, [*series, line], left=58 if narrow else 66, gap=14, bottom=28)

    return Drawing(draw, (330, 320))


def _head(figure: Figure, axis: str, series: Sequence[DrawnSeries], *, left: int, gap: int, bottom: int) -> None:
    """Write what the height means and the legend above the charts, and give them the rest of the figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    axis : str
        What the height means.
    series : sequence of DrawnSeries
        For the legend.
    left, gap, bottom : int
        Room left of the charts, between them and the head, and under them [px].
    """
    width, height = size_px(figure)
    head = 22 + swatches_px(series, width)
    figure.subplots_adjust(
        left=left / width, right=1 - 8 / width, top=1 - (head + gap) / height, bottom=bottom / height
    )
    figure.text(2 / width, 1 - (head - 4) / height, axis, ha="left", va="top", fontsize=11.5, color=INK)
    draw_swatches(figure, series)
