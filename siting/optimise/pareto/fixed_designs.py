"""Plans under a limit that moves: designs that are known, operated anew, and new designs where these will not do."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from siting.optimise.by_site import STEP_H, search_by_site
from siting.optimise.gap import Gap
from siting.optimise.neighbourhood import counts_of, neighbourhood
from siting.optimise.pareto.parametric_bound import AffineBound
from siting.optimise.pareto.parametric_lp import Limited, ParametricLp
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.highs import Outcome
from siting.optimise.whole.whole_model import search

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.model import Model
    from siting.models.assembly.standard_form import StandardForm
    from siting.optimise.pareto.parametric_relaxation import ParametricSolution

PENALTY_FACTOR, PENALTY_TIMES = 10.0, 4
"""What the penalty is multiplied by where a design still goes beyond the limit, and how often."""

WARM_ITERATIONS = 250
"""Iterations after which a design is operated from nothing: presolved, 18,000 rows then take 5,500 in half a second,
and warm from a value far off they took 5,700 in three.
"""

ROOMS = (0.0, 1.0)
"""How far the few (sites, halls) of a plan may be from those in longer steps, at first and where that leaves none."""


@dataclasses.dataclass(frozen=True)
class Design:
    """Whole decisions: sites, halls, racks.

    Parameters
    ----------
    count : dict of str to float
        Values of integer columns, by name; those not named are zero.
    sites : tuple of str
        The sites that they name.
    """

    count: Mapping[str, float]
    sites: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class ParetoPlan:
    """A plan at some value of the limit.

    Parameters
    ----------
    objective : float
        Its cost (scale of the standard form).
    amount : float
        What it takes of the limit, the most of all periods.
    open_sites : tuple of str
        Sites that are open in the last period.
    design : Design
        Its whole decisions.
    """

    objective: float
    amount: float
    open_sites: tuple[str, ...]
    design: Design


class FixedDesign:
    """A design, and its operation, which moves with the limit.

    Its cost with a penalty on what is beyond the limit is convex in the limit and no more than the design's own, so
    each value at which it is known tells at which others the design need not be tried.

    Parameters
    ----------
    design : Design
        Its whole decisions.
    limited : Limited
        The study under the limit.
    penalty : float
        First penalty for a unit beyond the limit (scale of the standard form).
    """

    def __init__(self, design: Design, limited: Limited, penalty: float) -> None:
        from siting.optimise.battery_complementarity import flows_of
        from siting.optimise.decomposition.linking_rows import partition

        self._design, self._limited, self._penalty = design, limited, penalty
        model = limited.model_of(design.sites)
        self._form = held_to(model, design)
        rows = self._rows = limited.rows(self._form)
        openings = zip(design.sites, partition(model).opening.tolist(), strict=True)
        self._open = tuple(site for site, column in openings if column >= 0 and self._form.column_lower[column] > 0)
        self._taken, self._sides = self._form.matrix.tocsr()[rows], self._form.row_upper[rows]
        self._flows = flows_of(model.case, self._form)
        self._lp = ParametricLp(
            loading.load(self._form), rows, self._sides, penalty=self._penalty, warm_iterations=WARM_ITERATIONS
        )
        self._lines: list[AffineBound] = []

    def least(self, value: float) -> float:
        """Return what the design costs at the least at a value, as far as other values tell."""
        return max((line.at(value) for line in self._lines), default=-np.inf)

    def at(self, value: float, worth: float, enough: float, deadline: Deadline) -> ParetoPlan | None:
        """Operate the design at a value of the limit.

        Parameters
        ----------
        value : float
            Of the limit.
        worth : float
            Cost (scale of the standard form) above which it need not be operated.
        enough : float
            Cost at which a plan is good enough.
        deadline : Deadline
            When to stop.

        Returns
        -------
        ParetoPlan or None
            None if the design cannot hold the limit, is dearer than it is worth, or there was no time.
        """
        for _ in range(PENALTY_TIMES):
            if self.least(value) > worth:
                return None
            outcome, holds = self._lp.at(value, deadline)
            if outcome.objective is None or outcome.prices is None:
                return None
            self._lines.append(AffineBound.through(value, outcome.objective, outcome.prices[self._rows]))
            if holds:
                return self._plan(value, outcome, worth, enough, deadline)
            self._penalty *= PENALTY_FACTOR
            self._lp.set_penalty(self._penalty)
        return None

    def _plan(
        self, value: float, outcome: Outcome, worth: float, enough: float, deadline: Deadline
    ) -> ParetoPlan | None:
        """Make a plan of an operation: its batteries flow one way at a time."""
        from siting.optimise.battery_complementarity import flow_one_way

        if outcome.values is not None and len(self._flows.at_once(outcome.values)):
            solver = loading.load(self._limited.at(self._form, value))
            outcome = flow_one_way(solver, self._flows, outcome, enough=enough, deadline=deadline)
        if outcome.values is None or outcome.objective is None or outcome.objective > worth:
            return None
        taken = self._taken @ outcome.values[: len(self._form.cost)] - self._sides
        return ParetoPlan(outcome.objective, max(taken.tolist(), default=0.0), self._open, self._design)


def find_design(
    limited: Limited, value: float, relaxed: ParametricSolution, *, gap: float, deadline: Deadline
) -> Design | None:
    """Search what the relaxation uses for a design, near the best one in longer steps; None if none is found.

    Parameters
    ----------
    limited : Limited
        The study under the limit.
    value : float
        Of the limit.
    relaxed : ParametricSolution
        The relaxation in longer steps at this value.
    gap : float
        Gap at which to stop (0 to 1).
    deadline : Deadline
        When to stop.
    """
    rough = _in_steps(limited, value, relaxed, gap=gap, deadline=deadline)
    if rough is None:
        return None
    small, values = rough
    design = design_of(small, values)
    model = limited.model_of(design.sites)
    for room in ROOMS:
        form = neighbourhood(limited.at(model.form, value), counts_of(small.form, values), room=room)
        found = highs.run(loading.load(form), gap=gap, deadline=deadline)
        if found.values is not None:
            return design_of(model, found.values)
        if found.status != "infeasible":
            break
    return None


def _in_steps(
    limited: Limited, value: float, relaxed: ParametricSolution, *, gap: float, deadline: Deadline
) -> tuple[Model, Array] | None:
    """Search what the relaxation uses in longer steps: the model and the best plan's values; None if there is none."""
    if not relaxed.sites:
        return None
    model = limited.model_of(relaxed.sites, step_h=STEP_H)
    form = limited.at(model.form, value)
    of_sites = np.flatnonzero(form.integral & (form.columns.along("site") >= 0)).tolist()
    idle = [column for column in of_sites if form.columns.name(column) not in relaxed.whole]
    upper = form.column_upper.copy()
    upper[idle] = form.column_lower[idle]
    found = highs.run(loading.load(dataclasses.replace(form, column_upper=upper)), gap=gap, deadline=deadline)
    return None if found.values is None else (model, found.values)


@dataclasses.dataclass(frozen=True)
class Alone:
    """What a search of its own finds at one value.

    Parameters
    ----------
    design : Design or None
        That of the best plan; None if there is none.
    bound : float
        What no plan costs less than; infinite if there is none.
    """

    design: Design | None
    bound: float


def search_alone(limited: Limited, case: Case, *, whole: bool, gap: float, threads: int, deadline: Deadline) -> Alone:
    """Search a case from nothing, as if no other value had been solved.

    Parameters
    ----------
    limited : Limited
        The study under the limit.
    case : Case
        The same with the limit at one value.
    whole : bool
        All sites at once, or site by site.
    gap : float
        Gap at which to stop (0 to 1).
    threads : int
        Sites priced at once.
    deadline : Deadline
        When to stop.
    """
    from siting.models.assembly.model import model_of

    model: Model | None
    if whole:
        model = model_of(case, limited.components)
        outcome = search(model.form, gap=Gap(gap), deadline=deadline, progress=None).outcome
    else:
        result = search_by_site(
            case,
            limited.components,
            gap=Gap(gap),
            deadline=deadline,
            threads=threads,
            progress=None,
        )
        outcome, model = result.outcome, result.model
    bound = np.inf if outcome.status == "infeasible" else -np.inf if outcome.bound is None else outcome.bound
    design = None if outcome.values is None or model is None else design_of(model, outcome.values)
    return Alone(design, bound)


def design_of(model: Model, values: Array) -> Design:
    """Return the whole decisions of a plan.

    Parameters
    ----------
    model : Model
        The model that it was found in.
    values : ndarray
        The plan, by column.
    """
    form = model.form
    whole = np.flatnonzero(form.integral & (values > 0.5))
    named = np.unique(form.columns.along("site")[whole])
    return Design(
        {form.columns.name(column): float(round(values[column])) for column in whole.tolist()},
        tuple(str(model.case.axes["site"][place]) for place in named[named >= 0].tolist()),
    )


def held_to(model: Model, design: Design) -> StandardForm:
    """Return a model with its whole decisions held to a design."""
    form = model.form
    whole = np.flatnonzero(form.integral)
    lower, upper = form.column_lower.copy(), form.column_upper.copy()
    lower[whole] = upper[whole] = [design.count.get(form.columns.name(column), 0.0) for column in whole.tolist()]
    return dataclasses.replace(form, column_lower=lower, column_upper=upper, integral=np.zeros_like(form.integral))
