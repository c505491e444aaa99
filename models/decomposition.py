r"""Dantzig-Wolfe decomposition over sites, from the components as they are.

Few rows of the model speak of more than one site: demand by zone and day, caps, counts. At prices
:math:`\pi` of these shared rows each site is a problem of its own, `SiteProblem`, and no plan costs less
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
those that were the likeliest (see `_Work`); the bound is always of all.

Sites whose own integers, land and connection are in their own problems have a few dozen prices in common
where rays of their operation alone have thousands: on 155 sites and 96 hours, 30 rounds instead of 84.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse

from siting.case import Array
from siting.highs import new_lp, solve_surely
from siting.models.first_prices import first_prices
from siting.models.members import Positions
from siting.models.pieces import Pieces, Shared, at_bounds, signed
from siting.models.site_problem import SiteProblem

FIRST_WIDTH, LEAST_WIDTH, MOST_WIDTH = 0.03, 1e-4, 1e6
"""Half-width of the box, over the first price of the row: at first, at the least and at the most.

Where prices a million times the first still do not get a demand met, no plan can meet it.
"""

FIRST_SHARES = (1.0, 0.97, 0.94, 0.91, 0.88)
"""Shares of guessed prices that are asked in turn as long as the bound rises.

Where many sites are a little cheaper than the guess, each would build all it may, and the bound is nothing.
"""

GROW, SHRINK = 2.0, 0.5
"""What the width is multiplied by after a good and after a bad step."""

WIDEN = 4.0
"""What a row's own half-width is multiplied by if the box is all that holds its price."""

FLOOR_SHARE = 0.02
"""Least half-width of a row, as the share of all costs that meeting it would take."""

ASKED_LEAST_COUNT, ASKED_SHARE = 40, 0.15
"""Sites that are asked in most rounds at first, and taken in at a time: so many at the least, and such a part.

With too few, prices rise to where they alone meet all demands, and nothing is learnt of the others: of 1,000
sites, 40 bring the bound nowhere in 100 s, 150 within 0.3 %, and all in every round within 2 %.
"""

STRAY_WIDTH = 1.0
"""Width of the box from which on demands that the sites asked do not meet are put to all sites."""

ROUND_LIMIT = 1000

WARM_NONZEROS = 6_000_000
"""Nonzeros of all sites up to which each keeps its solver; beyond that, those asked in most rounds do.

At 400 bytes each these take 2.4 GB.
"""

TOLERANCE = 1e-9
HELD = 1e-6
"""Amount of a row outside its bounds, over its bound, above which only the box holds its price."""


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


class _Master:
    """Shared rows, the columns of no site, and the plans of each site found so far."""

    def __init__(self, shared: Shared, problems: list[SiteProblem], first: Array) -> None:
        self.shared, self.problems = shared, problems
        self.row_lower, self.row_upper = shared.row_lower, shared.row_upper
        self.side = np.where(np.isfinite(self.row_lower), abs(self.row_lower), 0.0)
        self.side = np.maximum(self.side, np.where(np.isfinite(self.row_upper), abs(self.row_upper), 0.0))
        total = abs(at_bounds(first, self.row_lower, self.row_upper))
        self.half_width = np.maximum(abs(first), FLOOR_SHARE * max(total, 1.0) / np.maximum(self.side, 1.0))
        self.first_half_width = self.half_width.copy()

        # Columns: those of no site, out of a row's bounds upwards, the same downwards, each site closed, plans.
        count, sites, alone = len(shared.names), len(problems), len(shared.cost)
        outside = scipy.sparse.eye_array(count)
        blocks = [[shared.matrix, outside, -outside, None], [None, None, None, scipy.sparse.eye_array(sites)]]
        self.boxed = alone + np.arange(2 * count, dtype=np.int32)
        self.first_plan = alone + 2 * count + sites
        most = np.concatenate([shared.column_upper, np.full(2 * count, np.inf), [self._closed(p) for p in problems]])
        self.solver = new_lp(
            scipy.sparse.block_array(blocks).tocsc(),
            np.concatenate([shared.cost, np.zeros(2 * count + sites)]),
            (np.concatenate([shared.column_lower, np.zeros(2 * count + sites)]), most),
            (np.append(self.row_lower, np.ones(sites)), np.append(self.row_upper, np.ones(sites))),
            offset=shared.offset,
        )
        self.box = np.zeros((2, count))
        self.site_of_plan: list[int] = []
        self.size_of_plan: list[float] = []

    @staticmethod
    def _closed(problem: SiteProblem) -> float:
        """Whether having nothing at all is a plan of the site (1) or not (0)."""
        return float(np.all(problem.piece.column_lower <= 0) and np.all(problem.piece.column_upper >= 0))

    def add(self, sites: Positions, plans: list[tuple[float, Array]], prices: Array, of_site: Array) -> None:
        """Take those plans of some sites as columns that are worth something at the master's prices."""
        count = len(self.row_lower)
        for site, (_, plan) in zip(sites.tolist(), plans, strict=True):
            piece = self.problems[site].piece
            link, cost = piece.link @ plan, float(piece.cost @ plan)
            if cost - prices @ link - of_site[site] >= -TOLERANCE:
                continue
            entries = np.flatnonzero(np.abs(link) > TOLERANCE)
            places = np.append(entries, count + site).astype(np.int32)
            self.solver.addCol(cost, 0.0, np.inf, len(places), places, np.append(link[entries], 1.0))
            self.site_of_plan.append(site)
            self.size_of_plan.append(float(piece.size @ plan))

    def solve(self, centre: Array, width: float) -> tuple[float, Array, Array, Array]:
        """Return value, prices of the shared rows and of the sites, and columns, with the prices in the box."""
        high = centre + width * self.half_width
        low = centre - width * self.half_width
        up_only, down_only = np.isinf(self.row_upper), np.isinf(self.row_lower)
        low = np.where(up_only, np.maximum(low, 0.0), low)
        high = np.where(down_only, np.minimum(high, 0.0), high)
        count = len(centre)
        none = np.concatenate([down_only & (high >= 0), up_only & (low <= 0)])
        self.box = np.array([high, low])
        self.solver.changeColsCost(2 * count, self.boxed, np.concatenate([high, -low]))
        self.solver.changeColsBounds(2 * count, self.boxed, np.zeros(2 * count), np.where(none, 0.0, np.inf))
        status = solve_surely(self.solver)
        if status != "Optimal":
            raise RuntimeError(f"the master problem has no solution (HiGHS: {status})")
        solution = self.solver.getSolution()
        duals = np.array(solution.row_dual)
        value = float(self.solver.getInfo().objective_function_value)
        prices = signed(duals[:count], self.row_lower, self.row_upper)
        return value, prices, duals[count:], np.array(solution.col_value)

    def held(self, columns: Array) -> tuple[Array, float]:
        """Rows of which only the box holds the price, and what their amounts outside their bounds are worth."""
        outside = columns[self.boxed].reshape(2, -1)
        worth = np.abs(outside * self.box).max(axis=0)
        return outside.max(axis=0) > HELD * np.maximum(self.side, 1.0), float(worth.sum())

    def widen(self, rows: Array) -> None:
        """Let the prices of some rows go further."""
        self.half_width[rows] *= WIDEN

    def at_limit(self, rows: Array, width: float) -> bool:
        """Whether the price of one of some rows went as far as a price can mean anything."""
        return bool(np.any(width * self.half_width[rows] >= MOST_WIDTH * self.first_half_width[rows]))

    def sizes(self, columns: Array) -> Array:
        """Installed MW of each site."""
        count = len(columns) - self.first_plan
        sizes = np.zeros(len(self.problems))
        np.add.at(sizes, self.site_of_plan[:count], columns[self.first_plan :] * np.array(self.size_of_plan)[:count])
        return sizes


def relax(
    pieces: Pieces,
    *,
    tolerance: float,
    threads: int,
    time_limit: float | None = None,
    first: Array | None = None,
    width: float = FIRST_WIDTH,
    tell: Callable[[Round], bool] | None = None,
) -> Relaxation:
    """Solve the relaxation of a model site by site.

    Parameters
    ----------
    pieces : Pieces
        The model, cut along its seam.
    tolerance : float
        Relative distance of bound and value at which to stop.
    threads : int
        Sites priced at once.
    time_limit : float, optional
        Seconds after which to stop.
    first : ndarray, optional
        Prices of the shared rows to begin with; NaN, or all by default, to be guessed.
    width : float
        Half-width of the box to begin with, over these prices.
    tell : callable, optional
        Told of each round; stops the work by returning False.
    """
    began = time.monotonic()
    interrupted = False
    with ThreadPoolExecutor(threads) as pool:
        work = _Work(pieces, pool, tolerance, first, width)
        try:
            for _ in work.rounds():
                if tell is not None and not tell(Round(work.number, work.value, work.sure)):
                    break
                if work.number >= ROUND_LIMIT:
                    break
                if time_limit is not None and time.monotonic() - began > time_limit:
                    break
        except KeyboardInterrupt:
            interrupted = True
    return Relaxation(
        work.sure,
        work.value,
        work.master.sizes(work.columns),
        work.sure_prices,
        work.number,
        work.complete,
        work.infeasible,
        interrupted,
    )


class _Work:
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
        self, pieces: Pieces, pool: ThreadPoolExecutor, tolerance: float, first: Array | None, width: float
    ) -> None:
        self.shared, self.pool, self.tolerance = pieces.shared, pool, tolerance
        self.width = self.first_width = width
        self.warm_left = WARM_NONZEROS
        all_warm = sum(piece.matrix.nnz for piece in pieces.sites) <= self.warm_left
        self.problems = [SiteProblem(piece, warm=all_warm) for piece in pieces.sites]
        self.shares = FIRST_SHARES if first is None else (1.0,)
        if first is None or np.isnan(first).any():
            guess = first_prices(self.shared, self.problems)
            first = guess if first is None else np.where(np.isnan(first), guess, first)
        self.first = signed(first, self.shared.row_lower, self.shared.row_upper)
        self.master = _Master(self.shared, self.problems, self.first)
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
            self.master.widen(self.held)
            self._solve()

    def _ask_others(self) -> bool:
        """Ask all sites at the best prices so far, take in the likeliest others, and say whether there are any."""
        costs, found = self._ask(self.every, self.centre)
        others = np.setdiff1d(self.every, self.asked)
        more = self._likeliest(costs, others[costs[others] < -TOLERANCE * abs(found)])
        if self._strays():
            self.width = self.first_width
            more = more if len(more) else others
        self._take_in(more)
        self.bound = found - float(costs.sum() - costs[self.asked].sum())
        self._solve()
        return bool(len(more))

    def _take_in(self, sites: Positions) -> None:
        """Ask some more sites in most rounds, with what their solvers know as long as there is memory for it."""
        self.asked = np.union1d(self.asked, sites)
        for site in sites.tolist():
            size = self.problems[site].piece.matrix.nnz
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
        if found > self.bound:
            if found - self.bound > (self.model - self.bound) / 3:
                self.width = min(self.width * GROW, MOST_WIDTH)
            self.bound, self.centre = found, prices
        elif self.model - found > 3 * (self.model - self.bound):
            self.width = max(self.width * SHRINK, LEAST_WIDTH)
        self._solve()
        self.infeasible = self._asks_all() and self.master.at_limit(self.held, self.width)
        return not self.infeasible

    def _strays(self) -> bool:
        """Whether the sites asked leave demands unmet at prices at which others may be worth something."""
        return not self._asks_all() and self.width > STRAY_WIDTH and bool(self.held.any())

    def _ask(self, sites: Positions, prices: Array) -> tuple[Array, float]:
        """Ask some sites at some prices: what each costs, and the bound if there were no others."""
        self.number += 1
        plans = list(self.pool.map(lambda site: self.problems[site].price(prices), sites))
        costs = np.zeros(len(self.every))
        costs[sites] = [cost for cost, _ in plans]
        found = self.shared.bound(prices) + float(costs.sum())
        self.infeasible = bool(np.isposinf(found))  # what a site alone must do, it cannot
        if not self.infeasible:
            self.master.add(sites, plans, prices, self.of_site)
            if len(sites) == len(self.every) and found > self.sure:
                self.sure, self.sure_prices = found, prices
        return costs, found

    def _solve(self) -> None:
        """Let the master choose among the plans found so far, with prices in the box."""
        self.model, self.prices, self.of_site, self.columns = self.master.solve(self.centre, self.width)
        self.held, self.worth = self.master.held(self.columns)
        if self.worth <= self._close:
            self.value = min(self.value, self.model + self.worth)

    @property
    def _close(self) -> float:
        """Distance of bound and value at which they have met."""
        return max(self.tolerance, TOLERANCE) * abs(self.model)

    def _likeliest(self, costs: Array, sites: Positions) -> Positions:
        """Those of some sites that are worth most, as many as are asked for at a time."""
        most = max(ASKED_LEAST_COUNT, math.ceil(ASKED_SHARE * len(self.every)))
        return sites[np.argsort(costs[sites], kind="stable")][:most]
