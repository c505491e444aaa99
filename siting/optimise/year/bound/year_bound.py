"""A bound for the year: no plan costs less over all 8,760 hours, proven by weak duality.

The year of all sites is relaxed: integers are let go, and rows that sites share in which days stand are weighed
together, so that each kind has one price (`siting.optimise.year.bound.coupling`). What is left is a master of what
sites decide once, and 365 days of each site that are apart once that is decided: Benders' decomposition, with a cut for
each month of each site and round. The bound is worked out from the master's prices, and holds after any round.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from siting.case.case import Array, Case
from siting.models.assembly.assembly import Component
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.year.bound.cuts import Cuts
from siting.optimise.year.bound.first_designs import first_design
from siting.optimise.year.bound.master import MasterSolution, YearMaster
from siting.optimise.year.bound.master_form import master_form
from siting.optimise.year.bound.own_rounds import own_rounds
from siting.optimise.year.bound.pricing import YearPricing
from siting.quantities import COST_SCALE

TOLERANCE_FRACTION = 1e-4
"""What the cuts may lack at the master's design, over the bound, for it to be finished."""

NEAR_FRACTION = 0.01
"""What the cuts may lack, over the bound, for it to be told: what the first rounds prove is true, and says nothing."""

ROUND_LIMIT = 120

AHEAD_COUNT = 4
"""Sites that wait for a thread: few, as each has a year in memory."""

USED = 1e-6
"""Part of a site that is rounding."""


@dataclasses.dataclass(frozen=True)
class Trial:
    """How a round cuts.

    Parameters
    ----------
    nearness : float
        Part of the way from the master's design to the last that a site was cut at.
    is_given : bool
        Whether shared work has the days' prices, or the master's, which say nothing while it knows few cuts.
    own_ratio, shared_ratio : float
        What the prices of a site's own coupling rows, and of shared ones, are multiplied by.
    """

    nearness: float = 0.0
    is_given: bool = False
    own_ratio: float = 1.0
    shared_ratio: float = 1.0


FREE = 2
"""The first of the ways that takes all prices from the master."""

WAYS = (
    Trial(nearness=0.5, is_given=True),
    Trial(is_given=True),
    Trial(),
    *(Trial(own_ratio=ratio) for ratio in (1.1, 0.9, 1.02, 0.98)),
    *(Trial(shared_ratio=ratio) for ratio in (1.02, 0.98)),
)
"""How the rounds cut, each way until nothing is lacking: what it finds leads back to an earlier one.

The master's design is far off until it knows enough cuts: a fifth of the days cannot be done with it, half-way to the
last one most can. Its prices lie between those tried, so others have to be tried on either side.
"""


@dataclasses.dataclass(frozen=True)
class YearBound:
    """What is proven of the year.

    Parameters
    ----------
    bound_usd : float or None
        No plan costs less over the year [USD]; None if not every site was priced, or the cuts still lack much.
    finished : bool
        Whether more rounds would not raise it by much.
    rounds : int
        Rounds of pricing, with the one of all sites.
    sites_done : int
        Sites priced at least once.
    """

    bound_usd: float | None
    finished: bool
    rounds: int
    sites_done: int


def year_bound(
    case: Case,
    components: Sequence[type[Component]],
    prices: Mapping[str, float],
    *,
    threads: int,
    deadline: Deadline,
    tell: Callable[[str, float | None], None],
    tolerance: float = TOLERANCE_FRACTION,
) -> YearBound:
    """Bound what any plan costs over the year.

    Parameters
    ----------
    case : Case
        The chosen days, of all sites; with a full year.
    components : sequence of component classes
        What the model consists of.
    prices : mapping of str to float
        Prices of the rows that sites share on the chosen days, by name: the better, the higher the bound.
    threads : int
        Sites priced at once.
    deadline : Deadline
        When to stop.
    tell : callable
        Told what is done, and the bound so far [USD].
    tolerance : float
        What the cuts may lack, over the bound.

    Raises
    ------
    ValueError
        If the case has no full year.
    InfeasibleConstraintException
        If no site has anything to meet a row with.
    """
    with ThreadPoolExecutor(threads) as pool:
        work = _Rounds(case, components, prices, pool, deadline, tell, tolerance)
        with contextlib.suppress(Stopped):  # what the rounds before have proven stays
            work.run()
    bound = work.bound / COST_SCALE if work.is_near else None
    return YearBound(bound, work.finished, work.rounds, len(work.pricing.designs))


class _Rounds:
    """The rounds, and what is proven so far."""

    def __init__(
        self,
        case: Case,
        components: Sequence[type[Component]],
        prices: Mapping[str, float],
        pool: ThreadPoolExecutor,
        deadline: Deadline,
        tell: Callable[[str, float | None], None],
        tolerance: float,
    ) -> None:
        self.pricing = YearPricing(case, components, prices)
        self._days = dataclasses.replace(case, year_of=None)
        self._components, self._prices, self._pool = components, prices, pool
        self._deadline, self._tell, self._tolerance = deadline, tell, tolerance
        self._last: list[Array] = []
        self.bound, self.is_near, self.finished, self.rounds = -np.inf, False, False, 0

    def run(self) -> None:
        """Price all sites once, then those that the master uses, until what it takes them for is what they are."""
        first = self._own_cuts()
        master = YearMaster(*master_form(self.pricing.designs, self.pricing.shared(), self.pricing.rows))
        for site, (cuts, reaches) in enumerate(first):
            for one in cuts:
                master.add(site, one)
            for reach in reaches:
                master.add(site, reach, of_cost=False)
        self.rounds = 1
        way = 0
        while self.rounds < ROUND_LIMIT:
            found = master.solve(self._deadline)
            self.bound = max(self.bound, found.bound)
            self._tell(f"bound for the year, round {self.rounds}", self._bound_usd())
            lacking = self._round(master, found, WAYS[way])
            self.rounds += 1
            self.is_near = self.is_near or lacking <= max(NEAR_FRACTION, self._tolerance) * abs(self.bound)
            if lacking > self._tolerance * abs(self.bound):
                way = FREE if way >= FREE else 0
            elif way + 1 < len(WAYS):
                way += 1
            else:
                self.finished = True
                return

    def _own_cuts(self) -> list[tuple[list[Cuts], list[Cuts]]]:
        """Price each site alone, beginning with the design that the chosen days have for it."""
        done: list[tuple[list[Cuts], list[Cuts]]] = []
        waiting: deque[Future[tuple[list[Cuts], list[Cuts]]]] = deque()
        sites = [str(site) for site in self._days.axes["site"]]
        for name in sites:
            self._deadline.check()
            site = self.pricing.meet()
            names = tuple(self.pricing.known)
            design, own = first_design(
                self._days.only(site=[name]), self._components, self._prices, self.pricing.designs[site], self._deadline
            )
            self._last.append(design)
            waiting.append(self._pool.submit(self._own_cut, site, names, design, self.pricing.first_prices(site, own)))
            while len(waiting) > AHEAD_COUNT:
                done.append(waiting.popleft().result())
            self._tell(f"bound for the year, {len(done)} of {len(sites)} sites", None)
        return done + [future.result() for future in waiting]

    def _own_cut(
        self, site: int, names: tuple[str, ...], design: Array, prices: Array
    ) -> tuple[list[Cuts], list[Cuts]]:
        """Cuts of a site at the days' prices, and what its days can add to the coupling rows."""
        first = self.pricing.cut(site, design, prices, self._deadline)
        return own_rounds(self.pricing, site, names, first, self._prices, self._deadline)

    def _round(self, master: YearMaster, found: MasterSolution, way: Trial) -> float:
        """Cut the sites that the master uses near its design, and return what the cuts lacked at it."""
        used = [site for site in range(len(master.columns)) if self._uses(master, found, site)]

        def cut(site: int) -> Cuts:
            at = master.columns[site]
            prices = found.prices[at.coupling]
            own = len(self.pricing.designs[site].coupling_lower)
            if way.is_given:
                prices = self.pricing.first_prices(site, prices[:own])
            prices = prices * np.where(np.arange(len(prices)) < own, way.own_ratio, way.shared_ratio)
            self._last[site] = self._near(site, np.maximum(found.values[at.design], 0.0), way.nearness)
            return self.pricing.cut(site, self._last[site], prices, self._deadline)

        lacking = 0.0
        for site, cuts in zip(used, self._pool.map(cut, used), strict=True):
            lacking += master.lacking(site, found, cuts)
            master.add(site, cuts)
        return lacking

    def _near(self, site: int, design: Array, nearness: float) -> Array:
        """Between a design and the last that the site was cut at, made as large."""
        size, last = self.pricing.designs[site].size, self._last[site]
        if size @ last <= 0 or size @ design <= 0:
            return design
        near: Array = (1 - nearness) * design + nearness * (size @ design) / (size @ last) * last
        return near

    def _uses(self, master: YearMaster, found: MasterSolution, site: int) -> bool:
        """Whether the master has anything of a site."""
        return bool(found.values[master.columns[site].design].max(initial=0.0) > USED)

    def _bound_usd(self) -> float | None:
        return float(self.bound / COST_SCALE) if np.isfinite(self.bound) else None
