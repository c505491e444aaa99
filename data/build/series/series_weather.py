"""Hourly typical-year weather of the sites in use, in local standard time."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pyarrow.parquet as pq

from siting.data.build.raw import locate
from siting.quantities import HOURS_PER_YEAR

__all__ = ["weather_series"]

HIGHEST_DEW_POINT_C = 31.5  # no US station has had more for long; the two hours above are slips, and interpolated


def weather_series(stations: Iterable[int]) -> pd.DataFrame:
    """Dry bulb, dew point and pressure of each station (columns as in `series_weather.parquet`).

    Parameters
    ----------
    stations
        Numbers of the typical-year sites.

    Raises
    ------
    ValueError
        If a station has not 8,760 hours.
    """
    wanted = sorted(set(stations))
    table = pq.read_table(
        locate("weather_us_tmy/hourly.parquet"),
        columns=["site", "hour", "t_db_dC", "t_dp_dC", "p_daPa"],
        filters=[("site", "in", wanted)],
    ).to_pandas()
    table = table.sort_values(["site", "hour"], kind="stable", ignore_index=True)
    if len(table) != HOURS_PER_YEAR * len(wanted):
        raise ValueError("a weather site has not 8,760 hours")
    dry = table["t_db_dC"].astype(float) / 10.0
    dew = table["t_dp_dC"].astype(float) / 10.0
    dew = dew.mask(dew > HIGHEST_DEW_POINT_C).groupby(table["site"]).transform(pd.Series.interpolate)
    series = pd.DataFrame(
        {
            "weather_id": table["site"].map("tmy-{}".format),
            "hour": table["hour"].astype(int),
            "dry_bulb_c": dry,
            "dew_point_c": dew.clip(upper=dry),
            "pressure_pa": table["p_daPa"].astype(float) * 10.0,
        }
    )
    return series.sort_values(["weather_id", "hour"], ignore_index=True)
