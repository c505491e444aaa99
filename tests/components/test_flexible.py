"""Flexible connection: more than the headroom, for hours that are given up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import Solve, decided, paid, quick, relaxed_cost, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.data.components.flexible import dearest_hours
from siting.problems import InputError

GIVES: dict[str, Any] = {
    "sites": ("a", "b"),
    "inference_pflop": 1.0,
    "batch_mean_pflop": 2.0,
    "headroom_mw": [2.0, 10.0],
    "price_usd_per_mwh": [[0], [10]],
    "given_up_fraction": [[0, 1, 0], [0, 0, 0]],
}
"""1 MW in every hour and 2 MW on the mean that may wait within the day; a has free power and 2 MW of headroom.

Without a flexible part a does 2 MW all day, and b one: 87,600 USD.
"""


def test_work_that_waits_is_done_in_the_other_hours(solved: Solve) -> None:
    """With 1 MW more in two of three hours a does 3, 2 and 3: 1 MW is left to b in one hour of three, 29,200.

    If nothing were given up it would be 0; if the hour were lost whole, 3 MW in a third of the year, 87,600.
    """
    plan = solved(tiny_case(**GIVES, flexible_most_mw=[[1.0], [0.0]]))
    assert plan.objective_usd == pytest.approx(29_200)
    assert decided(plan, "draw_mw")[0, 0] == pytest.approx([3, 2, 3])
    told = plan.tables["flexible"].iloc[0]
    assert told["firm_connection_mw"] == pytest.approx(2)
    assert told["given_up_h_per_yr"] == pytest.approx(2920)
    assert told["given_up_mwh_per_yr"] == pytest.approx(2920)


def test_enough_of_it_does_all_the_work(solved: Solve) -> None:
    """With 2 MW more a could do 4, 2 and 4, where 3 are wanted on the mean: all of it, at no cost."""
    plan = solved(tiny_case(**GIVES, flexible_most_mw=[[2.0], [0.0]]))
    assert plan.objective_usd == pytest.approx(0, abs=1e-6)


def test_a_battery_gives_up_too(solved: Solve) -> None:
    """No work waits: of 3 MW in every hour a draws but 2 in the one given up; a battery of 1 MWh for 500 USD helps."""
    case = tiny_case(
        **{**GIVES, "inference_pflop": 3.0, "batch_mean_pflop": 0.0},
        flexible_most_mw=[[2.0], [0.0]],
        storage=True,
        energy_usd_per_mwh=500.0,
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(500)
    assert decided(plan, "draw_mw")[0, 0, 1] == pytest.approx(2)


def test_what_is_flexible_pays_for_its_line(solved: Solve) -> None:
    """1 MW of it at 700 USD: 29,200 and 700."""
    plan = solved(tiny_case(**GIVES, flexible_most_mw=[[1.0], [0.0]], further_line_usd_per_mw=[700.0, 0.0]))
    assert plan.objective_usd == pytest.approx(29_900)
    assert paid(plan, "flexible_connection.line").sum() == pytest.approx(700)


def test_it_brings_power_before_the_firm_part(solved: Solve) -> None:
    """Firm power comes in 2031. In 2030 a draws 2 MW of the 3 that are wanted a day, but for the hour given up.

    2 MW in two thirds of the hours are 4 of 9 MWh a day; the other 5 are b's in 2030: 5 / 9 of 3 MW x 87,600 is
    146,000. In 2031 nothing is.
    """
    case = tiny_case(
        **{**GIVES, "headroom_mw": [10.0, 10.0], "inference_pflop": 0.0, "batch_mean_pflop": 3.0},
        periods=((2030, 1), (2031, 1)),
        energised_mw=[[0.0, 10.0], [10.0, 10.0]],
        flexible_most_mw=[[2.0, 2.0], [0.0, 0.0]],
    )
    assert solved(case).objective_usd == pytest.approx(146_000)


def test_each_further_megawatt_is_worth_less() -> None:
    """Costs of 0 to 2 MW in steps of a half: they fall, and by less and less; racks and halls may be parts of one."""
    costs = [relaxed_cost(tiny_case(**GIVES, flexible_most_mw=[[most], [0.0]])) for most in (0.0, 0.5, 1.0, 1.5, 2.0)]
    saved = -np.diff(costs)
    assert (saved >= -1e-6).all()
    assert (np.diff(saved) <= 1e-6).all()
    assert costs[0] == pytest.approx(87_600)


def test_giving_up_more_hours_never_saves() -> None:
    hours = ([0, 0, 0], [0, 1, 0], [0, 1, 1], [1, 1, 1])
    costs = [
        quick(
            tiny_case(**{**GIVES, "given_up_fraction": [row, [0, 0, 0]]}, flexible_most_mw=[[1.0], [0.0]])
        ).objective_usd
        for row in hours
    ]
    assert costs == sorted(costs)
    assert costs[-1] == pytest.approx(87_600), "given up in all hours it is worth nothing"


def test_the_dearest_hours_are_given_up() -> None:
    assert dearest_hours(np.array([[1.0, 5.0, 3.0, 4.0], [2.0, 2.0, 2.0, 1.0]]), 2.0).tolist() == [
        [0, 1, 0, 1],
        [1, 1, 0, 0],
    ]


@pytest.mark.parametrize(
    ("connection", "demand", "message"),
    [
        ({"flexible_fraction": 0.2, "flexible_h_per_yr": 9000}, {}, "connection.flexible_h_per_yr"),
        ({"flexible_fraction": 1.5}, {}, "connection.flexible_fraction"),
        ({"flexible_fraction": 0.2}, {"batch_mw": {"2030": 0}}, "connection.flexible_fraction: all load is fixed"),
    ],
)
def test_what_cannot_be_given_up_is_refused(
    tmp_path: Path, connection: dict[str, Any], demand: dict[str, Any], message: str
) -> None:
    fields = study_fields() | {"connection": connection}
    fields["demand"] |= demand
    with pytest.raises(InputError) as caught:
        siting.prepare(siting.load_study(write_study(tmp_path, fields)))
    assert message in str(caught.value)
