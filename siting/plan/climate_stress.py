"""The design in other weather: the same halls at the same work, in a warmer climate and in a hot year.

The dispatch of the full-year replay is held; PUE, water and what the cooling carries are worked out again from the
physics for every chosen site. What the plan would do about it (shift work, buy chillers) is left out on purpose: the
question is what the plan that is decided would meet.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from siting import cooling
from siting.accounts.numbers import Books
from siting.case.case import Array, Field
from siting.cooling.weather import WEATHER_COLUMNS
from siting.quantities import HOURS_PER_DAY

__all__ = ["COLUMNS", "stress"]

COLUMNS = (
    "site_id",
    "period",
    "climate_id",
    "warming_c",
    "it_mwh_per_yr",
    "facility_mwh_per_yr",
    "pue",
    "peak_hour_pue",
    "wue_l_per_kwh",
    "water_m3_per_yr",
    "peak_day_water_m3_per_day",
    "peak_facility_mw",
    "connection_needed_mw",
    "connection_mw",
    "carried_fraction",
    "overloaded_h_per_yr",
)
"""Columns of the table; climates are ``base`` (the study's own), ``warmer`` and ``hot-year``."""

OVERLOAD_FRACTION = 1e-6
"""Load above what is carried that counts as an overload: more than rounding."""


def stress(numbers: Books) -> pd.DataFrame:
    """Return what each chosen site takes and carries in each climate.

    Parameters
    ----------
    numbers : Books
        The full year of what was built, and its dispatch.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`, one row a site, period and climate. ``carried_fraction`` is the least share of full work
        that the cooling carries, in that climate's year and in its hottest hour of the study's rarity;
        ``overloaded_h_per_yr`` the hours in which a hall's heat is above what its cooling carries at that hour;
        ``connection_needed_mw`` the power of all computers at full load in the worst hour. Without weather, no rows.
    """
    case, study = numbers.case, numbers.case.study
    weather = [f"cooling.{name}" for name in WEATHER_COLUMNS]
    if not set(weather) <= case.fields.keys():
        return pd.DataFrame(columns=list(COLUMNS))
    dry, dew, pressure = (case.values(name) for name in weather)
    warming = study.climate.warming_c
    further = study.climate.stress_warming_c
    climates = {
        "base": (warming, cooling.Outdoors.of(dry, dew, pressure)),
        "warmer": (warming + further, cooling.Outdoors.of(*cooling.warmer(dry, dew, further), pressure)),
    }
    if not study.climate.hot_year:  # a hot year of a hot year is none that the rule was fitted to
        local = _local_hours(numbers)
        hot = cooling.hot_year(np.take_along_axis(dry, local, axis=-1), case.calendar.hours["month"].to_numpy(np.int64))
        hours = np.empty_like(hot)
        np.put_along_axis(hours, local, np.take_along_axis(local, hot, axis=-1), axis=-1)
        year = (np.take_along_axis(part, hours, axis=-1) for part in (dry, dew, pressure))
        climates["hot-year"] = (warming, cooling.Outdoors.of(*year))
    frames = [_under(numbers, name, offset, air) for name, (offset, air) in climates.items()]
    table = pd.concat(frames, ignore_index=True)
    return table.sort_values(["period", "site_id"], kind="stable", ignore_index=True)


def _under(numbers: Books, climate_id: str, warming_c: float, air: cooling.Outdoors) -> pd.DataFrame:
    """Return the rows of one climate."""
    case = numbers.case
    extremes = cooling.Extremes(
        float(case.values("cooling.hottest_dry_offset_c")), float(case.values("cooling.hottest_muggy_offset_c"))
    )
    found = cooling.plants(air, cooling.technologies_of(case.tables["cooling"]), extremes)
    by_hour = ("site", "cooling", "hour")
    fields = {"cooling.pue": Field(by_hour, found.pue), "cooling.wue_m3_per_mwh": Field(by_hour, found.wue_l_per_kwh)}
    there = Books(dataclasses.replace(case, fields={**case.fields, **fields}, year_of=None), numbers.decisions)
    it, overhead, water = there.it(), there.overhead(), there.water_hourly()
    it_mwh, facility_mwh = there.yearly(it), there.yearly(it + overhead)
    installed = there["installed_mw"]
    size = installed.sum(axis=(1, 2))
    carried = cooling.carried_work_fraction(found.least_capacity_fraction[..., None], there["computing.idle_fraction"])
    daily = water.reshape(*water.shape[:-1], case.calendar.days_count, -1).mean(axis=-1) * HOURS_PER_DAY
    with np.errstate(invalid="ignore", divide="ignore"):
        values = {
            "it_mwh_per_yr": it_mwh,
            "facility_mwh_per_yr": facility_mwh,
            "pue": facility_mwh / it_mwh,
            "peak_hour_pue": np.nanmax(np.where(it > 0, 1 + overhead / it, np.nan), axis=-1, initial=1.0),
            "wue_l_per_kwh": there.yearly(water) / it_mwh,
            "water_m3_per_yr": there.yearly(water),
            "peak_day_water_m3_per_day": daily.max(axis=-1),
            "peak_facility_mw": (it + overhead).max(axis=-1),
            "connection_needed_mw": there["computing.peak_diversity_fraction"]
            * np.einsum("sk,skry->sy", found.peak_pue, installed),
            "connection_mw": there["connection_mw"],
            "carried_fraction": np.einsum("skr,skry->sy", carried, installed) / size,
            "overloaded_h_per_yr": _overloaded_h(there, found.capacity_fraction),
        }
    sites, periods = case.axes["site"], case.axes["period"]
    frame = pd.DataFrame(
        {
            "site_id": np.repeat(sites, len(periods)),
            "period": np.tile(periods, len(sites)),
            "climate_id": climate_id,
            "warming_c": warming_c,
            **{name: array.ravel() for name, array in values.items()},
        }
    )
    built: pd.DataFrame = frame[size.ravel() > 0]
    return built[list(COLUMNS)]


def _overloaded_h(numbers: Books, capacity_fraction: Array) -> Array:
    """Hours in which the heat of some hall is above what its cooling carries, by site and period [h/yr]."""
    full_mw = numbers["computing.peak_diversity_fraction"] * numbers["installed_mw"].sum(axis=2)
    carried_mw = capacity_fraction[:, :, None, :] * full_mw[..., None]
    above = numbers.it_by_pair().sum(axis=2) > carried_mw + OVERLOAD_FRACTION * full_mw[..., None]
    hours: Array = above.any(axis=1) @ numbers.weight
    return hours


def _local_hours(numbers: Books) -> np.ndarray:
    """Positions of the hours in local order, site by hour: the days of a hot year are those of the place."""
    offsets = numbers.case.tables["sites"]["utc_offset_h"].to_numpy(float).round().astype(int)
    count = len(numbers.case.axes["hour"])
    positions: np.ndarray = (np.arange(count) - offsets[:, None]) % count
    return positions
