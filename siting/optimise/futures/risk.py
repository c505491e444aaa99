r"""What is minimised where futures differ: the mean, the mean of the worst, or the largest regret.

With :math:`C_f` the cost of a plan in future :math:`f` of probability :math:`p_f`:

- expected: :math:`\sum_f p_f C_f`;
- conditional value at risk at level :math:`\alpha`: the mean cost of the worst :math:`1 - \alpha` of what may come,
  :math:`\min_\eta \eta + \frac{1}{1 - \alpha} \sum_f p_f \max(0, C_f - \eta)` (Rockafellar and Uryasev);
- largest regret: :math:`\max_f (C_f - B_f)`, with :math:`B_f` what the best plan for that future alone costs. To it is
  added what these cost in the mean, a constant, so that a gap is one of cost.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse

from siting.models.assembly.labels import LabelRange, Labels
from siting.models.assembly.ledgers import Scope
from siting.models.assembly.standard_form import StandardForm
from siting.models.compiler.members import Factor, Index

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.models.assembly.model import ModelOfFutures

__all__ = ["Risk", "RiskMeasure", "conditional_value_at_risk", "risk_form"]

Costs = Sequence[float] | npt.NDArray[np.float64]
RiskMeasure = Literal["expected", "cvar", "minimax_regret"]


@dataclasses.dataclass(frozen=True)
class Risk:
    """What is minimised.

    Parameters
    ----------
    measure : {"expected", "cvar", "minimax_regret"}
        By which plans are compared.
    alpha : float
        Level of the conditional value at risk (0 to 1).
    best_usd : tuple of float
        What the best plan for each future alone costs; for the regret.
    """

    measure: RiskMeasure = "expected"
    alpha: float = 0.9
    best_usd: tuple[float, ...] = ()

    def of(self, costs_usd: Costs, weights: Costs) -> float:
        """Return the measure of a plan by what it costs in each future [USD].

        Examples
        --------
        Two futures as likely as each other, that cost 1 and 3; the best plans for each would cost 1 and 2:

        >>> Risk().of([1.0, 3.0], [0.5, 0.5])
        2.0
        >>> Risk("cvar", alpha=0.5).of([1.0, 3.0], [0.5, 0.5])
        3.0
        >>> Risk("minimax_regret", best_usd=(1.0, 2.0)).of([1.0, 3.0], [0.5, 0.5])
        2.5
        """
        if self.measure == "cvar":
            return conditional_value_at_risk(costs_usd, weights, self.alpha)
        if self.measure == "minimax_regret":
            return float(np.max(np.subtract(costs_usd, self.best_usd)) + np.dot(weights, self.best_usd))
        return float(np.dot(weights, costs_usd))


def conditional_value_at_risk(costs_usd: Costs, weights: Costs, alpha: float) -> float:
    """Return the mean of the dearest part of what may come [USD].

    Parameters
    ----------
    costs_usd : sequence of float
        By future.
    weights : sequence of float
        Their probabilities.
    alpha : float
        The dearest 1 - alpha counts (0 to 1); with 0 it is the mean.

    Examples
    --------
    Of the dearest three tenths, one tenth costs 10 and two tenths cost 4:

    >>> round(conditional_value_at_risk([10.0, 4.0, 1.0], [0.1, 0.5, 0.4], 0.7), 9)
    6.0
    """
    left, total = 1.0 - alpha, 0.0
    for cost, weight in sorted(zip(costs_usd, weights, strict=True), reverse=True):
        taken = min(weight, left)
        total += taken * cost
        left -= taken
    return total / (1.0 - alpha)


def risk_form(model: ModelOfFutures, risk: Risk, scale: float) -> StandardForm:
    """Return the model of all futures with another objective than the mean.

    A column more for the threshold, or the largest regret, and one for what each future costs above the threshold.

    Parameters
    ----------
    model : ModelOfFutures
        The futures side by side.
    risk : Risk
        What is minimised.
    scale : float
        Of costs in the form, over USD.
    """
    if risk.measure == "expected":
        return model.form
    form, count = model.form, len(model.parts)
    columns_count = len(form.cost)
    costs, constants = costs_by_future(model)
    weights = np.array(model.case.weights)  # type: ignore[attr-defined]  # of a case of futures
    if risk.measure == "cvar":
        more = 1 + count
        more_cost = np.concatenate([[1.0], weights / (1.0 - risk.alpha)])
        more_lower = np.concatenate([[-np.inf], np.zeros(count)])
        beside = scipy.sparse.hstack([np.ones((count, 1)), scipy.sparse.eye_array(count)])
        sides, offset = constants, 0.0
    else:
        best = np.array(risk.best_usd) * scale
        more, more_cost, more_lower = 1, np.ones(1), np.full(1, -np.inf)
        beside = np.ones((count, 1))
        sides, offset = constants - best, float(weights @ best)
    rows = scipy.sparse.hstack([-costs, beside])
    matrix = scipy.sparse.vstack(
        [scipy.sparse.hstack([form.matrix, scipy.sparse.csc_array((form.matrix.shape[0], more))]), rows]
    )
    return StandardForm(
        matrix=scipy.sparse.csc_matrix(matrix),
        row_lower=np.concatenate([form.row_lower, sides]),
        row_upper=np.concatenate([form.row_upper, np.full(count, np.inf)]),
        column_lower=np.concatenate([form.column_lower, more_lower]),
        column_upper=np.concatenate([form.column_upper, np.full(more, np.inf)]),
        cost=np.concatenate([np.zeros(columns_count), more_cost]),
        offset=offset,
        integral=np.concatenate([form.integral, np.zeros(more, dtype=bool)]),
        rows=_with(form.rows, "cost_of_future", count),
        columns=_with(form.columns, risk.measure, more),
    )


def costs_by_future(model: ModelOfFutures) -> tuple[scipy.sparse.csr_array, Array]:
    """Cost of each column in each future as if it were sure to come, futures by columns, and the constants."""
    count = len(model.form.cost)
    rows, columns, values = [], [], []
    for number, (part, places) in enumerate(zip(model.parts, model.stacked.places, strict=True)):
        paid = np.flatnonzero(part.form.cost)
        rows.append(np.full(len(paid), number))
        columns.append(places[paid])
        values.append(part.form.cost[paid])
    matrix = scipy.sparse.csr_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(len(model.parts), count)
    )
    return matrix, np.array([part.form.offset for part in model.parts])


def _with(labels: Labels, name: str, count: int) -> Labels:
    """Labels with some more, of the futures."""
    keys = tuple((str(number),) for number in range(count))
    index = Index((Factor((), keys, np.zeros((count, 0), dtype=np.int32)),))
    more = LabelRange("futures", name, Scope.SYSTEM, index, np.arange(count, dtype=np.int32), len(labels))
    return Labels((*labels.ranges, more), np.arange(len(labels) + count, dtype=np.int32))
