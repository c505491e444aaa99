"""What any plan must pay: worked out by hand in small cases, and never above the best plan of drawn ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from draws import drawn
from hypothesis import assume
from hypothesis import strategies as st
from tiny import quick, tiny_case

from siting.case.case import Case
from siting.case.minimum_cost import unavoidable_cost
from siting.case.minimum_power_cost import minimum_power_cost

SITES = ("a", "b")
HOURS = 3
YEAR_H = 8760


def numbers(low: int, high: int, count: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(low, high), min_size=count, max_size=count)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Small cases in which sites may earn: by negative prices, resale, batteries, heat; and some with old halls."""

    def by_site_and_hour(low: int, high: int, scale: float = 1.0) -> list[list[float]]:
        return [[scale * value for value in draw(numbers(low, high, HOURS))] for _ in SITES]

    two = draw(st.booleans())
    demand = [[value / 2 for value in draw(numbers(0, 6, HOURS))] for _ in range(1 + two)]
    assume(any(map(any, demand)))
    price = by_site_and_hour(-30, 60)
    resale = draw(st.integers(0, 80))
    fees = draw(numbers(0, 10, 2))
    return tiny_case(
        sites=SITES,
        contracts=("solar", "wind"),
        cooling=("air", "wet"),
        racks=("r", "t"),
        periods=((2030, 2), (2032, 3)) if two else ((2030, 2),),
        rate=draw(st.sampled_from([0.0, 0.07])),
        hall_life_yr=4,
        rack_life_yr=(2, 3),
        inference_pflop=[demand],
        batch_mean_pflop=draw(st.integers(0, 2)),
        training_cluster_pflop=0.75,
        clusters_needed_count=draw(st.integers(0, 2)),
        rack_mw=[0.5, 0.25],
        compute_pflop_per_mw=[1.0, 1.5],
        idle_fraction=draw(st.sampled_from([0.0, 0.3])),
        fixed_fraction=draw(st.sampled_from([0.0, 0.4])),
        rack_usd=[value * 1000 for value in draw(numbers(1, 60, 2))],
        hall_usd_per_mw=[value * 1000 for value in draw(numbers(0, 60, 2))],
        capital_ratio=[1.0, draw(st.sampled_from([1.0, 0.8, 1.5]))],
        fixed_site_usd=[value * 1000 for value in draw(numbers(0, 90, 2))],
        connection_usd_per_mw=[value * 1000 for value in draw(numbers(0, 20, 2))],
        demand_charge_usd_per_mw_month=draw(st.sampled_from([0.0, 500.0])),
        land_usd_per_ha=1000.0,
        land_ha_per_mw=0.5,
        site_max_mw=draw(st.sampled_from([100.0, 6.0])),
        price_usd_per_mwh=price,
        pue=[[[1 + value / 10 for value in draw(numbers(0, 9, HOURS))] for _ in range(2)] for _ in SITES],
        wue_m3_per_mwh=[[[0.0], [1.0]]] * 2,
        water_usd_per_m3=draw(numbers(0, 5, 2)),
        carbon_t_per_mwh=by_site_and_hour(0, 9, 0.1),
        output_fraction=[by_site_and_hour(0, 4, 0.25), by_site_and_hour(0, 4, 0.25)],
        strike_usd_per_mwh=[value + 5 for value in draw(numbers(0, 40, 2))],
        delivery_usd_per_mwh=[[fees[0], fees[1]]] * 2,
        # No more than power costs in the same hour: else the model is refused.
        resale_usd_per_mwh=[[[min(resale, of_hour) for of_hour in of_site]] * 2 for of_site in price],
        resale_limit_fraction=draw(st.sampled_from([0.0, 0.2, 2.0])),
        network_usd_per_pflop_yr=[[value * 1000] for value in draw(numbers(0, 50, 2))],
        storage=draw(st.booleans()),
        power_usd_per_mw=500.0,
        energy_usd_per_mwh=draw(st.integers(0, 40)) * 1000.0,
        one_way_fraction=0.9,
        throughput_usd_per_mwh=1.0,
        certificates=draw(st.booleans()),
        certificate_usd_per_mwh=4.0,
        existing_mw=draw(st.sampled_from([[[0.0, 0.0]] * 2, [[2.0, 0.0], [0.0, 0.0]]])),
        conversion_usd_per_mw=5000.0,
        heat_reusable_fraction=0.8,
        heat_demand_mw=draw(st.sampled_from([0.0, 1.0])),
        heat_price_usd_per_mwh=draw(st.integers(0, 20)),
        federal_income_tax_fraction=draw(st.sampled_from([0.0, 0.21])),
        sales_tax_fraction=draw(st.sampled_from([[0.0, 0.0], [0.08, 0.0]])),
        receipts_tax_fraction=draw(st.sampled_from([0.0, 0.01])),
        property_tax_fraction=draw(st.sampled_from([0.0, 0.02])),
        policy={
            "carbon_price_is_charged": draw(st.booleans()),
            "carbon_method": draw(st.sampled_from(["location", "market", "hourly"])),
            "carbon_price_usd_per_t": draw(st.sampled_from([0.0, 30.0])),
        },
    )


@drawn(cases(), few=2, many=30)
def test_no_plan_costs_less(case: Case) -> None:
    """Whatever prices, contracts, batteries, heat, old halls and taxes bring."""
    best_usd = quick(case, gap_site_dependent=0.0).objective_usd
    assert unavoidable_cost(case) <= best_usd + 1e-6 * max(1.0, abs(best_usd))


def test_power_is_paid_at_the_best_site() -> None:
    """1 MW all year at 2 USD/MWh and a PUE of 1.5 where power is cheapest: 8,760 x 1.5 x 2, and a rack of 100 USD.

    At the other site it would be 8,760 x 1 x 4.
    """
    case = tiny_case(sites=SITES, rack_usd=100.0, price_usd_per_mwh=[[2.0], [4.0]], pue=[[[1.5]], [[1.0]]])
    assert unavoidable_cost(case) == pytest.approx(100 + YEAR_H * 1.5 * 2)


def test_work_that_moves_in_its_day_is_paid_as_a_mean() -> None:
    """Inference of 0, 0 and 3 PFLOP/s: 3 MW of racks at 100 USD, a third of the year's 3 MW at 2 USD/MWh."""
    case = tiny_case(rack_usd=100.0, price_usd_per_mwh=2.0, inference_pflop=[[[0.0, 0.0, 3.0]]])
    assert unavoidable_cost(case) == pytest.approx(300 + YEAR_H / 3 * 3 * 2)


def test_works_of_the_fewest_sites_are_paid() -> None:
    """2.5 MW at sites of 1 MW: three of them, the cheapest at 10, 20 and 30 USD, not the one at 40."""
    case = tiny_case(
        sites=("a", "b", "c", "d"), inference_pflop=2.5, site_max_mw=1.0, fixed_site_usd=[40.0, 20.0, 30.0, 10.0]
    )
    assert unavoidable_cost(case) == pytest.approx(60)


def test_excluded_site_makes_nothing_cheaper() -> None:
    """Power for nothing at a site where nothing may be built: 8,760 MWh at 4 USD at the other."""
    case = tiny_case(sites=SITES, price_usd_per_mwh=[[0.0], [4.0]], policy={"excluded_sites": ("a",)})
    assert unavoidable_cost(case) == pytest.approx(YEAR_H * 4)


def test_network_is_paid_from_the_nearest_site() -> None:
    """1 PFLOP/s at 7 USD a year from the nearer site, 9 from the other."""
    case = tiny_case(sites=SITES, network_usd_per_pflop_yr=[[9.0], [7.0]])
    assert unavoidable_cost(case) == pytest.approx(7)


def test_demand_charge_is_paid_on_the_mean_at_the_least() -> None:
    """1 MW in every hour: twelve months at 5 USD/MW."""
    assert unavoidable_cost(tiny_case(demand_charge_usd_per_mw_month=5.0)) == pytest.approx(60)


def test_contract_lowers_power_where_it_gives_most() -> None:
    """Power at 10 USD/MWh, wind at 4 in one of three hours, none of it sold: a steady MW costs (4 + 10 + 10) / 3."""
    case = tiny_case(
        price_usd_per_mwh=10.0,
        output_fraction=[[[1.0, 0.0, 0.0]]],
        strike_usd_per_mwh=4.0,
        resale_usd_per_mwh=0.0,
        resale_limit_fraction=0.0,
    )
    np.testing.assert_allclose(minimum_power_cost(case).of_draw_usd_per_mwh, [[4.0, 10.0, 10.0]])
    assert unavoidable_cost(case) == pytest.approx(YEAR_H * 8)
    assert quick(case).objective_usd == pytest.approx(YEAR_H * 8)


@pytest.mark.parametrize("changes", [{"existing_mw": 1.0}, {"heat_demand_mw": 1.0, "heat_reusable_fraction": 1.0}])
def test_what_a_site_has_or_sells_is_taken_off(changes: dict[str, Any]) -> None:
    """A hall of 500 USD that stands already, or heat for 500 USD: nothing is left to be paid."""
    case = tiny_case(hall_usd_per_mw=500.0, heat_price_usd_per_mwh=500 / YEAR_H, **changes)
    assert unavoidable_cost(case) == pytest.approx(0, abs=1e-6)
    assert quick(case).objective_usd == pytest.approx(0, abs=1e-6)


def test_taxes_are_those_of_the_best_site() -> None:
    """A rack of 50,000 USD a year, and 8 % more at a; power at 1 USD/MWh: 21 % of profit is taxed at both.

    A rack that lasts the year is written off in it. At b, revenue R less 58,760 USD is taxed: 0.79 x 58,760 + 0.21 R.
    """
    case = tiny_case(
        sites=SITES,
        rack_usd=5e4,
        price_usd_per_mwh=1.0,
        sales_tax_fraction=[0.08, 0.0],
        federal_income_tax_fraction=0.21,
    )
    earned = 2.4 * YEAR_H
    assert unavoidable_cost(case) == pytest.approx(0.79 * (5e4 + YEAR_H) + 0.21 * earned)
    assert quick(case).objective_usd == pytest.approx(unavoidable_cost(case))


def test_claim_worth_more_than_the_contract_does_not_pay_for_itself() -> None:
    """Wind at 5 USD/MWh at the plant, claims worth 30 USD of carbon: a MWh drawn costs 5, since no more is claimed."""
    case = tiny_case(
        price_usd_per_mwh=0.0, carbon_t_per_mwh=1.0, output_fraction=1.0, strike_usd_per_mwh=5.0,
        resale_usd_per_mwh=0.0, policy={"carbon_method": "market", "carbon_price_usd_per_t": 30.0},
    )  # fmt: skip
    assert unavoidable_cost(case) == pytest.approx(5 * YEAR_H)
    assert quick(case).objective_usd == pytest.approx(5 * YEAR_H)


def test_what_is_for_rent_costs_no_more_than_its_rent() -> None:
    """Racks at 1,000 USD a PFLOP: 1 of inference for rent at 876, 1 of batch work and a cluster of 1 not: 2,876.

    At a rent of 1,752 all is cheaper on racks: 3,000. A site to be opened costs 50 USD more.
    """
    for price, expected in ((0.05, 876 + 2000), (0.1, 3000)):
        rented = {"leases": ("cloud",), "accelerator_pflop": 0.5, "lease_usd_per_gpu_h": price}
        work = {"batch_mean_pflop": 1.0, "training_cluster_pflop": 1.0, "clusters_needed_count": 1.0}
        case = tiny_case(
            rack_mw=0.1, rack_usd=100.0, fixed_site_usd=50.0, lot_leasable_count=0.0, site_life_yr=1.0, **work, **rented
        )
        assert unavoidable_cost(case) == pytest.approx(expected + 50)
        assert unavoidable_cost(case) <= quick(case).objective_usd + 1e-6


def test_what_is_spared_costs_what_sparing_costs() -> None:
    """1 PFLOP of racks at 1,000 USD; a package touches half of it for 100 USD a PFLOP, and saves 0.4 of that: 800 + 50.

    At 1,000 USD a PFLOP touched nothing is spared: 1,000.
    """
    for price, expected in ((100.0, 850), (1000.0, 1000)):
        case = tiny_case(
            rack_mw=0.1, rack_usd=100.0, measures=("package",), touched_fraction=0.5, saved_fraction=0.4,
            adaptation_usd_per_pflop=price, of_batch_count=0.0,
        )  # fmt: skip
        assert unavoidable_cost(case) == pytest.approx(expected)
        assert unavoidable_cost(case) <= quick(case).objective_usd + 1e-6
