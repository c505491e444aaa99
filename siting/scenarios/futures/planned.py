"""A plan made for many futures: the design is that of all of them, its tables stand in the one of middling cost."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from siting.accounts.audit import AuditError
from siting.case.futures import CaseOfFutures, case_of_futures
from siting.case.minimum_cost import unavoidable_cost
from siting.models.formulation import DESIGN, chosen
from siting.optimise.decomposition.blocks import Size
from siting.optimise.first_plan.kept_plan import kept_plan
from siting.optimise.futures.held import InFuture
from siting.optimise.futures.risk import Risk, conditional_value_at_risk
from siting.optimise.futures.two_stage import TwoStage, two_stage
from siting.optimise.gap import Gap
from siting.optimise.method import SolveMethod, choose_method, why
from siting.optimise.searched import SearchOptions, searched
from siting.optimise.solver import loading
from siting.optimise.solver.clock import Clock
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.progress import ProgressCallback
from siting.optimise.warm_start import Earlier, cautions_of_start
from siting.plan.cautions import Caution
from siting.plan.full_year import Replay
from siting.plan.plan import Plan
from siting.plan.records.futures_record import FUTURES_COLUMNS, KPIS_COLUMNS, FuturesRecord
from siting.plan.records.provenance import run_id
from siting.plan.records.search_record import CHOSEN_DAYS, Competitor, Search
from siting.plan.speculative import cautions_of_racks
from siting.plan.tables.consent import cautions_of_consent
from siting.quantities import COST_SCALE
from siting.scenarios.sweep.varied import value_text
from siting.study.futures_drawn import FutureStudy, futures_of

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.study.study import Study

__all__ = ["PreparedFutures", "plan_for_futures", "planned", "prepare_futures"]

SEARCH_SHARE, SHOWN_SHARE, REPLAY_SHARE = 0.65, 0.8, 0.97
"""Parts of the time after which the search over all futures ends, the bound of the one shown, and the years."""

MIDDLE = 0.5
"""Part of what may come that costs no more than the future shown."""


@dataclasses.dataclass(frozen=True)
class PreparedFutures:
    """The futures of a study, prepared.

    Parameters
    ----------
    study : Study
        That speaks of them.
    case : CaseOfFutures
        All of them; its own numbers are those of the future that must pay most.
    futures : tuple of FutureStudy
        What is otherwise in each.
    """

    study: Study
    case: CaseOfFutures
    futures: tuple[FutureStudy, ...]


def prepare_futures(study: Study, *, trust_code: bool = False) -> PreparedFutures:
    """Prepare every future of a study.

    Parameters
    ----------
    study : Study
        One that speaks of futures.
    trust_code : bool
        Run the rules of its own that the study brings.

    Raises
    ------
    InputError
        If a future cannot be prepared.
    """
    from siting.data.prepare import prepare
    from siting.optimise.own_rules import with_own_rules

    futures = futures_of(study)
    cases = [prepare(one.study) for one in futures]
    if trust_code:
        cases = [with_own_rules(one) for one in cases]
    weights = np.array([one.weight for one in futures])
    largest = int(np.argmax([unavoidable_cost(case) for case in cases]))
    names = [one.name for one in futures]
    case = case_of_futures(cases, (weights / weights.sum()).tolist(), names, shown=largest)
    return PreparedFutures(study, case, futures)


def plan_for_futures(
    study: Study | PreparedFutures,
    *,
    gap: float = 0.01,
    gap_site_dependent: float = 0.05,
    time_limit: float | None = None,
    time_spent: float = 0.0,
    method: SolveMethod = "auto",
    threads: int | None = None,
    start: Plan | None = None,
    replay: bool = True,
    trust_code: bool = False,
    best_usd: Sequence[float] = (),
    progress: ProgressCallback | None = None,
) -> Plan:
    """Find the design that is best over the futures of a study.

    Parameters
    ----------
    study : Study or PreparedFutures
        One that speaks of futures.
    gap, gap_site_dependent, time_limit, time_spent, method, threads, progress
        As of `siting.solve`; the gaps are of what the study minimises over its futures.
    start : Plan, optional
        An earlier plan to begin the search with: what it decides first is tried in all futures.
    replay : bool
        Run the design through all hours of the year in each future.
    trust_code : bool
        Run the rules of its own that the study brings, where it is not prepared yet.
    best_usd : sequence of float
        What the best plan for each future alone costs, where the largest regret is minimised; found first if it is
        not given.

    Returns
    -------
    Plan
        The design in the future of middling cost, with what it costs in all.
    """
    began = time.monotonic()
    prepared = study if isinstance(study, PreparedFutures) else prepare_futures(study, trust_code=trust_code)
    case, stated = prepared.case, prepared.study.futures
    earlier = None if start is None else Earlier(start.case, start.solution)
    left = None if time_limit is None else time_limit - time_spent - (time.monotonic() - began)
    options: dict[str, Any] = {"gap": gap, "gap_site_dependent": gap_site_dependent, "threads": threads}
    if stated.objective == "minimax_regret" and not best_usd:
        part = None if left is None else 0.3 * left / len(case.outcomes)
        best_usd = [_alone_usd(one, part, options, progress) for one in case.outcomes]
        left = None if time_limit is None else time_limit - time_spent - (time.monotonic() - began)
    risk = Risk(stated.objective, stated.alpha_fraction, tuple(best_usd))
    found = two_stage(
        case,
        risk=risk,
        time_limit=None if left is None else SEARCH_SHARE * left,
        method=method,
        start=earlier,
        progress=progress,
        **options,
    )
    deadline = Deadline(None if time_limit is None else time_limit - time_spent - (time.monotonic() - began))
    return planned(
        found,
        {one.name: one.factors for one in prepared.futures},
        Gap(gap, gap_site_dependent),
        deadline,
        start=earlier,
        threads=loading.use_threads(threads),
        replay=replay,
        time_limit=time_limit,
        progress=progress,
    )


def _alone_usd(
    case: Case, seconds: float | None, options: Mapping[str, Any], progress: ProgressCallback | None
) -> float:
    """What the best plan for one future alone costs on the chosen days."""
    from siting.optimise.solve import solve

    plan = solve(case, time_limit=seconds, replay=False, rivals=False, year_bound=False, progress=progress, **options)
    return plan.objective_usd


def planned(
    found: TwoStage,
    factors: Mapping[str, Mapping[str, Any]],
    gap: Gap,
    deadline: Deadline,
    *,
    start: Earlier | None = None,
    threads: int,
    replay: bool,
    time_limit: float | None,
    progress: ProgressCallback | None,
) -> Plan:
    """Make a plan of a design for many futures: its tables are those of the future of middling cost.

    Its bound is one on plans made for that future alone; that of the design over all futures stands beside it.

    Parameters
    ----------
    found : TwoStage
        The design in each future.
    factors : mapping of str to mapping
        What is otherwise in each future, by its id.
    gap : Gap
        At which the search of the future shown stops.
    deadline : Deadline
        Of all of it.
    start : Earlier, optional
        The plan that its search began with.
    threads : int
        Sites solved at once.
    replay : bool
        Whether to run it through the year.
    time_limit : float or None
        As it was asked for.
    progress : callable or None
        Told of each phase.
    """
    shown = found.futures[_middling(found)]
    unavoidable = unavoidable_cost(shown.case)
    clock = Clock(progress, deadline, unavoidable)
    clock.begin("bound of the future shown")
    asked = dataclasses.replace(gap, unavoidable=unavoidable * COST_SCALE)
    bound_usd, reason, size = _bound(shown, asked, deadline.part(SHOWN_SHARE), threads, clock)
    years: dict[str, Replay] = {}
    told: list[Caution] = [_caution(found, shown), Caution("futures_left_out")]
    told += [] if start is None else cautions_of_start(start, shown.case)
    if replay:
        years, more = _years(found, shown, deadline.part(REPLAY_SHARE), threads, clock)
        told += more
    told += [*cautions_of_consent(shown.case, shown.solution), *cautions_of_racks(shown.case, shown.solution)]
    clock.end()
    is_enough = asked.is_met(shown.cost_usd * COST_SCALE, bound_usd * COST_SCALE)
    rerun = years.get(shown.name)
    seconds = {**found.seconds, **{name: value for name, value in clock.seconds().items() if name != "total"}}
    search = Search(
        status="optimal" if is_enough else "feasible",
        reason=reason,
        objective_usd=shown.cost_usd,
        bound_usd=bound_usd,
        unavoidable_usd=unavoidable,
        gap_asked_fraction=gap.of_cost,
        gap_site_dependent_asked_fraction=gap.of_site_dependent,
        time_limit_seconds=time_limit,
        threads=threads,
        method=choose_method(shown.case),
        method_reason=why(shown.case),
        seconds={**seconds, "total": found.seconds["total"] + clock.seconds()["total"]},
        start_run_id=None if start is None else run_id(start.case, start.solution),
        year_bound_asked=False,
        designs=()
        if rerun is None
        else (Competitor(CHOSEN_DAYS, shown.cost_usd, rerun.cost_usd, rerun.excess_fraction),),
        **dataclasses.asdict(size),
    )
    return Plan(
        case=shown.case,
        solution=shown.solution,
        search=search,
        replay=rerun,
        futures=_record(found, shown, factors, years, search),
        cautions=tuple(told),
    )


def _middling(found: TwoStage) -> int:
    """The future in which the plan costs what half of what may come costs at the most."""
    order = np.argsort([one.cost_usd for one in found.futures], kind="stable")
    reached = np.cumsum([found.futures[place].weight for place in order])
    return int(order[np.searchsorted(reached, MIDDLE - 1e-9)])


def _bound(shown: InFuture, gap: Gap, deadline: Deadline, threads: int, clock: Clock) -> tuple[float, str, Size]:
    """What no plan made for the future shown alone costs less than, and the size of its model."""
    components = chosen(DESIGN, shown.case)
    start = Earlier(shown.case, shown.solution)
    first = kept_plan(start, shown.case, components, deadline)
    options: SearchOptions = {"gap": gap, "deadline": deadline, "progress": clock.relay}
    way = choose_method(shown.case)
    result = searched(shown.case, components, way, start, first, threads, clock, ["the future shown"], options)
    bound = gap.unavoidable if result.outcome.bound is None else max(result.outcome.bound, gap.unavoidable)
    size = result.size or Size(0, 0, 0, 0)
    return min(bound / COST_SCALE, shown.cost_usd), result.outcome.reason, size


def _years(
    found: TwoStage, shown: InFuture, deadline: Deadline, threads: int, clock: Clock
) -> tuple[dict[str, Replay], list[Caution]]:
    """The design's year in each future as far as there is time, that of the future shown first."""
    from siting.optimise.year.replay import replay_year

    years: dict[str, Replay] = {}
    cautions: list[Caution] = []
    for one in (shown, *(one for one in found.futures if one is not shown)):
        clock.begin("replay")
        try:
            years[one.name], told = replay_year(one.case, one.solution, clock.relay, deadline, threads)
        except Stopped:
            cautions.append(Caution("replay_stopped") if one is shown else Caution("futures_years_stopped"))
            break
        except (AuditError, RuntimeError) as error:
            if one is shown:
                cautions.append(Caution("replay_failed", {"error": str(error)}))
            continue
        if one is shown:
            cautions += told
    return years, cautions


def _caution(found: TwoStage, shown: InFuture) -> Caution:
    return Caution(
        "futures",
        {"count": len(found.futures), "shown": shown.name, "gap_fraction": found.gap_fraction},
    )


def _record(
    found: TwoStage,
    shown: InFuture,
    factors: Mapping[str, Mapping[str, Any]],
    years: Mapping[str, Replay],
    search: Search,
) -> FuturesRecord:
    """The table of futures, and the key figures in each: of the year if all of them were run through it."""
    rows = [
        {
            "future_id": one.name,
            "weight_fraction": one.weight,
            "factors": ", ".join(f"{name} {value_text(value)}" for name, value in factors[one.name].items()),
            "cost_usd": one.cost_usd,
            "year_cost_usd": years[one.name].cost_usd if one.name in years else np.nan,
            "is_shown": int(one is shown),
        }
        for one in found.futures
    ]
    of_year = len(years) == len(found.futures)
    kpis = []
    for one in found.futures:
        plan = Plan(
            one.case, one.solution, _of(search, one, years if of_year else {}), years.get(one.name) if of_year else None
        )
        system = plan.tables["kpis"]
        system = system[system["entity_type"] == "system"]
        kpis.append(
            system[["kpi_id", "period", "unit", "value"]].assign(future_id=one.name, weight_fraction=one.weight)
        )
    costs, weights = [one.cost_usd for one in found.futures], [one.weight for one in found.futures]
    return FuturesRecord(
        measure=found.risk.measure,
        alpha=found.risk.alpha,
        objective_usd=found.objective_usd,
        bound_usd=found.bound_usd,
        cvar_usd=conditional_value_at_risk(costs, weights, found.risk.alpha),
        method=found.method,
        rows=found.rows,
        columns=found.columns,
        seconds=found.seconds["total"],
        futures=pd.DataFrame(rows, columns=list(FUTURES_COLUMNS)),
        kpis=pd.concat(kpis, ignore_index=True)[list(KPIS_COLUMNS)],
    )


def _of(search: Search, one: InFuture, years: Mapping[str, Replay]) -> Search:
    designs = (
        (Competitor(CHOSEN_DAYS, one.cost_usd, years[one.name].cost_usd, years[one.name].excess_fraction),)
        if one.name in years
        else ()
    )
    return dataclasses.replace(search, objective_usd=one.cost_usd, bound_usd=one.cost_usd, designs=designs)
