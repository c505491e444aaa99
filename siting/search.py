"""The search for the whole model: relaxation, then its support, then everything.

HiGHS alone spends most of its time on finding a first good plan: on eight sites and 168 hours its root
relaxation takes 8 s of 120 s, and is then within 1 % of the best plan that it finds at the end. So the
relaxation is solved by itself; the integer model is solved on the sites, halls and racks that the
relaxation uses, which is small; and only if that does not close the gap does HiGHS search everything,
starting from that plan.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from siting import highs
from siting.highs import Outcome, Progress, ProgressCallback

if TYPE_CHECKING:
    from siting.models.standard_form import StandardForm

SUPPORT_TOLERANCE = 1e-6
"""Value of an integer column in the relaxation below which it is left out of the support."""

ALL = "all choices"
"""Name of the last stage, the only one whose own bound holds for everything."""


def search(
    form: StandardForm,
    solver: Any,
    *,
    gap: float,
    time_limit: float | None,
    progress: ProgressCallback | None,
    scale: float,
) -> Outcome:
    """Minimise a mixed-integer model.

    Parameters
    ----------
    form : StandardForm
        The model as arrays.
    solver : Highs
        The same model, from `siting.highs.load`.
    gap : float
        Relative gap at which to stop (0 to 1).
    time_limit : float or None
        Seconds for all stages together.
    progress : callable or None
        Told of incumbent and bound.
    scale : float
        What to divide the objective by to have USD.

    Returns
    -------
    Outcome
        The best plan and the best bound of all stages.
    """
    began = time.monotonic()

    def left() -> float | None:
        return None if time_limit is None else max(time_limit - (time.monotonic() - began), 0.0)

    def tell(stage: str, bound: float | None) -> ProgressCallback | None:
        return None if progress is None else lambda moment: progress(_bounded(moment, stage, bound))

    highs.relax(solver, form)
    relaxed = highs.run(solver, gap=0.0, time_limit=left(), progress=tell("relaxation", None), scale=scale)
    if relaxed.status != "optimal" or relaxed.values is None or relaxed.bound is None:
        return dataclasses.replace(relaxed, status=_without_plan(relaxed), values=None, objective=None, bound=None)
    floor = relaxed.bound
    highs.restore(solver, form)
    if not form.integral.any():
        return relaxed

    left_out = np.flatnonzero(form.integral & (relaxed.values < SUPPORT_TOLERANCE) & (form.column_lower == 0)).astype(
        np.int32
    )
    zero = np.zeros(len(left_out))
    solver.changeColsBounds(len(left_out), left_out, zero, zero)
    some = highs.run(
        solver, gap=gap / 2, time_limit=left(), progress=tell("support of the relaxation", floor / scale), scale=scale
    )
    solver.changeColsBounds(len(left_out), left_out, zero, form.column_upper[left_out])
    if some.interrupted or (some.objective is not None and some.objective - floor <= gap * abs(some.objective)):
        status = "optimal" if some.objective is not None and not some.interrupted else some.status
        return dataclasses.replace(some, status=status, bound=floor)

    if some.values is not None:
        import highspy

        start = highspy.HighsSolution()
        start.col_value = some.values.tolist()
        solver.setSolution(start)
    every = highs.run(solver, gap=gap, time_limit=left(), progress=tell(ALL, floor / scale), scale=scale)
    if every.values is None and some.values is not None:
        return dataclasses.replace(some, status="feasible", reason=every.reason, bound=floor)
    return dataclasses.replace(every, bound=None if every.bound is None else max(every.bound, floor))


def _without_plan(relaxed: Outcome) -> highs.Status:
    """Status when the relaxation gave nothing to build on."""
    return "infeasible" if relaxed.status == "infeasible" else "failed"


def _bounded(moment: Progress, stage: str, floor_usd: float | None) -> Progress:
    """Return a moment of a stage, with the bound that holds for everything."""
    best = floor_usd
    if stage == ALL and moment.bound_usd is not None and floor_usd is not None:
        best = max(floor_usd, moment.bound_usd)
    gap = None
    if moment.incumbent_usd and best is not None:
        gap = (moment.incumbent_usd - best) / abs(moment.incumbent_usd)
    return Progress(f"{moment.phase}: {stage}", moment.seconds, moment.incumbent_usd, best, gap)
