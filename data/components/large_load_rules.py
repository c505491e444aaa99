"""Numbers of rules for large loads: the size beyond which they hold, the charge, and the share that is given up."""

from __future__ import annotations

import numpy as np

from siting.case.case import Array, Field
from siting.case.regions import inside
from siting.data.components.flexible import dearest_hours
from siting.data.components.grid import of_zones
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement

__all__ = ["STATED"]


def _of_choice(choice: Choice) -> dict[str, Field]:
    """Where several rules are about a site, the least size holds, charges add up, and the largest share is given up."""
    rules = choice.study.policy.regional
    there = inside(choice.study, choice.tables["sites"]).astype(bool)

    def of_rules(name: str) -> Array:
        return np.array([getattr(rule, name) for rule in rules], dtype=float)

    charge, share = of_rules("large_load_usd_per_mw_yr"), of_rules("large_load_give_fraction")
    holds = there & ((charge > 0) | (share > 0))
    size = np.where(holds, of_rules("large_load_mw"), np.inf).min(axis=1, initial=np.inf)
    return {
        "large_load_rules.large_load_mw": Field(("site",), np.where(np.isinf(size), 0.0, size)),
        "large_load_rules.large_load_usd_per_mw_yr": Field(("site",), (holds * charge).sum(axis=1)),
        "large_load_rules.large_load_give_fraction": Field(("site",), (holds * share).max(axis=1, initial=0.0)),
    }


def _of_hours(year: SiteYear) -> dict[str, Field]:
    """The dearest hours of the grid zone's year, where there is a duty."""
    choice = year.choice
    has_duty = _of_choice(choice)["large_load_rules.large_load_give_fraction"].values > 0
    given = dearest_hours(of_zones(choice, "wholesale_usd_per_mwh"), choice.study.connection.flexible_h_per_yr)
    return {"large_load_rules.duty_fraction": Field(("site", "hour"), given * has_duty[:, None])}


_RULES = ("policy.regional",)

STATED = Statement(
    fields={
        "large_load_rules.large_load_mw": worked_out("site", inputs=_RULES),
        "large_load_rules.large_load_usd_per_mw_yr": worked_out("site", inputs=_RULES),
        "large_load_rules.large_load_give_fraction": worked_out("site", inputs=_RULES),
        "large_load_rules.duty_fraction": worked_out(
            "site", "hour", inputs=("connection.flexible_h_per_yr", "series_grid.wholesale_usd_per_mwh", *_RULES)
        ),
    },
    of_choice=_of_choice,
    of_hours=_of_hours,
)
