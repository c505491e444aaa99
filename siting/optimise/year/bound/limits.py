"""Upper bounds of what a site decides in its year, that its rows imply: of the design, and with it of the days."""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.sparse

from siting.case.case import Array
from siting.models.compiler.members import Positions
from siting.optimise.decomposition.blocks import SiteBlock
from siting.optimise.dual_bound import Bounded, implied_upper
from siting.optimise.year.bound.holding import Holding

MOST = 1e7
"""Most of a design column that no row limits, in its unit: a bound concerns plans with less than that."""


@dataclasses.dataclass(frozen=True)
class LimitPlaces:
    """Which rows and columns of a site's year are of what.

    Parameters
    ----------
    design, days : ndarray of int
        Columns of the design, and of the days.
    alone, of_days, spanning : ndarray of int
        Rows on the design alone, those of a day, and those of several.
    """

    design: Positions
    days: Positions
    alone: Positions
    of_days: Positions
    spanning: Positions


def limits(
    block: SiteBlock, by_row: scipy.sparse.csr_array, places: LimitPlaces, holds: Holding
) -> tuple[Array, Array]:
    """Return upper bounds of the columns of the design, and of those of the days.

    What stands in one row only may have none, as its price bounds that of the row.

    Parameters
    ----------
    block : SiteBlock
        What the site brings.
    by_row : csr_array
        Its matrix.
    places : LimitPlaces
        Which rows and columns are of what.
    holds : Holding
        Which row of the days holds which of their columns.
    """
    days = _Days(block, by_row, places, holds)
    lower, upper = block.column_lower[places.design], block.column_upper[places.design]
    alone = by_row[places.alone][:, places.design]
    upper = _implied(alone, _sides(block, places.alone), lower, upper)
    most = days.upper(upper)
    if len(places.spanning):
        coupled = by_row[places.spanning]
        least_of, most_of = _range(coupled[:, places.days], block.column_lower[places.days], most)
        both = scipy.sparse.block_array(
            [[alone, None], [coupled[:, places.design], scipy.sparse.eye_array(len(places.spanning))]]
        )
        sides = [
            np.concatenate(pair)
            for pair in zip(_sides(block, places.alone), _sides(block, places.spanning), strict=True)
        ]
        upper = _implied(
            both.tocsr(), (sides[0], sides[1]), np.concatenate([lower, least_of]), np.concatenate([upper, most_of])
        )[: len(lower)]
    rows_count = (np.diff(block.matrix.indptr) + np.diff(block.link.indptr))[places.design]
    upper = np.where(np.isinf(upper) & (rows_count > 1), MOST, upper)
    return upper, days.upper(upper)


class _Days:
    """The days' columns, and what limits them once the design has limits."""

    def __init__(self, block: SiteBlock, by_row: scipy.sparse.csr_array, places: LimitPlaces, holds: Holding) -> None:
        self._lower, self._upper = block.column_lower[places.days], block.column_upper[places.days]
        self._design_lower = block.column_lower[places.design]
        rows = by_row[places.of_days]
        matrix, design = rows[:, places.days], rows[:, places.design]
        sides = _sides(block, places.of_days)
        self._levels = [
            (held, value, matrix[at], design[at], sides[0][at], sides[1][at])
            for held, at, value in reversed(holds.levels)
        ]

    def upper(self, design_upper: Array) -> Array:
        """Upper bounds of the days' columns, by the rows that hold them."""
        upper = self._upper.copy()
        for held, value, matrix, design, row_lower, row_upper in self._levels:
            least, most = _range(matrix, self._lower, upper)
            of_design = _range(design, self._design_lower, design_upper)
            room = np.where(value > 0, row_upper - of_design[0] - least, row_lower - of_design[1] - most)
            upper[held] = np.minimum(upper[held], room / value + self._lower[held])
        return upper


def _sides(block: SiteBlock, rows: Positions) -> tuple[Array, Array]:
    return block.row_lower[rows], block.row_upper[rows]


def _implied(matrix: scipy.sparse.csr_array, rows: tuple[Array, Array], lower: Array, upper: Array) -> Array:
    return implied_upper(Bounded(matrix, rows[0], rows[1], lower, upper))


def _range(matrix: scipy.sparse.csr_array, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Least and most of sums of columns within bounds."""
    positive, negative = matrix.maximum(0), matrix.minimum(0)
    return positive @ lower + negative @ upper, positive @ upper + negative @ lower
