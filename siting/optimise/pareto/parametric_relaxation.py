"""The relaxation of the active sites, which follows a limit from value to value and can take in more sites."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from siting.optimise.pareto.parametric_lp import ParametricLp
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.loading import new_lp
from siting.optimise.whole.lp_relaxation import SUPPORT_TOLERANCE

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.models.compiler.members import Positions
    from siting.optimise.decomposition.blocks import BlockAngularForm


@dataclasses.dataclass(frozen=True)
class ParametricSolution:
    """A solution of the relaxation.

    Parameters
    ----------
    prices : ndarray
        Prices of the rows that sites share.
    whole : dict of str to float
        Values of the integer columns that it uses, of the active sites, by name.
    sites : tuple of str
        The sites that they name.
    holds : bool
        Whether it holds the limit.
    """

    prices: Array
    whole: Mapping[str, float]
    sites: tuple[str, ...]
    holds: bool


class ParametricRelaxation:
    """The model of some sites with all columns continuous, put together from their blocks.

    A site that is taken in adds rows and columns, and the simplex goes on from where it stands.

    Parameters
    ----------
    blocks : BlockAngularForm
        The model in blocks, with the limit at zero.
    of_limit : ndarray of int
        Places of the limit's rows among those that sites share.
    penalty : float
        Price of a unit beyond the limit (scale of the standard form).
    """

    def __init__(self, blocks: BlockAngularForm, of_limit: Positions, penalty: float) -> None:
        shared, self._sites = blocks.shared, blocks.sites
        self._solver = new_lp(
            shared.matrix,
            shared.cost,
            (shared.column_lower, shared.column_upper),
            (shared.row_lower, shared.row_upper),
            offset=shared.offset,
        )
        self._shared_count, self._of_limit = len(shared.names), of_limit
        self._sides = shared.row_upper[of_limit]
        self._lp = ParametricLp(self._solver, of_limit, self._sides, penalty=penalty)
        self._first_column: dict[int, int] = {}

    def take(self, site: int) -> None:
        """Take a site in."""
        block, first = self._sites[site], self._solver.getNumCol()
        self._first_column[site] = first
        link, own = block.link, block.matrix.tocsr()
        self._solver.addCols(
            len(block.cost),
            block.cost,
            block.column_lower,
            block.column_upper,
            link.nnz,
            link.indptr[:-1].astype(np.int32),
            link.indices.astype(np.int32),
            link.data,
        )
        self._solver.addRows(
            own.shape[0],
            block.row_lower,
            block.row_upper,
            own.nnz,
            own.indptr[:-1].astype(np.int32),
            (own.indices + first).astype(np.int32),
            own.data,
        )

    def set_penalty(self, penalty: float) -> None:
        """Change the price of a unit beyond the limit (scale of the standard form)."""
        self._lp.set_penalty(penalty)

    def amount(self) -> float:
        """What the last solution takes of the limit, the most of all periods."""
        taken = np.array(self._solver.getSolution().row_value)[self._of_limit]
        return float((taken - self._sides).max(initial=0.0))

    def at(self, value: float, deadline: Deadline) -> ParametricSolution | None:
        """Solve at a value of the limit; None if there is no solution, or no time for it."""
        outcome, holds = self._lp.at(value, deadline)
        if outcome.values is None or outcome.prices is None:
            return None
        whole: dict[str, float] = {}
        sites = []
        for site, first in sorted(self._first_column.items()):
            values = {name: float(outcome.values[first + place]) for name, place in self._sites[site].whole.items()}
            used = {name: value for name, value in values.items() if value >= SUPPORT_TOLERANCE}
            whole |= used
            sites += [self._sites[site].site] if used else []
        return ParametricSolution(outcome.prices[: self._shared_count], whole, tuple(sites), holds)
