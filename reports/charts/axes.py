"""Axes with few round numbers, printed in the reader's language."""

from __future__ import annotations

from typing import Any

from siting.reports.text.words import Words

__all__ = ["number_axis"]


def number_axis(axis: Any, words: Words, ticks: int) -> None:
    """Set few round ticks, with the decimals of the reader's language.

    Parameters
    ----------
    axis : matplotlib axis
        The one to set.
    words : Words
        Formats the numbers.
    ticks : int
        Most ticks.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def text(value: float, _position: int) -> str:
        ticks = axis.get_majorticklocs()
        exact = (n for n in range(3) if all(abs(round(tick, n) - tick) < 1e-9 for tick in ticks))
        return words.decimal(value, next(exact, 2))

    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 4, 5, 10]))
    axis.set_major_formatter(FuncFormatter(text))
