"""From a matplotlib figure to inline SVG that stands in a page of many: real text, own ids, stable bytes."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import escape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DESKTOP_PX", "PHONE_PX", "Drawing", "drawn", "size_px"]

DESKTOP_PX = 760
"""Width of a drawing in the text column of a desktop."""
PHONE_PX = 350
"""Width of a drawing on a phone, where the same text size must stay readable."""

_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: searchable, small, in the page's font
    "svg.hashsalt": "siting",
    "text.parse_math": False,  # a site named "$\\frac{1}{$" would stop the report otherwise
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#5B6770",
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.labelcolor": "#1B2730",
    "xtick.color": "#3A4750",
    "ytick.color": "#3A4750",
    "grid.color": "#D5DBE0",
    "grid.linewidth": 0.7,
    "font.size": 12,  # one point is one pixel: figures are sized at 72 to the inch
    "axes.labelsize": 12,
    "xtick.labelsize": 11.5,
    "ytick.labelsize": 12,
    "legend.fontsize": 12,
    "legend.frameon": False,
    "figure.dpi": 72,
    "savefig.dpi": 72,
}

Draw = Callable[["Figure", int], None]
"""Draws on an empty figure of the given width [px]."""


@dataclass(frozen=True)
class Drawing:
    """What a figure shows, not yet drawn.

    Parameters
    ----------
    draw : callable
        Draws it, on a desktop's width or on a phone's.
    heights_px : tuple of int
        Heights for the desktop and for the phone.
    """

    draw: Draw
    heights_px: tuple[int, int]


def drawn(identifier: str, title: str, description: str, drawing: Drawing) -> tuple[str, str]:
    """Draw for a desktop and for a phone.

    Parameters
    ----------
    identifier : str
        Put before every id in the drawing, so that two drawings of a page never share one.
    title, description : str
        Read out where the drawing cannot be seen; escaped here.
    drawing : Drawing
        What to draw.

    Returns
    -------
    tuple of str
        Two `svg` elements, which need no further escaping.
    """
    wide, narrow = drawing.heights_px
    return (
        _svg(f"{identifier}-wide", title, description, drawing.draw, DESKTOP_PX, wide),
        _svg(f"{identifier}-narrow", title, description, drawing.draw, PHONE_PX, narrow),
    )


def size_px(figure: Figure) -> tuple[float, float]:
    """Width and height of a figure [px]."""
    width, height = (float(side) * 72 for side in figure.get_size_inches())
    return width, height


def _svg(identifier: str, title: str, description: str, draw: Draw, width: int, height: int) -> str:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    out = io.StringIO()
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()  # the reader's own matplotlibrc must not change a report
        mpl.rcParams.update(_SETTINGS)
        # names in scripts that the measuring font lacks are drawn by the reader's browser all the same
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        figure = Figure(figsize=(width / 72, height / 72))
        FigureCanvasSVG(figure)
        draw(figure, width)
        figure.savefig(
            out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}, transparent=True
        )
    return _inline(out.getvalue(), identifier, title, description)


def _inline(svg: str, identifier: str, title: str, description: str) -> str:
    """Turn a standalone SVG file into an element of a page."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"\bid=\"([^\"]+)\"", rf'id="{identifier}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{identifier}-\1)", body)
    body = re.sub(r"href=\"#([^\"]+)\"", rf'href="#{identifier}-\1"', body.replace("xlink:href", "href"))
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, flags=re.DOTALL)  # would style the whole page
    body = re.sub(r" font-family: [^;\"]*;?", "", body)  # the page's font
    body = re.sub(r" transform=\"rotate\(-?0 [^)]*\)\"", "", body)
    body = re.sub(r"\b(d|points|transform|x|y)=\"([^\"]*)\"", _rounded, body)
    view_box = re.search(r"viewBox=\"[^\"]*\"", body)
    start = body.index(">") + 1
    head = (
        f'<svg {view_box.group(0) if view_box else ""} role="img" '
        f'aria-labelledby="{identifier}-title {identifier}-desc">'
        f'<title id="{identifier}-title">{escape(title)}</title>'
        f'<desc id="{identifier}-desc">{escape(description)}</desc>'
    )
    return head + re.sub(r"\n\s*", "\n", body[start:]).strip()


def _rounded(match: re.Match[str]) -> str:
    """Coordinates to a tenth of a pixel."""
    numbers = re.sub(r"-?\d+\.\d{2,}", lambda number: f"{float(number.group(0)):.1f}".replace(".0", ""), match.group(2))
    return f'{match.group(1)}="{" ".join(numbers.split())}"'
