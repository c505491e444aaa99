"""What a plan that was made for many futures keeps of them: what it costs, and its key figures, in each."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["FUTURES_COLUMNS", "KPIS_COLUMNS", "FuturesRecord", "weighted_quantile", "with_spans"]

FUTURES_COLUMNS = ("future_id", "weight_fraction", "factors", "cost_usd", "year_cost_usd", "is_shown")
"""Columns of the table ``futures``, a row a future."""

KPIS_COLUMNS = ("future_id", "weight_fraction", "kpi_id", "period", "unit", "value")
"""Columns of the table ``future_kpis``, a row a future, key figure of the system, and period."""

LOW, HIGH = 0.1, 0.9
"""Parts of what may come below which ``p10`` and ``p90`` lie."""


@dataclasses.dataclass(frozen=True)
class FuturesRecord:
    """The futures that a plan was made for.

    Parameters
    ----------
    measure : str
        What was minimised: ``expected``, ``cvar`` or ``minimax_regret``.
    alpha : float
        Of the cvar.
    objective_usd, bound_usd : float
        The measure of the plan, and what that of no plan is below.
    cvar_usd : float
        Mean cost of the dearest 1 - alpha of what may come.
    method : str
        How the futures were searched.
    rows, columns : int
        Size of the model of all futures.
    seconds : float
        Of that search.
    futures : DataFrame
        `FUTURES_COLUMNS`.
    kpis : DataFrame
        `KPIS_COLUMNS`.
    """

    measure: str
    alpha: float
    objective_usd: float
    bound_usd: float
    cvar_usd: float
    method: str
    rows: int
    columns: int
    seconds: float
    futures: pd.DataFrame
    kpis: pd.DataFrame

    @property
    def expected_usd(self) -> float:
        """Mean cost over the futures."""
        return float(np.dot(self.futures["weight_fraction"], self.futures["cost_usd"]))

    @property
    def p10_usd(self) -> float:
        """Cost that no more than a tenth of what may come is below."""
        return weighted_quantile(self.futures["cost_usd"], self.futures["weight_fraction"], LOW)

    @property
    def p90_usd(self) -> float:
        """Cost that nine tenths of what may come do not exceed."""
        return weighted_quantile(self.futures["cost_usd"], self.futures["weight_fraction"], HIGH)

    @property
    def gap_fraction(self) -> float:
        """Distance between plan and bound, over the measure of the plan."""
        return (self.objective_usd - self.bound_usd) / abs(self.objective_usd) if self.objective_usd else 0.0

    @property
    def shown(self) -> str:
        """Future in which the plan's tables stand."""
        return str(self.futures.loc[self.futures["is_shown"] == 1, "future_id"].iloc[0])

    def numbers(self) -> dict[str, Any]:
        """What is written of it beside its tables."""
        return {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in ("futures", "kpis")
        }

    def told(self) -> dict[str, Any]:
        """What `plan.json` says of it."""
        return {
            "objective": self.measure,
            "alpha_fraction": self.alpha,
            "count": len(self.futures),
            "objective_usd": self.objective_usd,
            "bound_usd": self.bound_usd,
            "gap_fraction": self.gap_fraction,
            "expected_usd": self.expected_usd,
            "cvar_usd": self.cvar_usd,
            "p10_usd": self.p10_usd,
            "p90_usd": self.p90_usd,
            "shown": self.shown,
            "method": self.method,
            "rows": self.rows,
            "columns": self.columns,
            "seconds": round(self.seconds, 3),
        }


def weighted_quantile(values: Any, weights: Any, part: float) -> float:
    """Return the least value at or below which at least a part of the weight lies.

    Examples
    --------
    >>> weighted_quantile([1.0, 2.0, 3.0], [0.2, 0.5, 0.3], 0.1)
    1.0
    >>> weighted_quantile([3.0, 1.0, 2.0], [0.3, 0.2, 0.5], 0.9)
    3.0
    """
    values, weights = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][np.searchsorted(reached, part - 1e-9)])


def with_spans(kpis: pd.DataFrame, futures: pd.DataFrame) -> pd.DataFrame:
    """Return a table of key figures with how far those of the system reach over the futures.

    Parameters
    ----------
    kpis : DataFrame
        Of a plan.
    futures : DataFrame
        `KPIS_COLUMNS`.
    """
    spans = {}
    for (kpi_id, period), rows in futures.groupby(["kpi_id", "period"], dropna=False, sort=False):
        known = rows[rows["value"].notna()]
        if len(known):
            spans[kpi_id, _period(period)] = tuple(
                weighted_quantile(known["value"], known["weight_fraction"], part) for part in (LOW, HIGH)
            )
    low, high = kpis["p10"].to_numpy(float, copy=True), kpis["p90"].to_numpy(float, copy=True)
    for row in np.flatnonzero((kpis["entity_type"] == "system") & kpis["p10"].isna()).tolist():
        span = spans.get((kpis["kpi_id"].iloc[row], _period(kpis["period"].iloc[row])))
        if span is not None:
            low[row], high[row] = span
    return kpis.assign(p10=low, p90=high)


def _period(period: Any) -> float | None:
    return None if pd.isna(period) else float(period)
