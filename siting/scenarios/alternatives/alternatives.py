"""Plans that cost at most a little more than the best found, and what is proven of each site in all such plans."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from siting.case.minimum_cost import unavoidable_cost
from siting.models.formulation import DESIGN, chosen
from siting.optimise.exact_plan import exact
from siting.optimise.first_plan.first_plan import first_plan
from siting.optimise.gap import Gap
from siting.optimise.method import WHOLE_BELOW_SITE_HOURS, SolveMethod, choose_method
from siting.optimise.no_plan import no_plan
from siting.optimise.rivals.forced_openings import limit_of
from siting.optimise.searched import searched
from siting.optimise.solver import loading
from siting.optimise.solver.clock import Clock
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.solver.sheltered import sheltered
from siting.quantities import COST_SCALE
from siting.scenarios.alternatives.near_plans import NearPlan, NearPlans

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.assembly import Component

__all__ = ["Alternatives", "Standing", "alternatives"]

Standing = Literal["no regret", "out of reach", "open"]

BEST_SHARE, PLANS_SHARE = 0.4, 0.75
"""Parts of the time after which the search for the best plan ends, then that for others; the rest is for proofs."""

PART_SHARE = 0.25
"""Most of the time left that one plan or one proof may take."""


@dataclasses.dataclass(frozen=True)
class SiteStanding:
    """What is known of a site in all plans within the slack.

    Parameters
    ----------
    standing : str
        ``no regret`` where what any plan without it costs at the least lies above the slack, ``out of reach`` where
        that of any plan with it does, else ``open``.
    in_count : int
        Plans found that have it.
    without_usd : float
        Cost of the cheapest plan found without it, NaN if there is none.
    with_usd : float
        Cost of the cheapest plan found with it, NaN if there is none.
    limit : str
        Limit by which it cannot be opened at all; empty if there is none.
    """

    standing: Standing
    in_count: int
    without_usd: float
    with_usd: float
    limit: str


@dataclasses.dataclass(frozen=True)
class Alternatives:
    """Plans within a slack of the best one found.

    Parameters
    ----------
    case : Case
        The numbers.
    within_fraction : float
        The slack, over the cost of the best plan.
    plans : tuple of NearPlan
        The best first, the others in the order in which they were found.
    contracted_mw : tuple of mapping
        Contracted power by kind, by plan.
    bound_usd : float
        What no plan costs less than.
    standings : tuple of SiteStanding
        By site.
    are_all_sites : bool
        Whether no other set of sites is left within the slack.
    is_complete : bool
        Whether all that was asked for was done in time.
    is_whole : bool
        Whether other plans were looked for among all sites that can be within the slack; else among the nearest.
    """

    case: Case
    within_fraction: float
    plans: tuple[NearPlan, ...]
    contracted_mw: tuple[dict[str, float], ...]
    bound_usd: float
    standings: tuple[SiteStanding, ...]
    are_all_sites: bool
    is_complete: bool
    is_whole: bool

    @property
    def best(self) -> NearPlan:
        """The cheapest plan."""
        return self.plans[0]

    def sites(self, standing: Standing) -> list[str]:
        """Ids of the sites of a standing."""
        return [
            str(site)
            for site, known in zip(self.case.axes["site"], self.standings, strict=True)
            if known.standing == standing
        ]


def alternatives(
    case: Case,
    *,
    within: float = 0.01,
    count: int = 10,
    gap: float = 0.005,
    time_limit: float | None = None,
    method: SolveMethod = "auto",
    threads: int | None = None,
    progress: ProgressCallback | None = None,
) -> Alternatives:
    """Find plans that cost nearly as little as the best and differ from it and from each other as much as they can.

    Parameters
    ----------
    case : Case
        From `siting.prepare`.
    within : float
        Slack: how much more than the best plan found the others may cost, over its cost (0 to 1).
    count : int
        How many plans to find, the best among them; those that come up where a proof fails are more.
    gap : float
        Gap of the search for the best plan (0 to 1).
    time_limit : float, optional
        Seconds for all of it.
    method : {"auto", "whole", "decomposed"}
        How the best plan is searched.
    threads : int, optional
        Threads of the solver; all cores by default.
    progress : callable, optional
        Told of each phase.

    Returns
    -------
    Alternatives
        On the chosen days.

    Raises
    ------
    NoPlanError
        If there is no plan at all, or none was found in time.
    """
    deadline = Deadline(time_limit)
    return sheltered(lambda: _Search(case, within, count, gap, deadline, method, threads, progress).run(), deadline)


class _Search:
    """One search for the best plan, others, and proofs."""

    def __init__(
        self,
        case: Case,
        within: float,
        count: int,
        gap: float,
        deadline: Deadline,
        method: SolveMethod,
        threads: int | None,
        progress: ProgressCallback | None,
    ) -> None:
        self.case, self.design = case, dataclasses.replace(case, year_of=None)
        self.components: Sequence[type[Component]] = chosen(DESIGN, case)
        self.within, self.count, self.gap, self.deadline = within, count, gap, deadline
        self.method, self.threads = method, loading.use_threads(threads)
        self.clock = Clock(progress, deadline, unavoidable_cost(case))
        self.plans: list[NearPlan] = []
        self.are_all_sites, self.is_complete = False, True

    def run(self) -> Alternatives:
        """Go through the stages."""
        from siting.models.assembly.model import model_of

        best, bound_usd, with_each_usd = self._best()
        self.plans = [best]
        self.most_usd = best.objective_usd + self.within * abs(best.objective_usd)
        sites, is_whole = self._near(with_each_usd)
        near = NearPlans(
            self.case,
            model_of(self.design.only(site=sites), self.components),
            self.most_usd,
            self.within,
            self.deadline,
        )
        self._others(near, self.deadline.part(PLANS_SHARE))
        standings = self._standings(near, with_each_usd, is_whole)
        self.clock.end()
        return Alternatives(
            case=self.case,
            within_fraction=self.within,
            plans=tuple(self.plans),
            contracted_mw=tuple(near.contracted(plan) for plan in self.plans),
            bound_usd=min(bound_usd, best.objective_usd),
            standings=standings,
            are_all_sites=self.are_all_sites and is_whole,
            is_complete=self.is_complete,
            is_whole=is_whole,
        )

    def _best(self) -> tuple[NearPlan, float, Array]:
        """Search the best plan; what no plan costs less than, and no plan with each site [USD]."""
        from siting.optimise.decomposition.lagrangian_bounds import bounds_of_sites

        self.clock.begin("first plan")
        way = choose_method(self.case) if self.method == "auto" else self.method
        first = first_plan(self.design, self.components, Deadline())
        asked = Gap(self.gap, 1.0, unavoidable_cost(self.case) * COST_SCALE)
        deadline = self.deadline.part(BEST_SHARE)
        result = searched(
            self.case, self.components, way, None, first, self.threads, self.clock, [],
            {"gap": asked, "deadline": deadline, "progress": self.clock.relay},
        )  # fmt: skip
        found = result.outcome
        if found.values is None or found.bound is None or result.model is None:
            raise no_plan(found, self.deadline.spent())
        solution, objective_usd = exact(
            self.case, result.model, result.solver, found, asked.cost_within(found.bound), Deadline(), deadline
        )
        bounds = result.bounds
        if bounds is None and result.prices is not None:
            with contextlib.suppress(Stopped):
                self.clock.begin("bounds of sites")
                bounds, _ = bounds_of_sites(
                    self.design, self.components, result.prices,
                    threads=self.threads, deadline=self.deadline, tell=lambda _: None,
                )  # fmt: skip
        unknown = np.full(len(self.case.axes["site"]), -np.inf)
        with_each = unknown if bounds is None else np.nan_to_num(bounds.with_each, nan=-np.inf, posinf=np.inf)
        ruled_out = [bool(limit_of(self.case, place)) for place in range(len(unknown))]
        with_each = np.where(ruled_out, np.inf, with_each)
        bound_usd = max(found.bound, asked.unavoidable) / COST_SCALE
        return NearPlan("cost", solution, objective_usd), bound_usd, with_each / COST_SCALE

    def _near(self, with_each_usd: Array) -> tuple[list[str], bool]:
        """Sites that a plan within the slack may have, as many as a model holds; and whether that is all."""
        best = self.plans[0].is_open
        able = np.flatnonzero(np.logical_or(with_each_usd <= self.most_usd, best))
        hours = len(self.case.axes["hour"]) * len(self.case.axes["period"])
        most = max(WHOLE_BELOW_SITE_HOURS // hours, int(best.sum()) + 2)
        nearest = sorted(able, key=lambda place: (not best[place], with_each_usd[place]))[:most]
        kept = sorted(nearest)
        return [str(self.case.axes["site"][place]) for place in kept], len(kept) == len(able)

    def _others(self, near: NearPlans, deadline: Deadline) -> None:
        """Find other plans: other sites, and where none is left, other contracts."""
        self.clock.begin("plans")
        kinds = [(kind, sense) for kind in map(str, self.case.axes["contract"]) for sense in ("most", "least")]
        while len(self.plans) < self.count:
            self._tell(f"plan {len(self.plans) + 1} of {self.count}")
            plan: NearPlan | None = None
            try:
                with self._part(near, deadline):
                    if not self.are_all_sites:
                        plan = near.other_sites(self.plans)
                        self.are_all_sites = plan is None
                    elif kinds:
                        kind, sense = kinds.pop(0)
                        plan = near.other_contracts(self.plans[0], kind, "most" if sense == "most" else "least")
                    else:
                        return
            except Stopped:
                self.is_complete = False
                return
            if plan is not None and self._is_new(near, plan):
                self.plans.append(plan)

    def _is_new(self, near: NearPlans, plan: NearPlan) -> bool:
        """Whether a plan differs from those found, in sites or by a hundredth of its contracts."""
        for other in self.plans:
            if np.array_equal(other.is_open, plan.is_open):
                one, two = near.contracted(other), near.contracted(plan)
                if all(abs(one[kind] - two[kind]) <= 0.01 * max(one[kind], two[kind], 1.0) for kind in one):
                    return False
        return True

    def _standings(self, near: NearPlans, with_each_usd: Array, is_whole: bool) -> tuple[SiteStanding, ...]:
        """Prove of each site that all plans have it or none has, or find a plan that shows the contrary."""
        self.clock.begin("proofs")
        count = len(self.case.axes["site"])
        standing: list[Standing] = ["open"] * count
        for place in range(count):
            always, ever = self._counted(place)
            if with_each_usd[place] > self.most_usd and not ever:
                standing[place] = "out of reach"
            elif near.has(place) and is_whole and always == (ever > 0):
                self._tell(f"proof for {self.case.axes['site'][place]}")
                try:
                    with self._part(near, self.deadline):
                        plan = near.with_site(place, is_open=not always)
                except Stopped:
                    self.is_complete = False
                    continue
                if plan is None:
                    standing[place] = "no regret" if always else "out of reach"
                elif self._is_new(near, plan):
                    self.plans.append(plan)
        return tuple(self._standing(place, one) for place, one in enumerate(standing))

    def _counted(self, place: int) -> tuple[bool, int]:
        """Whether all plans found have a site, and how many."""
        count = sum(bool(plan.is_open[place]) for plan in self.plans)
        return count == len(self.plans), count

    def _standing(self, place: int, standing: Standing) -> SiteStanding:
        _, count = self._counted(place)
        costs = np.array([plan.objective_usd for plan in self.plans])
        has = np.array([bool(plan.is_open[place]) for plan in self.plans])
        without, with_it = (float(costs[which].min()) if which.any() else np.nan for which in (~has, has))
        return SiteStanding(standing, count, without, with_it, limit_of(self.case, place))

    @contextlib.contextmanager
    def _part(self, near: NearPlans, deadline: Deadline) -> Iterator[None]:
        """Give one plan or one proof its part of the time."""
        near.deadline = deadline.within(PART_SHARE * deadline.left())
        yield

    def _tell(self, text: str) -> None:
        self.clock.relay(Progress(text, self.deadline.spent()))
