r"""What no plan undercuts, at every value of a limit.

At prices of what sites share, no plan costs less than a sum of problems of one site each. This Lagrangian bound is a
straight line in the value of the limit: prices found at one value bound the plans at every other. They are those
of the active sites in longer steps, whose relaxation moves from value to value in a tenth of a second. A site that
would be worth its cost at these prices becomes active; then every site is priced hour by hour at them, so the bound
holds for all sites and all hours.

Such bounds of 60 sites and 96 hours are within 0.15 % of the relaxation hour by hour.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siting.optimise.by_site import NEAR_WIDTH, RELAXATION_SHARE, STEP_H
from siting.optimise.gap import Gap
from siting.optimise.pareto.parametric_lp import Limited
from siting.optimise.pareto.parametric_relaxation import ParametricRelaxation, ParametricSolution
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole.lp_relaxation import SUPPORT_TOLERANCE

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.models.compiler.members import Positions
    from siting.optimise.decomposition.blocks import BlockAngularForm
    from siting.optimise.decomposition.column_generation import Relaxation
    from siting.optimise.decomposition.pricing import PricingProblem

LOSS_SHARE = 0.25
"""Part of the gap that sites not active may take from the bound."""

FIRST_PENALTY = 1.0
"""Price of a unit beyond the limit (scale of the standard form) until the first value tells a better one."""

WORTH = 1e-9
"""Part of the bound that a site must be worth to become active."""


@dataclasses.dataclass(frozen=True)
class AffineBound:
    """A bound as a straight line in the value of the limit.

    Parameters
    ----------
    at_zero : float
        The bound where the limit is zero (scale of the standard form).
    slope : float
        What a unit of the limit adds; never above zero.
    """

    at_zero: float
    slope: float

    @classmethod
    def through(cls, value: float, cost: float, prices: Array) -> AffineBound:
        """Return the line through a least cost at a value of the limit, with the prices of the limit's rows there."""
        slope = min(float(prices.sum()), 0.0)
        return cls(cost - slope * value if slope else cost, slope)

    def at(self, value: float) -> float:
        """Return the bound at a value of the limit, which may be infinite."""
        return self.at_zero + self.slope * value if self.slope else self.at_zero


class ParametricBound:
    """Bounds at all values of a limit, and the relaxation that they come from.

    Parameters
    ----------
    limited : Limited
        The study under the limit.
    gap : float
        Gap that the bounds are to serve (0 to 1).
    threads : int
        Sites priced at once.
    pool : Executor
        In which to price them.

    Attributes
    ----------
    penalty : float or None
        Price of a unit beyond the limit (scale of the standard form): at the first value, one unit's share of the
        whole cost.
    """

    def __init__(self, limited: Limited, gap: float, threads: int, pool: Executor) -> None:
        from siting.optimise.decomposition.blocks import cut

        self._limited, self._gap, self._threads, self._pool = limited, gap, threads, pool
        self._steps, _ = cut(limited.case.in_steps(STEP_H), limited.components)
        self._hours, _ = cut(limited.case, limited.components)
        self._problems_of_steps, self._problems = _problems(self._steps), _problems(self._hours)
        self._lines: list[AffineBound] = []
        self._proven: list[tuple[float, float]] = []
        self._prices: Mapping[str, float] = {}
        self._active = np.zeros(len(self._problems), dtype=bool)
        self._relaxation = ParametricRelaxation(self._steps, self._of_limit(self._steps), FIRST_PENALTY)
        self.penalty: float | None = None

    def at(self, value: float) -> float:
        """Return the best bound known at a value; infinite where no plan can hold the limit."""
        lines = [line.at(value) for line in self._lines]
        return max([*lines, *(bound for there, bound in self._proven if there >= value)], default=-np.inf)

    def prove(self, value: float, bound: float) -> None:
        """Note a bound that was found otherwise; it holds at all tighter values, which are never cheaper."""
        self._proven.append((value, bound))

    def move(self, value: float, deadline: Deadline) -> ParametricSolution | None:
        """Find the prices at a value, and what they bound.

        Returns
        -------
        ParametricSolution or None
            The relaxation of the active sites in longer steps; None if there is none.

        Raises
        ------
        Stopped
            If the deadline is over before all sites are priced.
        """
        while not deadline.is_stopped:
            fresh = not self._active.any()
            if fresh and not self._activate_used(self._steps, value, deadline):
                return None
            if not np.isfinite(self.at(value)):  # no plan at all, or no time to bound one
                return None
            relaxed = self._relaxation.at(value, deadline)
            if relaxed is None:
                return None
            if self.penalty is None:
                self.penalty = abs(self.at(value)) / max(self._relaxation.amount(), 1.0)
                self._relaxation.set_penalty(self.penalty)
            if not fresh:  # else priced already, and better: a vertex has prices further from those that matter
                if self._activate_worthy(self._costs(self._problems_of_steps, relaxed.prices, deadline), value):
                    continue
                if self._activate_worthy(self._price(self._named(self._steps, relaxed.prices), deadline), value):
                    continue
            if relaxed.holds:
                return relaxed
            if not self._activate_used(self._steps, value, deadline):
                return None
        return None

    def tighten(self, value: float, deadline: Deadline) -> None:
        """Solve the relaxation of all sites hour by hour to its end."""
        self._activate_used(self._hours, value, deadline)

    def _activate_worthy(self, costs: Array, value: float) -> bool:
        """Activate sites that cost less than nothing, the best first; False if together they cost little less."""
        bound = abs(self.at(value))
        lost = np.where(self._active, 0.0, np.minimum(costs + WORTH * bound, 0.0))
        if -lost.sum() <= self._gap * LOSS_SHARE * bound:
            return False
        best = np.argsort(lost)[: max(int(self._active.sum()) // 2, 1)]
        self._activate(np.isin(np.arange(len(lost)), best) & (lost < 0))
        return True

    def _activate_used(self, blocks: BlockAngularForm, value: float, deadline: Deadline) -> bool:
        """Activate the sites that the relaxation of all uses at a value; say whether any of them is new."""
        relaxed = self._relax(blocks, value, deadline)
        if relaxed.infeasible and blocks is self._steps:  # in the hours, too?
            return self._activate_used(self._hours, value, deadline)
        if relaxed.infeasible:
            self.prove(value, np.inf)
            return False
        if relaxed.interrupted:
            return False
        if blocks is self._hours:
            self.prove(value, relaxed.bound)
        self._price(self._named(blocks, relaxed.prices), deadline)
        return self._activate(relaxed.size_mw > SUPPORT_TOLERANCE)

    def _relax(self, blocks: BlockAngularForm, value: float, deadline: Deadline) -> Relaxation:
        """Solve the relaxation of all sites at a value."""
        from siting.optimise.decomposition.column_generation import relax

        shared, near = blocks.shared, dict[str, Any]()
        if self._prices:
            near = {"first": np.array([self._prices.get(name, np.nan) for name in shared.names]), "width": NEAR_WIDTH}
        upper = shared.row_upper.copy()
        upper[self._of_limit(blocks)] += value
        stated = dataclasses.replace(blocks, shared=dataclasses.replace(shared, row_upper=upper))
        tolerance = self._gap * (LOSS_SHARE if blocks is self._steps else RELAXATION_SHARE)  # in steps: a beginning
        return relax(stated, gap=Gap(tolerance), threads=self._threads, deadline=deadline, **near)

    def _activate(self, sites: npt.NDArray[np.bool_]) -> bool:
        """Activate some sites; say whether any of them is new."""
        new = np.flatnonzero(sites & ~self._active).tolist()
        for site in new:
            self._relaxation.take(site)
        self._active |= sites
        return bool(new)

    def _price(self, known: Mapping[str, float], deadline: Deadline) -> Array:
        """Draw the line of some prices, and return what each site costs at them."""
        from siting.optimise.decomposition.blocks import signed

        shared = self._hours.shared
        prices = signed(np.array([known.get(name, 0.0) for name in shared.names]), shared.row_lower, shared.row_upper)
        costs = self._costs(self._problems, prices, deadline)
        bound = shared.bound(prices) + float(costs.sum())
        if np.isposinf(bound):  # a site cannot do what it must, whatever the limit
            self.prove(np.inf, np.inf)
        elif np.isfinite(bound):
            self._lines.append(AffineBound(bound, float(prices[self._of_limit(self._hours)].sum())))
        self._prices = known
        return costs

    def _costs(self, problems: list[PricingProblem], prices: Array, deadline: Deadline) -> Array:
        """What each site costs at prices of what sites share."""
        return np.array([cost for cost, _ in self._pool.map(lambda problem: problem.price(prices, deadline), problems)])

    def _named(self, blocks: BlockAngularForm, prices: Array) -> dict[str, float]:
        """Prices of what sites share, by name."""
        return dict(zip(blocks.shared.names, prices.tolist(), strict=True))

    def _of_limit(self, blocks: BlockAngularForm) -> Positions:
        """Places of the limit's rows among those that sites share."""
        names = [name.partition("[")[0] for name in blocks.shared.names]
        return np.flatnonzero(np.array(names) == self._limited.row_name).astype(np.int32)


def _problems(blocks: BlockAngularForm) -> list[PricingProblem]:
    """The problem of each site; with a solver that stays as long as these are not too large."""
    from siting.optimise.decomposition.pricing import WARM_NONZEROS, PricingProblem

    warm = sum(block.matrix.nnz for block in blocks.sites) <= WARM_NONZEROS
    return [PricingProblem(block, warm=warm) for block in blocks.sites]
