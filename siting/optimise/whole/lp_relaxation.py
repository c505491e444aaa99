"""The relaxation of a whole model: by the simplex, or where the model is large, by an interior point."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from siting.optimise.dual_bound import dual_bound
from siting.optimise.solver import highs, interior_point, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.highs import Outcome
from siting.optimise.solver.progress import ProgressCallback

if TYPE_CHECKING:
    from siting.models.assembly.standard_form import StandardForm
    from siting.optimise.whole.kept_basis import KeptBasis

LARGE_ROWS_COUNT = 20_000
"""Rows from which on the interior point is the faster way.

Those of what is held at a number do not count: near a plan of `us`, with 77,000 rows, presolve and simplex take 0.6 s,
and the interior point, which goes without presolve, ended after 29 s with an error.
"""

INSIDE_SHARE = 1e-4
"""Part of the gap asked for that the interior point may leave open."""

LEAST_TOLERANCE = 1e-8
"""The least that it is asked for: HiGHS's own."""

PROVEN_FRACTION = 1e-3
"""How far what its prices prove may be below its cost: 0.0001 of it was the most seen."""

SUPPORT_TOLERANCE = 1e-6
"""Value of an integer column below which a vertex does not use it."""

INSIDE_TOLERANCE = 1e-3
"""The same where the solution is no vertex: nothing in it is quite zero."""


@dataclasses.dataclass(frozen=True)
class LpRelaxation:
    """A relaxation, solved or not.

    Parameters
    ----------
    outcome : Outcome
        What HiGHS says of it; its bound holds for every plan.
    tolerance : float
        Value of an integer column below which the solution does not use it.
    """

    outcome: Outcome
    tolerance: float = SUPPORT_TOLERANCE


def free_rows_count(form: StandardForm) -> float:
    """About how many rows a model has beside those of what is held: in proportion to the counts that are free."""
    free = form.integral & (form.column_lower < form.column_upper)
    return float(form.matrix.shape[0]) * float(free.sum()) / max(int(form.integral.sum()), 1)


def is_proven(bound: float, objective: float) -> bool:
    """Whether prices from an interior point prove nearly all of what the solution costs.

    Parameters
    ----------
    bound : float
        What they prove.
    objective : float
        What it costs, in the same scale.
    """
    return objective - bound <= PROVEN_FRACTION * abs(objective)


def lp_relaxation(
    solver: Any,
    form: StandardForm,
    *,
    gap: float,
    deadline: Deadline,
    progress: ProgressCallback | None,
    kept: KeptBasis | None = None,
) -> LpRelaxation:
    """Solve the relaxation of a model, and leave the model relaxed.

    A model without integers is solved to a vertex. That of a large one may end within, since only its bound, its prices
    and what it uses are asked for. What the prices prove is worked out anew, and taken for the bound.

    Parameters
    ----------
    solver : Highs
        Holds `form`.
    form : StandardForm
        The model.
    gap : float
        Relative gap at which the search of the model is to stop (0 to 1).
    deadline, progress
        As of `siting.optimise.whole.whole_model.search`.
    kept : KeptBasis, optional
        What a model like it left, where the simplex begins, and which it leaves its own end.
    """
    loading.relax(solver, form)
    asked: dict[str, Any] = {"gap": 0.0, "progress": progress, "deadline": deadline}
    if kept is not None:
        kept.begin(solver, form)
        vertex = highs.run(solver, **asked)
        if vertex.status == "optimal":
            kept.keep(solver, form)
        return LpRelaxation(vertex)
    if form.integral.any() and free_rows_count(form) >= LARGE_ROWS_COUNT:
        with interior_point.inside(solver, max(gap * INSIDE_SHARE, LEAST_TOLERANCE)):
            inner = highs.run(solver, **asked)
        if inner.interrupted:
            return LpRelaxation(inner)
        if inner.prices is not None and inner.objective is not None:
            bound = dual_bound(form, inner.prices)
            if is_proven(bound, inner.objective):
                return LpRelaxation(dataclasses.replace(inner, bound=bound), INSIDE_TOLERANCE)
        solver.clearSolver()
    return LpRelaxation(highs.run(solver, **asked))
