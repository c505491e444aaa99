"""What both reports say of classes of work: how much, where and within which limit."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from report_parts import section_of

from siting.reports.render import compose

Plan = Any
MakePlan = Callable[..., Plan]

WORKLOADS = pd.DataFrame(
    {
        "period": 2030, "workload_id": ["inference", "voice", "storm"], "work_class": ["inference", "inference", "hpc"],
        "served_by": ["site", "lease", "site"], "place_id": ["polk-ia", "east", "ellis-tx"],
        "work_pflop": [30.0, 10.0, 5.0], "served_fraction": 1.0, "rtt_mean_ms": [12.0, 8.0, np.nan],
        "rtt_most_ms": [20.0, 9.0, np.nan], "rtt_limit_ms": [40.0, 15.0, np.nan], "deadline_h": np.nan,
        "it_capacity_mw": [40.0, np.nan, 7.0], "energy_mwh_per_yr": [3e5, np.nan, 5e4],
        "cost_usd_per_yr": [4e7, np.nan, 6e6],
    }
)  # fmt: skip


@pytest.mark.usefixtures("no_drawings")
@pytest.mark.parametrize("kind", ["investment", "policy"])
def test_each_class_is_told_with_its_place(make_plan: MakePlan, kind: Any) -> None:
    section = section_of(compose(make_plan(replaced={"workloads": WORKLOADS}), kind, "en"), "workloads")
    text, table = section.blocks
    assert "3 classes of work come to 45 PFLOP/s in all" in text.text.replace("\N{NO-BREAK SPACE}", " ")
    assert [row[:3] for row in table.rows[:3]] == [
        ("inference", "Inference", "Polk, IA"), ("voice", "Inference", "east"), ("storm", "HPC", "Ellis, TX"),
    ]  # fmt: skip
    assert "Deadline" not in [column.label for column in table.columns]


@pytest.mark.usefixtures("no_drawings")
def test_no_work_is_told(plan: Plan) -> None:
    (text,) = section_of(compose(plan, "investment", "id"), "workloads").blocks
    assert text.text == "Tidak ada pekerjaan yang diminta."


@pytest.mark.usefixtures("no_drawings")
def test_listed_classes_have_limits_of_their_own(make_plan: MakePlan) -> None:
    """150 MW of inference, 90 of batch work, 30 of training and 5 of HPC."""
    demand = pd.DataFrame(
        {
            "period": 2030, "work_class": ["inference", "batch", "training", "hpc"],
            "reference_mw": [150.0, 90.0, 30.0, 5.0],
        }
    )  # fmt: skip
    plan = make_plan(replaced={"demand": demand})
    plan.case.study.demand.workloads = (SimpleNamespace(),)
    (text,) = [
        bullet.text
        for block in section_of(compose(plan, "policy"), "scope").blocks
        if hasattr(block, "items")
        for bullet in block.items
        if "whole clusters" in bullet.text
    ]
    assert "35 MW of training and HPC in whole clusters" in text.replace("\N{NO-BREAK SPACE}", " ")
