"""Cooling at one place: every technology side by side, on the weather of that place."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from siting import cooling
from siting.cooling.registry import TECHNOLOGIES
from siting.cooling.weather import WEATHER_COLUMNS
from siting.data.tables.reader import load_tables
from siting.geography import great_circle_km
from siting.problems import InputError, Problem, did_you_mean
from siting.quantities import HOURS_PER_YEAR

__all__ = ["BEST", "FARTHEST_KM", "PlaceWeather", "compare", "of_epw", "of_nearest_site"]

FARTHEST_KM = 500.0
"""Beyond this the nearest weather site says nothing of a place. A judgement: across the contiguous United States the
nearest of the catalogue's sites is at most 421 km away (southern Arizona), 109 km for half of the land."""

BEST = {
    "pue": "min",
    "tue": "min",
    "wue_l_per_kwh": "min",
    "source_water_l_per_kwh": "min",
    "peak_day_l_per_kwh": "min",
    "heat_reusable_fraction": "max",
    "carried_fraction": "max",
    "max_rack_kw": "max",
    "hall_usd_per_mw": "min",
}
"""Columns of `compare` of which the best values are marked, and which end is the best."""


@dataclasses.dataclass(frozen=True)
class PlaceWeather:
    """A year of weather and where it is from.

    Parameters
    ----------
    name : str
        Of the weather's own place.
    latitude, longitude : float
        Of the weather's own place [degrees].
    climate_zone : str
        Zone of ASHRAE 169, such as ``2B``.
    distance_km : float
        From the place that was asked for; NaN where none was. [km]
    source : str
        Source of the catalogue, or the file.
    weather : DataFrame
        `dry_bulb_c`, `dew_point_c`, `pressure_pa`, 8,760 hours of local standard time.
    """

    name: str
    latitude: float
    longitude: float
    climate_zone: str
    distance_km: float
    source: str
    weather: pd.DataFrame


def of_nearest_site(latitude: float, longitude: float) -> PlaceWeather:
    """Weather of the catalogue's site that is nearest to a place.

    Parameters
    ----------
    latitude, longitude : float
        The place. [degrees]

    Raises
    ------
    InputError
        If there is no such place on earth, or no weather site within `FARTHEST_KM` of it.
    """
    problems = _off_earth(latitude, longitude)
    if problems:
        raise InputError(problems)
    sites = _catalogue()["weather"]
    distance_km = great_circle_km(
        np.asarray(latitude), np.asarray(longitude), sites["latitude"].to_numpy(), sites["longitude"].to_numpy()
    )
    nearest = int(distance_km.argmin())
    row, far_km = sites.iloc[nearest], float(distance_km[nearest])
    if far_km > FARTHEST_KM:
        message = (
            f"no weather site of the catalogue within {FARTHEST_KM:.0f} km; {row['name']} is {far_km:,.0f} km away"
        )
        raise InputError([Problem(f"{latitude:g} {longitude:g}", 0, "", message, "give the weather by --epw FILE")])
    series = _catalogue()["series_weather"]
    hours = series[series["weather_id"] == row["weather_id"]].sort_values("hour")
    weather = hours[list(WEATHER_COLUMNS)].reset_index(drop=True)
    return PlaceWeather(
        str(row["name"]),
        float(row["latitude"]),
        float(row["longitude"]),
        str(row["climate_zone"]),
        far_km,
        str(row["source_id"]),
        weather,
    )


def of_epw(path: Path, latitude: float | None = None, longitude: float | None = None) -> PlaceWeather:
    """Weather of an EnergyPlus file.

    Parameters
    ----------
    path : Path
        The file; see `siting.cooling.read_epw` for how it treats missing values.
    latitude, longitude : float, optional
        Place that the weather is to stand for, for the distance to it. [degrees]

    Raises
    ------
    InputError
        If the file is refused or is not a year, or there is no such place on earth.
    """
    problems = _off_earth(latitude, longitude)
    if problems:
        raise InputError(problems)
    weather = cooling.read_epw(path)
    if len(weather) != HOURS_PER_YEAR:
        raise InputError([Problem(str(path), 0, "", f"should have {HOURS_PER_YEAR:,} hours (has {len(weather):,})")])
    here = (float(weather.attrs["latitude"]), float(weather.attrs["longitude"]))
    distance_km = math.nan
    if latitude is not None and longitude is not None:
        distance_km = float(great_circle_km(*(np.asarray(angle) for angle in (latitude, longitude, *here))))
    return PlaceWeather(
        str(weather.attrs["name"]), *here, cooling.climate_zone(weather), distance_km, str(path), weather
    )


def compare(weather: pd.DataFrame, technologies: Sequence[str] = ()) -> pd.DataFrame:
    """All technologies on one year of weather, the least PUE first.

    Parameters
    ----------
    weather : DataFrame
        Checked: `dry_bulb_c`, `dew_point_c`, `pressure_pa`, whole days from the first of January.
    technologies : sequence of str
        Those to compare; by default all of the catalogue but those that need a sea or a river.

    Returns
    -------
    DataFrame
        One row a technology, at constant full load:

        - `pue`, `pue_p5`, `pue_p95` : yearly mean, and its 5th and 95th percentile over the parameter ranges;
        - `tue` : with the server fans of the rack that suits it, see Notes;
        - `wue_l_per_kwh`, `source_water_l_per_kwh` : yearly water on site, and with that of the power stations [L/kWh];
        - `peak_day_l_per_kwh` : water on site of the thirstiest day; times 24 it is m³ a day for each MW of IT [L/kWh];
        - `heat_reusable_fraction`, `heat_temperature_c` : yearly means, NaN degrees where no heat is at hand;
        - `carried_fraction` : share of the full load that is cooled in the hottest hour;
        - `max_rack_kw`, `hall_usd_per_mw`, `grade` : of the catalogue; the grade is the cost's. Missing for
          technologies that the catalogue does not price.

    Raises
    ------
    InputError
        If there is no such technology.

    Notes
    -----
    TUE takes the catalogue's rack with the largest share of heat to liquid where the technology takes liquid, and its
    air-cooled rack otherwise. For immersion, which has no fans at all, that is a little too high.
    """
    tables = _catalogue()
    priced = tables["cooling"].set_index("cooling_id")
    unknown = [name for name in technologies if name not in TECHNOLOGIES]
    if unknown:
        known = f"there are: {', '.join(TECHNOLOGIES)}"
        hints = {name: "; ".join(filter(None, (did_you_mean(name, TECHNOLOGIES), known))) for name in unknown}
        raise InputError(
            Problem("--technology", 0, "", f"no cooling technology {name!r}", hint) for name, hint in hints.items()
        )
    air = cooling.Outdoors.of(*(weather[name].to_numpy(float) for name in WEATHER_COLUMNS))
    parameters = tables["parameters"].set_index("parameter_id")["value"]
    rows = []
    anywhere = priced.index[priced["water_body"] == ""]
    for name in dict.fromkeys(technologies) or anywhere:
        hours = cooling.evaluate(air, str(name))
        spread = cooling.band(weather, str(name))
        pue, wue = float(hours["pue"].mean()), float(hours["wue_l_per_kwh"].mean())
        heat = hours["heat_reusable_fraction"]
        warmth_c = hours["heat_temperature_c"]
        about = priced.loc[name] if name in priced.index else pd.Series(dtype=object)
        rows.append(
            {
                "cooling_id": name,
                "name": about.get("name", str(name).replace("-", " ").capitalize()),
                "pue": pue,
                "pue_p5": spread["pue_p5"],
                "pue_p95": spread["pue_p95"],
                "tue": float(cooling.total_usage(pue, _fan_fraction(tables["racks"], str(name)))),
                "wue_l_per_kwh": wue,
                "source_water_l_per_kwh": float(
                    cooling.source_water_l_per_kwh(wue, pue, float(parameters["water_source_l_per_kwh"]))
                ),
                "peak_day_l_per_kwh": float(cooling.peak_day_l_per_kwh(hours["wue_l_per_kwh"])),
                "heat_reusable_fraction": float(heat.mean()),
                "heat_temperature_c": float(np.average(warmth_c, weights=heat)) if heat.sum() > 0 else math.nan,
                "carried_fraction": float(min(hours["capacity_fraction"].min(), 1.0)),
                "max_rack_kw": about.get("max_rack_kw", math.nan),
                "hall_usd_per_mw": about.get("hall_usd_per_mw", math.nan),
                "grade": about.get("grade", ""),
            }
        )
    return pd.DataFrame(rows).sort_values(["pue", "cooling_id"]).reset_index(drop=True)


@cache
def _catalogue() -> dict[str, pd.DataFrame]:
    tables, problems = load_tables({})
    if problems:  # the package's own tables
        raise InputError(problems)
    return tables


def _off_earth(latitude: float | None, longitude: float | None) -> list[Problem]:
    """What is wrong with coordinates."""
    problems = []
    for name, value, most in (("LATITUDE", latitude, 90.0), ("LONGITUDE", longitude, 180.0)):
        if value is not None and not -most <= value <= most:
            problems.append(Problem(name, 0, "", f"input should be {-most:g} to {most:g} degrees (got {value:g})"))
    return problems


def _fan_fraction(racks: pd.DataFrame, technology: str) -> float:
    """Share of the IT power that server fans take with this cooling."""
    to_liquid = racks["liquid_fraction"].to_numpy(float)
    takes_liquid = "liquid_fraction" in TECHNOLOGIES[technology].ranges
    rack = int(to_liquid.argmax() if takes_liquid else to_liquid.argmin())
    return float(racks["server_fan_fraction"].iloc[rack])
