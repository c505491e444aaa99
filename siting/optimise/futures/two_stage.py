"""One design for all futures: searched, made exact, and worked in each of them.

What is built, bought and signed is decided before it is known which future comes; who serves whom, the dispatch of
every hour, leases and certificates answer to it. The model is that of `siting.models.assembly.stacked`, searched as a
whole or site by site like any other. Then each future is solved again by itself with what was decided first held, so
that what is told of it is a plan of its own, audited against its own numbers.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from siting.case.minimum_cost import unavoidable_cost
from siting.models.assembly.model import ModelOfFutures, model_of
from siting.models.formulation import DESIGN, chosen
from siting.optimise.first_plan.first_plan import first_plan
from siting.optimise.first_plan.kept_plan import kept_plan
from siting.optimise.futures.held import InFuture, held_in
from siting.optimise.futures.represented import search_by_representatives
from siting.optimise.futures.risk import Risk, risk_form
from siting.optimise.gap import Gap
from siting.optimise.method import SolveMethod, choose_method, site_hours
from siting.optimise.no_plan import no_plan
from siting.optimise.searched import searched
from siting.optimise.solver import highs, loading
from siting.optimise.solver.clock import Clock
from siting.optimise.solver.deadline import Deadline
from siting.optimise.warm_start import warm_start
from siting.optimise.whole.whole_model import search
from siting.plan.records.provenance import run_id
from siting.plan.records.search_record import Status
from siting.problems import InputError
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siting.case.futures import CaseOfFutures
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.optimise.result import Result
    from siting.optimise.solver.progress import ProgressCallback
    from siting.optimise.warm_start import Earlier
    from siting.optimise.whole.whole_model import Found

__all__ = ["TwoStage", "components_of", "two_stage"]

FuturesMethod = Literal["whole", "decomposed", "representatives"]

REPRESENTED_SITE_HOURS = 50_000
"""Sites times hours of all futures up to which their relaxation is solved in one: about a million rows."""

SEARCH_SHARE = 0.9
"""Part of the time after which the search ends."""

LEAST_EXACT_S = 20.0
"""Time for making the plan exact at the least, in all futures: without it there is none."""


@dataclasses.dataclass(frozen=True)
class TwoStage:
    """A design for all futures, and how close to the best it is.

    Parameters
    ----------
    futures : tuple of InFuture
        What it does and costs in each.
    risk : Risk
        What was minimised.
    objective_usd, bound_usd : float
        The measure of the plan, and what that of no plan is below.
    status : str
        ``optimal`` (within the gaps asked for) or ``feasible``.
    method : str
        ``whole``, ``decomposed`` or ``representatives``.
    rows, columns : int
        Size of the model of all futures.
    seconds : mapping of str to float
        By phase, and ``total``.
    """

    futures: tuple[InFuture, ...]
    risk: Risk
    objective_usd: float
    bound_usd: float
    status: Status
    method: str
    rows: int
    columns: int
    seconds: Mapping[str, float]

    @property
    def expected_usd(self) -> float:
        """Mean cost over the futures."""
        return sum(one.weight * one.cost_usd for one in self.futures)

    @property
    def gap_fraction(self) -> float:
        """Distance between plan and bound, over the plan's measure."""
        return (self.objective_usd - self.bound_usd) / abs(self.objective_usd) if self.objective_usd else 0.0


def two_stage(
    case: CaseOfFutures,
    *,
    risk: Risk | None = None,
    gap: float = 0.01,
    gap_site_dependent: float = 0.05,
    time_limit: float | None = None,
    method: SolveMethod | Literal["representatives"] = "auto",
    threads: int | None = None,
    start: Earlier | None = None,
    progress: ProgressCallback | None = None,
) -> TwoStage:
    """Find the design that is best over all futures.

    Parameters
    ----------
    case : CaseOfFutures
        The futures, each with its numbers and probability.
    risk : Risk, optional
        What is minimised; the expected cost by default. The others are searched as a whole only.
    gap, gap_site_dependent, time_limit, threads, progress
        As of `siting.solve`.
    method : {"auto", "whole", "decomposed", "representatives"}
        As of `siting.solve`, or by some futures that stand for all (`siting.optimise.futures.represented`); ``auto``
        decides by size.
    start : Earlier, optional
        An earlier plan to begin with: what it decides first is tried in all futures.

    Raises
    ------
    InputError
        If another measure than the expected cost is asked for site by site.
    NoPlanError
        If no design serves every future, or none was found in time.
    """
    risk = risk or Risk()
    if risk.measure != "expected":
        if method in ("decomposed", "representatives"):
            message = "only the expected cost is searched site by site"
            raise InputError([case.study.problem("futures.objective", message, "say --method whole")])
        method = "whole"
    asked = Gap(gap, gap_site_dependent, unavoidable_cost(case) * COST_SCALE)
    work = _Work(case, risk, asked, time_limit, start, progress)
    return work.run(_way_of(case) if method == "auto" else method, loading.use_threads(threads))


def _way_of(case: CaseOfFutures) -> FuturesMethod:
    """Say which way is the faster for futures of this size."""
    way = choose_method(case)
    return "representatives" if way == "decomposed" and site_hours(case) <= REPRESENTED_SITE_HOURS else way


def components_of(case: CaseOfFutures) -> tuple[type[Component], ...]:
    """Return the components that any of the futures wants, in their order."""
    wanted = {one for outcome in case.outcomes for one in chosen(DESIGN, outcome)}
    own = tuple(one for one in chosen(DESIGN, case) if one not in DESIGN)
    return (*(one for one in DESIGN if one in wanted), *own)


class _Work:
    """A search over futures, and what follows it."""

    def __init__(
        self,
        case: CaseOfFutures,
        risk: Risk,
        gap: Gap,
        time_limit: float | None,
        start: Earlier | None,
        progress: ProgressCallback | None,
    ) -> None:
        self.case, self.risk, self.gap, self.time_limit, self.start = case, risk, gap, time_limit, start
        self.whole = Deadline(time_limit)
        self.clock = Clock(progress, self.whole, gap.unavoidable / COST_SCALE)
        self.components = components_of(case)

    def run(self, way: FuturesMethod, workers: int) -> TwoStage:
        """Search, and work the design in each future."""
        if way == "representatives":
            return self._by_representatives(workers)
        result = self._searched(way, workers)
        outcome, model = result.outcome, result.model
        if outcome.values is None or outcome.bound is None or not isinstance(model, ModelOfFutures):
            raise no_plan(outcome, self.whole.spent())
        self.clock.begin("finish")
        deadline = self._at_least()
        values = outcome.values
        if self.risk.measure == "expected":
            again = highs.fix_integers_and_resolve(result.solver, model.form, values, deadline)
            values = values if again.values is None or again.status != "optimal" else again.values
        futures = tuple(
            held_in(self.case, model, number, values, deadline) for number in range(len(self.case.outcomes))
        )
        rows, columns = (result.size.rows, result.size.columns) if result.size else model.form.matrix.shape
        return self._found(futures, outcome.bound, way, rows, columns)

    def _by_representatives(self, workers: int) -> TwoStage:
        """Search by some futures that stand for all; the first plan of all where that finds none."""
        found = search_by_representatives(
            self.case,
            self.components,
            gap=self.gap,
            deadline=self.whole.part(SEARCH_SHARE),
            finishing=self._at_least(),
            threads=workers,
            clock=self.clock,
            start=self.start,
        )
        if found.is_infeasible:
            reason = "no design serves every future"
            raise no_plan(highs.Outcome("infeasible", reason, None, None, None), self.whole.spent())
        futures = found.futures
        if not futures:
            first = self._first_plan()
            if first is None or first[0].outcome.values is None or not isinstance(first[1], ModelOfFutures):
                raise no_plan(highs.Outcome("failed", "time limit reached", None, None, None), self.whole.spent())
            values, deadline = first[0].outcome.values, self._at_least()
            futures = tuple(
                held_in(self.case, first[1], number, values, deadline) for number in range(len(self.case.outcomes))
            )
        return self._found(futures, found.bound, "representatives", found.rows, found.columns)

    def _found(
        self, futures: tuple[InFuture, ...], found_bound: float, way: FuturesMethod, rows: int, columns: int
    ) -> TwoStage:
        """What was found, with its measure and the bound on it."""
        objective = self.risk.of([one.cost_usd for one in futures], self.case.weights)
        bound = min(max(found_bound, self.gap.unavoidable) / COST_SCALE, objective)
        self.clock.end()
        return TwoStage(
            futures,
            self.risk,
            objective,
            bound,
            "optimal" if self.gap.is_met(objective * COST_SCALE, bound * COST_SCALE) else "feasible",
            way,
            rows,
            columns,
            self.clock.seconds(),
        )

    def _searched(self, way: Literal["whole", "decomposed"], workers: int) -> Result:
        deadline = self.whole.part(SEARCH_SHARE)
        if self.risk.measure != "expected":
            return self._by_risk(deadline)
        self.clock.begin("first plan")
        first = self._first_plan()
        notes = [f"{len(self.case.outcomes)} futures"]
        if self.start is not None:
            notes.append(f"begins with the plan of run {run_id(self.start.case, self.start.solution)}")
        options: Any = {"gap": self.gap, "deadline": deadline, "progress": self.clock.relay}
        return searched(self.case, self.components, way, self.start, first, workers, self.clock, notes, options)

    def _first_plan(self) -> tuple[Found, Model] | None:
        """Make a plan of what an earlier one decides first, or anew without any search; the cheaper of the two."""
        deadline = self._at_least()
        kept = None if self.start is None else kept_plan(self.start, self.case, self.components, deadline)
        plans = [one for one in (kept, first_plan(self.case, self.components, deadline)) if one is not None]
        return min(plans, key=lambda one: one[0].objective, default=None)

    def _by_risk(self, deadline: Deadline) -> Result:
        """Search by another measure than the mean."""
        from siting.optimise.decomposition.blocks import Size
        from siting.optimise.result import Result

        self.clock.begin("build")
        model = model_of(self.case, self.components)
        if not isinstance(model, ModelOfFutures):
            raise TypeError("a case of futures makes a model of futures")
        self.clock.begin("solve")
        form = risk_form(model, self.risk, COST_SCALE)
        begun = None
        if self.start is not None:
            begun = np.append(warm_start(self.start, model), np.zeros(len(form.cost) - len(model.form.cost)))
        found = search(form, gap=self.gap, deadline=deadline, progress=self.clock.relay, start=begun)
        rows, columns = form.matrix.shape
        size = Size(rows, columns, int(form.matrix.nnz), int(np.count_nonzero(form.integral)))
        return Result(found.outcome, found.solver, model, size)

    def _at_least(self) -> Deadline:
        if self.time_limit is None:
            return Deadline()
        return Deadline(max(1.1 * self.time_limit - self.whole.spent(), LEAST_EXACT_S))
