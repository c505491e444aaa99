"""The components of a study, in reading order: the one list from which all that concerns a component is found.

Each name is that of a module in three folders: `siting.models.components` (equations), `siting.data.components`
(numbers) and `siting.accounts.components` (books).
"""

from __future__ import annotations

COMPONENTS: tuple[str, ...] = (
    "placement",
    "halls",
    "retrofit",
    "racks",
    "computing",
    "serving",
    "waiting",
    "quota",
    "transfer",
    "training",
    "measures",
    "leases",
    "cooling",
    "water_supply",
    "efficiency_limits",
    "grid",
    "minimum_take",
    "coincident_peaks",
    "commitment",
    "connection",
    "flexible",
    "supply_steps",
    "energisation",
    "large_load_rules",
    "bridge",
    "backup",
    "contracts",
    "storage",
    "heat_reuse",
    "clean_energy",
    "policy",
    "regional",
    "taxes",
    "incentives",
    "unserved",
)
