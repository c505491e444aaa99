"""A study solved many times, each time with other values: every case a plan folder, and one table of all of them.

What is finished stays finished: a case is known by the hash of all that goes into it, which its manifest holds, so
the same call, after any end of the one before, solves what is left. Each case begins with the plan of its nearest
finished neighbour.
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from siting.notebook import card, table
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.whole.kept_basis import KeptBasis
from siting.problems import InputError, Problem
from siting.results.formats import csv_text, json_text
from siting.scenarios.place import take_place, write_pages
from siting.scenarios.sweep.one_case import CaseTask, Failure, SolveOptions, hash_of, is_finished, solve_case
from siting.scenarios.sweep.page import page
from siting.scenarios.sweep.summary import CaseResult, plan_of, summary_of
from siting.scenarios.sweep.varied import Variation, Varied, of_values, read_cases, variations
from siting.scenarios.sweep.workers import cores_count, dask_workers, listening, processes
from siting.study.loading import changed, load_study
from siting.version import __version__
from siting.whole_files import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from siting.plan.plan import Plan
    from siting.study.study import Study

__all__ = ["Sweep", "sweep", "sweep_varied"]

SWEEP, SUMMARY, CASES = "sweep.json", "summary.csv", "cases"
"""Files and the folder of cases in a sweep's folder."""

FORMAT = 1
"""Number of the form of `SWEEP`."""

BETWEEN_SUMMARIES_S = 2.0
"""Least time between two tables of the cases so far: one of a thousand cases takes a tenth of a second."""

MOST_DEATHS = 3
"""How often a process may die over a case until it is taken for the case's fault."""


@dataclasses.dataclass(frozen=True)
class Sweep:
    """What came of a sweep.

    Parameters
    ----------
    folder : Path
        Where it is.
    results : tuple of CaseResult
        Each case, in order.
    summary : DataFrame
        The same as a table: a row a case.
    """

    folder: Path
    results: tuple[CaseResult, ...]
    summary: pd.DataFrame

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that have no plan."""
        return tuple(result for result in self.results if result.failure is not None)

    def plan(self, case: str) -> Plan:
        """Return the plan of a case by its name.

        Raises
        ------
        NotAResultError
            If it has none.
        """
        from siting.results.folder import load

        return load(self.folder / CASES / case)

    def __repr__(self) -> str:
        return f"Sweep({self.folder}: {len(self.results) - len(self.failed)} of {len(self.results)} cases have a plan)"

    def _repr_html_(self) -> str:
        heads = ("case", "status", "objective_usd", "gap_fraction", "open_sites")
        rows = [tuple(_cell(row[head]) for head in heads) for row in self.summary.to_dict("records")]
        return card(f"Sweep {self.folder.name}", [repr(self)], table(rows, heads, numbers=(2, 3)))


def sweep(
    study: Study | str | os.PathLike[str],
    *,
    output: str | os.PathLike[str],
    vary: Mapping[str, Iterable[Any]] | None = None,
    scale: Mapping[str, Iterable[float]] | None = None,
    cases: str | os.PathLike[str] | None = None,
    workers: int = 1,
    cluster: str | None = None,
    progress: ProgressCallback | None = None,
    **options: Any,
) -> Sweep:
    """Solve a study with each choice of some values, and write a plan folder for each.

    Parameters
    ----------
    study : Study, str or path
        What is varied; a path or a name as `siting.load_study` takes it.
    output : str or path
        Folder of the sweep. The same call goes on where an earlier one there was ended.
    vary : mapping, optional
        Dotted path of a field to its values: ``{"policy.carbon_price_usd_per_t": [0, 50]}``.
    scale : mapping, optional
        Column of a table to factors on it: ``{"sites.tariff_usd_per_mwh": [0.8, 1.2]}``.
    cases : str or path, optional
        CSV with a column a path and a row a case. All three are combined, each with each.
    workers : int
        Processes in which cases are solved at once; with 1, this one.
    cluster : str, optional
        Address of a Dask scheduler whose workers solve the cases instead.
    progress : callable, optional
        Told of each phase of each case, as of `siting.solve`.
    **options
        Of `siting.scenarios.sweep.one_case.SolveOptions`: gap, time_limit (of each case), threads and so on.

    Returns
    -------
    Sweep
        With its `summary`, the cases that `failed`, and the `plan` of each case.

    Raises
    ------
    InputError
        If a path is no field of a study, the folder holds something else, or every case is wrong.
    """
    asked = study if not isinstance(study, str | os.PathLike) else load_study(study)
    varied = [of_values(path, values, "--vary") for path, values in (vary or {}).items()]
    varied += [of_values(f"scales.{column}", values, "--scale") for column, values in (scale or {}).items()]
    varied += [read_cases(Path(cases))] if cases is not None else []
    return sweep_varied(
        asked, varied, Path(output), SolveOptions(**options), workers=workers, cluster=cluster, progress=progress
    )


def sweep_varied(
    study: Study,
    varied: Sequence[Varied],
    folder: Path,
    options: SolveOptions,
    *,
    workers: int = 1,
    cluster: str | None = None,
    progress: ProgressCallback | None = None,
    start: Path | None = None,
    kept: KeptBasis | None = None,
) -> Sweep:
    """Solve all cases that what is varied makes; see `sweep`.

    A case begins with the plan of `start`, a folder, where none that is finished varies the same fields; in this
    process its relaxation begins where that of the case before ended, or with what is `kept` of others.
    """
    began = time.monotonic()
    made = variations(study, varied)
    take_place(folder, SWEEP, "a sweep")
    with ExitStack() as stack:
        executor: Executor | None = None
        slots, renew = 1, _no_other
        if cluster is not None:
            executor, slots = stack.enter_context(dask_workers(cluster))
        if options.threads is None and (cluster is not None or workers > 1):
            each = 1 if cluster is not None else max(1, cores_count() // workers)
            options = dataclasses.replace(options, threads=each)
        work = _Work(study, made, folder, options, progress, began, start, kept or KeptBasis())
        write_whole(folder / SWEEP, json_text(_record(study, varied, work)))
        was_heard = stack.enter_context(listening())
        try:
            if executor is None and workers > 1 and len(work.left) > 1:
                slots = min(workers, len(work.left))
                renew = partial(_other, stack, slots)
                executor = renew()
            if executor is None:
                work.alone(was_heard)
            else:
                work.shared(executor, slots, renew)
        except KeyboardInterrupt as error:
            error.add_note(f"after {work.told()}; the same command goes on from there")
            raise
    return work.finish()


def _no_other() -> Executor:
    """A cluster replaces its workers itself."""
    raise BrokenProcessPool("the cluster's workers are gone")


def _other(stack: ExitStack, count: int) -> Executor:
    """Start so many processes, which end with the stack."""
    return stack.enter_context(processes(count))


class _Work:
    """The cases of a sweep on the way from asked to known."""

    def __init__(
        self,
        study: Study,
        made: Sequence[Variation],
        folder: Path,
        options: SolveOptions,
        progress: ProgressCallback | None,
        began: float,
        start: Path | None,
        kept: KeptBasis,
    ) -> None:
        self.study, self.made, self.folder, self.options = study, made, folder, options
        self.progress, self.began, self.start, self.kept = progress, began, start, kept
        self.failures: dict[str, Failure] = {}
        self.problems: list[Problem] = []
        self.done: dict[str, Mapping[str, Any]] = {}
        self.steps = _steps(made)
        self.written_s = -BETWEEN_SUMMARIES_S
        self.tasks: dict[str, CaseTask] = {}
        for one in made:
            task = self._task(one)
            if isinstance(task, Failure):
                self.failures[one.name] = task
            else:
                self.tasks[one.name] = task
                if is_finished(task.folder, task.case_hash):
                    self.done[one.name] = plan_of(task.folder)
        if self.problems and not self.tasks:
            raise InputError(self.problems)
        self.left = [one for one in made if one.name in self.tasks and one.name not in self.done]

    @property
    def known(self) -> list[CaseResult]:
        """Each case so far."""
        return [
            CaseResult(one, self.folder / CASES / one.name, self.failures.get(one.name), self.done.get(one.name))
            for one in self.made
        ]

    def told(self) -> str:
        """How far the work is."""
        return f"{len(self.done) + len(self.failures)} of {len(self.made)} cases"

    def alone(self, was_heard: Callable[[], bool]) -> None:
        """Solve one case after another in this process, until Ctrl-C is heard."""
        while self.left:
            one = self.left.pop(0)
            place = f"case {self.made.index(one) + 1} of {len(self.made)}, {one.name}"
            self._note(one, solve_case(self._started(one), self._relayed(place), was_heard, self.kept))

    def shared(self, executor: Executor, slots: int, renew: Callable[[], Executor]) -> None:
        """Solve some cases at once, each with the nearest plan that is there when it begins."""
        running: dict[Future[Failure | None], Variation] = {}
        deaths: dict[str, int] = {}
        while self.left or running:
            while self.left and len(running) < slots:
                one = self.left.pop(0)
                running[executor.submit(solve_case, self._started(one))] = one
            ended = wait(running, return_when=FIRST_COMPLETED).done
            is_broken = False
            for future in ended:
                one = running.pop(future)
                try:
                    self._note(one, future.result())
                except BrokenProcessPool:
                    is_broken = True
                    self._died(one, deaths)
                except CancelledError:
                    self._note(one, Failure("failed", "the cluster lost it"))
                except Exception as error:  # such as a worker that the cluster gave up
                    self._note(one, Failure("failed", f"{type(error).__name__}: {' '.join(str(error).split())}"))
            if is_broken:  # all that ran there is lost
                for one in running.values():
                    self._died(one, deaths)
                running.clear()
                executor = renew()

    def finish(self) -> Sweep:
        """Write the table and the page of all cases."""
        results = tuple(self.known)
        summary = summary_of(results)
        write_whole(self.folder / SUMMARY, csv_text(summary))
        languages = self.options.languages or ("en",)
        write_pages(self.folder, languages, lambda language: page(self.study, results, summary, language))
        return Sweep(self.folder, results, summary)

    def _task(self, one: Variation) -> CaseTask | Failure:
        try:
            study = changed(self.study, one.values(), f"case {one.name}")
            title = f"{study.title or study.name} ({one.label})" if one.settings else study.title
            study = study.model_copy(update={"title": title})
            case_hash = hash_of(study, self.options)
        except InputError as error:
            self.problems += error.problems
            return Failure("wrong_input", str(error))
        except OSError as error:
            return Failure("failed", f"a table cannot be read: {error}")
        if study.origin is not None:  # a worker elsewhere has another current folder
            study.located(None, study.origin.absolute())
        return CaseTask(study, self.folder.absolute() / CASES / one.name, self.options, case_hash)

    def _started(self, one: Variation) -> CaseTask:
        """The task of a case, with the plan to begin with."""
        finished = [other for other in self.made if other.name in self.done]
        if self.start is not None:
            mine = {path for path, _ in one.settings}
            finished = [other for other in finished if {path for path, _ in other.settings} == mine]
        nearest = min(finished, key=lambda other: self._distance(one, other), default=None)
        start = self.start if nearest is None else self.tasks[nearest.name].folder
        return dataclasses.replace(self.tasks[one.name], start=start)

    def _distance(self, one: Variation, other: Variation) -> float:
        """How far two cases are apart: the share of a field's steps between two numbers, one for other values."""
        mine, others = dict(one.settings), dict(other.settings)
        distance = 0.0
        for path, steps in self.steps.items():
            a, b = mine.get(path), others.get(path)
            if _is_number(a) and _is_number(b):
                distance += abs(steps[float(a)] - steps[float(b)])
            elif a != b or (path in mine) != (path in others):
                distance += 1.0
        return distance

    def _note(self, one: Variation, failure: Failure | None) -> None:
        """Take a case down as done or failed, and tell it."""
        if failure is None:
            self.done[one.name] = plan_of(self.folder / CASES / one.name)
        else:
            self.failures[one.name] = failure
        now = time.monotonic()
        if now - self.written_s >= BETWEEN_SUMMARIES_S:
            write_whole(self.folder / SUMMARY, csv_text(summary_of(self.known)))
            self.written_s = now
        self._tell(f"{self.told()}; {one.name}: {'done' if failure is None else failure.status}")

    def _died(self, one: Variation, deaths: dict[str, int]) -> None:
        """Try a case again whose process died, but not for ever."""
        deaths[one.name] = deaths.get(one.name, 0) + 1
        if deaths[one.name] < MOST_DEATHS:
            self.left.insert(0, one)
        else:
            self._note(one, Failure("failed", f"the process that solved it died, {MOST_DEATHS} times"))

    def _tell(self, phase: str) -> None:
        if self.progress is not None:
            self.progress(Progress(phase, time.monotonic() - self.began))

    def _relayed(self, place: str) -> ProgressCallback:
        """A callback that says which case a moment is of."""

        def relay(moment: Progress) -> None:
            if self.progress is not None:
                seconds = time.monotonic() - self.began
                self.progress(dataclasses.replace(moment, phase=f"{place}: {moment.phase}", seconds=seconds))

        return relay


def _steps(made: Sequence[Variation]) -> dict[str, dict[float, float]]:
    """Where each number that a field takes stands among all of them, from 0 to 1."""
    values: dict[str, set[float]] = {}
    for one in made:
        for path, value in one.settings:
            values.setdefault(path, set()).update([float(value)] if _is_number(value) else [])
    return {
        path: {value: place / max(len(numbers) - 1, 1) for place, value in enumerate(sorted(numbers))}
        for path, numbers in values.items()
    }


def _record(study: Study, varied: Sequence[Varied], work: _Work) -> dict[str, Any]:
    """What a sweep says of itself."""
    return {
        "schema_version": FORMAT,
        "tool": {"name": "siting", "version": __version__},
        "study": study.name,
        "varied": [
            {
                "option": one.where,
                "choices": [[{"path": path, "value": value} for path, value in choice] for choice in one.choices],
            }
            for one in varied
        ],
        "options": dataclasses.asdict(work.options),
        "cases": [
            {
                "case": one.name,
                "settings": [{"path": path, "value": value} for path, value in one.settings],
                "case_hash": work.tasks[one.name].case_hash if one.name in work.tasks else None,
            }
            for one in work.made
        ],
    }


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
