"""What must hold for any case: hypothesis draws small ones, and each is solved to its optimum."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from draws import drawn
from hypothesis import assume
from hypothesis import strategies as st
from tiny import decided, quick, relaxed_cost, tiny_case

from siting.case.case import Case
from siting.optimise.no_plan import NoPlanError
from siting.plan.plan import Plan

SITES = ("a", "b")
HOURS = 3

CLOSE = 1e-6
"""Relative distance of two costs that are held to be the same."""

FEW, MANY = 2, 8
"""Draws of a property whenever tests run, and in the long run."""


def numbers(low: int, high: int, count: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(low, high), min_size=count, max_size=count)


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    """Numbers of a small case that has a plan: prices, climates, sizes and demands of two sites."""

    def by_site_and_hour(low: int, high: int, scale: float = 1.0) -> list[list[float]]:
        return [[scale * value for value in draw(numbers(low, high, HOURS))] for _ in SITES]

    contracts = ("solar", "wind")
    two_periods = draw(st.booleans())
    demand = [[value / 2 for value in draw(numbers(0, 6, HOURS))]]
    if two_periods:
        demand.append([value / 2 for value in draw(numbers(0, 6, HOURS))])
    assume(any(map(any, demand)))
    return {
        "sites": SITES,
        "contracts": contracts,
        "cooling": ("air", "wet"),
        "racks": ("r", "t"),
        "periods": ((2030, 2), (2032, 3)) if two_periods else ((2030, 2),),
        "rate": draw(st.sampled_from([0.0, 0.07])),
        "hall_life_yr": 4,
        "rack_life_yr": (2, 3),
        "compatible_count": draw(st.sampled_from([[[1, 1], [1, 1]], [[1, 0], [0, 1]], [[1, 0], [1, 1]]])),
        "inference_pflop": [demand],
        "batch_mean_pflop": draw(st.integers(0, 2)),
        "training_cluster_pflop": 0.75,
        "clusters_needed_count": draw(st.integers(0, 2)),
        "rack_mw": [0.5, 0.25],
        "compute_pflop_per_mw": [1.0, draw(st.sampled_from([1.0, 1.5]))],
        "idle_fraction": draw(st.sampled_from([0.0, 0.3])),
        "fixed_fraction": draw(st.sampled_from([0.0, 0.4])),
        "rack_usd": [value * 1000 for value in draw(numbers(1, 60, 2))],
        "hall_usd_per_mw": [value * 1000 for value in draw(numbers(0, 60, 2))],
        "capital_ratio": [1.0, draw(st.sampled_from([1.0, 0.8, 1.5]))],
        "fixed_site_usd": [value * 1000 for value in draw(numbers(0, 90, 2))],
        "connection_usd_per_mw": [value * 1000 for value in draw(numbers(0, 20, 2))],
        "further_line_most_mw": draw(st.sampled_from([0.0, 999.0])),
        "further_line_usd_per_mw": [value * 1000 for value in draw(numbers(0, 20, 2))],
        "price_usd_per_mwh": by_site_and_hour(0, 60),
        "pue": [[[1 + value / 10 for value in draw(numbers(0, 9, HOURS))] for _ in range(2)] for _ in SITES],
        "wue_m3_per_mwh": [[[0.0], [1.0]]] * 2,
        "water_usd_per_m3": draw(numbers(0, 5, 2)),
        "carbon_t_per_mwh": by_site_and_hour(0, 9, 0.1),
        "output_fraction": [by_site_and_hour(0, 4, 0.25), by_site_and_hour(0, 4, 0.25)],
        "strike_usd_per_mwh": [value + 5 for value in draw(numbers(0, 40, 2))],
        "resale_usd_per_mwh": 5.0,
        "resale_limit_fraction": 0.2,
        "network_usd_per_pflop_yr": [[value * 1000] for value in draw(numbers(0, 50, 2))],
        "storage": True,
        "power_usd_per_mw": 500.0,
        "energy_usd_per_mwh": draw(st.integers(0, 40)) * 1000.0,
        "one_way_fraction": 0.9,
        "throughput_usd_per_mwh": 1.0,
        "certificates": True,
        "certificate_usd_per_mwh": 4.0,
        "policy": {
            "carbon_method": draw(st.sampled_from(["location", "market", "hourly"])),
            "carbon_price_usd_per_t": draw(st.sampled_from([0.0, 30.0])),
        },
    }


def with_policy(made: dict[str, Any], **limits: Any) -> Case:
    return tiny_case(**{**made, "policy": {**made["policy"], **limits}})


def no_more_than(cost_usd: float, other_usd: float) -> bool:
    return cost_usd <= other_usd + CLOSE * max(1.0, abs(other_usd))


@drawn(changes(), few=FEW, many=MANY)
def test_plan_adds_up_and_its_bounds_hold(made: dict[str, Any]) -> None:
    """The audit passes; unavoidable cost, relaxation and bound are no more than the plan costs; the gap is closed."""
    case = tiny_case(**made)
    plan = quick(case)
    plan.audit().raise_for_residuals()
    assert plan.status == "optimal"
    assert plan.bound_usd <= plan.objective_usd
    assert no_more_than(plan.search.unavoidable_usd, plan.objective_usd)
    assert no_more_than(relaxed_cost(case), plan.objective_usd)
    assert plan.objective_usd - plan.bound_usd <= CLOSE * abs(plan.objective_usd)


@drawn(changes(), few=FEW, many=MANY)
def test_cost_is_the_sum_of_its_tables(made: dict[str, Any]) -> None:
    plan = quick(tiny_case(**made))
    assert plan.tables["cost"]["present_value_usd"].sum() == pytest.approx(plan.objective_usd, rel=CLOSE)
    assert -plan.tables["cash_flow"].eval("operating_usd + capital_usd - salvage_usd + shadow_usd").mul(
        plan.tables["cash_flow"]["discount_factor_ratio"]
    ).sum() == pytest.approx(-plan.objective_usd, rel=CLOSE)


@drawn(changes(), st.sampled_from([0.25, 2.0, 7.0]), few=FEW, many=MANY)
def test_cost_scales_with_demand(made: dict[str, Any], factor: float) -> None:
    """Where nothing is whole or paid for being there, and no price rises with size, twice the demand costs twice."""
    made |= {"fixed_site_usd": 0.0, "least_it_mw": 0.0, "further_line_usd_per_mw": 0.0, "reinforcement_usd_per_mw": 0.0}
    larger = {
        name: factor * np.array(made[name])
        for name in ("inference_pflop", "batch_mean_pflop", "training_cluster_pflop")
    }
    assert relaxed_cost(tiny_case(**{**made, **larger})) == pytest.approx(
        factor * relaxed_cost(tiny_case(**made)), rel=CLOSE
    )


@drawn(
    changes(),
    st.sampled_from(
        [
            {"storage": False},
            {"certificates": False},
            {"output_fraction": float("nan")},
            {"compatible_count": [[1, 0], [0, 0]]},
            {"facility": {"module_mw": 2.0}},
            {"rtt_ms": [[10], [90]]},
            {"policy": {"excluded_sites": ("b",)}},
            {"policy": {"sites_max_count": 1}},
            {"policy": {"sites_min_count": 2}},
            {"headroom_mw": [1000.0, 0.5]},
            {"site_max_mw": [100.0, 1.0]},
            {"resale_limit_fraction": 0.0},
            {"max_duration_h": 0.5},
        ]
    ),
    few=FEW,
    many=MANY,
)
def test_more_choice_never_costs_more(made: dict[str, Any], taken_away: dict[str, Any]) -> None:
    with_all = quick(tiny_case(**made)).objective_usd
    less = {**made, **taken_away, "policy": {**made["policy"], **taken_away.get("policy", {})}}
    assert no_more_than(with_all, quick(tiny_case(**less)).objective_usd)


@drawn(changes(), few=0, many=MANY)
def test_relabelling_changes_nothing(made: dict[str, Any]) -> None:
    """Sites, cooling and racks in another order, and under other names, cost the same."""
    case = tiny_case(**made)
    cost_usd = quick(case).objective_usd
    turned = case.only(site=("b", "a"), cooling=("wet", "air"), rack=("t", "r"), contract=("wind", "solar"))
    assert quick(turned).objective_usd == pytest.approx(cost_usd, rel=CLOSE)
    renamed = tiny_case(**{**made, "sites": ("zeta", "alpha"), "racks": ("y", "x"), "cooling": ("q", "p")})
    assert quick(renamed).objective_usd == pytest.approx(cost_usd, rel=CLOSE)


def cost_within(made: dict[str, Any], **limits: Any) -> float:
    """Cost of a case within limits; infinite if it has no plan."""
    try:
        return quick(with_policy(made, **limits)).objective_usd
    except NoPlanError as error:
        if error.status != "infeasible":
            raise
        return float("inf")


def cap(amount: float) -> float:
    """A cap that a study may state: none, or one tonne or cubic metre at the least."""
    return max(amount, 1.0) if amount > 0 else 0.0


LEAST_OF = {"pue_max_ratio": 1.001, "wue_max_l_per_kwh": 0.0}
"""Lowest limits that a study may state."""


def carbon_t(plan: Plan, method: str) -> float:
    table = plan.tables["carbon"]
    of_method = table[table["method"] == method]
    return float(of_method.groupby("period")["carbon_t_per_yr"].sum().max()) if len(of_method) else 0.0


@drawn(changes(), few=0, many=MANY)
def test_tighter_carbon_cap_is_never_cheaper(made: dict[str, Any]) -> None:
    free = quick(tiny_case(**made))
    emitted_t = carbon_t(free, made["policy"]["carbon_method"])
    costs = [free.objective_usd]
    costs += [cost_within(made, carbon_cap_t_per_yr=cap(share * emitted_t)) for share in (1.0, 0.5)]
    assert costs[1] == pytest.approx(costs[0], rel=CLOSE)
    assert all(no_more_than(looser, tighter) for looser, tighter in itertools.pairwise(costs))


@drawn(changes(), few=0, many=MANY)
def test_tighter_water_cap_is_never_cheaper(made: dict[str, Any]) -> None:
    free = quick(tiny_case(**made))
    water = free.tables["water"]
    taken = water[water["boundary"] == "site"].groupby("period")["water_m3_per_yr"].sum()
    most_m3 = float(taken.max()) if len(taken) else 0.0
    costs = [
        free.objective_usd,
        *(cost_within(made, water_cap_m3_per_yr=cap(share * most_m3)) for share in (1.0, 0.3, 0.0)),
    ]
    assert costs[1] == pytest.approx(costs[0], rel=CLOSE)
    assert all(no_more_than(looser, tighter) for looser, tighter in itertools.pairwise(costs))


@drawn(
    changes(),
    st.sampled_from([("pue_max_ratio", "pue", 1.0), ("wue_max_l_per_kwh", "wue_l_per_kwh", 0.0)]),
    few=FEW,
    many=MANY,
)
def test_tighter_limit_of_a_ratio_is_never_cheaper(made: dict[str, Any], limited: tuple[str, str, float]) -> None:
    """A limit that every site of the free plan meets costs nothing."""
    limit, ratio, least = limited
    free = quick(tiny_case(**made))
    above = float(free.tables["sites"][ratio].max()) - least
    costs = [free.objective_usd]
    costs += [cost_within(made, **{limit: max(least + share * above + CLOSE, LEAST_OF[limit])}) for share in (1.0, 0.4)]
    assert costs[1] == pytest.approx(costs[0], rel=CLOSE)
    assert all(no_more_than(looser, tighter) for looser, tighter in itertools.pairwise(costs))


@drawn(changes(), few=0, many=MANY)
def test_dearer_carbon_never_brings_more_of_it(made: dict[str, Any]) -> None:
    """By the method that is priced; two plans compared by their own optimality."""
    method = made["policy"]["carbon_method"]
    emitted = [carbon_sum(quick(with_policy(made, carbon_price_usd_per_t=price)), method) for price in (1.0, 100.0)]
    assert no_more_than(emitted[1], emitted[0])


def carbon_sum(plan: Plan, method: str) -> float:
    """Carbon over the horizon, weighed like the money that is paid on it."""
    table = plan.tables["carbon"]
    worth = dict(zip(plan.case.axes["period"], plan.case.values("finance.present_value_ratio"), strict=True))
    of_method = table[table["method"] == method]
    return float((of_method["carbon_t_per_yr"] * of_method["period"].map(worth)).sum())


@drawn(changes(), few=0, many=MANY)
def test_site_by_site_gives_the_same(made: dict[str, Any]) -> None:
    """The decomposition's bound holds, and its plan is as good."""
    case = tiny_case(**made)
    whole = quick(case)
    apart = quick(case, method="decomposed", gap=1e-4)
    assert no_more_than(apart.bound_usd, whole.objective_usd)
    assert no_more_than(whole.objective_usd, apart.objective_usd)
    assert apart.objective_usd <= whole.objective_usd * (1 + 1e-4) + CLOSE
    assert decided(apart, "open_count").shape == decided(whole, "open_count").shape
