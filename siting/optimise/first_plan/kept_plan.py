"""A first plan that keeps what is still valid of an earlier one: as it was, or its halls, or its sites."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from siting.optimise.first_plan.first_plan import located_plan, rounded_up
from siting.optimise.first_plan.whole_counts import RACKS
from siting.optimise.solver import loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.warm_start import Earlier, used_sites, warm_start
from siting.optimise.whole.whole_model import Found

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model


def kept_plan(
    earlier: Earlier, case: Case, components: Sequence[type[Component]], deadline: Deadline
) -> tuple[Found, Model] | None:
    """Make a plan of what is left of an earlier one, and the model of its sites; None if nothing of it will do.

    Sites, kinds and contracts that the new case does not have are left out. If the rest meets the demand, it is the
    plan; else its racks are chosen anew in its halls; else its sites keep their halls, and others are opened besides.

    Parameters
    ----------
    earlier : Earlier
        Solved before.
    case : Case
        The numbers.
    components : sequence of component classes
        What the model consists of.
    deadline : Deadline
        When to give up.
    """
    from pyomo.common.errors import InfeasibleConstraintException

    from siting.models.assembly.model import model_of

    used = np.flatnonzero(used_sites(earlier, case))
    if not len(used):
        return None
    design = dataclasses.replace(case, year_of=None)
    with contextlib.suppress(InfeasibleConstraintException):  # of these sites, not of all
        model = model_of(design.only(site=[str(case.axes["site"][place]) for place in used]), components, of_more=True)
        for with_racks in (True, False):
            found = _of_counts(earlier, model, deadline, with_racks=with_racks)
            if found is not None:
                return found, model
    module, before = case.values("halls.module_mw"), earlier.case.values("halls.module_mw")
    old = {str(site): place for place, site in enumerate(earlier.case.axes["site"])}
    halls = earlier.solution.decisions["modules_count"].values.sum(axis=(1, 2))
    kept = {}
    for place in used.tolist():
        was = old[str(case.axes["site"][place])]
        kept[place] = float(np.floor(before[was] * halls[was] / module[place]))
    return located_plan(design, components, deadline, kept)


def _of_counts(earlier: Earlier, model: Model, deadline: Deadline, *, with_racks: bool) -> Found | None:
    """Hold what an earlier plan counts, with or without its racks; None if that is no plan."""
    form = model.form
    values = warm_start(earlier, model)
    lower, upper = form.column_lower.copy(), form.column_upper.copy()
    held = form.integral.copy()
    racks = form.columns.of(RACKS)
    held[racks] = with_racks
    lower[held] = upper[held] = values[held]
    return rounded_up(form, loading.load(form), lower, upper, deadline)
