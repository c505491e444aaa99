"""The bound for the year: what it proves of a plan's cost over 8,760 hours, and what it takes.

    python tests/benchmarks/year.py                       # us-small
    python tests/benchmarks/year.py --study us --time-limit 900

The first line is of the plan (`method: plan`): its cost over the year, and the seconds until that is known, without the
bound. The second is of the bound alone (`method: bound`), at the best prices of the chosen days, with the rounds, the
sites priced, the processor's seconds, and the gap of the two. The last line has the same at each moment that raised it.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from measure import Figures, alone, timed

import siting
from siting.models.formulation import DESIGN, chosen
from siting.optimise.decomposition.blocks import cut
from siting.optimise.decomposition.column_generation import relax
from siting.optimise.gap import Gap
from siting.optimise.solver import loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.year.bound.year_bound import year_bound

RELAXED_GAP_FRACTION = 1e-4
"""Gap to which the chosen days are relaxed."""

STEP_H = 4
"""Hours of a step of the first relaxation, whose prices the second begins at."""


def plan_of(name: str, time_limit: float) -> Figures:
    """Solve a study, and run what is found through the year."""
    case = siting.prepare(siting.load_study(name))
    figures = Figures("year", name, "plan")
    with timed(figures):
        plan = siting.solve(case, time_limit=time_limit, rivals=False, year_bound=False)
    figures.rows, figures.columns = plan.search.rows, plan.search.columns
    figures.objective = None if plan.replay is None else plan.replay.cost_usd
    figures.more = {"objective_of_days": plan.search.objective_usd, "bound_of_days": plan.search.bound_usd}
    return figures


def bound_of(name: str, time_limit: float) -> Figures:
    """Relax the chosen days, and bound the year at their prices."""
    case = siting.prepare(siting.load_study(name))
    components, threads = chosen(DESIGN, case), loading.use_threads()
    rough, _ = cut(case.in_steps(STEP_H), components)
    near = relax(rough, gap=Gap(RELAXED_GAP_FRACTION), threads=threads)
    known = dict(zip(rough.shared.names, near.prices.tolist(), strict=True))
    blocks, _ = cut(case, components)
    first = np.array([known.get(row, np.nan) for row in blocks.shared.names])
    relaxed = relax(blocks, gap=Gap(RELAXED_GAP_FRACTION), threads=threads, first=first)
    prices = dict(zip(blocks.shared.names, relaxed.prices.tolist(), strict=True))
    figures = Figures("year", name, "bound")
    told: list[tuple[float, float]] = []
    began, processor = time.perf_counter(), time.process_time()

    def tell(_done: str, bound_usd: float | None) -> None:
        if bound_usd is not None and (not told or bound_usd > told[-1][1]):
            told.append((round(time.perf_counter() - began, 1), bound_usd))

    with timed(figures):
        found = year_bound(case, components, prices, threads=threads, deadline=Deadline(time_limit), tell=tell)
    figures.bound = found.bound_usd
    figures.more = {
        "processor_seconds": time.process_time() - processor,
        "rounds": found.rounds,
        "sites_done": found.sites_done,
        "finished": found.finished,
        "told": told,
    }
    return figures


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="us-small", help="a study (default us-small)")
    parser.add_argument("--time-limit", type=float, default=900.0, help="seconds for each of the two (default 900)")
    given = parser.parse_args()
    plan = alone(plan_of, given.study, given.time_limit)
    plan.show()
    bound = alone(bound_of, given.study, given.time_limit)
    bound.objective = plan.objective
    told = Figures("year-progress", given.study, "bound", more={"told": bound.more.pop("told")})
    bound.close().show()
    told.show()


if __name__ == "__main__":
    main()
