"""The master problem: what all sites decide for the whole year, with what the days were proven to cost by cuts.

Its columns are each site's design, the cost of each group of its days, and what these add to the coupling rows. Its
rows are those on designs alone, the coupling rows, and the cuts. So it is a relaxation of the year, and what it costs
at the least bounds every plan; it is worked out from its prices, which may be a little wrong.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.sparse

from siting.case.case import Array
from siting.models.assembly.standard_form import StandardForm
from siting.optimise.dual_bound import dual_bound
from siting.optimise.solver import linear, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.year.bound.cuts import Cuts
from siting.optimise.year.bound.master_form import SiteColumns


@dataclasses.dataclass(frozen=True)
class MasterSolution:
    """What the master decides, and what it proves.

    Parameters
    ----------
    bound : float
        No plan costs less over the year (scale of the standard form).
    values : ndarray
        Of the columns.
    prices : ndarray
        Of the rows; those of the cuts last.
    """

    bound: float
    values: Array
    prices: Array


class YearMaster:
    """The master, to which cuts are added.

    Parameters
    ----------
    columns : list of SiteColumns
        Where each site's columns stand.
    form : StandardForm
        The master without cuts.
    """

    def __init__(self, columns: list[SiteColumns], form: StandardForm) -> None:
        self.columns, self.form = columns, form
        self._solver = loading.load(dataclasses.replace(self.form, integral=np.zeros_like(self.form.integral)))
        self._cuts: list[scipy.sparse.csr_array] = []
        self._constants: list[Array] = []

    def add(self, site: int, cuts: Cuts, *, of_cost: bool = True) -> None:
        """Add a site's cuts, one for each group of its days.

        Parameters
        ----------
        site : int
            The site.
        cuts : Cuts
            Its cuts.
        of_cost : bool
            Whether they bound the days' cost, or else only what the days can add to the coupling rows.
        """
        at = self.columns[site]
        groups, columns = len(cuts.constant), len(self.form.cost)
        cost = np.arange(at.cost.start, at.cost.stop)
        paid = np.flatnonzero(cuts.prices)
        row, column = np.nonzero(cuts.slope)
        design = np.arange(at.design.start, at.design.stop)
        rows = np.concatenate([np.arange(groups), row, np.repeat(np.arange(groups), len(paid))])
        places = np.concatenate([cost, design[column], at.added[:, paid].ravel()])
        values = np.concatenate(
            [np.full(groups, float(of_cost)), -cuts.slope[row, column], np.tile(-cuts.prices[paid], groups)]
        )
        there = places >= 0
        matrix = scipy.sparse.csr_array((values[there], (rows[there], places[there])), shape=(groups, columns))
        self._cuts.append(matrix)
        self._constants.append(cuts.constant)
        self._solver.addRows(
            groups, cuts.constant, np.full(groups, np.inf), matrix.nnz, matrix.indptr, matrix.indices, matrix.data
        )

    def lacking(self, site: int, found: MasterSolution, cuts: Cuts) -> float:
        """What a solution takes a site's days for too little, by cuts at its design; in the scale of the standard form.

        Parameters
        ----------
        site : int
            The site.
        found : MasterSolution
            The solution, from before the cuts were added.
        cuts : Cuts
            The cuts.
        """
        at = self.columns[site]
        added = np.where(at.added >= 0, found.values[np.maximum(at.added, 0)], 0.0)
        least = cuts.at(np.maximum(found.values[at.design], 0.0)) + added @ cuts.prices
        return float(np.maximum(least - found.values[at.cost], 0.0).sum())

    def solve(self, deadline: Deadline) -> MasterSolution:
        """Solve it, its integers let go.

        Raises
        ------
        Stopped
            If the deadline is over before.
        RuntimeError
            If it has no solution.
        """
        status = linear.solve_surely(self._solver, deadline)
        if status != "Optimal":
            raise RuntimeError(f"the master of the year has no solution (HiGHS: {status})")
        solution = self._solver.getSolution()
        prices = np.array(solution.row_dual)
        return MasterSolution(dual_bound(self.with_cuts(), prices), np.array(solution.col_value), prices)

    def with_cuts(self) -> StandardForm:
        """The master with its cuts."""
        if not self._cuts:
            return self.form
        constants = np.concatenate(self._constants)
        return dataclasses.replace(
            self.form,
            matrix=scipy.sparse.vstack([self.form.matrix, *self._cuts]).tocsc(),
            row_lower=np.concatenate([self.form.row_lower, constants]),
            row_upper=np.concatenate([self.form.row_upper, np.full(len(constants), np.inf)]),
        )
