"""What part of the demand can be served within all limits."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from siting.case.case import Case, Field
from siting.data.fields.stated import FIELDS, following
from siting.models.assembly.model import model_of
from siting.optimise.solver import highs
from siting.optimise.solver.loading import load
from siting.quantities import split
from siting.study.demand import AMOUNTS

if TYPE_CHECKING:
    from siting.models.assembly.assembly import Component
    from siting.optimise.solver.deadline import Deadline

__all__ = ["served_fraction"]

TRIED_COUNT = 7
"""Halvings of what is not known of the part: to one in 128."""


def served_fraction(
    case: Case, choose: Callable[[Case], Sequence[type[Component]]], deadline: Deadline
) -> float | None:
    """Return the part of inference and batch work, alike in all of it, that can be served; None if there is none.

    Whole training clusters are asked for as they are.

    Parameters
    ----------
    case : Case
        The numbers.
    choose : callable
        Gives what the model of a case consists of.
    deadline : Deadline
        When to give up.

    Raises
    ------
    Stopped
        If time is up before that is known.
    """
    least, most, found = 0.0, 1.0, None
    for _ in range(TRIED_COUNT):
        middle = (least + most) / 2
        if _is_served(_scaled(case, middle), choose, deadline):
            least = found = middle
        else:
            most = middle
    return found


def _scaled(case: Case, ratio: float) -> Case:
    """Return a case in which less work is asked for."""
    asked = {f"demand.{field}" for fields in AMOUNTS.values() for field in fields}
    fields = dict(case.fields)
    for name, number in FIELDS.items():
        if name in fields and number.inputs and number.inputs[0] in asked and split(name)[1] == "pflop":
            fields[name] = Field(fields[name].axes, fields[name].values * ratio)
    return dataclasses.replace(case, fields={**fields, **following(fields)})


def _is_served(case: Case, choose: Callable[[Case], Sequence[type[Component]]], deadline: Deadline) -> bool:
    from siting.optimise.solver.deadline import Stopped

    deadline.check()
    form = model_of(case, choose(case), of_more=True).form
    solver = load(dataclasses.replace(form, cost=np.zeros_like(form.cost)))
    found = highs.run(solver, deadline=deadline)
    if found.values is None and found.status != "infeasible":
        raise Stopped
    return found.values is not None
