"""Coincident peaks: the bill of the published shape of Texas by hand; the charge is a round number of the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import Solve, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.case import typical_days
from siting.data.components.coincident_peaks import coincident_fraction
from siting.problems import InputError


def test_bill_of_four_coincident_peaks(solved: Solve) -> None:
    """Texas: 60 USD/kW-yr on the mean draw of four hours, one in each of four months.

    1 MW in all hours pays 60,000. Where 0.5 MW of it can wait, the hours of the peaks draw 0.5 MW: 30,000.
    """
    months = np.array([[15_000.0 / 730 * (month in (6, 7, 8, 9)), 0.0, 0.0] for month in range(1, 13)])
    case = {
        "days_of_year": (365 / 12,) * 12,
        "coincident_usd_per_mwh": months.ravel() * 730 / (365 / 12 * 8),
        "rack_usd": 0.0,
    }
    assert solved(tiny_case(**case)).objective_usd == pytest.approx(60_000)
    waits = solved(tiny_case(**case, inference_pflop=0.5, batch_mean_pflop=0.5))
    assert waits.objective_usd == pytest.approx(30_000)
    assert waits.tables["coincident_peaks"]["coincident_mw"].tolist() == pytest.approx([0.5])


def test_the_hours_are_the_dearest_of_their_months() -> None:
    """And their charge is the same on the chosen days: a day that stands for three has a third of it."""
    rng = np.random.default_rng(1)
    month = np.repeat([1, 2], 4380)
    share = coincident_fraction(rng.uniform(size=(1, 8760)), month, (2,))
    assert share.sum() == 1
    assert month[share[0].argmax()] == 2
    chosen = typical_days.ChosenDays((0, 200), (), tuple([0] * 100 + [1] * 265))
    means = typical_days.means_of_days(share, chosen)
    assert means[0] @ np.repeat([100.0, 265.0], 24) == pytest.approx(1)


@pytest.mark.slow
def test_a_flat_load_pays_the_tariff_as_before() -> None:
    """The charge is a part of the tariff: energy at the year's mean price, demand and coincident peaks come to it."""
    small = siting.load_study("us-small")
    small = small.model_copy(update={"policy": {}, "sites": ("ellis-tx", "loudoun-va")})
    cases = [
        siting.prepare(small.model_copy(update={"connection": stated}))
        for stated in ({}, {"coincident_usd_per_mw_yr": {"ERCO": 60_000.0}})
    ]
    weight = cases[0].calendar.weights
    bills = [
        (case.values("grid.price_usd_per_mwh") + case.values("coincident_peaks.coincident_usd_per_mwh")) @ weight
        for case in cases
    ]
    assert bills[1] == pytest.approx(bills[0], rel=1e-6)
    charged = cases[1].values("coincident_peaks.coincident_usd_per_mwh") @ weight
    assert charged == pytest.approx([60_000, 0])


def test_hours_may_be_given() -> None:
    """Two hours of the year have a half of the charge each, on the chosen days as in the year."""
    small = siting.load_study("us-small")
    stated = {"coincident_usd_per_mw_yr": {"ERCO": 60_000.0}, "coincident_at_h": (5000, 12)}
    small = small.model_copy(update={"policy": {}, "sites": ("ellis-tx",), "connection": stated})
    case = siting.prepare(small)
    charge = "coincident_peaks.coincident_usd_per_mwh"
    assert case.values(charge) @ case.calendar.weights == pytest.approx([60_000])
    year = case.full_year().values(charge)[0]
    assert np.flatnonzero(year).tolist() == [12, 5000]
    assert year[5000] == pytest.approx(30_000)


@pytest.mark.parametrize(
    "stated",
    [
        {"coincident_months": [6, 6]},
        {"coincident_months": [13]},
        {"coincident_months": []},
        {"coincident_at_h": [8760]},
        {"coincident_at_h": [7, 7]},
        {"coincident_usd_per_mw_yr": {"ERCO": -1.0}},
        {"coincident_usd_per_mw_yr": {"nowhere": 60_000.0}},
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, stated: dict[str, Any]) -> None:
    fields = study_fields() | {"connection": stated}
    with pytest.raises(InputError, match=rf"connection\.{next(iter(stated))}"):
        siting.prepare(siting.load_study(write_study(tmp_path, fields)))
