"""Limits that cannot hold together by arithmetic alone: told by `siting check`, without a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from siting.quantities import KW_PER_MW

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.problems import Problem

__all__ = ["arithmetic_conflicts"]

ROUNDING = 1e-6
WHOLE_FROM_MW = 1000.0
KW_SUSPECTED_RATIO = 10.0
"""So many times the room is no question of a site more: a unit was taken for another."""
MOST_PUE = 10.0
"""More than any cooling draws beside its IT: the greatest value that a published PUE may have (`magnitudes`)."""


def arithmetic_conflicts(case: Case, whole: Callable[[], Case] | None = None) -> tuple[Problem, ...]:
    """Return what rules out any plan by sums alone: a cluster larger than a site, or less room than all work needs.

    Where work may be spared or leased, what sites must do is not known beforehand, and nothing is said of
    room.

    Parameters
    ----------
    case : Case
        The numbers; an outline (`siting.data.outline`) has those that count, but for what cooling draws.
    whole : callable, optional
        Makes the case of an outline, for which it is asked only where what cooling draws may decide.
    """
    return (*_clusters(case), *_room(case, whole or (lambda: case)))


def _densest(case: Case) -> float:
    """Most work that a MW of any rack does [PFLOP/s/MW]."""
    useful = case.values("computing.compute_pflop_per_mw") * case.values("computing.availability_fraction")
    return float(useful.max())


def _clusters(case: Case) -> Iterator[Problem]:
    densest, most_mw = _densest(case), float(case.values("placement.site_max_mw").max())
    fields = {one.workload_id: prefix for prefix, one in case.study.demand.classes()}
    needed, sizes = case.values("training.clusters_needed_count"), case.values("training.training_cluster_pflop")
    for job, size, count in zip(case.axes["job"], sizes, needed.max(axis=1), strict=True):
        least_mw = float(size) / densest
        if not count or least_mw <= most_mw * (1 + ROUNDING):
            continue
        field = "demand.training_cluster_mw"
        if "." in (prefix := fields.get(str(job), "")):
            of_accelerators = case.study.demand.by_name()[str(job)].cluster_accelerators_count is not None
            name = "cluster_accelerators_count" if of_accelerators else "cluster_mw"
            field = f"demand.{prefix.removesuffix('work_')}{name}"
        size_mw = float(size) / float(case.values("finance.reference_pflop_per_mw"))
        yield case.study.problem(
            field,
            f"a cluster of {size_mw:g} MW takes {_told(least_mw)} MW of the densest racks on offer, and no site may "
            f"have more than {_told(most_mw)}",
            _written_in_kw(least_mw, most_mw) or "make clusters smaller, or raise facility.site_max_mw",
        )


def _room(case: Case, whole: Callable[[], Case]) -> Iterator[Problem]:
    if len(case.offered_leases()) or len(case.axes["measure"]):
        return
    least_mw = float(case.values("halls.least_it_mw").max())
    site_mw, policy = case.values("placement.site_max_mw"), case.study.policy
    most_sites = np.sort(site_mw)[::-1][: policy.sites_max_count]
    if least_mw > most_sites.sum() * (1 + ROUNDING):
        field = "policy.sites_max_count" if policy.sites_max_count is not None else "facility.site_max_mw"
        yield case.study.problem(
            field,
            f"{len(most_sites)} sites of at most {_told(site_mw.max())} MW hold {_told(most_sites.sum())} MW of IT, "
            f"and the work takes {_told(least_mw)} at the least",
            _written_in_kw(least_mw, float(most_sites.sum())),
        )
    at_it_mw = least_mw * float(case.values("computing.peak_diversity_fraction"))
    zone = case.tables["sites"]["grid_zone_id"].to_numpy()
    headroom = case.values("grid.headroom_mw")
    by_zone = {str(name): float(headroom[zone == name].sum()) for name in dict.fromkeys(zone)}
    capped = {name: min(room, policy.grid_zone_limit_mw.get(name, np.inf)) for name, room in by_zone.items()}
    allowed_mw = sum(capped.values())
    if at_it_mw * MOST_PUE <= allowed_mw:
        return
    drawn_mw = at_it_mw * float(np.nanmin(whole().values("cooling.pue_peak_ratio")))
    if drawn_mw > allowed_mw * (1 + ROUNDING):
        is_by_zone = allowed_mw < sum(by_zone.values())
        lets = "the limits of grid zones let" if is_by_zone else "the headroom of all sites lets"
        yield case.study.problem(
            "policy.grid_zone_limit_mw" if is_by_zone else "sites",
            f"the work draws {_told(drawn_mw)} MW at its peak at the least, and {lets} {_told(allowed_mw)} MW in",
            _written_in_kw(drawn_mw, allowed_mw),
        )


def _written_in_kw(needed_mw: float, allowed_mw: float) -> str:
    """What to write where work is so far beyond all room that it fits as kW; nothing where it is not.

    Examples
    --------
    >>> _written_in_kw(109_718.0, 480.0)
    'if the work was written in kW, write MW: a thousandth of it fits'
    >>> _written_in_kw(900.0, 480.0), _written_in_kw(500_000.0, 480.0)
    ('', '')
    """
    if needed_mw < KW_SUSPECTED_RATIO * allowed_mw or needed_mw > KW_PER_MW * allowed_mw:
        return ""
    return "if the work was written in kW, write MW: a thousandth of it fits"


def _told(mw: float) -> str:
    """Power with four digits, and from a thousand MW on whole.

    Examples
    --------
    >>> _told(164.62), _told(11613.4)
    ('164.6', '11,613')
    """
    return f"{mw:,.0f}" if mw >= WHOLE_FROM_MW else f"{mw:.4g}"
