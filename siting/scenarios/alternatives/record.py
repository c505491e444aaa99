"""What is known of each site in nearly as good plans, as a plan's report keeps it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from siting.plan.records.near_record import NearRecord, NearSite

if TYPE_CHECKING:
    from siting.scenarios.alternatives.alternatives import Alternatives

__all__ = ["near_record"]


def near_record(found: Alternatives) -> NearRecord:
    """Return the record of some plans."""
    best = found.best.objective_usd
    return NearRecord(
        within_fraction=found.within_fraction,
        best_usd=best,
        plans_count=len(found.plans),
        is_complete=found.is_complete,
        sites=tuple(
            NearSite(
                str(site),
                known.standing,
                known.in_count,
                _over(known.without_usd, best),
                _over(known.with_usd, best),
                known.limit,
            )
            for site, known in zip(found.case.axes["site"], found.standings, strict=True)
        ),
    )


def _over(cost: float, best: float) -> float | None:
    return None if math.isnan(cost) else cost - best
