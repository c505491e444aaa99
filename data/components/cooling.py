"""The outdoor air of the sites of a study, in the climate that the study asks for, and what it asks of the cooling."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting import cooling
from siting.case.case import Array, Calendar, Field
from siting.cooling.weather import WEATHER_COLUMNS

if TYPE_CHECKING:
    from siting.data.tables.selection import Selection
    from siting.study.study import Study

__all__ = ["Air", "cooling_fields", "outdoor_air"]


@dataclasses.dataclass(frozen=True)
class Air:
    """The outdoor air of sites, kept once where they share it: 1,000 counties have the weather of 460 places.

    Parameters
    ----------
    places : Outdoors, (place, hour)
        The air.
    place_of_site : ndarray of int, (site,)
        Place whose air a site has.
    """

    places: cooling.Outdoors
    place_of_site: npt.NDArray[np.intp]

    def at(self, positions: npt.NDArray[np.intp]) -> Air:
        """Return the air of only the sites at some positions."""
        places, place_of_site = np.unique(self.place_of_site[positions], return_inverse=True)
        return Air(self.places.rows(places), place_of_site)

    def at_sites(self, of_places: Array) -> Array:
        """Return numbers of places as numbers of sites."""
        values: Array = of_places[self.place_of_site]
        return values


def outdoor_air(study: Study, selection: Selection, calendar: Calendar) -> Air:
    """Return the air at each site in each hour (UTC), warmed and hot as the study says.

    Parameters
    ----------
    study : Study
        Says the climate.
    selection : Selection
        Holds the typical years, in local standard time.
    calendar : Calendar
        The full year.
    """
    keys = pd.MultiIndex.from_arrays(
        [selection.sites["weather_id"], selection.sites["utc_offset_h"].to_numpy(float).round()]
    )
    place_of_site, places = pd.factorize(keys)
    dry, dew, pressure = (selection.series_weather.at(places.get_level_values(0), name) for name in WEATHER_COLUMNS)
    if study.climate.hot_year:
        hours = cooling.hot_year(dry, calendar.hours["month"].to_numpy(np.int64))
        dry, dew, pressure = (np.take_along_axis(part, hours, axis=-1) for part in (dry, dew, pressure))
    dry, dew = cooling.warmer(dry, dew, study.climate.warming_c)
    offsets = places.get_level_values(1).to_numpy(int)
    return Air(cooling.Outdoors.of(*(_in_utc(part, offsets) for part in (dry, dew, pressure))), place_of_site)


def cooling_fields(study: Study, selection: Selection, air: Air) -> tuple[dict[str, Field], dict[str, Field]]:
    """Return what each way of cooling takes and carries at each site.

    Returns
    -------
    hourly : dict of str to Field
        PUE and WUE.
    yearly : dict of str to Field
        The worst hour, by how much it is above the year's, and the heat that can be counted on.
    """
    parameter = selection.parameters.set_index("parameter_id")["value"]
    rarity = cooling.rarity_ratio(study.climate.extreme_return_yr)
    extremes = cooling.Extremes(
        rarity * parameter["hottest_dry_bulb_deviation_c"], rarity * parameter["hottest_wet_bulb_deviation_c"]
    )
    found = cooling.plants(air.places, cooling.technologies_of(selection.cooling), extremes)
    idle = selection.racks["idle_fraction"].to_numpy(float)
    carried = cooling.carried_work_fraction(found.least_capacity_fraction[..., None], idle)
    by_hour, by_year = ("site", "cooling", "hour"), ("site", "cooling")
    hourly = {
        "cooling.pue": Field(by_hour, air.at_sites(found.pue)),
        "cooling.wue_m3_per_mwh": Field(by_hour, air.at_sites(found.wue_l_per_kwh)),  # 1 L/kWh is 1 m3/MWh
    }
    yearly = {
        "cooling.hottest_dry_offset_c": Field((), np.array(extremes.dry_offset_c)),
        "cooling.hottest_muggy_offset_c": Field((), np.array(extremes.muggy_offset_c)),
        "cooling.pue_peak_ratio": Field(by_year, air.at_sites(found.peak_pue)),
        "computing.carried_fraction": Field((*by_year, "rack"), air.at_sites(carried)),
        "heat_reuse.heat_reusable_fraction": Field(by_year, air.at_sites(found.heat_reusable_fraction)),
        "heat_reuse.heat_temperature_c": Field(by_year, air.at_sites(found.heat_temperature_c)),
    }
    return hourly, yearly


def _in_utc(local: Array, offsets_h: np.ndarray) -> Array:
    """Turn rows of local standard time into UTC."""
    return np.stack([np.roll(row, -offset) for row, offset in zip(local, offsets_h, strict=True)])
