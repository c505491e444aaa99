"""What points of a front are among each other: which are dominated, what steps cost, and all of them as a table."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import pandas as pd

from siting.plan.key_figures.registry import REGISTRY
from siting.scenarios.pareto.point import FrontPoint

__all__ = ["table_of", "undominated", "with_steps"]

SAME = 1e-6
"""Part of the larger of two amounts below which they are the same."""


def undominated(points: Sequence[FrontPoint]) -> list[FrontPoint]:
    """Say of each point whether another costs no more and takes no more; of two alike the tighter is proven better.

    Parameters
    ----------
    points : sequence of FrontPoint
        From the loosest limit to the tightest.
    """
    return [
        dataclasses.replace(
            point,
            is_dominated=any(_dominates(other, point, is_tighter=j > i) for j, other in enumerate(points) if j != i),
        )
        for i, point in enumerate(points)
    ]


def with_steps(points: Sequence[FrontPoint], worth_ratio: float) -> list[FrontPoint]:
    """Say what each step along the undominated points costs.

    Parameters
    ----------
    points : sequence of FrontPoint
        From the loosest limit to the tightest.
    worth_ratio : float
        Present value of one dollar in each year of the horizon.
    """
    made: list[FrontPoint] = []
    before: FrontPoint | None = None
    for point in points:
        is_on = point.objective_usd is not None and not point.is_dominated
        made.append(
            dataclasses.replace(point, step_usd=_step_usd(before, point, worth_ratio) if is_on and before else None)
        )
        before = point if is_on else before
    return made


def table_of(points: Sequence[FrontPoint]) -> pd.DataFrame:
    """Return a row a point: measure, limit, status, cost, bound, gap, amount, marginal cost, sites and folder."""
    return pd.DataFrame(list(_rows(points)))


def _rows(points: Sequence[FrontPoint]) -> Iterator[dict[str, object]]:
    for point in points:
        cost, bound = point.objective_usd, point.bound_usd
        yield {
            "measure": point.measure.name,
            "kpi_id": point.measure.kpi_id,
            "unit": REGISTRY[point.measure.kpi_id].unit,
            "limit": point.limit,
            "amount": point.amount,
            "status": point.status,
            "objective_usd": cost,
            "bound_usd": bound,
            "gap_fraction": None if cost is None or bound is None or not cost else (cost - bound) / abs(cost),
            "marginal_usd_per_unit": point.marginal_usd,
            "step_usd_per_unit": point.step_usd,
            "is_dominated": int(point.is_dominated),
            "open_sites": " ".join(point.open_sites),
            "seconds": point.seconds,
            "folder": "" if point.folder is None else f"plans/{point.folder.name}",
            "reason": point.reason,
        }


def _dominates(one: FrontPoint, other: FrontPoint, *, is_tighter: bool) -> bool:
    """Whether a point costs no more and takes no more than another, and is better or, of two alike, the tighter."""
    if one.objective_usd is None or other.objective_usd is None or one.amount is None or other.amount is None:
        return False
    more = (one.amount - other.amount) * (-1.0 if one.measure.is_floor else 1.0)
    dearer = one.objective_usd - other.objective_usd
    least_more = SAME * max(abs(one.amount), abs(other.amount))
    least_dearer = SAME * max(abs(one.objective_usd), abs(other.objective_usd))
    if more > least_more or dearer > least_dearer:
        return False
    return is_tighter or more < -least_more or dearer < -least_dearer


def _step_usd(before: FrontPoint, point: FrontPoint, worth_ratio: float) -> float | None:
    """What a step costs a year over what it saves of the measure a year; None where it saves nothing."""
    if before.amount is None or point.amount is None or before.objective_usd is None or point.objective_usd is None:
        return None
    saved = abs(before.amount - point.amount)
    return (point.objective_usd - before.objective_usd) / worth_ratio / saved if saved else None
