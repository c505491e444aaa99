"""A point of a front as a whole plan: its design operated, made exact, audited and run through the year."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Literal

import numpy as np

from siting.accounts.audit import TOLERANCE_FRACTION, AuditError
from siting.case.minimum_cost import unavoidable_cost
from siting.optimise.exact_plan import exact
from siting.optimise.no_plan import no_plan
from siting.optimise.pareto.fixed_designs import Design, design_of, held_to
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.warm_start import Earlier, used_sites, warm_start
from siting.plan.cautions import Caution
from siting.plan.plan import Plan
from siting.plan.records.search_record import CHOSEN_DAYS, ROUNDING_FRACTION, Competitor, Search
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siting.case.case import Array, Case
    from siting.models.assembly.model import Model
    from siting.optimise.solver.progress import ProgressCallback

__all__ = ["HeldPlan", "design_in", "held_plan", "marginal_usd"]

NO_SITE_GAP = 1.0
"""Gap over what sites change that a point need not beat: fronts are certified over the whole cost."""


@dataclasses.dataclass(frozen=True)
class HeldPlan:
    """A plan, and what one unit more of its limit would save.

    Parameters
    ----------
    plan : Plan
        Audited.
    marginal_usd : float
        Cost of one unit less of the limit a year, in that year's money, with sites, halls and racks held [USD a unit].
    """

    plan: Plan
    marginal_usd: float


def held_plan(
    case: Case,
    design: Design,
    bound_usd: float,
    row_name: str | None,
    *,
    gap: float,
    method: Literal["whole", "decomposed"],
    threads: int,
    found_s: float,
    replay: bool = True,
    cautions: tuple[Caution, ...] = (),
    progress: ProgressCallback | None = None,
) -> HeldPlan:
    """Make a whole plan of a design.

    Parameters
    ----------
    case : Case
        The numbers, with the limit at its value.
    design : Design
        Whole decisions that hold the limit.
    bound_usd : float
        What no plan of this case costs less than.
    row_name : str or None
        The constraint, one row a period, that states the limit; None where there is none.
    gap : float
        Gap over the cost that was asked for.
    method : {"whole", "decomposed"}
        How the front was searched.
    threads : int
        Threads of the search.
    found_s : float
        Seconds in which the design was found.
    replay : bool
        Run it through all 8,760 hours.
    cautions : tuple of Caution
        What a reader must know besides.
    progress : callable, optional
        Told of the replay.

    Raises
    ------
    NoPlanError
        If the design, with its integers rounded, leaves no solution, or the plan does not add up.
    """
    began = time.monotonic()
    model = _model_of(case, design.sites)
    found = highs.run(loading.load(held_to(model, design)), gap=0.0)
    if found.values is None or found.objective is None or found.prices is None:
        raise no_plan(found)
    marginal_usd = 0.0 if row_name is None else _marginal_usd(case, model, found.prices, row_name)
    unavoidable_usd = unavoidable_cost(case)
    solution, objective_usd = exact(
        case, model, loading.load(model.form), found, found.objective * (1 + ROUNDING_FRACTION), Deadline(), Deadline()
    )
    told, rerun = list(cautions), None
    if replay and case.year_of is not None:
        from siting.optimise.year.replay import replay_year

        try:
            rerun, of_year = replay_year(case, solution, progress)
            told += of_year
        except (Stopped, AuditError, RuntimeError) as error:
            told.append(Caution("replay_failed", {"error": str(error)}))
    designs: tuple[Competitor, ...] = ()
    if rerun is not None:
        designs = (Competitor(CHOSEN_DAYS, objective_usd, rerun.cost_usd, rerun.excess_fraction),)
    bound_usd = min(max(bound_usd, unavoidable_usd), objective_usd)
    rows_count, columns_count = model.form.matrix.shape
    is_enough = objective_usd - bound_usd <= (gap + TOLERANCE_FRACTION) * abs(objective_usd)
    spent_s = time.monotonic() - began
    search = Search(
        status="optimal" if is_enough else "feasible",
        reason=found.reason,
        objective_usd=objective_usd,
        bound_usd=bound_usd,
        unavoidable_usd=unavoidable_usd,
        gap_asked_fraction=gap,
        gap_site_dependent_asked_fraction=NO_SITE_GAP,
        time_limit_seconds=None,
        threads=threads,
        method=method,
        method_reason="a point of a front",
        rows=rows_count,
        columns=columns_count,
        nonzeros=int(model.form.matrix.nnz),
        integers=int(np.count_nonzero(model.form.integral)),
        seconds={"solve": found_s, "finish": spent_s, "total": found_s + spent_s},
        year_bound_asked=False,
        designs=designs,
    )
    return HeldPlan(Plan(case, solution, search, rerun, cautions=tuple(told)), marginal_usd)


def marginal_usd(plan: Plan, row_name: str) -> float:
    """Return what one unit less of a limit costs a plan a year, with its sites, halls and racks held [USD a unit].

    Parameters
    ----------
    plan : Plan
        Made under the limit.
    row_name : str
        The constraint, one row a period, that states the limit.

    Raises
    ------
    NoPlanError
        If its whole decisions leave no solution.
    """
    model, design = _of_plan(plan)
    found = highs.run(loading.load(held_to(model, design)), gap=0.0)
    if found.prices is None:
        raise no_plan(found)
    return _marginal_usd(plan.case, model, found.prices, row_name)


def design_in(plan: Plan) -> Design:
    """Return the whole decisions of a plan."""
    return _of_plan(plan)[1]


def _of_plan(plan: Plan) -> tuple[Model, Design]:
    """The model of the sites that a plan uses, and its whole decisions."""
    earlier = Earlier(plan.case, plan.solution)
    sites = [site for site, used in zip(plan.case.axes["site"], used_sites(earlier, plan.case), strict=True) if used]
    model = _model_of(plan.case, sites)
    return model, design_of(model, warm_start(earlier, model))


def _model_of(case: Case, sites: Sequence[str | float]) -> Model:
    """The model of some sites, whose rows of all sites are those of the whole."""
    from siting.models.assembly.model import model_of
    from siting.models.formulation import DESIGN, chosen

    return model_of(case.only(site=sites), chosen(DESIGN, case), of_more=True)


def _marginal_usd(case: Case, model: Model, prices: Array, row_name: str) -> float:
    """The price of a limit's rows, of one unit in each year [USD of that year]."""
    price = max(-float(prices[model.form.rows.of(row_name)].sum()), 0.0) + 0.0
    return price / COST_SCALE / float(case.values("finance.present_value_ratio").sum())
