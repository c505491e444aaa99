"""What is known of each site in all plans that cost nearly as little as the best: kept with a plan for its report."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NearRecord", "NearSite"]


@dataclass(frozen=True)
class NearSite:
    """What is known of a site.

    Parameters
    ----------
    site_id : str
        Which.
    standing : str
        ``no regret``, ``open`` or ``out of reach``.
    in_count : int
        Plans found that have it.
    extra_without_usd, extra_with_usd : float or None
        What the cheapest plan found without it, or with it, costs over the best [USD]; None where none was found.
    limit : str
        Limit by which it cannot be opened at all; empty if there is none.
    """

    site_id: str
    standing: str
    in_count: int
    extra_without_usd: float | None
    extra_with_usd: float | None
    limit: str


@dataclass(frozen=True)
class NearRecord:
    """Plans within a slack of the best one found.

    Parameters
    ----------
    within_fraction : float
        The slack, over the cost of the best plan.
    best_usd : float
        Its cost, on the chosen days.
    plans_count : int
        Plans found.
    is_complete : bool
        Whether all that was asked for was done in time.
    sites : tuple of NearSite
        Every candidate.
    """

    within_fraction: float
    best_usd: float
    plans_count: int
    is_complete: bool
    sites: tuple[NearSite, ...]
