"""A limit of the policy at many values: one assembled model, each point with a bound and a gap of its own.

Only one right-hand side changes from point to point. So the model is assembled and handed over once; the
relaxation is solved once and then mended from one value to the next; the design of the point before is tried
first, with its operation made anew under the new limit, and stands if that is within the gap of the new bound;
and only where it is not, integers are searched, on what the relaxation uses, starting from it.

Above some size all of this sees only the sites that the relaxation uses somewhere on the way. Its prices are
then put to every site, each a problem of its own, which gives a bound that holds for all of them; a site that
would be worth its cost at these prices is taken in.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from siting import highs
from siting.relaxation import SUPPORT_TOLERANCE
from siting.search_by_site import RELAXATION_SHARE

if TYPE_CHECKING:
    from siting.case import Array, Case
    from siting.models.model import Model

Limit = Literal["carbon_cap_t_per_yr", "water_cap_m3_per_yr"]

ROW_OF_LIMIT = {"carbon_cap_t_per_yr": "policy.carbon_within_cap", "water_cap_m3_per_yr": "policy.water_within_cap"}
"""The constraint, one row a period, whose right-hand side a limit is."""

BOUND_SHARE = 0.25
"""Part of the gap that sites not taken in may leave between the relaxation and its bound."""

WORTH = 1e-9
"""Part of the bound that a site must be worth to be taken in."""


@dataclasses.dataclass(frozen=True)
class Point:
    """The cheapest plan known under one value of the limit.

    Parameters
    ----------
    value : float
        Of the limit, in its own unit; infinite for none.
    status : str
        ``optimal`` (within the gap), ``feasible`` (not within it in time), ``infeasible`` (no plan can hold the
        limit) or ``failed`` (none was found).
    objective_usd, bound_usd : float or None
        Present value of the plan, and what no plan under this limit undercuts.
    amount : float or None
        What the plan takes of the limit, the most of all periods.
    open_sites : tuple of str
        Sites that are open in the last period.
    found_by : str
        ``search``, or ``design before``: the same halls and racks as at the point before, operated otherwise.
    seconds : float
        Seconds that the point took; the first has the assembly's too.
    """

    value: float
    status: highs.Status
    objective_usd: float | None
    bound_usd: float | None
    amount: float | None
    open_sites: tuple[str, ...]
    found_by: Literal["search", "design before"]
    seconds: float

    @property
    def gap_fraction(self) -> float | None:
        """Distance of plan and bound over the plan."""
        if self.objective_usd is None or self.bound_usd is None or not self.objective_usd:
            return None
        return (self.objective_usd - self.bound_usd) / abs(self.objective_usd)


def sweep(
    case: Case,
    limit: Limit,
    values: Sequence[float],
    *,
    gap: float = 0.01,
    time_limit: float | None = None,
    method: Literal["auto", "whole", "decomposed"] = "auto",
    threads: int | None = None,
    tell: Callable[[Point], None] | None = None,
) -> list[Point]:
    """Find the cheapest plan at each value of a limit.

    Parameters
    ----------
    case : Case
        From `siting.prepare`; what its own study says of this limit is not looked at.
    limit : str
        Name of the limit.
    values : sequence of float
        Its values, infinity for none. They are taken from the loosest to the tightest.
    gap : float
        Gap that each point is to prove (0 to 1).
    time_limit : float, optional
        Seconds for each point.
    method : {"auto", "whole", "decomposed"}
        All sites at once, or those that the relaxation uses; ``auto`` decides by size.
    threads : int, optional
        Threads of the solver; all cores by default.
    tell : callable, optional
        Told of each point when it is done.

    Returns
    -------
    list of Point
        From the loosest value to the tightest. A tighter limit is never cheaper, so the bound of each point
        holds for all that follow.
    """
    from siting.method import choose_method
    from siting.models.formulation import DESIGN, chosen
    from siting.models.model import model_of

    began = time.monotonic()
    workers = highs.use_threads(threads)
    ordered = sorted((float(value) for value in values), reverse=True)
    policy = case.study.policy.model_copy(update={limit: 0.0})
    stated = dataclasses.replace(case, study=case.study.model_copy(update={"policy": policy}))
    model = model_of(stated, chosen(DESIGN, stated))
    way = choose_method(case) if method == "auto" else method
    points = []
    with ThreadPoolExecutor(workers) as pool:
        work = _Sweep(model, ROW_OF_LIMIT[limit], gap, pool)
        if way == "decomposed" and ordered:
            work.keep_relaxed(ordered[0], workers, time_limit)
        for value in ordered:
            point = work.at(value, time_limit, began)
            points.append(point)
            if tell is not None:
                tell(point)
            began = time.monotonic()
    return points


class _Sweep:
    """The model of the sites taken in, in three solvers that keep what they know.

    One is relaxed, one has the integers of a design, one searches them.
    """

    def __init__(self, model: Model, row_name: str, gap: float, pool: ThreadPoolExecutor) -> None:
        from siting.models.partition import partition

        self.model, self.row_name, self.gap, self.pool = model, row_name, gap, pool
        form = self.whole = model.form
        parts = self.parts = partition(model)
        rows = form.rows.of(row_name)
        self.sides = form.row_upper[rows].copy()
        self.limit_of_shared = np.isin(parts.shared, rows)
        self.by_row = form.matrix.tocsr()[rows]
        self.opening = form.columns.of("open_count")
        self.floor = -np.inf
        self.plan: Array | None = None
        self.problems: list[Any] = []
        self._take_in(np.ones(len(parts.sites), dtype=bool))

    def keep_relaxed(self, value: float, threads: int, time_limit: float | None) -> None:
        """Take in only the sites that the relaxation uses at a value."""
        from siting.models.decomposition import relax
        from siting.models.pieces import cut_model
        from siting.models.site_problem import SiteProblem

        upper = self.whole.row_upper.copy()
        upper[self.whole.rows.of(self.row_name)] = self.sides + value
        stated = dataclasses.replace(self.whole, row_upper=upper)
        tolerance = self.gap * RELAXATION_SHARE
        pieces = cut_model(dataclasses.replace(self.model, form=stated))
        relaxed = relax(pieces, tolerance=tolerance, threads=threads, time_limit=time_limit)
        self.problems = [SiteProblem(piece, warm=True) for piece in pieces.sites]
        if relaxed.infeasible:
            return  # said again, of the value, by the model of all sites
        self.floor = max(self.floor, relaxed.bound)
        self._take_in(relaxed.size_mw > SUPPORT_TOLERANCE)

    def at(self, value: float, time_limit: float | None, began: float) -> Point:
        """Solve for one value."""

        def left() -> float | None:
            return None if time_limit is None else max(time_limit - (time.monotonic() - began), 0.0)

        relaxed = self._relaxed(value, left)
        if relaxed.status == "infeasible":
            return self._point(value, "infeasible", None, np.inf, np.inf, "search", time.monotonic() - began)
        values, objective = self._design_before(left())
        found_by: Literal["search", "design before"] = "design before"
        bound = self.floor
        if not self._is_close(objective, bound):
            found_by = "search"
            values, objective, bound = self._search(relaxed.values, values, objective, left)
        status: highs.Status = "failed" if values is None else "feasible"
        if values is None and bound == np.inf:
            status = "infeasible"
        if values is not None:
            self.plan = self._of_whole(values)
            if self._is_close(objective, bound):
                status = "optimal"
        return self._point(value, status, self.plan, objective, bound, found_by, time.monotonic() - began)

    def _take_in(self, kept: npt.NDArray[np.bool_]) -> None:
        """Load the model of some sites."""
        self.kept = kept
        self.form, self.columns = self.whole, np.arange(len(self.whole.cost), dtype=np.int32)
        if not kept.all():
            self.form, self.columns = self.parts.support(self.whole, kept)
        form = self.form
        rows = np.flatnonzero((self.parts.owner_of_row < 0) | kept[self.parts.owner_of_row])
        self.shared = self.parts.owner_of_row[rows] < 0
        self.integers = np.flatnonzero(form.integral).astype(np.int32)
        self.relaxed, self.fixed, self.searched = highs.load(form), highs.load(form), highs.load(form)
        highs.relax(self.relaxed, form)
        highs.relax(self.fixed, form)

    def _of_whole(self, values: Array) -> Array:
        """Values of the whole model's columns, from those of the sites taken in."""
        whole = np.zeros(len(self.whole.cost))
        whole[self.columns] = values
        return whole

    def _relaxed(self, value: float, left: Callable[[], float | None]) -> highs.Outcome:
        """Solve the relaxation, and make its bound hold for all sites."""
        while True:
            rows = self.form.rows.of(self.row_name)
            for solver in (self.relaxed, self.fixed, self.searched):
                for row, side in zip(rows, self.sides, strict=True):
                    solver.changeRowBounds(int(row), -np.inf, side + value)
            outcome = highs.run(self.relaxed, gap=0.0, time_limit=left())
            if outcome.status == "infeasible" and not self.kept.all():
                self._take_in(np.ones_like(self.kept))
                continue
            if outcome.status != "optimal" or outcome.bound is None or outcome.prices is None:
                return outcome
            if self.kept.all():
                self.floor = max(self.floor, outcome.bound)
                return outcome
            bound, costs = self._bound_of_all(outcome.prices[self.shared], value)
            self.floor = max(self.floor, bound)
            worth = ~self.kept & (costs < -WORTH * abs(bound))
            if outcome.bound - self.floor <= self.gap * BOUND_SHARE * abs(outcome.bound) or not worth.any():
                return outcome
            best = np.argsort(np.where(worth, costs, np.inf))[: max(int(self.kept.sum()) // 2, 1)]
            self._take_in(self.kept | (worth & np.isin(np.arange(len(worth)), best)))

    def _bound_of_all(self, prices: Array, value: float) -> tuple[float, Array]:
        """Bound at prices of the shared rows, and what each site costs at them."""
        from siting.models.pieces import at_bounds, signed

        form, shared = self.whole, self.parts.shared
        lower, upper = form.row_lower[shared], form.row_upper[shared].copy()
        upper[self.limit_of_shared] = self.sides + value
        prices = signed(prices, lower, upper)
        alone = np.flatnonzero(self.parts.site_named < 0)
        reduced = form.cost[alone] - form.matrix[:, alone].tocsr()[shared].T @ prices
        own = at_bounds(prices, lower, upper) + at_bounds(reduced, form.column_lower[alone], form.column_upper[alone])
        costs = np.array([cost for cost, _ in self.pool.map(lambda problem: problem.price(prices), self.problems)])
        return form.offset + own + float(costs.sum()), costs

    def _is_close(self, objective: float, bound: float) -> bool:
        return bool(np.isfinite(objective) and objective - bound <= self.gap * abs(objective) + 1e-9 * abs(objective))

    def _design_before(self, time_limit: float | None) -> tuple[Array | None, float]:
        """Operate the design of the point before under the limit of this one."""
        if self.plan is None:
            return None, np.inf
        whole = np.round(self.plan[self.columns][self.integers])
        self.fixed.changeColsBounds(len(self.integers), self.integers, whole, whole)
        outcome = highs.run(self.fixed, gap=0.0, time_limit=time_limit)
        if outcome.status != "optimal" or outcome.values is None or outcome.objective is None:
            return None, np.inf
        return outcome.values, outcome.objective

    def _search(
        self,
        relaxed: Array | None,
        start: Array | None,
        objective: float,
        left: Callable[[], float | None],
    ) -> tuple[Array | None, float, float]:
        """Search integers on what the relaxation uses, and everywhere if that does not close the gap."""
        form, values, bound = self.form, start, self.floor
        used = np.zeros(len(form.cost), dtype=bool) if relaxed is None else relaxed >= SUPPORT_TOLERANCE
        # The bound is known beforehand, so a plan within the gap of it ends the search, whatever its own bound is.
        enough = self.floor / (1 - self.gap) if self.floor > 0 and self.gap < 1 else -np.inf
        self.searched.setOptionValue("objective_target", enough)
        for everywhere in (False, True):
            out = np.zeros(0, dtype=np.int32)
            if not everywhere:
                in_start = np.zeros(len(used), dtype=bool) if start is None else start > 0.5
                out = np.flatnonzero(form.integral & ~used & ~in_start & (form.column_lower == 0)).astype(np.int32)
            zero = np.zeros(len(out))
            self.searched.changeColsBounds(len(out), out, zero, zero)
            if values is not None:
                highs.begin_at(self.searched, values)
            outcome = highs.run(self.searched, gap=self.gap if everywhere else self.gap / 2, time_limit=left())
            self.searched.changeColsBounds(len(out), out, zero, form.column_upper[out])
            if outcome.values is not None and outcome.objective is not None and outcome.objective < objective:
                values, objective = outcome.values, outcome.objective
            if everywhere and self.kept.all():  # else it says nothing of the other sites
                bound = np.inf if outcome.status == "infeasible" else max(bound, outcome.bound or -np.inf)
            if self._is_close(objective, bound) or outcome.interrupted or left() == 0.0:
                break
        self.floor = max(self.floor, bound)
        return values, objective, bound

    def _point(
        self,
        value: float,
        status: highs.Status,
        plan: Array | None,
        objective: float,
        bound: float,
        found_by: Literal["search", "design before"],
        seconds: float,
    ) -> Point:
        """Say what was found in dollars and in the limit's unit."""
        from siting.models.standard_form import COST_SCALE

        if plan is None or status in ("infeasible", "failed"):
            return Point(value, status, None, None, None, (), found_by, seconds)
        taken = float((self.by_row @ plan - self.sides).max())
        is_open = plan[self.opening].reshape(len(self.parts.sites), -1)[:, -1] > 0.5
        sites = tuple(site for site, opened in zip(self.parts.sites, is_open, strict=True) if opened)
        return Point(
            value, status, objective / COST_SCALE, min(bound, objective) / COST_SCALE, taken, sites, found_by, seconds
        )
