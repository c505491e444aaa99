"""How a plan was found, as a plan keeps it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Literal

SOLVER_RANDOM_SEED = 0

ROUNDING_FRACTION = 1e-9
"""Gap that is left between two numbers which are the same but for rounding."""


Status = Literal["optimal", "feasible", "infeasible", "failed"]


CHOSEN_DAYS = "chosen_days"
"""Origin of the plan that the search found."""


@dataclasses.dataclass(frozen=True)
class Competitor:
    """A design that was run through the year, to see which costs least there.

    Parameters
    ----------
    origin : str
        ``chosen_days`` (the plan that the search found), ``more_days`` (its whole decisions kept, all else best on
        many days), ``other_days`` (whole decisions near these, best on another choice of days), ``tightened``
        (limits drawn in by what the year went beyond them).
    days_usd, year_usd : float
        Present value on the chosen days, and over the year.
    excess_fraction : float
        Most by which the year goes beyond a limit, or leaves work undone; 0 where it keeps all.
    """

    origin: str
    days_usd: float
    year_usd: float
    excess_fraction: float

    def is_better_than(self, other: Competitor) -> bool:
        """Whether it goes less far beyond the limits, or as far and costs less over the year."""
        return (self.excess_fraction, self.year_usd) < (other.excess_fraction, other.year_usd)


@dataclasses.dataclass(frozen=True)
class SecondYear:
    """What was taken out because it pays in one price year only.

    Parameters
    ----------
    year : int
        The second year.
    taken_out : tuple of str
        Contracts with their grid zones.
    with_usd : float
        What the plan that had them costs on the chosen days.
    seconds : float
        Time to make the plan again.
    """

    year: int
    taken_out: tuple[str, ...]
    with_usd: float
    seconds: float


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
        Gap, over the cost, at which the search was to stop.
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
    gap_site_dependent_asked_fraction : float
        Gap, over the cost above the unavoidable, that was to hold, too; infinite if there was none.
    year_bound_usd : float or None
        What no plan costs less than over all hours of the year; None where that was not worked out.
    year_bound_asked : bool
        Whether that was to be worked out.
    designs : tuple of Competitor
        What competed by its cost over the year; the plan is the first of them.
    draws_asked_count : int
        Choices of sites under errors of the inputs that were asked for.
    second_year : SecondYear or None
        What was taken out for its second price year; cost and bounds are then those of plans without it.
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
    gap_site_dependent_asked_fraction: float = math.inf
    year_bound_usd: float | None = None
    year_bound_asked: bool = True
    designs: tuple[Competitor, ...] = ()
    draws_asked_count: int = 0
    second_year: SecondYear | None = None

    @property
    def found_usd(self) -> float:
        """Cost on the chosen days of the plan that the search found, by which it stopped.

        Another design may have been taken in its place, for what it costs over the year.
        """
        return next((one.days_usd for one in self.designs if one.origin == CHOSEN_DAYS), self.objective_usd)

    @property
    def found_gap_site_dependent_fraction(self) -> float:
        """Distance between that plan and the bound, over its cost above the unavoidable."""
        return gap_site_dependent(self.found_usd, self.bound_usd, self.unavoidable_usd)

    @property
    def gap_fraction(self) -> float:
        """Distance between plan and bound, over the plan's cost."""
        return (self.objective_usd - self.bound_usd) / abs(self.objective_usd) if self.objective_usd else 0.0

    @property
    def gap_site_dependent_fraction(self) -> float:
        """The same distance over the cost above the unavoidable."""
        return gap_site_dependent(self.objective_usd, self.bound_usd, self.unavoidable_usd)


def gap_site_dependent(objective_usd: float, bound_usd: float, unavoidable_usd: float) -> float:
    """Return the distance between plan and bound, over the plan's cost above the unavoidable.

    Examples
    --------
    >>> gap_site_dependent(110.0, 109.0, 100.0)
    0.1
    >>> gap_site_dependent(100.0, 100.0, 100.0)
    0.0
    """
    dependent, distance = objective_usd - unavoidable_usd, objective_usd - bound_usd
    return distance / dependent if dependent > 0 and distance > ROUNDING_FRACTION * abs(objective_usd) else 0.0
