"""Stepped supply: a fleet fills the steps of its authority in their order; costs worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny import Solve, decided, paid, quick, relaxed_cost, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.data.components.supply_steps import _faults
from siting.problems import InputError

STEPS: dict[str, Any] = {
    "sites": ("a", "b", "c"),
    "steps": ("first", "second"),
    "inference_pflop": 3.0,
    "in_authority_count": [[1, 1], [1, 1], [0, 0]],
    "supply_most_mw": [[1.0], [1.5]],
    "supply_usd_per_mw_yr": [10_000.0, 400_000.0],
    "price_usd_per_mwh": [[0.0], [0.0], [50.0]],
    "connection_usd_per_mw": 1.0,
}
"""3 MW of work; a and b share steps of 1 and 1.5 MW and have free power, c has none and pays 438,000 USD/MW a year."""


def test_steps_are_filled_in_their_order_by_all_sites_together(solved: Solve) -> None:
    """2 MW at a and b are 10,000 + 400,000 USD, the third, of whole racks, is c's: 438,000."""
    plan = solved(tiny_case(**STEPS))
    assert decided(plan, "supply_mw").sum(axis=0)[:, 0] == pytest.approx([1, 1])
    assert plan.objective_usd == pytest.approx(848_000, abs=10)
    assert paid(plan, "supply_steps.adder").sum() == pytest.approx(410_000)


@pytest.mark.parametrize("method", ["whole", "decomposed"])
def test_both_ways_find_the_same(method: str) -> None:
    plan = quick(tiny_case(**STEPS), method=method)
    assert plan.objective_usd == pytest.approx(848_000, abs=10)
    plan.audit().raise_for_residuals()


def test_works_are_paid_by_the_load_and_told_where_all_pay(solved: Solve) -> None:
    """200,000 USD/MW of works for the second step, in one year: its 600,000 are more than 438,000 at c."""
    works = solved(tiny_case(**STEPS, upgrade_usd_per_mw=[0.0, 200_000.0]))
    assert works.objective_usd == pytest.approx(10_000 + 2 * 438_000, abs=10)
    shared = solved(tiny_case(**STEPS, shared_usd_per_mw=[0.0, 200_000.0]))
    assert shared.objective_usd == pytest.approx(848_000, abs=10)
    assert shared.tables["supply_steps"]["shared_works_usd"].sum() == pytest.approx(200_000)


def test_a_step_that_comes_later_serves_later() -> None:
    """The second step is there in 2031: in 2030 it costs 438,000 more at c, less its 400,000."""
    years = STEPS | {"supply_most_mw": [[1.0, 1.0], [0.0, 1.5]], "periods": ((2030, 1), (2031, 1)), "rack_usd": 1.0}
    early = STEPS | {"supply_most_mw": [[1.0, 1.0], [1.5, 1.5]], "periods": ((2030, 1), (2031, 1)), "rack_usd": 1.0}
    assert quick(tiny_case(**years)).objective_usd >= quick(tiny_case(**early)).objective_usd + 37_000


def test_each_further_megawatt_costs_no_less() -> None:
    """Convex: the cost of 1 to 2.5 MW in steps of a half rises by more and more."""
    sizes = (0.5, 1.0, 1.5, 2.0, 2.5)
    only = STEPS | {"sites": ("a", "b"), "in_authority_count": 1.0, "price_usd_per_mwh": 0.0}
    costs = [relaxed_cost(tiny_case(**{**only, "inference_pflop": size})) for size in sizes]
    assert (np.diff(np.diff(costs)) >= -1).all()
    assert costs[-1] == pytest.approx(10_000 + 1.5 * 400_000, abs=10)


def test_steps_that_fall_are_refused() -> None:
    rows = pd.DataFrame(
        {
            "authority_id": "X",
            "supply_step": [1, 2],
            "adder_low_usd_per_mwh": [5.0, 3.0],
            "adder_high_usd_per_mwh": [5.0, 9.0],
            "upgrade_low_usd_per_mw": 0.0,
            "upgrade_high_usd_per_mw": [9.0, 9.0],
            "delay_months": [12.0, 0.0],
        },
        index=[7, 8],
    )
    assert [(line, name) for line, name, _ in _faults(rows)] == [(8, "adder_low_usd_per_mwh"), (8, "delay_months")]


@pytest.mark.slow
def test_low_and_high_are_both_offered(tmp_path: Path) -> None:
    """In Texas all customers pay the works, in Virginia the load does; high is no less than low in any step."""
    small = siting.load_study("us-small")
    small = small.model_copy(update={"sites": ("loudoun-va", "ellis-tx"), "policy": {}})
    low, high = (
        siting.prepare(small.model_copy(update={"connection": {"supply_steps": which}})) for which in ("low", "high")
    )
    assert low.axes["step"] == high.axes["step"]
    assert len(low.axes["step"]) == 8
    for name in ("supply_usd_per_mw_yr", "upgrade_usd_per_mw", "shared_usd_per_mw"):
        assert (high.values(f"supply_steps.{name}") >= low.values(f"supply_steps.{name}")).all()
    inside = low.values("supply_steps.in_authority_count")
    shared = high.values("supply_steps.shared_usd_per_mw")
    assert (shared[inside[1] > 0][1:] > 0).all()
    assert (shared[inside[0] > 0] == 0).all()
    fields = study_fields() | {"connection": {"supply_steps": "middle"}}
    with pytest.raises(InputError, match=r"connection\.supply_steps"):
        siting.load_study(write_study(tmp_path, fields))
