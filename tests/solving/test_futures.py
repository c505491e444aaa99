"""One design for many futures: against enumeration by hand, whole and site by site."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest
from tiny import quick, tiny_case

from siting.case.case import Case
from siting.case.futures import case_of_futures
from siting.optimise.futures.risk import Risk
from siting.optimise.futures.two_stage import TwoStage, two_stage
from siting.optimise.warm_start import Earlier

Way = Literal["whole", "decomposed", "representatives"]
WAYS = ("whole", "decomposed", "representatives")
YEAR_H = 8760
OPENING = 10 * YEAR_H
"""What opening a site costs: as much as 10 USD/MWh on 1 MW all year."""


def case(price_at_a: float, **changes: Any) -> Case:
    """Two sites of 1 MW: power at `a` has the given price, that at `b` 40 USD/MWh."""
    prices = np.array([price_at_a, 40.0])[:, None]
    return tiny_case(sites=("a", "b"), price_usd_per_mwh=prices, fixed_site_usd=OPENING, **changes)


def stacked(cases: list[Case], weights: list[float], way: Way = "whole", risk: Risk | None = None) -> TwoStage:
    """The best design, to the optimum."""
    names = [f"f{number}" for number in range(len(cases))]
    return two_stage(
        case_of_futures(cases, weights, names), gap=0.0, gap_site_dependent=1.0, threads=1, method=way, risk=risk
    )


def opened(found: TwoStage) -> str:
    """Sites that the design opens."""
    is_open = found.futures[0].solution.decisions["open_count"].values[:, -1] > 0
    return "".join(site for site, one in zip("ab", is_open, strict=True) if one)


@pytest.mark.parametrize("way", WAYS)
def test_the_best_design_hedges(way: Way) -> None:
    """Power at a costs 10 or 90, as likely; in USD/MWh over the year, with 10 for each site that is opened:

    a alone 10 + (10 + 90) / 2 = 60; b alone 10 + 40 = 50; both 20 + (10 + 40) / 2 = 45, since work moves.
    """
    found = stacked([case(10), case(90)], [0.5, 0.5], way)
    assert (found.objective_usd / YEAR_H, opened(found)) == (pytest.approx(45), "ab")
    assert [one.cost_usd / YEAR_H for one in found.futures] == pytest.approx([30, 60])
    assert found.bound_usd == pytest.approx(found.objective_usd)


@pytest.mark.parametrize("weights", [[1.0, 0.0], [0.9, 0.1], [0.1, 0.9]])
def test_probabilities_decide(weights: list[float]) -> None:
    """With p of the first: a 10 + 10 p + 90 (1 - p), b 50, both 20 + 10 p + 40 (1 - p): the least of them."""
    p = weights[0]
    by_hand = min(10 + 10 * p + 90 * (1 - p), 50, 20 + 10 * p + 40 * (1 - p))
    assert stacked([case(10), case(90)], weights).objective_usd / YEAR_H == pytest.approx(by_hand)


def test_a_future_that_is_sure_is_the_plan_for_it() -> None:
    """With probability one of one future, cost and sites are those of its own plan."""
    alone, found = quick(case(10)), stacked([case(10)], [1.0])
    assert found.objective_usd == pytest.approx(alone.objective_usd)
    assert opened(found) == "".join(alone.open_sites)


def test_the_dearest_future_alone_counts() -> None:
    """Of the dearest half: a alone 100, b alone 50, both 60. So b, though both are cheaper in the mean."""
    found = stacked([case(10), case(90)], [0.5, 0.5], risk=Risk("cvar", alpha=0.5))
    assert (found.objective_usd / YEAR_H, opened(found)) == (pytest.approx(50), "b")


def test_the_largest_regret_is_least() -> None:
    """The best plans for each alone cost 20 and 50. Regrets: a 0 and 50, b 30 and 0, both 10 and 10.

    So both, at a largest regret of 10, told on top of the 35 that these cost in the mean.
    """
    best = (20.0 * YEAR_H, 50.0 * YEAR_H)
    found = stacked([case(10), case(90)], [0.5, 0.5], risk=Risk("minimax_regret", best_usd=best))
    assert (found.objective_usd / YEAR_H, opened(found)) == (pytest.approx(45), "ab")


@pytest.mark.parametrize("way", WAYS)
def test_a_cap_holds_in_each_future(way: Way) -> None:
    """1 MW emits 8,760 t a year at a in one future and nothing in the other; the cap is 6,000 t, which the mean keeps.

    So a alone will not do. b alone costs 50; both 20, and power at 10 in one future, in the other 6,000 of 8,760 h at
    10 and the rest at 40.
    """
    futures = [
        case(10, carbon_t_per_mwh=np.array([emitted, 0.0])[:, None], policy={"carbon_cap_t_per_yr": 6000.0})
        for emitted in (0.0, 1.0)
    ]
    found = stacked(futures, [0.5, 0.5], way)
    assert opened(found) != "a"
    by_hand = min(50, 20 + (10 + 10 * 6000 / 8760 + 40 * 2760 / 8760) / 2)
    assert found.objective_usd / YEAR_H == pytest.approx(by_hand)


@pytest.mark.parametrize("way", WAYS)
def test_racks_are_bought_for_the_larger_demand(way: Way) -> None:
    """1 or 3 PFLOP/s on racks of 1 MW at 1,000 USD, which last a year: 3 are bought whichever comes.

    With power at 10: 3,000 + opening + 8,760 x 10 x (1 + 3) / 2.
    """
    futures = [
        tiny_case(price_usd_per_mwh=10.0, rack_usd=1000.0, fixed_site_usd=OPENING, inference_pflop=asked)
        for asked in (1.0, 3.0)
    ]
    found = stacked(futures, [0.5, 0.5], way)
    assert found.objective_usd == pytest.approx(3000 + OPENING + YEAR_H * 20)
    assert [one.solution.decisions["racks_count"].values.sum() for one in found.futures] == [3, 3]


def test_clusters_may_be_more_in_one_future() -> None:
    """One cluster of 1 PFLOP/s or two, beside 1 PFLOP/s of inference: 3 racks, each at 1,000 USD."""
    futures = [
        tiny_case(rack_usd=1000.0, clusters_needed_count=count, training_cluster_pflop=1.0) for count in (1.0, 2.0)
    ]
    found = stacked(futures, [0.5, 0.5])
    assert found.objective_usd == pytest.approx(3000)
    assert [one.solution.decisions["clusters_count"].values.sum() for one in found.futures] == [1, 2]


@pytest.mark.parametrize("seed", [2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (0, 1))])
def test_site_by_site_as_the_extensive_form(seed: int) -> None:
    """Three sites and three futures with prices, demands and carbon of their own: whole and site by site agree."""
    draw = np.random.default_rng(seed)
    futures = [
        tiny_case(
            sites=("a", "b", "c"),
            zones=("y", "z"),
            price_usd_per_mwh=draw.uniform(10, 90, (3, 3)),
            inference_pflop=draw.uniform(0.5, 2.5, (2, 1, 3)),
            carbon_t_per_mwh=draw.uniform(0, 1, (3, 1)),
            fixed_site_usd=OPENING,
            rack_usd=20_000.0,
            hall_usd_per_mw=30_000.0,
            site_max_mw=4.0,
            policy={"carbon_price_usd_per_t": float(draw.uniform(0, 50))},
        )
        for _ in range(3)
    ]
    weights = draw.dirichlet(np.ones(3)).tolist()
    whole = stacked(futures, weights)
    for way in ("decomposed", "representatives"):
        found = stacked(futures, weights, way)
        assert found.objective_usd == pytest.approx(whole.objective_usd, rel=1e-6)
        assert found.bound_usd <= whole.objective_usd * (1 + 1e-9)
    alone = [quick(one).objective_usd for one in futures]
    assert whole.objective_usd >= float(np.dot(weights, alone)) * (1 - 1e-9)  # knowing what comes is worth something


def test_a_rule_of_one_future_binds_the_design() -> None:
    """Two sites at the least in the second future: a alone, at 10 + 10, will not do; both cost 20 + 10."""
    futures = [case(10), case(10, policy={"sites_min_count": 2})]
    found = stacked(futures, [0.9, 0.1])
    assert (found.objective_usd / YEAR_H, opened(found)) == (pytest.approx(30), "ab")


def test_an_earlier_plan_is_where_the_search_begins() -> None:
    """No time for a search: what is told is the earlier plan's both sites at 45, not one site at 50 or 60."""
    futures = [case(10), case(90)]
    best = stacked(futures, [0.5, 0.5])
    start = Earlier(futures[1], best.futures[1].solution)
    both = case_of_futures(futures, [0.5, 0.5], ["f0", "f1"])
    at_once = {"time_limit": 1e-6, "threads": 1}
    assert two_stage(both, **at_once).objective_usd / YEAR_H > 49
    found = two_stage(both, start=start, **at_once)
    assert (found.objective_usd / YEAR_H, opened(found)) == (pytest.approx(45), "ab")


def test_large_futures_are_bounded_at_the_prices_of_longer_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if three rows were many: prices of longer steps bound what both sites cost, 45, in the hours; it is not above.

    Flat hours are the same in longer steps, so hardly anything is lost.
    """
    monkeypatch.setattr("siting.optimise.futures.represented.LARGE_ROWS_COUNT", 3)
    found = stacked([case(10), case(90)], [0.5, 0.5], "representatives")
    assert (found.objective_usd / YEAR_H, opened(found)) == (pytest.approx(45), "ab")
    assert 43 <= found.bound_usd / YEAR_H <= 45


def test_more_futures_join_those_that_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the first future alone a is built: 60 over both. So the other joins it, and both sites stand at 45."""
    monkeypatch.setattr("siting.optimise.futures.represented.FIRST_COUNT", 1)
    found = stacked([case(10), case(90)], [0.5, 0.5], "representatives")
    assert (found.objective_usd / YEAR_H, opened(found)) == (pytest.approx(45), "ab")
