"""The catalogue held against what was built: a study's order, naive rules, and each column of its sites by itself.

    python tests/benchmarks/backtest.py                                  # us-small, and the example file
    python tests/benchmarks/backtest.py --study us --built built.csv
    python tests/benchmarks/backtest.py --result results/us --built built.csv

The first line is of the plan's order (`method: plan`), with how much of what was built lies near a candidate; then one
of chance and of each naive rule (`rule-...`); then one of each column of `sites` that tells candidates apart
(`column-...`): its rank correlation with the size built, above 0 if more was built where it is larger. Each figure has
the ends of its interval of 95 % beside it. These lines say what a column is worth; nothing is ever fitted to them.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from measure import Figures, banners_to_stderr, peak_mb

import siting
from siting.plan.plan import Plan
from siting.scenarios.backtest.agreement import Estimate, agreements
from siting.scenarios.backtest.backtest import BackTest, backtest, built_by_candidate
from siting.scenarios.backtest.built import Built, read_built

EXAMPLE = Path(__file__).resolve().parents[1] / "known" / "built-example.csv"


def plan_of(name: str, result: Path | None, time_limit: float) -> Plan:
    """Return a plan that is there, or solve a study without its year."""
    if result is not None:
        return siting.load(result)
    return siting.solve(siting.prepare(siting.load_study(name)), time_limit=time_limit, replay=False, year_bound=False)


def measured(name: str, result: Path | None, file: Path, time_limit: float) -> list[Figures]:
    """Hold a plan against a file: one line an order or a column."""
    began = time.perf_counter()
    plan, built = plan_of(name, result, time_limit), read_built(file)
    solved = time.perf_counter()
    found = backtest(plan, built)
    case = plan.case.study.name
    first = Figures("backtest", case, "plan", solved - began, peak_mb(), plan.search.rows, plan.search.columns)
    first.objective, first.bound = plan.objective_usd, plan.bound_usd
    coverage = found.coverage
    first.more = {
        "built": found.file,
        "candidates": len(plan.case.tables["sites"]),
        "candidates_with_built": coverage.candidates_count,
        "coverage": coverage.size_fraction,
    } | _told(found, 0)
    lines = [first.close()]
    for place, held in enumerate(found.held[1:], 1):
        lines.append(Figures("backtest", case, f"rule-{held.name}", more=_told(found, place)))
    return [*lines, *_columns(plan, built, case)]


def _told(found: BackTest, place: int) -> dict[str, Any]:
    """What is told of an order."""
    agreement = found.held[place].agreement
    told = _ends("rank_correlation", agreement.rank_correlation) | _ends("top_fifth", agreement.top_fifth_share)
    return told | (_ends("lift_of_plan", agreement.lift) if place else {})


def _ends(name: str, estimate: Estimate) -> dict[str, float]:
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _columns(plan: Plan, built: Built, case: str) -> list[Figures]:
    """Hold each column of numbers in which candidates differ against what was built."""
    sites = plan.case.tables["sites"]
    size = built_by_candidate(built, sites)
    names = [name for name in sites.columns if pd.api.types.is_numeric_dtype(sites[name]) and sites[name].nunique() > 1]
    orders = np.stack([np.where(sites[name].isna(), np.inf, -sites[name].to_numpy(float)) for name in names])
    return [
        Figures("backtest", case, f"column-{name}", more=_ends("rank_correlation", agreement.rank_correlation))
        for name, agreement in zip(names, agreements(orders, size), strict=True)
    ]


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="us-small", help="a study (default us-small)")
    parser.add_argument("--result", type=Path, help="a folder that `siting run` wrote, instead of a study")
    parser.add_argument("--built", type=Path, default=EXAMPLE, help="what was built (default: the example)")
    parser.add_argument("--time-limit", type=float, default=600.0, help="seconds for the plan (default 600)")
    given = parser.parse_args()
    with banners_to_stderr():
        found = measured(given.study, given.result, given.built, given.time_limit)
    for line in found:
        line.show()


if __name__ == "__main__":
    main()
