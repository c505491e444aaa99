"""One design for many futures held against the best for each: what knowing would be worth, and what changes the choice.

Each future is solved as if it were sure to come, as are the mean future and those in which one factor alone is at an
end of its range: a sweep of cases, which goes on where an earlier one ended. The design that is best over all futures
is searched once. Then each of these designs is held and worked in every future, which gives the matrix of costs from
which regrets, the values of information and of the stochastic plan, and the break-evens follow.
"""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.optimise.futures.held import held_usd
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.warm_start import Earlier
from siting.results.claim import claimed
from siting.results.folder import load, pages_of, write_into
from siting.results.formats import json_text
from siting.scenarios.futures.found import BreakEven, FuturesFound, HeldDesign, Swing
from siting.scenarios.futures.planned import plan_for_futures
from siting.scenarios.futures.variants import Variant, variants_of
from siting.scenarios.futures.writing import write_futures
from siting.scenarios.place import take_place
from siting.scenarios.sweep.one_case import CASE_HASH, SolveOptions, hash_of, is_finished
from siting.scenarios.sweep.sweep import sweep_varied
from siting.scenarios.sweep.varied import Varied
from siting.study.futures_drawn import FutureStudy, futures_of, usual, with_factors
from siting.study.loading import load_study
from siting.whole_files import write_whole

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.plan.plan import Plan
    from siting.study.study import Study

__all__ = ["futures"]

FUTURES, PLAN, ALONE = "futures.json", "plan", "alone"
"""File and folders in the folder of a comparison of futures."""

HALVINGS = 6
"""How often the interval in which designs change places is halved."""

WORTH_FRACTION = 1e-6
"""Difference in cost, over the cost, that is none."""


def futures(
    study: Study | str | os.PathLike[str],
    *,
    output: str | os.PathLike[str],
    tornado: bool = True,
    workers: int = 1,
    progress: ProgressCallback | None = None,
    **options: Any,
) -> FuturesFound:
    """Compare the best design over the futures of a study with the best for each, and write tables and a page.

    Parameters
    ----------
    study : Study, str or path
        One that speaks of futures.
    output : str or path
        Folder; the same call goes on where an earlier one there was ended.
    tornado : bool
        Whether to solve again with each factor alone at both ends of its range.
    workers : int
        Processes in which futures are solved at once.
    progress : callable, optional
        Told of each phase.
    **options
        Of `siting.scenarios.sweep.one_case.SolveOptions`. The time limit is that of each future alone; the search
        over all of them has as many times as much as there are futures.

    Raises
    ------
    InputError
        If the study speaks of no futures, a future cannot be asked, or the folder holds something else.
    NoPlanError
        If no design serves every future.
    """
    asked = study if not isinstance(study, str | os.PathLike) else load_study(study)
    listed, folder = futures_of(asked), Path(output)
    solving = SolveOptions(**{"replay": False, "rivals": False, **options})
    take_place(folder, FUTURES, "a comparison of futures")
    write_whole(folder / FUTURES, json_text({"study": asked.name, "futures": [one.name for one in listed]}))
    made = variants_of(asked, listed, tornado=tornado)
    alone = asked.model_copy(update={"futures": {}})
    varied = Varied("futures", tuple(one.settings for one in made), tuple(one.name for one in made))
    of_cases = dataclasses.replace(solving, languages=())  # nobody reads the reports of plans that are held in others
    swept = sweep_varied(alone, [varied], folder / ALONE, of_cases, workers=workers, progress=progress)
    plans = {one.variation.name: one.folder for one in swept.results if one.is_done}
    best = [_cost(plans, one.name) for one in listed]
    plan = _plan(asked, folder / PLAN, solving, best, progress)
    work = _Held(asked, listed, plan, {name: load(at) for name, at in plans.items()}, progress)
    found = FuturesFound(
        folder=folder,
        study=asked,
        futures=listed,
        plan=plan,
        designs=work.designs,
        alone_bound_usd=np.array([_cost(plans, one.name, "bound_usd") for one in listed]),
        swings=_swings(made, plans),
        break_evens=work.break_evens(made) if tornado else (),
        failed=tuple(one.variation.name for one in swept.failed),
    )
    write_futures(found, solving.languages or ("en",))
    return found


def _cost(plans: Mapping[str, Path], name: str, key: str = "objective_usd") -> float:
    """A number of a case's `plan.json`; NaN if it has no plan."""
    if name not in plans:
        return float("nan")
    said: dict[str, Any] = json.loads((plans[name] / "plan.json").read_text("utf-8"))
    return float(said[key])


def _plan(
    study: Study, folder: Path, options: SolveOptions, best_usd: Sequence[float], progress: ProgressCallback | None
) -> Plan:
    """The design that is best over all futures, found now or by an earlier call."""
    case_hash = hash_of(study, options)
    if is_finished(folder, case_hash):
        return load(folder)
    count = len(futures_of(study))
    with claimed(folder, pages_of(options.languages)) as claim:
        plan = plan_for_futures(
            study,
            gap=options.gap,
            gap_site_dependent=options.gap_site_dependent,
            time_limit=None if options.time_limit is None else options.time_limit * count,
            method=options.method,
            threads=options.threads,
            replay=options.replay,
            best_usd=best_usd if np.isfinite(best_usd).all() else (),
            progress=progress,
        )
        write_into(claim, plan, options.languages, told={CASE_HASH: case_hash})
    return plan


def _swings(made: Sequence[Variant], plans: Mapping[str, Path]) -> tuple[Swing, ...]:
    found = []
    for one in made:
        if one.end is None or one.name not in plans:
            continue
        said = json.loads((plans[one.name] / "plan.json").read_text("utf-8"))
        base = _cost(plans, "base")
        found.append(Swing(one.factor, one.end, one.value, said["objective_usd"], base, tuple(said["open_sites"])))
    return tuple(found)


class _Held:
    """Designs held in other futures than those that they were made for."""

    def __init__(
        self,
        study: Study,
        futures: Sequence[FutureStudy],
        plan: Plan,
        plans: Mapping[str, Plan],
        progress: ProgressCallback | None,
    ) -> None:
        from siting.data.prepare import prepare

        self.study, self.progress, self.began = study, progress, time.monotonic()
        self._prepare: Callable[[Study], Case] = prepare
        self.cases = [prepare(one.study) for one in futures]
        if plan.futures is None:
            raise ValueError("the plan was made for no futures")
        made = {name: one for name, one in plans.items() if name in {*(each.name for each in futures), "mean"}}
        self.earlier = {"plan": Earlier(plan.case, plan.solution)}
        self.earlier |= {name: Earlier(one.case, one.solution) for name, one in made.items()}
        opened = {"plan": tuple(plan.open_sites), **{name: tuple(one.open_sites) for name, one in made.items()}}
        own = {one.name: place for place, one in enumerate(futures)}
        designs = []
        for name, earlier in self.earlier.items():
            if name == "plan":
                costs = plan.futures.futures["cost_usd"].to_numpy(float)
            else:
                self._tell(f"design {name} in {len(futures)} futures")
                costs = np.array([held_usd(earlier, case, self.cases, Deadline()) for case in self.cases])
                if name in own:
                    costs[own[name]] = made[name].objective_usd
            designs.append(HeldDesign(name, opened[name], costs))
        self.designs = tuple(designs)

    def break_evens(self, made: Sequence[Variant]) -> tuple[BreakEven, ...]:
        """Where another design costs as little as the plan, for each factor that is a number and each end of it."""
        found = []
        at_base = self._costs_at(None, None)
        for one in made:
            base = usual(self.study, one.factor)
            if one.end is None or not all(_is_number(value) for value in (one.value, base)):
                continue
            there = self._costs_at(one.factor, one.value)
            gains = {name: there["plan"] - cost for name, cost in there.items()}
            best = max(gains, key=lambda name: -np.inf if np.isnan(gains[name]) else gains[name])
            if not gains[best] > WORTH_FRACTION * abs(there["plan"]) or not at_base["plan"] < at_base[best]:
                continue
            here, beyond = float(base), float(one.value)
            for _ in range(HALVINGS):
                middle = (here + beyond) / 2
                case = self._case(one.factor, middle)
                costs = [held_usd(self.earlier[name], case, self.cases, Deadline()) for name in ("plan", best)]
                if costs[0] < costs[1]:
                    here = middle
                else:
                    beyond = middle
            found.append(BreakEven(one.factor, (here + beyond) / 2, best, one.end, gains[best]))
        return tuple(found)

    def _costs_at(self, factor: str | None, value: Any) -> dict[str, float]:
        self._tell("break-evens" if factor is None else f"break-even of {factor}")
        case = self._case(factor, value)
        return {name: held_usd(earlier, case, self.cases, Deadline()) for name, earlier in self.earlier.items()}

    def _case(self, factor: str | None, value: Any) -> Case:
        factors = {} if factor is None else {factor: value}
        return self._prepare(with_factors(self.study, factors, f"{factor} at {value}"))

    def _tell(self, phase: str) -> None:
        if self.progress is not None:
            self.progress(Progress(phase, time.monotonic() - self.began))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
