"""Caps on carbon and water, and the limit on the power of a grid zone."""

from __future__ import annotations

import pytest
from tiny import Solve, decided, quick, tiny_case

from siting.optimise.no_plan import NoPlanError

THIRD_H = 8760 / 3


def test_carbon_is_within_its_cap(solved: Solve) -> None:
    """0.4 t/MWh and free power at a, clean power at b for 10 USD/MWh; the cap of 876 t is a quarter of all.

    Three quarters run at b: 65,700; without the cap 0, and if nothing could run at a, 87,600.
    """
    case = tiny_case(
        sites=("a", "b"),
        carbon_t_per_mwh=[[0.4], [0]],
        price_usd_per_mwh=[[0], [10]],
        policy={"carbon_cap_t_per_yr": 876.0},
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(65_700)
    assert decided(plan, "share_fraction").ravel() == pytest.approx([0.25, 0.75])


def test_cap_is_on_all_sites_together(solved: Solve) -> None:
    """Two dirty sites and a clean one: a quarter runs at the first two together; each for itself, a half."""
    case = tiny_case(
        sites=("a", "b", "c"),
        carbon_t_per_mwh=[[0.4], [0.4], [0]],
        price_usd_per_mwh=[[0], [0], [10]],
        policy={"carbon_cap_t_per_yr": 876.0},
    )
    assert solved(case).objective_usd == pytest.approx(65_700)


def test_cap_holds_in_every_period(solved: Solve) -> None:
    """0.1 MW, then 2 MW: 876 t allow 0.25 MW a year at a; 1.75 MW run at b in the second year, 153,300.

    With one cap of twice the size for both years 1.6 MW, 140,160; on the first year alone 0.
    """
    case = tiny_case(
        sites=("a", "b"),
        periods=((2030, 1), (2031, 1)),
        inference_pflop=[[[0.1], [2]]],
        carbon_t_per_mwh=[[0.4], [0]],
        price_usd_per_mwh=[[0], [10]],
        policy={"carbon_cap_t_per_yr": 876.0},
    )
    assert solved(case).objective_usd == pytest.approx(153_300)


@pytest.mark.parametrize(("method", "cost"), [("location", 40.0), ("hourly", 24.0), ("market", 24.0)])
def test_cap_counts_by_the_chosen_method(solved: Solve, method: str, cost: float) -> None:
    """Site a: free grid power at 0.5 t/MWh, or a contract at 8 USD/MWh; site b: clean at 40 / 3 USD/MWh; no carbon.

    By location the contract does not help: all at b, 40 thirds. By the hour or the market it does: 24 thirds.
    """
    nan = float("nan")
    case = tiny_case(
        sites=("a", "b"),
        carbon_t_per_mwh=[[0.5], [0]],
        price_usd_per_mwh=[[0], [40 / 3]],
        output_fraction=[[[1, 1, 1]], [[nan, nan, nan]]],
        strike_usd_per_mwh=8.0,
        policy={"carbon_method": method, "carbon_cap_t_per_yr": 0.0},
    )
    assert solved(case).objective_usd == pytest.approx(cost * THIRD_H)


def test_impossible_cap_leaves_no_plan() -> None:
    with pytest.raises(NoPlanError) as caught:
        quick(tiny_case(carbon_t_per_mwh=0.4, policy={"carbon_cap_t_per_yr": 100.0}))
    assert caught.value.status == "infeasible"


def test_water_is_within_its_cap(solved: Solve) -> None:
    """Wet halls take 1 m3/MWh at PUE 1, dry ones none at PUE 1.5; 4,380 m3 are for half the work, power at 10.

    0.5 + 0.5 x 1.5 = 1.25: 109,500; without the cap 87,600, without water 131,400.
    """
    case = tiny_case(
        cooling=("dry", "wet"),
        pue=[[1.5], [1.0]],
        wue_m3_per_mwh=[[0], [1]],
        price_usd_per_mwh=10.0,
        policy={"water_cap_m3_per_yr": 4_380.0},
    )
    assert solved(case).objective_usd == pytest.approx(109_500)


def test_water_cap_is_on_all_sites_together(solved: Solve) -> None:
    """Two zones of 1 MW at two sites, wet or dry as above: 4,380 m3 are a quarter of the water of both.

    0.5 + 1.5 x 1.5 = 2.75: 240,900; a cap for each site would give 2.5: 219,000.
    """
    case = tiny_case(
        sites=("a", "b"),
        zones=("y", "z"),
        rtt_ms=[[10, 90], [90, 10]],
        cooling=("dry", "wet"),
        pue=[[1.5], [1.0]],
        wue_m3_per_mwh=[[0], [1]],
        price_usd_per_mwh=10.0,
        policy={"water_cap_m3_per_yr": 4_380.0},
    )
    assert solved(case).objective_usd == pytest.approx(240_900)


def test_connections_stay_within_their_zone(solved: Solve) -> None:
    """Sites a and b, free, share a zone of 1 MW; 2 MW are wanted: the second at c for 87,600.

    If the limit were for each site the cost would be 0; if it held for all zones there would be no plan.
    """
    case = tiny_case(
        sites=("a", "b", "c"),
        grid_zones=("X", "X", "Y"),
        inference_pflop=2.0,
        price_usd_per_mwh=[[0], [0], [10]],
        policy={"grid_zone_limit_mw": {"X": 1.0}},
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(87_600)
    assert decided(plan, "connection_mw")[:2].sum() <= 1 + 1e-6


def test_limit_of_a_zone_without_sites_changes_nothing() -> None:
    assert quick(tiny_case(policy={"grid_zone_limit_mw": {"ELSEWHERE": 0.0}})).objective_usd == pytest.approx(0)
