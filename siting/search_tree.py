"""Branch and price over some sites: the tree's bound, and plans near the mixes that it comes upon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from siting.deadline import Stopped
from siting.near import near, values_of
from siting.search import search

if TYPE_CHECKING:
    from siting.case import Array, Case
    from siting.models.assembly import Component
    from siting.models.model import Model
    from siting.models.standard_form import StandardForm
    from siting.standing import Standing

LEAST_PATIENCE_S, PATIENCE_SHARE = 5.0, 0.1
"""Time for a plan near a mix: at the least, and as a share of all time spent so far."""


def branch_and_price(
    case: Case,
    components: Sequence[type[Component]],
    prices: Mapping[str, float],
    standing: Standing,
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
    standing : Standing
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
    from siting.models.pieces import cut
    from siting.models.site_plan import plans_of
    from siting.models.tree import Tree

    pieces, _ = cut(case, components)
    first = np.array([prices.get(name, 0.0) for name in pieces.shared.names])
    tree = Tree(pieces, first, standing.bound, standing.gap)
    if standing.best is not None and standing.best[0].outcome.values is not None:
        tree.know(plans_of(standing.best[0].outcome.values, standing.best[1], pieces))
    try:
        tree.grow(_Planner(case, components, standing, bound_of_others), threads, standing.deadline)
    finally:
        standing.raise_bound(min(tree.bound, bound_of_others))


class _Planner:
    """What the tree asks for: plans, and when it is enough."""

    def __init__(
        self, case: Case, components: Sequence[type[Component]], standing: Standing, bound_of_others: float
    ) -> None:
        self.case, self.components, self.standing = case, components, standing
        self.bound_of_others = bound_of_others

    def enough(self) -> float:
        """Bound that is enough for the best plan so far; infinite if there is none."""
        return self.standing.enough()

    def look_near(self, sites: Sequence[str], counts: Mapping[str, float]) -> None:
        """Look for a plan between mean counts and the best plan; wherever it may be as long as there is none."""
        from siting.models.model import model_of

        best_sites, best_counts = self.standing.best_counts()
        model = model_of(self.case.only(site=sorted({*sites, *best_sites})), self.components, of_more=True)
        patience_s = max(LEAST_PATIENCE_S, PATIENCE_SHARE * self.standing.deadline.spent())
        if best_counts:
            between = near(model.form, counts, best_counts, room=1.0)
            self._search(between, model, patience_s, start=values_of(model.form, best_counts))
            return
        self._search(near(model.form, counts, room=1.0), model, patience_s)
        if np.isinf(self.standing.cost()):
            self._search(model.form, model, patience_s)

    def _search(self, form: StandardForm, model: Model, patience_s: float, start: Array | None = None) -> None:
        found = search(form, **self.standing.asked(patience_s), start=start)
        self.standing.keep(found, model)
        if found.outcome.interrupted:
            raise Stopped

    def go_on(self, bound: float, nodes_count: int) -> bool:
        """Tell of the tree, and whether there is time left."""
        self.standing.raise_bound(min(bound, self.bound_of_others))
        self.standing.say(f"branch and price, {nodes_count} nodes")
        return not self.standing.deadline.is_over()
