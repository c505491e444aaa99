"""PUE, WUE, reusable heat and capacity of a technology in every hour of a weather series."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from siting.cooling.air import Array
from siting.cooling.flows import SECONDS_PER_H, Flows
from siting.cooling.outdoors import Outdoors
from siting.cooling.parameters import Values, check_parameters
from siting.cooling.registry import CoolingTechnology, find
from siting.cooling.weather import check_weather

COLUMNS = ("pue", "wue_l_per_kwh", "heat_reusable_fraction", "heat_temperature_c", "capacity_fraction")
CHUNK = 1 << 15  # hours at once: their temporaries fit the processor's cache


def performance(weather: pd.DataFrame, technology: str, **parameters: float) -> pd.DataFrame:
    """Hourly performance of one technology at one place.

    Parameters
    ----------
    weather : DataFrame
        `dry_bulb_c` [C], `dew_point_c` [C], `pressure_pa` [Pa], one row an hour, in the order of time.
    technology : str
        A `cooling_id`, see `technologies`.
    **parameters : float
        Values that replace the middle of a parameter's range.

    Returns
    -------
    DataFrame
        With the index of `weather`:

        - `pue` : facility over IT power;
        - `wue_l_per_kwh` : on-site water over IT energy [L/kWh];
        - `heat_reusable_fraction` : heat in water of `heat_temperature_c`, over IT power;
        - `heat_temperature_c` : temperature of that water [C];
        - `capacity_fraction` : share of the design load that the plant can cool, below 1 where the hall must derate.

    Raises
    ------
    InputError
        If the weather has gaps, wrong units or impossible humidity.
    ValueError
        If the technology or a parameter does not exist, or a parameter is outside its limits.

    Examples
    --------
    >>> weather = pd.DataFrame({"dry_bulb_c": [20.0], "dew_point_c": [9.3], "pressure_pa": [101325.0]})
    >>> performance(weather, "direct-to-chip-dry").round(2).T
                                0
    pue                      1.12
    wue_l_per_kwh            0.00
    heat_reusable_fraction   0.80
    heat_temperature_c      52.50
    capacity_fraction        1.00
    """
    return pd.DataFrame(evaluate(outdoors_of(weather), technology, **parameters), index=weather.index)


def breakdown(weather: pd.DataFrame, technology: str, **parameters: float) -> pd.DataFrame:
    """What the overhead and the water of one technology consist of, hour by hour.

    Parameters
    ----------
    weather, technology, **parameters
        As for `performance`.

    Returns
    -------
    DataFrame
        `<part>_fraction` for each consumer of power, over IT power; `<use>_l_per_kwh` for each use of water. [L/kWh]
    """
    found = find(technology)
    check_parameters(technology, found.ranges, parameters)
    flows = found.physics(outdoors_of(weather), values_of(found, parameters))
    shape = (len(weather),)
    power = {f"{name}_fraction": np.broadcast_to(part, shape) for name, part in flows.power.items()}
    water = {f"{name}_l_per_kwh": np.broadcast_to(part, shape) * SECONDS_PER_H for name, part in flows.water.items()}
    return pd.DataFrame({**power, **water}, index=weather.index)


def evaluate(outdoors: Outdoors, technology: str, **parameters: float) -> dict[str, Array]:
    """Performance of one technology in outdoor air of any number of sites.

    Parameters
    ----------
    outdoors : Outdoors, (site, hour)
        From `Outdoors.of`.
    technology : str
        A `cooling_id`.
    **parameters : float
        Values that replace the middle of a parameter's range.

    Returns
    -------
    dict of str to ndarray, (site, hour)
        The columns of `performance`.
    """
    found = find(technology)
    check_parameters(technology, found.ranges, parameters)
    values = values_of(found, parameters)
    shape = outdoors.dry_bulb_c.shape
    hours = shape[-1]
    result = {name: np.empty((outdoors.dry_bulb_c.size // max(hours, 1), hours)) for name in COLUMNS}
    # Whole rows, because seas and rivers remember the hours before.
    step = max(1, CHUNK // max(1, hours))
    for start in range(0, len(result["pue"]), step):
        part = slice(start, start + step)
        for name, column in columns(found.physics(outdoors.rows(part), values)).items():
            result[name][part] = column
    return {name: array.reshape(shape) for name, array in result.items()}


def outdoors_of(weather: pd.DataFrame) -> Outdoors:
    """Outdoor air of a checked weather table."""
    check_weather(weather)
    return Outdoors.of(
        weather["dry_bulb_c"].to_numpy(dtype=np.float64),
        weather["dew_point_c"].to_numpy(dtype=np.float64),
        weather["pressure_pa"].to_numpy(dtype=np.float64),
    )


def values_of(technology: CoolingTechnology, given: Mapping[str, float]) -> Values:
    """Parameters of a technology: those given, else the middle of the range."""
    return Values(**{name: given.get(name, bounds.middle) for name, bounds in technology.ranges.items()})


def columns(flows: Flows) -> dict[str, Array]:
    """Flows as the columns of `performance`."""
    return {
        "pue": flows.pue(),
        "wue_l_per_kwh": flows.wue_l_per_kwh(),
        "heat_reusable_fraction": flows.heat_reusable_fraction,
        "heat_temperature_c": flows.heat_temperature_c,
        "capacity_fraction": flows.capacity_fraction,
    }
