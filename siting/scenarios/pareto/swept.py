"""The front of a limit that is the right-hand side of a row: what is learnt at one value serves the others."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from siting.optimise.method import choose_method
from siting.optimise.no_plan import NoPlanError
from siting.optimise.pareto.epsilon_constraint import ROW_OF_LIMIT, Point, SoFar, SweptLimit, at_limit, front
from siting.optimise.pareto.whole_plan import design_in, held_plan
from siting.optimise.solver import loading
from siting.results.folder import load
from siting.scenarios.pareto.point import FrontOptions, FrontPoint, amount_of, shown_limit, titled

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.plan.cautions import Caution
    from siting.scenarios.pareto.measures import Measure
    from siting.scenarios.pareto.record import FrontWork

__all__ = ["swept_front"]


def swept_front(
    case: Case,
    work: FrontWork,
    options: FrontOptions,
    told: Sequence[Caution],
    tell: Callable[[str], None],
    was_heard: Callable[[], bool],
) -> None:
    """Find what is left of a front, the plan without a limit first; each plan is written once it is found."""
    making = _Making(case, work, options, tuple(told), tell, was_heard)
    tell("the plan without a limit")
    front(
        case,
        making.limit,
        options.count,
        gap=options.gap,
        time_limit=options.time_limit,
        method=making.way,
        threads=options.threads,
        so_far=making.so_far(),
        planned=making.planned,
        tell=making.done,
    )


class _Making:
    """Points of the search on the way to plans."""

    def __init__(
        self,
        case: Case,
        work: FrontWork,
        options: FrontOptions,
        told: tuple[Caution, ...],
        tell: Callable[[str], None],
        was_heard: Callable[[], bool],
    ) -> None:
        self.case, self.work, self.options, self.told = case, work, options, told
        self.tell, self.was_heard = tell, was_heard
        self.limit: SweptLimit = work.measure.limit  # type: ignore[assignment]  # one of the rows' limits
        self.way: Literal["whole", "decomposed"] = choose_method(case) if options.method == "auto" else options.method

    def so_far(self) -> SoFar:
        """Return what an earlier call found."""
        limits, points = self.work.limits, {number: _known(point) for number, point in self.work.known.items()}
        others = tuple(point for number, point in sorted(points.items()) if number > 1)
        return SoFar(points.get(1), None if limits is None else tuple(limits), others if limits is not None else ())

    def planned(self, first: Point, limits: Sequence[float]) -> None:
        """Write the plan without a limit, and note which limits follow."""
        if 1 not in self.work.known:
            self._make(1, first)
        if not self.was_heard():
            self.work.plan_limits(limits)

    def done(self, point: Point) -> None:
        """Write the plan of a point; the first again where one under a tighter limit turned out cheaper."""
        if self.was_heard():  # the search was cut short, and the next call does it whole
            return
        limits = self.work.limits or []
        number = 1 if np.isinf(point.value) else limits.index(point.value) + 2
        known = self.work.known.get(number)
        if known is None or known.objective_usd is None or _is_cheaper(point, known):
            self.tell(f"{shown_limit(point.value)}: {point.status}")
            self._make(number, point)

    def _make(self, number: int, point: Point) -> None:
        made = self._with_plan(number, _of_point(self.work.measure, point), point)
        if not self.was_heard():
            self.work.note(number, made)

    def _with_plan(self, number: int, known: FrontPoint, point: Point) -> FrontPoint:
        """A point with its plan written."""
        began = time.monotonic()
        if point.design is None or point.bound_usd is None:
            return known
        self.tell(f"plan {number} of {self.options.count}")
        at_value = at_limit(self.case, self.limit, point.value)
        try:
            held = held_plan(
                titled(at_value, known.measure, known.limit),
                point.design,
                point.bound_usd,
                None if known.limit is None else ROW_OF_LIMIT[self.limit],
                gap=self.options.gap,
                method=self.way,
                threads=loading.use_threads(self.options.threads),
                found_s=point.seconds,
                replay=self.options.replay,
                cautions=self.told,
            )
        except NoPlanError as error:
            return dataclasses.replace(known, status="failed", objective_usd=None, amount=None, reason=str(error))
        plan = held.plan
        return dataclasses.replace(
            known,
            status=plan.status,
            objective_usd=plan.objective_usd,
            bound_usd=plan.bound_usd,
            amount=amount_of(plan, known.measure),
            marginal_usd=held.marginal_usd,
            open_sites=tuple(plan.open_sites),
            seconds=point.seconds + time.monotonic() - began,
            folder=self.work.write_plan(number, plan),
        )


def _is_cheaper(point: Point, known: FrontPoint) -> bool:
    """Whether a point of the search costs less than its plan, by more than making the plan exact changes."""
    cost, before = point.objective_usd, known.objective_usd
    return cost is not None and before is not None and cost < before - EXACT_FRACTION * abs(before)


EXACT_FRACTION = 1e-6
"""Part of a plan's cost by which making it exact may change it."""


def _known(point: FrontPoint) -> Point:
    """A point of an earlier call, as the search has it."""
    design = None if point.folder is None else design_in(load(point.folder))
    return Point(
        value=np.inf if point.limit is None else point.limit,
        status=point.status,  # type: ignore[arg-type]  # as it was noted
        objective_usd=point.objective_usd,
        bound_usd=point.bound_usd,
        amount=point.amount,
        open_sites=point.open_sites,
        found_by="search",
        seconds=point.seconds,
        design=design,
    )


def _of_point(measure: Measure, point: Point) -> FrontPoint:
    """A point that has no plan folder yet."""
    reasons = {"infeasible": "no plan can hold the limit", "failed": "none was found in time"}
    return FrontPoint(
        measure=measure,
        limit=None if np.isinf(point.value) else point.value,
        status=point.status,
        objective_usd=point.objective_usd,
        bound_usd=point.bound_usd,
        amount=point.amount,
        marginal_usd=None,
        step_usd=None,
        is_dominated=False,
        open_sites=point.open_sites,
        seconds=point.seconds,
        folder=None,
        reason=reasons.get(point.status, ""),
    )
