"""Supply curves: what more of something costs, step by step, the cheapest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siting.reports.charts.axes import number_axis
from siting.reports.charts.legend import DrawnSeries, draw_swatches, swatches_px
from siting.reports.charts.palette import INK
from siting.reports.charts.svg import DESKTOP_PX, Drawing, size_px
from siting.reports.text.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Step", "supply_curve"]


@dataclass(frozen=True)
class Step:
    """One step: how much it adds, at what price, and whose colour it has."""

    amount: float
    price: float
    series: int


def supply_curve(
    steps: Sequence[Step], *, series: Sequence[DrawnSeries], amount_axis: str, price_axis: str, words: Words
) -> Drawing:
    """Steps beside each other: as wide as what they add, as high as its price.

    Parameters
    ----------
    steps : sequence of Step
        The cheapest first.
    series : sequence of DrawnSeries
        Names and colours of the kinds of step.
    amount_axis, price_axis : str
        What width and height mean, with their units.
    words : Words
        Formats the axes.
    """

    def draw(figure: Figure, width: int) -> None:
        narrow = width < DESKTOP_PX
        ax = figure.add_subplot()
        edge = 0.0
        for step in steps:
            color = series[step.series].color
            ax.bar(edge, step.price, width=step.amount, align="edge", color=color, edgecolor="white", linewidth=1)
            edge += step.amount
        ax.set_xlim(0, edge * 1.02)
        ax.grid(axis="y")
        number_axis(ax.xaxis, words, 4 if narrow else 7)
        number_axis(ax.yaxis, words, 5)
        ax.set_xlabel(amount_axis)
        across, down = size_px(figure)
        head = 22 + swatches_px(series, across)
        figure.subplots_adjust(
            left=(58 if narrow else 66) / across, right=1 - 22 / across, top=1 - (head + 14) / down, bottom=46 / down
        )
        figure.text(2 / across, 1 - (head - 4) / down, price_axis, ha="left", va="top", fontsize=11.5, color=INK)
        draw_swatches(figure, series)

    return Drawing(draw, (310, 300))
