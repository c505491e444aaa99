"""The search of a model in which many places serve many: a short tree over its growing relaxation.

Rows that hold each share within its opening make the relaxation nearly whole: on 100 sites and 1,000 zones 3 of 13
openings are fractions, and the bound is within a thousandth of the best plan. So a few nodes prove it, each of which
starts from the basis of the one before, while a search of all rows is long at its root.
"""

from __future__ import annotations

import dataclasses
import heapq
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.optimise.gap import Gap
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.highs import Outcome
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.whole.growing_relaxation import GrowingRelaxation, Links
from siting.optimise.whole.reduced_cost_fixing import fixed_at_zero
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.models.assembly.standard_form import StandardForm

NODES_MAX = 200
"""Nodes after which the tree is no short one."""

WHOLE = 1e-6
"""Distance from a whole number that is rounding."""


@dataclasses.dataclass(frozen=True, order=True)
class _Node:
    """A part of all plans.

    Parameters
    ----------
    bound : float
        None of them costs less.
    number : int
        Of the node, so that they have an order.
    lower, upper : ndarray
        Bounds of the integer columns.
    """

    bound: float
    number: int
    lower: Array = dataclasses.field(compare=False)
    upper: Array = dataclasses.field(compare=False)


def search_growing(
    form: StandardForm,
    links: Links,
    solver: Any,
    *,
    gap: Gap,
    deadline: Deadline,
    progress: ProgressCallback | None,
    start: Array | None = None,
) -> tuple[Outcome, Outcome | None]:
    """Minimise a model by a tree over its growing relaxation, and return what this relaxation is, if it was solved.

    The outcome is ``feasible`` or ``failed`` where time or `NODES_MAX` ended it; its bound holds in any case.

    Parameters
    ----------
    form : StandardForm
        The model.
    links : Links
        Its rows and columns that may come in later.
    solver : Highs
        Holds the model, and does so afterwards.
    gap, deadline, progress, start
        As of `siting.optimise.whole.whole_model.search`.
    """
    tree = _Tree(form, links, gap, deadline, progress)
    if start is not None:
        tree.try_counts(solver, start)
    return tree.search(solver), tree.relaxed


class _Tree:
    def __init__(
        self, form: StandardForm, links: Links, gap: Gap, deadline: Deadline, progress: ProgressCallback | None
    ) -> None:
        self._form, self._gap, self._deadline, self._progress = form, gap, deadline, progress
        self._growing = GrowingRelaxation(form, links)
        self._integral = np.flatnonzero(form.integral)
        self._best: Outcome | None = None
        self._nodes = [_Node(-np.inf, 0, form.column_lower[self._integral], form.column_upper[self._integral])]
        self._least_settled = np.inf
        self.relaxed: Outcome | None = None

    @property
    def _cost(self) -> float:
        return np.inf if self._best is None or self._best.objective is None else self._best.objective

    @property
    def _bound(self) -> float:
        return min(self._least_settled, self._nodes[0].bound if self._nodes else np.inf, self._cost)

    def search(self, solver: Any) -> Outcome:
        """Solve nodes, the least bound first, until the bound is enough or time or the tree's size ends it."""
        count, reason = 0, "Optimal"
        while self._nodes and self._nodes[0].bound < self._gap.cutoff(self._cost):
            if self._deadline.is_over() or count == NODES_MAX:
                reason = "Time limit reached" if self._deadline.is_over() else "Solution limit reached"
                break
            node = self._nodes[0]  # stays until its parts are there: the bound holds whenever time is up
            found = self._solved(node, solver if count == 0 else None)
            if found is None:
                reason = "Time limit reached"
                break
            heapq.heappop(self._nodes)
            if count == 0 and found.status == "optimal":
                self.relaxed = found
                node = self._rounded_and_settled(node, found, solver)
            count += 1
            self._branch(node, found, 2 * count)
            self._tell()
        return self._outcome(reason)

    def _solved(self, node: _Node, solver: Any | None) -> Outcome | None:
        """Solve the relaxation of a node, until it is worth no more; None if there is no time."""
        self._growing.limit(node.lower, node.upper)
        bound = node.bound
        while True:
            found = self._growing.solve(self._deadline)
            if found.status == "infeasible":
                return dataclasses.replace(found, bound=np.inf)
            if found.values is None or found.bound is None or found.status != "optimal":
                return None
            bound = max(bound, found.bound)
            if solver is not None:  # the first node: what it proves holds for all
                self._nodes[0] = dataclasses.replace(node, bound=bound)
                if self._best is None:
                    self.try_counts(solver, np.ceil(found.values - WHOLE))
                self._tell()
            if bound >= self._gap.cutoff(self._cost) or not self._growing.separate_and_price(found):
                return dataclasses.replace(found, bound=bound)

    def _rounded_and_settled(self, node: _Node, found: Outcome, solver: Any) -> _Node:
        """Round the first node's solution up to a plan, and close what no better plan opens."""
        if found.values is None or found.prices is None or found.bound is None:
            return node
        self.try_counts(solver, np.ceil(found.values - WHOLE))
        worth = self._gap.cutoff(self._cost)
        idle = fixed_at_zero(self._form, found.prices, found.bound, worth)[self._integral]
        return dataclasses.replace(node, upper=np.where(idle, 0.0, node.upper))

    def _branch(self, node: _Node, found: Outcome, number: int) -> None:
        """Settle a node that is solved, or part it at the column that is least whole."""
        bound = np.inf if found.bound is None else found.bound
        if found.values is None or bound >= self._gap.cutoff(self._cost):
            self._least_settled = min(self._least_settled, bound)
            return
        counts = found.values[self._integral]
        fraction = np.abs(counts - np.round(counts))
        at = int(np.argmax(fraction))
        if fraction[at] <= WHOLE:
            self._take(dataclasses.replace(found, prices=None))
            self._least_settled = min(self._least_settled, bound)
            return
        lower, upper = node.lower.copy(), node.upper.copy()
        upper[at], lower[at] = np.floor(counts[at]), np.ceil(counts[at])
        heapq.heappush(self._nodes, _Node(bound, number, node.lower, upper))
        heapq.heappush(self._nodes, _Node(bound, number + 1, lower, node.upper))

    def try_counts(self, solver: Any, values: Array) -> None:
        """Solve for all but the counts, and take that as a plan if it is one.

        Parameters
        ----------
        solver : Highs
            Holds the model, and does so afterwards.
        values : ndarray
            By column; only those of integer columns matter.
        """
        form, columns = self._form, self._integral.astype(np.int32)
        found = highs.fix_integers_and_resolve(solver, form, values, self._deadline)
        solver.changeColsBounds(len(columns), columns, form.column_lower[columns], form.column_upper[columns])
        loading.restore(solver, form)
        if found.status == "optimal":
            self._take(dataclasses.replace(found, prices=None))

    def _take(self, plan: Outcome) -> None:
        if plan.objective is not None and plan.objective < self._cost:
            self._best = plan

    def _outcome(self, reason: str) -> Outcome:
        bound = self._bound if np.isfinite(self._bound) else None
        is_over = reason != "Optimal"
        stopped = self._deadline.is_stopped
        if self._best is None and not is_over:
            return Outcome("infeasible", "Infeasible", None, None, None)
        if self._best is None:
            return Outcome("failed", reason, None, None, bound, stopped)
        return dataclasses.replace(
            self._best, status="feasible" if is_over else "optimal", reason=reason, bound=bound, interrupted=stopped
        )

    def _tell(self) -> None:
        if self._progress is not None and np.isfinite(self._bound):
            cost = self._cost / COST_SCALE if np.isfinite(self._cost) else None
            gap = None if cost is None or not cost else (self._cost - self._bound) / abs(self._cost)
            self._progress(Progress("solve: tree", self._deadline.spent(), cost, self._bound / COST_SCALE, gap))
