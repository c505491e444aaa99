"""What is claimed of a plan over all 8,760 hours: its cost there, and what is proven of it."""

from __future__ import annotations

import dataclasses

from siting.plan.records.search_record import gap_site_dependent


@dataclasses.dataclass(frozen=True)
class Year:
    """The claim on the year, which readers get.

    Parameters
    ----------
    objective_usd : float
        Present value of the design, operated in all hours.
    bound_usd : float or None
        What no plan costs less than over the year; None where that was not worked out.
    days_usd : float
        Present value of the same design on the chosen days.
    unavoidable_usd : float
        What any plan must pay wherever it builds.
    keeps_limits : bool
        Whether the year breaks no limit and leaves no work undone: a plan that does may cost less than the bound.

    Examples
    --------
    >>> year = Year(101.0, 99.0, 100.0, 61.0, True)
    >>> round(year.gap_fraction, 4), year.gap_site_dependent_fraction, year.sampling_error_fraction
    (0.0198, 0.05, 0.01)
    >>> Year(101.0, None, 100.0, 61.0, True).gap_fraction is None
    True
    """

    objective_usd: float
    bound_usd: float | None
    days_usd: float
    unavoidable_usd: float
    keeps_limits: bool

    @property
    def gap_fraction(self) -> float | None:
        """Distance between cost and bound, over the cost; None without a bound, or where a limit is broken."""
        if self.bound_usd is None or not self.keeps_limits:
            return None
        distance = max(self.objective_usd - self.bound_usd, 0.0)
        return distance / abs(self.objective_usd) if self.objective_usd else 0.0

    @property
    def gap_site_dependent_fraction(self) -> float | None:
        """The same distance over the cost above the unavoidable."""
        if self.bound_usd is None or not self.keeps_limits:
            return None
        return gap_site_dependent(self.objective_usd, min(self.bound_usd, self.objective_usd), self.unavoidable_usd)

    @property
    def sampling_error_fraction(self) -> float:
        """Cost over the year less that on the chosen days, over the latter."""
        return (self.objective_usd - self.days_usd) / abs(self.days_usd) if self.days_usd else 0.0
