"""Heat maps: a number by month and hour of the day, one small picture a site."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siting.reports.charts.palette import INK, RAMP
from siting.reports.charts.svg import DESKTOP_PX, Drawing, size_px
from siting.reports.text.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Tile", "heat_maps"]

_BAR_PX = 44
"""Room for the scale under the pictures."""


@dataclass(frozen=True)
class Tile:
    """One picture.

    Parameters
    ----------
    title : str
    values : ndarray, (hour of day, month)
        NaN where nothing is known.
    """

    title: str
    values: npt.NDArray[np.float64]


def heat_maps(tiles: Sequence[Tile], *, axis: str, months: Sequence[str], hour_axis: str, words: Words) -> Drawing:
    """Draw tiles on one scale, the highest cell of each ringed and named.

    Parameters
    ----------
    tiles : sequence of Tile
    axis : str
        What the colour means.
    months : sequence of str
        Twelve names.
    hour_axis : str
        What the height means.
    words : Words
        Formats the scale.
    """
    low = min((float(np.nanmin(tile.values)) for tile in tiles), default=0.0)
    high = max((float(np.nanmax(tile.values)) for tile in tiles), default=1.0)
    high = max(high, low + 1e-3)
    across = {True: 1, False: min(2, len(tiles))}

    def draw(figure: Figure, width: int) -> None:
        from matplotlib.cm import ScalarMappable
        from matplotlib.colors import LinearSegmentedColormap, Normalize
        from matplotlib.ticker import FuncFormatter, MaxNLocator

        narrow = width < DESKTOP_PX
        columns = across[narrow]
        rows = math.ceil(len(tiles) / columns)
        height = size_px(figure)[1]
        colors = LinearSegmentedColormap.from_list("ramp", ["#F2F6FA", *RAMP])
        grid = figure.subplots(rows, columns, squeeze=False, sharex=False, sharey=True)
        scale = Normalize(low, high)
        for ax in grid.ravel()[len(tiles) :]:
            ax.set_visible(False)
        for ax, tile in zip(grid.ravel(), tiles, strict=False):
            ax.imshow(tile.values, aspect="auto", origin="lower", cmap=colors, norm=scale, interpolation="nearest")
            ax.set_title(tile.title, fontsize=11.5, color=INK, loc="left", pad=4)
            ax.set_xticks(range(12), [name[:1] for name in months])
            ax.set_yticks([0, 6, 12, 18, 23], ["0", "6", "12", "18", "23"])
            hour, month = (int(i) for i in np.unravel_index(int(np.nanargmax(tile.values)), tile.values.shape))
            ax.plot(month, hour, marker="o", markersize=9, markerfacecolor="none", markeredgecolor="white", mew=1.6)
            for side in ("left", "bottom"):
                ax.spines[side].set_visible(False)
            ax.tick_params(length=0)
        figure.subplots_adjust(
            left=34 / width,
            right=1 - 8 / width,
            top=1 - 44 / height,
            bottom=(_BAR_PX + 34) / height,
            hspace=0.42,
            wspace=0.08,
        )
        figure.text(2 / width, 1 - 2 / height, hour_axis, ha="left", va="top", fontsize=11.5, color=INK)
        bar_ax = figure.add_axes((34 / width, 30 / height, 1 - 60 / width, 10 / height))
        figure.colorbar(ScalarMappable(scale, colors), cax=bar_ax, orientation="horizontal", drawedges=False)
        for spine in bar_ax.spines.values():
            spine.set_visible(False)
        decimals = 2 if high - low >= 0.15 else 3
        bar_ax.xaxis.set_major_locator(MaxNLocator(4 if narrow else 7))
        bar_ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.decimal(value, decimals)))
        bar_ax.set_xlabel(axis, fontsize=11.5, labelpad=2)

    def height(narrow: bool) -> int:
        return 44 + _BAR_PX + 34 + math.ceil(len(tiles) / across[narrow]) * (190 if narrow else 200)

    return Drawing(draw, (height(False), height(True)))
