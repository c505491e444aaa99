"""The kinds of rack in a plan: how heavy they stand, how long they take to come, and that a guess is called one."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from report_parts import prose, table_of

from siting.plan.cautions import Caution
from siting.reports.render import compose
from siting.reports.text.words import LANGUAGES

pytestmark = pytest.mark.usefixtures("no_drawings")

Plan = Any
MARKS = {"en": "NVL72 (speculative)", "id": "NVL72 (spekulatif)"}


@pytest.fixture(scope="module")
def guessed(make_plan: Callable[..., Plan]) -> Plan:
    """The stand-in plan with one rack that is speculative, and what the catalogue says of both."""
    plan = make_plan()
    racks = plan.case.tables["racks"].assign(
        speculative=[0, 1], rack_kg=[420, 1440], footprint_m2=[0.7, 0.72], lead_months=[3, 9], vendor="A maker"
    )
    plan.case = SimpleNamespace(study=plan.case.study, tables={**plan.case.tables, "racks": racks})
    return plan


def test_weight_over_the_floor_is_told(guessed: Plan) -> None:
    """420 kg on 0.7 m2 are 600 kg/m2, 1,440 on 0.72 are 2,000."""
    kinds = table_of(compose(guessed, "investment"), "rack-kinds")
    keys = [column.key for column in kinds.columns]
    assert keys == ["rack", "vendor", "lead_months", "rack_kg", "floor_load_kg_per_m2"]
    told = {str(row[0]): row for row in kinds.rows}
    assert told["Two HGX nodes"][2:] == (3, 420, pytest.approx(600))
    assert told["NVL72 (speculative)"][2:] == (9, 1440, pytest.approx(2000))


@pytest.mark.parametrize("kind", ["investment", "policy"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guess_is_marked_wherever_it_is_named(guessed: Plan, kind: Any, language: str) -> None:
    report = compose(guessed, kind, language)
    cells = [
        str(cell) for section in report.sections for block in section.blocks if hasattr(block, "rows")
        for row in block.rows for cell in row
    ]  # fmt: skip
    named = [text for text in (*cells, *prose(report).splitlines()) if "NVL72" in text]
    assert named or kind == "policy"
    assert all(MARKS[language] in text for text in named)


@pytest.mark.parametrize("kind", ["investment", "policy"])
def test_the_first_page_says_that_the_plan_rests_on_a_guess(make_plan: Callable[..., Plan], kind: Any) -> None:
    told = prose(compose(make_plan(cautions=(Caution("speculative_racks", {"racks": "NVL72"}),)), kind))
    assert "The plan rests on speculative racks, which nobody can buy for such work today" in told


def test_the_map_of_cooling_marks_it_too(guessed: Plan) -> None:
    guessed.tables["cooling_places"] = guessed.tables["cooling_places"].assign(rack_id="nvl")
    figures = [block for section in compose(guessed, "investment").sections for block in section.blocks
               if "NVL72" in str(getattr(block, "caption", ""))]  # fmt: skip
    assert figures
    assert all("NVL72 (speculative)" in figure.caption for figure in figures)
