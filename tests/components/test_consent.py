"""Consent: moratoria bar openings until their end, refusals for good, and both are told."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny import Solve, decided, quick, tiny_case, with_fields

from siting.case.consent import barred, may_open, refused, why_closed
from siting.plan.tables.consent import cautions_of_consent, consent_of_sites, consent_table
from siting.study.parts import Policy

SITES = pd.DataFrame(
    {
        "site_id": ["a", "b", "c"],
        "name": ["A", "B", "C"],
        "county_fips": ["01001", "01003", ""],
        "state": ["AL", "AL", "NY"],
        "refusals_count": [0.0, 2.0, 0.0],
    }
)


def rows(*stated: tuple[str, str, str, str], **others: Any) -> pd.DataFrame:
    """Moratoria from county, kind of body, status and end."""
    frame = pd.DataFrame(list(stated), columns=["county_fips", "body_kind", "status", "ends_on"])
    given: dict[str, Any] = {
        "moratorium_id": [f"m{i}" for i in range(len(frame))], "state": "AL", "body": "Board",
        "started_on": "2026-01-01",
        "threshold_mw": np.nan, "source_id": "tracker", "grade": "measured",
    }  # fmt: skip
    return frame.assign(**{**given, **others})


def test_a_moratorium_bars_the_periods_that_start_before_its_end() -> None:
    """County 01001 until 30 June 2030: the periods of 2028 and 2030 start before that day, the one of 2031 after it."""
    found = barred(rows(("01001", "county", "in_force", "2030-06-30")), SITES, [2028, 2030, 2031], Policy(), 100.0)
    assert found.tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_a_moratorium_that_ends_as_a_period_starts_does_not_bar_it() -> None:
    found = barred(rows(("01001", "county", "in_force", "2030-01-01")), SITES, [2030], Policy(), 100.0)
    assert found.sum() == 0


@pytest.mark.parametrize("kind", ["town", "utility"])
def test_a_towns_moratorium_bars_nothing_by_itself(kind: str) -> None:
    """Until an end is assumed: then it bars until its own, 30 June 2030, or the assumed one if it states none, 2032."""
    stated, endless = rows(("01001", kind, "in_force", "2030-06-30")), rows(("01001", kind, "in_force", ""))
    assumed = Policy(moratorium_assumed_end="2032-01-01")
    for told in (stated, endless):
        assert barred(told, SITES, [2030, 2031, 2032], Policy(), 100.0).sum() == 0
    assert barred(stated, SITES, [2030, 2031, 2032], assumed, 100.0)[0].tolist() == [1, 0, 0]
    assert barred(endless, SITES, [2030, 2031, 2032], assumed, 100.0)[0].tolist() == [1, 1, 0]


def test_a_countys_without_an_end_bars_until_the_assumed_one() -> None:
    told = rows(("01001", "county", "in_force", ""))
    assert barred(told, SITES, [2030], Policy(), 100.0).sum() == 0
    assert barred(told, SITES, [2030], Policy(moratorium_assumed_end="2031-01-01"), 100.0).sum() == 1


@pytest.mark.parametrize("status", ["past_its_days", "proposed", "ended"])
def test_what_is_not_in_force_bars_nothing(status: str) -> None:
    assert barred(rows(("01001", "county", status, "2040-01-01")), SITES, [2030], Policy(), 100.0).sum() == 0


def test_moratoria_need_not_be_respected() -> None:
    told = rows(("01001", "county", "in_force", "2040-01-01"))
    assert barred(told, SITES, [2030], Policy(), 100.0).sum() == 1
    assert barred(told, SITES, [2030], Policy(respect_moratoria=False), 100.0).sum() == 0


def test_a_states_holds_in_each_of_its_counties_from_its_threshold_on() -> None:
    """Alabama's, of sites from 50 MW on: a and b, if the study has sites of 60 MW; none if its largest has 40."""
    told = rows(("", "state", "in_force", "2040-01-01"), threshold_mw=50.0)
    assert barred(told, SITES, [2030], Policy(), 60.0).ravel().tolist() == [1, 1, 0]
    assert barred(told, SITES, [2030], Policy(), 40.0).sum() == 0


def test_a_site_without_a_county_is_under_no_countys_moratorium() -> None:
    """c has no county, and neither has a row of a state: the two empty cells are no match."""
    told = rows(("", "state", "in_force", "2040-01-01"))
    assert barred(told, SITES, [2030], Policy(), 60.0)[2].sum() == 0


def test_refused_sites_are_left_out_if_the_study_says_so() -> None:
    """b has two refusals on record, a a town's moratorium; c has neither."""
    told = rows(("01001", "town", "in_force", ""))
    assert refused(told, SITES, Policy(), 100.0).sum() == 0
    assert refused(told, SITES, Policy(exclude_refused=True), 100.0).tolist() == [1, 1, 0]
    assert refused(told.assign(status="ended"), SITES, Policy(exclude_refused=True), 100.0).tolist() == [0, 1, 0]


def test_a_barred_site_opens_when_its_moratorium_is_over(solved: Solve) -> None:
    """Free power at a, barred in the first of two years; 10 USD/MWh at b: b runs the first year, 87,600, then a.

    If the bar were ignored the cost would be 0; if it held for good, 175,200.
    """
    case = tiny_case(
        sites=("a", "b"), periods=((2030, 1), (2031, 1)), price_usd_per_mwh=[[0], [10]], barred_count=[[1, 0], [0, 0]]
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(87_600)
    assert decided(plan, "open_count")[0].tolist() == [0, 1]


def test_a_refused_site_never_opens(solved: Solve) -> None:
    """Free power at a, where consent was refused: all at b for 87,600."""
    case = tiny_case(sites=("a", "b"), price_usd_per_mwh=[[0], [10]], refused_count=[1, 0])
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(87_600)
    assert plan.open_sites == ["b"]


def test_the_audit_sees_a_barred_and_a_refused_site_open() -> None:
    """The plan opens a; held against a case in which a is barred, or refused, the balance is off by one opening."""
    plan = quick(tiny_case(sites=("a",)))
    for name, value in (("barred", [[1.0]]), ("refused", [1.0])):
        case = with_fields(plan.case, **{f"{name}_count": value})
        found = dataclasses.replace(plan, case=case).audit().residuals.set_index("balance")
        assert found.loc[f"{name} sites stay closed", "residual_fraction"] == pytest.approx(1)


def test_why_a_site_is_closed_is_named() -> None:
    """a is barred in the one period, b refused, c excluded, d barred in the first of both, so it may open."""
    case = tiny_case(
        sites=("a", "b", "c", "d"),
        periods=((2030, 1), (2031, 1)),
        barred_count=[[1, 1], [0, 0], [0, 0], [1, 0]],
        refused_count=[0, 1, 0, 0],
        policy={"excluded_sites": ["c"]},
    )
    assert [why_closed(case, site) for site in range(4)] == ["moratorium", "consent_refused", "excluded_by_study", ""]
    assert may_open(case).tolist() == [[False, False], [False, False], [False, False], [False, True]]


def test_a_built_site_under_a_moratorium_is_told_with_day_and_source() -> None:
    """a stands under a county's with an end and a town's without one; another's proposal is in the table alone."""
    plan = quick(tiny_case(sites=("a",)))
    told = rows(("01001", "county", "in_force", "2027-12-04"), ("01001", "town", "in_force", ""),
                ("01001", "town", "proposed", ""), ("01003", "county", "in_force", ""))  # fmt: skip
    case = plan.case
    tables = {**case.tables, "moratoria": told, "sites": SITES.iloc[:1]}
    case = dataclasses.replace(case, tables=tables)
    assert [str(caution) for caution in cautions_of_consent(case, plan.solution)] == [
        "A: consent is suspended by Board since 2026-01-01, until 2027-12-04 (source: tracker).",
        "A: consent is suspended by Board since 2026-01-01, until a day not stated (source: tracker).",
    ]
    of_old = dataclasses.replace(case, tables={**tables, "moratoria": told.assign(started_on="")})
    assert [str(caution) for caution in cautions_of_consent(of_old, plan.solution)] == [
        "A: consent is suspended by Board since a day not stated, until 2027-12-04 (source: tracker).",
        "A: consent is suspended by Board; neither first nor last day is stated (source: tracker).",
    ]
    assert consent_table(case)["status"].tolist() == ["in_force", "in_force", "proposed"]
    assert consent_of_sites(case).to_dict("records") == [
        {
            "site_id": "a",
            "refusals_count": 0.0,
            "suspended_by": "Board since 2026-01-01, until 2027-12-04 (tracker); "
            "Board since 2026-01-01, no stated end (tracker)",
        }
    ]
