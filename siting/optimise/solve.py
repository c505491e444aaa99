"""Solve a case: assemble, hand over, search, round, resolve, extract, audit, replay."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from siting.accounts.audit import AuditError
from siting.case.case import Case
from siting.case.minimum_cost import unavoidable_cost
from siting.case.price_years import without
from siting.case.solution import Solution
from siting.optimise.exact_plan import exact
from siting.optimise.first_plan.first_plan import first_plan
from siting.optimise.first_plan.kept_plan import kept_plan
from siting.optimise.gap import Gap
from siting.optimise.method import SolveMethod, choose_method, why
from siting.optimise.no_plan import NoPlanError, no_plan
from siting.optimise.result import Result
from siting.optimise.rivals.forced_openings import forced_openings as why_not
from siting.optimise.searched import SearchOptions, searched
from siting.optimise.selection.selection import selection
from siting.optimise.solver import highs, loading
from siting.optimise.solver.clock import Clock
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.progress import ProgressCallback
from siting.optimise.solver.sheltered import sheltered
from siting.optimise.warm_start import Earlier, cautions_of_start
from siting.optimise.year.other_year import caution, is_contracted, named, offered_losers
from siting.plan.cautions import Caution
from siting.plan.plan import Plan
from siting.plan.records.provenance import run_id
from siting.plan.records.search_record import CHOSEN_DAYS, Search, SecondYear
from siting.plan.speculative import cautions_of_racks
from siting.plan.tables.consent import cautions_of_consent
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    import pandas as pd

    from siting.models.assembly.model import Model
    from siting.optimise.decomposition.blocks import Size
    from siting.optimise.whole.kept_basis import KeptBasis
    from siting.optimise.whole.whole_model import Found
    from siting.optimise.year.compete import Entry
    from siting.optimise.year.other_year import OfferedPairs
    from siting.plan.full_year import Replay

DEFAULT_GAP_FRACTION, DEFAULT_GAP_SITE_DEPENDENT_FRACTION = 0.01, 0.05
"""Gaps at which the search stops: of the whole cost, and of the cost above what is unavoidable."""

SEARCH_SHARE, FINISH_SHARE, REPLAY_SHARE = 0.75, 0.85, 0.95
"""Parts of the time after which the search ends, then the choice of directions of batteries and the rivals, and last
the full-year replay. What is left is for the reports of whoever asked."""

SELECTION_SHARE = 0.4
"""Part of the time left before the end of the replay that the draws may take from the bound for the year."""
FIRST_SEARCH_SHARE = 0.45
"""Part of the time for the first search where one without contracts that pay in one price year only may follow."""

RIVALS_SHARE = 0.5
"""Part of the time left that the rivals may take from the replay."""

EXACT_SHARE, LEAST_FIRST_S, LEAST_EXACT_S = 1.1, 10.0, 10.0
"""Time, over all of it and at the least, for a first plan and for making the plan found exact: without these there is
no plan to report."""


def solve(
    case: Case,
    *,
    gap: float = DEFAULT_GAP_FRACTION,
    gap_site_dependent: float = DEFAULT_GAP_SITE_DEPENDENT_FRACTION,
    time_limit: float | None = None,
    time_spent: float = 0.0,
    method: SolveMethod = "auto",
    threads: int | None = None,
    start: Plan | None = None,
    replay: bool = True,
    rivals: bool = True,
    draws: int = 0,
    year_bound: bool = True,
    kept: KeptBasis | None = None,
    progress: ProgressCallback | None = None,
) -> Plan:
    """Find the cheapest plan, and say how close to the best it is.

    Parameters
    ----------
    case : Case
        From `siting.prepare`.
    gap : float
        Distance between plan and bound, over the plan's cost, at which to stop (0 to 1).
    gap_site_dependent : float
        The same over the part of the cost that sites change (0 to 1): what lies above `siting.case.minimum_cost`.
        The search stops when both hold.
    time_limit : float, optional
        Seconds for all of it. The search has three quarters of them and stops with the best plan found; what else is
        not done in time is left out, and said in the plan's warnings. Only a first plan, without any search, and
        making the plan exact are finished in any case; each has a tenth more than the limit, and ten seconds at the
        least. What is proven until then stays: what any plan must pay at the least.
    time_spent : float
        Seconds of these that were spent before, such as on reading tables.
    method : {"auto", "whole", "decomposed"}
        The whole model at once, or site by site; ``auto`` decides by size.
    threads : int, optional
        Threads of the solver; all cores by default.
    start : Plan, optional
        An earlier plan to begin the search with, of this study or of one like it.
    replay : bool
        Run the design through all 8,760 hours afterwards.
    rivals : bool
        Work out why each site that is not built is not.
    draws : int
        Choices of sites under errors of the inputs, by which it is counted how often each site is chosen.
    year_bound : bool
        Bound what any plan costs over the year, after the replay and within the same limit; the status is the same.
    kept : KeptBasis, optional
        What the relaxation of a neighbour left, where many like cases are solved one after another.
    progress : callable, optional
        Told of each phase, and about once a second of incumbent, bound and gap; in a thread other than the caller's.

    Returns
    -------
    Plan
        Audited; its status is ``optimal`` (both gaps within those asked for) or ``feasible`` (stopped by
        time or Ctrl-C, however often it is pressed: what was given up is said in the plan's warnings).

    Raises
    ------
    NoPlanError
        If no plan meets all limits, if none was found in time, or if what was found does not add up.
    """
    earlier = None if start is None else Earlier(start.case, start.solution)
    whole = Deadline(None if time_limit is None else time_limit - time_spent)

    def work() -> Plan:
        asked = Gap(gap, gap_site_dependent, unavoidable_cost(case) * COST_SCALE)
        return _Run(case, whole, asked, time_limit, progress, kept).plan(
            method, threads, earlier, replay=replay, rivals=rivals, draws=draws, year_bound=year_bound
        )

    return sheltered(work, whole)


@dataclasses.dataclass(frozen=True)
class _Found:
    """What a search found: the plan, exact, and a bound (scale of the standard form)."""

    result: Result
    outcome: highs.Outcome
    bound: float
    size: Size
    solution: Solution
    objective_usd: float


class _Run:
    """One run: the search, and what follows it, each within its part of the time."""

    def __init__(
        self,
        case: Case,
        whole: Deadline,
        gap: Gap,
        time_limit: float | None,
        progress: ProgressCallback | None,
        kept: KeptBasis | None,
    ) -> None:
        self.whole, self.time_limit, self.kept = whole, time_limit, kept
        self._take(case, gap)
        self.clock = Clock(progress, whole, gap.unavoidable / COST_SCALE)
        self.cautions: list[Caution] = []

    def _take(self, case: Case, gap: Gap) -> None:
        """Work on a case from now on, towards a gap."""
        from siting.models.formulation import DESIGN, chosen

        self.case, self.components, self.gap = case, chosen(DESIGN, case), gap

    def plan(
        self,
        method: SolveMethod,
        threads: int | None,
        start: Earlier | None,
        *,
        replay: bool,
        rivals: bool,
        draws: int,
        year_bound: bool,
    ) -> Plan:
        """Search, make the plan exact, and find out what else is asked about it."""
        workers = loading.use_threads(threads)
        case = self.case
        if case.own_rules:
            self.cautions.append(Caution("own_rules", {"rules": ", ".join(rule.__name__ for rule in case.own_rules)}))
        way = choose_method(case) if method == "auto" else method
        notes = [why(case)] if method == "auto" else []
        if start is not None:
            notes.append(f"begins with the plan of run {run_id(start.case, start.solution)}")
            self.cautions += cautions_of_start(start, case)
        losing = offered_losers(case)
        share = FIRST_SEARCH_SHARE if losing.any() else SEARCH_SHARE
        found = self._found(way, start, workers, notes, share)
        second_year: SecondYear | None = None
        if is_contracted(found.solution, losing):
            found, second_year = self._again(found, losing, way, workers)
        result, solution, objective_usd = found.result, found.solution, found.objective_usd
        losers: pd.DataFrame | None = None
        if rivals:
            solution, objective_usd, losers, bound = self._rivals(found, workers)
            found = dataclasses.replace(found, bound=bound)
        entries: tuple[Entry, ...] = ()
        if replay and self.case.year_of is not None:
            entries = self._year(solution, objective_usd, found.bound, workers)
        rerun: Replay | None = None
        found_usd = objective_usd
        if entries:
            solution, objective_usd, rerun = entries[0].solution, entries[0].objective_usd, entries[0].replay
            self.cautions += entries[0].told
        counted = self._selection(solution, draws, workers) if draws and case.sites_of is not None else None
        year_bound_usd = self._year_bound(result, entries[0], workers) if entries and year_bound else None
        bound_usd = min(max(found.bound, self.gap.unavoidable) / COST_SCALE, found_usd, objective_usd)
        is_enough = self.gap.is_met(found_usd * COST_SCALE, bound_usd * COST_SCALE)
        if not is_enough and found.outcome.status != "optimal":
            self.cautions.insert(0, Caution("search_stopped", {"gap_fraction": _gap(found_usd, bound_usd)}))
        self.cautions += cautions_of_consent(case, solution)
        self.cautions += cautions_of_racks(case, solution)
        self.clock.end()
        summary = Search(
            status="optimal" if is_enough else "feasible",
            reason=found.outcome.reason,
            objective_usd=objective_usd,
            bound_usd=bound_usd,
            unavoidable_usd=unavoidable_cost(self.case),
            gap_asked_fraction=self.gap.of_cost,
            gap_site_dependent_asked_fraction=self.gap.of_site_dependent,
            time_limit_seconds=self.time_limit,
            threads=workers,
            method=way,
            method_reason=why(case),
            **dataclasses.asdict(found.size),
            seconds=self.clock.seconds(),
            start_run_id=None if start is None else run_id(start.case, start.solution),
            year_bound_usd=year_bound_usd,
            year_bound_asked=year_bound,
            designs=tuple(entry.record() for entry in entries),
            draws_asked_count=draws,
            second_year=second_year,
        )
        return Plan(
            case=self.case,
            solution=solution,
            search=summary,
            replay=rerun,
            rivals=losers,
            selection=counted,
            cautions=tuple(self.cautions),
        )

    def _found(
        self, way: Literal["whole", "decomposed"], start: Earlier | None, workers: int, notes: list[str], share: float
    ) -> _Found:
        """Search the case at hand within a part of the time, from a first plan on, and make what is found exact."""
        self.clock.begin("first plan")
        first = self._first_plan(start)
        deadline = self.whole.part(share)
        options: SearchOptions = {"gap": self.gap, "deadline": deadline, "progress": self.clock.relay}
        result = searched(self.case, self.components, way, start, first, workers, self.clock, notes, options, self.kept)
        found = result.outcome
        if found.values is None or found.bound is None or result.model is None or result.size is None:
            raise no_plan(found, self.whole.spent())
        self.clock.begin("finish")
        enough = self.gap.cost_within(found.bound)
        solution, objective_usd = self._exact(result.model, result.solver, found, enough)
        return _Found(result, found, found.bound, result.size, solution, objective_usd)

    def _again(
        self, first: _Found, losing: OfferedPairs, way: Literal["whole", "decomposed"], workers: int
    ) -> tuple[_Found, SecondYear | None]:
        """Search without contracts that pay in one price year only; what was found stays where there is no plan then.

        The higher of both bounds holds: leaving contracts out makes no plan cheaper.
        """
        case, gap, began = self.case, self.gap, self.whole.spent()
        rest = without(case, losing)
        self._take(rest, dataclasses.replace(gap, unavoidable=unavoidable_cost(rest) * COST_SCALE))
        notes = [f"again without {', '.join(named(case, losing))}"]
        try:
            found = self._found(way, Earlier(case, first.solution), workers, notes, SEARCH_SHARE)
        except NoPlanError:
            self._take(case, gap)
            self.cautions.append(caution(case, losing, are_taken_out=False))
            return first, None
        self.cautions.append(caution(case, losing, are_taken_out=True))
        told = SecondYear(
            year=int(case.study.time.compared_year or 0),
            taken_out=named(case, losing),
            with_usd=first.objective_usd,
            seconds=self.whole.spent() - began,
        )
        return dataclasses.replace(found, bound=max(found.bound, first.bound)), told

    def _first_plan(self, start: Earlier | None) -> tuple[Found, Model] | None:
        """Make a plan without any search: of what is left of an earlier one, or anew; the cheaper of the two."""
        deadline = self._at_least(LEAST_FIRST_S)
        kept = None if start is None else kept_plan(start, self.case, self.components, deadline)
        plans = [one for one in (kept, first_plan(self.case, self.components, deadline)) if one is not None]
        return min(plans, key=lambda one: one[0].objective, default=None)

    def _exact(self, model: Model, solver: Any, outcome: highs.Outcome, enough: float) -> tuple[Solution, float]:
        """Make a plan exact, in time and whether or not Ctrl-C is pressed: before that there is no plan to keep."""
        deadline = self._at_least(LEAST_EXACT_S)
        return exact(self.case, model, solver, outcome, enough, deadline, self.whole.part(FINISH_SHARE))

    def _at_least(self, least_s: float) -> Deadline:
        """Return the deadline of work without which there is no plan to report, whether or not Ctrl-C is pressed."""
        if self.time_limit is None:
            return Deadline()
        return Deadline(max(EXACT_SHARE * self.time_limit - self.whole.spent(), least_s))

    def _rivals(self, found: _Found, threads: int) -> tuple[Solution, float, pd.DataFrame, float]:
        """Why the other sites are not built; a better plan, if one comes up, and a better bound on all plans."""
        self.clock.begin("rivals")
        solution, objective_usd, result = found.solution, found.objective_usd, found.result
        rival = why_not(
            self.case,
            self.components,
            solution,
            objective_usd,
            result,
            deadline=self.whole.part(FINISH_SHARE).within(RIVALS_SHARE * self.whole.left()),
            threads=threads,
            progress=self.clock.relay,
        )
        if not rival.complete:
            self.cautions.append(Caution("rivals_stopped"))
        if rival.best is not None and rival.best[0].objective / COST_SCALE < objective_usd:
            other, model = rival.best
            enough = self.gap.cost_within(found.bound)
            with contextlib.suppress(NoPlanError):  # the plan at hand is a good one
                again = self._exact(model, other.solver, other.outcome, enough)
                solution, objective_usd = min((solution, objective_usd), again, key=lambda plan: plan[1])
        losers = rival.table(solution.decisions["open_count"].values[:, -1], objective_usd)
        return solution, objective_usd, losers, float(np.fmax(found.bound, rival.bound_usd * COST_SCALE))

    def _year(self, solution: Solution, objective_usd: float, bound: float, threads: int) -> tuple[Entry, ...]:
        """The design's year and those of what competes with it, the best first; none if the first was given up."""
        from siting.optimise.year.compete import Entry, Task, compete
        from siting.optimise.year.replay import replay_year

        self.clock.begin("replay")
        deadline = self.whole.part(REPLAY_SHARE)
        try:
            rerun, told = replay_year(self.case, solution, self.clock.relay, deadline, threads)
        except Stopped:
            self.cautions.append(Caution("replay_stopped"))
        except (AuditError, RuntimeError) as error:
            self.cautions.append(Caution("replay_failed", {"error": str(error)}))
        else:
            self.clock.begin("designs")
            task = Task(self.case, self.components, self.gap, bound, self.clock.relay, threads)
            first = Entry(CHOSEN_DAYS, solution, objective_usd, rerun, told)
            entries, is_done = compete(task, first, deadline)
            if not is_done:
                self.cautions.append(Caution("designs_stopped"))
            return entries
        return ()

    def _selection(self, solution: Solution, draws_count: int, threads: int) -> pd.DataFrame | None:
        """How often each site is chosen under errors of the inputs; None if that was given up."""
        self.clock.begin("draws")
        deadline = self.whole.part(REPLAY_SHARE)
        counted, told = selection(
            self.case,
            solution.decisions["open_count"].values[:, -1],
            draws_count,
            threads=threads,
            deadline=deadline.within(SELECTION_SHARE * deadline.left()),
            progress=self.clock.relay,
        )
        self.cautions += told
        return counted

    def _year_bound(self, result: Result, plan: Entry, threads: int) -> float | None:
        """What no plan costs less than over the year; None if that was given up."""
        from siting.optimise.year.bound.claim import bound_for

        if result.prices is None:
            self.cautions.append(Caution("year_bound_stopped"))
            return None
        self.clock.begin("bound")
        deadline = self.whole.part(REPLAY_SHARE)
        found, told = bound_for(
            self.case, self.components, result.prices, plan.replay, threads, deadline, self.clock.relay
        )
        self.cautions += told
        return found


def _gap(objective: float, bound: float) -> float:
    return (objective - bound) / abs(objective) if objective else 0.0
