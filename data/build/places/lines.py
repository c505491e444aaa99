"""How far the real transmission lines of each voltage are from places in a county, and which voltages it has."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.data.build.places.counties import county_shapes
from siting.data.build.raw import locate, read_raw

__all__ = ["QUANTILES", "VOLTAGES_KV", "highest_voltage_kv", "line_distances_km"]

CLASS_OF = {138.0: "100-161", 230.0: "220-287", 345.0: "345", 500.0: "500"}
"""Class of voltage in the files, by the voltage at which it is priced."""
VOLTAGES_KV = tuple(CLASS_OF)
"""Voltages at which a campus is connected; nobody connects one at 765 kV."""
HIGHEST_CLASS = {**CLASS_OF, 765.0: "735 AND ABOVE"}

PROJECTION = "EPSG:5070"  # equal area, in metres; distances in the contiguous US err by under 1 %
PLACES_COUNT = 40
"""Places looked at in each county, about: on a square lattice over it."""
QUANTILES = (0.1, 0.5, 0.9)
"""Of the distances of a county's places."""
M_PER_KM = 1000.0


def highest_voltage_kv(counties: pd.Index) -> pd.Series:
    """Highest class of voltage of the real lines in each county [kV]; missing where none of 100 kV or more is.

    Parameters
    ----------
    counties
        FIPS codes.
    """
    table = read_raw("us_power/hifld_line_km_by_county.csv")
    table = table.set_index(table["county_fips"].map("{:05d}".format))
    found = pd.Series(np.nan, index=table.index)
    for voltage_kv, name in HIGHEST_CLASS.items():
        found[table[name] > 0] = voltage_kv
    return found.reindex(counties)


def line_distances_km(counties: pd.Index) -> dict[float, pd.DataFrame]:
    """Straight distance to the nearest real line of each voltage, from places all over a county.

    Parameters
    ----------
    counties
        FIPS codes.

    Returns
    -------
    dict of DataFrame
        By voltage [kV]: the tenth, fiftieth and ninetieth percentile of the county's places [km], by county.
    """
    x_m, y_m, position = _lattice(tuple(counties))
    points = gpd.GeoSeries.from_xy(x_m, y_m)
    found = {}
    for voltage_kv, name in CLASS_OF.items():
        lines = _lines()[name]
        nearest, away_m = lines.sindex.nearest(points, return_all=False, return_distance=True)
        away = pd.Series(np.empty(len(points)))
        away[nearest[0]] = away_m / M_PER_KM
        by_county = away.groupby(position).quantile(np.array(QUANTILES)).unstack()
        found[voltage_kv] = by_county.set_axis(counties, axis=0)
    return found


@cache
def _lines() -> dict[str, gpd.GeoSeries]:
    """Real lines by class of voltage, in metres."""
    table = gpd.read_parquet(locate("us_power/hifld_lines_z8.parquet")).to_crs(PROJECTION)
    return {str(name): lines.geometry.reset_index(drop=True) for name, lines in table.groupby("VOLT_CLASS")}


@cache
def _lattice(counties: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Places on a square lattice over each county, or a point inside it: x, y [m] and the county's position."""
    shapes = gpd.GeoSeries([county_shapes()[fips] for fips in counties], crs="EPSG:4326").to_crs(PROJECTION)
    x_parts, y_parts, places = [], [], []
    for i, county in enumerate(shapes):
        step = np.sqrt(county.area / PLACES_COUNT)
        left, low, right, high = county.bounds
        x, y = (
            axis.ravel()
            for axis in np.meshgrid(np.arange(left + step / 2, right, step), np.arange(low + step / 2, high, step))
        )
        inside = gpd.GeoSeries.from_xy(x, y).within(county).to_numpy()
        if not inside.any():
            point = county.representative_point()
            x, y, inside = np.array([point.x]), np.array([point.y]), np.array([True])
        x_parts.append(x[inside])
        y_parts.append(y[inside])
        places.append(np.full(int(inside.sum()), i))
    return np.concatenate(x_parts), np.concatenate(y_parts), np.concatenate(places)
