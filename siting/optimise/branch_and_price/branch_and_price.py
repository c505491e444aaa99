"""Branch and price over some sites: the tree's bound, and plans near the mixes that it comes upon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from siting.optimise.neighbourhood import neighbourhood, values_of
from siting.optimise.solver.deadline import Stopped
from siting.optimise.whole.whole_model import search

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.models.assembly.standard_form import StandardForm
    from siting.optimise.incumbent import SearchState

LEAST_LOOK_S, LOOK_SHARE = 5.0, 0.1
"""Time for a plan near a mix: at the least, and as a share of all time spent so far."""


def branch_and_price(
    case: Case,
    components: Sequence[type[Component]],
    prices: Mapping[str, float],
    state: SearchState,
    *,
    bound_of_others: float,
    threads: int,
) -> None:
    """Search all plans of some sites, as far as they may be better than the best one known.

    Parameters
    ----------
    case : Case
        The numbers, of these sites.
    components : sequence of component classes
        What the model consists of.
    prices : mapping of str to float
        Prices of the rows that sites share, by name, to begin with.
    state : SearchState
        Takes better plans and bounds.
    bound_of_others : float
        What plans with other sites cost at the least.
    threads : int
        Sites priced at once.

    Raises
    ------
    Stopped
        If Ctrl-C or time ended it; what it found is kept.
    """
    from siting.optimise.branch_and_price.tree import Tree
    from siting.optimise.decomposition.blocks import cut
    from siting.optimise.decomposition.column import columns_of

    blocks, _ = cut(case, components)
    first = np.array([prices.get(name, 0.0) for name in blocks.shared.names])
    tree = Tree(blocks, first, state.bound, state.gap.relative(state.bound))
    if state.best is not None and state.best[0].outcome.values is not None:
        tree.add_columns(columns_of(state.best[0].outcome.values, state.best[1], blocks))
    try:
        tree.solve(_Planner(case, components, state, bound_of_others), threads, state.deadline)
    finally:
        state.raise_bound(min(tree.bound, bound_of_others))


class _Planner:
    """What the tree asks for: plans, and when it is enough."""

    def __init__(
        self, case: Case, components: Sequence[type[Component]], state: SearchState, bound_of_others: float
    ) -> None:
        self.case, self.components, self.state = case, components, state
        self.bound_of_others = bound_of_others

    def cutoff(self) -> float:
        """Bound that is enough for the best plan so far; infinite if there is none."""
        return self.state.cutoff()

    def primal_heuristic(self, sites: Sequence[str], counts: Mapping[str, float]) -> None:
        """Look for a plan between mean counts and the best plan; wherever it may be as long as there is none."""
        from siting.models.assembly.model import model_of

        best_sites, best_counts = self.state.best_counts()
        model = model_of(self.case.only(site=sorted({*sites, *best_sites})), self.components, of_more=True)
        patience_s = max(LEAST_LOOK_S, LOOK_SHARE * self.state.deadline.spent())
        if best_counts:
            between = neighbourhood(model.form, counts, best_counts, room=1.0)
            self._search(between, model, patience_s, start=values_of(model.form, best_counts))
            return
        self._search(neighbourhood(model.form, counts, room=1.0), model, patience_s)
        if np.isinf(self.state.cost()):
            self._search(model.form, model, patience_s)

    def _search(self, form: StandardForm, model: Model, patience_s: float, start: Array | None = None) -> None:
        found = search(form, **self.state.solve_options(patience_s), start=start)
        self.state.keep(found, model)
        if found.outcome.interrupted:
            raise Stopped

    def go_on(self, bound: float, nodes_count: int) -> bool:
        """Tell of the tree, and whether there is time left."""
        self.state.raise_bound(min(bound, self.bound_of_others))
        self.state.say(f"branch and price, {nodes_count} nodes")
        return not self.state.deadline.is_over()
