"""Many futures by a few that stand for all: bounded by the relaxation of all, and costed in each of them.

1. The relaxation of all futures side by side is solved in longer steps, by an interior point, of the sites that the
   relaxation of three futures uses. At its prices of what sites share each site, also of the others, is bounded hour
   by hour, in all futures together (`siting.optimise.futures.bounded`). So the bound is one on all futures and sites,
   whichever stand for the others below.
2. At these prices it is seen which futures are alike (`siting.optimise.futures.alike`), and a few are chosen that stand
   for all, each with the probability of those that it is the nearest to.
3. The integer model of these few, of the sites that the relaxation uses, is searched for a design.
4. That design is held in every future, several at once, and its best answers are worked out: its cost is that of all
   futures. Of those that the design does not serve the one that must pay most joins the few, and as long as plan and
   bound are too far apart so do the least alike of the others.
"""

from __future__ import annotations

import contextlib
import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.case.futures import case_of_futures
from siting.case.minimum_cost import unavoidable_cost
from siting.models.assembly.model import ModelOfFutures, model_of
from siting.optimise.by_site import STEP_H
from siting.optimise.decomposition.linking_rows import partition
from siting.optimise.dual_bound import dual_bound
from siting.optimise.futures.alike import distances, nearest, representatives
from siting.optimise.futures.bounded import bound_at
from siting.optimise.futures.held import InFuture, answer_to
from siting.optimise.solver import highs, interior_point, loading
from siting.optimise.solver.progress import Progress
from siting.optimise.warm_start import Earlier, used_sites, warm_start
from siting.optimise.whole.lp_relaxation import INSIDE_TOLERANCE, LARGE_ROWS_COUNT
from siting.optimise.whole.whole_model import search
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siting.case.case import Array
    from siting.case.futures import CaseOfFutures
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.standard_form import StandardForm
    from siting.optimise.gap import Gap
    from siting.optimise.solver.clock import Clock
    from siting.optimise.solver.deadline import Deadline

__all__ = ["Represented", "search_by_representatives"]

FIRST_COUNT = 4
"""Futures that stand for all at first."""

INSIDE = 1e-5
"""Relative gap at which the interior point ends: a thousandth of the gap that is usually asked for."""

RELAXATION_SHARE, FIRST_SEARCH_SHARE = 0.6, 0.5
"""Parts of the time: for the relaxation, and of what is left for each search, so that another may follow."""

SEARCH_GAP_SHARE = 0.5
"""Part of the gap at which the search of the few ends: what standing for others errs by comes on top."""


@dataclasses.dataclass(frozen=True)
class Represented:
    """A design found by some futures, and what it does in all.

    Parameters
    ----------
    futures : tuple of InFuture
        All of them; empty if no design was found.
    bound : float
        No design over all futures costs less (scale of the standard form).
    rows, columns : int
        Size of the model of all futures.
    is_infeasible : bool
        Whether the relaxation shows that no design serves all.
    """

    futures: tuple[InFuture, ...]
    bound: float
    rows: int
    columns: int
    is_infeasible: bool = False

    @property
    def expected(self) -> float:
        """Mean cost (scale of the standard form); infinite if there is no design."""
        if not self.futures:
            return float("inf")
        return sum(one.weight * one.cost_usd for one in self.futures) * COST_SCALE


def search_by_representatives(
    case: CaseOfFutures,
    components: Sequence[type[Component]],
    *,
    gap: Gap,
    deadline: Deadline,
    finishing: Deadline,
    threads: int,
    clock: Clock,
    start: Earlier | None = None,
) -> Represented:
    """Find a design for many futures, and bound all.

    Parameters
    ----------
    case : CaseOfFutures
        The futures.
    components : sequence of component classes
        What their models consist of.
    gap : Gap
        At which to stop.
    deadline : Deadline
        Of the search.
    finishing : Deadline
        Of costing what was found in all futures.
    threads : int
        Futures worked at once.
    clock : Clock
        Told of the phases.
    start : Earlier, optional
        An earlier plan to begin with.
    """
    design = dataclasses.replace(case, year_of=None)
    return _Search(design, components, gap, deadline, finishing, threads, clock, start).run()


class _Search:
    """One search: its relaxation, and the designs that it tries."""

    def __init__(
        self,
        case: CaseOfFutures,
        components: Sequence[type[Component]],
        gap: Gap,
        deadline: Deadline,
        finishing: Deadline,
        threads: int,
        clock: Clock,
        start: Earlier | None,
    ) -> None:
        self.case, self.components, self.gap, self.start = case, components, gap, start
        self.deadline, self.finishing, self.threads, self.clock = deadline, finishing, threads, clock

    def run(self) -> Represented:
        """Bound all, then search and cost until plan and bound are close."""
        self.clock.begin("relaxation of all futures")
        relaxed = self._relaxed()
        best = Represented((), max(relaxed.bound, self.gap.unavoidable), relaxed.rows, relaxed.columns)
        if relaxed.status == "infeasible":
            return dataclasses.replace(best, is_infeasible=True)
        apart = distances(relaxed.model, self.case.weights, relaxed.prices, relaxed.values)
        sites = self._sites_of(relaxed.model, relaxed.values)
        del relaxed  # the largest thing there is
        asks_usd = [unavoidable_cost(outcome) for outcome in self.case.outcomes]
        chosen = representatives(apart, self.case.weights, FIRST_COUNT, [int(np.argmax(asks_usd))])
        while True:
            found = self._of_few(chosen, nearest(apart, self.case.weights, chosen), sites)
            if found is None:
                return best
            futures, failed = found
            if not failed:
                tried = dataclasses.replace(best, futures=futures)
                best = min(best, tried, key=lambda one: one.expected)
                self._tell(best, f"{len(chosen)} futures stand for {len(self.case.outcomes)}")
            if len(chosen) == len(self.case.outcomes) or self.deadline.is_over():
                return best
            if best.futures and self.gap.is_met(best.expected, best.bound):
                return best
            if failed:  # what serves the one that asks most serves most of the others
                chosen = tuple(sorted((*chosen, max(failed, key=lambda one: asks_usd[one]))))
            else:
                chosen = representatives(apart, self.case.weights, 2 * len(chosen), chosen)

    def _relaxed(self) -> _Relaxed:
        """Solve the relaxation of all futures: as it is where it is small, else in longer steps, whose prices bound it.

        Raises
        ------
        InfeasibleConstraintException
            If it is seen without a solver that no plan is possible.
        """
        whole = self._model_of(self.case)
        if whole.form.matrix.shape[0] < LARGE_ROWS_COUNT:
            status, prices, values = self._solved(whole.form)
            rows, columns = whole.form.matrix.shape
            return _Relaxed(whole, prices, values, dual_bound(whole.form, prices), rows, columns, status)
        del whole
        in_steps = self.case.in_steps(STEP_H)
        longer = self._model_of(in_steps.only(site=self._likely_sites(in_steps)))
        status, prices, values = self._solved(longer.form)
        if status == "infeasible":  # of these sites, not of all
            longer = self._model_of(in_steps)
            status, prices, values = self._solved(longer.form)
        if status == "infeasible":
            rows, columns = longer.form.matrix.shape
            return _Relaxed(longer, prices, values, -np.inf, rows, columns, "failed")  # it may be possible in the hours
        self.clock.begin("bound of all futures")
        shared = {longer.form.rows.name(row): float(prices[row]) for row in partition(longer).shared.tolist()}
        until = self.deadline.part(RELAXATION_SHARE)
        bound, size = bound_at(self.case, self.components, shared, threads=self.threads, deadline=until)
        return _Relaxed(longer, prices, values, bound, size.rows, size.columns, status)

    def _likely_sites(self, in_steps: CaseOfFutures) -> list[str]:
        """Sites that the relaxation of a few futures uses: of those that must pay least and most, and one between.

        The prices of these sites bound the others, too. Of `us-small` they are half of all.
        """
        order = sorted(range(len(in_steps.outcomes)), key=lambda one: unavoidable_cost(in_steps.outcomes[one]))
        few = sorted({order[0], order[len(order) // 2], order[-1]})
        weights = [1.0 / len(few)] * len(few)
        some = case_of_futures([in_steps.outcomes[one] for one in few], weights, [in_steps.names[one] for one in few])
        model = self._model_of(some)
        status, _, values = self._solved(model.form)
        return self._sites_of(model, np.ones(len(values)) if status == "infeasible" else values)

    def _solved(self, form: StandardForm) -> tuple[str, Array, Array]:
        """Solve a relaxation, from within where it is large; how that ended, prices of rows, and columns."""
        solver = loading.load(dataclasses.replace(form, integral=np.zeros_like(form.integral)))
        is_large = form.matrix.shape[0] >= LARGE_ROWS_COUNT
        with interior_point.inside(solver, INSIDE) if is_large else contextlib.nullcontext():
            outcome = highs.run(solver, deadline=self.deadline.part(RELAXATION_SHARE), progress=self._relay())
        solution: Any = solver.getSolution()
        prices, values = np.array(solution.row_dual), np.array(solution.col_value)
        if len(prices) != form.matrix.shape[0] or not np.isfinite(prices).all():
            prices = np.zeros(form.matrix.shape[0])
        if len(values) != form.matrix.shape[1] or not np.isfinite(values).all():
            values = np.ones(form.matrix.shape[1])  # nothing is known: all sites are in use
        return outcome.status, prices, values

    def _model_of(self, case: CaseOfFutures) -> ModelOfFutures:
        model = model_of(case, self.components, of_more=True)
        if not isinstance(model, ModelOfFutures):
            raise TypeError("a case of futures makes a model of futures")
        return model

    def _sites_of(self, model: ModelOfFutures, values: Array) -> list[str]:
        """Sites that the relaxation uses, and those of the plan to begin with."""
        form = model.form
        opened = form.columns.of("open_count")
        along = form.columns.along("site")[opened]
        sites = [str(site) for site in model.case.axes["site"]]
        used = {sites[place] for place in along[values[opened] > INSIDE_TOLERANCE].tolist()}
        every = [str(site) for site in self.case.axes["site"]]
        if self.start is not None:
            used |= {every[place] for place in np.flatnonzero(used_sites(self.start, self.case))}
        return [site for site in every if site in used]

    def _of_few(
        self, chosen: Sequence[int], weights: Array, sites: list[str]
    ) -> tuple[tuple[InFuture, ...], tuple[int, ...]] | None:
        """Search a design for some futures, hold it in all, and say where it fails; None if there is none."""
        from pyomo.common.errors import InfeasibleConstraintException

        self.clock.begin("solve")
        here = self.case.only(site=sites)
        some = case_of_futures(
            [here.outcomes[one] for one in chosen], weights.tolist(), [here.names[one] for one in chosen]
        )
        try:
            few = model_of(some, self.components, of_more=True)
            begun = None if self.start is None else warm_start(self.start, few)
            found = search(
                few.form,
                gap=self.gap.part(SEARCH_GAP_SHARE),
                deadline=self.deadline.within(FIRST_SEARCH_SHARE * self.deadline.left()),
                progress=self._relay(f"{len(chosen)} of {len(self.case.outcomes)} futures"),
                start=begun,
            )
        except InfeasibleConstraintException:  # of these sites, not of all
            return None
        if found.outcome.values is None:
            return None
        self.clock.begin("held in each future")
        names = {few.form.columns.name(i): i for i in range(few.stacked.first_count)}  # type: ignore[attr-defined]
        everything = model_of(here, self.components, of_more=True)
        if not isinstance(everything, ModelOfFutures):
            raise TypeError("a case of futures makes a model of futures")
        first = np.zeros(len(everything.form.cost))
        for place in range(everything.stacked.first_count):
            own = names.get(everything.form.columns.name(place))
            first[place] = 0.0 if own is None else found.outcome.values[own]
        count = len(self.case.outcomes)
        with ThreadPoolExecutor(self.threads) as pool:
            answers = list(
                pool.map(lambda one: answer_to(self.case, everything, one, first, self.finishing), range(count))
            )
        failed = tuple(one for one, answer in enumerate(answers) if answer is None and one not in chosen)
        if any(answers[one] is None for one in chosen):  # rounding leaves those searched without a plan
            return None
        return tuple(answer for answer in answers if answer is not None), failed

    def _relay(self, told: str = "") -> Any:
        """Progress without an incumbent: what stands for all has costs of its own."""

        def relay(moment: Progress) -> None:
            phase = f"{moment.phase}: {told}" if told else moment.phase
            self.clock.relay(Progress(phase, moment.seconds))

        return relay

    def _tell(self, best: Represented, text: str) -> None:
        cost, bound = best.expected / COST_SCALE, best.bound / COST_SCALE
        self.clock.relay(Progress(f"solve: {text}", 0.0, cost, bound, (cost - bound) / abs(cost) if cost else None))


@dataclasses.dataclass(frozen=True)
class _Relaxed:
    """The relaxation of all futures: its model, prices and columns, what is proven, the size of the whole."""

    model: ModelOfFutures
    prices: Array
    values: Array
    bound: float
    rows: int
    columns: int
    status: str
