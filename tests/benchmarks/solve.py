"""The whole model against the model taken site by site, with bound and incumbent over time.

    python tests/benchmarks/solve.py --sites 200 --hours 288
    python tests/benchmarks/solve.py --sites 1000 --hours 288 --periods 2 --gap 0.01 --methods decomposed
    python tests/benchmarks/solve.py --sites 50 100 200 --hours 96 --methods decomposed      # cost of doubling

One line a method (`bench: solve`), after the lines of its way there (`bench: solve-progress`), each with the best plan
and the best bound of that moment. `whole` is HiGHS on the whole model, helped by this project's search;
`highs` is HiGHS on the same arrays by itself. Studies are of counties of the raw table: see `national.py`.
"""

from __future__ import annotations

import argparse
import functools
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measure import Figures, alone, keep, kept, timed
from national import case_of, name_of

from siting.models.assembly.assembly import Assembly
from siting.models.assembly.compilation import compile_assembly
from siting.models.formulation import DESIGN, chosen
from siting.optimise.no_plan import NoPlanError
from siting.optimise.solve import solve
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.progress import Progress
from siting.plan.plan import Plan
from siting.quantities import COST_SCALE

METHODS = ("decomposed", "whole", "highs")


def solve_by(method: str, name: str, path: Path, gap: float, time_limit: float) -> Figures:
    """Solve a kept case by one of the project's methods, and print its progress on the way."""
    figures = Figures("solve", name, method)
    case = kept(path)
    last = [-1.0]

    def tell(moment: Progress) -> None:
        if moment.seconds - last[0] >= 1.0:
            last[0] = moment.seconds
            show_progress(name, method, moment)

    figures.more = {"gap_asked": gap, "status": "none_found"}
    plan: Plan | None = None
    with timed(figures):
        try:
            plan = solve(case, gap=gap, time_limit=time_limit, method=method, replay=False, rivals=False, progress=tell)  # type: ignore[arg-type]
        except NoPlanError as error:
            figures.more = {"gap_asked": gap, "status": error.status, "said": str(error)}
    if plan is not None:
        found = plan.search
        figures.rows, figures.columns = found.rows, found.columns
        figures.objective, figures.bound = found.objective_usd, found.bound_usd
        seconds = {f"{phase}_seconds": spent for phase, spent in found.seconds.items() if phase in ("build", "solve")}
        figures.more = {"gap_asked": gap, "status": found.status, "open_sites": len(plan.open_sites), **seconds}
        show_progress(name, method, Progress("end", figures.seconds or 0.0, found.objective_usd, found.bound_usd))
    return figures


def solve_by_highs(name: str, path: Path, gap: float, time_limit: float) -> Figures:
    """Solve a kept case by HiGHS as it comes, on the same arrays."""
    figures = Figures("solve", name, "highs")
    case = kept(path)
    loading.use_threads()
    with timed(figures):
        began = time.monotonic()
        form = compile_assembly(Assembly(case, chosen(DESIGN, case)))
        built = time.monotonic() - began

        def tell(moment: Progress) -> None:
            show_progress(name, "highs", Progress("", built + moment.seconds, moment.incumbent_usd, moment.bound_usd))

        outcome = highs.run(loading.load(form), gap=gap, deadline=Deadline(time_limit), progress=tell)
    figures.rows, figures.columns = form.matrix.shape
    figures.objective = None if outcome.objective is None else outcome.objective / COST_SCALE
    figures.bound = None if outcome.bound is None else outcome.bound / COST_SCALE
    figures.more = {"gap_asked": gap, "status": outcome.status, "build_seconds": built}
    return figures


def show_progress(name: str, method: str, moment: Progress) -> None:
    """Print one moment of a solve."""
    figures = Figures("solve-progress", name, method, seconds=moment.seconds)
    figures.objective, figures.bound = moment.incumbent_usd, moment.bound_usd
    figures.close().show()


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, nargs="+", default=[200], help="counties (default 200)")
    parser.add_argument("--hours", type=int, default=288, help="whole days of 24 h (default 288)")
    parser.add_argument("--periods", type=int, default=1, help="planning periods (default 1)")
    parser.add_argument("--gap", type=float, default=0.005, help="gap to prove (default 0.005)")
    parser.add_argument("--whole-gap", type=float, help="the same for the whole model; as --gap by default")
    parser.add_argument("--time-limit", type=float, default=1800.0, help="seconds for each solve (default 1800)")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS[:2])
    parser.add_argument("--cases", type=Path, help="folder that keeps prepared cases for the next run")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for sites_count in given.sites:
            name = name_of(sites_count, given.hours, given.periods)
            print(f"preparing {name}", file=sys.stderr, flush=True)
            path = keep(case_of(sites_count, given.hours, given.periods, given.cases), Path(folder) / "case.pkl")
            for method in given.methods:
                gap = given.gap if method == "decomposed" or given.whole_gap is None else given.whole_gap
                work: Any = solve_by_highs if method == "highs" else functools.partial(solve_by, method)
                alone(work, name, path, gap, given.time_limit).close().show()


if __name__ == "__main__":
    main()
