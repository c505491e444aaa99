r"""What prices of a site's days prove of their cost: a cut on its design, whatever the prices.

For any prices :math:`y` of the rows of a group's days, and :math:`\pi` of the coupling rows,

.. math::

    V_m(x, \pi) \ge y'b - (D'y)'x + \sum_j \min(r_j l_j, r_j u_j), \qquad r = c - C'\pi - A'y

with :math:`x` the design, :math:`D` its part in these rows, and :math:`l, u` the bounds of the days' columns, all of
which are finite: so prices that are not quite right cost a little of the bound, and never make it false.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from siting.case.case import Array
from siting.optimise.decomposition.blocks import signed
from siting.optimise.year.bound.holding import prices_that_hold
from siting.optimise.year.bound.site_year import SiteDays


@dataclasses.dataclass(frozen=True)
class Cuts:
    """One cut for each group of days: its cost is at least `constant` + `slope` x + `prices` w.

    Parameters
    ----------
    constant : ndarray
        By group.
    slope : ndarray
        Groups by columns of the design.
    prices : ndarray
        Of the coupling rows, by which what the days add to them, w, is paid.
    """

    constant: Array
    slope: Array
    prices: Array

    def at(self, design: Array) -> Array:
        """Least cost of each group's days, less what they add to the coupling rows at their prices."""
        value: Array = self.constant + self.slope @ design
        return value


def cuts_of(days: SiteDays, cost: Array, row_prices: Array, coupling_prices: Array) -> Cuts:
    """Return the cuts that prices prove.

    Parameters
    ----------
    days : SiteDays
        The site's days.
    cost : ndarray
        Of their columns; nothing where only what they can add to the coupling rows is asked.
    row_prices : ndarray
        Prices of the rows of its cells, right or not.
    coupling_prices : ndarray
        Prices of the coupling rows.
    """
    prices = signed(row_prices, days.row_lower, days.row_upper)
    reduced = cost - days.coupling.T @ coupling_prices - days.matrix.T @ prices
    prices, reduced = prices_that_hold(days.holds, days.matrix, prices, reduced)
    with np.errstate(invalid="ignore"):  # nothing times no limit
        of_columns = np.where(reduced == 0, 0.0, np.where(reduced > 0, reduced * days.lower, reduced * days.most))
        of_rows = np.where(prices == 0, 0.0, np.where(prices > 0, prices * days.row_lower, prices * days.row_upper))
    rows, columns = days.first_row[days.first_cell], days.first_column[days.first_cell]
    groups = range(len(rows) - 1)
    return Cuts(
        constant=np.array(
            [
                of_rows[rows[group] : rows[group + 1]].sum() + of_columns[columns[group] : columns[group + 1]].sum()
                for group in groups
            ]
        ),
        slope=np.array(
            [
                -(days.design[rows[group] : rows[group + 1]].T @ prices[rows[group] : rows[group + 1]])
                for group in groups
            ]
        ),
        prices=coupling_prices,
    )


def reaches(days: SiteDays) -> list[Cuts]:
    """Bounds on what the days can add to the coupling rows by what the design holds: to each, up and down, and in all.

    What is asked of a site over a month is no more than its racks can do, whatever hours it is done in. Cuts
    find that design by design, and until then a site with clusters that pause was taken for one that does their work
    and that of others on the same computers: on `us`, a gain of 7 billion USD at each of two sites.
    """
    nothing = np.zeros(len(days.row_lower))
    count = days.coupling.shape[0]
    return [
        cuts_of(days, np.zeros(len(days.cost)), nothing, sign * np.eye(count)[row])
        for row in range(count)
        for sign in (1.0, -1.0)
    ] + [_within_computers(days)]


def _within_computers(days: SiteDays) -> Cuts:
    """Return the cut that says: the work of a group's hours is no more than what its racks can do in them.

    It is the sum of the balances of work. What stands in them is of the design, or is added to a coupling row: batch
    work takes computers, and a pause gives them back. A coupling row that weighs its hours counts by the hour that it
    weighs most, so the cut never asks for too much.
    """
    prices = np.zeros(len(days.row_lower))
    prices[days.work] = 1.0
    added = days.matrix.T @ prices
    coupling_prices = np.zeros(days.coupling.shape[0])
    for row in range(len(coupling_prices)):
        entries = days.coupling[[row], :]
        columns, weight = entries.indices[entries.data != 0], entries.data[entries.data != 0]
        if len(columns) and (weight > 0).all() and (added[columns] != 0).all():
            coupling_prices[row] = (-added[columns] / weight).min()
    return cuts_of(days, np.zeros(len(days.cost)), prices, coupling_prices)
