"""Numbers of a site that is opened: its land, its size, what opening it costs."""

from __future__ import annotations

import numpy as np

from siting.case.case import Field
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.statement import Statement
from siting.study.magnitudes import FRACTION, LEAD_YR, WHOLE_LIFE_YR

__all__ = ["STATED"]


def _of_choice(choice: Choice) -> dict[str, Field]:
    """What opens a site lasts for the horizon."""
    horizon_yr = sum(period.length_yr for period in choice.study.horizon.periods)
    return {"placement.site_life_yr": Field((), np.array(float(horizon_yr)))}


SPREADS = ("spread_measured_fraction", "spread_modelled_fraction", "spread_assumed_fraction", "spread_common_fraction")
"""How well the sites are known where nothing nearer is stated: not for the model, but for how often each is chosen."""

STATED = Statement(
    parameters=dict.fromkeys(SPREADS, FRACTION),
    terms={"site_recovery_yr": WHOLE_LIFE_YR, "site_lead_yr": LEAD_YR},
    assets={
        "placement.site": Asset(
            life=worked_out(inputs=("horizon.periods",), neutral=None),
            recovery=taken("finance.site_recovery_yr", neutral=15.0),
            lead=taken("finance.site_lead_yr"),
            is_real_property=True,
        )
    },
    fields={
        "placement.land_available_ha": taken("sites.land_available_ha", "site", neutral=1000.0),
        "placement.land_usd_per_ha": taken("sites.land_usd_per_ha", "site"),
        "placement.capital_ratio": taken("sites.capital_ratio", "site", neutral=1.0),
        "placement.fixed_site_usd": taken("facility.fixed_site_usd", "site", neutral=None),
        "placement.site_max_mw": taken("facility.site_max_mw", "site", neutral=None),
        "placement.site_min_mw": taken("facility.site_min_mw", "site", neutral=None),
        **{f"placement.{name}": taken(f"parameters.{name}") for name in SPREADS},
    },
    of_choice=_of_choice,
)
