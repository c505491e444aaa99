"""Horizontal bars, a row each, with names on the left and a text at each end."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.reports.charts.axes import number_axis
from siting.reports.charts.legend import DrawnSeries, draw_swatches, swatches_px
from siting.reports.charts.palette import INK, MUTED, PALE, PALETTE
from siting.reports.charts.svg import DESKTOP_PX, PHONE_PX, Drawing, size_px
from siting.reports.text.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Bar", "RatioBar", "bars", "ratio_bars"]

_RIGHT_PX = 22
"""Room for the half of the last tick's number that stands right of the axis."""

_PHONE_LETTERS = 46
"""Letters of a name that fit above a bar on a phone."""


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: parts that add up, with the text printed at its end."""

    label: str
    parts: tuple[float, ...]
    text: str


@dataclass(frozen=True)
class RatioBar:
    """What is used of a limit, with the text printed at the end of the longer of the two."""

    label: str
    used: float
    limit: float
    text: str


def bars(rows: Sequence[Bar], *, series: Sequence[DrawnSeries] = (), axis: str, words: Words) -> Drawing:
    """Horizontal bars, the first row on top, each with its number in words.

    Parameters
    ----------
    rows : sequence of Bar
    series : sequence of DrawnSeries
        Names of the parts, for the legend; none if each bar has one part.
    axis : str
        What the length means, with its unit.
    words : Words
        Formats the axis.
    """
    colors = [item.color for item in series] or [PALETTE["capital"]]
    low = min(0.0, min((sum(part for part in row.parts if part < 0) for row in rows), default=0.0))
    ends = [sum(part for part in row.parts if part > 0) for row in rows]

    def draw(figure: Figure, width: int) -> None:
        ax = figure.add_subplot()
        y = np.arange(len(rows), dtype=float)
        for sign in (1, -1):
            edge = np.zeros(len(rows))
            for position, color in enumerate(colors):
                part = np.array([row.parts[position] if row.parts[position] * sign > 0 else 0.0 for row in rows])
                height = 0.42 if width < DESKTOP_PX else 0.62
                ax.barh(y, part, left=edge, height=height, color=color, edgecolor="white", linewidth=1)
                edge += part
        _name_rows(figure, ax, rows, low, ends, max(ends, default=0.0), top=0.75, lift=0.36, series=series)
        number_axis(ax.xaxis, words, 4 if width < DESKTOP_PX else 6)
        ax.set_xlabel(axis)

    return Drawing(draw, _heights([row.label for row in rows], series))


def ratio_bars(
    rows: Sequence[RatioBar], *, series: tuple[DrawnSeries, DrawnSeries], axis: str, words: Words
) -> Drawing:
    """Bars of use inside outlines of a limit, one row each.

    Parameters
    ----------
    rows : sequence of RatioBar
    series : tuple of DrawnSeries
        Names of the filled bar and of the outline.
    axis : str
        What the length means, with its unit.
    words : Words
        Formats the axis.
    """
    ends = [max(row.used, row.limit) for row in rows]

    def draw(figure: Figure, width: int) -> None:
        ax = figure.add_subplot()
        y = np.arange(len(rows), dtype=float)
        used, limit = np.array([row.used for row in rows]), np.array([row.limit for row in rows])
        ax.barh(y, limit, height=0.5, facecolor=PALE, edgecolor=series[1].color, linewidth=1.2)
        ax.barh(y, used, height=0.26, color=series[0].color)
        _name_rows(figure, ax, rows, 0.0, ends, max([1e-9, *ends]), top=0.8, lift=0.32, series=series)
        number_axis(ax.xaxis, words, 4 if width < DESKTOP_PX else 6)
        ax.set_xlabel(axis)

    return Drawing(draw, _heights([row.label for row in rows], series))


def _name_rows(
    figure: Figure,
    ax: Any,
    rows: Sequence[Bar | RatioBar],
    low: float,
    ends: Sequence[float],
    high: float,
    *,
    top: float,
    lift: float,
    series: Sequence[DrawnSeries],
) -> None:
    """Write the name of each row and the text at its end, with room for both; the legend above.

    Parameters
    ----------
    figure, ax : matplotlib objects
        Where the bars stand, the first row at 0.
    rows : sequence of Bar or RatioBar
    low, high : float
        Least and greatest value that is drawn.
    ends : sequence of float
        Value at which each row's text begins.
    top, lift : float
        On a phone, where a row's name stands above its bar: room above the first row, and of each name above
        the middle of its bar, in rows.
    series : sequence of DrawnSeries
        For the legend.
    """
    width, height = size_px(figure)
    narrow = width < DESKTOP_PX
    ax.set_ylim(len(rows) - 0.4, -top if narrow else -0.6)
    span = (high - low) or 1.0
    left = _left_px([row.label for row in rows], width)
    texts = [(end, row.text) for end, row in zip(ends, rows, strict=True)]
    ax.set_xlim(low - (0.02 * span if low < 0 else 0), _room(low, high, texts, width - left - _RIGHT_PX))
    for y, (row, end) in enumerate(zip(rows, ends, strict=True)):
        ax.text(end + 0.012 * span, y, row.text, va="center", ha="left", color=INK, fontsize=11.5)
        if narrow:
            label = textwrap.fill(row.label, _PHONE_LETTERS)
            ax.text(low, y - lift, label, va="bottom", ha="left", color=INK, fontsize=12, linespacing=1.1)
    ax.set_yticks([] if narrow else range(len(rows)), [] if narrow else [_wrapped(row.label, left) for row in rows])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    if low < 0:
        ax.axvline(0, color=MUTED, linewidth=0.9)
    figure.subplots_adjust(
        left=left / width,
        right=1 - _RIGHT_PX / width,
        top=1 - (swatches_px(series, width) + 4) / height,
        bottom=40 / height,
    )
    draw_swatches(figure, series)


def _heights(labels: Sequence[str], series: Sequence[DrawnSeries]) -> tuple[int, int]:
    """Heights of a bar chart of such rows for the desktop and for the phone, where long names take two lines [px]."""
    rows, lines = max(len(labels), 2), max((-(-len(label) // _PHONE_LETTERS) for label in labels), default=1)
    phone_px = 45 + 18 * (lines - 1)
    return 50 + 31 * rows + swatches_px(series, DESKTOP_PX), 50 + phone_px * rows + swatches_px(series, PHONE_PX)


def _left_px(labels: Sequence[str], width: float) -> float:
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
