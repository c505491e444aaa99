"""Numbers of work that a replay leaves undone: what it costs."""

from __future__ import annotations

import numpy as np

from siting.case.case import Field
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.statement import Statement

__all__ = ["STATED"]

UNSERVED_USD_PER_PFLOP_H = 1000.0
"""Price of work left undone in the replay; about four hundred times the cost of doing it."""


def _of_choice(_: Choice) -> dict[str, Field]:
    return {"unserved.unserved_usd_per_pflop_h": Field((), np.array(UNSERVED_USD_PER_PFLOP_H))}


STATED = Statement(
    fields={"unserved.unserved_usd_per_pflop_h": worked_out(inputs=(), neutral=UNSERVED_USD_PER_PFLOP_H)},
    of_choice=_of_choice,
)
