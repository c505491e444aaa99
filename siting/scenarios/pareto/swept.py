"""The front of a limit that is the right-hand side of a row: what is learnt at one value serves the others."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from siting.optimise.method import choose_method
from siting.optimise.no_plan import NoPlanError
from siting.optimise.pareto.epsilon_constraint import ROW_OF_LIMIT, Point, SweptLimit, at_limit, front
from siting.optimise.pareto.whole_plan import HeldPlan, held_plan
from siting.optimise.solver import loading
from siting.results.writing import write
from siting.scenarios.pareto.measures import Measure
from siting.scenarios.pareto.point import FrontOptions, FrontPoint, amount_of, shown_limit, titled
from siting.scenarios.pareto.table import undominated

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.plan.cautions import Caution

__all__ = ["swept_front"]


def swept_front(
    case: Case,
    measure: Measure,
    folder: Path,
    options: FrontOptions,
    told: Sequence[Caution],
    tell: Callable[[str], None],
) -> list[FrontPoint]:
    """Return the front, from the plan without a limit on."""
    limit: SweptLimit = measure.limit  # type: ignore[assignment]  # one of the rows' limits
    way = choose_method(case) if options.method == "auto" else options.method
    tell("the plan without a limit")
    points = front(
        case,
        limit,
        options.count,
        gap=options.gap,
        time_limit=options.time_limit,
        method=way,
        threads=options.threads,
        tell=lambda point: tell(f"{shown_limit(point.value)}: {point.status}"),
    )
    made = undominated([_of_point(measure, point) for point in points])
    for number, (point, known) in enumerate(zip(points, made, strict=True)):
        if point.design is None or known.is_dominated:
            continue
        tell(f"plan {number + 1} of {len(points)}")
        place = folder / f"{measure.folder}-{number + 1:02d}"
        made[number] = _written(case, known, limit, point, place, way, options, told)
    return made


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


def _written(
    case: Case,
    known: FrontPoint,
    limit: SweptLimit,
    point: Point,
    folder: Path,
    way: Literal["whole", "decomposed"],
    options: FrontOptions,
    told: Sequence[Caution],
) -> FrontPoint:
    """A point with its plan written."""
    began = time.monotonic()
    at_value = at_limit(case, limit, point.value)
    if point.design is None or point.bound_usd is None:
        return known
    try:
        held = held_plan(
            titled(at_value, known.measure, known.limit),
            point.design,
            point.bound_usd,
            None if known.limit is None else ROW_OF_LIMIT[limit],
            gap=options.gap,
            method=way,
            threads=loading.use_threads(options.threads),
            found_s=point.seconds,
            replay=options.replay,
            cautions=tuple(told),
        )
    except NoPlanError as error:
        return dataclasses.replace(known, status="failed", objective_usd=None, amount=None, reason=str(error))
    write(held.plan, folder, options.languages)
    return _told(known.measure, known.limit, held, point.seconds + time.monotonic() - began, folder)


def _told(measure: Measure, value: float | None, held: HeldPlan, seconds: float, folder: Path) -> FrontPoint:
    plan = held.plan
    return FrontPoint(
        measure=measure,
        limit=value,
        status=plan.status,
        objective_usd=plan.objective_usd,
        bound_usd=plan.bound_usd,
        amount=amount_of(plan, measure),
        marginal_usd=held.marginal_usd,
        step_usd=None,
        is_dominated=False,
        open_sites=tuple(plan.open_sites),
        seconds=seconds,
        folder=folder,
    )
