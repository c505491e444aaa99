"""The relaxation on some sites: prices of what sites share, and plans of these sites, to begin with.

By an interior point where it is large: nothing rests on these prices, so nearly right is enough. All sites of
`us-power` in longer steps, 94,000 rows, take it a minute.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.optimise.dual_bound import dual_bound
from siting.optimise.solver import highs, interior_point, loading
from siting.optimise.whole.lp_relaxation import LARGE_ROWS_COUNT, is_proven

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.models.assembly.standard_form import StandardForm
    from siting.optimise.solver.deadline import Deadline

INTERIOR_POINT_GAP = 1e-4
"""Relative gap at which the interior point stops."""


@dataclasses.dataclass(frozen=True)
class FirstRelaxation:
    """The relaxation on some sites.

    Parameters
    ----------
    prices : mapping of str to float
        Prices of the rows that sites share, by name.
    values : ndarray
        The relaxed plan, by column.
    model : Model
        The model of these sites.
    """

    prices: Mapping[str, float]
    values: Array
    model: Model


def first_relaxation(
    case: Case, components: Sequence[type[Component]], sites: Sequence[str], deadline: Deadline
) -> FirstRelaxation | None:
    """Solve the relaxation of some sites that can do everything; None where they cannot, or there is no time.

    Parameters
    ----------
    case : Case
        The numbers, of all sites.
    components : sequence of component classes
        What the model consists of.
    sites : sequence of str
        Those of a plan.
    deadline : Deadline
        When to give up.
    """
    from siting.models.assembly.model import model_of
    from siting.optimise.decomposition.linking_rows import partition

    model = model_of(case.only(site=sites), components, of_more=True)
    form, solver = model.form, loading.load(model.form)
    loading.relax(solver, form)
    found = _inside(solver, form, deadline) if form.matrix.shape[0] >= LARGE_ROWS_COUNT else None
    if found is None:
        outcome = highs.run(solver, deadline=deadline)
        if outcome.status != "optimal" or outcome.values is None or outcome.prices is None:
            return None
        found = outcome.prices, outcome.values
    row_prices, values = found
    prices = {form.rows.name(row): float(row_prices[row]) for row in partition(model).shared.tolist()}
    return FirstRelaxation(prices, values, model)


def _inside(solver: Any, form: StandardForm, deadline: Deadline) -> tuple[Array, Array] | None:
    """Prices of rows and values of columns from an interior point; None where these prices prove too little.

    That may end with prices that prove nearly all, and still say that it did not get as far as it was asked to.
    """
    with interior_point.inside(solver, INTERIOR_POINT_GAP):
        found = highs.run(solver, deadline=deadline)
    prices = np.array(solver.getSolution().row_dual)
    if found.values is None or found.objective is None or not is_proven(dual_bound(form, prices), found.objective):
        solver.clearSolver()
        return None
    return prices, found.values
