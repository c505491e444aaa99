"""Numbers of a site that is opened: its land, its size, what opening it costs."""

from __future__ import annotations

import numpy as np

from siting.case.annuities import capital_recovery
from siting.case.case import Field
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.statement import Statement
from siting.study.magnitudes import WHOLE_LIFE_YR

__all__ = ["STATED"]


def _of_choice(choice: Choice) -> dict[str, Field]:
    """A site is written off over the horizon."""
    horizon_yr = sum(period.length_yr for period in choice.study.horizon.periods)
    annuity = capital_recovery(choice.study.finance.discount_rate_fraction, horizon_yr)
    return {"placement.site_annuity_per_yr": Field((), np.array(annuity))}


STATED = Statement(
    terms={"site_recovery_yr": WHOLE_LIFE_YR},
    fields={
        "placement.land_available_ha": taken("sites.land_available_ha", "site", neutral=1000.0),
        "placement.land_usd_per_ha": taken("sites.land_usd_per_ha", "site"),
        "placement.capital_ratio": taken("sites.capital_ratio", "site", neutral=1.0),
        "placement.fixed_site_usd": taken("facility.fixed_site_usd", "site", neutral=None),
        "placement.site_max_mw": taken("facility.site_max_mw", "site", neutral=None),
        "placement.site_min_mw": taken("facility.site_min_mw", "site", neutral=None),
        "placement.site_annuity_per_yr": worked_out(
            inputs=("finance.discount_rate_fraction", "horizon.periods"), neutral=None
        ),
        "placement.site_recovery_yr": taken("finance.site_recovery_yr", neutral=15.0),
    },
    of_choice=_of_choice,
)
