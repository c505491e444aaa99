"""The model solved site by site, against the same model solved whole."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from rich_case import rich_case
from sites_apart import blocks_of, fleet
from tiny import quick, relaxed_cost, tiny_case

from siting.case.case import Case
from siting.optimise.decomposition import column_generation
from siting.optimise.decomposition.column_generation import Relaxation, relax
from siting.optimise.gap import Gap
from siting.optimise.no_plan import NoPlanError
from siting.optimise.solver.linear import NO_ITERATION_LIMIT, solve_surely
from siting.plan.plan import Plan
from siting.quantities import COST_SCALE

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
    return relax(
        blocks_of(case),
        gap=Gap(tolerance),
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
@pytest.mark.parametrize("asked_count", [1, 2, 40])
def test_relaxation_is_that_of_the_whole_model(
    policy: dict[str, Any], asked_count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bound and value close in on the cost of the linear relaxation, however few sites are asked in most rounds."""
    monkeypatch.setattr(column_generation, "ASKED_LEAST_COUNT", asked_count)
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
    blocks = blocks_of(case)
    cost = relaxed_cost(case) * COST_SCALE
    guess = relax(blocks, gap=Gap(1e-3), threads=1).prices
    found = relax(blocks, gap=Gap(CLOSE), threads=1, first=factor * guess)
    assert found.complete
    assert found.bound <= cost * (1 + CLOSE)
    assert found.bound == pytest.approx(cost, rel=1e-5)


@pytest.mark.parametrize("site_max_mw", [0.5, 0.7])
def test_demand_that_takes_all_sites_is_met(site_max_mw: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four sites of 0.5 PFLOP/s for 2 PFLOP/s, asked one at a time: the others are taken in, not given up."""
    monkeypatch.setattr(column_generation, "ASKED_LEAST_COUNT", 1)
    case = tiny_case(
        sites=("a", "b", "c", "d"),
        zones=("y", "z"),
        rack_usd=1000.0,
        rack_mw=0.1,
        facility={"module_mw": site_max_mw, "site_max_mw": site_max_mw},
        least_it_mw=0.0,
    )
    found = relaxed(case)
    assert not found.infeasible
    assert found.bound == pytest.approx(relaxed_cost(case) * COST_SCALE, rel=1e-5)


def test_first_prices_are_near() -> None:
    """At prices of three sites that do alone what they can reach, the bound is most of the relaxation's cost."""
    case = fleet()
    found = relax(blocks_of(case), gap=Gap(CLOSE), threads=1, tell=lambda _: False)
    assert 0.5 * relaxed_cost(case) <= found.bound / COST_SCALE <= relaxed_cost(case) * (1 + CLOSE)


@pytest.mark.parametrize("asked_count", [1, 40])
def test_demand_that_no_site_can_hold_is_infeasible(asked_count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sites of 0.5 PFLOP/s for 2 PFLOP/s: said as such, whichever way it is solved, however few are asked."""
    monkeypatch.setattr(column_generation, "ASKED_LEAST_COUNT", asked_count)
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


class Stuck:
    """A solver that gives up as long as it has a basis, or is asked for the simplex."""

    def __init__(self, *, simplex_fails: bool) -> None:
        self.simplex_fails, self.warm, self.solver = simplex_fails, True, "choose"
        self.iterations: list[int] = []

    def getNumRow(self) -> int:  # noqa: N802 - HiGHS's name
        return 100

    def clearSolver(self) -> None:  # noqa: N802 - HiGHS's name
        self.warm = False

    def setOptionValue(self, name: str, value: Any) -> None:  # noqa: N802 - HiGHS's name
        if name == "simplex_iteration_limit":
            self.iterations.append(value)
        else:
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
    assert solver.iterations[0] == 1400  # warm, from where it may never end
    assert set(solver.iterations[1:]) == {NO_ITERATION_LIMIT}
