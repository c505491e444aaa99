"""The standard table of instruments: the plan without any of them, each at three levels, and what they change."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from siting.optimise.solver.progress import Progress
from siting.optimise.whole.kept_basis import KeptBasis
from siting.problems import InputError, Problem, did_you_mean
from siting.results.folder import load
from siting.scenarios.policy.differences import with_differences
from siting.scenarios.policy.effects import Effects
from siting.scenarios.policy.instruments import INSTRUMENTS, Instrument, standard_instruments
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

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "gap": 0.002,
        "gap_site_dependent": 1.0,
        "time_limit": 40.0,
        "replay": False,
        "rivals": False,
        "languages": (),
    }
)
"""How the plan without any instrument is solved, which stands in every difference. On eight sites a relaxation and the
plan near it are 0.17 % apart, after 7 s; what closes more of it takes ten times as long."""

RULED_GAP_RATIO = 2.0
"""Gap of a plan with an instrument over that of the plan without: what a price changes is bounded directly, and what a
limit changes by the relaxation, so closing more of a gap tells little."""


def policy(
    study: Study | str | os.PathLike[str],
    *,
    output: str | os.PathLike[str],
    instruments: Sequence[str] | None = None,
    workers: int = 1,
    languages: Sequence[str] = ("en",),
    progress: ProgressCallback | None = None,
    **options: Any,
) -> PolicyTable:
    """Solve a study without and with each of the standard instruments.

    Each plan is solved anew, begun with the one without any instrument, the instrument one step looser and tighter,
    too; the same call goes on where an earlier one was ended. All of it is on the chosen days.

    Parameters
    ----------
    study : Study, str or path
        A path or a name as `siting.load_study` takes it.
    output : str or path
        Folder of the plans, the tables and the page.
    instruments : sequence of str, optional
        Which, of `siting.scenarios.policy.instruments.INSTRUMENTS`; the standard eight by default.
    workers : int
        Processes in which plans are made at once; with 1, this one.
    languages : sequence of str
        Of the page and the policy report.
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

    for name in instruments or ():
        if name not in INSTRUMENTS:
            hint = did_you_mean(name, INSTRUMENTS) or f"there are: {', '.join(INSTRUMENTS)}"
            raise InputError([Problem("--instruments", 0, "", f"no instrument {name!r}", hint)])
    asked = study if not isinstance(study, str | os.PathLike) else load_study(study)
    folder = Path(output)
    asked_for = SolveOptions(**{**DEFAULTS, **options})
    without = Varied("policy", ((),), (BASE,))
    kept = KeptBasis()
    first = sweep_varied(asked, [without], folder / BASE, asked_for, progress=progress, kept=kept)
    for result in first.failed:
        if result.failure is not None:
            kind: Literal["infeasible", "failed"] = "infeasible" if result.failure.status == "infeasible" else "failed"
            raise NoPlanError(kind, f"there is no plan without any instrument: {result.failure.reason}")
    base = load(folder / BASE / CASES / BASE)
    chosen = standard_instruments(base, instruments)
    made = sweep_varied(
        asked,
        [_varied(chosen)],
        folder / OF_INSTRUMENTS,
        dataclasses.replace(asked_for, gap=RULED_GAP_RATIO * asked_for.gap),
        workers=workers,
        progress=progress,
        start=folder / BASE / CASES / BASE,
        kept=kept,
    )
    began = time.monotonic()

    def tell(text: str) -> None:
        if progress is not None:
            progress(Progress(text, time.monotonic() - began))

    effects = [_effects(one, made) for one in chosen]
    found = PolicyTable(base, with_differences(base, effects, folder, asked_for.time_limit, tell), folder)
    write_policy(found, languages)
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
