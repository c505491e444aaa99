"""A linear model with one limit as its parameter, kept in a solver that starts warm from the value before.

What is beyond the limit has a price, a penalty, instead of a ban: where a model cannot hold the limit, the simplex,
warm from the value before, did not end in 25 s, and with a penalty it does in one. At any penalty the model costs no
more than with the ban, so what it bounds holds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.optimise.solver import highs, linear
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.highs import Outcome

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.models.assembly.standard_form import StandardForm
    from siting.models.compiler.members import Positions

ROUNDING = 1e-6
"""Amount beyond the limit (in its unit) that is the solver's rounding."""


@dataclasses.dataclass(frozen=True)
class Limited:
    """A study with a limit as its parameter.

    Parameters
    ----------
    case : Case
        The numbers of all sites, with the limit at zero.
    components : sequence of component classes
        What the model of all sites consists of.
    row_name : str
        The constraint that states the limit, one row a period.
    """

    case: Case
    components: Sequence[type[Component]]
    row_name: str

    def model_of(self, sites: Sequence[str], *, step_h: int = 1) -> Model:
        """Put the model of some sites together, hour by hour or in longer steps, with the limit at zero."""
        from siting.models.assembly.model import model_of

        some = self.case.only(site=sites)
        return model_of(some if step_h == 1 else some.in_steps(step_h), self.components, of_more=True)

    def rows(self, form: StandardForm) -> Positions:
        """Rows that state the limit."""
        return form.rows.of(self.row_name)

    def at(self, form: StandardForm, value: float) -> StandardForm:
        """Return a model, made with the limit at zero, under a value of it."""
        upper = form.row_upper.copy()
        upper[self.rows(form)] += value
        return dataclasses.replace(form, row_upper=upper)


class ParametricLp:
    """A linear model that is solved at one value of a limit after another.

    Parameters
    ----------
    solver : Highs
        Holds a linear model with the limit at zero.
    rows, sides : ndarray
        The rows that state the limit, and their right-hand sides.
    penalty : float
        Price of a unit beyond the limit (scale of the standard form).
    warm_iterations : int, optional
        Iterations of the simplex after which a warm start is given up; by default as many as of other models.
    """

    def __init__(
        self,
        solver: Any,
        rows: Positions,
        sides: Array,
        *,
        penalty: float,
        warm_iterations: int | None = None,
    ) -> None:
        self._solver, self._rows, self._sides = solver, rows, sides
        self._warm_iterations, self._is_warm = warm_iterations, False
        self._excess = solver.getNumCol() + np.arange(len(rows))
        for row in rows.tolist():
            solver.addCol(penalty, 0.0, np.inf, 1, np.array([row], dtype=np.int32), np.array([-1.0]))

    def set_penalty(self, penalty: float) -> None:
        """Change the price of a unit beyond the limit (scale of the standard form)."""
        for column in self._excess.tolist():
            self._solver.changeColCost(column, penalty)

    def at(self, value: float, deadline: Deadline) -> tuple[Outcome, bool]:
        """Solve at a value; and say whether the solution holds the limit.

        The columns that hold what is beyond the limit stand after those that the solver had at first.
        """
        for row, side in zip(self._rows.tolist(), self._sides.tolist(), strict=True):
            self._solver.changeRowBounds(row, -np.inf, side + value)
        limit = linear.warm_iterations(self._solver) if self._warm_iterations is None else self._warm_iterations
        outcome = self._run(deadline, limit if self._is_warm else linear.NO_ITERATION_LIMIT)
        if outcome.status != "optimal" and self._is_warm and not deadline.is_over():
            self._solver.clearSolver()
            outcome = self._run(deadline, linear.NO_ITERATION_LIMIT)
        self._is_warm = True
        holds = outcome.values is not None and outcome.values[self._excess].max(initial=0.0) <= ROUNDING
        return outcome, bool(holds)

    def _run(self, deadline: Deadline, iterations: int) -> Outcome:
        self._solver.setOptionValue("simplex_iteration_limit", iterations)
        return highs.run(self._solver, gap=0.0, deadline=deadline)
