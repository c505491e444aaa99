"""How often each site is chosen, where the inputs have errors as large as they may well be."""

from __future__ import annotations

import contextlib
import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.case.year_columns import periods_of
from siting.optimise.selection.drawn_sites import DrawnColumn, drawn_columns, drawn_sites
from siting.optimise.selection.fast_choice import FastChoice, corrected_for
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.plan.cautions import Caution
from siting.plan.records.search_record import SOLVER_RANDOM_SEED

if TYPE_CHECKING:
    from siting.case.case import Array, Case

__all__ = ["selection"]


def selection(
    case: Case, is_open: Array, draws_count: int, *, threads: int, deadline: Deadline, progress: ProgressCallback
) -> tuple[pd.DataFrame | None, tuple[Caution, ...]]:
    """Choose sites under errors of the inputs, many times, and count how often each is chosen.

    Parameters
    ----------
    case : Case
        The numbers; one that can be made again with other values of its sites.
    is_open : ndarray
        Which sites the plan opens in the last period.
    draws_count : int
        Choices to make.
    threads : int
        Choices made at once; the counts do not depend on it.
    deadline : Deadline
        When nothing more is begun: what has been counted until then is returned.
    progress : callable
        Told of each choice.

    Returns
    -------
    DataFrame or None
        By site, in their order: ``site_id``, ``period`` (the last), ``is_open`` (in the plan), ``chosen_count`` (of the
        draws), ``draws_count``, ``chosen_fraction``. None if nothing could be counted.
    tuple of Caution
        What a reader must know.
    """
    planned = frozenset(np.flatnonzero(np.asarray(is_open) > 0).tolist())
    with contextlib.suppress(Stopped):
        deadline.check()
        choice = corrected_for(case, planned, deadline)
        if choice is None:
            return None, (Caution("draws_stopped" if deadline.is_over() else "draws_unlike"),)
        draws = _Draws(case, choice, drawn_columns(case), deadline)
        chosen: list[frozenset[int]] = []
        with ThreadPoolExecutor(threads) as pool:
            for done, sites in enumerate(pool.map(draws.sites, range(draws_count)), 1):
                progress(Progress(f"draws: {done} of {draws_count}", deadline.spent()))
                chosen += [] if sites is None else [sites]
        told: tuple[Caution, ...] = ()
        if len(chosen) < draws_count:
            told = (Caution("draws_fewer", {"done_count": len(chosen), "asked_count": draws_count}),)
        return (_counted(case, planned, chosen) if chosen else None), told
    return None, (Caution("draws_stopped"),)


@dataclasses.dataclass(frozen=True)
class _Draws:
    """Choices of sites by the number of the draw."""

    case: Case
    choice: FastChoice
    columns: tuple[DrawnColumn, ...]
    deadline: Deadline

    def sites(self, number: int) -> frozenset[int] | None:
        """Positions of the sites chosen; None if there is no time, or no choice meets the demand."""
        if self.deadline.is_over():
            return None
        drawn = self.case.with_sites(drawn_sites(self.case, self.columns, (SOLVER_RANDOM_SEED, number)))
        return self.choice.sites(drawn, self.deadline)


def _counted(case: Case, planned: frozenset[int], chosen: list[frozenset[int]]) -> pd.DataFrame:
    sites = range(len(case.axes["site"]))
    counts = np.array([sum(site in one for one in chosen) for site in sites])
    return pd.DataFrame(
        {
            "site_id": [str(site) for site in case.axes["site"]],
            "period": periods_of(case)[-1],
            "is_open": [int(site in planned) for site in sites],
            "chosen_count": counts,
            "draws_count": len(chosen),
            "chosen_fraction": counts / len(chosen),
        }
    )
