"""A first plan puts work where it may be done, though it is among the dearest sites."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny import tiny_case

from siting.case.case import Case
from siting.models.formulation import DESIGN, chosen
from siting.optimise.first_plan import location
from siting.optimise.first_plan.first_plan import first_plan
from siting.optimise.solver.deadline import Deadline
from siting.quantities import COST_SCALE

COUNT = location.CANDIDATES_COUNT + 5


def bound_to_the_dearest() -> Case:
    """Sites at 1, 2, 3 ... USD/MWh; 3 PFLOP/s of batch work and a cluster of 1 may only stand at the last."""
    there = np.arange(COUNT) == COUNT - 1
    numbers: dict[str, Any] = {"lot_resident_count": there[:, None], "job_resident_count": there[:, None]}
    return tiny_case(
        sites=[f"s{place:02d}" for place in range(COUNT)], inference_pflop=1.0, batch_mean_pflop=3.0,
        training_cluster_pflop=1.0, clusters_needed_count=1.0, rack_usd=1.0,
        price_usd_per_mwh=(1.0 + np.arange(COUNT))[:, None], **numbers,
    )  # fmt: skip


@pytest.mark.parametrize("pairs_max", [location.PAIRS_MAX, 0])
def test_a_first_plan_finds_the_only_place(pairs_max: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inference at 1 USD/MWh, the rest at the dearest: 8,760 x (1 + 4 x 45), and 5 racks of 1 USD; greedily no less.

    Among the 40 cheapest sites there is no plan at all.
    """
    monkeypatch.setattr(location, "PAIRS_MAX", pairs_max)
    case = bound_to_the_dearest()
    made = first_plan(case, chosen(DESIGN, case), Deadline())
    assert made is not None
    cost_usd = made[0].objective / COST_SCALE
    least_usd = 8760 * (1 + 4 * COUNT) + 5
    if pairs_max:
        assert cost_usd == pytest.approx(least_usd)
    assert least_usd - 1e-3 <= cost_usd <= 8760 * 5 * COUNT + 5 + 1e-3
