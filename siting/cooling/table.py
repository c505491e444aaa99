"""The technologies side by side: what the catalogue says of them and what follows from their physics."""

from __future__ import annotations

from importlib import resources

import pandas as pd

from siting.cooling.model import performance
from siting.cooling.registry import find

# An hour in which every arrangement works at its ordinary state: 20 C, half humid, sea level.
_REFERENCE_HOUR = pd.DataFrame({"dry_bulb_c": [20.0], "dew_point_c": [9.3], "pressure_pa": [101325.0]})
_FROM_PHYSICS = ("wue_l_per_kwh", "heat_reusable_fraction", "heat_temperature_c")


def technologies() -> pd.DataFrame:
    """Every technology of the catalogue with its cost, density, water, heat, redundancy and sources.

    Returns
    -------
    DataFrame
        The catalogue's table `cooling` (`source_id` and `grade` are of its costs), one row a technology;
        `published_case` is 1 to 10 where it stands for a row of Lei and Masanet (2022). Added from the physics:

        - `redundancy_ratio` : refrigeration installed over needed at design;
        - `wue_l_per_kwh`, `heat_reusable_fraction`, `heat_temperature_c` : at 20 C and half humidity;
        - `physics_source_id`, `physics_grade` : where the hourly performance comes from.

    Examples
    --------
    >>> table = technologies().set_index("cooling_id")
    >>> print(table.loc["direct-to-chip-dry", ["max_rack_kw", "heat_temperature_c", "physics_grade"]].to_string())
    max_rack_kw                250
    heat_temperature_c        52.5
    physics_grade         modelled
    """
    path = resources.files("siting.data") / "catalog" / "cooling.csv"
    with path.open("r", encoding="utf-8") as text:
        table = pd.read_csv(text, dtype={"published_case": "Int64"})
    ids = table["cooling_id"].astype(str)
    table["redundancy_ratio"] = [find(name).ranges["plant_margin_ratio"].middle for name in ids]
    hours = [performance(_REFERENCE_HOUR, name).iloc[0] for name in ids]
    for column in _FROM_PHYSICS:
        table[column] = [float(hour[column]) for hour in hours]
    published = table["published_case"].notna()
    table["physics_source_id"] = published.map({True: "lei-masanet-2022", False: "siting-liquid-physics"})
    table["physics_grade"] = "modelled"
    return table
