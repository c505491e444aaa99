"""How long work may take, and whether it was stopped: made once for all that a run does, and passed on to all of it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable


class Stopped(Exception):  # noqa: N818 - no error: what it ends has done what it could
    """Work was given up: its time is over, or Ctrl-C was pressed."""


class Deadline:
    """The time of some work, and of what stops it.

    Ctrl-C reaches the main thread only. So the thread that hears it sets an event, which all who work look at, in
    whatever thread.

    Parameters
    ----------
    seconds : float, optional
        From now on; no end by default.
    clock : callable, optional
        Tells the time [s].
    stop : Event, optional
        Set by Ctrl-C.

    Examples
    --------
    >>> work = Deadline(60.0)
    >>> work.is_over()
    False
    >>> work.part(0.0).is_over()
    True
    >>> work.stop()
    >>> work.is_over()
    True
    """

    def __init__(
        self,
        seconds: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        stop: threading.Event | None = None,
    ) -> None:
        self._clock = clock
        self._event = threading.Event() if stop is None else stop
        self._began = clock()
        self._ends = math.inf if seconds is None else self._began + max(seconds, 0.0)

    def spent(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._began

    def left(self) -> float:
        """Seconds left, infinite where there is no end; those of work that was stopped are still told."""
        return max(self._ends - self._clock(), 0.0)

    def stop(self) -> None:
        """End the work, and all that has a part of its time."""
        self._event.set()

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped, whatever time is left."""
        return self._event.is_set()

    def is_over(self) -> bool:
        """Whether it was stopped or its time is up."""
        return self.is_stopped or self.left() == 0.0

    def check(self) -> None:
        """Go on only if there is time.

        Raises
        ------
        Stopped
            If it is over.
        """
        if self.is_over():
            raise Stopped

    def within(self, seconds: float) -> Deadline:
        """Return a deadline so many seconds from now, or this one where it is sooner; stopped together with it."""
        return self._until(min(self._ends, self._clock() + seconds))

    def part(self, share: float) -> Deadline:
        """Return the deadline at which a share (0 to 1) of the whole time is spent; stopped together with it."""
        return self._until(self._ends if math.isinf(self._ends) else self._began + share * (self._ends - self._began))

    def _until(self, ends: float) -> Deadline:
        made = Deadline(clock=self._clock, stop=self._event)
        made._began, made._ends = self._began, ends
        return made
