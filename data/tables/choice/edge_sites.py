"""Candidate sites inside cities, made from the nearest candidate county and what a study says they differ by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.geography import great_circle_km
from siting.study.edge import Edge

__all__ = ["edge_sites"]

_UNKNOWN = ("county_fips", "candidate_rank", "large_load_class_ids", "wait_low_months", "wait_months",
            "wait_high_months", "wait_trust", "wait_basis", "power_queue", "headroom_low_mw", "headroom_high_mw",
            "connection_fixed_low_usd", "connection_fixed_high_usd", "capital_low_ratio", "capital_high_ratio",
            "line_low_km", "line_high_km", "transfer_mw", "refusals_count")  # fmt: skip
"""What is known of a county, and of no place in a city."""

_FACILITY_RATIO = 1.6
"""Power of the connection over that of IT: more than any way of cooling takes in its worst hour."""


def edge_sites(edge: Edge, sites: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """Return one small site in the city of each zone that is to have one.

    Climate, grid zone, tariff, water and taxes are those of the nearest county of the table; the rest is the study's
    own, and all of it is assumed.

    Parameters
    ----------
    edge : Edge
        What such a site is.
    sites : DataFrame
        The table of candidate counties.
    zones : DataFrame
        The study's zones.

    Returns
    -------
    DataFrame
        Rows of the table, with the sizes and the opening cost of a site's own; their ids are ``edge-`` and the zone's.
    """
    zones = zones if edge.zones == "all" else zones[zones["zone_id"].isin(edge.zones)]
    apart_km = great_circle_km(
        zones["latitude"].to_numpy(float)[:, None], zones["longitude"].to_numpy(float)[:, None],
        sites["latitude"].to_numpy(float)[None, :], sites["longitude"].to_numpy(float)[None, :],
    )  # fmt: skip
    rows = sites.iloc[apart_km.argmin(axis=1)].reset_index(drop=True)
    of_city = {
        "site_id": [f"edge-{zone}" for zone in zones["zone_id"]],
        "name": [f"{name} (edge)" for name in zones["name"]],
        "latitude": zones["latitude"].to_numpy(float),
        "longitude": zones["longitude"].to_numpy(float),
        "headroom_mw": edge.max_mw * _FACILITY_RATIO,
        "line_km": 0.0,
        "line_mw": edge.max_mw * _FACILITY_RATIO,
        "network_mw": edge.max_mw * _FACILITY_RATIO,
        "connection_fixed_usd": edge.connection_fixed_usd,
        "land_usd_per_ha": rows["land_usd_per_ha"] * edge.land_ratio,
        "capital_ratio": rows["capital_ratio"] * edge.building_ratio,
        "site_max_mw": edge.max_mw,
        "site_min_mw": edge.min_mw,
        "module_mw": edge.module_mw,
        "fixed_site_usd": edge.fixed_site_usd,
        "source_id": "edge-assumptions",
        "grade": "assumed",
    }
    unknown = {name: _none_like(rows[name]) for name in _UNKNOWN if name in rows}
    kept = {name: value for name, value in of_city.items() if name in rows or name in _OWN}
    made: pd.DataFrame = rows.assign(**unknown, **kept)
    return made


_OWN = ("site_max_mw", "site_min_mw", "module_mw", "fixed_site_usd")
"""Columns that the catalogue's sites do without: their sizes and opening costs are the study's."""


def _none_like(column: pd.Series) -> object:
    """What stands for an unknown value in a column."""
    return np.nan if pd.api.types.is_numeric_dtype(column) else ""
