"""The command that weighs cost against other measures."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from siting.cli.asked import asked, languages_of, require
from siting.cli.terminal import complain, print_table
from siting.optimise.method import SolveMethod

if TYPE_CHECKING:
    from siting.scenarios.pareto.point import FrontPoint

__all__ = ["pareto"]

DONE, REFUSED = 0, 1


def pareto(
    study: str,
    /,
    *,
    against: str = "carbon",
    points: int = 10,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    gap: float = 0.01,
    time_limit: float = 120.0,
    method: SolveMethod = "auto",
    threads: int | None = None,
    lang: str = "en",
    quiet: bool = False,
) -> int:
    """Find what less carbon, less water or cleaner power cost: a front for each, each point a plan with its proof.

    The same command goes on where an earlier one was ended.

    Parameters
    ----------
    study
        Path of a YAML file, or the name of a built-in study.
    against
        Measures joined by commas, each with a front of its own against cost: carbon (by location), carbon:market,
        carbon:hourly, water, cfe (the carbon-free share of all sites, hour by hour).
    points
        Points of each front, the plan without a limit among them.
    output
        Folder for the fronts; results/<study>-front by default.
    gap
        Distance between each plan and the best possible, as a fraction of the cost.
    time_limit
        Seconds for the search of each point; one whose gap is not proven by then is told with the gap that is.
    method
        How to solve where a point must be searched by itself.
    threads
        Threads of the solver; as many as there are cores by default.
    lang
        Languages of the reports and of the page, joined by commas.
    quiet
        Print nothing but problems.
    """
    from siting.cli.progress import ProgressLine
    from siting.scenarios.pareto.front import fronts_of
    from siting.scenarios.pareto.measures import measures_of
    from siting.scenarios.pareto.page import page
    from siting.scenarios.pareto.point import FrontOptions
    from siting.scenarios.place import write_pages

    require(points >= 2, "--points", "at least 2", points)
    require(0 <= gap < 1, "--gap", "at least 0 and less than 1", gap)
    require(0 < time_limit < math.inf, "--time-limit", "a number of seconds above 0", time_limit)
    require(threads is None or threads >= 1, "--threads", "at least 1", threads)
    measures, base, languages = measures_of(against), asked(study), languages_of(lang)
    options = FrontOptions(points, gap, time_limit, method, threads, languages=languages)
    folder = output or Path("results") / f"{base.name}-front"
    with ProgressLine(quiet=quiet) as progress:
        found = fronts_of(base, measures, folder, options, progress)
    write_pages(folder, languages, lambda language: page(base, found, language))
    if not quiet:
        print_table(
            [
                ("measure", "limit", "amount", "billion USD", "gap", "USD a unit", "sites"),
                *(_row(point) for point in found),
            ]
        )
        print(f"files  {folder}")
    for point in found:
        if point.objective_usd is None:
            side = "least" if point.measure.is_floor else "most"
            complain(f"{point.measure.name} of at {side} {_number(point.limit)}: {point.status}: {point.reason}")
    return DONE if any(point.folder is not None for point in found) else REFUSED


def _row(point: FrontPoint) -> tuple[str, ...]:
    cost, bound = point.objective_usd, point.bound_usd
    return (
        point.measure.name,
        "none" if point.limit is None else _number(point.limit),
        _number(point.amount),
        "-" if cost is None else f"{cost / 1e9:,.4f}",
        "-" if cost is None or bound is None else f"{(cost - bound) / abs(cost):.2%}",
        _number(point.marginal_usd),
        f"{' '.join(point.open_sites) or point.status}{' (dominated)' if point.is_dominated else ''}",
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.5g}"
