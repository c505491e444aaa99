"""All hours of the year at some sites, from which components work out what is a site's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from siting import cooling
from siting.data.kinds.air import Air
from siting.data.kinds.choice import Choice

__all__ = ["SiteYear"]


@dataclass(frozen=True)
class SiteYear:
    """Some sites, their air, and what each way of cooling does in it, which costs most to work out.

    Parameters
    ----------
    choice : Choice
        Of these sites, and all else.
    air : Air
        Of these sites.
    run_plants : callable
        Works out what each way of cooling does, when it is first asked for.
    """

    choice: Choice
    air: Air
    run_plants: Callable[[Choice, Air], cooling.Plants]

    @cached_property
    def plants(self) -> cooling.Plants:
        """What each way of cooling does at the places of the air: (place, cooling, ...)."""
        return self.run_plants(self.choice, self.air)
