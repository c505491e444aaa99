"""What a study's halls need of the physics: hourly coefficients, and what the hottest hour leaves of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.cooling.air import Array
from siting.cooling.climates import hottest_hours
from siting.cooling.model import evaluate
from siting.cooling.outdoors import Outdoors
from siting.cooling.parameters import PARAMETERS
from siting.cooling.registry import find


@dataclass(frozen=True)
class Extremes:
    """By how much the hottest hour that must be carried is above that of the year, dry and muggy. [C]"""

    dry_offset_c: float = 0.0
    muggy_offset_c: float = 0.0


@dataclass(frozen=True)
class Plants:
    """Several technologies at several sites.

    Attributes
    ----------
    pue, wue_l_per_kwh, capacity_fraction : ndarray, (site, cooling, hour)
        As in `siting.cooling.performance`.
    heat_reusable_fraction, heat_temperature_c : ndarray, (site, cooling)
        Least of the year: what can be counted on in any hour.
    peak_pue : ndarray, (site, cooling)
        Highest PUE of the year and of the hottest hour that must be carried.
    least_capacity_fraction : ndarray, (site, cooling)
        Least share of the design load that is carried in the year and in that hour.
    """

    pue: Array
    wue_l_per_kwh: Array
    capacity_fraction: Array
    heat_reusable_fraction: Array
    heat_temperature_c: Array
    peak_pue: Array
    least_capacity_fraction: Array


def plants(outdoors: Outdoors, technologies: Sequence[tuple[str, Mapping[str, float]]], extremes: Extremes) -> Plants:
    """Coefficients of several technologies in the outdoor air of several sites.

    A sea or a river does not follow a hot hour: for them the year's own hottest hour counts.

    Parameters
    ----------
    outdoors : Outdoors, (site, hour)
        A year, from `Outdoors.of`.
    technologies : sequence of (str, mapping)
        `cooling_id` and the parameters that differ from their defaults.
    extremes : Extremes
        What must be carried beyond the year.
    """
    rare = hottest_hours(outdoors, extremes.dry_offset_c, extremes.muggy_offset_c)
    years, hottest = [], []
    for name, parameters in technologies:
        year = evaluate(outdoors, name, **parameters)
        years.append(year)
        hottest.append(year if "source_lag_h" in find(name).ranges else evaluate(rare, name, **parameters))

    def stacked(parts: Sequence[Mapping[str, Array]], column: str) -> Array:
        return np.stack([part[column] for part in parts], axis=1)

    pue, capacity = stacked(years, "pue"), stacked(years, "capacity_fraction")
    rare_pue = np.stack([part["pue"].max(axis=-1) for part in hottest], axis=1)
    rare_capacity = np.stack([part["capacity_fraction"].min(axis=-1) for part in hottest], axis=1)
    return Plants(
        pue=pue,
        wue_l_per_kwh=stacked(years, "wue_l_per_kwh"),
        capacity_fraction=capacity,
        heat_reusable_fraction=stacked(years, "heat_reusable_fraction").min(axis=-1),
        heat_temperature_c=stacked(years, "heat_temperature_c").min(axis=-1),
        peak_pue=np.maximum(pue.max(axis=-1), rare_pue),
        least_capacity_fraction=np.minimum(capacity.min(axis=-1), rare_capacity),
    )


def technologies_of(table: pd.DataFrame) -> list[tuple[str, dict[str, float]]]:
    """Return each way of cooling of a table with the physical parameters that its row states."""
    stated = [name for name in PARAMETERS if name in table]
    return [
        (str(row["cooling_id"]), {name: float(row[name]) for name in stated if not pd.isna(row[name])})
        for row in table.to_dict("records")
    ]
