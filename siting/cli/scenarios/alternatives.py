"""The command `siting alternatives`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

import siting
from siting.cli.asked import languages_of, prepared, require
from siting.cli.terminal import complain, print_table
from siting.optimise.method import SolveMethod

if TYPE_CHECKING:
    from siting.case.case import Case

__all__ = ["alternatives"]


def alternatives(
    study: str,
    /,
    *,
    within: float = 0.01,
    count: int = 10,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    gap: float = 0.005,
    time_limit: float | None = None,
    method: SolveMethod = "auto",
    threads: int | None = None,
    candidates: int | None = None,
    lang: str = "en",
    quiet: bool = False,
) -> int:
    """Find plans that cost nearly as little as the best, and say what they share and where they are free.

    Parameters
    ----------
    study
        Path of a YAML file, or the name of a built-in study.
    within
        Slack: how much more than the best plan found the others may cost, as a fraction of its cost.
    count
        How many plans to find, the best among them.
    output
        Folder for tables and page; results/<study>-alternatives by default.
    gap
        Of the search for the best plan, as in `siting run`.
    time_limit
        Seconds for all of it.
    method
        How to solve.
    threads
        Threads of the solver; as many as there are cores by default.
    candidates
        Choose among the first so many candidate sites by rank, whatever the study says.
    lang
        Languages of the page, joined by commas: index.html is English, index.id.html Indonesian.
    quiet
        Print nothing but problems.
    """
    from siting.cli.progress import ProgressLine
    from siting.scenarios.alternatives.writing import write_alternatives

    require(0 < within < 1, "--within", "above 0 and less than 1", within)
    require(count >= 2, "--count", "at least 2", count)
    require(0 <= gap < 1, "--gap", "at least 0 and less than 1", gap)
    require(time_limit is None or 0 < time_limit < math.inf, "--time-limit", "a number of seconds above 0", time_limit)
    require(threads is None or threads >= 1, "--threads", "at least 1", threads)
    languages = languages_of(lang)
    case = prepared(study, candidates)
    with ProgressLine(quiet=quiet) as progress:
        found = siting.alternatives(
            case,
            within=within,
            count=count,
            gap=gap,
            time_limit=time_limit,
            method=method,
            threads=threads,
            progress=progress,
        )
    folder = output or Path("results") / f"{case.study.name}-alternatives"
    write_alternatives(found, folder, languages)
    if not found.is_complete:
        complain("warning: time was up before all plans and proofs were tried")
    if not quiet:
        base = found.best.objective_usd
        rows = [
            (
                str(number),
                plan.found_for,
                f"{(plan.objective_usd - base) / abs(base):.3%}",
                _sites(found.case, plan.is_open),
            )
            for number, plan in enumerate(found.plans, 1)
        ]
        print_table([("plan", "found for", "over the best", "sites"), *rows])
        print(f"no regret     {', '.join(found.sites('no regret')) or 'none proven'}")
        print(f"out of reach  {len(found.sites('out of reach'))} of {len(found.standings)} sites")
        print(f"files         {folder}")
    return 0


def _sites(case: Case, is_open: Any) -> str:
    return " ".join(str(site) for site, opened in zip(case.axes["site"], is_open, strict=True) if opened)
