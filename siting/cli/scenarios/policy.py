"""The command `siting policy`."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from siting.cli.asked import asked, languages_of, require
from siting.cli.terminal import print_table
from siting.optimise.method import SolveMethod

__all__ = ["policy"]


def policy(
    study: str,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    instruments: str = "",
    workers: int = 1,
    gap: float = 0.002,
    time_limit: float = 40.0,
    method: SolveMethod = "auto",
    threads: int | None = None,
    lang: str = "en",
    quiet: bool = False,
) -> int:
    """Solve a study with each of the standard instruments, and tell what each costs and changes, and for whom.

    The same command goes on where an earlier one was ended. Exit code 1 if an instrument leaves no plan.

    Parameters
    ----------
    study
        Path of a YAML file, or the name of a built-in study.
    output
        Folder for plans, tables and page; results/<study>-policy by default.
    instruments
        Which, joined by commas; the standard eight by default, all with "all".
    workers
        Processes in which plans are made at once; the cores are shared out among them.
    gap
        Of the plan without any instrument, as in `siting run`; those with one have twice as much. Differences smaller
        than what the proofs leave open are told as such.
    time_limit
        Seconds for each plan.
    method
        How to solve.
    threads
        Threads of the solver for each plan.
    lang
        Languages of the page and the policy report, joined by commas.
    quiet
        Print nothing but problems.
    """
    from siting.cli.progress import ProgressLine
    from siting.scenarios.policy.instruments import INSTRUMENTS
    from siting.scenarios.policy.policy import policy as solved

    require(workers >= 1, "--workers", "at least 1", workers)
    require(0 <= gap < 1, "--gap", "at least 0 and less than 1", gap)
    require(0 < time_limit < math.inf, "--time-limit", "a number of seconds above 0", time_limit)
    require(threads is None or threads >= 1, "--threads", "at least 1", threads)
    base, languages = asked(study), languages_of(lang)
    chosen = list(INSTRUMENTS) if instruments == "all" else [name.strip() for name in instruments.split(",") if name]
    folder = output or Path("results") / f"{base.name}-policy"
    with ProgressLine(quiet=quiet) as progress:
        found = solved(
            base,
            output=folder,
            instruments=chosen,
            workers=workers,
            languages=languages,
            gap=gap,
            time_limit=time_limit,
            method=method,
            threads=threads,
            progress=progress,
        )
    rows = found.summary.to_dict("records")
    if not quiet:
        heads = ("instrument", "level", "extra cost [million USD]", "proven from", "to", "IT that leaves [MW]")
        print_table([heads, *map(_row, rows)])
        print(f"files  {folder}")
    return 0 if all("extra_cost_usd" in row and row["extra_cost_usd"] == row["extra_cost_usd"] for row in rows) else 1


def _row(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    numbers = [
        row.get(name, math.nan) / 1e6 for name in ("extra_cost_usd", "extra_cost_least_usd", "extra_cost_most_usd")
    ]
    texts = ["" if math.isnan(number) else f"{number:,.2f}" for number in numbers]
    left = row.get("left_mw", math.nan) if row.get("is_told_apart") else math.nan
    return (
        row["name"],
        row["value"],
        *(texts if any(texts) else (str(row["status"]), "", "")),
        "not told apart" if row.get("is_told_apart") == 0 else "" if math.isnan(left) else f"{left:,.1f}",
    )
