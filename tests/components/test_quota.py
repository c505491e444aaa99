"""The quota of the replay: each site does its own part of each day's batch work."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from tiny import solve_assembly, tiny_case

from siting.case.case import Field
from siting.models.assembly.assembly import Assembly
from siting.models.assembly.ledgers import Scope
from siting.models.components.computing import Computing
from siting.models.components.cooling import Cooling
from siting.models.components.grid import Grid
from siting.models.components.quota import Quota
from siting.models.components.serving import Serving


def quota_assembly(quota_pflop: Any, racks_mw: float, **changes: Any) -> Assembly:
    """A site whose racks stand, with a quota of batch work by day and no inference."""
    case = tiny_case(inference_pflop=0.0, **changes)
    shape = (1, 1, 1, case.calendar.days_count)
    quota = Field(("site", "lot", "period", "day"), np.broadcast_to(np.asarray(quota_pflop, float), shape))
    case = dataclasses.replace(case, fields={**case.fields, "quota.batch_quota_pflop": quota})
    assembly = Assembly(case, [Computing, Serving, Quota, Cooling, Grid], scope=Scope.SITE)
    assembly.block(Computing).installed_mw["a", "air", "r", 2030].fix(racks_mw)
    return assembly


@pytest.mark.parametrize(("racks_mw", "cost_usd"), [(3.0, 0.0), (2.0, 14_600.0), (1.0, 43_800.0)])
def test_quota_is_the_mean_of_the_day(racks_mw: float, cost_usd: float) -> None:
    """1 PFLOP/s as the day's mean at 0, 5, 10 USD/MWh: three racks do it for 0, two for 5 x 2,920, one for 43,800.

    If the quota were the day's sum, one rack would do it for 0.
    """
    assembly = quota_assembly(1.0, racks_mw, price_usd_per_mwh=[0, 5, 10])
    assert solve_assembly(assembly) == pytest.approx(cost_usd, abs=1e-6)


def test_each_day_has_its_own_quota() -> None:
    """1 PFLOP/s on the first day, 3 on the second, at 1 USD/MWh: (100 + 3 x 265) x 24 = 21,480; swapped 13,560."""
    assembly = quota_assembly([1, 3], 5.0, days_of_year=(100, 265), price_usd_per_mwh=1.0)
    assert solve_assembly(assembly) == pytest.approx(21_480)
