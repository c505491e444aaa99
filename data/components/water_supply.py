"""Numbers of water supply: what a hall takes at full load, how much a site may take, and what its peak day costs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from siting.case.case import Array, Field
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement
from siting.quantities import DAYS_PER_YEAR, HOURS_PER_DAY, HOURS_PER_YEAR
from siting.study.limit import LimitMark
from siting.study.magnitudes import WATER_M3_PER_YR

__all__ = ["NO_LIMIT_M3_PER_YR", "STATED"]

NO_LIMIT_M3_PER_YR = WATER_M3_PER_YR.most
"""Stands for a limit that is not known: more than any supply has."""

_WATER = ("series_weather.dry_bulb_c", "facility.peak_diversity_fraction")


def _column(choice: Choice, name: str, unknown: float) -> Array:
    """A column of the sites that a table may leave out or empty."""
    sites = choice.tables["sites"]
    values = sites[name].to_numpy(float) if name in sites else np.full(len(sites), np.nan)
    return np.where(np.isnan(values), unknown, values)


def _of_choice(choice: Choice) -> dict[str, Field]:
    limit = _column(choice, "water_limit_m3_per_yr", NO_LIMIT_M3_PER_YR)
    charge = _column(choice, "water_peak_usd_per_m3_per_day", 0.0)
    return {
        "water_supply.water_limit_m3_per_yr": Field(("site",), limit),
        "water_supply.peak_charge_usd_per_m3_per_day": Field(("site",), charge),
    }


def _of_hours(year: SiteYear) -> dict[str, Field]:
    """Water of a MW of hall at full load: over the year, and on the day of the year that takes most."""
    share = year.choice.study.facility.peak_diversity_fraction
    drawn = share * year.air.at_sites(year.plants.wue_l_per_kwh)  # 1 L/kWh is 1 m3/MWh
    peak = drawn.reshape(*drawn.shape[:-1], DAYS_PER_YEAR, HOURS_PER_DAY).mean(axis=-1).max(axis=-1)
    by_hall = ("site", "cooling")
    return {
        "water_supply.full_load_m3_per_mw_yr": Field(by_hall, drawn.mean(axis=-1) * HOURS_PER_YEAR),
        "water_supply.peak_day_m3_per_mwh": Field(by_hall, peak),
    }


def _follows(fields: Mapping[str, Field]) -> dict[str, Field]:
    """The charge stands apart from the water, so that another charge leaves the weather as it is."""
    charge = fields["water_supply.peak_charge_usd_per_m3_per_day"].values
    per_day = HOURS_PER_DAY * fields["water_supply.peak_day_m3_per_mwh"].values
    return {"water_supply.peak_day_usd_per_mw": Field(("site", "cooling"), charge[:, None] * per_day)}


STATED = Statement(
    fields={
        "water_supply.water_limit_m3_per_yr": worked_out(
            "site",
            inputs=("sites.water_limit_m3_per_yr",),
            neutral=NO_LIMIT_M3_PER_YR,
            limit=LimitMark("most", NO_LIMIT_M3_PER_YR),
        ),
        "water_supply.full_load_m3_per_mw_yr": worked_out("site", "cooling", inputs=_WATER),
        "water_supply.peak_charge_usd_per_m3_per_day": worked_out(
            "site", inputs=("sites.water_peak_usd_per_m3_per_day",)
        ),
        "water_supply.peak_day_m3_per_mwh": worked_out("site", "cooling", inputs=_WATER),
        "water_supply.peak_day_usd_per_mw": worked_out(
            "site", "cooling", inputs=("sites.water_peak_usd_per_m3_per_day", *_WATER), neutral=None
        ),
    },
    of_choice=_of_choice,
    of_hours=_of_hours,
    follows=_follows,
)
