"""What a report says of waiting for power beside each site: what was said, or that nobody has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from report_parts import prose

from siting.reports.document import Paragraph, Table
from siting.reports.facts import Facts
from siting.reports.render import compose
from siting.reports.sections.power import time_to_power
from siting.reports.text.words import Words

MakePlan = Callable[..., Any]

WAITS = {
    (48.0, 84.0, 84.0): "84 months, from 48 to 84",
    (48.0, np.nan, 84.0): "48 to 84 months",
    (np.nan, 72.0, np.nan): "72 months",
    (36.0, np.nan, np.nan): "36 months or more",
    (np.nan, np.nan, 120.0): "up to 120 months",
    (np.nan, np.nan, np.nan): "unknown",
}


def shown(make_plan: MakePlan, language: str = "en", **columns: object) -> tuple[str, list[dict[str, str]]]:
    """The paragraph, and the rows of the table by column, with some columns of the plan's sites replaced."""
    sites = make_plan().tables["sites"].assign(**columns)
    words = Words(language)
    paragraph, table = time_to_power.blocks(Facts(make_plan(replaced={"sites": sites})), words)
    assert isinstance(paragraph, Paragraph)
    assert isinstance(table, Table)
    keys = [column.key for column in table.columns]
    return str(paragraph.text), [dict(zip(keys, map(str, row), strict=True)) for row in table.rows]


@pytest.mark.parametrize(("known", "text"), WAITS.items())
def test_a_wait_is_told_as_far_as_it_is_known(
    make_plan: MakePlan, known: tuple[float, float, float], text: str
) -> None:
    names = ("wait_low_months", "wait_months", "wait_high_months")
    _, rows = shown(make_plan, **dict(zip(names, known, strict=True)), wait_trust="low", wait_basis="By one newsletter")
    assert rows
    assert {row["wait"] for row in rows} == {text}
    assert {row["trust"] for row in rows} == {"trust low, decides nothing"}
    assert {row["basis"] for row in rows} == {"By one newsletter"}


def test_a_table_without_waits_is_unknown_everywhere(make_plan: MakePlan) -> None:
    text, rows = shown(make_plan)
    assert {row["wait"] for row in rows} == {"unknown"}
    assert "no mean of the country stands in" in text
    assert "months" not in text


def test_building_comes_after_the_wait(make_plan: MakePlan) -> None:
    text, _ = shown(make_plan, build_low_months=15.3, build_months=26.3, build_high_months=39.4)
    assert "26.3 months from clearing the land" in text
    assert "15.3 to 39.4" in text


def test_it_is_told_in_indonesian(make_plan: MakePlan) -> None:
    text, rows = shown(make_plan, "id", wait_low_months=24.0, wait_months=np.nan, wait_high_months=48.0)
    assert {row["wait"] for row in rows} == {"24 hingga 48 bulan"}
    assert "tidak diketahui" in text


@pytest.mark.parametrize(
    ("months_after", "is_late"), [(-1, True), (0, False), pytest.param(7, False, marks=pytest.mark.slow)]
)
def test_what_had_to_be_ordered_before_the_study_begins_is_told(
    months_after: int, is_late: bool, make_plan: Callable[..., Any]
) -> None:
    base_year = make_plan().case.study.horizon.base_year
    year = base_year + months_after / 12
    orders = pd.DataFrame([{
        "site_id": "polk-ia", "item_id": "line", "item": "Transmission line", "lead_low_months": 12.0,
        "lead_months": 24.0, "lead_high_months": 36.0, "needed_year": year + 2,
        "order_early_year": year - 1, "order_year": year, "order_late_year": year + 1,
        "source_id": "one", "grade": "assumed",
    }])  # fmt: skip
    text = prose(compose(make_plan(replaced={"orders": orders}), "investment"))
    assert (f"before the study begins in {base_year}" in text) == is_late
    assert ("the first to be ordered, or asked for, is Transmission line" in text) != is_late
