"""The command that holds one design for many futures against the best for each."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from siting.cli.asked import languages_of, require, warn_of
from siting.cli.terminal import complain, print_table
from siting.optimise.method import SolveMethod
from siting.problems import InputError, Problem

if TYPE_CHECKING:
    from siting.scenarios.futures.planned import PreparedFutures
    from siting.study.study import Study

__all__ = ["futures", "prepared_futures", "refuse_for_futures"]

DONE, REFUSED = 0, 1


def futures(
    study: str,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    tornado: Literal["on", "off"] = "on",
    gap: float = 0.01,
    gap_site_dependent: float = 0.05,
    time_limit: float | None = None,
    method: SolveMethod = "auto",
    threads: int | None = None,
    workers: int = 1,
    year: Literal["on", "off"] = "off",
    lang: str = "en",
    quiet: bool = False,
) -> int:
    """Find the design that is best over a study's futures, and hold it against the best for each of them.

    What knowing the future would be worth, what planning for all of them is worth, how sure each site is, the regret of
    each design in each future, what each factor alone moves, and where another design becomes the cheaper. The same
    command goes on where an earlier one was ended. Exit code 1 if a case has no plan, after the others are finished.

    Parameters
    ----------
    study
        Path of a YAML file with a part `futures`.
    output
        Folder; results/<study>-futures by default.
    tornado
        Whether to solve again with each factor alone at both ends of its range.
    gap
        Of each search, as in `siting run`.
    gap_site_dependent
        Of each search, as in `siting run`.
    time_limit
        Seconds for each future alone; the search over all of them has as many times as much as there are futures.
    method
        How to solve.
    threads
        Threads of the solver.
    workers
        Processes in which futures are solved at once.
    year
        Whether to run the plan through all hours of the year in each future.
    lang
        Languages of the page and the plan's reports, joined by commas.
    quiet
        Print nothing but problems.
    """
    from siting.cli.progress import ProgressLine
    from siting.scenarios.futures.futures import futures as compared
    from siting.scenarios.futures.tables import tables_of
    from siting.study.loading import load_study

    require(0 <= gap < 1, "--gap", "at least 0 and less than 1", gap)
    require(0 <= gap_site_dependent <= 1, "--gap-site-dependent", "at least 0 and no more than 1", gap_site_dependent)
    require(time_limit is None or time_limit > 0, "--time-limit", "a number of seconds above 0", time_limit)
    require(threads is None or threads >= 1, "--threads", "at least 1", threads)
    require(workers >= 1, "--workers", "at least 1", workers)
    asked, languages = load_study(study), languages_of(lang)
    folder = output or Path("results") / f"{asked.name}-futures"
    with ProgressLine(quiet=quiet) as progress:
        found = compared(
            asked,
            output=folder,
            tornado=tornado == "on",
            workers=workers,
            progress=progress,
            gap=gap,
            gap_site_dependent=gap_site_dependent,
            time_limit=time_limit,
            method=method,
            threads=threads,
            replay=year == "on",
            languages=languages,
        )
    if not quiet:
        rows = [
            (
                str(row["design"]),
                _in(row["expected_usd"], 1e9, 4),
                _in(row["largest_regret_usd"], 1e6, 1),
                str(row["open_sites"]),
            )
            for row in tables_of(found)["summary"].to_dict("records")
        ]
        print_table([("design", "expected, billion USD", "largest regret, million USD", "sites"), *rows])
        print(f"knowing what comes is worth  {_in(found.information_usd, 1e6, 1)} (million USD)")
        print(f"planning for all is worth    {_in(found.stochastic_usd, 1e6, 1)} (million USD)")
        print(f"files  {folder}")
    for name in found.failed:
        complain(f"{name}: no plan; see {folder}")
    return REFUSED if found.failed else DONE


def refuse_for_futures(*, draws: int | None, year_bound: str | None) -> None:
    """Refuse what a plan over many futures does not have, where it is asked for.

    Parameters
    ----------
    draws : int or None
        Draws asked for; None where nothing was said.
    year_bound : str or None
        ``on`` or ``off``; None where nothing was said.

    Raises
    ------
    InputError
        If draws or a bound for the year are asked for.
    """
    problems = []
    if draws:
        hint = "leave it out; `siting futures` tells how often the best plans for each future have a site"
        problems.append(Problem("--draws", 0, "", "a study that speaks of futures has no draws", hint))
    if year_bound == "on":
        message = "no bound for the year is worked out of a study that speaks of futures"
        hint = "leave it out; the bound told is one on the chosen days of all futures"
        problems.append(Problem("--year-bound", 0, "", message, hint))
    if problems:
        raise InputError(problems)


def prepared_futures(study: Study, *, trust_code: bool) -> PreparedFutures:
    """Return the futures of a study, each prepared once, and print its warnings.

    Raises
    ------
    InputError
        With the problems of any.
    """
    from siting.scenarios.futures.planned import prepare_futures

    found = prepare_futures(study, trust_code=trust_code)
    warn_of(study, found.case)
    return found


def _in(usd: float, unit_usd: float, decimals: int) -> str:
    """An amount in a larger unit; what is no number belongs to a design that does not serve every future."""
    return f"{usd / unit_usd:,.{decimals}f}" if math.isfinite(usd) else "fails a future"
