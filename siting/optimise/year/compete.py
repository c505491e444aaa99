"""Designs compete by what they cost over the year, and the cheapest that keeps all limits there is the plan.

The search proves a plan cheapest on a few days, and among plans within its gap the days cannot say which is the best of
the year. So the plan found is run through the year, and with it designs that are close to it: its whole decisions with
all else made the best on many more days, and whole decisions of its neighbourhood that are best on another choice of
days. Where the year breaks a limit, the limit is drawn in by as much on the days and the design is made again.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.warm_start import Earlier
from siting.optimise.year.design import Kept, best_sizes, built_part, nearby, on_chosen_days
from siting.optimise.year.drawn_in import drawn_in
from siting.optimise.year.replay import replay_year
from siting.plan.records.search_record import Competitor

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.case.solution import Solution
    from siting.models.assembly.assembly import Component
    from siting.optimise.gap import Gap
    from siting.plan.cautions import Caution
    from siting.plan.full_year import Replay

LOG = logging.getLogger("siting")

MOST_SITE_HOURS, MOST_DAYS = 6000, 40
"""Size of the model in which sizes are made the best: 9 sites on 28 days, two sites on 40."""

OTHER_DAYS_COUNT = 2
"""Typical days more than the study's in the other choice of days."""

REPAIRS = 3
"""Times that limits are drawn in."""

SHARE = 0.6
"""Part of the time left that all that competes may take."""

MADE_BY = {
    "more_days": "the plan's whole decisions, made the best on more days",
    "other_days": "whole decisions near the plan's, made the best on another choice of days",
    "tightened": "the plan made again within limits that the year went beyond",
}
"""What is told of a design, by its origin."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """A design that was run through the year.

    Parameters
    ----------
    origin : str
        Where it comes from, as in `Competitor`.
    solution : Solution
        On the chosen days.
    objective_usd : float
        Its cost there.
    replay : Replay
        Its year.
    told : tuple of Caution
        What the year shows.
    """

    origin: str
    solution: Solution
    objective_usd: float
    replay: Replay
    told: tuple[Caution, ...]

    def record(self) -> Competitor:
        """Return what a plan keeps of it."""
        return Competitor(self.origin, self.objective_usd, self.replay.cost_usd, self.replay.excess_fraction)


@dataclasses.dataclass(frozen=True)
class Task:
    """What a competition is about.

    Parameters
    ----------
    case : Case
        The chosen days, of all sites.
    components : sequence of component classes
        What the model consists of.
    gap : Gap
        Asked for on the chosen days.
    bound : float
        What no plan costs less than there (scale of the standard form).
    progress : callable or None
        Told of each step.
    threads : int
        Sites whose years are solved at the same time.
    """

    case: Case
    components: Sequence[type[Component]]
    gap: Gap
    bound: float
    progress: ProgressCallback | None
    threads: int = 1


def compete(task: Task, first: Entry, deadline: Deadline) -> tuple[tuple[Entry, ...], bool]:
    """Run designs that are near a plan through the year, as far as there is time; the best of all comes first.

    Parameters
    ----------
    task : Task
        What it is about.
    first : Entry
        The plan that the search found.
    deadline : Deadline
        When to stop.

    Returns
    -------
    tuple of Entry
        Those that were run through the year, the best first.
    bool
        Whether there was time for all.
    """
    entries, is_done = [first], True
    limit = deadline.within(SHARE * deadline.left())
    try:
        for origin, make in _designs(task, entries, limit):
            if task.progress is not None:
                told = f"design {len(entries) + 1} in the year: {MADE_BY[origin]}"
                task.progress(Progress(told, limit.spent(), incumbent_usd=min(entries, key=_rank).replay.cost_usd))
            try:
                if (kept := make()) is not None:
                    entries.append(_entered(task, origin, kept, first, limit))
            except Stopped:
                raise
            except Exception as error:  # there is a plan, and one that fails to compete with it costs none
                LOG.warning("a design does not compete by its cost over the year (%s): %s", MADE_BY[origin], error)
    except Stopped:
        is_done = False
    return tuple(sorted(entries, key=_rank)), is_done


def _designs(task: Task, entries: list[Entry], limit: Deadline) -> Iterator[tuple[str, Callable[[], Kept | None]]]:
    """Where designs come from: those on other days, made at once, then those that build on what these showed."""
    part = built_part(task.case, entries[0].solution)
    with ThreadPoolExecutor(task.threads) as pool:
        made = [(origin, pool.submit(make, limit)) for origin, make in _on_other_days(task, entries[0], part)]
        for origin, future in made:
            yield origin, future.result
    tighter: Case | None = part
    for _ in range(REPAIRS):
        best = min(entries, key=_rank)
        if best.replay.excess_fraction == 0 or tighter is None or (tighter := drawn_in(tighter, best.replay)) is None:
            return
        from_best = Earlier(task.case, best.solution)
        yield "tightened", partial(nearby, from_best, tighter, task.components, task.gap, limit)


def _on_other_days(task: Task, first: Entry, part: Case) -> Iterator[tuple[str, Callable[[Deadline], Kept | None]]]:
    """Designs of the plan's sites on more days, and on another choice of days."""
    if part.days_of is None:
        return
    earlier, typical = Earlier(task.case, first.solution), task.case.study.time.typical_days_count
    count = min(MOST_SITE_HOURS // (24 * len(part.axes["site"])), MOST_DAYS)
    if count > typical:
        yield "more_days", partial(best_sizes, earlier, part.on_other_days(count), task.components)
    other = part.on_other_days(min(typical + OTHER_DAYS_COUNT, MOST_DAYS))
    yield "other_days", partial(nearby, earlier, other, task.components, task.gap)


def _rank(entry: Entry) -> tuple[float, float]:
    """The less the better: what the year breaks, then what it costs."""
    return entry.replay.excess_fraction, entry.replay.cost_usd


def _entered(task: Task, origin: str, kept: Kept, first: Entry, limit: Deadline) -> Entry:
    """Make a plan of a design and run it through the year."""
    limit.check()
    enough = task.gap.cost_within(task.bound)
    sites = built_part(task.case, first.solution)
    solution, objective_usd = on_chosen_days(kept, task.case, sites, task.components, enough, limit)
    replay, told = replay_year(task.case, solution, task.progress, limit, task.threads)
    return Entry(origin, solution, objective_usd, replay, told)
