"""Fronts of cost against other measures: what each limit costs, point by point, every point a plan folder."""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from siting.case.price_years import without
from siting.optimise.pareto.epsilon_constraint import ROW_OF_LIMIT
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.year.other_year import caution, offered_losers
from siting.results.claim import strangers
from siting.results.manifest import read_manifest
from siting.scenarios.pareto.in_turn import front_in_turn
from siting.scenarios.pareto.measures import Measure
from siting.scenarios.pareto.point import FrontOptions, FrontPoint
from siting.scenarios.pareto.record import FRONT, FrontRecord, FrontWork
from siting.scenarios.pareto.swept import swept_front
from siting.scenarios.pareto.table import undominated, with_steps
from siting.scenarios.place import take_place
from siting.scenarios.sweep.workers import listening

if TYPE_CHECKING:
    from siting.plan.cautions import Caution
    from siting.study.study import Study

__all__ = ["fronts_of"]


def fronts_of(
    study: Study,
    measures: Sequence[Measure],
    folder: Path,
    options: FrontOptions,
    progress: ProgressCallback | None = None,
) -> list[FrontPoint]:
    """Return the front of each measure, its plans and their record written into a folder.

    The same call goes on where an earlier one was ended.

    Parameters
    ----------
    study : Study
        What is asked; its own limits on the measures are not looked at.
    measures : sequence of Measure
        What cost is weighed against.
    folder : Path
        Of the fronts; made if it is not there.
    options : FrontOptions
        How.
    progress : callable, optional
        Told of each point.

    Raises
    ------
    InputError
        With every problem of the study, or if the folder holds something else.
    KeyboardInterrupt
        If Ctrl-C was pressed, with a note that says how much is done.
    """
    take_place(folder, FRONT, "a front")
    record = FrontRecord(folder, study, options)
    found: list[FrontPoint] = []
    with listening() as was_heard:
        for measure in measures:
            work = record.work(measure)
            _search(study, work, options, progress, was_heard)
            if was_heard():
                done = sum(len(record.work(one).known) for one in measures)
                error = KeyboardInterrupt()
                error.add_note(
                    f"after {done} of {options.count * len(measures)} points; the same command goes on from there"
                )
                raise error
            found += _concluded(work)
    return found


def _search(
    study: Study,
    work: FrontWork,
    options: FrontOptions,
    progress: ProgressCallback | None,
    was_heard: Callable[[], bool],
) -> None:
    """Find what is left of a front."""
    from siting.data.prepare import prepare

    if work.is_whole:
        return
    began = time.monotonic()
    case = prepare(work.measure.asked_of(study))
    losing = offered_losers(case)
    told: list[Caution] = []
    if losing.any():
        told.append(caution(case, losing, are_taken_out=True))
        case = without(case, losing)
    search = swept_front if work.measure.limit in ROW_OF_LIMIT else front_in_turn
    search(case, work, options, told, _teller(work.measure, began, progress), was_heard)
    if not was_heard():
        work.conclude(float(case.values("finance.present_value_ratio").sum()))


def _concluded(work: FrontWork) -> list[FrontPoint]:
    """The points of a front from the loosest limit on, each dominated one without its plan; what steps cost."""
    numbers = sorted(work.known)
    points = with_steps(undominated([work.known[number] for number in numbers]), work.worth_ratio)
    for number, point in zip(numbers, points, strict=True):
        if point.is_dominated and point.folder is not None:
            _remove(point.folder)
        work.note(number, dataclasses.replace(point, folder=None) if point.is_dominated else point)
    return [work.known[number] for number in numbers]


def _remove(folder: Path) -> None:
    """Remove a plan that is dominated, unless somebody put something of their own there."""
    if folder.is_dir() and not strangers(folder, read_manifest(folder).outputs):
        shutil.rmtree(folder)


def _teller(measure: Measure, began: float, progress: ProgressCallback | None) -> Callable[[str], None]:
    """What tells how far a front is."""

    def tell(text: str) -> None:
        if progress is not None:
            progress(Progress(f"{measure.name}: {text}", time.monotonic() - began))

    return tell
