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

Sites whose own integers, land and connection are in their own problems have a few dozen prices in common
where rays of their operation alone have thousands: on 155 sites and 96 hours, 30 rounds instead of 84.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse

from siting.case import Array
from siting.highs import new_lp, solve_surely
from siting.models.first_prices import first_prices
from siting.models.pieces import Pieces, Shared, at_bounds, signed
from siting.models.site_problem import SiteProblem

FIRST_WIDTH, LEAST_WIDTH, MOST_WIDTH = 0.03, 1e-4, 1e6
"""Half-width of the box, over the first price of the row: at first, at the least and at the most.

Where prices a million times the first still do not get a demand met, no plan can meet it.
"""

FIRST_SHARES = (0.97, 0.94, 0.91, 0.88)
"""Shares of guessed prices that are asked in turn as long as the bound rises.

Where many sites are a little cheaper than the guess, each would build all it may, and the bound is nothing.
"""

GROW, SHRINK = 2.0, 0.5
"""What the width is multiplied by after a good and after a bad step."""

WIDEN = 4.0
"""What a row's own half-width is multiplied by if the box is all that holds its price."""

FLOOR_SHARE = 0.02
"""Least half-width of a row, as the share of all costs that meeting it would take."""

ROUND_LIMIT = 1000

WARM_NONZEROS = 5_000_000
"""Nonzeros of all sites up to which each keeps its solver: at 400 bytes each these take 2 GB."""

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

    def add(self, plans: list[tuple[float, Array]], prices: Array, of_site: Array) -> None:
        """Take those plans as columns that are worth something at the master's prices."""
        count = len(self.row_lower)
        for site, (_, plan) in enumerate(plans):
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
    shared = pieces.shared
    number, interrupted, complete, infeasible, by_master = 0, False, False, False, False
    bound, value, model = -np.inf, np.inf, np.inf
    with ThreadPoolExecutor(threads) as pool:
        warm = sum(piece.matrix.nnz for piece in pieces.sites) <= WARM_NONZEROS
        problems = [SiteProblem(piece, warm=warm) for piece in pieces.sites]
        shares = [] if first is not None else list(FIRST_SHARES)
        if first is None or np.isnan(first).any():
            guess = first_prices(shared, problems)
            first = guess if first is None else np.where(np.isnan(first), guess, first)
        first = signed(first, shared.row_lower, shared.row_upper)
        master = _Master(shared, problems, first)
        prices = centre = first
        of_site, columns = np.zeros(len(problems)), np.zeros(master.first_plan)
        try:
            for number in range(1, ROUND_LIMIT + 1):
                plans = list(pool.map(lambda problem, at=prices: problem.price(at), problems))
                found = shared.bound(prices) + sum(cost for cost, _ in plans)
                infeasible = bool(np.isposinf(found))
                if infeasible:  # what a site alone must do, it cannot
                    break
                rises = found > bound
                if rises:
                    foretold = by_master and found - bound > (model - bound) / 3
                    width = min(width * GROW, MOST_WIDTH) if foretold else width
                    bound, centre = found, prices
                elif by_master and model - found > 3 * (model - bound):
                    width = max(width * SHRINK, LEAST_WIDTH)
                master.add(plans, prices, of_site if by_master else np.full(len(problems), np.inf))
                model, prices, of_site, columns = master.solve(centre, width)
                by_master = not (rises and shares)
                if not by_master:
                    prices, shares = shares[0] * first, shares[1:]
                else:
                    shares = []
                held, worth = master.held(columns)
                close = max(tolerance, TOLERANCE) * abs(model)
                value = min(value, model + worth) if worth <= close else value
                if tell is not None and not tell(Round(number, value, bound)):
                    break
                if time_limit is not None and time.monotonic() - began > time_limit:
                    break
                infeasible = master.at_limit(held, width)
                if infeasible:
                    break
                if model - bound <= close:
                    complete = worth <= close
                    if complete:
                        break
                    master.widen(held)
                    model, prices, of_site, columns = master.solve(centre, width)
        except KeyboardInterrupt:
            interrupted = True
    return Relaxation(bound, value, master.sizes(columns), centre, number, complete, infeasible, interrupted)
