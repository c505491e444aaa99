"""Why each site that is not built is not: what forcing it in would cost, or the limit that rules it out."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case.case import Array, Case
from siting.case.consent import why_closed
from siting.case.year_columns import periods_of
from siting.optimise.rivals.cheapest_ways import cheapest_ways
from siting.optimise.rivals.held_sites import RACKS, HeldSites, held_bounds
from siting.optimise.rivals.swapped_plans import SwappedPlans
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.warm_start import Earlier, warm_start
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.solution import Solution
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.optimise.decomposition.lagrangian_bounds import SiteBounds
    from siting.optimise.result import Result
    from siting.optimise.whole.whole_model import Found

_Result = TypeVar("_Result")

RESOLVED_COUNT = 10
"""Sites, nearest to being built, for which the plan is solved again with the site forced in."""

ENOUGH_FRACTION = 2e-5
"""How far a plan with a site may lie above what it adds to the bound, over the cost of all, to be near enough."""

WHOLE_SHARE = 0.3
"""Part of the time that bounds in whole numbers may take: what is left is for plans."""

TOGETHER = "limits_together"
"""Limit of a site that no single limit rules out, but which no plan can use."""


@dataclasses.dataclass(frozen=True)
class ForcedOpenings:
    """What is known of plans that use a given site in the last period.

    Parameters
    ----------
    sites : tuple of str
        The candidates.
    period : float
        The last period.
    bound_usd : float
        What any plan costs at the least, at the search's prices; NaN if there was no time to work it out.
    increase_if_open_usd : ndarray
        What the site adds to this bound when it must be open; infinite where it cannot be, NaN where there
        was no time to work it out.
    cost_usd : ndarray
        Cost of the best plan found with the site; NaN where none was looked for or found.
    statuses : tuple of str
        How the search for that plan ended: ``found`` (the plan itself has the site, or a swap), ``stopped`` (by time
        or Ctrl-C), ``none`` (no swap with a built site is a plan); empty where none was begun.
    limits : tuple of str
        Limit by which a site cannot be opened at all; empty if there is none.
    best : (Found, Model) or None
        The cheapest of the plans found here, if any was, and the model of its sites.
    complete : bool
        Whether all that was to be tried was; not if time or Ctrl-C cut it short.
    """

    sites: tuple[str, ...]
    period: float
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
            The least proven first: ``site_id``, ``period``, ``basis`` (``resolved``: a plan with the site was found;
            ``bounded``: no plan with it costs less; ``excluded``: a limit rules it out; ``unknown``: there was no
            time), ``extra_cost_usd`` (of the best plan found over this one), ``extra_cost_at_least_usd`` (proven;
            negative where the gap is wider than the difference): the true difference lies between the two,
            ``bound_rise_usd`` (what the site adds to the bound at the search's prices: free of the gap, so it tells
            sites apart where the proof cannot, but it may lie on either side of the true difference), ``status`` (of
            the search for a plan), ``limit``.
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
        return closed.sort_values("extra_cost_at_least_usd", kind="stable", na_position="last", ignore_index=True)


def forced_openings(
    case: Case,
    components: Sequence[type[Component]],
    solution: Solution,
    objective_usd: float,
    result: Result,
    *,
    deadline: Deadline,
    threads: int,
    progress: ProgressCallback,
) -> ForcedOpenings:
    """Look for plans with the sites nearest to being built, each forced in.

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
    progress : callable
        Told of each site.
    """
    from siting.optimise.decomposition.lagrangian_bounds import bounds_of_sites
    from siting.optimise.decomposition.whole_bounds import in_whole_numbers

    sites, design = tuple(str(site) for site in case.axes["site"]), dataclasses.replace(case, year_of=None)
    is_open = solution.decisions["open_count"].values
    limits = tuple(limit_of(case, i) for i in range(len(sites)))
    increase_if_open, bound_usd = np.full(len(sites), np.nan), np.nan
    cost_usd, statuses = (
        np.where(is_open[:, -1] > 0, objective_usd, np.nan),
        list(np.where(is_open[:, -1] > 0, "found", "")),
    )
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
        closed = np.array([not is_open[i, -1] and not limits[i] for i in range(len(sites))])
        if bounds is not None and not np.isneginf(bounds.of_all):  # else a site's problem was not solved
            if result.prices is not None and not np.isnan(bounds.of_all):
                priced = functools.partial(
                    in_whole_numbers,
                    case=design,
                    components=components,
                    prices=result.prices,
                    threads=threads,
                    deadline=deadline.within(WHOLE_SHARE * deadline.left()),
                )
                bounds = _with_nearest_whole(bounds, closed, priced)
            increase_if_open, bound_usd = bounds.increase_if_open, bounds.of_all / COST_SCALE
        tried = _nearest(increase_if_open, closed)
        again = _Again(design, components, solution, result.prices or {}, tried, deadline)
        for done, (i, made) in enumerate(
            _each(lambda i: again.with_site(i, float(increase_if_open[i]), deadline), tried, threads), 1
        ):
            progress(Progress(f"rivals: {done} of {len(tried)}, with {sites[i]}", deadline.spent()))
            statuses[i] = "stopped" if made is None else "none" if made[0] is None else "found"
            if made is not None and made[0] is not None:
                cost_usd[i] = made[0].objective / COST_SCALE
                best = (made[0], made[1]) if best is None or made[0].objective < best[0].objective else best
        complete = not any(statuses[i] == "stopped" for i in tried)
    period = periods_of(case)[-1]
    return ForcedOpenings(
        sites, period, bound_usd, increase_if_open / COST_SCALE, cost_usd, tuple(statuses), limits, best, complete
    )


def _nearest(increase_if_open: Array, closed: npt.NDArray[np.bool_]) -> list[int]:
    """Closed sites that add the least to the bound when they must be open; what is not known comes last."""
    can_be = np.flatnonzero(closed & ~np.isposinf(increase_if_open))
    order = np.argsort(np.nan_to_num(increase_if_open[can_be], nan=np.inf), kind="stable")
    return [int(site) for site in can_be[order][:RESOLVED_COUNT]]


def _with_nearest_whole(
    bounds: SiteBounds, closed: npt.NDArray[np.bool_], priced: Callable[[SiteBounds, Sequence[int]], SiteBounds]
) -> SiteBounds:
    """Raise the bounds of sites that gain something, and of the nearest, until the nearest are all raised."""
    from siting.optimise.decomposition.whole_bounds import ROOM_FRACTION

    done: set[int] = set()
    gaining = np.flatnonzero(bounds.free < -ROOM_FRACTION * abs(bounds.of_all))
    more = sorted({*gaining.tolist(), *_nearest(bounds.increase_if_open, closed)})
    while more:
        bounds = priced(bounds, more)
        done |= set(more)
        more = [site for site in _nearest(bounds.increase_if_open, closed) if site not in done]
    return bounds


def _each(task: Callable[[int], _Result], sites: Sequence[int], threads: int) -> Iterator[tuple[int, _Result | None]]:
    """Yield each site with what the task makes of it, some at once; None for those that are stopped."""

    def in_time(site: int) -> _Result | None:
        try:
            return task(site)
        except Stopped:
            return None

    with ThreadPoolExecutor(threads) as pool:
        yield from zip(sites, pool.map(in_time, sites), strict=True)


class _Again:
    """Plans on the plan's sites and one more, which must be open: the plan's own counts, of which some move there.

    One model of all these sites serves all of them, and what is known of a built site in one state is kept: of `us`,
    with a model of its own, each took 20 s of two cores.

    Parameters
    ----------
    case : Case
        The numbers, without a year.
    components : sequence of component classes
        What the model consists of.
    solution : Solution
        The plan.
    prices : mapping of str to float
        Of the rows that sites share, by name, at which the relaxation was left; a row without one has none.
    tried : sequence of int
        The sites that are to be forced in.
    deadline : Deadline
        When to give up.

    Raises
    ------
    Stopped
        If it is over before all is ready.
    """

    def __init__(
        self,
        case: Case,
        components: Sequence[type[Component]],
        solution: Solution,
        prices: Mapping[str, float],
        tried: Sequence[int],
        deadline: Deadline,
    ) -> None:
        from siting.models.assembly.model import model_of
        from siting.optimise.decomposition.linking_rows import partition

        used = solution.decisions["open_count"].values.max(axis=1) > 0
        used[list(tried)] = True
        self._places, self._ways = np.flatnonzero(used), cheapest_ways(case)
        sites = [str(case.axes["site"][place]) for place in self._places]
        self.model = model_of(case.only(site=sites), components)
        form, values = self.model.form, warm_start(Earlier(case, solution), self.model)
        columns = {name: form.columns.of(name) for name in self.model.assembly.variables}
        self._counts = {name: np.round(values[at]) for name, at in columns.items() if form.integral[at].any()}
        relaxed, shared = np.zeros(form.matrix.shape[0]), partition(self.model).shared
        relaxed[shared] = [prices.get(form.rows.name(row), 0.0) for row in shared.tolist()]
        solver = loading.load(form)
        loading.relax(solver, form)
        bounds = held_bounds(self.model, self._counts, self._counts[RACKS] > 0)
        solver.changeColsBounds(len(values), np.arange(len(values), dtype=np.int32), *bounds)
        own = highs.run(solver, deadline=deadline)
        deadline.check()
        self._cost = -np.inf if own.objective is None else own.objective
        self._sites = HeldSites(self.model, *([] if own.prices is None else [own.prices]), relaxed)
        self._basis, self._solvers = solver.getBasis(), threading.local()

    def with_site(self, site: int, increase: float, deadline: Deadline) -> tuple[Found | None, Model]:
        """Look for a plan with the given site.

        Parameters
        ----------
        site : int
            Its position in the case.
        increase : float
            What it adds to the bound when it must be open; NaN where that is not known.
        deadline : Deadline
            When to give up.

        Raises
        ------
        Stopped
            If there is no time for it.
        """
        from siting.optimise.battery_complementarity import flow_one_way, flows_of

        deadline.check()
        rival = int(np.flatnonzero(self._places == site)[0])
        cooling, rack = int(self._ways.cooling[site]), int(self._ways.rack[site])
        enough = self._cost + np.nan_to_num(increase, nan=-np.inf) + ENOUGH_FRACTION * abs(self._cost)
        swapped = SwappedPlans(self.model, self._counts, rival, cooling, rack, self._sites, enough, self._solver())
        plan = swapped.best(deadline)
        if plan is None or plan.outcome.values is None:
            return None, self.model
        form = self.model.form
        flows = flows_of(self.model.case, form)
        if len(flows.at_once(plan.outcome.values)):
            exact = highs.fix_integers_and_resolve(plan.solver, form, plan.outcome.values, deadline)
            exact = flow_one_way(plan.solver, flows, exact, enough=-np.inf, deadline=deadline, choosing=deadline)
            if exact.values is None:
                return None, self.model
            outcome = dataclasses.replace(plan.outcome, values=exact.values, objective=exact.objective)
            plan = dataclasses.replace(plan, outcome=outcome)
        return plan, self.model

    def _solver(self) -> Any:
        """The solver of this thread, at the plan's own basis: what is found does not depend on the rivals before."""
        if not hasattr(self._solvers, "own"):
            self._solvers.own = loading.load(self.model.form)
            loading.relax(self._solvers.own, self.model.form)
        self._solvers.own.setBasis(self._basis)
        return self._solvers.own


def limit_of(case: Case, site: int) -> str:
    """Name of the limit by which a site cannot be opened at its least size; empty if there is none."""
    least_mw = float(case.values("placement.site_min_mw")[site])
    if closed := why_closed(case, site):
        return closed
    if case.values("placement.land_available_ha")[site] < case.values("halls.land_ha_per_mw").min() * least_mw:
        return "land"
    return ""
