"""What the policy report says of faster connections and of published headroom, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from siting.plan.tables.faster_power import FASTER, HEADROOM
from siting.reports.document import Paragraph, Table
from siting.reports.facts import Facts
from siting.reports.sections.power import faster_power
from siting.reports.text.words import Words

MakePlan = Callable[..., Any]


@pytest.fixture
def facts(make_plan: MakePlan) -> Facts:
    """Two zones, the waits of one of which are known, and one authority."""
    plan = make_plan()
    rows = (
        ("ERCO", 2, 300.0, 2030.0, 9e6, 3e4, 24.0, 60.0, 1),
        ("MISO", 1, 200.0, 2030.0, 1e6, 5e3, np.nan, np.nan, 0),
    )
    faster = pd.DataFrame(rows, columns=list(FASTER))
    known = ("US-TEX-ERCO", 0.005, 175.2, 10_000.0, 300.0, 50.0, 0.03, "norris-2025", "modelled")
    plan.tables["faster_power"] = faster
    plan.tables["headroom"] = pd.DataFrame([known], columns=list(HEADROOM))
    return Facts(plan)


@pytest.mark.parametrize(("language", "heading"), [("en", "Power a month"), ("id", "Listrik sebulan")])
def test_zones_and_headroom_are_told(facts: Facts, language: str, heading: str) -> None:
    worth, zones, fits, headroom = faster_power.blocks(facts, Words(language))
    assert isinstance(worth, Paragraph)
    assert isinstance(fits, Paragraph)
    assert isinstance(zones, Table)
    assert isinstance(headroom, Table)
    assert str(worth.text).startswith(heading)
    assert "300\N{NO-BREAK SPACE}MW" in str(worth.text)
    unknown = {"en": "unknown", "id": "tidak diketahui"}[language]
    keys = [column.key for column in zones.columns]
    assert [str(row[keys.index("wait")]) for row in zones.rows] == ["24–60", unknown]
    shares = [column.key for column in headroom.columns].index("used_fraction")
    assert headroom.rows[0][shares] == pytest.approx(0.03)


def test_nothing_is_said_of_what_a_plan_does_not_know(make_plan: MakePlan) -> None:
    assert faster_power.blocks(Facts(make_plan()), Words("en")) == []
