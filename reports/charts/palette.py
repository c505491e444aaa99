"""The colours of the charts and maps.

Colour is never the only bearer of meaning: bars carry their names and numbers, layers of a stack stand in
the order of the legend and differ in lightness too, and every figure has its table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CYCLE", "INK", "MUTED", "PALE", "PALETTE", "RAMP"]

INK = "#1B2730"
"""Text and load lines."""
MUTED = "#5B6770"
"""Axes and secondary marks."""
PALE = "#EEF1F4"
"""Inside of an outline."""

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
    }
)
"""Colours by meaning; each at least 3:1 on white, and apart under the common colour-vision defects."""

RAMP = ("#BFD7EA", "#82B1D6", "#3F83BD", "#1B5A94", "#0B2F57")
"""Five classes from little to much."""

CYCLE = ("#0B4F7D", "#C26A00", "#00785A", "#7B3F98", "#5B6770", "#B3391F")
"""Colours of series that have no meaning of their own."""
