"""How a plan was found, as a plan keeps it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

SOLVER_RANDOM_SEED = 0


Status = Literal["optimal", "feasible", "infeasible", "failed"]


@dataclasses.dataclass(frozen=True)
class Search:
    """How the plan was found.

    Parameters
    ----------
    status : str
        ``optimal`` (gap at or below the one asked for) or ``feasible``.
    reason : str
        The solver's own word for how it ended.
    objective_usd, bound_usd : float
        Present value of the plan, and of the best plan at the least.
    unavoidable_usd : float
        What any plan must pay wherever it builds, from `siting.case.minimum_cost`.
    gap_asked_fraction : float
        Gap at which the search was to stop.
    time_limit_seconds : float or None
        Seconds after which it was to stop.
    threads : int
        Threads of the solver.
    method : str
        ``whole`` or ``decomposed``.
    rows, columns, nonzeros, integers : int
        Size of the model.
    seconds : mapping of str to float
        Seconds by phase and ``total``.
    start_run_id : str or None
        Run of the earlier plan that the search began with.
    method_reason : str
        Which way is the faster for the case, and why; empty in a record that does not say.
    """

    status: Status
    reason: str
    objective_usd: float
    bound_usd: float
    unavoidable_usd: float
    gap_asked_fraction: float
    time_limit_seconds: float | None
    threads: int
    method: str
    rows: int
    columns: int
    nonzeros: int
    integers: int
    seconds: Mapping[str, float]
    start_run_id: str | None = None
    method_reason: str = ""

    @property
    def gap_fraction(self) -> float:
        """Distance between plan and bound, over the plan's cost."""
        return (self.objective_usd - self.bound_usd) / abs(self.objective_usd) if self.objective_usd else 0.0

    @property
    def gap_site_dependent_fraction(self) -> float:
        """The same distance over the cost above the unavoidable."""
        dependent = self.objective_usd - self.unavoidable_usd
        return (self.objective_usd - self.bound_usd) / dependent if dependent > 0 else 0.0
