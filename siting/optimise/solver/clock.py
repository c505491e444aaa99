"""Seconds of each phase of a run, and the progress told of them."""

from __future__ import annotations

import dataclasses
import logging
import time

from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.plan.records.search_record import gap_site_dependent

LOG = logging.getLogger("siting")


class Clock:
    """Seconds of each phase, and the progress told of them."""

    def __init__(self, progress: ProgressCallback | None, deadline: Deadline, unavoidable_usd: float) -> None:
        self._progress, self._deadline, self._unavoidable_usd = progress, deadline, unavoidable_usd
        self._began = time.monotonic()
        self._phase: str | None = None
        self._phase_began = self._began
        self._spent: dict[str, float] = {}

    def begin(self, phase: str) -> None:
        """End the current phase and begin the next."""
        self.end()
        self._phase, self._phase_began = phase, time.monotonic()
        self.relay(Progress(phase, 0.0))

    def end(self) -> None:
        """End the current phase."""
        if self._phase is not None:
            spent = self._spent.get(self._phase, 0.0)
            self._spent[self._phase] = spent + time.monotonic() - self._phase_began
            self._phase = None

    def relay(self, moment: Progress) -> None:
        """Pass on a moment of a phase, on the clock of the whole work."""
        if self._progress is not None:
            try:
                self._progress(self._told(moment))
            except KeyboardInterrupt:  # of whoever is told
                self._deadline.stop()
            except Exception as error:  # a fault of theirs costs no plan
                self._progress = None
                LOG.warning("progress is told no more: %s: %s", type(error).__name__, error)

    def _told(self, moment: Progress) -> Progress:
        """Return a moment on the clock of the whole work, with the gap over what sites change."""
        dependent = None
        if moment.incumbent_usd is not None and moment.bound_usd is not None:
            dependent = gap_site_dependent(moment.incumbent_usd, moment.bound_usd, self._unavoidable_usd)
        seconds = time.monotonic() - self._began
        return dataclasses.replace(moment, seconds=seconds, gap_site_dependent_fraction=dependent)

    def seconds(self) -> dict[str, float]:
        """Seconds by phase, and of the whole."""
        return {**self._spent, "total": sum(self._spent.values())}
