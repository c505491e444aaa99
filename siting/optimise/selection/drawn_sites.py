"""Other values that the sites may have, drawn from how well each of their columns is known.

A column that a number of the case is made from has errors. Where columns `..._low_...` and `..._high_...` of the same
unit stand beside it, they are its 10th and 90th percentile; elsewhere these lie a fraction below and above the value,
by the grade of its cell. An error is normal on both sides of the value, each side with its own width; part of it is
common to all places of a state, and all of it where the column has one value for the state.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from siting.data.tables.provenance import has_one_value_a_state
from siting.plan.assumptions import provenance_of
from siting.quantities import DIMENSIONLESS, split

if TYPE_CHECKING:
    import pandas as pd

    from siting.case.case import Array, Case

__all__ = ["DrawnColumn", "drawn_columns", "drawn_sites"]

GRADES = ("measured", "modelled", "assumed")
"""Grades, each with a spread of its own."""

PERCENTILE_90 = 1.2815515655446004
"""Standard normal variable below which 90 of 100 draws lie."""


@dataclasses.dataclass(frozen=True)
class DrawnColumn:
    """A column of the sites that is not known exactly.

    Parameters
    ----------
    name : str
        Its name.
    values : ndarray
        What it says, by site.
    below, above : ndarray
        Distance to the 10th and to the 90th percentile, by site.
    common_fraction : float
        Part of the variance that all places of a state have in common.
    """

    name: str
    values: Array
    below: Array
    above: Array
    common_fraction: float

    def at(self, normal: Array) -> Array:
        """Return the values at standard normal errors, by site: none below zero, and no share above one.

        What is not known stays so.

        Examples
        --------
        >>> one = DrawnColumn("tariff_usd_per_mwh", np.array([60.0]), np.array([6.0]), np.array([12.0]), 0.0)
        >>> one.at(np.array([PERCENTILE_90])).tolist(), one.at(np.array([-PERCENTILE_90])).tolist()
        ([72.0], [54.0])
        """
        moved = self.values + normal / PERCENTILE_90 * np.where(normal < 0, self.below, self.above)
        most = max(1.0, float(np.nanmax(self.values))) if self.name.endswith("_fraction") else np.inf
        return np.clip(moved, 0.0, most)


def drawn_columns(case: Case) -> tuple[DrawnColumn, ...]:
    """Return the columns of the sites that the case is made from and that have a spread, by name.

    Parameters
    ----------
    case : Case
        The numbers, with the tables that they come from.
    """
    sites = case.tables["sites"]
    inputs = {source for sources in case.inputs.values() for source in sources}
    numbers = sites.select_dtypes("number")
    names = sorted(str(name) for name in numbers if f"sites.{name}" in inputs and name not in DIMENSIONLESS)
    found = (_of_column(case, name) for name in names)
    return tuple(column for column in found if (column.below + column.above).any())


def drawn_sites(case: Case, columns: tuple[DrawnColumn, ...], seed: tuple[int, ...]) -> pd.DataFrame:
    """Return the table of sites with an error in each of some columns.

    Parameters
    ----------
    case : Case
        The numbers.
    columns : tuple of DrawnColumn
        Those of the case.
    seed : tuple of int
        Of this draw: the same one gives the same errors.
    """
    sites, rng = case.tables["sites"], np.random.default_rng(seed)
    states = sites["state"].astype("category").cat.codes.to_numpy()
    drawn = {}
    for column in columns:
        own, common = rng.standard_normal(len(sites)), rng.standard_normal(len(sites))[states]
        normal = np.sqrt(1 - column.common_fraction) * own + np.sqrt(column.common_fraction) * common
        drawn[column.name] = column.at(normal)
    return sites.assign(**drawn)


def _of_column(case: Case, name: str) -> DrawnColumn:
    sites, spreads = (
        case.tables["sites"],
        {one: float(case.values(f"placement.spread_{one}_fraction")) for one in GRADES},
    )
    values = sites[name].to_numpy(float)
    provenance = provenance_of(case)
    grades = [provenance.of("sites", str(row["site_id"]), name, row)[1] for row in sites.to_dict("records")]
    spread = np.array([spreads.get(grade, 0.0) for grade in grades])
    below = above = spread * np.abs(values)
    stem, suffix = split(name)
    if {low := f"{stem}_low_{suffix}", high := f"{stem}_high_{suffix}"} <= set(sites):
        below = _known(values - sites[low].to_numpy(float), below)
        above = _known(sites[high].to_numpy(float) - values, above)
    common = 1.0 if has_one_value_a_state(sites, name) else float(case.values("placement.spread_common_fraction"))
    return DrawnColumn(name, values, np.nan_to_num(below), np.nan_to_num(above), common)


def _known(distance: Array, otherwise: Array) -> Array:
    """Distances to a percentile, none negative; another where it is not stated."""
    return np.asarray(np.where(np.isnan(distance), otherwise, np.maximum(distance, 0.0)))
