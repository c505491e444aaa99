"""Plans within a cost, found one after another: each differs as much as it can from those before.

The model is that of the sites that such a plan may have, with one more row, which holds the cost. The sites of the next
plan are those that are in as few of the plans before as can be; no set of sites comes twice. Where no other set of
sites is left, the sites of the best plan are kept and its contracts moved: each kind as far up and as far down as the
cost allows. Of each choice the cheapest plan is taken.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse

from siting.optimise.exact_plan import exact
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.loading import new_lp
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.case.solution import Solution
    from siting.models.assembly.model import Model
    from siting.models.compiler.members import Positions

__all__ = ["FoundFor", "NearPlan", "NearPlans"]

FoundFor = Literal["cost", "sites", "contracts", "leaving a site out", "taking a site in"]

POLISH_FRACTION = 0.001
"""Gap of the cheapest plan of a choice, over its cost."""


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
    deadline : Deadline
        When to give up.
    """

    def __init__(self, case: Case, model: Model, most_usd: float, deadline: Deadline) -> None:
        self.case, self.model, self.deadline = case, model, deadline
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
        """Return the plan whose sites are in the fewest of those found; None if no other set of sites is left.

        Raises
        ------
        Stopped
            If time is up before one is found.
        """
        sets = [self._opened(plan) for plan in found]
        cost = np.zeros(len(self.model.form.cost))
        cost[self.opening] = np.sum(sets, axis=0)
        rows, lower = self._apart_from(sets)
        values = self._searched(cost, more=(rows, lower), gap=0.0)
        return None if values is None else self._cheapest(values, "sites")

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
        cost = np.zeros(len(self.model.form.cost))
        cost[columns] = 1.0 if sense == "least" else -1.0
        bounds = self._opened(best)
        values = self._searched(cost, opened=bounds, gap=0.0)
        if values is None:
            return None
        row = scipy.sparse.csr_array(
            (np.sign(cost[columns]), (np.zeros(len(columns), int), columns)), shape=(1, len(cost))
        )
        return self._cheapest(values, "contracts", more=(-row, -(row @ values) - 1e-6))

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
        values = self._searched(self.model.form.cost, opened=opened, gap=1.0)
        if values is None:
            return None
        return self._cheapest(values, "taking a site in" if is_open else "leaving a site out")

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

    def _apart_from(self, sets: Sequence[Array]) -> tuple[scipy.sparse.csr_array, Array]:
        """Rows that no set of sites among some meets: one site more, or one less."""
        signs = np.array([np.where(one > 0.5, -1.0, 1.0) for one in sets])
        rows = scipy.sparse.lil_array((len(sets), len(self.model.form.cost)))
        rows[:, self.opening] = signs
        return rows.tocsr(), np.array([1.0 - one.sum() for one in sets])

    def _searched(
        self,
        cost: Array,
        *,
        opened: Array | None = None,
        more: tuple[scipy.sparse.csr_array, Array] | None = None,
        gap: float,
        start: Array | None = None,
    ) -> Array | None:
        """Minimise something within the cost; None if there is no plan."""
        self.deadline.check()
        form = self.model.form
        matrix = [form.matrix, scipy.sparse.csr_array(form.cost[None, :])]
        lower, upper = [form.row_lower, np.array([-np.inf])], [form.row_upper, np.array([self._most - form.offset])]
        if more is not None:
            matrix.append(more[0])
            lower.append(more[1])
            upper.append(np.full(len(more[1]), np.inf))
        columns = form.column_lower.copy(), form.column_upper.copy()
        if opened is not None:
            known = np.isfinite(opened)
            columns[0][self.opening[known]] = columns[1][self.opening[known]] = opened[known]
        solver = new_lp(
            scipy.sparse.csc_array(scipy.sparse.vstack(matrix)),
            cost,
            columns,
            (np.concatenate(lower), np.concatenate(upper)),
            integral=form.integral,
        )
        if start is not None:
            loading.begin_at(solver, start)
        found = highs.run(solver, gap=gap, deadline=self.deadline)
        if found.values is None and found.status != "infeasible":
            raise Stopped
        return found.values

    def _cheapest(
        self, values: Array, found_for: FoundFor, more: tuple[scipy.sparse.csr_array, Array] | None = None
    ) -> NearPlan:
        """Return the cheapest plan with the sites of a plan, exact and audited."""
        form = self.model.form
        opened = np.round(values[self.opening])
        better = self._searched(form.cost, opened=opened, more=more, gap=POLISH_FRACTION, start=values)
        values = values if better is None else better
        outcome = highs.Outcome("feasible", found_for, values, float(form.cost @ values + form.offset), None)
        solver: Any = loading.load(form)
        if more is not None:
            solver.addRow(float(more[1][0]), np.inf, len(more[0].indices), more[0].indices, more[0].data)
        solution, objective_usd = exact(
            self.case, self.model, solver, outcome, np.inf, Deadline(), self.deadline.within(5.0)
        )
        return NearPlan(found_for, solution, objective_usd)
