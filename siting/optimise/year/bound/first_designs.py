"""A design of each site to begin with: what it would build on the chosen days, at their prices, if it had to open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from siting.case.case import Array, Case
from siting.models.assembly.assembly import Component
from siting.models.assembly.model import model_of
from siting.optimise.decomposition.blocks import BlockBuilder, signed
from siting.optimise.decomposition.linking_rows import partition
from siting.optimise.decomposition.pricing import OPTIMAL, charged
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.linear import solve_surely
from siting.optimise.year.bound.site_year import SiteDesign


def first_design(
    case: Case,
    components: Sequence[type[Component]],
    prices: Mapping[str, float],
    design: SiteDesign,
    deadline: Deadline,
) -> tuple[Array, Array]:
    """Return a design of a site, and prices of its own coupling rows; nothing where the days have none.

    Parameters
    ----------
    case : Case
        The chosen days, of this site.
    components : sequence of component classes
        What the model consists of.
    prices : mapping of str to float
        Prices of the shared rows, by name.
    design : SiteDesign
        The site's year.
    deadline : Deadline
        When to give up.

    Raises
    ------
    Stopped
        If the deadline is over before.
    """
    model = model_of(case, components, of_more=True)
    builder = BlockBuilder()
    block = builder.cut(model)[0]
    here = np.array([prices.get(name, 0.0) for name in builder.known])
    solver = charged(block, signed(here, *builder.sides()))
    if block.opening is not None:
        solver.changeColBounds(block.opening, 1.0, 1.0)
    own = len(design.coupling_lower)
    if solve_surely(solver, deadline) != OPTIMAL:
        return np.zeros(len(design.cost)), np.zeros(own)
    solution, labels = solver.getSolution(), model.form.columns
    columns = np.flatnonzero(labels.along("site") >= 0)
    values = {labels.name(int(at)): value for at, value in zip(columns, solution.col_value, strict=True)}
    rows = partition(model).own_rows(0)
    paid = {model.form.rows.name(int(at)): value for at, value in zip(rows, solution.row_dual, strict=True)}
    found = np.array([values.get(name, 0.0) for name in design.names])
    return np.maximum(found, 0.0), np.array([paid.get(name, 0.0) for name in design.coupling_keys[:own]])
