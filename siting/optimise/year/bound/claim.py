"""The bound for the year, as a plan claims it: worked out within its time, and never above what the plan costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from siting.accounts.audit import TOLERANCE_FRACTION
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.year.bound.year_bound import year_bound
from siting.plan.cautions import Caution

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.models.assembly.assembly import Component
    from siting.optimise.solver.deadline import Deadline
    from siting.plan.full_year import Replay

MOST_SECONDS = 900.0
"""Time for the bound where nobody set a limit."""

FAR_FRACTION = 0.05
"""How far below the plan's cost a bound that was not finished may lie to be told: a farther one is of no use."""


def bound_for(
    case: Case,
    components: Sequence[type[Component]],
    prices: Mapping[str, float],
    replay: Replay,
    threads: int,
    deadline: Deadline,
    progress: ProgressCallback,
) -> tuple[float | None, tuple[Caution, ...]]:
    """Bound what any plan costs over the year [USD]; None where nothing was proven, with what a reader must know.

    Parameters
    ----------
    case : Case
        The chosen days, of all sites.
    components : sequence of component classes
        What the model consists of.
    prices : mapping of str to float
        Prices of the rows that sites share on the chosen days.
    replay : Replay
        The year of the plan.
    threads : int
        Sites priced at once.
    deadline : Deadline
        When to stop.
    progress : callable
        Told of cost and bound, both of the year.
    """

    def tell(done: str, bound_usd: float | None) -> None:
        cost_usd = replay.cost_usd
        gap = None if bound_usd is None or not cost_usd else (cost_usd - bound_usd) / abs(cost_usd)
        progress(Progress(done, deadline.spent(), cost_usd, bound_usd, gap))

    try:
        found = year_bound(case, components, prices, threads=threads, deadline=deadline.within(MOST_SECONDS), tell=tell)
    except Exception as error:  # there is a plan, and a bound that fails costs none
        return None, (Caution("year_bound_failed", {"error": str(error)}),)
    bound_usd, far_usd = found.bound_usd, replay.cost_usd - FAR_FRACTION * abs(replay.cost_usd)
    if bound_usd is None or (bound_usd < far_usd and not found.finished):
        return None, (Caution("year_bound_stopped"),)
    if replay.excess_fraction == 0 and bound_usd > replay.cost_usd + TOLERANCE_FRACTION * abs(replay.cost_usd):
        return None, (Caution("year_bound_failed", {"error": "it came out above what the plan costs there"}),)
    return bound_usd, ()
