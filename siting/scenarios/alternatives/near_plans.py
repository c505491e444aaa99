"""Plans within a cost, found one after another: each differs as much as it can from those before.

The model is that of the sites that such a plan may have. The sites of the next plan are in as few of those before as
can be; no set of sites comes twice. Where no other set of sites is left, the sites of the best plan are kept and its
contracts moved: each kind as far up and as far down as the cost allows. Of each choice the cheapest plan is taken.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse

from siting.optimise.exact_plan import exact
from siting.optimise.gap import Gap
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.warm_start import Earlier, warm_start
from siting.optimise.whole.whole_model import search
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.case.solution import Solution
    from siting.models.assembly.model import Model
    from siting.models.assembly.standard_form import StandardForm
    from siting.models.compiler.members import Positions

__all__ = ["FoundFor", "NearPlan", "NearPlans"]

FoundFor = Literal["cost", "sites", "contracts", "leaving a site out", "taking a site in"]

LeastRows = tuple[scipy.sparse.csr_array, "Array"]
"""Rows, and the least of each."""

POLISH_FRACTION = 0.001
"""Gap of the cheapest plan with as much of a contract, over its cost."""

CONTRACT_FRACTION, ROUNDING_MW = 0.01, 1e-6
"""Gap of the most or least of a kind of contract, and what it is rounded by."""

GAP_PARTS = (0.25, 0.02)
"""Gaps of a search, over the slack: one that tells most sets of sites, and one for those that cost just the most."""

CHOICE_S = 5.0
"""Seconds for the choice of directions of batteries."""


@dataclasses.dataclass(frozen=True)
class NearPlan:
    """A plan within the cost.

    Parameters
    ----------
    found_for : str
        What it was looked for: the least ``cost``, other ``sites``, other ``contracts``, or a proof that failed.
    solution : Solution
        Every decision, audited.
    objective_usd : float
        Its cost on the chosen days.
    """

    found_for: FoundFor
    solution: Solution
    objective_usd: float

    @property
    def is_open(self) -> npt.NDArray[np.bool_]:
        """Which sites are open in the last period."""
        return np.asarray(self.solution.decisions["open_count"].values[:, -1] > 0.5)


class NearPlans:
    """The model of some sites within a cost, to ask for plans.

    Parameters
    ----------
    case : Case
        The numbers, of all sites.
    model : Model
        Of the sites that a plan may have.
    most_usd : float
        The cost that no plan exceeds.
    within_fraction : float
        The slack that it leaves.
    deadline : Deadline
        When to give up.
    """

    def __init__(self, case: Case, model: Model, most_usd: float, within_fraction: float, deadline: Deadline) -> None:
        self.case, self.model, self.deadline, self._within = case, model, deadline, within_fraction
        self._most = most_usd * COST_SCALE
        columns = model.form.columns
        self.opening: Positions = columns.of("open_count")[
            columns.along("period")[columns.of("open_count")] == self._last
        ]
        self.site: Positions = columns.along("site")[self.opening]
        self._contracts = {
            kind: columns.of("contracted_mw")[
                (columns.along("contract")[columns.of("contracted_mw")] == place)
                & (columns.along("period")[columns.of("contracted_mw")] == self._last)
            ]
            for place, kind in enumerate(map(str, case.axes["contract"]))
        }

    @property
    def _last(self) -> int:
        return len(self.case.axes["period"]) - 1

    def other_sites(self, found: Sequence[NearPlan]) -> NearPlan | None:
        """Return a plan whose sites are in as few of those found as can be; None if no other set of sites is left.

        The fewest are found by halving; where time is up before, the best that is known is returned.

        Raises
        ------
        Stopped
            If time is up before one is found.
        """
        sets = [self._opened(plan) for plan in found]
        times = np.sum(sets, axis=0)
        apart = self._apart_from(sets)
        values = self._cheapest_values(apart)
        if values is None:
            return None
        least, most = -1.0, float(times @ np.round(values[self.opening]))
        with contextlib.suppress(Stopped):
            while most - least > 1:
                middle = float(np.floor((least + most) / 2))
                fewer = self._cheapest_values(_joined(apart, self._row(-times, -middle)))
                if fewer is None:
                    least = middle
                else:
                    values, most = fewer, float(times @ np.round(fewer[self.opening]))
        return self._plan(values, "sites")

    def other_contracts(self, best: NearPlan, kind: str, sense: Literal["least", "most"]) -> NearPlan | None:
        """Return the plan at the best one's sites with the least or the most of a kind of contract.

        Raises
        ------
        Stopped
            If time is up before one is found.
        """
        columns = self._contracts[kind]
        if not len(columns):
            return None
        form, sign = self.model.form, 1.0 if sense == "least" else -1.0
        cost = np.zeros(len(form.cost))
        cost[columns] = sign
        held = self._held(self._opened(best))
        start = warm_start(Earlier(self.case, best.solution), self.model)
        solver = loading.load(_with_rows(dataclasses.replace(held, cost=cost, offset=0.0), self._cost_row()))
        loading.begin_at(solver, start)
        found = highs.run(solver, gap=CONTRACT_FRACTION, deadline=self.deadline)
        if found.values is None:
            if found.status == "infeasible":
                return None
            raise Stopped
        row = scipy.sparse.csr_array(-cost[None, :])
        as_far = row, (row @ found.values) - ROUNDING_MW
        outcome = search(
            _with_rows(held, as_far),
            gap=Gap(POLISH_FRACTION),
            deadline=self.deadline,
            progress=None,
            start=found.values,
        ).outcome
        return self._plan(found.values if outcome.values is None else outcome.values, "contracts", as_far)

    def with_site(self, place: int, *, is_open: bool) -> NearPlan | None:
        """Return a plan with a site open, or closed; None if it is proven that there is none.

        Parameters
        ----------
        place : int
            Position of the site in the case.
        is_open : bool
            Which.

        Raises
        ------
        Stopped
            If time is up before that is known.
        """
        opened = np.full(len(self.opening), np.nan)
        opened[self._here(place)] = float(is_open)
        values = self._cheapest_values(None, opened)
        if values is None:
            return None
        return self._plan(values, "taking a site in" if is_open else "leaving a site out")

    def has(self, place: int) -> bool:
        """Whether a site is in the model."""
        return str(self.case.axes["site"][place]) in self.model.case.axes["site"]

    def contracted(self, plan: NearPlan) -> dict[str, float]:
        """Contracted power in the last period by kind [MW]."""
        decided = plan.solution.decisions.get("contracted_mw")
        if decided is None:
            return {}
        sums = decided.values[..., -1].sum(axis=0)
        return dict(zip(map(str, self.case.axes["contract"]), sums.tolist(), strict=True))

    def _here(self, place: int) -> int:
        return list(self.model.case.axes["site"]).index(self.case.axes["site"][place])

    def _opened(self, plan: NearPlan) -> Array:
        """Openings of a plan, by those of the model."""
        here = [self.case.axes["site"].index(site) for site in self.model.case.axes["site"]]
        return np.asarray(plan.is_open[here].astype(float)[self.site])

    def _row(self, openings: Array, least: float) -> LeastRows:
        """A row on openings, with the least that it has."""
        row = np.zeros((1, len(self.model.form.cost)))
        row[0, self.opening] = openings
        return scipy.sparse.csr_array(row), np.array([least])

    def _apart_from(self, sets: Sequence[Array]) -> LeastRows:
        """Rows that no set of sites among some meets: one site more, or one less."""
        rows = [self._row(np.where(one > 0.5, -1.0, 1.0), 1.0 - one.sum()) for one in sets]
        return functools.reduce(_joined, rows)

    def _cost_row(self) -> LeastRows:
        """The row that holds the cost."""
        form = self.model.form
        return scipy.sparse.csr_array(-form.cost[None, :]), np.array([form.offset - self._most])

    def _held(self, opened: Array | None) -> StandardForm:
        """The model with some openings as given; NaN leaves them free."""
        form = self.model.form
        if opened is None:
            return form
        lower, upper = form.column_lower.copy(), form.column_upper.copy()
        known = np.isfinite(opened)
        lower[self.opening[known]] = upper[self.opening[known]] = opened[known]
        return dataclasses.replace(form, column_lower=lower, column_upper=upper)

    def _cheapest_values(self, more: LeastRows | None, opened: Array | None = None) -> Array | None:
        """Return the cheapest plan with some openings and rows; None if it is proven to cost too much.

        Raises
        ------
        Stopped
            If time is up before either is known.
        """
        form = self._held(opened)
        form = form if more is None else _with_rows(form, more)
        for part in GAP_PARTS:
            self.deadline.check()
            gap = Gap(part * self._within)
            found = search(form, gap=gap, deadline=self.deadline, progress=None).outcome
            if found.values is not None and found.objective is not None and found.objective <= self._most:
                return found.values
            if found.status == "infeasible" or (found.bound is not None and found.bound > self._most):
                return None
        raise Stopped

    def _plan(self, values: Array, found_for: FoundFor, more: LeastRows | None = None) -> NearPlan:
        """Return a plan, exact and audited."""
        form = self.model.form
        outcome = highs.Outcome("feasible", found_for, values, float(form.cost @ values + form.offset), None)
        solver: Any = loading.load(form)
        if more is not None:
            solver.addRow(float(more[1][0]), np.inf, len(more[0].indices), more[0].indices, more[0].data)
        solution, objective_usd = exact(
            self.case, self.model, solver, outcome, np.inf, Deadline(), self.deadline.within(CHOICE_S)
        )
        return NearPlan(found_for, solution, objective_usd)


def _with_rows(form: StandardForm, more: LeastRows) -> StandardForm:
    """Return a model with more rows, each with a least; their labels are nobody's."""
    return dataclasses.replace(
        form,
        matrix=scipy.sparse.csc_array(scipy.sparse.vstack([form.matrix, more[0]])),
        row_lower=np.concatenate([form.row_lower, more[1]]),
        row_upper=np.concatenate([form.row_upper, np.full(len(more[1]), np.inf)]),
    )


def _joined(one: LeastRows, other: LeastRows) -> LeastRows:
    return scipy.sparse.csr_array(scipy.sparse.vstack([one[0], other[0]])), np.concatenate([one[1], other[1]])
