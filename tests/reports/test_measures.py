"""What the investment report says of compute that is not needed, and how the supply curve is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from report_parts import figure_of, section_of

from siting.reports.charts.legend import DrawnSeries
from siting.reports.charts.supply import Step, supply_curve
from siting.reports.charts.svg import drawn
from siting.reports.render import compose
from siting.reports.text.words import Words

Plan = Any
MakePlan = Callable[..., Plan]

MEASURES = pd.DataFrame(
    {
        "measure_id": ["dear", "cheap", "above", "tidy"], "period": 2030,
        "under_measure_fraction": [0.0, 1.0, 0.0, 0.5],
        "asked_pflop": [400.0, 400.0, 400.0, 200.0], "spared_pflop": [0.0, 80.0, 0.0, 10.0],
        "spared_most_pflop": [120.0, 80.0, 90.0, 20.0], "measure_usd_per_yr": [0.0, 80_000.0, 0.0, 20_000.0],
        "spared_usd_per_pflop_yr": [2000.0, 1000.0, 1900.0, 2000.0], "step_pflop": [40.0, 80.0, 0.0, 20.0],
        "step_usd_per_pflop_yr": [4000.0, 1000.0, 0.0, 2000.0], "reference_gpu_h_per_yr": [0.0, 7e5, 0.0, 9e4],
    }
)  # fmt: skip
NAMES = pd.DataFrame(
    {
        "measure_id": MEASURES["measure_id"], "name": ["All of it", "Eight bit", "Sparsity", "Scheduling"],
        "work_class": ["inference", "inference", "inference", "batch"],
    }
)  # fmt: skip


def measured(make_plan: MakePlan, **changes: Any) -> Plan:
    """A plan with four packages, three of which are steps of the curve."""
    plan = make_plan(replaced={"measures": MEASURES.assign(**changes)})
    plan.case.tables["measures"] = NAMES
    plan.case.study.demand.quality_loss_max_fraction = 0.02
    return plan


def told(plan: Plan, language: str = "en") -> str:
    section = section_of(compose(plan, "investment", language), "measures")
    return " ".join(block.text for block in section.blocks if hasattr(block, "text")).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.usefixtures("no_drawings")
def test_what_is_spared_is_told_of_all_that_is_asked(make_plan: MakePlan) -> None:
    """90 of 400 and 200 are 15 %; steps are 40, 80 and 20, from 1,000 to 4,000 USD."""
    text = told(measured(make_plan))
    assert "spare 90 PFLOP/s of the 600 PFLOP/s that are asked for in 2030, 15 %, for USD 100,000 a year" in text
    assert "could spare 140 PFLOP/s, the first for USD 1,000 and the last for USD 4,000 a year" in text
    assert "more than 2 % of quality" in text
    assert "menghemat 90 PFLOP/s" in told(measured(make_plan), "id")


@pytest.mark.usefixtures("no_drawings")
def test_table_has_the_cheapest_step_first_and_what_is_in_none_last(make_plan: MakePlan) -> None:
    rows = figure_of(compose(measured(make_plan), "investment"), "measures").data.rows
    assert [row[0] for row in rows] == ["Eight bit", "Scheduling", "All of it", "Sparsity", "Total"]
    assert [row[1] for row in rows[:2]] == ["Inference", "Batch work"]
    assert rows[-1][3] == pytest.approx(90)


@pytest.mark.usefixtures("no_drawings")
def test_packages_that_do_not_pay_are_said_to_be_left(make_plan: MakePlan) -> None:
    text = told(measured(make_plan, under_measure_fraction=1e-11))
    assert "No package of efficiency measures is taken" in text
    assert "spare 90" not in text


@pytest.mark.usefixtures("no_drawings")
def test_study_without_measures_says_so(plan: Plan) -> None:
    assert told(plan).startswith("The study offers no efficiency measures")


def test_steps_stand_side_by_side() -> None:
    """Widths of 80, 20 and 40, heights of 1, 2 and 4 thousand: three bars from edge to edge, in two colours."""
    from matplotlib.figure import Figure as Canvas

    steps = (Step(80, 1000, 0), Step(20, 2000, 1), Step(40, 4000, 0))
    drawing = supply_curve(
        steps, series=[DrawnSeries("a", "#0B4F7D"), DrawnSeries("b", "#C26A00")], amount_axis="x", price_axis="y",
        words=Words("en"),
    )  # fmt: skip
    canvas = Canvas(figsize=(7.6, 3.1), dpi=100)
    drawing.draw(canvas, 760)
    bars = canvas.axes[0].patches
    assert [(bar.get_x(), bar.get_width(), bar.get_height()) for bar in bars] == [
        (0, 80, 1000), (80, 20, 2000), (100, 40, 4000),
    ]  # fmt: skip
    assert bars[0].get_facecolor() == bars[2].get_facecolor() != bars[1].get_facecolor()
    assert all("<svg" in svg for svg in drawn("curve", "t", "d", drawing))
