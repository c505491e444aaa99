"""Why there is no plan to report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from siting.optimise.solver.highs import Outcome


class NoPlanError(RuntimeError):
    """There is no plan to report.

    Attributes
    ----------
    status : str
        ``infeasible``: no plan can meet all limits; ``none_found``: the search was stopped before it had
        one; ``failed``: the solver failed, or what it found does not add up.
    """

    def __init__(self, status: Literal["infeasible", "none_found", "failed"], message: str) -> None:
        super().__init__(message)
        self.status = status


def no_plan(found: Outcome, spent_s: float = 0.0) -> NoPlanError:
    """Say why there is no plan.

    Parameters
    ----------
    found : Outcome
        How the search ended.
    spent_s : float
        Seconds that were not enough, where time ended it.
    """
    if found.status == "infeasible":
        return NoPlanError(
            "infeasible",
            "no plan can meet the demand within all limits that are set; `siting explain STUDY` or "
            "siting.explain(case) says which of them cannot hold together, and the cheapest ways out",
        )
    if found.status == "feasible" or found.interrupted or "limit" in found.reason.lower():
        return NoPlanError(
            "none_found",
            f"the search was stopped before it had a plan (HiGHS: {found.reason}); "
            f"it needs more than {math.ceil(spent_s)} s here, give it twice that",
        )
    return NoPlanError("failed", f"the solver failed (HiGHS: {found.reason})")
