"""A limit of the policy at many values: one assembled model, each point with a bound and a gap of its own.

Only one right-hand side changes from point to point. So the model is assembled and handed over once; the
relaxation is solved once and then mended from one value to the next; the design of the point before is tried
first, with its operation made anew under the new limit, and stands if that is within the gap of the new bound;
and only where it is not, integers are searched, on what the relaxation uses, starting from it.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from siting import highs
from siting.search import SUPPORT_TOLERANCE

if TYPE_CHECKING:
    from siting.case import Array, Case
    from siting.models.standard_form import StandardForm

Limit = Literal["carbon_cap_t_per_yr", "water_cap_m3_per_yr"]

ROW_OF_LIMIT = {"carbon_cap_t_per_yr": "policy.carbon_within_cap", "water_cap_m3_per_yr": "policy.water_within_cap"}
"""The constraint, one row a period, whose right-hand side a limit is."""


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
    from siting.models.assembly import Assembly
    from siting.models.formulation import DESIGN, chosen
    from siting.models.standard_form import compile_assembly

    began = time.monotonic()
    highs.use_threads(threads)
    ordered = sorted((float(value) for value in values), reverse=True)
    policy = case.study.policy.model_copy(update={limit: 0.0})
    stated = dataclasses.replace(case, study=case.study.model_copy(update={"policy": policy}))
    assembly = Assembly(stated, chosen(DESIGN, stated))
    work = _Sweep(compile_assembly(assembly), ROW_OF_LIMIT[limit], gap)
    sites = np.array(case.axes["site"])
    points = []
    for value in ordered:
        point = work.at(value, time_limit, sites, began)
        points.append(point)
        if tell is not None:
            tell(point)
        began = time.monotonic()
    return points


class _Sweep:
    """The model in three solvers that keep what they know: relaxed, with a design fixed, and with integers."""

    def __init__(self, form: StandardForm, row_name: str, gap: float) -> None:
        self.form, self.gap = form, gap
        self.rows = form.rows.of(row_name)
        self.side = form.row_upper[self.rows].copy()
        self.opening = form.columns.of("open_count")
        self.by_row = form.matrix.tocsr()[self.rows]
        self.whole = np.flatnonzero(form.integral).astype(np.int32)
        self.relaxed = highs.load(form)
        highs.relax(self.relaxed, form)
        self.fixed = highs.load(form)
        highs.relax(self.fixed, form)
        self.searched = highs.load(form)
        self.plan: Array | None = None
        self.floor = -np.inf

    def at(self, value: float, time_limit: float | None, sites: Any, began: float) -> Point:
        """Solve for one value."""
        self._limit(value)

        def left() -> float | None:
            return None if time_limit is None else max(time_limit - (time.monotonic() - began), 0.0)

        relaxed = highs.run(self.relaxed, gap=0.0, time_limit=left())
        if relaxed.bound is not None and relaxed.status == "optimal":
            self.floor = max(self.floor, relaxed.bound)
        if relaxed.status == "infeasible":
            return Point(value, "infeasible", None, None, None, (), "search", time.monotonic() - began)
        values, objective = self._design_before(left())
        found_by: Literal["search", "design before"] = "design before"
        bound = self.floor
        if not self._is_close(objective, bound):
            found_by = "search"
            values, objective, bound = self._search(relaxed.values, values, objective, left)
        self.plan = values if values is not None else self.plan
        status: highs.Status = "failed" if values is None else "feasible"
        if values is None and bound == np.inf:
            status = "infeasible"
        if self._is_close(objective, bound):
            status = "optimal"
        return self._point(value, status, values, objective, bound, found_by, sites, time.monotonic() - began)

    def _limit(self, value: float) -> None:
        """Set the right-hand side in all solvers; what stands in the model is the side at a limit of zero."""
        for solver in (self.relaxed, self.fixed, self.searched):
            for row, side in zip(self.rows, self.side, strict=True):
                solver.changeRowBounds(int(row), -np.inf, side + value)

    def _is_close(self, objective: float, bound: float) -> bool:
        return bool(np.isfinite(objective) and objective - bound <= self.gap * abs(objective) + 1e-9 * abs(objective))

    def _design_before(self, time_limit: float | None) -> tuple[Array | None, float]:
        """Operate the design of the point before under the limit of this one."""
        if self.plan is None:
            return None, np.inf
        whole = np.round(self.plan[self.whole])
        self.fixed.changeColsBounds(len(self.whole), self.whole, whole, whole)
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
            if everywhere and outcome.bound is not None:
                bound = max(bound, outcome.bound)
            if everywhere and outcome.status == "infeasible":
                bound = np.inf
            if self._is_close(objective, bound) or outcome.interrupted or left() == 0.0:
                break
        self.floor = max(self.floor, bound)
        return values, objective, bound

    def _point(
        self,
        value: float,
        status: highs.Status,
        values: Array | None,
        objective: float,
        bound: float,
        found_by: Literal["search", "design before"],
        sites: Any,
        seconds: float,
    ) -> Point:
        """Say what was found in dollars and in the limit's unit."""
        from siting.models.standard_form import COST_SCALE

        if values is None:
            return Point(value, status, None, None, None, (), found_by, seconds)
        taken = float((self.by_row @ values - self.side).max())
        is_open = values[self.opening].reshape(len(sites), -1)[:, -1] > 0.5
        floor = min(bound, objective) / COST_SCALE
        return Point(value, status, objective / COST_SCALE, floor, taken, tuple(sites[is_open]), found_by, seconds)
