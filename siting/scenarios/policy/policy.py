"""The standard table of instruments: the plan without any of them, each at three levels, and what they change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from siting.results.folder import load
from siting.scenarios.policy.effects import Effects
from siting.scenarios.policy.instruments import Instrument, standard_instruments
from siting.scenarios.policy.policy_table import PolicyTable
from siting.scenarios.policy.writing import write_policy
from siting.scenarios.sweep.one_case import SolveOptions
from siting.scenarios.sweep.sweep import CASES, Sweep, sweep_varied
from siting.scenarios.sweep.varied import Varied
from siting.study.loading import load_study

if TYPE_CHECKING:
    from siting.optimise.solver.progress import ProgressCallback
    from siting.study.study import Study

__all__ = ["BASE", "policy"]

BASE, OF_INSTRUMENTS = "without", "instruments"
"""Folders of the plan without any instrument, and of those with one."""


def policy(
    study: Study | str | os.PathLike[str],
    *,
    output: str | os.PathLike[str],
    workers: int = 1,
    progress: ProgressCallback | None = None,
    **options: Any,
) -> PolicyTable:
    """Solve a study without and with each of the standard instruments.

    Each plan is solved anew, the instrument one step looser and tighter, too; the same call goes on where an earlier
    one was ended. All of it is on the chosen days.

    Parameters
    ----------
    study : Study, str or path
        A path or a name as `siting.load_study` takes it.
    output : str or path
        Folder of the plans, the tables and the page.
    workers : int
        Processes in which plans are made at once; with 1, this one.
    progress : callable, optional
        Told of each phase of each plan.
    **options
        Of `siting.scenarios.sweep.one_case.SolveOptions`: gap, time_limit (of each plan), threads and so on.

    Returns
    -------
    PolicyTable
        With its `tables`.

    Raises
    ------
    InputError
        If the study is wrong, or the folder holds something else.
    NoPlanError
        If there is no plan without any instrument.
    """
    from siting.optimise.no_plan import NoPlanError

    asked = study if not isinstance(study, str | os.PathLike) else load_study(study)
    folder = Path(output)
    asked_for = SolveOptions(**{"gap": 0.003, "replay": False, "rivals": False, "languages": (), **options})
    without = Varied("policy", ((),), (BASE,))
    first = sweep_varied(asked, [without], folder / BASE, asked_for, progress=progress)
    for result in first.failed:
        if result.failure is not None:
            kind: Literal["infeasible", "failed"] = "infeasible" if result.failure.status == "infeasible" else "failed"
            raise NoPlanError(kind, f"there is no plan without any instrument: {result.failure.reason}")
    base = load(folder / BASE / CASES / BASE)
    instruments = standard_instruments(base)
    made = sweep_varied(
        asked, [_varied(instruments)], folder / OF_INSTRUMENTS, asked_for, workers=workers, progress=progress
    )
    found = PolicyTable(base, tuple(_effects(one, made) for one in instruments), folder)
    write_policy(found)
    return found


def _varied(instruments: tuple[Instrument, ...]) -> Varied:
    """All levels of all instruments, as the rows of a table of cases."""
    choices, names = [], []
    for one in instruments:
        for level in one.levels:
            choices.append(((one.path, one.value(level)), *one.settings))
            names.append(f"{one.id}-{level}")
    return Varied("policy", tuple(choices), tuple(names))


def _effects(one: Instrument, made: Sweep) -> Effects:
    results = {result.variation.name: result for result in made.results}
    plans, failures = {}, {}
    for level in one.levels:
        result = results[f"{one.id}-{level}"]
        if result.failure is None and result.is_done:
            plans[level] = load(result.folder)
        else:
            failures[level] = "not yet" if result.failure is None else result.failure.status
    return Effects(one, plans, failures)
