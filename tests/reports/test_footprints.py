"""What the reports say of footprints: a table by class of work, and a training run that readers have heard of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from report_parts import section_of

from siting.reports.render import compose

FOOTPRINTS = pd.DataFrame(
    {
        "site_id": "east", "period": 2030, "work_class": ["inference", "batch", "training"], "work_pflop": 1.0,
        "energy_mwh_per_yr": [9000.0, 8000.0, 7000.0], "carbon_location_t_per_yr": [90.0, 80.0, 70.0],
        "water_m3_per_yr": 1.0, "kwh_per_gpu_h": 1.0, "kg_per_gpu_h": 0.1, "l_per_gpu_h": 0.2,
    }
)  # fmt: skip
RUNS = pd.DataFrame(
    {
        "site_id": ["east", "west", "east"], "period": 2030, "training_run_id": ["gpt-3", "gpt-3", "meena"],
        "energy_mwh": [750.0, 800.0, 1.0], "carbon_location_t": [300.0, 200.0, 1.0],
    }
)  # fmt: skip


@pytest.mark.usefixtures("no_drawings")
def test_known_run_and_classes_are_told(make_plan: Callable[..., Any]) -> None:
    """The least and the most energy and carbon over the sites, of that run alone."""
    told = make_plan(replaced={"footprints": FOOTPRINTS, "training_runs": RUNS})
    told.case.tables["training_runs"] = pd.DataFrame(
        {"training_run_id": ["gpt-3"], "model": ["Known"], "published_mwh": [1287.0]}
    )
    for kind in ("investment", "policy"):
        section = section_of(compose(told, kind), "carbon")
        text = " ".join(block.text for block in section.blocks if hasattr(block, "text")).replace(
            "\N{NO-BREAK SPACE}", " "
        )
        assert (
            "as long as that of Known, whose energy was published as 1,290 MWh, would take 750 MWh to 800 MWh" in text
        )
        assert "emit 200 t CO₂e to 300 t CO₂e by location" in text
        table = next(block for block in section.blocks if getattr(block, "id", "") == "footprints-data")
        assert [row[1] for row in table.rows[:3]] == ["Inference", "Batch work", "Training"]


@pytest.mark.usefixtures("no_drawings")
def test_plan_without_footprints_says_nothing(make_plan: Callable[..., Any]) -> None:
    section = section_of(compose(make_plan(), "policy"), "carbon")
    assert all(getattr(block, "id", "") != "footprints-data" for block in section.blocks)
