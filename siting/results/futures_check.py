"""What the record of the futures that a plan was made for must obey: held against the plan."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.audit import TOLERANCE_FRACTION
from siting.optimise.futures.risk import conditional_value_at_risk
from siting.plan.records.futures_record import FUTURES_COLUMNS, KPIS_COLUMNS

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["faults_of_futures"]


def faults_of_futures(plan: Plan) -> Iterator[str]:
    """Say what in a plan's record of its futures cannot be.

    Parameters
    ----------
    plan : Plan
        With the record.
    """
    record = plan.futures
    if record is None:
        return
    table, kpis = record.futures, record.kpis
    if tuple(table.columns) != FUTURES_COLUMNS or tuple(kpis.columns) != KPIS_COLUMNS:
        yield f"the columns should be {', '.join(FUTURES_COLUMNS)}, and of key figures {', '.join(KPIS_COLUMNS)}"
        return
    weights, costs = table["weight_fraction"].to_numpy(float), table["cost_usd"].to_numpy(float)
    if not math.isclose(weights.sum(), 1.0, rel_tol=TOLERANCE_FRACTION) or (weights < 0).any():
        yield "the probabilities of the futures do not sum to one"
        return
    shown = table[table["is_shown"] == 1]
    if len(shown) != 1 or not math.isclose(
        float(shown["cost_usd"].iloc[0]), plan.search.objective_usd, rel_tol=TOLERANCE_FRACTION
    ):
        yield "the future shown does not cost what the plan does"
    if record.bound_usd > record.objective_usd:
        yield "the bound over the futures lies above the measure of the plan"
    told = {"expected": float(weights @ costs), "cvar": conditional_value_at_risk(costs, weights, record.alpha)}
    told["minimax_regret"] = record.objective_usd  # of what the best plans cost, which the folder does not hold
    if record.measure not in told or not math.isclose(
        told[record.measure], record.objective_usd, rel_tol=TOLERANCE_FRACTION
    ):
        yield "what is minimised is not what the costs in the futures give"
    if not math.isclose(told["cvar"], record.cvar_usd, rel_tol=TOLERANCE_FRACTION):
        yield "the mean of the dearest futures is not what their costs give"
    if set(kpis["future_id"]) != set(table["future_id"]) or not np.isfinite(costs).all():
        yield "not every future has its cost and key figures"
