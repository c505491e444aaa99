"""A limit of the policy at many values: what is learnt at one value serves the others, and each has its own proof.

The loosest value is solved first, then all others from the tightest on. Prices found at one value bound the plans
at all others (`siting.optimise.pareto.parametric_bound`). A design found at one value, with its halls and racks held,
is operated anew at the next; it stands if that is within the gap of the bound there, and only where no design does is
another searched (`siting.optimise.pareto.fixed_designs`). Where the gap stays open even so, the value is solved by
itself.

A plan under a tighter limit is one under a looser limit, too, and taken there if it is the cheapest known: so no
point is dearer than one under a tighter limit.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

import numpy as np

from siting.optimise.gap import Gap
from siting.optimise.pareto.fixed_designs import Design, FixedDesign, ParetoPlan, find_design, search_alone
from siting.optimise.pareto.least_amount import least_amount
from siting.optimise.pareto.parametric_bound import FIRST_PENALTY, ParametricBound
from siting.optimise.pareto.parametric_lp import Limited
from siting.optimise.pareto.restated import restated
from siting.optimise.solver import loading
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.sheltered import sheltered
from siting.plan.records.search_record import ROUNDING_FRACTION, Status

if TYPE_CHECKING:
    from siting.case.case import Case

SweptLimit = Literal["carbon_cap_t_per_yr", "water_cap_m3_per_yr"]

FoundBy = Literal["search", "design before"]

ROW_OF_LIMIT = {"carbon_cap_t_per_yr": "policy.carbon_within_cap", "water_cap_m3_per_yr": "policy.water_within_cap"}
"""The constraint, one row a period, whose right-hand side a limit is."""

NARROW_FRACTION = 1e-3
"""Range, over what the cheapest plan takes, below which there is nothing to weigh: longer steps err by as much."""

LEAST_LIMIT = 1.0
"""Least value of a limit that a study takes, in the unit of each."""

ROOM_FRACTION = 0.1
"""Part of the range of a front that is left to its end: what a relaxation can still hold, whole halls may not, and
near the end the cost rises so steeply that its bounds take long: on eight sites 3 % were open after 60 s at 0.05.
"""

KNOWN_SHARE = 0.75
"""Part of the gap within which a design that is known makes trying others needless."""


@dataclasses.dataclass(frozen=True)
class Point:
    """The cheapest plan known under one value of the limit.

    Parameters
    ----------
    value : float
        Of the limit, in its own unit; infinite for none.
    status : str
        ``optimal`` (within the gap), ``feasible`` (not within it in time), ``infeasible`` (no plan can hold the
        limit) or ``failed`` (none was found).
    objective_usd, bound_usd : float or None
        Present value of the plan, and what no plan under this limit undercuts.
    amount : float or None
        What the plan takes of the limit, the most of all periods.
    open_sites : tuple of str
        Sites that are open in the last period.
    found_by : str
        ``search``, or ``design before``: the halls and racks of a point solved before, operated as is best here.
    seconds : float
        Seconds that the point took; the loosest has the assembly's too.
    design : Design or None
        Whole decisions of the plan.
    """

    value: float
    status: Status
    objective_usd: float | None
    bound_usd: float | None
    amount: float | None
    open_sites: tuple[str, ...]
    found_by: FoundBy
    seconds: float
    design: Design | None = None

    @property
    def gap_fraction(self) -> float | None:
        """Distance of plan and bound over the plan."""
        if self.objective_usd is None or self.bound_usd is None or not self.objective_usd:
            return None
        return (self.objective_usd - self.bound_usd) / abs(self.objective_usd)


def sweep(
    case: Case,
    limit: SweptLimit,
    values: Sequence[float],
    *,
    gap: float = 0.01,
    time_limit: float | None = None,
    method: Literal["auto", "whole", "decomposed"] = "auto",
    threads: int | None = None,
    tell: Callable[[Point], None] | None = None,
) -> list[Point]:
    """Find the cheapest plan at each value of a limit.

    Parameters
    ----------
    case : Case
        From `siting.prepare`; what its own study says of this limit is not looked at.
    limit : str
        Name of the limit.
    values : sequence of float
        Its values, infinity for none.
    gap : float
        Gap that each point is to prove (0 to 1).
    time_limit : float, optional
        Seconds for each point.
    method : {"auto", "whole", "decomposed"}
        How a value is solved by itself, where it must be: all sites at once or site by site; ``auto`` decides
        by size.
    threads : int, optional
        Threads of the solver; all cores by default.
    tell : callable, optional
        Told of each point when it is done, from the tightest on: the loosest is solved first, but waits for plans
        of the others that may be cheaper.

    Returns
    -------
    list of Point
        From the loosest value to the tightest; after Ctrl-C, those that were done.

    Raises
    ------
    InfeasibleConstraintException
        If a demand is out of reach of all sites.
    """
    stop = threading.Event()
    ordered = sorted((float(value) for value in values), reverse=True)

    def work() -> list[Point]:
        return _points(case, limit, ordered[0], lambda *_: ordered[1:], gap, time_limit, method, threads, tell, stop)

    return sheltered(work, Deadline(stop=stop)) if ordered else []


@dataclasses.dataclass(frozen=True)
class SoFar:
    """What an earlier call found of a front.

    Parameters
    ----------
    first : Point or None
        The plan without a limit.
    limits : tuple of float or None
        Values of the limit, from the loosest on.
    points : tuple of Point
        Points at some of them, each with its bound.
    """

    first: Point | None = None
    limits: tuple[float, ...] | None = None
    points: tuple[Point, ...] = ()


def front(
    case: Case,
    limit: SweptLimit,
    count: int,
    *,
    so_far: SoFar | None = None,
    planned: Callable[[Point, Sequence[float]], None] | None = None,
    gap: float = 0.01,
    time_limit: float | None = None,
    method: Literal["auto", "whole", "decomposed"] = "auto",
    threads: int | None = None,
    tell: Callable[[Point], None] | None = None,
) -> list[Point]:
    """Find the cheapest plan without a limit, and at values from what it takes down to near the least that can be had.

    Parameters
    ----------
    case, limit, gap, time_limit, method, threads, tell
        As of `sweep`.
    count : int
        How many points, the one without a limit among them.
    so_far : SoFar, optional
        What an earlier call found, which is not searched again.
    planned : callable, optional
        Told of the plan without a limit and the values of the limit, once they are known.

    Returns
    -------
    list of Point
        As of `sweep`; the first has a limit of infinity.
    """
    stop, known = threading.Event(), so_far or SoFar()

    def values(first: Point, limited: Limited, deadline: Deadline) -> Sequence[float]:
        found = _of_range(first, limited, deadline) if known.limits is None else known.limits
        if planned is not None and not stop.is_set():
            planned(first, found)
        return found

    def _of_range(first: Point, limited: Limited, deadline: Deadline) -> Sequence[float]:
        if first.amount is None:
            return ()
        least = least_amount(limited, deadline)
        if first.amount - least <= NARROW_FRACTION * first.amount:
            return ()
        end = least + ROOM_FRACTION * (first.amount - least)
        return np.maximum(np.linspace(first.amount, end, count)[1:], LEAST_LIMIT).tolist() if end < first.amount else ()

    def work() -> list[Point]:
        return _points(case, limit, np.inf, values, gap, time_limit, method, threads, tell, stop, known)

    return sheltered(work, Deadline(stop=stop))


def _points(
    case: Case,
    limit: SweptLimit,
    loosest: float,
    others: Callable[[Point, Limited, Deadline], Sequence[float]],
    gap: float,
    time_limit: float | None,
    method: Literal["auto", "whole", "decomposed"],
    threads: int | None,
    tell: Callable[[Point], None] | None,
    stop: threading.Event,
    so_far: SoFar = SoFar(),
) -> list[Point]:
    """Go through the loosest value and the others, each within its own time, until all are done or it is stopped."""
    from siting.models.formulation import DESIGN, chosen
    from siting.optimise.method import choose_method

    of_first = Deadline(time_limit, stop=stop)
    workers = loading.use_threads(threads)
    stated = at_limit(dataclasses.replace(case, year_of=None), limit, 0.0)
    limited = Limited(stated, chosen(DESIGN, stated), ROW_OF_LIMIT[limit])
    way = choose_method(case) if method == "auto" else method
    points: list[Point] = []
    known = {point.value: point for point in so_far.points}

    def done(point: Point) -> None:
        points.append(point)
        if tell is not None:
            tell(point)

    with ThreadPoolExecutor(workers) as pool:
        bound = ParametricBound(limited, gap, workers, pool)
        work = _Sweep(limited, limit, bound, gap=gap, whole=way == "whole", threads=workers)
        for one in (*([so_far.first] if so_far.first else []), *so_far.points):
            work.know(one)
        first = so_far.first or work.at(loosest, of_first)
        for value in reversed(others(first, limited, Deadline(time_limit, stop=stop))):
            if stop.is_set():
                break
            if value in known:
                points.append(known[value])
                continue
            done(work.at(value, Deadline(time_limit, stop=stop)))
        done(work.cheapened(first))
    return points[::-1]


class _Sweep:
    """What is known on the way from value to value: bounds, designs in operation, plans."""

    def __init__(
        self,
        limited: Limited,
        limit: SweptLimit,
        bound: ParametricBound,
        *,
        gap: float,
        whole: bool,
        threads: int,
    ) -> None:
        self.limited, self.limit, self.bound, self.gap = limited, limit, bound, gap
        self.whole, self.threads = whole, threads
        self.operations: list[tuple[float, FixedDesign]] = []
        self.plans: list[tuple[float, ParetoPlan]] = []

    def at(self, value: float, deadline: Deadline) -> Point:
        """Solve for one value, as far as there is time."""
        plan: ParetoPlan | None = None
        new: ParetoPlan | None = None
        with contextlib.suppress(Stopped):
            for plan, new in self._better_and_better(value, deadline):  # noqa: B007 - `new` is looked at below
                if self._is_close(plan, value) or deadline.is_over():
                    break
        if plan is None:
            plan = self._under(value)
        if plan is not None:
            self.plans.append((value, plan))
        return self._point(value, plan, "search" if plan is new else "design before", deadline.spent())

    def know(self, point: Point) -> None:
        """Take over a point that was proven before: its bound, its plan, and its design to operate at other values."""
        from siting.quantities import COST_SCALE

        if point.status == "infeasible":
            self.bound.prove(point.value, np.inf)
        if point.bound_usd is not None:
            self.bound.prove(point.value, point.bound_usd * COST_SCALE)
        if point.design is not None and point.objective_usd is not None and point.amount is not None:
            cost = point.objective_usd * COST_SCALE
            self.plans.append((point.value, ParetoPlan(cost, point.amount, point.open_sites, point.design)))
            self._operable(point.value, FixedDesign(point.design, self.limited, FIRST_PENALTY))

    def _better_and_better(
        self, value: float, deadline: Deadline
    ) -> Iterator[tuple[ParetoPlan | None, ParetoPlan | None]]:
        """Yield the cheapest plan so far and the one that was searched for, as bound and plans get nearer."""
        known, new = self._known(value, deadline), None
        if not self._is_close(known, value, KNOWN_SHARE):
            relaxed = self.bound.move(value, deadline)
            yield known, new
            known = self._known(value, deadline)  # the bound may have risen, and with it what a design may cost
            yield known, new
            if relaxed is not None:
                design = find_design(self.limited, value, relaxed, gap=self.gap / 2, deadline=deadline)
                new = self._operated(design, value, deadline)
        plan = _cheapest(known, new)
        yield plan, new
        if plan is not None:
            self.bound.tighten(value, deadline)
            yield plan, new
        new = _cheapest(new, self._search_alone(value, deadline))
        yield _cheapest(plan, new), new

    def cheapened(self, point: Point) -> Point:
        """Return a point with the cheapest plan that is one under its limit, of those that have been found since."""
        from siting.quantities import COST_SCALE

        plan = self._under(point.value)
        if plan is None or (point.objective_usd is not None and point.objective_usd <= plan.objective / COST_SCALE):
            return point
        return self._point(point.value, plan, "design before", point.seconds)

    def _under(self, value: float) -> ParetoPlan | None:
        """Return the cheapest plan known that holds a value of the limit."""
        return _cheapest(*(plan for there, plan in self.plans if there <= value))

    def _worth(self, value: float, share: float = 1.0) -> float:
        """Cost above which a plan is not within the gap, or a share of it."""
        return Gap(share * self.gap + ROUNDING_FRACTION).cost_within(self.bound.at(value))

    def _is_close(self, plan: ParetoPlan | None, value: float, share: float = 1.0) -> bool:
        """Whether a plan is within the gap, or a share of it, or none is to be had."""
        return self.bound.at(value) == np.inf or (plan is not None and plan.objective <= self._worth(value, share))

    def _known(self, value: float, deadline: Deadline) -> ParetoPlan | None:
        """Operate designs that are known, the neighbours first, until one is well within the gap; the cheapest plan."""
        tighter = [operation for there, operation in self.operations if there < value]
        looser = [operation for there, operation in reversed(self.operations) if there >= value]
        best: ParetoPlan | None = None
        for operation in (one for pair in zip_longest(tighter, looser) for one in pair if one is not None):
            if self._is_close(best, value, KNOWN_SHARE):
                break
            worth = self._worth(value) if best is None else best.objective
            best = operation.at(value, worth, self._worth(value), deadline) or best
        return _cheapest(best, self._under(value))

    def _search_alone(self, value: float, deadline: Deadline) -> ParetoPlan | None:
        """Solve for a value by itself."""
        found = search_alone(
            self.limited,
            at_limit(self.limited.case, self.limit, value),
            whole=self.whole,
            gap=self.gap,
            threads=self.threads,
            deadline=deadline,
        )
        self.bound.prove(value, found.bound)
        return self._operated(found.design, value, deadline)

    def _operated(self, design: Design | None, value: float, deadline: Deadline) -> ParetoPlan | None:
        """Operate a new design, and know it from now on."""
        if design is None:
            return None
        operation = FixedDesign(design, self.limited, self.bound.penalty or FIRST_PENALTY)
        plan = operation.at(value, np.inf, self._worth(value), deadline)
        if plan is not None:
            self._operable(value, operation)
        return plan

    def _operable(self, value: float, operation: FixedDesign) -> None:
        self.operations.append((value, operation))
        self.operations.sort(key=lambda known: -known[0])

    def _point(self, value: float, plan: ParetoPlan | None, found_by: FoundBy, seconds: float) -> Point:
        """Say what was found in dollars and in the limit's unit."""
        from siting.quantities import COST_SCALE

        bound = self.bound.at(value)
        if bound == np.inf or plan is None:
            status: Status = "infeasible" if bound == np.inf else "failed"
            return Point(value, status, None, None, None, (), "search", seconds)
        return Point(
            value,
            "optimal" if self._is_close(plan, value) else "feasible",
            plan.objective / COST_SCALE,
            min(bound, plan.objective) / COST_SCALE if np.isfinite(bound) else None,
            plan.amount,
            plan.open_sites,
            found_by,
            seconds,
            plan.design,
        )


def at_limit(case: Case, limit: SweptLimit, value: float) -> Case:
    """Return a case with a limit at a value."""
    policy = case.study.policy.model_copy(update={limit: None if np.isinf(value) else value})
    return restated(case, case.study.model_copy(update={"policy": policy}))


def _cheapest(*plans: ParetoPlan | None) -> ParetoPlan | None:
    return min((plan for plan in plans if plan is not None), key=lambda plan: plan.objective, default=None)
