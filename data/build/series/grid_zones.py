"""Rows of `grid_zones.csv`: what each series of a zone rests on, in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from siting.data.build.raw import read_input
from siting.data.build.series.hours import YEARS
from siting.data.build.series.wholesale import MARKETS, known_mean, long_run_level

__all__ = ["grid_zone_table"]


def price_basis(zone: Mapping[Hashable, Any]) -> str:
    """Say where the zone's prices come from."""
    if MARKETS.get(zone["grid_zone_id"]) == zone["price_from"]:
        return "measured: hours of 2022, level the median of 2021 to 2024"
    whose = " and ".join(zone["price_from"].split("+"))
    known = [mean for year in YEARS if (mean := known_mean(zone, year)) is not None]
    names = [part for part in (zone["iso"], zone["hub"]) if isinstance(part, str)]
    level = f"its own level by {' and '.join(names)}" if known else f"the level of {zone['price_level_from']}"
    return f"modelled: hours of {whose} stand in, moved to {level}, {long_run_level(zone):.0f} USD/MWh"


def carbon_basis(zone: Mapping[Hashable, Any]) -> str:
    """Say where the zone's carbon intensity comes from."""
    donor = zone["generation_from"]
    if donor == zone["grid_zone_id"]:
        return "measured: generation by fuel 2022, life-cycle factors"
    level = f"eGRID {zone['egrid']} 2022" if isinstance(zone["egrid"], str) else "an assumed mean"
    return f"modelled: hours of {donor} 2022 at the level of {level}; carbon-free share at an assumed mean"


def profile_basis(zone: Mapping[Hashable, Any], kind: str) -> str:
    """Say where the zone's profile of sun or wind comes from."""
    donor, mean = zone[f"{kind}_from"], zone[f"{kind}_capacity_fraction"]
    if not isinstance(donor, str):
        return "none: contract not offered"
    whose = "own hours" if donor == zone["grid_zone_id"] else f"hours of {donor}"
    return f"modelled: {whose} of 2022 at a capacity factor of {mean:g}"


def grid_zone_table() -> pd.DataFrame:
    """Build the rows; a zone is graded measured if its generation by fuel is."""
    rows = []
    for zone in read_input("grid_zones.csv").to_dict("records"):
        own = zone["generation_from"] == zone["grid_zone_id"]
        rows.append(
            {
                "grid_zone_id": zone["grid_zone_id"],
                "name": zone["name"],
                "price_basis": price_basis(zone),
                "carbon_basis": carbon_basis(zone),
                "wind_basis": profile_basis(zone, "wind"),
                "solar_basis": profile_basis(zone, "solar"),
                "source_id": "eia-930-2022" if own else "epa-egrid-2022",
                "grade": "measured" if own else "modelled",
            }
        )
    return pd.DataFrame(rows)
