"""The front of a limit that is a coefficient: each value solved from the plan before, whose bound holds for it too.

A tighter limit never lowers the cost, so the bound of a looser one bounds all tighter ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.audit import TOLERANCE_FRACTION
from siting.optimise.no_plan import NoPlanError
from siting.optimise.pareto.restated import restated
from siting.optimise.pareto.whole_plan import marginal_usd
from siting.optimise.solve import solve
from siting.optimise.whole.kept_basis import KeptBasis
from siting.results.folder import load
from siting.scenarios.pareto.measures import Measure
from siting.scenarios.pareto.point import FrontOptions, FrontPoint, amount_of, shown_limit, titled

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.plan.cautions import Caution
    from siting.plan.plan import Plan
    from siting.plan.records.search_record import Status
    from siting.scenarios.pareto.record import FrontWork

__all__ = ["front_in_turn"]

ROW_OF_CFE = "clean_fleet.clean_by_the_hour"
"""The constraint, one row a period, that states the least carbon-free share of all sites."""

REACH_FRACTION = 0.95
"""Part of what is not carbon-free in the cheapest plan that the last point of a front does without."""


def front_in_turn(
    case: Case,
    work: FrontWork,
    options: FrontOptions,
    told: Sequence[Caution],
    tell: Callable[[str], None],
    was_heard: Callable[[], bool],
) -> None:
    """Find what is left of a front, from the plan without a limit on; each plan is written once it is found."""
    making = _Making(case, work, options, tuple(told), was_heard)
    first = work.known.get(1)
    if first is None:
        tell("the plan without a limit")
        first = making.point(1, None)
    if first is None or first.amount is None:
        return
    if work.limits is None:
        end = first.amount + REACH_FRACTION * (1.0 - first.amount)
        reach = np.linspace(first.amount, end, options.count)[1:] if end > first.amount else np.zeros(0)
        work.plan_limits(reach.tolist())
    for number, value in enumerate(work.limits or (), start=2):
        point = work.known.get(number)
        if point is None:
            tell(f"at least {shown_limit(value)}")
            point = making.point(number, value)
        if point is None or point.status == "infeasible":
            return


class _Making:
    """Points on the way to plans."""

    def __init__(
        self,
        case: Case,
        work: FrontWork,
        options: FrontOptions,
        told: tuple[Caution, ...],
        was_heard: Callable[[], bool],
    ) -> None:
        self.case, self.work, self.options, self.told, self.was_heard = case, work, options, told, was_heard
        self.kept = KeptBasis(plans_will_do=True)

    def point(self, number: int, value: float | None) -> FrontPoint | None:
        """Solve a point and write its plan; None if it was cut short, and the next call does it whole."""
        measure, looser = self.work.measure, [one for i, one in sorted(self.work.known.items()) if i < number]
        starts = [one.folder for one in looser if one.folder is not None]
        bounds = [one.bound_usd for one in looser if one.bound_usd is not None]
        case = self.case
        if value is not None:
            policy = case.study.policy.model_copy(update={measure.limit: value})
            case = titled(restated(case, case.study.model_copy(update={"policy": policy})), measure, value)
        try:
            plan = self._solved(case, load(starts[-1]) if starts else None)
        except NoPlanError as error:
            point: FrontPoint | None = None if self.was_heard() else _without_plan(measure, value, error)
        else:
            if self.was_heard():
                return None
            plan = _with_bound(plan, max(bounds)) if bounds else plan
            plan = dataclasses.replace(plan, cautions=(*self.told, *plan.cautions))
            folder = self.work.write_plan(number, plan)
            marginal = 0.0 if value is None else marginal_usd(plan, ROW_OF_CFE)
            point = dataclasses.replace(_of_plan(measure, value, plan), marginal_usd=marginal, folder=folder)
        if point is not None:
            self.work.note(number, point)
        return point

    def _solved(self, case: Case, start: Plan | None) -> Plan:
        """The plan of a case, by its cost alone."""
        options = self.options
        return solve(
            case,
            gap=options.gap,
            gap_site_dependent=1.0,
            time_limit=options.time_limit,
            method=options.method,
            threads=options.threads,
            start=start,
            replay=options.replay,
            rivals=False,
            year_bound=False,
            kept=self.kept,
        )


def _with_bound(plan: Plan, bound_usd: float) -> Plan:
    """A plan with the higher of two bounds."""
    search = dataclasses.replace(plan.search, bound_usd=min(max(plan.bound_usd, bound_usd), plan.search.found_usd))
    found = dataclasses.replace(search, objective_usd=search.found_usd)
    is_enough = found.gap_fraction <= search.gap_asked_fraction + TOLERANCE_FRACTION
    status: Status = "optimal" if is_enough else "feasible"
    return dataclasses.replace(plan, search=dataclasses.replace(search, status=status))


def _without_plan(measure: Measure, value: float | None, error: NoPlanError) -> FrontPoint:
    status = "infeasible" if error.status == "infeasible" else "failed"
    return FrontPoint(measure, value, status, None, None, None, None, None, False, (), 0.0, None, reason=str(error))


def _of_plan(measure: Measure, value: float | None, plan: Plan) -> FrontPoint:
    """A point that was solved by itself and has no folder yet."""
    return FrontPoint(
        measure=measure,
        limit=value,
        status=plan.status,
        objective_usd=plan.objective_usd,
        bound_usd=plan.bound_usd,
        amount=amount_of(plan, measure),
        marginal_usd=None,
        step_usd=None,
        is_dominated=False,
        open_sites=tuple(plan.open_sites),
        seconds=plan.search.seconds.get("total", 0.0),
        folder=None,
    )
