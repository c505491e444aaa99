"""The parts of a sweep: bounds that are lines in the limit, and designs whose operation moves with it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.sparse
from tiny import tiny_case

from siting.models.formulation import DESIGN, chosen
from siting.optimise.pareto.fixed_designs import Design, FixedDesign, find_design
from siting.optimise.pareto.parametric_bound import AffineBound, ParametricBound
from siting.optimise.pareto.parametric_lp import Limited, ParametricLp
from siting.optimise.pareto.parametric_relaxation import ParametricSolution
from siting.optimise.solver import loading
from siting.optimise.solver.deadline import Deadline
from siting.quantities import COST_SCALE

ROW = "policy.carbon_within_cap"

YEAR_H = 8760.0


def two_sites() -> Limited:
    """Site a: power at 10 USD/MWh with 1 t/MWh; b: 20 USD/MWh with none; 1 MW each at the most; a cap of 0 t.

    The relaxation meets a cap of v t with v MWh at a and the rest at b: 175,200 - 10 v USD, and 1 USD for the rack.
    """
    case = tiny_case(
        sites=("a", "b"),
        price_usd_per_mwh=[[10.0] * 3, [20.0] * 3],
        carbon_t_per_mwh=[[1.0] * 3, [0.0] * 3],
        facility={"site_max_mw": 1.0},
        rack_usd=1.0,
        policy={"carbon_cap_t_per_yr": 0.0},
    )
    return Limited(case, chosen(DESIGN, case), ROW)


@pytest.fixture
def bound() -> Iterator[ParametricBound]:
    loading.use_threads(1)
    with ThreadPoolExecutor(1) as pool:
        yield ParametricBound(two_sites(), 1e-6, 1, pool)


def operation_at_a(penalty_usd: float) -> FixedDesign:
    """All at site a: 87,601 USD and 8,760 t."""
    count = {"placement.open_count[a,2030]": 1.0, "halls.modules_count[a,air,2030]": 1.0}
    count["racks.racks_count[a,air,r,2030]"] = 1.0
    loading.use_threads(1)
    return FixedDesign(Design(count, ("a",)), two_sites(), penalty_usd * COST_SCALE)


@pytest.mark.parametrize("warm_iterations", [None, 0])
def test_solver_follows_the_limit_also_where_it_begins_anew(warm_iterations: int | None) -> None:
    """1 unit, at 1 USD within the limit and at 2 USD without it, or at a penalty on what is beyond.

    A limit of 0.25 costs 0.25 + 0.75 x 2 = 1.75; with a penalty of 0.5, less than what is saved, 1 + 0.75 x 0.5.
    """
    loading.use_threads(1)
    solver = loading.new_lp(
        scipy.sparse.csc_array(np.array([[1.0, 1.0], [1.0, 0.0]])),
        np.array([1.0, 2.0]),
        (np.zeros(2), np.full(2, np.inf)),
        (np.array([1.0, -np.inf]), np.array([1.0, 0.0])),
    )
    rows = np.array([1], dtype=np.int32)
    follower = ParametricLp(solver, rows, np.zeros(1), penalty=5.0, warm_iterations=warm_iterations)
    for value, cost in ((np.inf, 1.0), (0.25, 1.75), (0.5, 1.5)):
        outcome, holds = follower.at(value, Deadline())
        assert outcome.objective == pytest.approx(cost)
        assert holds
    follower.set_penalty(0.5)
    outcome, holds = follower.at(0.25, Deadline())
    assert outcome.objective == pytest.approx(1.375)
    assert not holds


def test_prices_at_one_value_bound_all_others(bound: ParametricBound) -> None:
    """Those at 4,380 t tell 175,201 - 10 v USD: right between, and no more than the cost outside."""
    bound.move(np.inf, Deadline())
    bound.move(4380.0, Deadline())
    assert bound.at(4380.0) / COST_SCALE == pytest.approx(131_401)
    for value in (100.0, 2000.0, 8000.0):
        assert bound.at(value) / COST_SCALE == pytest.approx(175_201 - 10 * value)
    assert bound.at(10_000.0) / COST_SCALE == pytest.approx(87_601)
    assert bound.at(np.inf) / COST_SCALE == pytest.approx(87_601)


def test_proof_at_one_value_holds_at_tighter_ones_only(bound: ParametricBound) -> None:
    bound.prove(1000.0, 7.0)
    assert (bound.at(999.0), bound.at(1000.0), bound.at(1001.0)) == (7.0, 7.0, -np.inf)


def test_site_becomes_active_when_prices_make_it_worth_it(bound: ParametricBound) -> None:
    """Without a cap only a is used; at 4,380 t half of the work must go to b."""
    free, half = bound.move(np.inf, Deadline()), bound.move(4380.0, Deadline())
    assert free is not None
    assert half is not None
    assert (free.sites, half.sites) == (("a",), ("a", "b"))
    assert half.whole["placement.open_count[b,2030]"] == pytest.approx(0.5)
    assert half.holds


def test_line_of_no_slope_holds_without_limit() -> None:
    assert AffineBound.through(np.inf, 5.0, np.zeros(1)).at(np.inf) == 5.0
    assert AffineBound.through(10.0, 5.0, np.array([-2.0])).at(np.inf) == -np.inf
    assert AffineBound.through(10.0, 5.0, np.array([-2.0])).at(4.0) == 17.0


def test_design_is_operated_where_it_holds_the_limit() -> None:
    operation = operation_at_a(5.0)
    for value in (np.inf, 9000.0, YEAR_H):
        plan = operation.at(value, np.inf, np.inf, Deadline())
        assert plan is not None
        assert plan.objective / COST_SCALE == pytest.approx(87_601)
        assert plan.amount == pytest.approx(YEAR_H)
        assert plan.open_sites == ("a",)


def test_design_is_not_operated_where_it_cannot_hold_the_limit() -> None:
    """Nor is it taken for good that a penalty, however low, is less than another site would cost."""
    assert operation_at_a(0.001).at(4380.0, np.inf, np.inf, Deadline()) is None


def test_failure_at_one_value_tells_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 0 t and 20 USD for each t beyond, the design costs 87,601 + 20 x 8,760 = 262,801.

    At v t it costs 20 v less at the least: at 4,380 t 175,201 or more, and it need not be tried where no more than
    175,000 is worth it.
    """
    operation = operation_at_a(20.0)
    assert operation.at(0.0, 200_000 * COST_SCALE, np.inf, Deadline()) is None
    assert operation.least(0.0) / COST_SCALE == pytest.approx(262_801)
    assert operation.least(4380.0) / COST_SCALE == pytest.approx(175_201)
    solves: list[float] = []
    monkeypatch.setattr(
        "siting.optimise.pareto.parametric_lp.ParametricLp.at", lambda _, value, __: solves.append(value)
    )
    assert operation.at(4380.0, 175_000 * COST_SCALE, np.inf, Deadline()) is None
    assert not solves


@pytest.mark.parametrize(("halls", "found"), [(2, 2), (1, 2), (0, None)])
def test_design_may_have_a_hall_more_than_in_longer_steps(
    halls: int, found: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2 MW of work need two halls: with one in longer steps, one more is found; where there is none, none is."""
    case = tiny_case(inference_pflop=2.0, facility={"site_max_mw": 3.0}, policy={"carbon_cap_t_per_yr": 0.0})
    limited = Limited(case, chosen(DESIGN, case), ROW)
    loading.use_threads(1)
    small = limited.model_of(("a",))
    values = np.zeros(len(small.form.cost))
    values[small.form.columns.of("open_count")] = 1.0
    values[small.form.columns.of("racks_count")] = 2.0
    values[small.form.columns.of("modules_count")] = halls
    monkeypatch.setattr("siting.optimise.pareto.fixed_designs._in_steps", lambda *_, **__: (small, values))
    relaxed = ParametricSolution(np.zeros(0), {}, ("a",), True)
    design = find_design(limited, np.inf, relaxed, gap=0.0, deadline=Deadline())
    assert (None if design is None else design.count["halls.modules_count[a,air,2030]"]) == found


def test_nothing_moves_where_no_plan_is_possible(bound: ParametricBound) -> None:
    bound.prove(np.inf, np.inf)
    assert bound.move(np.inf, Deadline()) is None
    assert bound.penalty is None
