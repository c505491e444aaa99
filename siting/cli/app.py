"""The command line.

Exit codes: 0 a plan was written, or all is well; 1 the check failed or no plan was found; 2 the input is wrong;
3 the solver or the machine failed.
"""

from __future__ import annotations

import logging
import math
import os
import sys
import time
import traceback
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

from cyclopts import App, CycloptsError, Parameter

import siting
from siting.cli import importing
from siting.cli.asked import (
    asked,
    held_against,
    languages_of,
    loaded,
    outlined,
    prepared_of,
    require,
)
from siting.cli.cooling import cooling
from siting.cli.export import export
from siting.cli.footprint import footprint
from siting.cli.pack import pack
from siting.cli.report import report
from siting.cli.scenarios.alternatives import alternatives
from siting.cli.scenarios.backtest import backtest
from siting.cli.scenarios.compare import compare
from siting.cli.scenarios.explain import explain, explained
from siting.cli.scenarios.futures import futures, prepared_futures, refuse_for_futures
from siting.cli.scenarios.pareto import pareto
from siting.cli.scenarios.policy import policy
from siting.cli.scenarios.respond import respond
from siting.cli.scenarios.sweep import sweep
from siting.cli.template import template
from siting.cli.terminal import complain
from siting.cli.verify import verify
from siting.optimise.method import SolveMethod
from siting.problems import InputError, Problem, did_you_mean
from siting.results.interruption import StoppedAfterwards, hear_schedulers

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, REFUSED, WRONG_INPUT, FAILED = 0, 1, 2, 3

DRAWS_COUNT = 50
"""Choices of sites under errors of the inputs, where nothing else is asked for."""

CHOSEN = ("site", "zone", "period", "cooling", "rack", "contract", "measure", "lease", "bridge", "backup", "region")
"""Axes whose members a person chooses; of others, such as months, the number says nothing."""
NOTHING_YET = "before there was a plan; nothing was written"

app = App(
    name="siting",
    help="Where to build AI data centres, with which racks, cooling and power contracts, at the least proven cost.",
    version=siting.__version__,
    version_flags=["--version"],
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
)
app.command(importing.data)


@app.command
def run(
    study: str,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    gap: float = 0.01,
    gap_site_dependent: float = 0.05,
    time_limit: float | None = None,
    method: SolveMethod = "auto",
    threads: int | None = None,
    start: Path | None = None,
    since: Path | None = None,
    candidates: int | None = None,
    draws: int | None = None,
    year_bound: Literal["on", "off"] | None = None,
    trust_code: Annotated[bool, Parameter(negative=())] = False,
    lang: str = "en",
    mlflow: Annotated[bool, Parameter(negative=())] = False,
    quiet: bool = False,
) -> int:
    """Solve a study and write its results; of a study that speaks of futures, the design that is best over all of them.

    Parameters
    ----------
    study
        Path of a YAML file, or the name of a built-in study.
    output
        Folder for the results; results/<study> by default. Earlier results there are replaced.
    gap
        Distance between the plan and the best possible at which to stop, as a fraction of the cost.
    gap_site_dependent
        The same as a fraction of the part of the cost that sites change; the search stops when both hold.
    time_limit
        Seconds for all of the work but writing the results, from the reading of the tables on: the search has three
        quarters of them and stops with the best plan found; what else is not done in time (why other sites lose, the
        full year, other weather) is left out and said. A first plan is made in any case, in ten seconds more at most.
    method
        How to solve.
    threads
        Threads of the solver; as many as there are cores by default.
    start
        Folder of an earlier run, of this study or of one like it, whose plan the search begins with.
    since
        Folder of an earlier run that both reports hold this plan against: what it costs more, what moved, and what
        went in otherwise.
    candidates
        Choose among the first so many candidate sites by rank, whatever the study says.
    draws
        Choices of sites under plausible errors of the inputs, by which it is counted how often each site is chosen;
        50 by default, 0 leaves it out. A study that speaks of futures has none: see `siting futures`.
    year_bound
        Whether to prove, afterwards and within the same limit, what no plan costs less than over the whole year; on by
        default. For a study that speaks of futures there is no such proof.
    trust_code
        Run the files of Python that the study brings as rules of its own; read them before.
    lang
        Languages of the reports, joined by commas.
    mlflow
        Note the run in MLflow, too: in the store that MLFLOW_TRACKING_URI names, or in mlflow.db here.
    quiet
        Print nothing but problems.
    """
    from siting.cli.progress import ProgressLine
    from siting.results.claim import claimed
    from siting.results.folder import pages_of, write_into
    from siting.results.tracking import log_run, require_mlflow
    from siting.results.unfinished import kept_if_writing_fails

    if mlflow:
        require_mlflow()
    require(0 <= gap < 1, "--gap", "at least 0 and less than 1", gap)
    require(0 <= gap_site_dependent <= 1, "--gap-site-dependent", "at least 0 and no more than 1", gap_site_dependent)
    require(time_limit is None or 0 < time_limit < math.inf, "--time-limit", "a number of seconds above 0", time_limit)
    require(threads is None or threads >= 1, "--threads", "at least 1", threads)
    require(draws is None or draws >= 0, "--draws", "at least 0", draws)
    began = time.monotonic()
    languages = languages_of(lang)
    earlier = None if start is None else loaded(start)
    before = None if since is None else loaded(since)
    stated = asked(study, candidates)
    many = None
    if stated.futures.are_stated:
        refuse_for_futures(draws=draws, year_bound=year_bound)
        many = prepared_futures(stated, trust_code=trust_code)
    case = prepared_of(stated) if many is None else many.case
    if trust_code and many is None:
        case = siting.with_own_rules(case)
    folder = output or Path("results") / stated.name
    with claimed(folder, pages_of(languages)) as claim:
        with ProgressLine(quiet=quiet) as progress, explained(case):
            options: dict[str, Any] = {
                "gap": gap,
                "gap_site_dependent": gap_site_dependent,
                "time_limit": time_limit,
                "time_spent": time.monotonic() - began,
                "method": method,
                "threads": threads,
                "start": earlier,
                "progress": progress,
            }
            if many is not None:
                plan = siting.plan_for_futures(many, **options)
            else:
                of_draws = DRAWS_COUNT if draws is None else draws
                plan = siting.solve(case, draws=of_draws, year_bound=year_bound != "off", **options)
        if since is not None and before is not None:
            plan = held_against(plan, before, since)
        with kept_if_writing_fails(plan, folder):
            write_into(claim, plan, languages)
    if mlflow:
        log_run(plan, folder)
    for warning in plan.warnings:
        complain(f"warning: {warning}")
    if not quiet:
        print(plan)
        print(f"  files  {folder}")
    return DONE


app.command(explain)
app.command(alternatives)
app.command(policy)


@app.command
def check(study: str, /, *, candidates: int | None = None) -> int:
    """Check a study and its tables, and print every problem at once.

    Parameters
    ----------
    study
        Path of a YAML file, or the name of a built-in study.
    candidates
        Choose among the first so many candidate sites by rank, whatever the study says.
    """
    from siting.plan.arithmetic import arithmetic_conflicts
    from siting.plan.tables.demand import asked_lines

    case = outlined(study, candidates)
    if conflicts := arithmetic_conflicts(case, lambda: siting.prepare(case.study)):
        raise InputError(conflicts)
    told = {**case.axes, "lease": case.offered_leases()}
    counts = [f"{len(members)} {axis}s" for axis, members in told.items() if len(members) and axis in CHOSEN]
    days = (
        f"{case.study.time.typical_days_count} typical days, {len(case.study.time.extreme_days)} extreme ones at most"
    )
    print(f"{study}: no problem found ({', '.join(counts)}, {days})")
    for line in asked_lines(case):
        print(f"  asked  {line}")
    return DONE


@app.command
def show(study: str, /, *, table: str | None = None, candidates: int | None = None) -> int:
    """Print everything that a study resolves to: each value with its unit, source and grade.

    Parameters
    ----------
    study
        Path of a YAML file, or the name of a built-in study.
    table
        Only the values of this table of the catalogue.
    candidates
        Of the first so many candidate sites by rank, whatever the study says.
    """
    from siting.cli.show import chosen_of, resolved

    found, tables = chosen_of(asked(study, candidates))
    if table is not None and table not in tables:
        hint = did_you_mean(table, tables) or f"the tables are: {', '.join(tables)}"
        raise InputError([Problem("--table", 0, "", f"no table {table!r} in the catalogue", hint)])
    rows = [("item", "value", "unit", "source", "grade")]
    rows += [(row.item, row.value, row.unit, row.source, row.grade) for row in resolved(found, tables, table)]
    most = (60, 24, 24, 40, 10)  # longer cells push the rest of their line, rather than widening every line
    widths = [min(max(len(row[column]) for row in rows), width) for column, width in enumerate(most)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return DONE


@app.command
def studies() -> int:
    """List the built-in studies."""
    names = siting.studies()
    width = max(map(len, names), default=0)
    for name in names:
        print(f"{name:<{width}}  {siting.load_study(name).title}")
    return DONE


app.command(backtest)
app.command(cooling)
app.command(verify)
app.command(report)
app.command(pack)
app.command(template)
app.command(sweep)
app.command(compare)
app.command(pareto)
app.command(export)
app.command(respond)
app.command(footprint)
app.command(futures)


def call(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments
        Words after the name of the program; those of the process by default.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(words, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except CycloptsError as error:
        complain(f"siting: {' '.join(str(error).split())}")
        complain("Try: siting --help")
        return WRONG_INPUT
    except InputError as error:
        complain(str(error))
        return WRONG_INPUT
    except StoppedAfterwards as error:
        complain(f"siting: {error}")
        return DONE
    except KeyboardInterrupt as error:
        complain(f"siting: stopped {'; '.join(getattr(error, '__notes__', ())) or NOTHING_YET}")
        return REFUSED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        return _failure(error)


def _failure(error: Exception) -> int:
    """Exit code of an error that is not the input's, said in one line if its kind is foreseen."""
    from siting.optimise.no_plan import NoPlanError
    from siting.results.unfinished import NotWrittenError

    if isinstance(error, NoPlanError):
        complain(f"siting: {error}")
        return FAILED if error.status == "failed" else REFUSED
    if isinstance(error, NotWrittenError):
        if error.__cause__ is not None and not isinstance(error.__cause__, MemoryError | OSError):
            traceback.print_exception(error.__cause__)
        complain(f"siting: {error}")
        return FAILED
    if isinstance(error, MemoryError | OSError):
        complain(f"siting: the machine failed: {str(error) or type(error).__name__}")
        return FAILED
    traceback.print_exception(error)
    complain("siting: this is a fault of the program, not of your input; please report it with the lines above")
    return FAILED


def main() -> NoReturn:
    """Entry point of the command `siting`."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("siting").setLevel(logging.INFO)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that lacks a letter shows its number instead
            stream.reconfigure(errors="backslashreplace")
    hear_schedulers()
    sys.exit(call())
