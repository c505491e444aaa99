"""Hourly series by the name of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import pandas as pd

from siting.case.case import Array
from siting.quantities import HOURS_PER_YEAR

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
            Whole series below each other, each in the order of its hours, from `siting.data.tables.reader.load_tables`.
        key : str
            Column that names a series.
        wanted : iterable of str
            Names; one may stand more than once.
        """
        position = {name: i for i, name in enumerate(dict.fromkeys(wanted))}
        row_of = {name: row for row, name in enumerate(table[key].iloc[::HOURS_PER_YEAR])}
        rows = [row_of[name] for name in position]
        columns = {
            column: table[column].to_numpy(float).reshape(len(row_of), HOURS_PER_YEAR)[rows]
            for column in table.columns.drop([key, "hour"])
        }
        return cls(position, columns)

    def at(self, wanted: Iterable[str], column: str) -> Array:
        """Return a column of the series of each name, (name, hour)."""
        return self.columns[column][[self.position[name] for name in wanted]]
