"""Hourly series by the members of an axis."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.case import Array

__all__ = ["by_key"]


def by_key(series: pd.DataFrame, key: str, wanted: pd.Series, column: str) -> Array:
    """Return rows of an hourly column, one for each wanted key.

    Parameters
    ----------
    series : DataFrame
        Stacked series, from `siting.data.tables.load_tables`.
    key : str
        Column that names a series.
    wanted : Series
        Names, in the order of the rows; a name may stand more than once.
    column : str
        What is wanted.

    Returns
    -------
    ndarray, (wanted, hour)
    """
    wide = {
        identity: rows.sort_values("hour")[column].to_numpy(float)
        for identity, rows in series[[key, "hour", column]].groupby(key, sort=False)
    }
    return np.stack([wide[identity] for identity in wanted])
