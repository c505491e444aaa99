"""What the investment report says of renting: what is rented, and the plan beside renting all and doing nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from report_parts import section_of

from siting.reports.render import compose

Plan = Any
MakePlan = Callable[..., Plan]

LEASES = pd.DataFrame(
    {
        "lease_id": ["east", "west"], "period": 2030, "leased_pflop": [30.0, 10.0],
        "leased_inference_pflop": [30.0, 0.0], "leased_batch_pflop": [0.0, 10.0],
        "leased_accelerators_count": [30.0, 10.0], "rent_usd_per_yr": [3e6, 1e6], "lease_network_usd_per_yr": 0.0,
        "lease_usd_per_gpu_h": [11.4, 11.4], "leased_mwh_per_yr": [400.0, 100.0], "leased_carbon_t_per_yr": [9.0, 3.0],
        "leased_water_m3_per_yr": [50.0, 20.0], "reference_gpu_h_per_yr": [2e5, 9e4],
    }
)  # fmt: skip
COMPARED = pd.DataFrame(
    {
        "comparator_id": ["plan", "lease_all", "nothing"], "cost_usd": [2e9, 9e9, 0.0], "revenue_usd": [3e9, 3e9, 0.0],
        "npv_usd": [1e9, -6e9, 0.0], "unit_cost_usd_per_gpu_h": [1.5, 7.0, None],
    }
)  # fmt: skip


def rented(make_plan: MakePlan, compared: pd.DataFrame = COMPARED, **changes: Any) -> Plan:
    """A plan that rents in two regions."""
    plan = make_plan(replaced={"leases": LEASES.assign(**changes), "comparators": compared})
    plan.case.tables["leases"] = pd.DataFrame({"lease_id": ["east", "west"], "name": ["East", "West"]})
    return plan


def told(plan: Plan, language: str = "en") -> str:
    section = section_of(compose(plan, "investment", language), "leases")
    return " ".join(block.text for block in section.blocks if hasattr(block, "text")).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.usefixtures("no_drawings")
def test_what_is_rented_is_told(make_plan: MakePlan) -> None:
    """30 and 10 PFLOP/s for 3 and 1 million a year."""
    text = told(rented(make_plan))
    assert "40 PFLOP/s are done by rented accelerators for USD 4 million a year" in text
    assert "Menyewa semuanya" in told(rented(make_plan), "id")


@pytest.mark.usefixtures("no_drawings")
def test_plan_stands_beside_leasing_all_and_nothing(make_plan: MakePlan) -> None:
    plan = rented(make_plan)
    assert "would cost USD 9 billion at list prices over the horizon, and the plan costs USD 2 billion" in told(plan)
    assert "To do nothing more than today costs nothing" in told(plan)
    tables = [block for block in section_of(compose(plan, "investment"), "leases").blocks if hasattr(block, "rows")]
    assert [row[0] for row in tables[0].rows[:2]] == ["East", "West"]
    assert [row[0] for row in tables[-1].rows] == ["This plan", "Lease it all", "Do nothing more than today"]


@pytest.mark.usefixtures("no_drawings")
def test_leases_that_do_not_pay_and_none_on_offer_are_told(make_plan: MakePlan, plan: Plan) -> None:
    assert "No accelerators are rented" in told(rented(make_plan, leased_pflop=1e-12))
    assert "The study offers no leases" in told(plan)
    sums = ["leased_inference_pflop", "leased_batch_pflop", "rent_usd_per_yr", "leased_mwh_per_yr"]
    nothing = rented(make_plan, leased_pflop=0.0, **dict.fromkeys(sums, 0.0))
    tables = [block for block in section_of(compose(nothing, "investment"), "leases").blocks if hasattr(block, "rows")]
    assert [row[0] for row in tables[0].rows] == ["East", "West"], "no total of columns that are not shown"
    assert tables[0].totals_count == 0


@pytest.mark.usefixtures("no_drawings")
def test_leasing_all_that_cannot_be_is_told(make_plan: MakePlan) -> None:
    compared = COMPARED[COMPARED["comparator_id"] != "lease_all"]
    assert "To lease it all is not possible" in told(rented(make_plan, compared=compared))
