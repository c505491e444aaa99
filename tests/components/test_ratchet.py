"""Ratchets: the bill of the published shape of Indiana Michigan Power by hand; charges are round numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import Solve, decided, quick, tiny_case, with_year
from tiny_study import study_fields, write_study

import siting
from siting.problems import InputError

DRAWS: dict[str, Any] = {
    "days_of_year": (182, 183),
    "inference_pflop": [1, 1, 1, 3, 3, 3],
    "demand_charge_usd_per_mw_month": 1000.0,
    "pue_peak_ratio": 4 / 3,
    "rack_usd": 1e6,
}
"""1 MW in the days of half the year, 3 MW in the others, and a connection of 4 MW for the worst hour; 3 MW of racks."""

RACKS_USD = 3e6


def test_bill_of_a_ratchet(solved: Solve) -> None:
    """Indiana Michigan: 80 % of the highest demand of the year is billed in every month.

    Six months at 3 MW and six at 0.8 x 3 are 6 x 3,000 + 6 x 2,400 = 32,400. Without the ratchet 24,000; with all of
    the peak 36,000; with 80 % of the connection of 4 MW 6 x 3,200 x 2 = 38,400.
    """
    plan = solved(tiny_case(**DRAWS, ratchet_fraction=0.8))
    assert plan.objective_usd == pytest.approx(RACKS_USD + 32_400)
    assert decided(plan, "year_peak_mw") == pytest.approx(3)
    billed = decided(plan, "month_peak_mw") + decided(plan, "untaken_mw")  # at one price: how they share it is open
    assert np.sort(billed.ravel()) == pytest.approx([2.4] * 6 + [3.0] * 6)


def test_the_larger_of_both_minima_is_billed(solved: Solve) -> None:
    """0.7 of 4 MW connected is 2.8 MW, more than 0.8 x 3: six months at 3 MW and six at 2.8, not both together."""
    plan = solved(tiny_case(**DRAWS, ratchet_fraction=0.8, min_take_fraction=0.7))
    assert plan.objective_usd == pytest.approx(RACKS_USD + 18_000 + 16_800)


def test_a_peak_that_a_ratchet_bills_all_year_is_worth_shaving(solved: Solve) -> None:
    """A battery at 9,500 USD/MWh shaves one hour in three: all twelve months pay for it, six alone would not.

    The hours are 1, 1 and 3 MW in half the year, and 1 MW in the other. 4/3 MWh make them 5/3 MW alike for 12,667 USD:
    six months at 5/3 and six at 0.8 x 5/3 are 18,000, which saves 14,400; by the months alone it would be 8,000.
    """
    case = DRAWS | {"inference_pflop": [1, 1, 1, 1, 1, 3], "storage": True, "energy_usd_per_mwh": 9_500.0}
    with_ratchet = solved(tiny_case(**case, ratchet_fraction=0.8))
    without = solved(tiny_case(**case))
    assert decided(with_ratchet, "year_peak_mw")[0, 0] == pytest.approx(5 / 3)
    assert with_ratchet.objective_usd == pytest.approx(RACKS_USD + 18_000 + 9_500 * 4 / 3)
    assert without.objective_usd == pytest.approx(RACKS_USD + 6 * 3000 + 6 * 1000)


def test_a_year_bills_its_own_peak() -> None:
    """The design's highest month has 3 MW; in the year one day draws 4: a ratchet of 0.5 bills 2 MW in other months.

    Eleven months at 3 and one at 4 have no part below 0.5 x 4, as has a ratchet of 0.9 with 3.6: 11 x 600 more.
    """
    months = {"days_of_year": (30,) * 11 + (35,), "demand_charge_usd_per_mw_month": 1000.0, "pue_peak_ratio": 2.0}
    case = tiny_case(**months, inference_pflop=3.0, ratchet_fraction=0.9)
    high = np.full(36, 3.0)
    high[:3] = 4.0
    case = with_year(case, pue=1 + (high / 3 - 1))
    plan = quick(case, replay=True)
    assert plan.replay is not None
    decisions = plan.replay.solution.decisions
    assert decisions["year_peak_mw"].values == pytest.approx(4)
    assert decisions["untaken_mw"].values.ravel() == pytest.approx([0.0] + [0.6] * 11)
    plan.audit().raise_for_residuals()


@pytest.mark.parametrize(
    "stated",
    [
        {"ratchet_fraction": 1.1},
        {"ratchet_fraction": -0.1},
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, stated: dict[str, Any]) -> None:
    fields = study_fields() | {"connection": stated}
    with pytest.raises(InputError, match=rf"connection\.{next(iter(stated))}"):
        siting.prepare(siting.load_study(write_study(tmp_path, fields)))
