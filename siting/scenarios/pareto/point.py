"""A point of a front, and how fronts are searched."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import TYPE_CHECKING

from siting.optimise.method import SolveMethod
from siting.optimise.pareto.restated import restated
from siting.scenarios.pareto.measures import Measure

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.plan.plan import Plan

__all__ = ["FrontOptions", "FrontPoint", "amount_of", "shown_limit", "titled"]


@dataclasses.dataclass(frozen=True)
class FrontOptions:
    """How fronts are searched, and their points written."""

    count: int = 10
    gap: float = 0.01
    time_limit: float | None = 120.0
    method: SolveMethod = "auto"
    threads: int | None = None
    replay: bool = True
    languages: tuple[str, ...] = ("en",)


@dataclasses.dataclass(frozen=True)
class FrontPoint:
    """A point of a front.

    Parameters
    ----------
    measure : Measure
        What cost is weighed against.
    limit : float or None
        Value of the limit, None for the plan without one.
    status : str
        ``optimal``, ``feasible``, ``infeasible`` or ``failed``.
    objective_usd, bound_usd : float or None
        Present value of the plan, and what no plan under this limit costs less than.
    amount : float or None
        What the plan takes of the measure, most of all periods.
    marginal_usd : float or None
        What one unit less costs with sites, halls and racks held [USD a unit].
    step_usd : float or None
        What one unit less costs on the way here from the undominated point before [USD a unit].
    is_dominated : bool
        Whether another plan costs no more and takes no more of the measure.
    open_sites : tuple of str
        Sites that are open in the last period.
    seconds : float
        Seconds that the point took.
    folder : Path or None
        Of its plan.
    reason : str
        Why there is none.
    """

    measure: Measure
    limit: float | None
    status: str
    objective_usd: float | None
    bound_usd: float | None
    amount: float | None
    marginal_usd: float | None
    step_usd: float | None
    is_dominated: bool
    open_sites: tuple[str, ...]
    seconds: float
    folder: Path | None
    reason: str = ""


def amount_of(plan: Plan, measure: Measure) -> float:
    """Return what a design takes of a measure on the chosen days, on which it is limited; the worst of all periods."""
    figure = dataclasses.replace(plan, replay=None).kpis[measure.kpi_id]
    amounts = [float(value) for value in figure["by_period"].values() if value is not None] or [float(figure["value"])]
    return min(amounts) if measure.is_floor else max(amounts)


def titled(case: Case, measure: Measure, value: float | None) -> Case:
    """A case whose reports say which point of which front it is."""
    study = case.study
    least = "at least" if measure.is_floor else "at most"
    said = f"{measure.name}: no limit" if value is None else f"{measure.name}: {least} {shown_limit(value)}"
    titled = study.model_copy(update={"title": f"{study.title or study.name} ({said})"})
    return restated(case, titled)


def shown_limit(value: float) -> str:
    """Return the value of a limit as text."""
    return "no limit" if math.isinf(value) else f"{value:,.6g}"
