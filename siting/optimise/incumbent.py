"""Where a search site by site stands: its best plan, its bound, its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from siting.optimise.gap import Gap
from siting.optimise.neighbourhood import counts_of
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.models.assembly.model import Model
    from siting.optimise.whole.whole_model import Found


HALF = 0.5
"""What tells a count of one from none."""


class SearchState:
    """What is asked of a search, and what it knows so far.

    Parameters
    ----------
    gap : Gap
        At which to stop.
    deadline : Deadline
        Of all stages together.
    progress : callable or None
        Told of incumbent and bound.
    bound : float
        No plan costs less (scale of the standard form).

    Attributes
    ----------
    best : (Found, Model) or None
        The best plan so far, or the first attempt if none found one.
    """

    def __init__(self, gap: Gap, deadline: Deadline, progress: ProgressCallback | None, bound: float) -> None:
        self.gap, self.deadline, self.bound = gap, deadline, bound
        self.best: tuple[Found, Model] | None = None
        self._progress = progress

    def cost(self) -> float:
        """Cost of the best plan; infinite if there is none."""
        return np.inf if self.best is None else self.best[0].objective

    def has_plan(self) -> bool:
        """Whether there is a plan."""
        return bool(np.isfinite(self.cost()))

    def best_counts(self) -> tuple[list[str], dict[str, float]]:
        """Sites that the best plan opens, and all that it counts by name of the column; nothing if there is none."""
        from siting.optimise.decomposition.linking_rows import OPENING

        if self.best is None or self.best[0].outcome.values is None:
            return [], {}
        model, values = self.best[1], self.best[0].outcome.values
        sites = model.case.axes["site"]
        opened = values[model.form.columns.of(OPENING)].reshape(len(sites), -1).max(axis=1) > HALF
        used = [str(site) for site, is_open in zip(sites, opened, strict=True) if is_open]
        return used, counts_of(model.form, values)

    def cutoff(self) -> float:
        """Bound with which the best plan is within the gap; infinite if there is no plan."""
        return self.gap.cutoff(self.cost())

    def is_over(self) -> bool:
        """Whether the bound is enough, time is up or Ctrl-C was pressed."""
        return bool(self.bound >= self.cutoff() or self.deadline.is_over())

    def keep(self, found: Found, model: Model) -> None:
        """Keep a plan if it is the best so far."""
        if self.best is None or found.objective < self.cost():
            self.best = found, model

    def raise_bound(self, bound: float) -> None:
        """Take a bound on all plans if it is the best so far."""
        self.bound = float(np.fmax(self.bound, bound))

    def solve_options(self, patience_s: float | None = None) -> dict[str, Any]:
        """What a search on some sites is asked.

        Parameters
        ----------
        patience_s : float, optional
            Seconds after which it stops, if they are fewer than those left.
        """
        return {
            "gap": self.gap.part(0.5),
            "deadline": self.deadline if patience_s is None else self.deadline.within(patience_s),
            "progress": self.tell,
        }

    def tell(self, moment: Progress) -> None:
        """Tell of a search on some sites, with the best plan and the bound on all plans; its own is of those sites."""
        if self._progress is None:
            return
        known = [cost for cost in (moment.incumbent_usd, self.cost() / COST_SCALE) if cost is not None]
        best_usd = None if np.isinf(min(known)) else min(known)
        bound_usd = self.bound / COST_SCALE if np.isfinite(self.bound) else None
        gap = (best_usd - bound_usd) / abs(best_usd) if best_usd and bound_usd is not None else None
        self._progress(Progress(moment.phase, self.deadline.spent(), best_usd, bound_usd, gap))

    def say(self, stage: str) -> None:
        """Tell of a stage that has no plan of its own."""
        self.tell(Progress(f"solve: {stage}", self.deadline.spent()))
