"""Rules for large loads, and prices of power by where it is drawn: charge, duty, adder and credit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import Solve, decided, paid, quick, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.case.minimum_cost import unavoidable_cost
from siting.problems import InputError

MINE: dict[str, Any] = {"sites": ("a", "b"), "price_usd_per_mwh": [[0], [10]]}
"""Power at a is free, at b 10 USD/MWh: 87,600 USD for 1 MW all year."""

WAITING: dict[str, Any] = {**MINE, "inference_pflop": 1.0, "batch_mean_pflop": 2.0, "rack_usd": 50_000.0}
"""1 MW in every hour and 2 MW on the mean that may wait within the day: three racks at a, 150,000 USD."""


def test_charge_is_on_what_is_beyond_the_size(solved: Solve) -> None:
    """3 MW at a, 2 of them beyond 1 MW at 10,000 USD: 20,000, to the grid operators; on all of it it would be 30,000.

    At 100,000 USD 2 MW move to b, for 87,600 each, and 1 MW stays: it is not beyond the size.
    """
    large: dict[str, Any] = {"inference_pflop": 3.0, "large_load_mw": [1.0, 0.0]}
    plan = solved(tiny_case(**MINE, **large, large_load_usd_per_mw_yr=[10_000.0, 0.0]))
    assert plan.objective_usd == pytest.approx(20_000)
    assert paid(plan, "large_load_rules.charge").sum() == pytest.approx(20_000)
    assert set(plan.tables["cost"].query("term == 'charge'")["receiver"]) == {"grid operators"}
    assert plan.tables["large_load_rules"].iloc[0]["large_mw"] == pytest.approx(2)
    away = quick(tiny_case(**MINE, **large, large_load_usd_per_mw_yr=[100_000.0, 0.0]))
    assert away.objective_usd == pytest.approx(175_200)
    assert decided(away, "draw_mw").mean(axis=(1, 2)) == pytest.approx([1, 2])


def test_share_of_a_large_load_is_given_up(solved: Solve) -> None:
    """Half of what is beyond 1 MW, in one hour of three. With three racks a draws 2 MW there and does 8 of 9 MWh.

    A fourth rack at a does the ninth beforehand: 50,000 more, and no power at b. If the duty were on the whole load,
    three racks could do 7.5 and four 10, so the cost would be the same, but no more than 2 MW would be drawn there.
    """
    case = tiny_case(
        **WAITING, large_load_mw=[1.0, 0.0], large_load_give_fraction=[0.5, 0.0], duty_fraction=[[0, 1, 0], [0, 0, 0]]
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(200_000)
    assert decided(plan, "draw_mw")[0, 0, 1] <= 2.5 + 1e-6
    assert decided(plan, "draw_mw")[0, 0].sum() == pytest.approx(9)
    told = plan.tables["large_load_rules"].iloc[0]
    assert (told["given_share_mw"], told["given_share_h_per_yr"]) == (pytest.approx(1.5), pytest.approx(2920))


def test_a_load_within_the_size_has_no_duty() -> None:
    """3 MW are no large load where one begins at 3 MW, and cost the three racks."""
    case = tiny_case(
        **WAITING, large_load_mw=[3.0, 0.0], large_load_give_fraction=[0.5, 0.0], duty_fraction=[[0, 1, 0], [0, 0, 0]]
    )
    assert quick(case).objective_usd == pytest.approx(150_000)


def test_price_by_place_is_paid_on_what_is_drawn(solved: Solve) -> None:
    """4 USD/MWh on 8,760 MWh at a: 35,040, to the grid operators. At 12 USD the work moves to b, for 87,600."""
    plan = solved(tiny_case(**MINE, power_adder_usd_per_mwh=[4.0, 0.0]))
    assert plan.objective_usd == pytest.approx(35_040)
    assert paid(plan, "regional_fees.locational_price").sum() == pytest.approx(35_040)
    assert set(plan.tables["cost"].query("term == 'locational_price'")["receiver"]) == {"grid operators"}
    away = quick(tiny_case(**MINE, power_adder_usd_per_mwh=[12.0, 0.0]))
    assert away.objective_usd == pytest.approx(87_600)


def test_credit_by_place_draws_work_there_and_bounds_know_it(solved: Solve) -> None:
    """12 USD off at b: 1 MW there earns 2 USD/MWh, 17,520 a year, and no bound may say that any plan pays something."""
    case = tiny_case(**MINE, power_adder_usd_per_mwh=[0.0, -12.0])
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(-17_520)
    assert decided(plan, "draw_mw").mean(axis=(1, 2)) == pytest.approx([0, 1])
    assert unavoidable_cost(case) <= plan.objective_usd + 1e-6
    assert plan.bound_usd <= plan.objective_usd


def test_higher_charge_never_lowers_the_cost() -> None:
    costs = [
        quick(
            tiny_case(**MINE, inference_pflop=3.0, large_load_mw=[1.0, 0.0], large_load_usd_per_mw_yr=[charge, 0.0])
        ).objective_usd
        for charge in (0.0, 20_000.0, 80_000.0, 200_000.0)
    ]
    assert costs == pytest.approx([0, 40_000, 160_000, 175_200])


def test_rules_of_regions_become_numbers_of_sites(tmp_path: Path) -> None:
    """Two rules on Ohio: the lesser size, both charges, the larger share; West has a credit alone."""
    rules = [
        {"state": "OH", "large_load_mw": 20.0, "large_load_usd_per_mw_yr": 10_000.0, "large_load_give_fraction": 0.2},
        {"grid_zone": "EAST", "large_load_mw": 10.0, "large_load_usd_per_mw_yr": 5_000.0},
        {"grid_zone": "WEST", "power_adder_usd_per_mwh": -3.0},
    ]
    case = siting.prepare(siting.load_study(write_study(tmp_path, {**study_fields(), "policy": {"regional": rules}})))
    west, east = 0, 1
    read = {
        name: case.values(f"large_load_rules.large_load_{name}") for name in ("mw", "usd_per_mw_yr", "give_fraction")
    }
    assert (read["mw"][east], read["usd_per_mw_yr"][east], read["give_fraction"][east]) == (10.0, 15_000.0, 0.2)
    assert [values[west] for values in read.values()] == [0.0, 0.0, 0.0]
    np.testing.assert_array_equal(case.values("regional.power_adder_usd_per_mwh"), [-3.0, 0.0])


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"power_adder_usd_per_mwh": -2000.0}, "power_adder_usd_per_mwh"),
        ({"large_load_give_fraction": 1.2}, "large_load_give_fraction"),
        ({"large_load_usd_per_mw_yr": -5.0}, "large_load_usd_per_mw_yr"),
    ],
)
def test_what_no_tariff_asks_is_refused(tmp_path: Path, rule: dict[str, Any], told: str) -> None:
    fields = {**study_fields(), "policy": {"regional": [{"state": "OH", **rule}]}}
    with pytest.raises(InputError) as caught:
        siting.load_study(write_study(tmp_path, fields))
    assert told in str(caught.value)
