"""All hours of the year at some sites, from which components work out what is a site's own."""

from __future__ import annotations

from dataclasses import dataclass

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
    plants : Plants, (place, cooling, ...)
        At the places of the air.
    """

    choice: Choice
    air: Air
    plants: cooling.Plants
