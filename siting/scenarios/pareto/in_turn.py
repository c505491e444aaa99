"""The front of a limit that is a coefficient: each value solved from the plan before, whose bound holds for it too.

A tighter limit never lowers the cost, so the bound of a looser one bounds all tighter ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.audit import TOLERANCE_FRACTION
from siting.optimise.no_plan import NoPlanError
from siting.optimise.pareto.restated import restated
from siting.optimise.pareto.whole_plan import marginal_usd
from siting.optimise.solve import solve
from siting.results.writing import write
from siting.scenarios.pareto.measures import Measure
from siting.scenarios.pareto.point import FrontOptions, FrontPoint, amount_of, shown_limit, titled
from siting.scenarios.pareto.table import undominated

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.plan.cautions import Caution
    from siting.plan.plan import Plan
    from siting.plan.search_record import Status

__all__ = ["front_in_turn"]

ROW_OF_CFE = "clean_fleet.clean_by_the_hour"
"""The constraint, one row a period, that states the least carbon-free share of all sites."""

REACH_FRACTION = 0.95
"""Part of what is not carbon-free in the cheapest plan that the last point of a front does without."""


def front_in_turn(
    case: Case,
    measure: Measure,
    folder: Path,
    options: FrontOptions,
    told: Sequence[Caution],
    tell: Callable[[str], None],
) -> list[FrontPoint]:
    """Return the front, from the plan without a limit on."""
    tell("the plan without a limit")
    plan = _solved(case, options, None)
    loosest = amount_of(plan, measure)
    plans: list[tuple[float | None, Plan | NoPlanError]] = [(None, plan)]
    end = loosest + REACH_FRACTION * (1.0 - loosest)
    for value in np.linspace(loosest, end, options.count)[1:].tolist() if end > loosest else ():
        tell(f"at least {shown_limit(value)}")
        policy = case.study.policy.model_copy(update={measure.limit: value})
        at_value = restated(case, case.study.model_copy(update={"policy": policy}))
        try:
            plan = _with_bound(_solved(titled(at_value, measure, value), options, plan), plan.bound_usd)
            plans.append((value, plan))
        except NoPlanError as error:
            plans.append((value, error))
            if error.status == "infeasible":
                break
    made = undominated([_of_plan(measure, value, found) for value, found in plans])
    for number, ((value, found), known) in enumerate(zip(plans, made, strict=True)):
        if known.is_dominated or isinstance(found, NoPlanError):
            continue
        tell(f"plan {number + 1} of {len(plans)}")
        place = folder / f"{measure.folder}-{number + 1:02d}"
        write(dataclasses.replace(found, cautions=(*told, *found.cautions)), place, options.languages)
        marginal = 0.0 if value is None else marginal_usd(found, ROW_OF_CFE)
        made[number] = dataclasses.replace(known, marginal_usd=marginal, folder=place)
    return made


def _solved(case: Case, options: FrontOptions, start: Plan | None) -> Plan:
    """The plan of a case, by its cost alone."""
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
    )


def _with_bound(plan: Plan, bound_usd: float) -> Plan:
    """A plan with the higher of two bounds."""
    search = dataclasses.replace(plan.search, bound_usd=min(max(plan.bound_usd, bound_usd), plan.search.found_usd))
    found = dataclasses.replace(search, objective_usd=search.found_usd)
    is_enough = found.gap_fraction <= search.gap_asked_fraction + TOLERANCE_FRACTION
    status: Status = "optimal" if is_enough else "feasible"
    return dataclasses.replace(plan, search=dataclasses.replace(search, status=status))


def _of_plan(measure: Measure, value: float | None, found: Plan | NoPlanError) -> FrontPoint:
    """A point that was solved by itself and has no folder yet."""
    if isinstance(found, NoPlanError):
        status = "infeasible" if found.status == "infeasible" else "failed"
        return FrontPoint(measure, value, status, None, None, None, None, None, False, (), 0.0, None, reason=str(found))
    return FrontPoint(
        measure=measure,
        limit=value,
        status=found.status,
        objective_usd=found.objective_usd,
        bound_usd=found.bound_usd,
        amount=amount_of(found, measure),
        marginal_usd=None,
        step_usd=None,
        is_dominated=False,
        open_sites=tuple(found.open_sites),
        seconds=found.search.seconds.get("total", 0.0),
        folder=None,
    )
