"""A node of the tree, priced: sites in whole numbers, the master's mix of their plans, and back."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from siting.case.case import Array
from siting.models.compiler.members import Positions
from siting.optimise.branch_and_price.node import OF_ALL, Count, Mix, Node, to_branch_on
from siting.optimise.decomposition.blocks import BlockAngularForm
from siting.optimise.decomposition.column import Column
from siting.optimise.decomposition.integer_pricing import IntegerPricingProblem
from siting.optimise.decomposition.restricted_master import TOLERANCE, RestrictedMaster
from siting.optimise.solver.deadline import Deadline

WIDTH = 0.003
"""Half-width of the box around the prices of the node above, over these prices."""

BRANCH_SHARE = 0.1
"""Part of what is missing from enough that a node may leave open where it is branched on anyway."""

ROOM_SHARE = 0.3
"""Part of what bound and value are apart that the searches of all sites may leave open together."""

LEAST_ROOM_SHARE = 0.05
"""Part of the gap that they may leave open together however near these are."""


@dataclasses.dataclass(frozen=True)
class Priced:
    """What is known of a node.

    Parameters
    ----------
    bound : float
        None of its plans costs less; infinite if there is none.
    mix : sequence of (float, Column)
        The master's plans with their weights.
    prices : ndarray
        Of the shared rows, for which the bound holds.
    branch : (Count, float) or None
        A count that is not whole in the mix, and its mean; None if all are.
    """

    bound: float
    mix: Mix
    prices: Array
    branch: tuple[Count, float] | None


class NodeColumnGeneration:
    """The rounds of pricing of one node.

    Parameters
    ----------
    node : Node
        The node.
    blocks : BlockAngularForm
        The model with the node's limits.
    problems : sequence of IntegerPricingProblem
        All sites, limited likewise.
    of_all : ndarray of int
        From `counts_of_all`.
    known : iterable of Column
        Plans of single sites within the limits.
    pool : ThreadPoolExecutor
        Prices the sites.
    gap : float
        What is missing from the cutoff as long as no plan is known, over the bound.
    deadline : Deadline, optional
        When to give up.
    """

    def __init__(
        self,
        node: Node,
        blocks: BlockAngularForm,
        problems: Sequence[IntegerPricingProblem],
        of_all: Positions,
        known: Iterable[Column],
        pool: ThreadPoolExecutor,
        gap: float,
        deadline: Deadline | None = None,
    ) -> None:
        self._deadline = deadline
        self.blocks, self.problems, self.of_all, self.pool = blocks, problems, of_all, pool
        self.bound, self.centre = node.bound, node.prices
        self.gap, self.fresh = gap, list[Column]()
        self.least_room = LEAST_ROOM_SHARE * self.missing(math.inf)
        self.master = RestrictedMaster(blocks, node.prices, WIDTH, deadline)
        for plan in known:
            self.master.take(plan)
        self.limited = np.array([place for site, place in node.limits if site == OF_ALL], dtype=np.int32)

    def run(self, cutoff: Callable[[], float], go_on: Callable[[float], bool]) -> Priced:
        """Price and mix until the node is settled, or near enough to branch on.

        Parameters
        ----------
        cutoff : callable
            Bound with which nothing better is left to find.
        go_on : callable
            Told the bound; False ends the work.

        Raises
        ------
        Stopped
            If the deadline is over in a round, which is lost.
        """
        self.master.reach(self.limited, self.missing(cutoff()))
        if not self._begin():
            return Priced(math.inf, (), self.centre, None)
        self._mix()
        while True:
            found, news = self._price()
            if np.isposinf(found):
                return Priced(math.inf, (), self.centre, None)
            self._mix()
            mix = self.master.mixed(self.columns)
            branch = to_branch_on(self.blocks, self.of_all, mix)
            if self.bound >= cutoff() or not go_on(self.bound):
                break
            near = self.model - self.bound < BRANCH_SHARE * self.missing(cutoff())
            if not self.at_box.any():
                if not news or (branch is not None and near and self.model < cutoff()):
                    break
            elif not news or near:
                if self.master.at_limit(self.at_box):
                    return Priced(math.inf, (), self.centre, None)
                self.master.widen(self.at_box)
                self._mix()
        return Priced(self.bound, mix, self.centre, branch)

    def missing(self, cutoff: float) -> float:
        """What is missing from the cutoff."""
        return cutoff - self.bound if math.isfinite(cutoff) else max(self.gap, TOLERANCE) * abs(self.bound)

    def _begin(self) -> bool:
        """Have a plan of each site that must have one; False if some site has none."""
        having = {plan.site for plan in self.master.plans}
        alone = [i for i, block in enumerate(self.blocks.sites) if i not in having and not block.may_be_empty]
        for site, (cost, values) in zip(alone, self._ask(alone, self.centre, math.inf), strict=True):
            if np.isposinf(cost):
                return False
            self._take([Column.of(site, self.blocks.sites[site], values)])
        return True

    def _price(self) -> tuple[float, bool]:
        """Ask all sites at the master's prices: the bound found, and whether anything is new."""
        share = ROOM_SHARE * (self.model - self.bound)
        room = max(share, self.least_room) / len(self.problems)
        prices, sites = self.prices, range(len(self.problems))
        asked = self._ask(sites, prices, room)
        found = self.blocks.shared.bound(prices) + sum(cost for cost, _ in asked)
        if np.isposinf(found):
            return found, False
        self.master.learn(found, self.bound, self.model)
        rises = found > self.bound
        if rises:
            self.bound, self.centre = found, prices
        plans = [
            Column.of(site, self.blocks.sites[site], values) for site, (_, values) in zip(sites, asked, strict=True)
        ]
        worth = [plan for plan in plans if self.master.is_worth(plan, prices, self.of_site)]
        self._take(worth)
        return found, rises or bool(worth)

    def _ask(self, sites: Iterable[int], prices: Array, room: float) -> list[tuple[float, Array]]:
        return list(self.pool.map(lambda site: self.problems[site].price(prices, room, self._deadline), sites))

    def _take(self, plans: Iterable[Column]) -> None:
        for plan in plans:
            self.master.take(plan)
            self.fresh.append(plan)

    def _mix(self) -> None:
        """Let the master choose among the plans found so far."""
        self.model, self.prices, self.of_site, self.columns = self.master.solve(self.centre)
        self.at_box, _ = self.master.at_box(self.columns)
