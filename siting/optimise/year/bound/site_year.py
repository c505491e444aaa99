"""One site's year, cut into what it decides once and what it decides on each day.

Once the first is fixed, days are apart but for few rows: what is sold or claimed over the year, and the rows that
sites share in which a day's work stands. These *coupling rows* are priced.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import scipy.sparse

from siting.case.case import Array, Case
from siting.models.assembly.labels import Labels
from siting.models.assembly.model import Model
from siting.models.compiler.members import Positions
from siting.optimise.decomposition.blocks import SiteBlock
from siting.optimise.year.bound.coupling import CouplingRows
from siting.optimise.year.bound.holding import Holding, holding
from siting.optimise.year.bound.limits import LimitPlaces, limits

OF_DESIGN = -1
"""Cell of a column that is of no day, and of a row that has no column of a day."""

SPANNING = -2
"""Cell of a row with columns of several cells."""

WORK_BALANCE = "ledgers.compute_pflop_closes"
"""Rows that balance the work of an hour."""

Marks = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True)
class SiteDesign:
    """What a site decides for the whole year, and the rows on that alone.

    Parameters
    ----------
    site : str
        The site.
    names : tuple of str
        The columns.
    cost, lower, upper : ndarray
        Of the columns; an upper bound is the one that the site's rows imply where a column has none of its own.
    size : ndarray
        What each column adds to the installed power [MW].
    integral : ndarray of bool
        Which columns are integer.
    matrix : csr_array
        Rows on the design alone, by column.
    row_lower, row_upper : ndarray
        Bounds of these rows.
    link : csr_array
        The rows that sites share, as far as known when it was made, by column.
    coupling_keys : tuple of str
        The coupling rows: first the site's own by name, then those that shared rows are weighed into, by key.
    coupling : csr_array
        The site's own coupling rows by column.
    coupling_lower, coupling_upper : ndarray
        Bounds of the site's own coupling rows.
    days_least, days_most : ndarray
        What the days of a group can add to a coupling row at the least and at the most: groups by coupling rows.
    cost_least, cost_most : ndarray
        What the days of each group cost at the least and at the most.
    """

    site: str
    names: tuple[str, ...]
    cost: Array
    lower: Array
    upper: Array
    size: Array
    integral: Marks
    matrix: scipy.sparse.csr_array
    row_lower: Array
    row_upper: Array
    link: scipy.sparse.csr_array
    coupling_keys: tuple[str, ...]
    coupling: scipy.sparse.csr_array
    coupling_lower: Array
    coupling_upper: Array
    days_least: Array
    days_most: Array
    cost_least: Array
    cost_most: Array


@dataclasses.dataclass(frozen=True)
class SiteDays:
    """What a site decides on each day, by cell: a day in a period, next to the others of its month, its group.

    Parameters
    ----------
    cost, lower, upper : ndarray
        Of the columns.
    most : ndarray
        Upper bounds that the site's rows imply where a column has none of its own.
    matrix : csc_array
        Rows of the cells by their columns, a block for each cell.
    row_lower, row_upper : ndarray
        Bounds of these rows.
    within : ndarray of int
        Rows that do nothing but keep columns within what the design allows, a row for each such column.
    kept : ndarray of int
        These columns.
    factor : ndarray
        Their coefficients there.
    holds : Holding
        Which row holds each column back.
    design : csr_array
        The same rows by the columns of the design.
    coupling : csr_array
        Coupling rows by the columns of the cells.
    work : ndarray of int
        Rows that balance the work of an hour: what racks do is what is asked of them.
    first_column, first_row : ndarray of int
        Where each cell begins, and where the last ends.
    first_cell : ndarray of int
        Where each group begins, and where the last ends.
    """

    cost: Array
    lower: Array
    upper: Array
    most: Array
    matrix: scipy.sparse.csc_array
    row_lower: Array
    row_upper: Array
    within: Positions
    kept: Positions
    factor: Array
    holds: Holding
    design: scipy.sparse.csr_array
    coupling: scipy.sparse.csr_array
    work: Positions
    first_column: Positions
    first_row: Positions
    first_cell: Positions


def site_year(model: Model, block: SiteBlock, known: dict[str, int], rows: CouplingRows) -> tuple[SiteDesign, SiteDays]:
    """Cut the year of one site.

    Parameters
    ----------
    model : Model
        The year of this site alone.
    block : SiteBlock
        What it brings, cut from this model.
    known : dict of str to int
        Places of the shared rows in the block's link, by name.
    rows : CouplingRows
        Weighs shared rows together.
    """
    from siting.optimise.decomposition.linking_rows import partition

    form, case = model.form, model.case
    own = np.flatnonzero(form.columns.along("site") >= 0).astype(np.int32)
    labels = form.columns.take(own)
    cells = _cells(case, labels)
    of_row = _of_rows(block.matrix, cells)
    group_of_cell, order = _groups(case)
    design = np.flatnonzero(cells == OF_DESIGN).astype(np.int32)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    day_columns, first_column = _sorted(cells, place)
    day_rows, first_row = _sorted(of_row, place)
    first_cell = np.searchsorted(group_of_cell[order], np.arange(group_of_cell.max() + 2)).astype(np.int32)
    by_row, link = block.matrix.tocsr(), block.link.tocsr()
    spanning = np.flatnonzero(of_row == SPANNING).astype(np.int32)
    own_coupling = by_row[spanning]
    keys, weighed = _weighed(model, link, known, day_columns, rows)
    shared_days = weighed @ link[:, day_columns]
    of_days = scipy.sparse.vstack([own_coupling[:, day_columns], shared_days]).tocsr()
    cost, lower = block.cost[day_columns], block.column_lower[day_columns]
    of_cells = by_row[day_rows][:, day_columns]
    holds = holding(of_cells, block.row_lower[day_rows], block.row_upper[day_rows], lower)
    alone = np.flatnonzero(of_row == OF_DESIGN).astype(np.int32)
    places = LimitPlaces(design, day_columns, alone, day_rows, spanning)
    upper, most = limits(block, by_row, places, holds)
    columns_of_group = first_column[first_cell]
    least_of, most_of = _ranges(of_days, lower, most, columns_of_group)
    cost_least, cost_most = _ranges(scipy.sparse.csr_array(cost[None, :]), lower, most, columns_of_group)
    within, kept, factor = _within(of_cells, block.row_lower[day_rows], block.row_upper[day_rows], lower)
    names = tuple(labels.name(int(position)) for position in design)
    own_rows = partition(model).own_rows(list(case.axes["site"]).index(block.site))
    row_names = [form.rows.name(int(row)) for row in own_rows[spanning]]
    work = np.flatnonzero(np.isin(own_rows[day_rows], form.rows.of(WORK_BALANCE))).astype(np.int32)
    integral = np.zeros(len(own), dtype=bool)
    integral[block.counted] = True
    return (
        SiteDesign(
            site=block.site,
            names=names,
            cost=block.cost[design],
            lower=block.column_lower[design],
            upper=upper,
            size=block.size[design],
            integral=integral[design],
            matrix=by_row[alone][:, design],
            row_lower=block.row_lower[alone],
            row_upper=block.row_upper[alone],
            link=link[:, design],
            coupling_keys=(*row_names, *keys),
            coupling=own_coupling[:, design],
            coupling_lower=block.row_lower[spanning],
            coupling_upper=block.row_upper[spanning],
            days_least=least_of,
            days_most=most_of,
            cost_least=cost_least[:, 0],
            cost_most=cost_most[:, 0],
        ),
        SiteDays(
            cost=cost,
            lower=lower,
            upper=block.column_upper[day_columns],
            most=most,
            matrix=of_cells.tocsc(),
            row_lower=block.row_lower[day_rows],
            row_upper=block.row_upper[day_rows],
            within=within,
            kept=kept,
            factor=factor,
            holds=holds,
            design=by_row[day_rows][:, design],
            coupling=of_days,
            work=work,
            first_column=first_column,
            first_row=first_row,
            first_cell=first_cell,
        ),
    )


def _cells(case: Case, labels: Labels) -> npt.NDArray[np.int64]:
    """Cell of each column; of the design where it has neither day nor hour."""
    day = labels.along("day").astype(np.int64)
    hour = labels.along("hour")
    day[hour >= 0] = case.calendar.day_of_hour[hour[hour >= 0]]
    period = np.maximum(labels.along("period"), 0)
    return np.where(day >= 0, period * case.calendar.days_count + day, OF_DESIGN)


def _groups(case: Case) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Group of each cell, a month in a period, and the cells in the order of their groups."""
    month = case.calendar.hours.groupby("day")["month"].first().to_numpy(np.int64)
    periods = len(case.axes["period"])
    of_cell = (np.arange(periods)[:, None] * (month.max() + 1) + month[None, :]).ravel()
    group = np.unique(of_cell, return_inverse=True)[1].astype(np.int64)
    return group, np.argsort(group, kind="stable")


def _of_rows(matrix: scipy.sparse.csc_array, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Cell of each row, by the cells of its columns."""
    entries = matrix.tocoo()
    of_day = cells[entries.col] >= 0
    row, cell = entries.row[of_day], cells[entries.col[of_day]]
    first = np.full(matrix.shape[0], np.iinfo(np.int64).max)
    last = np.full(matrix.shape[0], OF_DESIGN, dtype=np.int64)
    np.minimum.at(first, row, cell)
    np.maximum.at(last, row, cell)
    return np.where((last >= 0) & (first != last), SPANNING, last)


def _sorted(cells: npt.NDArray[np.int64], place: npt.NDArray[np.int64]) -> tuple[Positions, Positions]:
    """Positions of what is of a cell, in the order of the cells, and where each cell begins."""
    there = np.flatnonzero(cells >= 0)
    placed = place[cells[there]]
    order = np.argsort(placed, kind="stable")
    first = np.searchsorted(placed[order], np.arange(len(place) + 1))
    return there[order].astype(np.int32), first.astype(np.int32)


def _within(
    matrix: scipy.sparse.csr_array, row_lower: Array, row_upper: Array, lower: Array
) -> tuple[Positions, Positions, Array]:
    """Rows that keep columns within the design, the columns, and their coefficients.

    A row of several columns is one of them only where these stand in one more row at the most: prices of the rest
    then say all that there is to say of them.
    """
    keeps = np.isneginf(row_lower) & (row_upper == 0) & (matrix.minimum(0).sum(axis=1) == 0)
    entries = matrix.tocoo()
    rows_of = np.bincount(entries.col, minlength=matrix.shape[1])
    other = (entries.data != 0) & ((lower[entries.col] != 0) | (rows_of[entries.col] > 2))
    keeps &= (np.diff(matrix.indptr) == 1) | (np.bincount(entries.row[other], minlength=len(keeps)) == 0)
    there = keeps[entries.row] & (lower[entries.col] == 0) & (entries.data > 0)
    return entries.row[there].astype(np.int32), entries.col[there].astype(np.int32), entries.data[there]


def _weighed(
    model: Model,
    link: scipy.sparse.csr_array,
    known: dict[str, int],
    day_columns: Positions,
    rows: CouplingRows,
) -> tuple[list[str], scipy.sparse.csr_array]:
    """Keys that the site's shared rows with days are weighed into, and the weights: keys by shared rows."""
    form = model.form
    spanning = np.flatnonzero(np.diff(link[:, day_columns].tocsr().indptr) > 0)
    place_of = {place: name for name, place in known.items()}
    position = {form.rows.name(row): row for row in np.flatnonzero(form.rows.along("site") < 0).tolist()}
    weights = rows.learn(form, [position[place_of[place]] for place in spanning.tolist()])
    keys = list(dict.fromkeys(weight.key for weight in weights))
    at = [keys.index(weight.key) for weight in weights]
    matrix = scipy.sparse.csr_array(
        ([weight.weight for weight in weights], (at, spanning)), shape=(len(keys), link.shape[0])
    )
    return keys, matrix


def _ranges(
    coupling: scipy.sparse.csr_array, lower: Array, upper: Array, first_column: Positions
) -> tuple[Array, Array]:
    """Least and most that the columns of each group can add to each coupling row: groups by coupling rows."""
    shape = len(first_column) - 1, coupling.shape[0]
    least, most = np.zeros(shape), np.zeros(shape)
    entries = coupling.tocoo()
    group = np.searchsorted(first_column, entries.col, side="right") - 1
    low, high = entries.data * lower[entries.col], entries.data * upper[entries.col]
    np.add.at(least, (group, entries.row), np.minimum(low, high))
    np.add.at(most, (group, entries.row), np.maximum(low, high))
    return least, most
