"""The outdoor air of the sites of a study, in the climate that the study asks for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting import cooling
from siting.case.case import Array, Calendar
from siting.cooling.weather import WEATHER_COLUMNS

if TYPE_CHECKING:
    from siting.data.kinds.choice import Choice

__all__ = ["Air", "outdoor_air"]


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


def outdoor_air(choice: Choice, calendar: Calendar) -> Air:
    """Return the air at each site in each hour (UTC), warmed and hot as the study says.

    Parameters
    ----------
    choice : Choice
        Says the climate, and holds the typical years, in local standard time.
    calendar : Calendar
        The full year.
    """
    study, sites = choice.study, choice.tables["sites"]
    keys = pd.MultiIndex.from_arrays([sites["weather_id"], sites["utc_offset_h"].to_numpy(float).round()])
    place_of_site, places = pd.factorize(keys)
    weather = choice.series["series_weather"]
    dry, dew, pressure = (weather.at(places.get_level_values(0), name) for name in WEATHER_COLUMNS)
    if study.climate.hot_year:
        hours = cooling.hot_year(dry, calendar.hours["month"].to_numpy(np.int64))
        dry, dew, pressure = (np.take_along_axis(part, hours, axis=-1) for part in (dry, dew, pressure))
    dry, dew = cooling.warmer(dry, dew, study.climate.warming_c)
    offsets = places.get_level_values(1).to_numpy(int)
    return Air(cooling.Outdoors.of(*(_in_utc(part, offsets) for part in (dry, dew, pressure))), place_of_site)


def _in_utc(local: Array, offsets_h: np.ndarray) -> Array:
    """Turn rows of local standard time into UTC."""
    return np.stack([np.roll(row, -offset) for row, offset in zip(local, offsets_h, strict=True)])
