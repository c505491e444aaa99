"""The search: the same optimum as HiGHS alone, honest gaps, and what is told on the way."""

from __future__ import annotations

import dataclasses
import importlib
import math
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hard import hard_case
from rich_case import rich_case
from tiny import quick, relaxed_cost, tiny_case

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly
from siting.models.assembly.compilation import compile_assembly
from siting.models.assembly.standard_form import StandardForm
from siting.models.formulation import DESIGN, chosen
from siting.optimise.gap import Gap
from siting.optimise.no_plan import NoPlanError
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.progress import Progress
from siting.optimise.whole.whole_model import search
from siting.plan.plan import Plan
from siting.quantities import COST_SCALE

CASES = [
    {"seed": 0},
    *(pytest.param({"seed": seed}, marks=pytest.mark.slow) for seed in (1, 2, 3)),
    {"carbon_method": "market"},
    pytest.param({"facility": {"fixed_site_usd": 1e6}}, marks=pytest.mark.slow),
]


def form_of(case: Case) -> StandardForm:
    return compile_assembly(Assembly(case, chosen(DESIGN, case)))


@pytest.mark.parametrize("changes", CASES)
def test_search_finds_what_highs_finds(changes: dict[str, Any]) -> None:
    """Relaxation, support and all choices end where HiGHS ends on its own."""
    case = rich_case(**changes)
    alone = highs.run(loading.load(form_of(case)), gap=0.0)
    plan = quick(case)
    assert alone.objective is not None
    assert plan.objective_usd == pytest.approx(alone.objective / COST_SCALE, rel=1e-7)


@pytest.mark.parametrize("gap", [0.0, 0.01, 0.3])
def test_gap_is_within_the_one_asked_for(gap: float) -> None:
    case = rich_case()
    best_usd = quick(case).objective_usd
    plan = quick(case, gap=gap)
    assert plan.status == "optimal"
    assert plan.gap_fraction <= gap + 1e-9
    assert plan.gap_fraction == pytest.approx(1 - plan.bound_usd / plan.objective_usd)
    assert plan.bound_usd <= best_usd * (1 + 1e-9)
    assert best_usd * (1 - 1e-9) <= plan.objective_usd <= best_usd / (1 - gap) * (1 + 1e-9)


def test_gap_of_what_sites_change_leaves_out_the_unavoidable() -> None:
    """Work that may be leased, or that a measure may spare, is in no unavoidable cost: here nothing is."""
    plan = quick(rich_case(leases=()), gap=0.3)
    dependent_usd = plan.objective_usd - plan.search.unavoidable_usd
    assert 0 < dependent_usd < plan.objective_usd
    assert plan.gap_site_dependent_fraction == pytest.approx((plan.objective_usd - plan.bound_usd) / dependent_usd)


def test_model_without_integers_is_solved_as_it_is() -> None:
    case = rich_case()
    form = form_of(case)
    linear = dataclasses.replace(form, integral=np.zeros_like(form.integral))
    found = search(linear, gap=Gap(0.0), deadline=Deadline(), progress=None).outcome
    assert found.status == "optimal"
    assert found.objective == found.bound
    assert found.objective / COST_SCALE == pytest.approx(relaxed_cost(case))


def test_size_of_the_model_is_told() -> None:
    case = rich_case()
    form, told = form_of(case), quick(case).search
    assert (told.rows, told.columns) == form.matrix.shape
    assert told.nonzeros == form.matrix.nnz
    assert told.integers == form.integral.sum() > 0
    assert told.gap_asked_fraction == 0.0
    assert told.method == "whole"
    assert told.seconds["total"] == pytest.approx(sum(v for name, v in told.seconds.items() if name != "total"))


def test_phases_are_told_in_order() -> None:
    moments: list[Progress] = []
    quick(rich_case(), progress=moments.append)
    phases = [moment.phase.split(":")[0] for moment in moments]
    assert list(dict.fromkeys(phases)) == ["first plan", "build", "solve", "finish"]
    assert [moment.seconds for moment in moments] == sorted(moment.seconds for moment in moments)


@pytest.mark.parametrize(
    "changes",
    [
        {"headroom_mw": 0.5},
        {"land_ha_per_mw": 1.0, "land_available_ha": 0.5},
        {"facility": {"site_max_mw": 0.5, "module_mw": 0.5}},
        {"rtt_ms": 99.0},
        {"policy": {"sites_min_count": 2}},
        {"carbon_t_per_mwh": 1.0, "policy": {"carbon_cap_t_per_yr": 10.0}},
    ],
)
@pytest.mark.parametrize("method", ["whole", "decomposed"])
def test_infeasible_case_has_no_plan(changes: dict[str, Any], method: str) -> None:
    with pytest.raises(NoPlanError, match="no plan can meet the demand within all limits that are set") as caught:
        quick(tiny_case(hall_usd_per_mw=1e6, **changes), method=method)
    assert caught.value.status == "infeasible"


# A search that does not end by itself.


@pytest.fixture(scope="module")
def out_of_time() -> tuple[Plan, list[Progress]]:
    """A search that the clock ended, with what it told."""
    moments: list[Progress] = []
    return quick(hard_case(), time_limit=10.0, progress=moments.append), moments


@pytest.mark.slow
def test_time_limit_gives_a_feasible_plan_with_an_honest_gap(out_of_time: tuple[Plan, list[Progress]]) -> None:
    """Stopped by the clock with a plan: it adds up, its bound is below what a longer search finds, and it is said."""
    plan, _ = out_of_time
    assert plan.status == "feasible"
    assert plan.search.reason == "Time limit reached"
    assert 0 < plan.gap_fraction < 1
    assert plan.bound_usd >= relaxed_cost(hard_case()) * (1 - 1e-6)
    assert [(caution.id, caution.values) for caution in plan.cautions] == [
        ("search_stopped", {"gap_fraction": plan.gap_fraction})
    ]
    plan.audit().raise_for_residuals()


def test_no_time_at_all_and_no_first_plan_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said how long was not enough."""
    monkeypatch.setattr(importlib.import_module("siting.optimise.solve"), "first_plan", lambda *_: None)
    with pytest.raises(NoPlanError, match=r"needs more than \d+ s") as caught:
        quick(rich_case(), time_limit=0.0)
    assert caught.value.status == "none_found"


@pytest.mark.slow
def test_progress_tells_a_falling_incumbent_and_a_rising_bound(out_of_time: tuple[Plan, list[Progress]]) -> None:
    _, moments = out_of_time
    incumbents = [moment.incumbent_usd for moment in moments if moment.incumbent_usd is not None]
    bounds = [moment.bound_usd for moment in moments if moment.bound_usd is not None]
    assert len(incumbents) > 1
    assert all(incumbent >= bound * (1 - 1e-9) for incumbent, bound in zip(incumbents, bounds, strict=False))
    assert bounds == sorted(bounds)
    for moment in moments:
        if moment.gap_fraction is not None:
            assert moment.incumbent_usd is not None
            assert moment.bound_usd is not None
            assert moment.gap_fraction == pytest.approx(1 - moment.bound_usd / moment.incumbent_usd)


def test_ctrl_c_keeps_the_incumbent() -> None:
    """Raised from the progress callback, in the thread that waits for the solver, as a terminal's Ctrl-C would be."""
    seen: list[float] = []

    def press(moment: Progress) -> None:
        if moment.incumbent_usd is not None and not seen:
            seen.append(moment.incumbent_usd)
            raise KeyboardInterrupt

    plan = quick(hard_case(), progress=press)
    assert plan.status == "feasible"
    assert seen
    assert plan.objective_usd <= seen[0] * (1 + 1e-6)
    assert math.isfinite(plan.bound_usd)
    plan.audit().raise_for_residuals()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_signal_keeps_the_incumbent() -> None:
    """The same in a process of its own, with a real signal once a first plan is told."""
    folder = Path(__file__).parents[1]
    body = f"""
        import sys
        sys.path[:0] = {[str(folder / "support"), str(folder.parent)]!r}
        from hard import hard_case
        from siting.optimise.solve import solve
        def tell(moment):
            if moment.incumbent_usd is not None:
                print("incumbent", flush=True)
        plan = solve(hard_case(), gap=0.0, threads=1, replay=False, rivals=False, time_limit=60, progress=tell)
        print(plan.status, plan.bound_usd <= plan.objective_usd, flush=True)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(body)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "incumbent\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert out.splitlines()[-1] == "feasible True", err
    assert process.returncode == 0


def test_told_bounds_hold_for_all_sites() -> None:
    """Site by site, the search sees some of the sites only, whose own bound is not one on every plan."""
    moments: list[Progress] = []

    def stop_at_a_plan(moment: Progress) -> None:
        moments.append(moment)
        if moment.incumbent_usd is not None and moment.bound_usd is not None:
            raise KeyboardInterrupt

    plan = quick(hard_case(), method="decomposed", gap=0.05, progress=stop_at_a_plan)
    bounds = [moment.bound_usd for moment in moments if moment.bound_usd is not None]
    assert bounds
    assert max(bounds) <= plan.bound_usd * (1 + 1e-9)
