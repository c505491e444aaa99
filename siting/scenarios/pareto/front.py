"""Fronts of cost against other measures: what each limit costs, point by point, every point a plan folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from siting.case.price_years import without
from siting.optimise.pareto.epsilon_constraint import ROW_OF_LIMIT
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.year.other_year import caution, offered_losers
from siting.scenarios.pareto.in_turn import front_in_turn
from siting.scenarios.pareto.measures import Measure
from siting.scenarios.pareto.point import FrontOptions, FrontPoint
from siting.scenarios.pareto.swept import swept_front
from siting.scenarios.pareto.table import with_steps

if TYPE_CHECKING:
    from siting.plan.cautions import Caution
    from siting.study.study import Study

__all__ = ["front_of"]


def front_of(
    study: Study, measure: Measure, folder: Path, options: FrontOptions, progress: ProgressCallback | None = None
) -> list[FrontPoint]:
    """Return the front of one measure, its plans written under a folder.

    Parameters
    ----------
    study : Study
        What is asked; its own limit on the measure is not looked at.
    measure : Measure
        What cost is weighed against.
    folder : Path
        Where the plans go.
    options : FrontOptions
        How.
    progress : callable, optional
        Told of each point.

    Raises
    ------
    InputError
        With every problem of the study.
    """
    from siting.data.prepare import prepare

    began = time.monotonic()
    case = prepare(measure.asked_of(study))
    losing = offered_losers(case)
    told: list[Caution] = []
    if losing.any():
        told.append(caution(case, losing, are_taken_out=True))
        case = without(case, losing)
    search = swept_front if measure.limit in ROW_OF_LIMIT else front_in_turn
    made = search(case, measure, folder, options, told, _teller(measure, began, progress))
    return with_steps(made, float(case.values("finance.present_value_ratio").sum()))


def _teller(measure: Measure, began: float, progress: ProgressCallback | None) -> Callable[[str], None]:
    """What tells how far a front is."""

    def tell(text: str) -> None:
        if progress is not None:
            progress(Progress(f"{measure.name}: {text}", time.monotonic() - began))

    return tell
