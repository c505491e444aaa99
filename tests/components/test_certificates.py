"""Certificates: what is held may be claimed, up to what is used."""

from __future__ import annotations

from typing import Any

import pytest
from tiny import Solve, decided, paid, tiny_case

from siting.case.case import Case
from siting.case.minimum_cost import unavoidable_cost

POLICY = {"carbon_method": "market", "carbon_price_usd_per_t": 50.0}


def market_case(**changes: Any) -> Case:
    """1 MW all year at a residual of 0.4 t/MWh and 50 USD/t: 20 USD/MWh, 175,200 USD."""
    return tiny_case(carbon_t_per_mwh=0.4, policy=POLICY, **changes)


def test_certificates_are_bought_up_to_the_use(solved: Solve) -> None:
    """At 12 USD/MWh they cost less than the carbon: 12 x 8,760 = 105,120, and no carbon remains.

    Without them it would be 175,200; if more could be claimed than is used, the cost would fall without end.
    """
    plan = solved(market_case(certificates=True, certificate_usd_per_mwh=12.0))
    assert plan.objective_usd == pytest.approx(105_120)
    carbon = plan.tables["carbon"]
    assert carbon.loc[carbon["method"] == "market", "carbon_t_per_yr"].sum() == pytest.approx(0, abs=1e-6)


def test_dear_certificates_are_left(solved: Solve) -> None:
    """At 30 USD/MWh the carbon is paid: 175,200."""
    plan = solved(market_case(certificates=True, certificate_usd_per_mwh=30.0))
    assert plan.objective_usd == pytest.approx(175_200)


def test_study_may_offer_none(solved: Solve) -> None:
    """Free, but not offered: 175,200."""
    plan = solved(market_case(certificates=False))
    assert plan.objective_usd == pytest.approx(175_200)
    assert decided(plan, "certificates_mwh_per_yr") == pytest.approx(0)


def test_claims_are_no_more_than_is_held(solved: Solve) -> None:
    """None offered and no contract: nothing is claimed, and the account holds 0.4 x 8,760 = 3,504 t."""
    plan = solved(market_case(certificates=False))
    assert decided(plan, "claimed_mwh_per_yr") == pytest.approx(0)
    carbon = plan.tables["carbon"]
    assert carbon.loc[carbon["method"] == "market", "carbon_t_per_yr"].sum() == pytest.approx(3_504)


def test_contracts_bring_their_own_claims(solved: Solve) -> None:
    """A contract at 5 USD/MWh for power at 5: its output is claimed, 43,800; if it were not, 219,000."""
    case = market_case(output_fraction=1.0, strike_usd_per_mwh=5.0, price_usd_per_mwh=5.0)
    assert solved(case).objective_usd == pytest.approx(43_800)


def test_claims_count_output_over_the_year(solved: Solve) -> None:
    """Output of 1, 0, 0 at 2 USD/MWh, resold at no price: 3 MW cover the year's claim for 6 thirds, 17,520.

    Carbon at 20 USD/MWh would cost 60 thirds. If only what is delivered counted, 1 MW: 2 + 40 = 42 thirds.
    """
    case = market_case(output_fraction=[1, 0, 0], strike_usd_per_mwh=2.0)
    assert solved(case).objective_usd == pytest.approx(17_520)


def test_claims_are_at_their_own_site(solved: Solve) -> None:
    """Site a has a free contract and little demand, b has none: b's 175,200 stay, a's claims do not reach it."""
    nan = float("nan")
    case = market_case(
        sites=("a", "b"),
        zones=("y", "z"),
        rtt_ms=[[10, 90], [90, 10]],
        output_fraction=[[[1, 1, 1]], [[nan, nan, nan]]],
    )
    assert solved(case).objective_usd == pytest.approx(175_200)


@pytest.mark.parametrize(("strike", "claimed"), [(1.0, 1.0), (9.0, 0.0)])
def test_all_that_may_be_claimed_is_claimed(solved: Solve, strike: float, claimed: float) -> None:
    """Without a price on carbon nothing asks for claims, so the plan makes them after the solve: 8,760 MWh, or none.

    A contract at 1 USD/MWh replaces power at 5, one at 9 does not.
    """
    case = tiny_case(
        carbon_t_per_mwh=0.4, output_fraction=1.0, strike_usd_per_mwh=strike, price_usd_per_mwh=5.0, certificates=True,
        certificate_usd_per_mwh=3.0,
    )  # fmt: skip
    plan = solved(case)
    assert decided(plan, "claimed_mwh_per_yr") == pytest.approx(claimed * 8760)
    carbon = plan.tables["carbon"]
    market_t = carbon.loc[carbon["method"] == "market", "carbon_t_per_yr"].sum()
    assert market_t == pytest.approx((1 - claimed) * 0.4 * 8760, abs=1e-6)


def test_what_is_curtailed_has_no_certificate(solved: Solve) -> None:
    """2 MW of output 1, 0.5, 0 at 4 USD/MWh, power at 13, selling costs 2: 1 MW is curtailed, 2 of 3 are produced.

    They cover 2 thirds of the year's use, 0.4 t/MWh of one remain: 1,168 t. Were all output held, none.
    """
    case = tiny_case(
        output_fraction=[1, 0.5, 0],
        strike_usd_per_mwh=4.0,
        resale_usd_per_mwh=-2.0,
        price_usd_per_mwh=13.0,
        carbon_t_per_mwh=0.4,
    )
    plan = solved(case)
    carbon = plan.tables["carbon"]
    assert carbon.loc[carbon["method"] == "market", "carbon_t_per_yr"].sum() == pytest.approx(1_168)


def test_a_certificate_may_be_worth_more_than_selling_costs(solved: Solve) -> None:
    """As above with 50 USD/t on what is not claimed: the MW that is over is sold at -2, which spares 20.

    25 thirds of power, 2 of selling and nothing for carbon: 27 x 2,920 = 78,840; curtailed, 25 and 20.
    """
    plan = solved(
        market_case(
            output_fraction=[1, 0.5, 0], strike_usd_per_mwh=4.0, resale_usd_per_mwh=-2.0, price_usd_per_mwh=13.0
        )
    )
    assert plan.objective_usd <= 27 * 2_920 + 1e-3
    assert not decided(plan, "curtailed_mw").any()


def test_virtual_contract_is_claimed_and_not_delivered(solved: Solve) -> None:
    """At 15 USD/MWh net it costs less than carbon at 20: 15 x 8,760 = 131,400 on top of power at 5, 43,800.

    All is claimed, so the market-based account is empty; the hourly one keeps 3,504 t, since no hour is matched. If it
    were delivered, the power would be spared: 131,400.
    """
    case = market_case(
        certificates=False,
        price_usd_per_mwh=5.0,
        virtual_h_per_yr=8760.0,
        virtual_usd_per_mwh=15.0,
        connection_usd_per_mw=0.0,
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(43_800 + 131_400)
    assert decided(plan, "virtual_mwh_per_yr").sum() == pytest.approx(8_760)
    carbon = plan.tables["carbon"].groupby("method")["carbon_t_per_yr"].sum()
    assert carbon["market"] == pytest.approx(0, abs=1e-6)
    assert carbon["hourly"] == pytest.approx(3_504)
    assert plan.tables["hourly"]["import_mw"].tolist() == pytest.approx([1, 1, 1])
    assert paid(plan, "virtual_contracts.settlement") == pytest.approx(131_400)


def test_virtual_contract_is_taken_where_it_is_settled(solved: Solve) -> None:
    """Free, but no market settles it: the carbon is paid, 175,200; offered, it would cost nothing."""
    plan = solved(market_case(certificates=False, virtual_h_per_yr=0.0, virtual_usd_per_mwh=0.0))
    assert plan.objective_usd == pytest.approx(175_200)
    assert decided(plan, "virtual_mwh_per_yr").sum() == pytest.approx(0)


def test_cheaper_of_certificate_and_virtual_contract_is_claimed(solved: Solve) -> None:
    """Certificates at 12, virtual contracts at 7 USD/MWh: 61,320; the bound without a plan counts the cheaper too."""
    case = market_case(
        certificates=True, certificate_usd_per_mwh=12.0, virtual_h_per_yr=8760.0, virtual_usd_per_mwh=7.0
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(61_320)
    assert unavoidable_cost(case) <= 61_320 + 1e-6
    assert unavoidable_cost(case) == pytest.approx(61_320)
