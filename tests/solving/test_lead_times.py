"""What must be ordered by when: the year in which it is needed, less the lead time."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from tiny import quick, tiny_case

from siting.plan.plan import Plan
from siting.reports.facts import Facts
from siting.reports.sections.power import power_dates, power_timeline
from siting.reports.text.words import Words

LEADS = pd.DataFrame(
    {
        "item_id": ["line", "chiller", "breaker"],
        "item": ["A line", "Chillers", "A breaker"],
        "lead_low_months": [60.0, np.nan, np.nan],
        "lead_months": [np.nan, 6.0, 36.0],
        "lead_high_months": [120.0, np.nan, 66.0],
        "needed_for": ["connection", "halls", "connection"],
        "source_id": "made-up",
        "grade": "assumed",
    }
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A plant carries the first year of 1 MW, the grid the second."""
    case = tiny_case(
        periods=((2030, 1), (2031, 1)),
        energised_mw=[[0.0, 50.0]],
        bridge=("engine",),
        bridge_life_yr=2.0,
        plant_fuel_usd_per_mwh=20.0,
        connection_usd_per_mw=1.0,
    )
    tranches = pd.DataFrame(
        {
            "site_id": ["a"], "tranche": [1], "mw": [50.0], "p10_year": [2030.5], "p50_year": [2031.0],
            "p90_year": [2031.5], "trust": ["low"], "source": ["a letter"], "grade": ["assumed"],
        }
    )  # fmt: skip
    bridge = case.tables["bridge"].assign(lead_months=15.0)
    study = case.study.model_copy(update={"connection": {"dates": "p50"}})
    tables = {**case.tables, "lead_times": LEADS, "bridge": bridge, "energisation": tranches}
    return quick(dataclasses.replace(case, tables=tables, study=study))


def test_an_order_comes_its_lead_time_before_the_need(plan: Plan) -> None:
    """The connection is needed in 2031, halls and the engine in 2030.

    A line of 60 to 120 months, 90 in the middle: 2021, 2023.5, 2026. A breaker of 36, 66 at most: 2025.5, 2028, 2028.
    Chillers of 6: 2029.5. The engine of 15: 2028.75.
    """
    told = plan.tables["orders"].set_index("item_id")
    years = told[["needed_year", "order_early_year", "order_year", "order_late_year"]]
    assert years.loc["line"].tolist() == [2031, 2021, 2023.5, 2026]
    assert years.loc["breaker"].tolist() == [2031, 2025.5, 2028, 2028]
    assert years.loc["chiller"].tolist() == [2030, 2029.5, 2029.5, 2029.5]
    assert years.loc["engine"].tolist() == [2030, 2028.75, 2028.75, 2028.75]


def test_power_that_needs_no_firm_connection_waits_for_no_date(plan: Plan) -> None:
    """The engine runs in 2030, so first power is in 2030 by all dates; 2031 is late by half a year, and it is switched
    off by then: half of what halls and racks, which are free, cost in a year is nothing."""
    told = plan.tables["power_dates"].iloc[0]
    assert told[["first_power_year", "p10_year", "p50_year", "p90_year"]].tolist() == [2030] * 4
    assert told["idle_usd"] == 0


@pytest.mark.parametrize(("language", "first"), [("en", "A line"), ("id", "A line")])
def test_the_report_tells_sources_and_orders(plan: Plan, language: str, first: str) -> None:
    facts, words = Facts(plan), Words(language)
    section = power_timeline.section(facts, words)
    texts = [str(getattr(block, "text", "")) for block in section.blocks]
    assert any(first in text for text in texts)
    tables = {getattr(block, "id", ""): block for block in section.blocks}
    timeline = [row[:6] for row in tables["timeline"].rows]
    assert [row[1] for row in timeline] == [2030, 2031]
    assert len(tables["orders"].rows) == 4
    (paragraph, table) = power_dates.blocks(facts, words)
    assert str(paragraph.text)
    assert len(table.rows) == 1
    assert "2030" in str(power_dates.when(facts, words))


def test_a_site_has_a_row_for_each_period_in_which_something_changes() -> None:
    """What stands as before, but for rounding, is no news; a megawatt of engines is."""
    frame = pd.DataFrame(
        {
            "site_id": list("aaabb"),
            "connection_mw": [5.0, 5.0, 5.0 + 1e-9, 7.0, 7.0],
            "bridge_mw": [0.0, 1.0, 1.0, 1.0, 1.0],
        }
    )
    assert power_timeline.rows_that_change(frame, ["connection_mw", "bridge_mw"]).index.tolist() == [0, 1, 3]
