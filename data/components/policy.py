"""Numbers of policy: the price of carbon; its limits are read from the study."""

from __future__ import annotations

from siting.data.kinds.number import taken
from siting.data.kinds.statement import Statement

__all__ = ["STATED"]

STATED = Statement(
    fields={"policy.carbon_price_usd_per_t": taken("policy.carbon_price_usd_per_t", neutral=None)},
)
