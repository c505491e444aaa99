"""PUE, WUE, reusable heat and capacity of a technology in every hour of a weather series."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from siting.cooling.air import Array
from siting.cooling.flows import Flows
from siting.cooling.outdoors import Outdoors
from siting.cooling.parameters import check_parameters
from siting.cooling.technologies import Technology, find

COLUMNS = ("pue", "wue_l_per_kwh", "heat_reusable_fraction", "heat_temperature_c", "capacity_fraction")
_CHUNK = 1 << 15  # hours at once: keeps the temporaries in the processor's cache


def defaults(technology: Technology, given: dict[str, float]) -> SimpleNamespace:
    """Parameters of a technology: those given, else the middle of the range."""
    return SimpleNamespace(**{name: given.get(name, bounds.middle) for name, bounds in technology.ranges.items()})


def performance(weather: pd.DataFrame, technology: str, **parameters: float) -> pd.DataFrame:
    """Hourly performance of one technology at one place.

    Parameters
    ----------
    weather : DataFrame
        `dry_bulb_c` [C], `dew_point_c` [C], `pressure_pa` [Pa], one row an hour.
    technology : str
        A `cooling_id`, see `technologies`.
    **parameters : float
        Values that replace the middle of a parameter's range.

    Returns
    -------
    DataFrame
        `pue`, `wue_l_per_kwh`, `heat_reusable_fraction` (of IT power), `heat_temperature_c`, `capacity_fraction`; the
        index of `weather`.

    Raises
    ------
    ValueError
        If the technology or a parameter does not exist or is outside its limits.
    """
    arrays = hourly(
        weather["dry_bulb_c"].to_numpy(dtype=float),
        weather["dew_point_c"].to_numpy(dtype=float),
        weather["pressure_pa"].to_numpy(dtype=float),
        technology,
        **parameters,
    )
    return pd.DataFrame(arrays, index=weather.index)


def hourly(
    dry_bulb_c: Array,
    dew_point_c: Array,
    pressure_pa: Array,
    technology: str,
    *,
    wet_bulb_c: Array | None = None,
    **parameters: float,
) -> dict[str, Array]:
    """Performance of one technology at many sites at once.

    Parameters
    ----------
    dry_bulb_c, dew_point_c, pressure_pa : ndarray, (site, hour)
        Weather; any equal shapes. [C], [C], [Pa]
    technology : str
        A `cooling_id`.
    wet_bulb_c : ndarray, optional
        From `siting.cooling.wet_bulb_c`, to share its solution between technologies. [C]
    **parameters : float
        Values that replace the middle of a parameter's range.

    Returns
    -------
    dict of str to ndarray, (site, hour)
        The columns of `performance`.
    """
    found = find(technology)
    check_parameters(technology, found.ranges, parameters)
    values = defaults(found, parameters)
    dry = np.asarray(dry_bulb_c, dtype=np.float64)
    result: dict[str, Array] = {name: np.empty(dry.shape) for name in COLUMNS}
    flat: dict[str, Any] = {name: array.reshape(-1) for name, array in result.items()}
    inputs = [np.broadcast_to(part, dry.shape).reshape(-1) for part in (dry, dew_point_c, pressure_pa)]
    wet = None if wet_bulb_c is None else np.broadcast_to(wet_bulb_c, dry.shape).reshape(-1)
    for start in range(0, dry.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        outdoors = Outdoors.of(*(array[part] for array in inputs), None if wet is None else wet[part])
        for name, values_of_part in columns(found.physics(outdoors, values)).items():
            flat[name][part] = values_of_part
    return result


def columns(flows: Flows) -> dict[str, Array]:
    """Flows as the columns of `performance`."""
    return {
        "pue": flows.pue(),
        "wue_l_per_kwh": flows.wue_l_per_kwh(),
        "heat_reusable_fraction": flows.heat_reusable_fraction,
        "heat_temperature_c": flows.heat_temperature_c,
        "capacity_fraction": flows.capacity_fraction,
    }
