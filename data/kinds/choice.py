"""What a study chooses from the catalogue: the rows of each table, and the series that they need."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel

from siting.case.case import TABLE_OF_AXIS, Array, Field
from siting.data.kinds.series import Series

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["Choice"]


@dataclasses.dataclass(frozen=True)
class Choice:
    """Chosen rows, in the order of the case's axes.

    Parameters
    ----------
    study : Study
        What is asked.
    tables : mapping of str to DataFrame
        The chosen rows of each table. Those of `cooling` are `wanted_cooling`, and after it what only existing halls
        have.
    series : mapping of str to Series
        Hourly series of the sites.
    wanted_cooling : tuple of str
        What may be built.
    reference_rack : DataFrame
        The row of the rack in whose power the demand is stated; it need not be on offer.
    priced_rack : DataFrame
        The row of the rack of whose accelerator the price of work is; it need not be on offer.
    zone_places : DataFrame
        A row of the table of sites for each grid zone, from all that it lists: days are told apart by these.
    second_year : Series, optional
        Hourly series of the grid in the year that contracts are held against, of the zones that have it; None if there
        is no such year.
    """

    study: Study
    tables: Mapping[str, pd.DataFrame]
    series: Mapping[str, Series]
    wanted_cooling: tuple[str, ...]
    reference_rack: pd.DataFrame
    priced_rack: pd.DataFrame
    zone_places: pd.DataFrame
    second_year: Series | None = None

    def one_a_zone(self) -> Choice:
        """Return the choice with one place in each grid zone of the catalogue, whichever sites are chosen."""
        return dataclasses.replace(self, tables={**self.tables, "sites": self.zone_places})

    def at(self, positions: npt.NDArray[np.intp]) -> Choice:
        """Return the choice with only the sites at some positions."""
        sites = self.tables["sites"].iloc[positions].reset_index(drop=True)
        return dataclasses.replace(self, tables={**self.tables, "sites": sites})

    def column(self, table: str, name: str) -> Array:
        """Return a column of a table, as numbers."""
        values: Array = self.tables[table][name].to_numpy(np.float64)
        return values

    def parameter(self, name: str, table: str = "parameters") -> float:
        """Return one number of a table that has one in each row."""
        return self._parameters[table][name]

    @cached_property
    def _parameters(self) -> dict[str, dict[str, float]]:
        """The numbers of each table that has one in each row, by their names: a case reads a hundred of them."""
        return {
            name: dict(zip(table["parameter_id"].astype(str), table["value"].astype(float), strict=True))
            for name, table in self.tables.items()
            if "parameter_id" in table
        }

    def taken(self, source: str, axes: tuple[str, ...]) -> Field:
        """Return a number that a case takes as it is, over its axes.

        Parameters
        ----------
        source : str
            ``part.name`` of the study, or ``table.column``, or ``table.parameter``; what a study may state instead of
            a parameter of the same name goes before it, and what a site states of itself before both.
        axes : tuple of str
            One whose members the table describes; none for a number of a table of one row.
        """
        part, name = source.split(".")
        stated = getattr(self.study, part, None)
        value = getattr(stated, name, None) if isinstance(stated, BaseModel) else None
        if value is None and part in self._parameters:
            value = self.parameter(name, part)
        if value is None:
            column = self.column(part, name)
            return Field(axes, column if axes else column[0])
        shape = tuple(len(self.tables[TABLE_OF_AXIS[axis]]) for axis in axes)
        if axes == ("site",) and name in self.tables["sites"]:
            own = self.column("sites", name)
            return Field(axes, np.where(np.isnan(own), float(value), own))
        return Field(axes, np.full(shape, float(value)))
