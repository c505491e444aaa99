"""The table of a sweep: a row a case, with what was varied, what was proven, and the key figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from siting.plan.key_figures.registry import REGISTRY
from siting.scenarios.sweep.one_case import Failure
from siting.scenarios.sweep.varied import Variation, value_text

__all__ = ["CaseResult", "plan_of", "summary_of"]

OF_PLAN = ("objective_usd", "bound_usd", "gap_fraction", "gap_site_dependent_fraction")
OF_YEAR = ("objective_usd", "bound_usd", "gap_fraction")


@dataclass(frozen=True)
class CaseResult:
    """What became of a case.

    Parameters
    ----------
    variation : Variation
        What it sets.
    folder : Path
        Of its plan.
    failure : Failure or None
        Why it has none.
    plan : mapping or None
        What the `plan.json` of its plan says.
    """

    variation: Variation
    folder: Path
    failure: Failure | None
    plan: Mapping[str, Any] | None

    @property
    def is_done(self) -> bool:
        """Whether its plan is there."""
        return self.plan is not None


def plan_of(folder: Path) -> Mapping[str, Any]:
    """Return what the `plan.json` of a result folder says."""
    said: Mapping[str, Any] = json.loads((folder / "plan.json").read_text("utf-8"))
    return said


def summary_of(results: Sequence[CaseResult]) -> pd.DataFrame:
    """Return a row for each case.

    Columns are the case, the fields that are varied by their paths, its status (`optimal`, `feasible`, a failure's or
    `not yet`) with the reason of a failure, cost, bound and gaps on the chosen days, the same over the year (years),
    the open sites, the seconds, and every key figure by its id; empty where a case has no plan.
    """
    paths = list(dict.fromkeys(path for result in results for path, _ in result.variation.settings))
    rows = [_row(result, paths) for result in results]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return pd.DataFrame(rows, columns=columns)


def _row(result: CaseResult, paths: Sequence[str]) -> dict[str, Any]:
    settings = dict(result.variation.settings)
    row: dict[str, Any] = {"case": result.variation.name}
    row |= {path: _told(settings[path]) if path in settings else None for path in paths}
    if result.failure is not None or not result.is_done:
        failure = result.failure
        row |= {"status": failure.status if failure else "not yet", "reason": failure.reason if failure else ""}
    plan = result.plan or {}
    if plan:
        row |= {"status": plan["status"], "reason": ""}
    year = plan.get("year") or {}
    row |= {name: _number(plan.get(name)) for name in OF_PLAN}
    row |= {f"year_{name}": _number(year.get(name)) for name in OF_YEAR}
    row["sites_count"] = len(plan["open_sites"]) if plan else None
    row["open_sites"] = " ".join(plan.get("open_sites", ()))
    row["seconds"] = _number(plan.get("seconds", {}).get("total"))
    row["start_run_id"] = plan.get("start_run_id") or ""
    kpis = plan.get("kpis", {})
    return row | {name: _number(kpis.get(name, {}).get("value")) for name in REGISTRY}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _told(value: Any) -> Any:
    """A value as a cell: numbers stay numbers."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else value_text(value)
