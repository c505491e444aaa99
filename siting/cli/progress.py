"""Progress of long work: one moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType

    from rich.status import Status

__all__ = ["Moment", "ProgressLine", "describe"]

LOG = logging.getLogger("siting")
PLAIN_INTERVAL_S = 10.0
"""Seconds between two plain lines of one stage, whatever it counts; a log is read later, not watched."""


class Moment(Protocol):
    """What a progress callback is told."""

    @property
    def phase(self) -> str:
        """What is being done."""

    @property
    def seconds(self) -> float:
        """Seconds since the work began."""

    @property
    def incumbent_usd(self) -> float | None:
        """Best plan so far."""

    @property
    def bound_usd(self) -> float | None:
        """Best bound so far."""

    @property
    def gap_fraction(self) -> float | None:
        """Distance between them, over the plan's cost."""

    @property
    def gap_site_dependent_fraction(self) -> float | None:
        """The same, over the part of it that sites change."""


def describe(moment: Moment) -> str:
    """Return a moment as one line.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> moment = SimpleNamespace(phase="solve", seconds=12.3, incumbent_usd=7.5e9, bound_usd=7.4e9,
    ...     gap_fraction=0.0133, gap_site_dependent_fraction=0.2)
    >>> describe(moment)
    '  12 s  solve    best plan 7.500 billion USD  bound 7.400  gap 1.33% (20.0% of what sites change)'
    """
    parts = [f"{moment.seconds:4.0f} s  {moment.phase:<7}"]
    if moment.incumbent_usd is not None:
        parts.append(f"best plan {moment.incumbent_usd / 1e9:,.3f} billion USD")
    if moment.bound_usd is not None:
        parts.append(f"bound {moment.bound_usd / 1e9:,.3f}")
    if moment.gap_fraction is not None:
        dependent = moment.gap_site_dependent_fraction
        of_sites = "" if dependent is None else f" ({dependent:.1%} of what sites change)"
        parts.append(f"gap {moment.gap_fraction:.2%}{of_sites}")
    return "  ".join(parts).rstrip()


class ProgressLine:
    """A progress callback that prints to the error stream while the `with` block lasts.

    Parameters
    ----------
    quiet
        Print nothing.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._status: Status | None = None
        self._last: tuple[str, float] = ("", 0.0)

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("")
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def __call__(self, moment: Moment) -> None:
        """Show a moment."""
        if self._status is not None:
            self._status.update(describe(moment))
        elif not self._quiet:
            stage, seconds = self._last
            now = re.sub(r"\d+", "", moment.phase)
            if now != stage or moment.seconds - seconds >= PLAIN_INTERVAL_S:
                LOG.info(describe(moment))
                self._last = (now, moment.seconds)
