"""What the catalogue says of its hours in a year other than the one in which all of them were measured."""

from __future__ import annotations

import pandas as pd

from siting.data.tables.reader import DATA_YEAR

__all__ = ["at_levels", "in_year", "with_own_carbon"]

OWN_CARBON = ("carbon_average_kg_per_mwh", "carbon_free_fraction")
"""Columns that `series_carbon` has for some zones."""


def with_own_carbon(series_grid: pd.DataFrame, series_carbon: pd.DataFrame) -> pd.DataFrame:
    """Return the grid's series with the measured carbon of the zones that have it.

    The two are joined here and nowhere else: the measured ones are under a licence of their own.
    """
    if series_carbon.empty:
        return series_grid
    keys = ["grid_zone_id", "hour"]
    joined = series_grid.merge(series_carbon, on=keys, how="left", suffixes=("", "_own"))
    for column in OWN_CARBON:
        joined[column] = joined.pop(f"{column}_own").fillna(joined[column])
    return joined


def in_year(
    columns: pd.DataFrame,
    grid_zones: pd.DataFrame,
    series_grid: pd.DataFrame,
    series_carbon: pd.DataFrame,
    data_year: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables about columns and grid zones as they hold in a year.

    Parameters
    ----------
    columns, grid_zones : DataFrame
        Tables of those names, which speak of 2022.
    series_grid : DataFrame
        Hours of the year.
    series_carbon : DataFrame
        Measured carbon of the year.
    data_year : int
        Year of the hours.
    """
    if data_year == DATA_YEAR:
        return columns, grid_zones
    carbon = columns["table"].eq("series_grid") & columns["column"].isin(OWN_CARBON)
    columns = columns.assign(grade=columns["grade"].mask(carbon, "modelled"))
    own = grid_zones["grid_zone_id"].isin(series_carbon["grid_zone_id"])
    told = grid_zones["carbon_basis"].str.split(": ", n=1).str[-1]
    grid_zones = grid_zones.assign(
        price_basis=grid_zones["price_basis"].str.replace(f"hours of {DATA_YEAR}, ", f"hours of {data_year}, not "),
        carbon_basis=("modelled: means by month and hour of day of " + told).mask(
            own, f"measured: Electricity Maps {data_year}, life cycle"
        ),
        wind_basis=_of_weather(grid_zones["grid_zone_id"], series_grid, "wind_fraction", data_year),
        solar_basis=_of_weather(grid_zones["grid_zone_id"], series_grid, "solar_fraction", data_year),
        source_id=grid_zones["source_id"].mask(own, "electricity-maps"),
        grade=own.map({True: "measured", False: "modelled"}),
    )
    return columns, grid_zones


def _of_weather(zones: pd.Series, series_grid: pd.DataFrame, column: str, data_year: int) -> pd.Series:
    """Say what the profile of each zone rests on in a year whose generation is not measured."""
    known = series_grid.loc[series_grid[column].notna(), "grid_zone_id"].unique()
    told = f"modelled: means by month and hour of day of {DATA_YEAR}, with the weather of {data_year} at one place"
    return zones.isin(known).map({True: told, False: f"none: no hours of {data_year}"})


def at_levels(grid_zones: pd.DataFrame, sites: pd.DataFrame, authority_carbon: pd.DataFrame) -> pd.DataFrame:
    """Return what the zones' series rest on, with whose level their carbon takes at each site.

    Parameters
    ----------
    grid_zones : DataFrame
        What the series rest on.
    sites : DataFrame
        The chosen sites.
    authority_carbon : DataFrame
        Levels by balancing authority.
    """
    known = sites[sites["authority_id"].isin(authority_carbon["authority_id"])]
    named = known.groupby("grid_zone_id")["authority_id"].agg(lambda ids: ", ".join(sorted(set(ids))))
    levels = grid_zones["grid_zone_id"].map(named)
    told = grid_zones["carbon_basis"] + "; at the level of " + levels + " (Electricity Maps, ODbL)"
    return grid_zones.assign(carbon_basis=told.where(levels.notna(), grid_zones["carbon_basis"]))
