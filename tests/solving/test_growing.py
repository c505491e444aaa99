"""Models that are mainly shares of many zones at many sites: the relaxation that grows, and the tree over it."""

from __future__ import annotations

import numpy as np
import pytest
from rich_case import rich_case
from tiny import quick, tiny_case

from siting.case.case import Case
from siting.models.assembly.model import model_of
from siting.models.assembly.standard_form import StandardForm
from siting.models.formulation import DESIGN, chosen
from siting.optimise.gap import Gap
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole import growing_relaxation, growing_tree
from siting.optimise.whole.growing_relaxation import GrowingRelaxation, links_of
from siting.optimise.whole.whole_model import search
from siting.quantities import COST_SCALE


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every model is large enough, and begins with next to nothing: all else must come in by itself."""
    for name, value in {
        "LARGE_ROWS_COUNT": 1, "LEAST_PART": 0.0, "CHEAPEST_COLUMNS_COUNT": 1, "CHEAPEST_ROWS_COUNT": 0,
    }.items():  # fmt: skip
        monkeypatch.setattr(growing_relaxation, name, value)


def form_of(case: Case) -> StandardForm:
    return model_of(case, chosen(DESIGN, case)).form


def spread(seed: int, sites_count: int = 6, zones_count: int = 9) -> Case:
    """Sites of 3 MW at most and zones that ask for 0.2 to 1 PFLOP/s, each with a way of its own to each site."""
    draw = np.random.default_rng(seed)
    return tiny_case(
        sites=tuple(f"s{i}" for i in range(sites_count)),
        zones=tuple(f"z{i}" for i in range(zones_count)),
        hours_count=1,
        inference_pflop=draw.uniform(0.2, 1.0, (zones_count, 1, 1)),
        network_usd_per_pflop_yr=draw.uniform(0.0, 2e7, (sites_count, zones_count)),
        fixed_site_usd=draw.uniform(1e7, 4e7, sites_count),
        site_max_mw=3.0,
    )


def alone(form: StandardForm) -> float:
    """Cost of the optimum by HiGHS alone."""
    found = highs.run(loading.load(form), gap=0.0).objective
    assert found is not None
    return found


def test_links_are_the_shares_within_openings() -> None:
    """Two sites and three zones make six, and the rank is the place by cost: at zone z1, b is the cheaper."""
    form = form_of(
        tiny_case(
            sites=("a", "b"), zones=("z0", "z1", "z2"), network_usd_per_pflop_yr=[[1.0, 2.0, 1.0], [2.0, 1.0, 2.0]]
        )
    )
    links = links_of(form)
    assert sorted(links.columns.tolist()) == sorted(form.columns.of("share_fraction").tolist())
    assert set(links.openings.tolist()) == set(form.columns.of("open_count").tolist())
    ranks = {form.columns.name(int(c)): int(r) for c, r in zip(links.columns, links.rank, strict=True)}
    assert [rank for name, rank in sorted(ranks.items())] == [0, 1, 0, 1, 0, 1]


@pytest.mark.parametrize("seed", range(3))
def test_grown_relaxation_is_the_relaxation(seed: int) -> None:
    """Each solve proves a bound; the last has the cost of the whole relaxation, whose rows it keeps."""
    form = form_of(spread(seed))
    solver = loading.load(form)
    loading.relax(solver, form)
    whole = highs.run(solver).objective
    growing, bounds = GrowingRelaxation(form, links_of(form)), []
    while True:
        found = growing.solve(Deadline())
        bounds.append(found.bound)
        if not growing.separate_and_price(found):
            break
    assert len(bounds) > 1
    assert whole is not None
    assert all(bound is not None and bound <= whole * (1 + 1e-9) for bound in bounds)
    assert found.objective == pytest.approx(whole, rel=1e-9)
    assert bounds[-1] == pytest.approx(whole, rel=1e-9)
    activity = form.matrix @ found.values
    assert (activity <= form.row_upper + 1e-6).all()
    assert (activity >= form.row_lower - 1e-6).all()


TREES = [*((spread(seed), 1000) for seed in range(20)), (spread(0), 1), (rich_case(), 2)]


@pytest.mark.parametrize(("case", "nodes_max"), TREES, ids=range(len(TREES)))
def test_tree_finds_what_highs_finds(case: Case, nodes_max: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plan and bound are both the optimum, whether the tree proves it or passes on what it has."""
    optimum = alone(form_of(case))
    monkeypatch.setattr(growing_tree, "NODES_MAX", nodes_max)
    found = search(form_of(case), gap=Gap(0.0), deadline=Deadline(), progress=None).outcome
    assert found.status == "optimal"
    assert found.objective == pytest.approx(optimum, rel=1e-6)
    assert found.bound == pytest.approx(optimum, rel=1e-6)


def test_plan_and_bound_are_there_after_the_first_solve() -> None:
    """Time is up as soon as the first bound is told: the first solution, rounded up, is a plan above it."""
    form, over = form_of(spread(0)), []
    deadline = Deadline(1000.0, clock=lambda: 2000.0 if over else 0.0)
    found = search(form, gap=Gap(0.0), deadline=deadline, progress=over.append).outcome
    optimum = alone(form)
    assert found.status == "feasible"
    assert found.objective is not None
    assert found.bound is not None
    assert 0.0 < found.bound < optimum < found.objective * (1 + 1e-9)
    assert "limit" in found.reason


def test_start_is_kept_where_nothing_better_is_found() -> None:
    """A start that is the optimum, and no time after it was tried: it is the plan."""
    form, over = form_of(spread(1)), []
    best = highs.run(loading.load(form), gap=0.0)
    deadline = Deadline(1000.0, clock=lambda: 2000.0 if over else 0.0)
    found = search(form, gap=Gap(0.0), deadline=deadline, progress=over.append, start=best.values).outcome
    assert found.objective == pytest.approx(best.objective, rel=1e-7)


def test_demand_that_cannot_be_met_is_infeasible() -> None:
    """Five sites of 1 MW, and 9 zones that ask for 0.6 each."""
    case = tiny_case(
        sites=tuple("abcde"), zones=tuple("uvwxyz123"), hours_count=1, inference_pflop=0.6, site_max_mw=1.0
    )
    found = search(form_of(case), gap=Gap(0.0), deadline=Deadline(), progress=None).outcome
    assert found.status == "infeasible"


def test_plan_of_a_study_adds_up() -> None:
    """The way of users: audited, with the optimum of the model and a bound at it."""
    case = spread(2)
    plan = quick(case, method="whole")
    plan.audit().raise_for_residuals()
    assert plan.status == "optimal"
    assert plan.objective_usd * COST_SCALE == pytest.approx(alone(form_of(case)), rel=1e-6)
