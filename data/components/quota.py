"""Quotas of batch work, and what is claimed of a further MWh, come from the plan that is replayed, not from a study."""

from __future__ import annotations

import numpy as np

from siting.case.case import Field
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.statement import Statement

__all__ = ["STATED"]


def _of_choice(choice: Choice) -> dict[str, Field]:
    """Before a plan is replayed nothing is claimed."""
    shape = (len(choice.tables["sites"]), len(choice.study.horizon.periods))
    return {"quota.unclaimed_fraction": Field(("site", "period"), np.ones(shape))}


STATED = Statement(
    fields={"quota.unclaimed_fraction": worked_out("site", "period", inputs=(), neutral=1.0)}, of_choice=_of_choice
)
