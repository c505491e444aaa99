"""A plan found by a search made exact: whole integers, batteries that flow one way, an audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from siting.accounts.audit import AuditError, audit
from siting.optimise.extraction import extract
from siting.optimise.no_plan import NoPlanError, no_plan
from siting.optimise.solver import highs

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.case.solution import Solution
    from siting.models.assembly.model import Model
    from siting.optimise.solver.deadline import Deadline


def exact(
    case: Case,
    model: Model,
    solver: Any,
    outcome: highs.Outcome,
    enough: float,
    deadline: Deadline,
    choosing: Deadline,
) -> tuple[Solution, float]:
    """Make a plan exact, and return it, audited, with its cost [USD].

    Its integers are whole, and its batteries flow one way at a time, at the least cost or one that is enough
    (scale of the standard form), or the least that is found until there is no more time for choosing.

    Raises
    ------
    NoPlanError
        If the rounded integers leave no solution, or the plan does not add up.
    """
    from siting.optimise.battery_complementarity import CHOICE_SECONDS, flow_one_way, flows_of
    from siting.quantities import COST_SCALE

    if outcome.values is None:
        raise no_plan(outcome)
    found = highs.fix_integers_and_resolve(solver, model.form, outcome.values, deadline)
    flows = flows_of(model.case, model.form)
    choosing = choosing.within(CHOICE_SECONDS)
    found = flow_one_way(solver, flows, found, enough=enough, deadline=deadline, choosing=choosing)
    if found.values is None or found.objective is None or found.status != "optimal":
        if deadline.is_over():
            raise NoPlanError("none_found", "there was no time to make the plan found exact; give it more time")
        raise NoPlanError("failed", f"the plan's integers, rounded, leave no solution (HiGHS: {found.reason})")
    of_some = extract(model.assembly, model.settle(found.values))
    position = {site: place for place, site in enumerate(case.axes["site"])}
    places = np.array([position[site] for site in model.case.axes["site"]])
    solution, objective_usd = of_some.at_sites(places, len(position)), found.objective / COST_SCALE
    try:
        audit(case, solution, objective_usd).raise_for_residuals()
    except AuditError as error:
        raise NoPlanError("failed", str(error)) from error
    return solution, objective_usd
