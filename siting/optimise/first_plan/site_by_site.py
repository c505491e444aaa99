"""A first plan of a large model: who serves whom in longer steps, then each site alone in its hours.

Once it is known what each site does of what sites share (zones, batch work, caps), each is a problem of its own. The
linear problem of 23 sites, ten periods and 48 hours has 265,000 rows, which the simplex solved in 23 s; in steps of
four hours it took 2 s, at a cost that differed by 0.02 %, and the 23 sites after that, each to its end and once more
in whole racks, 2 s.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse

from siting.case.case import Field
from siting.models.compiler.members import Positions
from siting.optimise.decomposition.linking_rows import Partition, partition
from siting.optimise.decomposition.pricing import OPTIMAL
from siting.optimise.first_plan.whole_counts import RACKS, ROUNDING, whole_counts
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole.whole_model import Found

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.model import Model

STEP_H = 4
"""Hours of a longer step."""

LEEWAY = 1e-9
"""How far what a site does may differ from what it was given to do: rounding."""


def in_cautious_steps(case: Case, spare: float) -> Case:
    """Return a case in longer steps in which what is served in a step can be served in each of its hours.

    Inference of a step is that of its highest hour, and racks do less by what they have to spare: for what else is
    worse in an hour than in the mean, and for the rack that rounding adds. No site is larger than its whole halls.

    Parameters
    ----------
    case : Case
        The numbers.
    spare : float
        What racks have to spare (0 to 1).
    """
    steps = case.in_steps(STEP_H)
    first = np.flatnonzero(np.isin(case.axes["hour"], steps.axes["hour"]))
    asked, able = case.fields["serving.inference_pflop"], case.fields["computing.availability_fraction"]
    highest = np.maximum.reduceat(asked.values, first, axis=asked.axes.index("hour"))
    most, module = case.fields["placement.site_max_mw"], case.values("halls.module_mw")
    stands = case.values("retrofit.existing_mw").sum(axis=1)
    in_halls = stands + module * np.floor(np.maximum(most.values - stands, 0.0) / module + ROUNDING)
    changed = {
        "placement.site_max_mw": Field(most.axes, np.minimum(in_halls, most.values)),
        "serving.inference_pflop": Field(asked.axes, highest),
        "computing.availability_fraction": Field(able.axes, (1 - spare) * able.values),
    }
    return dataclasses.replace(steps, fields={**steps.fields, **changed})


def site_by_site(
    model: Model, bounds: tuple[Array, Array], steps: Model, values_in_steps: Array, deadline: Deadline
) -> Found | None:
    """Make a plan of a model by the plan of the same sites in longer steps, one site after the other.

    Parameters
    ----------
    model : Model
        Hour by hour.
    bounds : (ndarray, ndarray)
        Of its columns, which leave only racks to be counted.
    steps : Model
        The same sites in longer steps.
    values_in_steps : ndarray
        Their plan, by column.
    deadline : Deadline
        When to give up.

    Returns
    -------
    Found or None
        None if that is no plan, if sites share what is said by the hour, or if time is up.
    """
    form, parts, rough = model.form, partition(model), partition(steps)
    rows = {steps.form.rows.name(row): row for row in rough.shared.tolist()}
    names = [form.rows.name(row) for row in parts.shared.tolist()]
    alone = np.flatnonzero(parts.site_named < 0)
    alone_in_steps = np.flatnonzero(rough.site_named < 0)
    if set(names) != set(rows) or len(alone) != len(alone_in_steps):
        return None
    linking = steps.form.matrix.tocsr()[[rows[name] for name in names]]
    done = linking @ values_in_steps
    lower, upper = form.row_lower[parts.shared], form.row_upper[parts.shared]
    share = 1.0 / len(parts.sites)
    less, more = share * np.maximum(done - lower, 0.0), share * np.maximum(upper - done, 0.0)
    values = np.zeros(len(form.cost))
    values[alone] = values_in_steps[alone_in_steps]
    for site in range(len(parts.sites)):
        there = np.flatnonzero(rough.site_named == site)
        given = linking[:, there] @ values_in_steps[there]
        found = _alone(model, parts, site, bounds, (given - less - LEEWAY, given + more + LEEWAY), deadline)
        if found is None:
            return None
        values[parts.site_named == site] = found
    cost = float(form.cost @ values) + form.offset
    plan = highs.Outcome("feasible", "first plan", values, cost, None)
    return Found(plan, form, loading.load(form))


def _alone(
    model: Model,
    parts: Partition,
    site: int,
    bounds: tuple[Array, Array],
    given: tuple[Array, Array],
    deadline: Deadline,
) -> Array | None:
    """Plan one site for what it is given to do of what sites share; None if it cannot."""
    form = model.form
    columns: Positions = np.flatnonzero(parts.site_named == site).astype(np.int32)
    by_row = form.matrix.tocsr()
    own, link = parts.own_rows(site), by_row[parts.shared][:, columns]
    named = np.flatnonzero(np.diff(link.indptr))
    solver = loading.new_lp(
        scipy.sparse.csc_array(scipy.sparse.vstack([by_row[own][:, columns], link[named]])),
        form.cost[columns],
        (bounds[0][columns], bounds[1][columns]),
        (np.append(form.row_lower[own], given[0][named]), np.append(form.row_upper[own], given[1][named])),
    )
    racks = np.flatnonzero(np.isin(columns, form.columns.of(RACKS))).astype(np.int32)
    if highs.run_alone(solver, deadline) != OPTIMAL:
        return None
    bought = np.array(solver.getSolution().col_value)[racks].reshape(-1, len(model.case.axes["period"]))
    whole = np.minimum(whole_counts(bought).ravel(), bounds[1][columns][racks])
    solver.changeColsBounds(len(racks), racks, whole, whole)
    if highs.run_alone(solver, deadline) != OPTIMAL:
        return None
    return np.array(solver.getSolution().col_value)
