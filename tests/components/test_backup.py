"""Backup by redundancy: generators, their tests, their losses; worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny import Solve, decided, paid, quick, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.problems import InputError

TWICE: dict[str, Any] = {
    "units_ratio": 2.0,
    "further_ratio": 0.75,
    "backup_usd_per_mw": 1000.0,
    "pue_peak_ratio": 1.2,
}
"""1 MW of computers that take 1.2 MW in the worst hour: 0.9 MW of generators beyond the halls', 2.4 MW in all."""


def test_generators_beyond_the_halls_are_bought(solved: Solve) -> None:
    """0.75 x 1.2 MW x 1,000 USD."""
    plan = solved(tiny_case(**TWICE))
    assert plan.objective_usd == pytest.approx(900)
    assert decided(plan, "backup_mw") == pytest.approx(0.9)


def test_tests_burn_fuel_and_emit(solved: Solve) -> None:
    """Each of 2.4 MW runs 10 hours: 24 MWh at 50 USD, 0.7 t and a carbon price of 100: 1,200 and 1,680 USD."""
    tests = {"test_h_per_yr": 10.0, "test_fuel_usd_per_mwh": 50.0, "test_t_per_mwh": 0.7}
    plan = solved(tiny_case(**TWICE, **tests, policy={"carbon_price_usd_per_t": 100.0}))
    assert plan.objective_usd == pytest.approx(900 + 1200 + 1680)
    assert paid(plan, "backup.tests").sum() == pytest.approx(1200)
    told = plan.tables["backup"].iloc[0]
    assert told["tested_mwh_per_yr"] == pytest.approx(24)
    assert told["test_carbon_t_per_yr"] == pytest.approx(16.8)


def test_plants_that_bridged_the_wait_stand_by(solved: Solve) -> None:
    """The grid comes in 2031; until then engines of 1.2 MW carry the site. Then they stand by: no generator is bought.

    The engines cost 3,000 USD/MW a year in both; generators would be 900 a year from 2030 on.
    """
    wait = {"energised_mw": [[0.0, 10.0]], "periods": ((2030, 1), (2031, 1)), "bridge": ("engine",)}
    plan = solved(tiny_case(**TWICE, **wait, bridge_usd_per_mw=3000.0))
    assert decided(plan, "backup_mw") == pytest.approx(0, abs=1e-9)
    assert plan.objective_usd == pytest.approx(2 * 3000 * 1.2)
    assert plan.tables["backup"]["plants_standing_by_mw"].tolist() == pytest.approx([1.2, 1.2])


def test_one_more_unit_is_in_the_price_of_halls() -> None:
    assert quick(tiny_case(**{**TWICE, "units_ratio": 1.25, "further_ratio": 0.0})).objective_usd == pytest.approx(0)


@pytest.mark.slow
def test_catalogue_orders_redundancies() -> None:
    """Twice the units cost more, are tested more and lose more than one more unit, and that more than none."""
    small = siting.load_study("us-small").model_copy(update={"sites": ("ellis-tx",), "policy": {}})
    cases = [
        siting.prepare(small.model_copy(update={"technology": small.technology.model_copy(update={"backup": which})}))
        for which in ("none", "n", "n-plus-1", "2n")
    ]
    pue = [float(case.values("cooling.pue").mean()) for case in cases]
    assert pue[0] == pue[1] == pue[2]
    assert pue[3] - pue[2] == pytest.approx(0.015, rel=1e-3)
    assert [float(case.values("backup.further_ratio")) for case in cases] == [0, 0, 0, 0.75]
    assert [float(case.values("backup.units_ratio")) for case in cases] == [0, 1, 1.25, 2]
    diesel = 0.252 / 0.36
    assert float(cases[3].values("backup.test_t_per_mwh")) == pytest.approx(diesel)


def test_what_is_no_redundancy_is_refused(tmp_path: Path) -> None:
    fields = study_fields() | {"technology": {"backup": "3n"}}
    with pytest.raises(InputError, match=r"technology\.backup"):
        siting.load_study(write_study(tmp_path, fields))
