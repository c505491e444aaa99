"""A plan that builds nothing, as one would where nothing is asked: it is written and holds, and no report is made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny import tiny_case

import siting
from siting.plan.plan import Plan
from siting.results.folder import load
from siting.results.verifying import verify


@pytest.fixture(scope="module")
def idle() -> Plan:
    return siting.solve(tiny_case(inference_pflop=0.0, batch_mean_pflop=0.0), gap=0.0, threads=1)


def test_its_tables_are_written_and_it_is_said_that_there_is_no_report(
    idle: Plan, tmp_path: Path, caplog: pytest.LogCaptureFixture, said: Callable[..., tuple[int, str]]
) -> None:
    """Means over the power of its sites would be of nothing."""
    assert idle.builds_nothing
    folder = siting.write(idle, tmp_path / "out", languages=("en", "id"))
    assert "the plan builds nothing, so there is nothing that a report could speak of" in caplog.text
    assert list(folder.glob("*.html")) == []
    assert verify(folder).failures == ()
    assert load(folder).objective_usd == idle.objective_usd
    code, complaint = said("report", folder)
    assert code == 2
    assert "the plan builds nothing" in complaint


def test_plan_that_builds_is_none_of_these(plan: Plan) -> None:
    assert not plan.builds_nothing
