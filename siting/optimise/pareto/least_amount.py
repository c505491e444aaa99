"""The least that any plan can take of what a limit limits."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from siting.optimise.by_site import STEP_H
from siting.optimise.pareto.parametric_lp import Limited
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline

if TYPE_CHECKING:
    from siting.models.assembly.standard_form import StandardForm


def least_amount(limited: Limited, deadline: Deadline) -> float:
    """Return the least amount, most of all periods, of the relaxation of all sites in longer steps; 0 if none is found.

    Parameters
    ----------
    limited : Limited
        The study under the limit.
    deadline : Deadline
        When to stop.
    """
    model = limited.model_of([str(site) for site in limited.case.axes["site"]], step_h=STEP_H)
    form: StandardForm = dataclasses.replace(
        model.form, cost=np.zeros_like(model.form.cost), integral=np.zeros_like(model.form.integral)
    )
    solver, rows = loading.load(form), limited.rows(form)
    solver.addCol(1.0, 0.0, np.inf, len(rows), rows.astype(np.int32), np.full(len(rows), -1.0))
    found = highs.run(solver, gap=0.0, deadline=deadline)
    return 0.0 if found.values is None else float(found.values[len(form.cost)])
