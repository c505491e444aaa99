"""The model solved site by site, against the same model solved whole."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np
import pytest
from rich_case import rich_case
from sites_apart import cut, fleet
from tiny import decided, quick, relaxed_cost, tiny_case

from siting.case import Case
from siting.highs import solve_surely
from siting.models.decomposition import Relaxation, relax
from siting.models.partition import Partition
from siting.models.standard_form import COST_SCALE, StandardForm
from siting.plan import Plan
from siting.search import search
from siting.solve import NoPlanError

GAP = 0.01
CLOSE = 1e-6
"""Relative difference that the solver's tolerances leave between two ways to one number."""

CAPPED = {"carbon_method": "location", "carbon_cap_t_per_yr": 20_000.0}
LIMITS: dict[str, dict[str, Any]] = {
    "no limit": {},
    "carbon cap": CAPPED,
    "carbon price": {"carbon_method": "market", "carbon_price_usd_per_t": 40.0},
    "water cap": {"water_cap_m3_per_yr": 20_000.0},
    "PUE limit": {"pue_max_ratio": 1.15},
    "WUE limit": {"wue_max_l_per_kwh": 0.3},
    "few sites": {**CAPPED, "sites_max_count": 2},
    "zone limit": {"grid_zone_limit_mw": {"X": 4.0}},
}


@functools.cache
def whole_plan(name: str) -> Plan:
    """The cheapest plan of the fleet under one of the limits."""
    return quick(fleet(policy=LIMITS[name]), method="whole")


def relaxed(case: Case, *, tolerance: float = CLOSE, rounds: int | None = None) -> Relaxation:
    """The relaxation solved site by site, stopped after some rounds if asked."""
    form, parts = cut(case)
    return relax(
        form,
        parts,
        tolerance=tolerance,
        threads=1,
        tell=None if rounds is None else lambda moment: moment.number < rounds,
    )


@pytest.mark.parametrize("name", LIMITS)
def test_both_ways_agree_within_their_gaps(name: str) -> None:
    """Neither plan is cheaper than the other's bound, and each is within the gap of the cheapest there is."""
    whole, by_site = whole_plan(name), quick(fleet(policy=LIMITS[name]), method="decomposed", gap=GAP)
    for plan in (whole, by_site):
        plan.audit().raise_for_residuals()
        assert plan.bound_usd <= plan.objective_usd
    assert by_site.search.method == "decomposed"
    assert by_site.bound_usd <= whole.objective_usd * (1 + CLOSE)
    assert whole.objective_usd * (1 - CLOSE) <= by_site.objective_usd <= whole.objective_usd * (1 + GAP)
    assert (by_site.status == "optimal") == (by_site.gap_fraction <= GAP)


@pytest.mark.parametrize(
    ("name", "looser"),
    [("carbon cap", "no limit"), ("water cap", "no limit"), ("few sites", "carbon cap"), ("zone limit", "no limit")],
)
def test_limits_of_these_cases_bind(name: str, looser: str) -> None:
    """Or they would show nothing: each makes the fleet dearer than without it."""
    assert whole_plan(name).objective_usd > whole_plan(looser).objective_usd * (1 + 1e-3)


@pytest.mark.parametrize(("count", "seed"), [(3, 1), (5, 2), (5, 3)])
def test_both_ways_agree_on_other_fleets(count: int, seed: int) -> None:
    case = fleet(count, seed=seed)
    whole, by_site = quick(case, method="whole"), quick(case, method="decomposed", gap=GAP)
    assert by_site.bound_usd <= whole.objective_usd * (1 + CLOSE)
    assert whole.objective_usd * (1 - CLOSE) <= by_site.objective_usd <= whole.objective_usd * (1 + GAP)


def test_both_ways_agree_over_periods() -> None:
    """Two periods, all prices, caps on carbon and water, a limit on sites and on a zone."""
    case = rich_case()
    whole, by_site = quick(case, method="whole"), quick(case, method="decomposed", gap=GAP)
    by_site.audit().raise_for_residuals()
    assert by_site.bound_usd <= whole.objective_usd * (1 + CLOSE)
    assert whole.objective_usd * (1 - CLOSE) <= by_site.objective_usd <= whole.objective_usd * (1 + GAP)


@pytest.mark.parametrize("policy", [{}, CAPPED, LIMITS["few sites"]], ids=["no limit", "carbon cap", "few sites"])
def test_relaxation_is_that_of_the_whole_model(policy: dict[str, Any]) -> None:
    """Bound and value close in on the cost of the linear relaxation, one from below and one from above."""
    case = fleet(policy=policy)
    found, cost = relaxed(case), relaxed_cost(case) * COST_SCALE
    assert found.complete
    assert not found.infeasible
    assert found.bound <= cost * (1 + CLOSE)
    assert found.value >= cost * (1 - CLOSE)
    assert found.value - found.bound <= 2 * CLOSE * found.value


@pytest.mark.parametrize("rounds", [1, 3, 6, 10])
def test_bound_holds_whenever_it_stops(rounds: int) -> None:
    case = fleet(policy=CAPPED)
    found = relaxed(case, rounds=rounds)
    assert found.rounds <= rounds
    assert found.bound <= relaxed_cost(case) * COST_SCALE * (1 + CLOSE)


@pytest.mark.parametrize("factor", [0.0, 0.1, 20.0])
def test_first_prices_decide_nothing(factor: float) -> None:
    """A first guess far below or above what the demand costs gives the same relaxation."""
    case = fleet()
    form, parts = cut(case)
    cost = relaxed_cost(case) * COST_SCALE
    guess = relax(form, parts, tolerance=1e-3, threads=1).prices
    found = relax(form, parts, tolerance=CLOSE, threads=1, first=factor * guess)
    assert found.complete
    assert found.bound <= cost * (1 + CLOSE)
    assert found.bound == pytest.approx(cost, rel=1e-5)


def test_first_prices_are_near() -> None:
    """At prices of three sites that do alone what they can reach, the bound is most of the relaxation's cost."""
    case = fleet()
    form, parts = cut(case)
    found = relax(form, parts, tolerance=CLOSE, threads=1, tell=lambda _: False)
    assert 0.5 * relaxed_cost(case) <= found.bound / COST_SCALE <= relaxed_cost(case) * (1 + CLOSE)


def test_demand_that_no_site_can_hold_is_infeasible() -> None:
    """Three sites of 0.5 PFLOP/s for 2 PFLOP/s: said as such, whichever way it is solved."""
    case = tiny_case(
        sites=("a", "b", "c"),
        zones=("y", "z"),
        rack_usd=1000.0,
        facility={"module_mw": 0.5, "site_max_mw": 0.5},
        least_it_mw=0.0,
    )
    for method in ("whole", "decomposed"):
        with pytest.raises(NoPlanError) as raised:
            quick(case, method=method, gap=GAP)
        assert raised.value.status == "infeasible"


def test_site_row_with_a_right_hand_side_is_refused() -> None:
    """A cone only: a site's row that is not homogeneous cannot be scaled with the site."""
    case = fleet(3)
    form, parts = cut(case)
    row = int(parts.rows(0)[0])
    lower, upper = form.row_lower.copy(), form.row_upper.copy()
    lower[row], upper[row] = -np.inf, 1.0
    lifted = dataclasses.replace(form, row_lower=lower, row_upper=upper)
    with pytest.raises(ValueError, match="has a right-hand side, and cannot be scaled"):
        relax(lifted, parts, tolerance=GAP, threads=1)


# The cut itself.


def test_every_row_and_column_lives_in_one_place() -> None:
    form, parts = cut(fleet())
    for of_place, total in ((parts.rows, form.matrix.shape[0]), (parts.columns, form.matrix.shape[1])):
        everywhere = np.concatenate([of_place(place) for place in range(-1, len(parts.sites))])
        assert sorted(everywhere.tolist()) == list(range(total))


def test_site_rows_name_columns_of_their_site_only() -> None:
    form, parts = cut(fleet())
    matrix = form.matrix.tocsr()
    for site in range(len(parts.sites)):
        assert len(parts.rows(site))
        named = np.unique(matrix[parts.rows(site)].indices)
        assert set(parts.site_of_column[named].tolist()) == {site}


def test_integers_live_in_the_system() -> None:
    form, parts = cut(fleet())
    assert set(parts.site_of_column[form.integral].tolist()) == {-1}
    assert set(parts.site_named[form.integral].tolist()) == {0, 1, 2, 3}


def test_size_is_installed_power() -> None:
    """One column for each pair of cooling and rack at each site, in the one period."""
    form, parts = cut(fleet())
    assert int(parts.sizes.sum()) == 4 * 2 * 2
    measured = np.flatnonzero(parts.sizes)
    assert {form.columns.name(i).split("[")[0] for i in measured} == {"computing.installed_mw"}


def test_model_of_all_sites_is_the_model() -> None:
    form, parts = cut(fleet(3))
    same, columns = parts.support(form, np.ones(3, dtype=bool))
    assert columns.tolist() == list(range(form.matrix.shape[1]))
    assert (same.matrix != form.matrix).nnz == 0
    for name in ("row_lower", "row_upper", "column_lower", "column_upper", "cost", "integral"):
        assert np.array_equal(getattr(same, name), getattr(form, name))


@pytest.mark.parametrize("name", ["no limit", "carbon cap"])
def test_open_sites_alone_give_the_same_plan(name: str) -> None:
    """The model of the sites that the plan opens costs what the plan costs; without one of them, more."""
    plan = whole_plan(name)
    form, parts = cut(plan.case)
    is_open = decided(plan, "open_count")[:, -1] > 0
    assert 1 < is_open.sum() < 4
    assert cost_of(form, parts, is_open) == pytest.approx(plan.objective_usd, rel=CLOSE)
    for site in np.flatnonzero(is_open):
        fewer = is_open.copy()
        fewer[site] = False
        assert not cost_of(form, parts, fewer) < plan.objective_usd * (1 + CLOSE)


def cost_of(form: StandardForm, parts: Partition, sites: Any) -> float:
    """Cost of the model with some sites only [USD]; infinite if they cannot serve the demand."""
    part, _ = parts.support(form, sites)
    objective = search(part, gap=0.0, time_limit=None, progress=None, scale=COST_SCALE).outcome.objective
    return float("inf") if objective is None else objective / COST_SCALE


class Stuck:
    """A solver that gives up as long as it has a basis, or is asked for the simplex."""

    def __init__(self, *, simplex_fails: bool) -> None:
        self.simplex_fails, self.warm, self.solver = simplex_fails, True, "choose"

    def clearSolver(self) -> None:  # noqa: N802 - HiGHS's name
        self.warm = False

    def setOptionValue(self, _: str, value: str) -> None:  # noqa: N802 - HiGHS's name
        self.solver = value

    def run(self) -> None:
        failed = self.warm or (self.simplex_fails and self.solver != "ipm")
        self.status = "Unknown" if failed else "Optimal"

    def getModelStatus(self) -> str:  # noqa: N802 - HiGHS's name
        return self.status

    def modelStatusToString(self, status: str) -> str:  # noqa: N802 - HiGHS's name
        return status


@pytest.mark.parametrize("simplex_fails", [False, True])
def test_solver_that_gives_up_begins_anew(simplex_fails: bool) -> None:
    solver = Stuck(simplex_fails=simplex_fails)
    assert solve_surely(solver) == "Optimal"
    assert solver.solver == "choose"
