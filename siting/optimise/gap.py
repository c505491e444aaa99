"""How far a plan may lie above the bound: over its cost, and over the part of it that sites change."""

from __future__ import annotations

import dataclasses

import numpy as np

from siting.plan.records.search_record import ROUNDING_FRACTION


@dataclasses.dataclass(frozen=True)
class Gap:
    """Distance of plan and bound at which a search stops: both limits hold then.

    Parameters
    ----------
    of_cost : float
        Part of the plan's cost (0 to 1).
    of_site_dependent : float
        Part of its cost above what is unavoidable (0 to 1); no limit by default.
    unavoidable : float
        What any plan must pay, in the scale of the costs.

    Examples
    --------
    A hundredth of 200 is 2; a twentieth of what lies above 180 is 1:

    >>> gap = Gap(0.01, 0.05, 180.0)
    >>> gap.allowed(200.0), gap.cutoff(200.0)
    (1.0, 199.0)
    """

    of_cost: float
    of_site_dependent: float = np.inf
    unavoidable: float = -np.inf

    def allowed(self, cost: float) -> float:
        """Return the distance that is enough for a plan of some cost.

        Parameters
        ----------
        cost : float
            Of the plan, or what it costs at the least.
        """
        of_cost = self.of_cost * abs(cost)
        if np.isinf(self.of_site_dependent) or np.isinf(cost):
            return of_cost
        return min(of_cost, self.of_site_dependent * max(cost - self.unavoidable, 0.0))

    def cutoff(self, cost: float) -> float:
        """Return the bound that is enough for a plan of some cost; infinite where there is no plan."""
        return cost - self.allowed(cost) if np.isfinite(cost) else np.inf

    def is_met(self, cost: float, bound: float) -> bool:
        """Whether the bound is enough for a plan of some cost, but for rounding."""
        return cost - bound <= self.allowed(cost) + ROUNDING_FRACTION * abs(cost)

    def relative(self, cost: float) -> float:
        """Return the distance that is enough for a plan of some cost, over this cost."""
        return self.allowed(cost) / abs(cost) if np.isfinite(cost) and cost else self.of_cost

    def part(self, share: float) -> Gap:
        """Return a gap of which both limits are a share (0 to 1) of these."""
        return dataclasses.replace(self, of_cost=share * self.of_cost, of_site_dependent=share * self.of_site_dependent)

    def cost_within(self, bound: float) -> float:
        """Return the cost up to which a plan is within the gap of a bound.

        Parameters
        ----------
        bound : float
            What no plan costs less than, in the scale of the costs.

        Examples
        --------
        >>> Gap(0.2).cost_within(8.0)
        10.0
        >>> Gap(0.25).cost_within(-10.0)
        -8.0
        >>> Gap(0.2, 0.5, 6.0).cost_within(7.0)
        8.0
        """
        part = 1 - self.of_cost if bound > 0 else 1 + self.of_cost
        of_cost = bound / part if part > 0 else np.inf
        if self.of_site_dependent >= 1:
            return of_cost
        dependent = (bound - self.of_site_dependent * self.unavoidable) / (1 - self.of_site_dependent)
        return max(min(of_cost, dependent), bound)
