"""Ten points of a front (carbon against cost) against one cold solve of the same study.

    python tests/benchmarks/pareto.py                            # us-small
    python tests/benchmarks/pareto.py --study us --gap 0.01
    python tests/benchmarks/pareto.py --sites 40 --hours 96

The cap goes in even steps from none to a tenth of what the cheapest plan emits. Each point is certified by its own
bound (`bench: pareto-point`), or shown to have no plan. The cold solve is the unconstrained one from the case in memory
to the plan. The last line has the seconds of all points, over those of the cold solve (`cold_solves`); the same of
processor seconds, which hold where other work goes on beside (`cold_solves_of_processor`); and how many points are
within the gap or shown to have no plan (`certified`).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from measure import Figures, alone, keep, kept, timed
from national import ask_for_case, case_asked_for

from siting.optimise.method import choose_method
from siting.optimise.pareto.epsilon_constraint import Point, sweep
from siting.optimise.solve import solve
from siting.plan.plan import Plan

LIMIT = "carbon_cap_t_per_yr"
TIGHTEST_SHARE = 0.1
"""The last cap, over what the cheapest plan emits."""


def front_of(emitted_t_per_yr: float, count: int) -> list[float]:
    """Values of the cap: none, then even steps down from what the cheapest plan emits."""
    return [np.inf, *np.linspace(emitted_t_per_yr, TIGHTEST_SHARE * emitted_t_per_yr, count)[1:].tolist()]


def emitted_t_per_yr(plan: Plan) -> float:
    """What a plan emits in the year in which it emits most, counted as its policy does."""
    yearly = plan.solution.total(f"carbon_{plan.case.study.policy.carbon_method}_t_per_yr")
    return float(yearly.sum(axis=0).max())


def solve_cold(name: str, path: Path, gap: float) -> Figures:
    """Solve a kept case without a cap."""
    case = kept(path)
    figures = Figures("pareto", name, f"cold {choose_method(case)}")
    processor = time.process_time()
    with timed(figures):
        plan = solve(case, gap=gap, replay=False, rivals=False)
    processor = time.process_time() - processor
    figures.rows, figures.columns = plan.search.rows, plan.search.columns
    figures.objective, figures.bound = plan.search.objective_usd, plan.search.bound_usd
    figures.more = {"points": 1, "amount": emitted_t_per_yr(plan), "processor_seconds": processor}
    return figures


def sweep_all(name: str, path: Path, gap: float, values: list[float]) -> Figures:
    """Sweep the cap on a kept case and print each point."""
    figures = Figures("pareto", name, "sweep")
    case = kept(path)
    began = time.perf_counter()

    def tell(point: Point) -> None:
        line = Figures("pareto-point", name, "sweep", seconds=time.perf_counter() - began)
        line.objective, line.bound = point.objective_usd, point.bound_usd
        line.more = {LIMIT: point.value, "amount": point.amount, "status": point.status, "found_by": point.found_by}
        line.more |= {"point_seconds": point.seconds, "open_sites": len(point.open_sites)}
        line.close().show()

    processor = time.process_time()
    with timed(figures):
        points = sweep(case, LIMIT, values, gap=gap, tell=tell)
    processor = time.process_time() - processor
    gaps = [point.gap_fraction for point in points if point.gap_fraction is not None]
    certified = sum(point.status in ("optimal", "infeasible") for point in points)
    figures.more = {"points": len(points), "certified": certified, "worst_gap": max(gaps, default=None)}
    figures.more["processor_seconds"] = processor
    return figures


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask_for_case(parser, "us-small")
    parser.add_argument("--points", type=int, default=10, help="points of the front (default 10)")
    parser.add_argument("--gap", type=float, default=0.01, help="gap that each point proves (default 0.01)")
    given = parser.parse_args()
    name, case = case_asked_for(given)
    with tempfile.TemporaryDirectory() as folder:
        path = keep(case, Path(folder) / "case.pkl")
        cold = alone(solve_cold, name, path, given.gap)
        cold.close().show()
        swept = alone(sweep_all, name, path, given.gap, front_of(cold.more["amount"], given.points))
        swept.more["cold_solves"] = (swept.seconds or 0.0) / (cold.seconds or 1.0)
        swept.more["cold_solves_of_processor"] = swept.more["processor_seconds"] / cold.more["processor_seconds"]
        swept.show()


if __name__ == "__main__":
    main()
