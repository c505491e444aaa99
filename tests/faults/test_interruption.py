"""Ctrl-C at any moment, once or twice: the plan comes back with its bound, and what was given up is said."""

from __future__ import annotations

import importlib
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from long_work import knapsacks, with_battery
from rich_case import rich_case
from tiny import tiny_case

from siting.models.formulation import DESIGN, chosen
from siting.optimise.decomposition.blocks import cut
from siting.optimise.decomposition.column_generation import relax
from siting.optimise.decomposition.lagrangian_bounds import bounds_of_sites
from siting.optimise.gap import Gap
from siting.optimise.no_plan import NoPlanError
from siting.optimise.pareto.epsilon_constraint import sweep
from siting.optimise.solve import solve
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.progress import Progress
from siting.optimise.solver.sheltered import sheltered

Press = Callable[[], None]


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    """Sends the signal of Ctrl-C, and waits until it is heard."""
    heard = threading.Event()
    stop = Deadline.stop

    def noted(deadline: Deadline) -> None:
        stop(deadline)
        heard.set()

    def send() -> None:
        heard.clear()
        signal.raise_signal(signal.SIGINT)
        assert heard.wait(60)

    monkeypatch.setattr(Deadline, "stop", noted)
    return send


def stop_the_search(moment: Progress) -> None:
    """Press Ctrl-C at the first word of the search."""
    if moment.phase.startswith("solve"):
        raise KeyboardInterrupt


RIVALS, YEAR = "rivals_stopped", "replay_stopped"

PHASES: dict[str, tuple[str, str, int, list[str]]] = {
    "after the search": ("siting.optimise.solve", "exact", 1, [RIVALS, YEAR]),
    "rounded and solved again": ("siting.optimise.solver.highs", "fix_integers_and_resolve", 1, [RIVALS, YEAR]),
    "extraction": ("siting.optimise.exact_plan", "extract", 1, [RIVALS, YEAR]),
    "audit": ("siting.optimise.exact_plan", "audit", 1, [RIVALS, YEAR]),
    "bounds of the other sites": ("siting.optimise.rivals.forced_openings", "limit_of", 1, [RIVALS, YEAR]),
    "plans with another site": ("siting.optimise.rivals.forced_openings", "SwappedPlans", 1, [RIVALS, YEAR]),
    "beginning of the year": ("siting.optimise.year.replay", "_with_quotas", 1, [YEAR]),
    "second site's year": ("siting.optimise.year.replay", "_site_year", 2, [YEAR]),
    "audit of the year": ("siting.plan.full_year", "audit", 1, ["climate_stopped"]),
    "other weather": ("siting.plan.full_year", "stress", 1, []),  # a moment's work: it is finished
}
"""Where Ctrl-C is pressed: module, function and which call of it; and what is given up."""


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("phase", PHASES)
def test_plan_comes_back(phase: str, times: int, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed within a function, in the middle of Python's or numpy's work, once and once more."""
    place, name, call, given_up = PHASES[phase]
    module, calls = importlib.import_module(place), []
    real = getattr(module, name)

    def pressed(*given: Any, **named: Any) -> Any:
        calls.append(name)
        for _ in range(times if len(calls) == call else 0):
            press()
        return real(*given, **named)

    monkeypatch.setattr(module, name, pressed)
    case = with_battery(policy={"sites_min_count": 2}, sites=("a", "b", "c"), fixed_site_usd=[1e5, 2e5, 3e5])
    plan = solve(case, gap=0.01, threads=1, method="whole", year_bound=False)
    assert len(calls) >= call
    assert [caution.id for caution in plan.cautions] == given_up
    assert np.isfinite(plan.bound_usd)
    assert plan.bound_usd <= plan.objective_usd
    assert (plan.replay is None) == (YEAR in given_up)
    assert plan.rivals is not None
    plan.audit().raise_for_residuals()


@pytest.mark.parametrize("method", ["whole", "decomposed"])
def test_search_that_has_no_plan_yet_says_so(method: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed at the first word of it, by whoever is told, where no plan could be made before."""
    monkeypatch.setattr("siting.optimise.solve.first_plan", lambda *_: None)
    with pytest.raises(NoPlanError, match="stopped before it had a plan") as caught:
        solve(rich_case(), gap=0.0, threads=1, method=method, progress=stop_the_search)
    assert caught.value.status == "none_found"


@pytest.mark.parametrize("method", ["whole", "decomposed"])
def test_search_that_is_stopped_at_once_leaves_the_first_plan(method: Any) -> None:
    plan = solve(rich_case(), gap=0.0, threads=1, method=method, progress=stop_the_search)
    assert plan.status == "feasible"
    assert "search_stopped" in [caution.id for caution in plan.cautions]
    plan.audit().raise_for_residuals()


def test_search_says_what_it_gave_up(press: Press) -> None:
    from hard import hard_case

    def tell(moment: Progress) -> None:
        if moment.incumbent_usd is not None:
            press()

    plan = solve(hard_case(), gap=0.0, threads=1, rivals=False, progress=tell)
    assert [caution.id for caution in plan.cautions] == ["search_stopped"]
    assert 0 < plan.gap_fraction < 1


def test_sweep_returns_the_points_that_are_known(press: Press) -> None:
    """Pressed when the first point is told: the loosest was solved before it."""
    case = tiny_case(carbon_t_per_mwh=1.0, rack_usd=1.0)
    points = sweep(case, "carbon_cap_t_per_yr", [1e6, 2e5, 1e5], gap=0.0, threads=1, tell=lambda _: press())
    assert [point.value for point in points] == [1e6, 1e5]


# Threads hear it.


def test_work_in_a_shelter_is_not_cut_in_two(press: Press) -> None:
    """A list is filled by Python's own loop; pressing in the middle of it takes nothing from it."""
    deadline = Deadline()

    def work() -> list[int]:
        filled = []
        for number in range(4):
            filled.append(number)
            press()
        return filled

    assert sheltered(work, deadline) == [0, 1, 2, 3]
    assert deadline.is_stopped


def test_errors_leave_the_shelter() -> None:
    def work() -> None:
        raise ValueError("told")

    with pytest.raises(ValueError, match="told"):
        sheltered(work, Deadline())


def test_solvers_in_a_pool_hear_it() -> None:
    """Two searches that would take hours end when the event is set, though nobody can interrupt their threads."""
    deadline = Deadline()
    loading.use_threads(1)
    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(highs.run_alone, knapsacks(), deadline) for _ in range(2)]
        deadline.stop()
        assert [future.result() for future in found] == ["Interrupted by user"] * 2


def test_relaxation_that_is_stopped_keeps_its_bound() -> None:
    """Stopped after the first round: the round after it is lost, its bound is not."""
    case, deadline = rich_case(), Deadline()
    pieces, _ = cut(case, chosen(DESIGN, case))
    found = relax(pieces, gap=Gap(0.0), threads=2, deadline=deadline, tell=lambda _: not deadline.stop())
    assert found.interrupted
    assert found.rounds == 1
    assert np.isfinite(found.bound)


def test_bounds_of_sites_end_with_the_deadline() -> None:
    case, deadline = rich_case(), Deadline()
    with pytest.raises(Stopped):
        bounds_of_sites(case, chosen(DESIGN, case), {}, threads=2, deadline=deadline, tell=lambda _: deadline.stop())
