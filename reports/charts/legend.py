"""Legends: what colours and marks mean, set side by side above a chart or under a map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from siting.reports.charts.palette import INK, PALE
from siting.reports.charts.svg import size_px

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DrawnSeries", "LegendKey", "draw_keys", "draw_swatches", "keys_px", "swatches_px"]

_LETTER_PX = 6.9
"""Width of a letter, on average."""

_SWATCH_PX = 26
"""What an entry takes beside its letters: a swatch of colour."""

_MARK_PX = 32
"""The same: a mark of a map."""


class _Labelled(Protocol):
    """Anything with a name in a legend."""

    @property
    def label(self) -> str:
        """The name."""


_Entry = TypeVar("_Entry", bound=_Labelled)


@dataclass(frozen=True)
class DrawnSeries:
    """One named layer or line with its colour; an outline is drawn pale inside."""

    label: str
    color: str
    outline: bool = False


@dataclass(frozen=True)
class LegendKey:
    """One kind of mark on a map."""

    label: str
    marker: str
    size: float
    color: str


def swatches_px(series: Sequence[DrawnSeries], width_px: float) -> int:
    """Height of the swatches in a drawing of some width [px]; none without series."""
    return 10 + 19 * _rows_count(series, width_px, _SWATCH_PX) if series else 0


def draw_swatches(figure: Figure, series: Sequence[DrawnSeries]) -> None:
    """Draw swatches with names above the chart, in the order of the stack."""
    from matplotlib.patches import Rectangle

    width, height = size_px(figure)
    for row, x, item in _side_by_side(series, width, _SWATCH_PX):
        y = 12 + 19 * row
        is_line = item.color == INK
        swatch = Rectangle(
            (x / width, 1 - (y + (1 if is_line else 5)) / height),
            12 / width,
            (2 if is_line else 10) / height,
            facecolor=PALE if item.outline else item.color,
            edgecolor=item.color,
            linewidth=1.2 if item.outline else 0,
            transform=figure.transFigure,
        )
        figure.add_artist(swatch)
        figure.text((x + 17) / width, 1 - y / height, item.label, va="center", ha="left", fontsize=11.5, color=INK)


def keys_px(keys: Sequence[LegendKey], width_px: float) -> int:
    """Height of the marks in a drawing of some width [px]."""
    return 8 + 20 * _rows_count(keys, width_px, _MARK_PX)


def draw_keys(figure: Figure, keys: Sequence[LegendKey]) -> None:
    """Draw what the marks mean, under the map."""
    from matplotlib.lines import Line2D

    width, height = size_px(figure)
    foot = keys_px(keys, width)
    for row, x, key in _side_by_side(keys, width, _MARK_PX):
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


def _rows_count(entries: Sequence[_Labelled], width_px: float, beside_px: float) -> int:
    return 1 + max(row for row, _x, _entry in _side_by_side(entries, width_px, beside_px))


def _side_by_side(entries: Sequence[_Entry], width_px: float, beside_px: float) -> Iterator[tuple[int, float, _Entry]]:
    """Yield the row and the place [px] of each entry: side by side until the width is full.

    Parameters
    ----------
    entries : sequence
        Things with a label.
    width_px : float
        Width of the drawing.
    beside_px : float
        What an entry takes beside its letters.
    """
    row, x = 0, 2.0
    for entry in entries:
        need = beside_px + _LETTER_PX * len(entry.label)
        if x > 2 and x + need > width_px:
            row, x = row + 1, 2.0
        yield row, x, entry
        x += need
