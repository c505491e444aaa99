"""How long work tells what it is at."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Progress:
    """One moment of long work.

    Parameters
    ----------
    phase : str
        What is being done.
    seconds : float
        Seconds since the work began.
    incumbent_usd, bound_usd : float or None
        Best plan and best bound so far.
    gap_fraction : float or None
        Distance between them, over the incumbent.
    gap_site_dependent_fraction : float or None
        The same over the part of the incumbent that sites change.
    """

    phase: str
    seconds: float
    incumbent_usd: float | None = None
    bound_usd: float | None = None
    gap_fraction: float | None = None
    gap_site_dependent_fraction: float | None = None


ProgressCallback = Callable[[Progress], None]
