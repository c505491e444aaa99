"""The command that solves many cases of one study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from siting.cli.asked import asked, languages_of, require
from siting.cli.terminal import complain, print_table
from siting.optimise.method import SolveMethod

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from siting.scenarios.sweep.summary import CaseResult

__all__ = ["sweep"]

DONE, REFUSED = 0, 1


def sweep(
    study: str,
    /,
    *,
    vary: Annotated[list[str] | None, Parameter(negative=())] = None,
    scale: Annotated[list[str] | None, Parameter(negative=())] = None,
    cases: Path | None = None,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    workers: int = 1,
    cluster: str | None = None,
    gap: float = 0.01,
    gap_site_dependent: float = 0.05,
    time_limit: float | None = None,
    method: SolveMethod = "auto",
    threads: int | None = None,
    draws: int = 0,
    year_bound: Literal["on", "off"] = "off",
    lang: str = "en",
    quiet: bool = False,
) -> int:
    """Solve a study many times with other values; each case is a result folder, and one table holds all of them.

    The same command goes on where an earlier one was ended: what is finished is not solved again. Exit code 1 if a case
    has no plan, after the others are finished.

    Parameters
    ----------
    study
        Path of a YAML file, or the name of a built-in study.
    vary
        A field by its path and the values that it takes: policy.carbon_price_usd_per_t=0,50,100. May be repeated; each
        choice is combined with each of all others.
    scale
        A column of a table and factors on it: sites.tariff_usd_per_mwh=0.8,1.2. May be repeated.
    cases
        CSV with a path at the head of each column, a case in each row, and perhaps names under `case`.
    output
        Folder of the sweep; results/<study>-sweep by default.
    workers
        Processes in which cases are solved at once; the cores are shared out among them.
    cluster
        Address of a Dask scheduler, such as tcp://10.0.0.1:8786, whose workers solve the cases instead; they need
        this study's files, and the output, at the same paths.
    gap
        Of each case, as in `siting run`.
    gap_site_dependent
        Of each case, as in `siting run`.
    time_limit
        Seconds for each case, as in `siting run`.
    method
        How to solve.
    threads
        Threads of the solver in each case.
    draws
        Choices of sites under errors of the inputs, in each case.
    year_bound
        Whether to prove of each case what no plan costs less than over the whole year.
    lang
        Languages of the reports, joined by commas.
    quiet
        Print nothing but problems.
    """
    from siting.cli.progress import ProgressLine
    from siting.scenarios.sweep.one_case import SolveOptions
    from siting.scenarios.sweep.sweep import sweep_varied
    from siting.scenarios.sweep.varied import read_cases, scaled_column, varied_field

    require(workers >= 1, "--workers", "at least 1", workers)
    require(0 <= gap < 1, "--gap", "at least 0 and less than 1", gap)
    require(0 <= gap_site_dependent <= 1, "--gap-site-dependent", "at least 0 and no more than 1", gap_site_dependent)
    require(time_limit is None or time_limit > 0, "--time-limit", "a number of seconds above 0", time_limit)
    require(threads is None or threads >= 1, "--threads", "at least 1", threads)
    require(draws >= 0, "--draws", "at least 0", draws)
    options = SolveOptions(
        gap=gap,
        gap_site_dependent=gap_site_dependent,
        time_limit=time_limit,
        method=method,
        threads=threads,
        draws=draws,
        year_bound=year_bound == "on",
        languages=languages_of(lang),
    )
    base = asked(study)
    varied = [*map(varied_field, vary or ()), *map(scaled_column, scale or ())]
    varied += [] if cases is None else [read_cases(cases)]
    folder = output or Path("results") / f"{base.name}-sweep"
    with ProgressLine(quiet=quiet) as progress:
        found = sweep_varied(base, varied, folder, options, workers=workers, cluster=cluster, progress=progress)
    if not quiet:
        print_table(
            [
                ("case", "status", "billion USD", "gap", "sites"),
                *(_row(row) for row in found.summary.to_dict("records")),
            ]
        )
        print(f"files  {folder}")
    for result in found.failed:
        _complain_of(result)
    return REFUSED if found.failed else DONE


def _row(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    cost, gap = row["objective_usd"], row["gap_fraction"]
    return (
        str(row["case"]),
        str(row["status"]),
        f"{cost / 1e9:,.4f}" if isinstance(cost, float) and cost == cost else "-",
        f"{gap:.2%}" if isinstance(gap, float) and gap == gap else "-",
        str(row["open_sites"]) or "-",
    )


def _complain_of(result: CaseResult) -> None:
    if result.failure is not None:
        complain(f"{result.variation.name}: {result.failure.status.replace('_', ' ')}: {result.failure.reason}")
