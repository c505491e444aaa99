"""Numbers of a site that is opened: its land, its size, what opening it costs, and who bars it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import StringConstraints

from siting.case.case import Field
from siting.case.consent import barred, refused
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.row import Graded, State, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import Fault, table
from siting.study.limit import LimitMark
from siting.study.magnitudes import FRACTION, LAND_HA, LEAD_YR, SITE_MW, WHOLE_LIFE_YR
from siting.text import Id, is_day

__all__ = ["STATED", "MoratoriumRow"]


class MoratoriumRow(Graded):
    """A pause of data centres by a county, a state, a town or a utility, or a utility's cap on their load."""

    moratorium_id: Id
    state: State
    county_fips: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")] | None
    body_kind: Literal["county", "state", "town", "utility"]
    body: Text
    status: Literal["in_force", "past_its_days", "proposed", "ended"]
    started_on: str | None
    ends_on: str | None
    threshold_mw: Annotated[float, SITE_MW] | None


def _faults(rows: pd.DataFrame) -> Iterator[Fault]:
    """Yield each end that is no day, and each row that is about no county though its body is not a state."""
    for line, (kind, county, end) in zip(
        rows.index, rows[["body_kind", "county_fips", "ends_on"]].itertuples(index=False, name=None), strict=True
    ):
        if end and not is_day(end):
            yield int(line), "ends_on", f"input should be a day such as 2030-12-31, or empty (got {end!r})"
        if kind != "state" and not county:
            yield int(line), "county_fips", f"missing value: a {kind} lies in a county"


def _of_choice(choice: Choice) -> dict[str, Field]:
    """What opens a site lasts for the horizon; a moratorium may bar that for a while, a refusal for good."""
    study, sites, rows = choice.study, choice.tables["sites"], choice.tables["moratoria"]
    periods, largest_mw = study.horizon.periods, study.facility.site_max_mw
    years = [period.year for period in periods]
    return {
        "placement.site_life_yr": Field((), np.array(float(sum(period.length_yr for period in periods)))),
        "placement.barred_count": Field(("site", "period"), barred(rows, sites, years, study.policy, largest_mw)),
        "placement.refused_count": Field(("site",), refused(rows, sites, study.policy, largest_mw)),
    }


SPREADS = ("spread_measured_fraction", "spread_modelled_fraction", "spread_assumed_fraction", "spread_common_fraction")
"""How well the sites are known where nothing nearer is stated: not for the model, but for how often each is chosen."""

STATED = Statement(
    parameters=dict.fromkeys(SPREADS, FRACTION),
    tables={"moratoria": table(MoratoriumRow, "moratorium_id", faults=_faults)},
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
        "placement.land_available_ha": taken(
            "sites.land_available_ha", "site", neutral=1000.0, limit=LimitMark("most", LAND_HA.most)
        ),
        "placement.land_usd_per_ha": taken("sites.land_usd_per_ha", "site"),
        "placement.capital_ratio": taken("sites.capital_ratio", "site", neutral=1.0),
        "placement.fixed_site_usd": taken("facility.fixed_site_usd", "site", neutral=None),
        "placement.barred_count": worked_out(
            "site",
            "period",
            inputs=("moratoria.ends_on", "policy.respect_moratoria", "policy.moratorium_assumed_end"),
            limit=LimitMark("rule", 0.0, stated_by="policy.respect_moratoria"),
        ),
        "placement.refused_count": worked_out(
            "site", inputs=("policy.exclude_refused", "moratoria.status"), limit=LimitMark("rule", 0.0)
        ),
        "placement.site_max_mw": taken(
            "facility.site_max_mw", "site", neutral=None, limit=LimitMark("most", SITE_MW.most)
        ),
        "placement.site_min_mw": taken("facility.site_min_mw", "site", neutral=None, limit=LimitMark("least", 0.0)),
        **{f"placement.{name}": taken(f"parameters.{name}") for name in SPREADS},
    },
    of_choice=_of_choice,
)
