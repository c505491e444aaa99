"""Why each site that is not built is not: what forcing it in would cost, or the limit that rules it out."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case.case import Array, Case
from siting.optimise import highs
from siting.optimise.deadline import Deadline, Stopped
from siting.optimise.gap import Gap
from siting.optimise.highs import Progress, ProgressCallback
from siting.optimise.whole_model import Found, search
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.solution import Solution
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.models.assembly.standard_form import StandardForm
    from siting.models.compiler.members import Positions
    from siting.optimise.result import Result

_Result = TypeVar("_Result")

GAP_SHARE = 0.1
"""Part of the search's gap at which these searches stop: the differences between sites are small."""

RESOLVED_COUNT = 10
"""Sites, nearest to being built, for which the plan is solved again with the site forced in."""

SECONDS_EACH = 15.0
"""Most time for one of these."""

COUNTS_OF_KINDS = ("modules_count", "racks_count")
"""Variables that say how many of which kind of hall and rack a site has."""

ENDINGS = {"optimal": "optimal", "feasible": "stopped", "failed": "stopped", "infeasible": "none"}
"""What a reader is told of how a search ended."""

TOGETHER = "limits_together"
"""Limit of a site that no single limit rules out, but which no plan can use."""


@dataclasses.dataclass(frozen=True)
class ForcedOpenings:
    """What is known of plans that use a given site in the last period.

    Parameters
    ----------
    sites : tuple of str
        The candidates.
    period : int
        The last period.
    bound_usd : float
        What any plan costs at the least, at the search's prices; NaN if there was no time to work it out.
    increase_if_open_usd : ndarray
        What the site adds to this bound when it must be open; infinite where it cannot be, NaN where there
        was no time to work it out.
    cost_usd : ndarray
        Cost of the best plan found with the site; NaN where none was looked for or found.
    statuses : tuple of str
        How the search for that plan ended: ``optimal``, ``stopped`` (by time or Ctrl-C), ``none`` (there is
        no such plan with the plan's other sites and their kinds of halls and racks); empty where none was begun.
    limits : tuple of str
        Limit by which a site cannot be opened at all; empty if there is none.
    best : (Found, Model) or None
        The cheapest of the plans found here, if any was, and the model of its sites.
    complete : bool
        Whether all that was to be tried was; not if time or Ctrl-C cut it short.
    """

    sites: tuple[str, ...]
    period: int
    bound_usd: float
    increase_if_open_usd: Array
    cost_usd: Array
    statuses: tuple[str, ...]
    limits: tuple[str, ...]
    best: tuple[Found, Model] | None
    complete: bool

    def table(self, is_open: Array, objective_usd: float) -> pd.DataFrame:
        """Return why each closed site of a plan is closed.

        Parameters
        ----------
        is_open : ndarray
            Which sites the plan opens in the last period.
        objective_usd : float
            Cost of the plan.

        Returns
        -------
        DataFrame
            ``site_id``, ``period``, ``basis`` (``resolved``: a plan with the site was found; ``bounded``:
            no plan with it costs less; ``excluded``: a limit rules it out; ``unknown``: there was no time),
            ``extra_cost_usd`` (of the plan found over this one), ``extra_cost_at_least_usd`` (proven; negative
            where the gap is wider than the difference), ``bound_rise_usd`` (what the site adds to the bound
            at the search's prices: free of the gap, so it tells sites apart where the proof cannot, but it may
            lie on either side of the true difference), ``status`` (of the search for a plan), ``limit``.
        """
        ruled_out = np.array([bool(limit) for limit in self.limits], dtype=bool) | np.isposinf(
            self.increase_if_open_usd
        )
        increase_if_open = np.where(ruled_out, np.nan, self.increase_if_open_usd)
        at_least = self.bound_usd + increase_if_open - objective_usd
        basis = np.where(np.isnan(at_least), "unknown", "bounded")
        basis = np.where(np.isfinite(self.cost_usd), "resolved", basis)
        frame = pd.DataFrame(
            {
                "site_id": self.sites,
                "period": self.period,
                "basis": np.where(ruled_out, "excluded", basis),
                "extra_cost_usd": self.cost_usd - objective_usd,
                "extra_cost_at_least_usd": at_least,
                "bound_rise_usd": increase_if_open,
                "status": self.statuses,
                "limit": [
                    limit or (TOGETHER if out else "") for limit, out in zip(self.limits, ruled_out, strict=True)
                ],
            }
        )
        closed: pd.DataFrame = frame[is_open == 0].reset_index(drop=True)
        return closed


def forced_openings(
    case: Case,
    components: Sequence[type[Component]],
    solution: Solution,
    objective_usd: float,
    result: Result,
    *,
    gap: Gap,
    deadline: Deadline,
    threads: int,
    progress: ProgressCallback,
) -> ForcedOpenings:
    """Solve again for the sites nearest to being built, each forced in.

    What has been found when the deadline is over is returned.

    Parameters
    ----------
    case : Case
        The numbers.
    components : sequence of component classes
        What the model consists of.
    solution : Solution
        The plan.
    objective_usd : float
        Its cost.
    result : Result
        How the search ended: its bounds on plans with each site, or prices at which to work them out.
    deadline : Deadline
        When nothing more is begun and what runs is stopped.
    threads : int
        Sites tried at once.
    gap, progress
        As of the search.
    """
    from siting.optimise.decomposition.lagrangian_bounds import bounds_of_sites

    sites, design = tuple(str(site) for site in case.axes["site"]), dataclasses.replace(case, year_of=None)
    is_open = solution.decisions["open_count"].values
    limits = tuple(limit_of(case, i) for i in range(len(sites)))
    increase_if_open, bound_usd = np.full(len(sites), np.nan), np.nan
    cost_usd, statuses = np.where(is_open[:, -1] > 0, objective_usd, np.nan), [""] * len(sites)
    best: tuple[Found, Model] | None = None
    tried: list[int] = []
    complete = False
    with contextlib.suppress(Stopped):
        deadline.check()
        bounds = result.bounds
        if bounds is None and result.prices is not None:
            bounds, _ = bounds_of_sites(
                design, components, result.prices, threads=threads, deadline=deadline, tell=lambda _: None
            )
        if bounds is not None:
            increase_if_open, bound_usd = bounds.increase_if_open, bounds.of_all / COST_SCALE
        can_be = [
            i
            for i in range(len(sites))
            if not is_open[i, -1] and not limits[i] and not np.isposinf(increase_if_open[i])
        ]
        tried = sorted(can_be, key=lambda i: np.inf if np.isnan(increase_if_open[i]) else increase_if_open[i])[
            :RESOLVED_COUNT
        ]
        again = _Again(design, components, solution, gap.part(GAP_SHARE))
        for i, (plan, model) in _each(lambda i: again.with_site(i, deadline), tried, threads):
            done = sum(map(bool, statuses)) + 1
            progress(Progress(f"rivals: {done} of {len(tried)}, with {sites[i]}", deadline.spent()))
            statuses[i] = ENDINGS[plan.outcome.status]
            if plan.outcome.objective is not None:
                cost_usd[i] = plan.objective / COST_SCALE
                best = (plan, model) if best is None or plan.objective < best[0].objective else best
        complete = all(statuses[i] for i in tried) and not (deadline.is_over() and "stopped" in statuses)
    period = int(case.axes["period"][-1])
    return ForcedOpenings(
        sites, period, bound_usd, increase_if_open / COST_SCALE, cost_usd, tuple(statuses), limits, best, complete
    )


def _each(task: Callable[[int], _Result], sites: Sequence[int], threads: int) -> Iterator[tuple[int, _Result]]:
    """Yield each site with what the task makes of it, some at once; those that are stopped are left out."""

    def in_time(site: int) -> _Result | None:
        try:
            return task(site)
        except Stopped:
            return None

    with ThreadPoolExecutor(threads) as pool:
        for site, result in zip(sites, pool.map(in_time, sites), strict=True):
            if result is not None:
                yield site, result


@dataclasses.dataclass(frozen=True)
class _Again:
    """The search for plans on the plan's sites and one more, which must be open.

    The plan's sites may only have the kinds of halls and racks that the plan gives them: ten sites with all kinds
    take 20 s and more to solve again, with their own kinds 3 s; a plan with the site in it is still a plan.
    """

    case: Case
    components: Sequence[type[Component]]
    solution: Solution
    gap: Gap

    def with_site(self, site: int, deadline: Deadline) -> tuple[Found, Model]:
        """Search for a plan with the given site.

        Raises
        ------
        Stopped
            If there is no time for it.
        """
        from siting.models.assembly.model import model_of
        from siting.optimise.battery_complementarity import flow_one_way, flows_of

        deadline.check()
        built = self.solution.decisions["open_count"].values.max(axis=1) > 0
        kept = built.copy()
        kept[site] = True
        places = np.flatnonzero(kept).astype(np.int32)
        model = model_of(self.case.only(site=[str(self.case.axes["site"][i]) for i in places]), self.components)
        form = self._of_kinds_in_use(model, places, built)
        lower = form.column_lower.copy()
        opening = form.columns.of("open_count").reshape(len(places), -1)[:, -1]
        lower[opening[places == site]] = 1.0
        form = dataclasses.replace(form, column_lower=lower)
        here = deadline.within(SECONDS_EACH)
        plan = search(form, gap=self.gap, deadline=here, progress=None)
        values, flows = plan.outcome.values, flows_of(model.case, form)
        if values is not None and len(flows.at_once(values)):
            exact = highs.fix_integers_and_resolve(plan.solver, form, values, deadline)
            enough = -np.inf if plan.outcome.bound is None else self.gap.cost_within(plan.outcome.bound)
            exact = flow_one_way(plan.solver, flows, exact, enough=enough, deadline=deadline, choosing=here)
            status = plan.outcome.status if exact.values is not None else "failed"
            outcome = dataclasses.replace(plan.outcome, status=status, values=exact.values, objective=exact.objective)
            plan = dataclasses.replace(plan, outcome=outcome)
        return plan, model

    def _of_kinds_in_use(self, model: Model, places: Positions, built: npt.NDArray[np.bool_]) -> StandardForm:
        """Return a model's form in which built sites have only the kinds that the plan gives them."""
        upper = model.form.column_upper.copy()
        for kind in COUNTS_OF_KINDS:
            variable, _ = model.assembly.variables[kind]
            along = variable.over.places()
            site = places[along[0]]
            counts = self.solution.decisions[kind].values[site, *along[1:]]
            upper[model.form.columns.of(kind)[built[site] & (counts == 0)]] = 0.0
        return dataclasses.replace(model.form, column_upper=upper)


def limit_of(case: Case, site: int) -> str:
    """Name of the limit by which a site cannot be opened at its least size; empty if there is none."""
    name = str(case.axes["site"][site])
    least_mw = float(case.values("placement.site_min_mw")[site])
    if name in case.study.policy.excluded_sites:
        return "excluded_by_study"
    if case.values("placement.land_available_ha")[site] < case.values("halls.land_ha_per_mw").min() * least_mw:
        return "land"
    return ""
