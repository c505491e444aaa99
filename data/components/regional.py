"""Numbers of rules of single regions: which sites lie there, how long they are closed, what is paid there."""

from __future__ import annotations

import numpy as np

from siting.case.case import Array, Field
from siting.case.regions import inside
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.statement import Statement
from siting.study.limit import LimitMark
from siting.text import day_of

__all__ = ["STATED"]


def _of_choice(choice: Choice) -> dict[str, Field]:
    """Where several rules are about a site, it is closed until the last ends, and pays all fees."""
    rules, periods = choice.study.policy.regional, choice.study.horizon.periods
    there = inside(choice.study, choice.tables["sites"])
    closed = np.zeros((len(there), len(periods)))
    for place, rule in enumerate(rules):
        bars = np.array([day_of(period.year) < (rule.closed_until or "") for period in periods], dtype=float)
        closed = np.maximum(closed, there[:, place, None] * bars)

    def paid(name: str) -> Array:
        amounts = np.array([getattr(rule, name) for rule in rules], dtype=float)
        by_site: Array = (there * amounts).sum(axis=1)  # the last digit of `@` rests on how many sites there are
        return by_site

    return {
        "regional.inside_count": Field(("site", "region"), there),
        "regional.closed_count": Field(("site", "period"), closed),
        "regional.water_fee_usd_per_m3": Field(("site",), paid("water_fee_usd_per_m3")),
        "regional.payment_usd_per_mw_yr": Field(("site",), paid("payment_usd_per_mw_yr")),
        "regional.power_adder_usd_per_mwh": Field(("site",), paid("power_adder_usd_per_mwh")),
    }


_RULES = ("policy.regional",)

STATED = Statement(
    fields={
        "regional.inside_count": worked_out("site", "region", inputs=_RULES),
        "regional.closed_count": worked_out("site", "period", inputs=_RULES, limit=LimitMark("rule", 0.0)),
        "regional.water_fee_usd_per_m3": worked_out("site", inputs=_RULES),
        "regional.payment_usd_per_mw_yr": worked_out("site", inputs=_RULES),
        "regional.power_adder_usd_per_mwh": worked_out("site", inputs=_RULES),
    },
    of_choice=_of_choice,
)
