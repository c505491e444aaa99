"""Charts: each function returns a drawing for the desktop and one for the phone.

Colour is never the only bearer of meaning: bars carry their names and numbers, layers of a stack stand in
the order of the legend and differ in lightness too, and every figure has its table.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siting.reports.svg import DESKTOP_PX, PHONE_PX, drawings, side_by_side
from siting.reports.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "CYCLE",
    "INK",
    "MUTED",
    "PALETTE",
    "RAMP",
    "Bar",
    "Panel",
    "Series",
    "bars",
    "flows",
    "panels",
    "ratio_bars",
]

Array = npt.NDArray[np.float64]
Drawings = tuple[str, str]

INK = "#1B2730"
"""Text and load lines."""
MUTED = "#5B6770"
"""Axes and secondary marks."""

_PALE = "#EEF1F4"
_RIGHT_PX = 22
"""Room for the half of the last tick's number that stands right of the axis."""

_SWATCH_PX = 26
"""What an entry of a legend takes beside its letters."""

PALETTE: Mapping[str, str] = MappingProxyType(
    {
        "grid": "#5B6770",
        "solar": "#C26A00",
        "wind": "#0072B2",
        "battery": "#7B3F98",
        "other": "#00785A",
        "capital": "#0B4F7D",
        "running": "#C26A00",
        "good": "#00785A",
        "bad": "#B3391F",
    }
)
"""Colours by meaning; each at least 3:1 on white, and apart under the common colour-vision defects."""

RAMP = ("#BFD7EA", "#82B1D6", "#3F83BD", "#1B5A94", "#0B2F57")
"""Five classes from little to much."""

CYCLE = ("#0B4F7D", "#C26A00", "#00785A", "#7B3F98", "#5B6770", "#B3391F")
"""Colours of series that have no meaning of their own."""


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: parts that add up, with the text printed at its end."""

    label: str
    parts: tuple[float, ...]
    text: str


@dataclass(frozen=True)
class Series:
    """One named layer or line with its colour; an outline is drawn pale inside."""

    label: str
    color: str
    outline: bool = False


@dataclass(frozen=True)
class Panel:
    """One day of a stacked chart."""

    title: str
    layers: tuple[Array, ...]
    line: Array


def bars(
    identifier: str,
    title: str,
    description: str,
    rows: Sequence[Bar],
    *,
    series: Sequence[Series] = (),
    axis: str,
    words: Words,
) -> Drawings:
    """Horizontal bars, the first row on top, each with its number in words.

    Parameters
    ----------
    identifier, title, description : str
        See `siting.reports.svg.drawings`.
    rows : sequence of Bar
    series : sequence of Series
        Names of the parts, for the legend; none if each bar has one part.
    axis : str
        What the length means, with its unit.
    words : Words
        Formats the axis.
    """
    colors = [item.color for item in series] or [PALETTE["capital"]]
    low = min(0.0, min((sum(part for part in row.parts if part < 0) for row in rows), default=0.0))
    high = max((sum(part for part in row.parts if part > 0) for row in rows), default=0.0)

    def draw(figure: Figure, width: int) -> None:
        narrow = width < DESKTOP_PX
        ax = figure.add_subplot()
        y = np.arange(len(rows), dtype=float)
        thickness = 0.42 if narrow else 0.62
        for sign in (1, -1):
            edge = np.zeros(len(rows))
            for position, color in enumerate(colors):
                part = np.array([row.parts[position] if row.parts[position] * sign > 0 else 0.0 for row in rows])
                ax.barh(y, part, left=edge, height=thickness, color=color, edgecolor="white", linewidth=1)
                edge += part
        ax.set_ylim(len(rows) - 0.4, -0.75 if narrow else -0.6)
        span = (high - low) or 1.0
        left = _left_px([row.label for row in rows], width)
        ends = [(sum(part for part in row.parts if part > 0), row.text) for row in rows]
        ax.set_xlim(low - (0.02 * span if low < 0 else 0), _room(low, high, ends, width - left - _RIGHT_PX))
        for position, row in enumerate(rows):
            end = sum(part for part in row.parts if part > 0)
            ax.text(end + 0.012 * span, y[position], row.text, va="center", ha="left", color=INK, fontsize=11.5)
            if narrow:
                ax.text(low, y[position] - 0.36, row.label, va="bottom", ha="left", color=INK, fontsize=12)
        ax.set_yticks([] if narrow else y, [] if narrow else [_wrapped(row.label, left) for row in rows])
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        _number_axis(ax.xaxis, words, 4 if narrow else 6)
        ax.grid(axis="x")
        if low < 0:
            ax.axvline(0, color=MUTED, linewidth=0.9)
        ax.set_xlabel(axis)
        _place(figure, left, series)
        _legend(figure, series)

    return drawings(identifier, title, description, draw, _bar_heights(len(rows), series))


def ratio_bars(
    identifier: str,
    title: str,
    description: str,
    rows: Sequence[tuple[str, float, float, str]],
    *,
    series: tuple[Series, Series],
    axis: str,
    words: Words,
) -> Drawings:
    """Bars of use inside outlines of a limit, one row each.

    Parameters
    ----------
    identifier, title, description : str
        See `siting.reports.svg.drawings`.
    rows : sequence of (label, used, limit, text)
    series : tuple of Series
        Names of the filled bar and of the outline.
    axis : str
        What the length means, with its unit.
    words : Words
        Formats the axis.
    """

    def draw(figure: Figure, width: int) -> None:
        narrow = width < DESKTOP_PX
        ax = figure.add_subplot()
        y = np.arange(len(rows), dtype=float)
        used = np.array([row[1] for row in rows])
        limit = np.array([row[2] for row in rows])
        ax.barh(y, limit, height=0.5, facecolor=_PALE, edgecolor=series[1].color, linewidth=1.2)
        ax.barh(y, used, height=0.26, color=series[0].color)
        high = float(max(limit.max(initial=0.0), used.max(initial=0.0), 1e-9))
        ax.set_ylim(len(rows) - 0.4, -0.8 if narrow else -0.6)
        left = _left_px([row[0] for row in rows], width)
        ax.set_xlim(0, _room(0.0, high, [(max(row[1], row[2]), row[3]) for row in rows], width - left - _RIGHT_PX))
        for position, (label, use, most, text) in enumerate(rows):
            end = max(use, most) + 0.012 * high
            ax.text(end, y[position], text, va="center", ha="left", color=INK, fontsize=11.5)
            if narrow:
                ax.text(0, y[position] - 0.32, label, va="bottom", ha="left", color=INK, fontsize=12)
        ax.set_yticks([] if narrow else y, [] if narrow else [row[0] for row in rows])
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        _number_axis(ax.xaxis, words, 4 if narrow else 6)
        ax.grid(axis="x")
        ax.set_xlabel(axis)
        _place(figure, left, series)
        _legend(figure, series)

    return drawings(identifier, title, description, draw, _bar_heights(len(rows), series))


def panels(
    identifier: str,
    title: str,
    description: str,
    days: Sequence[Panel],
    *,
    series: Sequence[Series],
    line: Series,
    axis: str,
    hour_axis: str,
    words: Words,
) -> Drawings:
    """Stacked layers over the hours of several days, one small chart a day, all on one scale.

    Parameters
    ----------
    identifier, title, description : str
        See `siting.reports.svg.drawings`.
    days : sequence of Panel
    series : sequence of Series
        The layers from the bottom up.
    line : Series
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
            _number_axis(ax.yaxis, words, 4)
        head = 22 + _legend_px([*series, line], width)
        figure.subplots_adjust(
            left=(46 if narrow else 54) / width,
            right=1 - 8 / width,
            top=1 - (head + 22) / _height(figure),
            bottom=42 / _height(figure),
            hspace=0.34,
            wspace=0.12,
        )
        figure.text(2 / width, 1 - (head - 4) / _height(figure), axis, ha="left", va="top", fontsize=11.5, color=INK)
        figure.text(0.5, 4 / _height(figure), hour_axis, ha="center", va="bottom", fontsize=11.5, color=INK)
        _legend(figure, [*series, line])

    down_wide, down_narrow = math.ceil(len(days) / 4), math.ceil(len(days) / 2)
    return drawings(identifier, title, description, draw, (104 + 150 * down_wide, 140 + 130 * down_narrow))


def flows(
    identifier: str,
    title: str,
    description: str,
    years: Sequence[int],
    layers: Sequence[Array],
    line_values: Array,
    *,
    series: Sequence[Series],
    line: Series,
    axis: str,
    words: Words,
) -> Drawings:
    """Yearly bars above and below zero, with a line over them.

    Parameters
    ----------
    identifier, title, description : str
        See `siting.reports.svg.drawings`.
    years : sequence of int
    layers : sequence of ndarray
        Signed amounts by year, one array a series.
    line_values : ndarray
        The line, by year.
    series : sequence of Series
        Names and colours of the layers.
    line : Series
        Name and colour of the line.
    axis : str
        What the height means, with its unit.
    words : Words
        Formats the axis.
    """

    def draw(figure: Figure, width: int) -> None:
        narrow = width < DESKTOP_PX
        ax = figure.add_subplot()
        x = np.asarray(years, dtype=float)
        for sign in (1, -1):
            edge = np.zeros(len(x))
            for layer, item in zip(layers, series, strict=True):
                part = np.where(layer * sign > 0, layer, 0.0)
                ax.bar(x, part, bottom=edge, width=0.72, color=item.color, edgecolor="white", linewidth=0.6)
                edge += part
        ax.plot(x, line_values, color=line.color, linewidth=1.8, marker="o", markersize=3.6)
        ax.axhline(0, color=MUTED, linewidth=0.9)
        ax.set_xlim(x[0] - 0.7, x[-1] + 0.7)
        ax.margins(y=0.06)
        ax.use_sticky_edges = False
        step = max(1, math.ceil(len(x) / (5 if narrow else 12)))
        ax.set_xticks(x[::step], [str(int(year)) for year in x[::step]])
        ax.grid(axis="y")
        _number_axis(ax.yaxis, words, 7)
        head = 22 + _legend_px([*series, line], width)
        figure.subplots_adjust(
            left=(58 if narrow else 66) / width,
            right=1 - 8 / width,
            top=1 - (head + 14) / _height(figure),
            bottom=28 / _height(figure),
        )
        figure.text(2 / width, 1 - (head - 4) / _height(figure), axis, ha="left", va="top", fontsize=11.5, color=INK)
        _legend(figure, [*series, line])

    return drawings(identifier, title, description, draw, (330, 320))


def _number_axis(axis: Any, words: Words, ticks: int) -> None:
    """Few round ticks, with the decimals of the reader's language."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def text(value: float, _position: int) -> str:
        low, high = sorted(axis.get_view_interval())
        span = high - low
        return words.decimal(value, 0 if span >= 4 else 1 if span >= 0.4 else 2)

    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 4, 5, 10]))
    axis.set_major_formatter(FuncFormatter(text))


def _bar_heights(count: int, series: Sequence[Series]) -> tuple[int, int]:
    """Heights of a bar chart with so many rows, for the desktop and for the phone [px]."""
    rows = max(count, 2)
    return 50 + 31 * rows + _legend_px(series, DESKTOP_PX), 50 + 45 * rows + _legend_px(series, PHONE_PX)


def _height(figure: Figure) -> float:
    return float(figure.get_size_inches()[1] * 72)


def _left_px(labels: Sequence[str], width: int) -> float:
    """Room for the names of the rows; on a phone they stand above their bars."""
    longest = max((len(label) for label in labels), default=0)
    return 8 if width < DESKTOP_PX else min(14 + 7.0 * longest, 0.42 * width)


def _wrapped(label: str, left_px: float) -> str:
    """Name of a row on as many lines as its room needs; two fit beside a bar."""
    return textwrap.fill(label, max(int((left_px - 10) / 6.6), 12))


def _room(low: float, high: float, ends: Sequence[tuple[float, str]], plot_px: float) -> float:
    """End of the axis that leaves each text its place after its bar."""
    needed = [low + (end - low) * plot_px / max(plot_px - 14 - 6.9 * len(text), 0.25 * plot_px) for end, text in ends]
    return max([high + 0.02 * (high - low), *needed, low + 1e-9])


def _place(figure: Figure, left_px: float, series: Sequence[Series]) -> None:
    """Margins in pixels."""
    width, height = (float(side) * 72 for side in figure.get_size_inches())
    figure.subplots_adjust(
        left=left_px / width,
        right=1 - _RIGHT_PX / width,
        top=1 - (_legend_px(series, int(width)) + 4) / height,
        bottom=40 / height,
    )


def _legend_px(series: Sequence[Series], width: int) -> int:
    """Height of the legend: entries are set side by side until the width is full."""
    return 0 if not series else 10 + 19 * (1 + max(row for row, _x, _item in side_by_side(series, width, _SWATCH_PX)))


def _legend(figure: Figure, series: Sequence[Series]) -> None:
    """Swatches with names above the chart, in the order of the stack."""
    from matplotlib.patches import Rectangle

    width, height = (float(side) * 72 for side in figure.get_size_inches())
    for row, x, item in side_by_side(series, width, _SWATCH_PX):
        y = 12 + 19 * row
        is_line = item.color == INK
        swatch = Rectangle(
            (x / width, 1 - (y + (1 if is_line else 5)) / height),
            12 / width,
            (2 if is_line else 10) / height,
            facecolor=_PALE if item.outline else item.color,
            edgecolor=item.color,
            linewidth=1.2 if item.outline else 0,
            transform=figure.transFigure,
        )
        figure.add_artist(swatch)
        figure.text((x + 17) / width, 1 - y / height, item.label, va="center", ha="left", fontsize=11.5, color=INK)
