"""Hourly series by the name of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from siting.case.case import Array

__all__ = ["Series"]


@dataclasses.dataclass(frozen=True)
class Series:
    """Hourly columns of several series, stacked once: many sites share a series.

    Parameters
    ----------
    position : mapping of str to int
        Row of each series.
    columns : mapping of str to ndarray, (series, hour)
        The numbers.
    """

    position: Mapping[str, int]
    columns: Mapping[str, Array]

    @classmethod
    def of(cls, table: pd.DataFrame, key: str, wanted: Iterable[str]) -> Series:
        """Return the wanted series of a table.

        Parameters
        ----------
        table : DataFrame
            Series below each other, from `siting.data.tables.reader.load_tables`.
        key : str
            Column that names a series.
        wanted : iterable of str
            Names; one may stand more than once.
        """
        position = {name: i for i, name in enumerate(dict.fromkeys(wanted))}
        rows = {name: part.sort_values("hour") for name, part in table.groupby(key, sort=False) if name in position}
        columns = {
            column: np.stack([rows[name][column].to_numpy(float) for name in position])
            for column in table.columns.drop([key, "hour"])
        }
        return cls(position, columns)

    def at(self, wanted: Iterable[str], column: str) -> Array:
        """Return a column of the series of each name, (name, hour)."""
        return self.columns[column][[self.position[name] for name in wanted]]
