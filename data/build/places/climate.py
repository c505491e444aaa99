"""Which typical-year weather site stands for a place: near, at its height, and of its climate."""

from __future__ import annotations

import gzip
import json
from functools import cache

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from siting.data.build.raw import locate, read_raw
from siting.geography import great_circle_km

__all__ = ["assign_weather", "references", "stations", "typical_years"]

FARTHEST_STATION_KM = 400.0
REFERENCE_COUNT = 3
PENALTY_PER_KM = 1 / 50
MOST_JUMP_K = 20.0  # within an hour; one of 28 K begins weeks of 50 C in Virginia's October, filled in by mistake
PENALTY_PER_M = 1 / 300
PENALTY_PER_DEGREE_DAY = 1 / 400


@cache
def stations() -> pd.DataFrame:
    """Weather stations of the US with height, degree days, climate zone and time zone, the median of their vintages."""
    with gzip.open(locate("design_conditions/stations.json.gz")) as stream:
        table = pd.DataFrame(json.load(stream)["stations"])
    table = table[
        table["country"].eq("USA") & table["latitude"].between(24, 50) & table["longitude"].between(-125, -66)
    ]
    table = table.dropna(subset=["elevation", "hdd18", "cdd10", "ashrae_climate_zone"])
    grouped = table.groupby("wmo", sort=True)
    numbers = grouped[["latitude", "longitude", "elevation", "hdd18", "cdd10", "timezone"]].median()
    numbers["climate_zone"] = grouped["ashrae_climate_zone"].agg(lambda zones: zones.mode().iloc[0].split(" ")[0])
    return numbers.reset_index(drop=True)


def references(place: pd.DataFrame) -> pd.DataFrame:
    """Climate of each place: the median of its three nearest stations; zone and time of the nearest.

    Parameters
    ----------
    place
        `latitude` and `longitude` by place.

    Returns
    -------
    pandas.DataFrame
        `elevation`, `hdd18`, `cdd10`, `climate_zone`, `utc_offset_h` by place.
    """
    known = stations()
    rows = []
    for latitude, longitude in zip(place["latitude"], place["longitude"], strict=True):
        away = great_circle_km(latitude, longitude, known["latitude"].to_numpy(), known["longitude"].to_numpy())
        near = known.iloc[np.argsort(away, kind="stable")[:REFERENCE_COUNT]]
        middle = near[["elevation", "hdd18", "cdd10"]].median()
        rows.append((*middle, near["climate_zone"].iloc[0], round(near["timezone"].iloc[0])))
    columns = ["elevation", "hdd18", "cdd10", "climate_zone", "utc_offset_h"]
    return pd.DataFrame(rows, index=place.index, columns=columns)


@cache
def typical_years() -> pd.DataFrame:
    """Weather sites of the contiguous US with the climate that today's stations give for their place.

    One whose dry bulb jumps by more than 20 K within an hour has a stretch that is broken, and is left out.
    """
    table = read_raw("weather_us_tmy/sites.csv")
    table = table[~table["site"].isin(broken_sites())]
    table = table[~table["state"].isin(["AK", "HI"])].rename(columns={"lat": "latitude", "lon": "longitude"})
    table = table.set_index("site")
    return table.join(references(table)[["hdd18", "cdd10", "climate_zone"]])


def broken_sites() -> list[int]:
    """Weather sites whose dry bulb jumps as no weather does."""
    columns = ["site", "hour", "t_db_dC"]
    hourly = pq.read_table(locate("weather_us_tmy/hourly.parquet"), columns=columns).to_pandas()
    hourly = hourly.sort_values(["site", "hour"])
    jump_k = hourly.groupby("site")["t_db_dC"].diff().abs() / 10
    return sorted(hourly["site"][jump_k > MOST_JUMP_K].unique().tolist())


def assign_weather(place: pd.DataFrame) -> pd.DataFrame:
    """Choose the weather site of each place.

    The least sum of distance (1 a 50 km), difference in height (1 a 300 m) and in heating and cooling degree days
    (1 each 400 K d), among those within 400 km: a valley does not take its mountain's weather, nor a desert that of
    its coast.

    Parameters
    ----------
    place
        `latitude` and `longitude` by place.

    Returns
    -------
    pandas.DataFrame
        `weather_site`, `distance_km`, `hdd18_gap`, `cdd10_gap`, `elevation_gap_m` (weather site less place) and the
        place's `utc_offset_h`.
    """
    known = typical_years()
    own = references(place)
    rows = []
    for (_, here), (_, climate) in zip(place.iterrows(), own.iterrows(), strict=True):
        away = great_circle_km(
            here["latitude"], here["longitude"], known["latitude"].to_numpy(), known["longitude"].to_numpy()
        )
        height = known["elev"].to_numpy() - climate["elevation"]
        heating = known["hdd18"].to_numpy() - climate["hdd18"]
        cooling = known["cdd10"].to_numpy() - climate["cdd10"]
        penalty = (
            away * PENALTY_PER_KM
            + np.abs(height) * PENALTY_PER_M
            + (np.abs(heating) + np.abs(cooling)) * PENALTY_PER_DEGREE_DAY
        )
        best = int(np.argmin(np.where(away <= FARTHEST_STATION_KM, penalty, np.inf)))
        rows.append((known.index[best], away[best], heating[best], cooling[best], height[best]))
    columns = ["weather_site", "distance_km", "hdd18_gap", "cdd10_gap", "elevation_gap_m"]
    return pd.DataFrame(rows, index=place.index, columns=columns).join(own["utc_offset_h"])
