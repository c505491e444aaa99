"""The relaxation of a large model: from within, with a bound that holds, and otherwise by the simplex."""

from __future__ import annotations

from typing import Any

import pytest
from rich_case import rich_case
from tiny import quick

from siting.models.assembly.model import model_of
from siting.models.assembly.standard_form import StandardForm
from siting.models.formulation import DESIGN, chosen
from siting.optimise.solver import highs, interior_point, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole import lp_relaxation
from siting.optimise.whole.lp_relaxation import INSIDE_TOLERANCE, SUPPORT_TOLERANCE, LpRelaxation
from siting.quantities import COST_SCALE


@pytest.fixture(params=["hipo", "ipx"])
def interior(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every model is large; with HiPO, and as if it were not there."""
    monkeypatch.setattr(lp_relaxation, "LARGE_ROWS_COUNT", 0)
    if request.param == "hipo" and not interior_point.has_hipo():
        pytest.skip("highspy-extras is not installed")
    monkeypatch.setattr(interior_point, "has_hipo", lambda: request.param == "hipo")
    return str(request.param)


def form_of(**changes: Any) -> StandardForm:
    case = rich_case(**changes)
    return model_of(case, chosen(DESIGN, case)).form


def relaxed(form: StandardForm, **asked: Any) -> tuple[LpRelaxation, Any]:
    solver = loading.load(form)
    options: dict[str, Any] = {"gap": 0.0, "deadline": Deadline(), "progress": None}
    return lp_relaxation.lp_relaxation(solver, form, **{**options, **asked}), solver


@pytest.mark.parametrize("seed", range(4))
def test_interior_point_finds_what_the_simplex_finds(interior: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    form = form_of(seed=seed)
    inner, solver = relaxed(form)
    assert solver.getInfo().ipm_iteration_count > 0
    assert inner.tolerance == INSIDE_TOLERANCE
    monkeypatch.setattr(lp_relaxation, "LARGE_ROWS_COUNT", 10**9)
    vertex, solver = relaxed(form)
    assert solver.getInfo().ipm_iteration_count <= 0
    assert vertex.tolerance == SUPPORT_TOLERANCE
    assert inner.outcome.objective == pytest.approx(vertex.outcome.objective, rel=1e-6)
    assert inner.outcome.bound == pytest.approx(vertex.outcome.objective, rel=1e-6)
    assert inner.outcome.bound <= vertex.outcome.objective * (1 + 1e-9)


def test_options_are_as_before(interior: str) -> None:
    """What comes after, the search among integers, presolves and is not asked for an interior point."""
    _, solver = relaxed(form_of())
    fresh = loading.new_solver()
    for name in ("solver", "hipo_system", "hipo_ordering", "run_crossover", "presolve", "ipm_optimality_tolerance"):
        assert solver.getOptionValue(name) == fresh.getOptionValue(name)


@pytest.mark.parametrize(
    "changes", [{}, pytest.param({"seed": 1}, marks=pytest.mark.slow), {"carbon_method": "market"}]
)
def test_plan_is_the_same_and_exact(interior: str, changes: dict[str, Any]) -> None:
    """From within, too, the search ends at HiGHS's optimum, with an audited vertex."""
    case = rich_case(**changes)
    alone = highs.run(loading.load(form_of(**changes)), gap=0.0)
    plan = quick(case)
    assert alone.objective is not None
    assert plan.objective_usd == pytest.approx(alone.objective / COST_SCALE, rel=1e-7)
    assert plan.bound_usd <= alone.objective / COST_SCALE * (1 + 1e-9)
    assert plan.status == "optimal"
    plan.audit().raise_for_residuals()


def test_simplex_goes_on_where_prices_prove_too_little(interior: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lp_relaxation, "dual_bound", lambda form, prices: -float("inf"))
    found, solver = relaxed(form_of())
    assert found.tolerance == SUPPORT_TOLERANCE
    assert found.outcome.objective == found.outcome.bound
    assert solver.getInfo().simplex_iteration_count > 0


def test_stopped_from_another_thread(interior: str) -> None:
    stopped = Deadline()
    stopped.stop()
    found, _ = relaxed(form_of(), deadline=stopped)
    assert found.outcome.interrupted or found.outcome.status == "optimal"
