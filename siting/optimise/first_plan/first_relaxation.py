"""The relaxation on the sites of a first plan: prices of what sites share, and plans of its sites, to begin with."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from siting.optimise.solver import highs, loading

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.optimise.solver.deadline import Deadline


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
    found = highs.run(solver, deadline=deadline)
    if found.status != "optimal" or found.values is None or found.prices is None:
        return None
    prices = {form.rows.name(row): float(found.prices[row]) for row in partition(model).shared.tolist()}
    return FirstRelaxation(prices, found.values, model)
