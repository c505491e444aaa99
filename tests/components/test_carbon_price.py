"""The carbon price: paid on the account of the chosen method, at the site."""

from __future__ import annotations

from typing import Any

import pytest
from tiny import Solve, paid, tiny_case

from siting.case.case import Case

THIRD_H = 8760 / 3


def priced_case(method: str, **changes: Any) -> Case:
    """1 MW at 0.3, 0.2, 0.1 t/MWh and 50 USD/t, with a contract for 1 MW in the first hour, power at 100 USD/MWh.

    The contract costs 1 USD/MWh, and nothing may be resold, so 1 MW of it is taken: 1 + 200 thirds of a year.
    """
    return tiny_case(
        carbon_t_per_mwh=[0.3, 0.2, 0.1],
        residual_t_per_mwh=0.5,
        price_usd_per_mwh=100.0,
        output_fraction=[1, 0, 0],
        strike_usd_per_mwh=1.0,
        resale_limit_fraction=0.0,
        policy={"carbon_method": method, "carbon_price_usd_per_t": 50.0, "carbon_price_is_charged": True},
        **changes,
    )


@pytest.mark.parametrize(
    ("method", "carbon_t"),
    [
        ("location", 0.6),  # all that is drawn: 0.3 + 0.2 + 0.1
        ("hourly", 0.3),  # what is bought: 0.2 + 0.1
        ("market", 1.0),  # at the residual of 0.5, less the contract's claim: 1.5 - 0.5
    ],
)
def test_carbon_is_paid_by_the_chosen_method(solved: Solve, method: str, carbon_t: float) -> None:
    """50 USD/t x 0.6, 0.3 or 1.0 t an hour, on top of 201 thirds of a year."""
    plan = solved(priced_case(method))
    assert plan.objective_usd == pytest.approx((201 + 50 * carbon_t) * THIRD_H)
    assert paid(plan, "carbon_price.carbon") == pytest.approx(50 * carbon_t * THIRD_H)


def test_price_moves_work_to_cleaner_sites(solved: Solve) -> None:
    """0.4 t/MWh at a, clean at b for 10 USD/MWh: at 50 USD/t a would cost 20, so b, 87,600."""
    case = tiny_case(
        sites=("a", "b"),
        carbon_t_per_mwh=[[0.4], [0]],
        price_usd_per_mwh=[[0], [10]],
        policy={"carbon_price_usd_per_t": 50.0},
    )
    assert solved(case).objective_usd == pytest.approx(87_600)


def test_price_moves_work_to_cleaner_hours(solved: Solve) -> None:
    """Batch of 1 PFLOP/s waits for the clean hour: 0; if dispatch did not see the price, up to 20 x 8,760."""
    case = tiny_case(
        inference_pflop=0.0,
        batch_mean_pflop=1.0,
        carbon_t_per_mwh=[0.4, 0, 0.4],
        policy={"carbon_price_usd_per_t": 50.0},
    )
    assert solved(case).objective_usd == pytest.approx(0, abs=1e-6)


def test_it_is_the_treasury_that_receives(solved: Solve) -> None:
    table = solved(priced_case("location")).tables["cost"]
    of_carbon = table[table["component"] == "carbon_price"]
    assert set(zip(of_carbon["payer"], of_carbon["receiver"], strict=True)) == {("operator", "treasury")}


def test_no_price_posts_nothing(solved: Solve) -> None:
    table = solved(tiny_case(carbon_t_per_mwh=0.4, price_usd_per_mwh=1.0)).tables["cost"]
    assert "carbon_price" not in set(table["component"])
