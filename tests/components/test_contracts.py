"""Contracts: all output paid, delivered at a fee, the rest sold at a discount or curtailed."""

from __future__ import annotations

import pytest
from tiny import Solve, decided, paid, tiny_case

THIRD_H = 8760 / 3


def test_contract_is_paid_as_produced(solved: Solve) -> None:
    """Output of 1, 0.5, 0 a MW for 4 USD/MWh, power at 10: 1 MW of it costs 6 and leaves 15 to buy, 21 thirds.

    A second MW would cost 6 and save 5. If only what is delivered were paid, it would be taken: 4 + 4 + 10 = 18;
    without the contract 30.
    """
    plan = solved(tiny_case(output_fraction=[1, 0.5, 0], strike_usd_per_mwh=4.0, price_usd_per_mwh=10.0))
    assert plan.objective_usd == pytest.approx(21 * THIRD_H)
    assert decided(plan, "contracted_mw") == pytest.approx(1)


def test_delivery_has_a_fee(solved: Solve) -> None:
    """As above, with 1 USD/MWh on the 1.5 MW delivered: 22.5 thirds of a year."""
    case = tiny_case(
        output_fraction=[1, 0.5, 0], strike_usd_per_mwh=4.0, delivery_usd_per_mwh=1.0, price_usd_per_mwh=10.0
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(22.5 * THIRD_H)
    assert paid(plan, "contracts.delivery") == pytest.approx(1.5 * THIRD_H)


def test_each_site_has_its_fee(solved: Solve) -> None:
    """A contract for all hours at 4 USD/MWh, power at 10; delivery costs 7 at a and 5 at b: 9 a MWh at b, 78,840.

    With a's fee at b, power would be bought at 10: 87,600.
    """
    case = tiny_case(
        sites=("a", "b"),
        output_fraction=1.0,
        strike_usd_per_mwh=4.0,
        delivery_usd_per_mwh=[[7.0], [5.0]],
        price_usd_per_mwh=10.0,
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(78_840)
    assert decided(plan, "contracted_mw")[0, 0, 0] == pytest.approx(0)


def test_surplus_is_sold(solved: Solve) -> None:
    """As above without fee, surplus sold at 3: 2 MW cost 12, sell 1 for 3 and leave 10 to buy: 19 thirds.

    A third MW would cost 6 and fetch 4.5. If the surplus were lost, 21; sold at its strike, 18.
    """
    case = tiny_case(
        output_fraction=[1, 0.5, 0], strike_usd_per_mwh=4.0, resale_usd_per_mwh=3.0, price_usd_per_mwh=10.0
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(19 * THIRD_H)
    assert paid(plan, "contracts.resale") == pytest.approx(-3 * THIRD_H)
    assert plan.tables["contracts"]["resold_mwh_per_yr"].sum() == pytest.approx(THIRD_H)
    assert not decided(plan, "curtailed_mw").any(), "selling is never worse"


def test_surplus_pays_no_delivery(solved: Solve) -> None:
    """As above with a fee of 0.5 USD/MWh on the 2 MW delivered: 12 - 3 + 10 + 1 = 20; on all output, 20.5."""
    case = tiny_case(
        output_fraction=[1, 0.5, 0],
        strike_usd_per_mwh=4.0,
        delivery_usd_per_mwh=0.5,
        resale_usd_per_mwh=3.0,
        price_usd_per_mwh=10.0,
    )
    assert solved(case).objective_usd == pytest.approx(20 * THIRD_H)


def test_resale_has_the_price_of_its_hour(solved: Solve) -> None:
    """2 MW (as the price of 10 demands) leave 1 MW over in the first hour, at 1 USD/MWh, though later hours pay 3.

    12 - 1 + 10 = 21 thirds, no better than 1 MW; at the mean of 2.33 it would be 19.67.
    """
    case = tiny_case(
        output_fraction=[1, 0.5, 0], strike_usd_per_mwh=4.0, resale_usd_per_mwh=[1, 3, 3], price_usd_per_mwh=10.0
    )
    assert solved(case).objective_usd == pytest.approx(21 * THIRD_H)


def test_each_contract_has_its_shape_and_price(solved: Solve) -> None:
    """Sun gives 1, 1, 0 a MW at 2 USD/MWh, wind 0, 0, 0.5 at 5: 1 MW of sun and 2 of wind, 4 + 5 = 9 thirds.

    With the prices swapped it would be 10 + 2 = 12; with sun's shape for both, 4 + 10 (bought) = 14.
    """
    case = tiny_case(
        contracts=("solar", "wind"),
        output_fraction=[[[1, 1, 0], [0, 0, 0.5]]],
        strike_usd_per_mwh=[2, 5],
        price_usd_per_mwh=10.0,
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(9 * THIRD_H)
    assert decided(plan, "contracted_mw").ravel() == pytest.approx([1, 2])


def test_contract_that_the_zone_lacks_cannot_be_had(solved: Solve) -> None:
    """Free wind at b only; all demand must be served from a, at 10 USD/MWh: 87,600, with a's wind it would be 0."""
    nan = float("nan")
    case = tiny_case(
        sites=("a", "b"),
        rtt_ms=[[10], [90]],
        output_fraction=[[[nan, nan, nan]], [[1, 1, 1]]],
        price_usd_per_mwh=10.0,
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(87_600)
    assert decided(plan, "contracted_mw")[0, 0, 0] == 0


def test_output_cannot_be_moved_between_hours(solved: Solve) -> None:
    """A free contract gives 2 MW in the first hour, none later: 2 hours of 10 USD/MWh remain."""
    case = tiny_case(output_fraction=[1, 0, 0], price_usd_per_mwh=10.0)
    assert solved(case).objective_usd == pytest.approx(20 * THIRD_H)


def test_surplus_stays_within_its_limit(solved: Solve) -> None:
    """Power bought at 1 USD/MWh and sold at 3, a third of the use of 3 (thirds of a year) may be sold: 1.

    1.333 MW: 4 - 3 = 1 third of a year. Without the limit there is no end to it; with the limit on the output
    instead of the use, 1.5 MW: 4.5 - 4.5 = 0.
    """
    case = tiny_case(
        output_fraction=1.0,
        strike_usd_per_mwh=1.0,
        resale_usd_per_mwh=3.0,
        price_usd_per_mwh=10.0,
        resale_limit_fraction=1 / 3,
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(THIRD_H)
    assert decided(plan, "contracted_mw") == pytest.approx(4 / 3)


def test_limit_is_on_the_year_not_on_the_hour(solved: Solve) -> None:
    """All surplus falls in the first hour: 1 MW of a use of 3 is within a third, and is sold at 3 for 4.

    2 MW in the first hour: 2 x 1 - 3 + 20 = 19 thirds; if the limit held by the hour, 4/3 MW: 4/3 - 1 + 20 = 20.33.
    """
    case = tiny_case(
        output_fraction=[1, 0, 0],
        strike_usd_per_mwh=1.0,
        resale_usd_per_mwh=3.0,
        price_usd_per_mwh=10.0,
        resale_limit_fraction=1 / 3,
    )
    assert solved(case).objective_usd == pytest.approx(19 * THIRD_H)


def test_limit_is_on_all_contracts_together(solved: Solve) -> None:
    """Two contracts alike, a third of the use may be sold: the same cost as with one; each for itself, 1 - 3 + 1."""
    case = tiny_case(
        contracts=("solar", "wind"),
        output_fraction=1.0,
        strike_usd_per_mwh=1.0,
        resale_usd_per_mwh=3.0,
        price_usd_per_mwh=10.0,
        resale_limit_fraction=1 / 3,
    )
    assert solved(case).objective_usd == pytest.approx(THIRD_H)


def test_what_would_cost_money_to_sell_is_curtailed(solved: Solve) -> None:
    """Output of 1, 0.5, 0 a MW at 4 USD/MWh, power at 13: 2 MW cost 12, leave 13 to buy and 1 MW over: 25 thirds.

    Sold at -2 it would cost 27, and 1 MW with 6 + 6.5 + 13 = 25.5 be the best. Were the strike not paid on what is
    curtailed, 21.
    """
    plan = solved(
        tiny_case(output_fraction=[1, 0.5, 0], strike_usd_per_mwh=4.0, resale_usd_per_mwh=-2.0, price_usd_per_mwh=13.0)
    )
    assert plan.objective_usd == pytest.approx(25 * THIRD_H)
    assert decided(plan, "curtailed_mw").ravel() == pytest.approx([1, 0, 0])
    assert paid(plan, "contracts.resale") == pytest.approx(0)
    assert plan.kpis["curtailed_mwh_per_yr"]["value"] == pytest.approx(THIRD_H)
    assert plan.tables["contracts"][["resold_mwh_per_yr", "curtailed_mwh_per_yr"]].to_numpy().ravel() == pytest.approx(
        [0, THIRD_H], abs=1e-6
    )
    assert plan.tables["hourly"]["curtailed_mw"].to_numpy() == pytest.approx([1, 0, 0])


def test_delivery_is_curtailed_where_the_grid_pays(solved: Solve) -> None:
    """1 MW at 4 USD/MWh for all hours; the grid asks 10, pays 1 in the last hour, and so does who sells: 12 - 1.

    The contract stands still there. Used, 12; sold, 12 too: it would cost what the grid pays.
    """
    plan = solved(
        tiny_case(
            output_fraction=1.0, strike_usd_per_mwh=4.0, resale_usd_per_mwh=[0, 0, -1], price_usd_per_mwh=[10, 10, -1]
        )
    )
    assert plan.objective_usd == pytest.approx(11 * THIRD_H)
    assert decided(plan, "curtailed_mw").ravel() == pytest.approx([0, 0, 1])


def test_more_than_may_be_sold_is_curtailed(solved: Solve) -> None:
    """As with 2 MW above, sold at 3, but no more than a sixth of the use of 3, half a MW: 12 + 13 - 1.5 = 23.5.

    Could the rest not be curtailed, 1.5 MW: 9 + 3.25 + 13 - 1.5 = 23.75. Without a limit 22.
    """
    plan = solved(
        tiny_case(
            output_fraction=[1, 0.5, 0],
            strike_usd_per_mwh=4.0,
            resale_usd_per_mwh=3.0,
            price_usd_per_mwh=13.0,
            resale_limit_fraction=1 / 6,
        )
    )
    assert plan.objective_usd == pytest.approx(23.5 * THIRD_H)
    assert decided(plan, "contracted_mw") == pytest.approx(2)
    assert decided(plan, "curtailed_mw").sum() == pytest.approx(0.5)


def test_the_cheapest_hours_are_curtailed(solved: Solve) -> None:
    """Output of 1, 1, 0.5 a MW at 1 USD/MWh, power at 10; of 1 MW over in two hours one may be sold, at 1 or at 3.

    2 MW: 5 - 3 = 2 thirds; 1 MW 2.5 + 5 = 7.5. Were the dearer hour curtailed, 4.
    """
    plan = solved(
        tiny_case(
            output_fraction=[1, 1, 0.5],
            strike_usd_per_mwh=1.0,
            resale_usd_per_mwh=[1, 3, 3],
            price_usd_per_mwh=10.0,
            resale_limit_fraction=1 / 3,
        )
    )
    assert plan.objective_usd == pytest.approx(2 * THIRD_H)
    assert decided(plan, "curtailed_mw").ravel() == pytest.approx([1, 0, 0])


def test_battery_is_smaller_where_output_may_be_curtailed(solved: Solve) -> None:
    """Half a MW round the clock from output of 1, 0.25, 0 a MW at 1 USD/MWh; nothing may be sold, the grid asks 1,000.

    2 MW give 2, 0.5, 0: a battery of 0.5 MWh at 16,000 USD and 1 MW curtailed, 2 x 1.25 x 2,920 + 8,000 = 15,300.
    Could nothing be curtailed, 1.2 MW with a battery of 0.7 MWh, 1.4 times as large: 4,380 + 11,200 = 15,580.
    """
    plan = solved(
        tiny_case(
            inference_pflop=0.5,
            output_fraction=[1, 0.25, 0],
            strike_usd_per_mwh=1.0,
            price_usd_per_mwh=1000.0,
            resale_limit_fraction=0.0,
            storage=True,
            energy_usd_per_mwh=16_000.0,
        )
    )
    assert plan.objective_usd == pytest.approx(15_300)
    assert decided(plan, "storage_energy_mwh") == pytest.approx(0.5)
    assert decided(plan, "curtailed_mw").ravel() == pytest.approx([1, 0, 0])


def test_contract_is_kept(solved: Solve) -> None:
    """1 MW of load, then half: at 1 USD/MWh against the grid's 10, 1 MW of output is bought and paid in both years.

    2 x 8,760 = 17,520; if the contract could be halved, 13,140.
    """
    case = tiny_case(
        periods=((2030, 1), (2031, 1)),
        inference_pflop=[[[1], [0.5]]],
        price_usd_per_mwh=10.0,
        output_fraction=1.0,
        strike_usd_per_mwh=1.0,
    )
    assert solved(case).objective_usd == pytest.approx(17_520)
