"""What the reports say of contracts in two price years."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from report_parts import section_of, table_of

from siting.plan.records.search_record import SecondYear
from siting.reports.render import compose

pytestmark = pytest.mark.usefixtures("no_drawings")

Plan = Any
MakePlan = Callable[..., Plan]

MARGINS = pd.DataFrame(
    {
        "grid_zone_id": ["ERCO", "PJM", "BPAT", "SOCO"], "contract_id": ["solar", "solar", "wind", "wind"],
        "strike_usd_per_mwh": 50.0, "market_usd_per_mwh": [70.0, 60.0, 55.0, 40.0],
        "market_second_year_usd_per_mwh": [65.0, 40.0, None, None],
        "margin_usd_per_mwh": [20.0, 10.0, 5.0, -10.0], "margin_second_year_usd_per_mwh": [15.0, -10.0, None, None],
        "status": ["kept", "taken out", "one price year", "one price year"], "contracted_mw": [80.0, 0.0, 30.0, 0.0],
    }
)  # fmt: skip


def told(plan: Plan, language: str = "en") -> str:
    """Prose of the section, without the spaces that keep numbers with their units."""
    section = section_of(compose(plan, "policy", language), "price-years")
    return " ".join(block.text for block in section.blocks if hasattr(block, "text")).replace("\xa0", " ")


def test_both_margins_and_what_was_taken_out_are_told(make_plan: MakePlan) -> None:
    """The plan with the sun of PJM costs 9.9 billion, the one without 10; BPAT and SOCO have one price year."""
    plan = make_plan(replaced={"price_years": MARGINS})
    plan.search.second_year = SecondYear(2023, ("solar in PJM",), 9.9e9, 12.0)
    plan.search.objective_usd = 10e9
    text = told(plan)
    assert "Taken out: solar in PJM." in text
    assert "the plan that had them costs USD 9.90 billion, and this one USD 10 billion" in text
    assert "One price year: no wind and sun of 2023 are known in BPAT, SOCO." in text
    rows = table_of(compose(plan, "investment"), "price-years").rows
    assert [row[0] for row in rows] == ["ERCO", "PJM", "BPAT"]
    assert [row[5:7] for row in rows] == [(20.0, 15.0), (10.0, -10.0), (5.0, None)]
    assert "Satu tahun harga" in told(plan, "id")


def test_where_nothing_was_taken_out_that_is_said(make_plan: MakePlan) -> None:
    plan = make_plan(replaced={"price_years": MARGINS[MARGINS["status"] == "kept"]})
    assert "None of this plan's contracts was taken out." in told(plan)
    assert "One price year" not in told(plan)


def test_without_contracts_there_is_nothing_to_hold(plan: Plan) -> None:
    assert told(plan) == "No contract is held against a second price year."
