"""How a component's test solves its cases: directly, and once more through a result folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import Solve, quick, through_a_folder

from siting.case.case import Case
from siting.plan.plan import Plan


@pytest.fixture(params=["direct", "stored"])
def solved(request: pytest.FixtureRequest, tmp_path: Path) -> Solve:
    """A solve to the optimum whose plan adds up, as it comes and as it is read back from a folder."""

    def run(case: Case) -> Plan:
        plan = quick(case)
        if request.param == "stored":
            plan = through_a_folder(plan, tmp_path)
        plan.audit().raise_for_residuals()
        return plan

    return run
