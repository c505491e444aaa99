"""What one unit of a limit is worth with all whole numbers of a plan held: the local price."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from siting.models.assembly.model import model_of
from siting.models.formulation import DESIGN, chosen
from siting.optimise.solver import highs, loading
from siting.optimise.warm_start import Earlier, warm_start
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.plan.plan import Plan

__all__ = ["local_price", "present_worth_ratio"]

STEP_FRACTION = 1e-3
"""Step of the limit over its value: small enough that the price is of where the plan stands."""


def local_price(plan: Plan, field: str) -> float | None:
    """Return what the plan's cost rises by as a limit is made tighter by one unit, its whole numbers held [USD/yr].

    A limit that does not bind has the price 0. With sites, halls and racks held a limit may have no room to be made
    tighter; then the saving by a looser one is taken, and none of both is no price.

    Parameters
    ----------
    plan : Plan
        Made with the limit.
    field : str
        Dotted path of the limit in the study.

    Returns
    -------
    float or None
        Of a year of each period; None where there is no plan on either side.
    """
    value = _stated(plan.case, field)
    step = STEP_FRACTION * abs(value) or STEP_FRACTION
    costs = [_held_cost(plan, _with(plan.case, field, value + move)) for move in (0.0, -step, step)]
    here, less, more = costs
    if here is None:
        return None
    sides = [abs(other - here) / step for other in (less, more) if other is not None and abs(other - here) > 0]
    if less is None and more is None:
        return None
    return max(sides, default=0.0) / present_worth_ratio(plan.case)


def present_worth_ratio(case: Case) -> float:
    """Return the present value of one dollar in every year of the horizon."""
    return float(case.values("finance.present_value_ratio").sum())


def _held_cost(plan: Plan, case: Case) -> float | None:
    """Cost of the plan's whole numbers under another value of a limit, the rest at its best; None if there is none."""
    design = dataclasses.replace(case, year_of=None)
    there = design.only(site=plan.open_sites) if plan.open_sites else design
    model = model_of(there, chosen(DESIGN, there), of_more=True)
    form = model.form
    held = np.round(warm_start(Earlier(plan.case, plan.solution), model))
    lower = np.where(form.integral, held, form.column_lower)
    upper = np.where(form.integral, held, form.column_upper)
    fixed = dataclasses.replace(form, column_lower=lower, column_upper=upper, integral=np.zeros_like(form.integral))
    found = highs.run(loading.load(fixed))
    if found.objective is None or not math.isfinite(found.objective):
        return None
    return found.objective / COST_SCALE


def _stated(case: Case, field: str) -> float:
    part, name, *key = field.split(".", 2)
    value = getattr(getattr(case.study, part), name)
    return float(value[key[0]] if key else value)


def _with(case: Case, field: str, value: float) -> Case:
    part, name, *key = field.split(".", 2)
    stated = getattr(case.study, part)
    other = {**getattr(stated, name), key[0]: value} if key else value
    study = case.study.model_copy(update={part: stated.model_copy(update={name: other})})
    return dataclasses.replace(case, study=study)
