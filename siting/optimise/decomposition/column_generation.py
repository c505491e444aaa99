r"""Dantzig-Wolfe decomposition over sites, from the components as they are.

Few rows of the model speak of more than one site: demand by zone and day, caps, counts. At prices
:math:`\pi` of these shared rows each site is a problem of its own, `PricingProblem`, and no plan costs less
than

.. math::

    L(\pi) = b'\pi + \min_{x \in X} (c - A'\pi)'x + \sum_s v_s(\pi)

with :math:`x` the columns that belong to no site, within their bounds, and :math:`v_s` the least cost of
site :math:`s`. The master problem mixes the plans of each site that were found so far; its prices are where
they are asked again. The relaxation of the whole model is reached when :math:`L` meets the master's value.

The master's prices swing far from those that matter as long as it knows few plans. So they are held in a
box around the best prices so far: a row may leave its bounds at a price a little above or below. The box
grows after steps that do what the master foretold and shrinks after steps that do not.

Most sites are too dear at any prices that come up. So all are asked from time to time only, and in most rounds
those that were the likeliest (see `ColumnGeneration`); the bound is always of all.

Where this bound and a plan are apart, `siting.optimise.branch_and_price.tree` goes on in whole numbers.

Sites whose own integers, land and connection are in their own problems have a few dozen prices in common
where rays of their operation alone have thousands: on 155 sites and 96 hours, 30 rounds instead of 84.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from siting.case.case import Array
from siting.models.compiler.members import Positions
from siting.optimise.decomposition.blocks import BlockAngularForm, signed
from siting.optimise.decomposition.column import Column
from siting.optimise.decomposition.initial_duals import initial_duals
from siting.optimise.decomposition.pricing import WARM_NONZEROS, PricingProblem
from siting.optimise.decomposition.restricted_master import TOLERANCE, RestrictedMaster
from siting.optimise.gap import Gap
from siting.optimise.solver.deadline import Deadline, Stopped

FIRST_WIDTH = 0.03
"""Half-width of the box at first, over the first price of the row."""

FIRST_SHARES = (1.0, 0.97, 0.94, 0.91, 0.88)
"""Shares of guessed prices that are asked in turn as long as the bound rises.

Where many sites are a little cheaper than the guess, each would build all it may, and the bound is nothing.
"""

ASKED_LEAST_COUNT, ASKED_SHARE = 40, 0.15
"""Sites that are asked in most rounds at first, and taken in at a time: so many at the least, and such a part.

With too few, prices rise to where they alone meet all demands, and nothing is learnt of the others: of 1,000
sites, 40 bring the bound nowhere in 100 s, 150 within 0.3 %, and all in every round within 2 %.
"""

STRAY_WIDTH = 1.0
"""Width of the box from which on demands that the sites asked do not meet are put to all sites."""

ROUND_LIMIT = 1000


@dataclasses.dataclass(frozen=True)
class Relaxation:
    """The relaxation of the whole model, solved site by site.

    Parameters
    ----------
    bound : float
        No plan costs less (scale of the standard form).
    value : float
        Cost of the relaxed plan found; infinite if none was.
    size_mw : ndarray
        Installed MW of each site in it.
    prices : ndarray
        The best prices of the shared rows, for which the bound holds.
    rounds : int
        Rounds of pricing.
    complete : bool
        Whether bound and value met; not if time ran out.
    infeasible : bool
        Whether some demand stays unmet at any price.
    interrupted : bool
        Whether Ctrl-C ended it.
    """

    bound: float
    value: float
    size_mw: Array
    prices: Array
    rounds: int
    complete: bool
    infeasible: bool
    interrupted: bool


@dataclasses.dataclass(frozen=True)
class Round:
    """What a round of pricing knows."""

    number: int
    value: float
    bound: float


def relax(
    blocks: BlockAngularForm,
    *,
    gap: Gap,
    threads: int,
    deadline: Deadline | None = None,
    first: Array | None = None,
    width: float = FIRST_WIDTH,
    begun: Sequence[Column] = (),
    tell: Callable[[Round], bool] | None = None,
) -> Relaxation:
    """Solve the relaxation of a model site by site.

    Parameters
    ----------
    blocks : BlockAngularForm
        The model, cut along its seam.
    gap : Gap
        Distance of bound and value at which to stop.
    threads : int
        Sites priced at once.
    deadline : Deadline, optional
        When to stop; a round that is not done by then is lost.
    first : ndarray, optional
        Prices of the shared rows to begin with; NaN, or all by default, to be guessed.
    width : float
        Half-width of the box to begin with, over these prices.
    begun : sequence of Column
        Plans of single sites that are known already.
    tell : callable, optional
        Told of each round; stops the work by returning False.
    """
    limit = Deadline() if deadline is None else deadline
    with ThreadPoolExecutor(threads) as pool:
        work = ColumnGeneration(blocks, pool, gap, first, width, limit)
        for plan in begun:
            work.master.take(plan)
        try:
            for _ in work.rounds():
                if tell is not None and not tell(Round(work.number, work.value, work.sure)):
                    break
                if work.number >= ROUND_LIMIT or limit.is_over():
                    break
        except Stopped:
            pass  # with the rounds before
    return Relaxation(
        work.sure,
        work.value,
        work.size_mw(),
        work.sure_prices,
        work.number,
        work.complete,
        work.infeasible,
        limit.is_stopped,
    )


class ColumnGeneration:
    """The rounds of pricing, and what is known after each.

    Most sites are too dear at any prices that come up, and need not be asked every time. So all are asked at
    the first prices, then only the likeliest, until bound and value of these alone have met or it was as much
    work as asking all; then all again, and the likeliest of those that would have been worth something are asked
    from then on, too.

    Attributes
    ----------
    sure, sure_prices : float and ndarray
        The best bound, and the prices for which it holds.
    bound, centre : float and ndarray
        The same as if there were no sites but those asked.
    model : float
        Cost of the master's plan, which may break rows at the prices of the box.
    value : float
        Cost of the best of these plans that break none but by rounding.
    """

    def __init__(
        self,
        blocks: BlockAngularForm,
        pool: ThreadPoolExecutor,
        gap: Gap,
        first: Array | None,
        width: float,
        deadline: Deadline,
    ) -> None:
        self._deadline = deadline
        self.shared, self.pool, self.gap = blocks.shared, pool, gap
        self.first_width = width
        self.warm_left = WARM_NONZEROS
        all_warm = sum(block.matrix.nnz for block in blocks.sites) <= self.warm_left
        self.problems = [PricingProblem(block, warm=all_warm) for block in blocks.sites]
        self.shares = FIRST_SHARES if first is None else (1.0,)
        if first is None or np.isnan(first).any():
            guess = initial_duals(self.shared, self.problems, deadline)
            first = guess if first is None else np.where(np.isnan(first), guess, first)
        self.first = signed(first, self.shared.row_lower, self.shared.row_upper)
        self.master = RestrictedMaster(blocks, self.first, width, deadline)
        self.every: Positions = np.arange(len(self.problems), dtype=np.int32)
        self.asked = self.every[:0]
        self.prices = self.centre = self.sure_prices = self.first
        self.of_site = np.full(len(self.problems), np.inf)
        self.bound = self.sure = -np.inf
        self.model = self.value = np.inf
        self.columns = np.zeros(self.master.first_plan)
        self.number, self.complete, self.infeasible = 0, False, False

    def rounds(self) -> Iterator[None]:
        """Go on from round to round until bound and value have met, or it is shown that they never will."""
        likely = self.every
        for share in self.shares:
            costs, found = self._ask(self.every, share * self.first)
            yield
            if np.isposinf(found):
                return
            if found <= self.bound:
                break
            self.bound, self.centre = found, share * self.first
            likely = self._likeliest(costs, self.every)
        self._take_in(likely)
        self._solve()
        while True:
            asked_count = 0
            while not self._is_met() and (self._asks_all() or asked_count < len(self.every)) and not self._strays():
                goes_on = self._ask_likely()
                asked_count += len(self.asked)
                yield
                if not goes_on:
                    return
            if not self._asks_all():
                took_in = self._ask_others()
                yield
                if took_in or not self._is_met():
                    continue
            if self.worth <= self._close:
                self.complete = True
                return
            self.master.widen(self.at_box)
            self._solve()

    def size_mw(self) -> Array:
        """Installed MW of each site in the master's mix."""
        sizes = np.zeros(len(self.problems))
        for weight, plan in self.master.mixed(self.columns):
            sizes[plan.site] += weight * plan.size_mw
        return sizes

    def _ask_others(self) -> bool:
        """Ask all sites at the best prices so far, take in the likeliest others, and say whether there are any."""
        costs, found = self._ask(self.every, self.centre)
        others = np.setdiff1d(self.every, self.asked)
        more = self._likeliest(costs, others[costs[others] < -TOLERANCE * abs(found)])
        if self._strays():
            self.master.width = self.first_width
            more = more if len(more) else others
        self._take_in(more)
        self.bound = found - float(costs.sum() - costs[self.asked].sum())
        self._solve()
        return bool(len(more))

    def _take_in(self, sites: Positions) -> None:
        """Ask some more sites in most rounds, with what their solvers know as long as there is memory for it."""
        self.asked = np.union1d(self.asked, sites)
        for site in sites.tolist():
            size = self.problems[site].block.matrix.nnz
            if size <= self.warm_left:
                self.problems[site].warm = True
                self.warm_left -= size

    def _is_met(self) -> bool:
        """Whether bound and value of the sites asked have met."""
        return self.model - self.bound <= self._close

    def _asks_all(self) -> bool:
        """Whether all sites are asked."""
        return len(self.asked) == len(self.every)

    def _ask_likely(self) -> bool:
        """Ask those that are likely at the master's prices, and learn how far its box may reach.

        Returns
        -------
        bool
            False if some demand stays unmet at any price.
        """
        prices = self.prices
        _, found = self._ask(self.asked, prices)
        if np.isposinf(found):
            return False
        self.master.learn(found, self.bound, self.model)
        if found > self.bound:
            self.bound, self.centre = found, prices
        self._solve()
        self.infeasible = self._asks_all() and self.master.at_limit(self.at_box)
        return not self.infeasible

    def _strays(self) -> bool:
        """Whether the sites asked leave demands unmet at prices at which others may be worth something."""
        return not self._asks_all() and self.master.width > STRAY_WIDTH and bool(self.at_box.any())

    def _ask(self, sites: Positions, prices: Array) -> tuple[Array, float]:
        """Ask some sites at some prices: what each costs, and the bound if there were no others."""
        self.number += 1
        plans = list(self.pool.map(lambda site: self.problems[site].price(prices, self._deadline), sites))
        costs = np.zeros(len(self.every))
        costs[sites] = [cost for cost, _ in plans]
        found = self.shared.bound(prices) + float(costs.sum())
        self.infeasible = bool(np.isposinf(found))  # what a site alone must do, it cannot
        if not self.infeasible:
            of_sites = zip(sites.tolist(), plans, strict=True)
            for plan in (Column.of(site, self.problems[site].block, values) for site, (_, values) in of_sites):
                if self.master.is_worth(plan, prices, self.of_site):
                    self.master.take(plan)
            if len(sites) == len(self.every) and found > self.sure:
                self.sure, self.sure_prices = found, prices
        return costs, found

    def _solve(self) -> None:
        """Let the master choose among the plans found so far, with prices in the box."""
        self.model, self.prices, self.of_site, self.columns = self.master.solve(self.centre)
        self.at_box, self.worth = self.master.at_box(self.columns)
        if self.worth <= self._close:
            self.value = min(self.value, self.model + self.worth)

    @property
    def _close(self) -> float:
        """Distance of bound and value at which they have met."""
        return max(self.gap.allowed(self.model), TOLERANCE * abs(self.model))

    def _likeliest(self, costs: Array, sites: Positions) -> Positions:
        """Those of some sites that are worth most, as many as are asked for at a time."""
        most = max(ASKED_LEAST_COUNT, math.ceil(ASKED_SHARE * len(self.every)))
        return sites[np.argsort(costs[sites], kind="stable")][:most]
