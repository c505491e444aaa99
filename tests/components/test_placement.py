"""Placement: opening sites, preparing them, and their land."""

from __future__ import annotations

import pytest
from tiny import Solve, decided, paid, quick, relaxed_cost, solve_assembly, tiny_case

from siting.models.assembly.assembly import Assembly
from siting.models.components.placement import Placement
from siting.optimise.no_plan import NoPlanError


def test_preparation_is_paid_for_each_open_site_whatever_its_size(solved: Solve) -> None:
    """Two sites alike, 2 MW to house, 100 USD to open a site: one opens, 100.

    If it were paid for each module, or if both sites opened, the cost would be 200; if it were not paid, 0.
    """
    plan = solved(tiny_case(sites=("a", "b"), inference_pflop=2.0, fixed_site_usd=100.0))
    assert plan.objective_usd == pytest.approx(100)
    assert decided(plan, "open_count").sum() == 1


def test_preparation_is_spread_over_the_horizon(solved: Solve) -> None:
    """100 USD over two years without interest is 50 a year, 100 in all; paid anew every year it would be 200."""
    plan = solved(tiny_case(periods=((2030, 2),), fixed_site_usd=100.0))
    assert plan.objective_usd == pytest.approx(100)
    assert paid(plan, "placement.site_preparation") == pytest.approx(50)


@pytest.mark.parametrize(("fixed_usd", "cost_usd"), [(100_000, 87_600), (80_000, 80_000)])
def test_opening_is_weighed_against_running(solved: Solve, fixed_usd: float, cost_usd: float) -> None:
    """Site a costs its opening, site b 10 USD/MWh x 8,760 MWh = 87,600: whichever is less.

    If opening were free, a would always be chosen, at 0.
    """
    case = tiny_case(sites=("a", "b"), fixed_site_usd=[fixed_usd, 0], price_usd_per_mwh=[[0], [10]])
    assert solved(case).objective_usd == pytest.approx(cost_usd)


def test_site_opened_later_is_paid_from_then_on(solved: Solve) -> None:
    """Two years, 1 MW then 2 MW, one module a site, 10 USD to open (5 a year over the horizon of 2 years).

    The first site pays 5 + 5, the second 5: 15. If the second were paid from the start, 20.
    """
    case = tiny_case(
        sites=("a", "b"),
        periods=((2030, 1), (2031, 1)),
        inference_pflop=[[[1], [2]]],
        facility={"site_max_mw": 1.0},
        fixed_site_usd=10.0,
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(15)
    assert decided(plan, "open_count").sum(axis=0).tolist() == [1, 2]


def test_open_site_stays_open() -> None:
    """Held open in the first year only, a site is open in the second as well: 50 + 50.

    Placement alone, since halls would keep the site open too. If sites could close, the cost would be 50.
    """
    case = tiny_case(periods=((2030, 1), (2031, 1)), fixed_site_usd=100.0, policy={"sites_min_count": 0})
    assembly = Assembly(case, [Placement])
    assembly.block(Placement).open_count["a", 2030].fix(1)
    assert solve_assembly(assembly) == pytest.approx(100)


def test_land_costs_the_interest_on_its_price(solved: Solve) -> None:
    """4 MW x 0.5 ha/MW = 2 ha at 1,000 USD/ha and 10 % a year: 200 a year, 200 / 1.1 today.

    Bought outright and never given back it would be 2,000; with one hectare a MW, 400 / 1.1.
    """
    plan = solved(tiny_case(rate=0.1, inference_pflop=4.0, land_ha_per_mw=0.5, land_usd_per_ha=1000.0))
    assert plan.objective_usd == pytest.approx(200 / 1.1)
    assert decided(plan, "area_ha") == pytest.approx(2)


def test_site_is_no_larger_than_its_land(solved: Solve) -> None:
    """Free power at a, but land for 2 of 3 MW: the third runs at b for 10 USD/MWh x 8,760 MWh = 87,600.

    If the land were not limited, the cost would be 0; if a's land could not be used at all, 262,800.
    """
    case = tiny_case(
        sites=("a", "b"),
        inference_pflop=3.0,
        land_ha_per_mw=0.5,
        land_available_ha=[1.0, 100.0],
        price_usd_per_mwh=[[0], [10]],
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(87_600)
    assert decided(plan, "share_fraction").ravel() == pytest.approx([2 / 3, 1 / 3])


def test_excluded_site_stays_closed(solved: Solve) -> None:
    """Free power at a, which is excluded: all runs at b for 87,600; otherwise it would cost 0."""
    case = tiny_case(sites=("a", "b"), price_usd_per_mwh=[[0], [10]], policy={"excluded_sites": ["a"]})
    plan = solved(case)
    assert plan.open_sites == ["b"]
    assert plan.objective_usd == pytest.approx(87_600)


def test_excluding_an_unknown_site_changes_nothing() -> None:
    assert quick(tiny_case(policy={"excluded_sites": ["elsewhere"]})).open_sites == ["a"]


def test_enough_sites_are_opened(solved: Solve) -> None:
    """Two sites must open for one module: 2 x 100; one would do for 100."""
    case = tiny_case(sites=("a", "b", "c"), fixed_site_usd=100.0, policy={"sites_min_count": 2})
    assert solved(case).objective_usd == pytest.approx(200)


def test_few_enough_sites_are_opened(solved: Solve) -> None:
    """Free power at a for 1 MW, 10 USD/MWh at b: with one site all 2 MW run at b, 175,200; with two, 87,600."""
    case = tiny_case(
        sites=("a", "b"),
        inference_pflop=2.0,
        site_max_mw=[1, 2],
        price_usd_per_mwh=[[0], [10]],
        policy={"sites_max_count": 1},
    )
    assert solved(case).objective_usd == pytest.approx(175_200)


def test_too_few_sites_for_the_demand_leave_no_plan() -> None:
    case = tiny_case(sites=("a", "b"), inference_pflop=2.0, site_max_mw=1.0, policy={"sites_max_count": 1})
    with pytest.raises(NoPlanError) as caught:
        quick(case)
    assert caught.value.status == "infeasible"


def test_relaxation_opens_a_site_as_far_as_it_serves() -> None:
    """A site of up to 100 MW serves a zone of 1 MW: each share is within its own site's opening, so 1,000 USD.

    Linked through the site's size alone, the relaxation would open a hundredth of it, for 10.
    """
    case = tiny_case(fixed_site_usd=1000.0, policy={"sites_min_count": 0})
    assert relaxed_cost(case) == pytest.approx(1000)
