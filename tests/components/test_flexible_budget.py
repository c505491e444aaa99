"""Flexible connections by a budget of curtailed energy, and held against the published headroom of authorities."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny import Solve, decided, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.case.case import Case
from siting.data.components.flexible import graded_hours, published_headroom_mw
from siting.plan.tables.faster_power import faster_power, headroom_table
from siting.problems import InputError

GIVES: dict[str, Any] = {
    "sites": ("a", "b"),
    "inference_pflop": 1.0,
    "batch_mean_pflop": 2.0,
    "headroom_mw": [2.0, 10.0],
    "price_usd_per_mwh": [[0], [10]],
    "given_up_fraction": [[0, 0.5, 0], [0, 0, 0]],
}
"""1 MW in every hour and 2 MW on the mean that may wait within the day; a has free power and 2 MW of headroom."""


def test_half_of_an_hour_may_be_drawn(solved: Solve) -> None:
    """With 1 MW more of which half is given up in one hour of three a does 3, 2.5 and 3: b has 0.5 MW in a third.

    0.5 x 2,920 h x 10 = 14,600; were the hour given up whole it would be 29,200.
    """
    plan = solved(tiny_case(**GIVES, flexible_most_mw=[[1.0], [0.0]]))
    assert plan.objective_usd == pytest.approx(14_600)
    assert decided(plan, "draw_mw")[0, 0] == pytest.approx([3, 2.5, 3])


def of_one_authority(case: Case) -> Case:
    """The case with both sites in one balancing authority, which has two published headrooms."""
    sites = case.tables["sites"].assign(authority_id="US-X")
    known = pd.DataFrame(
        {
            "authority_id": "US-X",
            "curtailed_fraction": [0.005, 0.01],
            "headroom_mw": [4.0, 8.0],
            "source_id": "made-up",
            "grade": "assumed",
        }
    )
    return dataclasses.replace(case, tables={**case.tables, "sites": sites, "flexible_headroom": known})


def test_authority_limits_its_sites_together(solved: Solve) -> None:
    """Of 2 MW that a could have, and b as well, 1 fits into their authority: 14,600 USD, as with 1 MW at a alone.

    With 2 MW a would do all of the work at no cost.
    """
    case = of_one_authority(tiny_case(**GIVES, flexible_most_mw=[[2.0], [2.0]], authority_most_mw=1.0))
    plan = solved(case)
    assert decided(plan, "flexible_mw").sum() == pytest.approx(1)
    assert plan.objective_usd == pytest.approx(14_600)
    plan.audit().raise_for_residuals()


def test_what_is_connected_stands_beside_what_fits(solved: Solve) -> None:
    """3 MW of connections against 4 and 8 that fit, in 175 and 350 hours: 75 % and 37.5 %."""
    case = of_one_authority(tiny_case(**GIVES, flexible_most_mw=[[0.0], [0.0]], connection_usd_per_mw=1.0))
    plan = solved(case)
    found = headroom_table(plan.case, plan.solution)
    assert found["connection_mw"].tolist() == pytest.approx([3, 3])
    assert found["used_fraction"].tolist() == pytest.approx([0.75, 0.375])
    assert found["given_up_h_per_yr"].tolist() == pytest.approx([175.2, 350.4])


def test_a_month_sooner_is_added_up_by_zone(solved: Solve) -> None:
    """Two zones with a site each, the one with the dearer month first; of waits nothing is known."""
    plan = solved(tiny_case(**GIVES, flexible_most_mw=[[0.0], [0.0]], connection_usd_per_mw=1.0))
    dates = pd.DataFrame(
        {"site_id": ["a", "b"], "first_power_year": [2030.0, 2030.0], "delay_usd_per_month": [5.0, 50.0]}
    )
    found = faster_power(plan.case, dates, plan.tables["sites"])
    assert found["grid_zone_id"].tolist() == ["Z1", "Z0"]
    assert found["delay_usd_per_mw_month"].tolist() == pytest.approx([50.0 / 1, 5.0 / 2])
    assert found["waits_known_count"].tolist() == [0, 0]


def test_hours_and_depth_are_those_of_the_study() -> None:
    """At 0.25, 0.5 and 1 % of energy anything is given up in 85, 177 and 366 hours as published; here in 88, 175, 350.

    At least half is left in 86 to 88 % of these as published; by the third power of the rank in 79 %.
    """
    price = np.random.default_rng(2).uniform(size=(1, 8760))
    for share, published in ((0.0025, 85), (0.005, 177), (0.01, 366)):
        given = graded_hours(price, share)
        assert given.sum() == pytest.approx(share * 8760, rel=5e-3)
        assert (given > 0).sum() == pytest.approx(published, rel=0.05)
        assert (given[given > 0] <= 0.5).mean() == pytest.approx(0.79, abs=0.01)
    assert given[0].argmax() == price[0].argmax()


def test_catalogue_has_all_22_authorities() -> None:
    """76, 98 and 126 GW in all, as the study adds them up; between two shares headroom is on a line."""
    rows = pd.read_csv(Path(siting.__file__).parent / "data" / "catalog" / "flexible_headroom.csv")
    total = rows.groupby("curtailed_fraction")["headroom_mw"].sum() / 1000
    assert rows["authority_id"].nunique() == 22
    assert total.to_numpy() == pytest.approx([76, 98, 126], abs=1.0)
    texas = published_headroom_mw(rows, 0.0075)["US-TEX-ERCO"]
    assert texas == pytest.approx((10_000 + 14_700) / 2)
    assert published_headroom_mw(rows, 0.00125)["US-TEX-ERCO"] == pytest.approx(6_500 / 2)


@pytest.mark.parametrize(
    "stated",
    [
        {"flexible_curtailed_fraction": 0.3},
        {"flexible_curtailed_fraction": 0.0},
        {"flexible_headroom": "measured"},
    ],
)
def test_what_is_no_budget_is_refused(tmp_path: Path, stated: dict[str, Any]) -> None:
    fields = study_fields() | {"connection": {"flexible_fraction": 0.2, **stated}}
    with pytest.raises(InputError, match=rf"connection\.{next(iter(stated))}"):
        siting.load_study(write_study(tmp_path, fields))
