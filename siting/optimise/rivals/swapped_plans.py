"""Plans with one more site: halls and clusters of a built site move there, racks follow from a linear problem.

What a plan counts in few (openings, halls, clusters, batteries) is held, but for what moves; what it counts in many
(racks) is free within the halls, and made whole at the end. So each way of moving is one linear problem. What it costs
at the least is known before, from the sites one by one at the plan's own prices (`HeldSites`): only the ways that are
the cheapest by this bound are solved, and none that cannot be better than the best so far.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siting.case.case import Array
from siting.optimise.rivals.held_sites import CLUSTERS, HALLS, RACKS, Counts, HeldSites, axis_of, held_bounds
from siting.optimise.solver import highs, linear, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole.whole_model import Found

if TYPE_CHECKING:
    from siting.models.assembly.model import Model

ROUNDING = 1e-6
"""Part of a count that is rounding."""

SPARE_RACKS = 1.0
"""Racks of a kind and site more than the linear problem has, rounded up: another may have room for none."""

NODES_MAX = 40
"""Nodes of the search that makes racks whole: work, not time."""

SOLVED_COUNT, SOLVED_MOST, FAR_FRACTION = 3, 12, 0.01
"""Ways of moving that are solved at a time, the cheapest by bound, and the most while none costs about its bound.

Where a plan's halls are full, a way that leaves a little too little room costs much more than its bound says.
"""

ROUNDS_MAX = 8
"""Rounds in which single halls and clusters move on."""

GAP_FRACTION = 1e-5
"""Gap of the search that makes racks whole."""

Places = npt.NDArray[np.intp]


@dataclasses.dataclass(frozen=True)
class _Relaxed:
    """A design whose racks are not whole yet: its cost, the values of all columns, and its counts by variable."""

    cost: float
    values: Array
    counts: Counts


def _cost(design: _Relaxed | None) -> float:
    return np.inf if design is None else design.cost


@dataclasses.dataclass(frozen=True)
class SwappedPlans:
    """The plans that have one more site, in the model of a plan's sites and this one.

    Parameters
    ----------
    model : Model
        The model of these sites.
    counts : mapping of str to ndarray
        The plan's counts by variable, in the order of its columns; zero for the rival.
    rival : int
        Position of the new site in the model.
    cooling, rack : int
        The kinds that it has.
    sites : HeldSites
        What designs of the model cost at the least.
    enough : float
        Cost of a design with racks that are not whole at which no better one is looked for.
    solver : Highs
        Holds the model without whole numbers, and the basis of what it solved last.
    """

    model: Model
    counts: Counts
    rival: int
    cooling: int
    rack: int
    sites: HeldSites
    enough: float
    solver: Any

    @functools.cached_property
    def _kinds(self) -> npt.NDArray[np.bool_]:
        """Kinds of racks that may stand, by column: the plan's own, and the rival's."""
        own = (self._axis(RACKS, "site") == self.rival) & (self._axis(RACKS, "rack") == self.rack)
        return np.asarray((self.counts[RACKS] > 0) | own)

    def best(self, deadline: Deadline) -> Found | None:
        """Return the cheapest plan found; None if there is none.

        Parameters
        ----------
        deadline : Deadline
            When to give up.

        Raises
        ------
        Stopped
            If it is over before all has been tried.
        """
        seen: set[bytes] = set()
        best = self._cheapest(self._swaps(), None, seen, deadline)
        for _ in range(ROUNDS_MAX):
            if best is None or best.cost <= self.enough:
                break
            if (nearer := self._cheapest(self._steps(best.counts), best, seen, deadline)) is best:
                break
            best = nearer
        return None if best is None else self._whole(best, deadline)

    def _cheapest(
        self, designs: Iterator[Counts], best: _Relaxed | None, seen: set[bytes], deadline: Deadline
    ) -> _Relaxed | None:
        """Solve the linear problems of designs that may be the cheapest; the best of them and of the one given."""
        bounded: list[tuple[float, int, Counts]] = []
        for held in designs:
            key = b"".join(held[name].tobytes() for name in sorted(held))
            if key not in seen and not (held[CLUSTERS] > self._most_clusters).any():
                seen.add(key)
                bounded.append((self.sites.bound(held, self._kinds, deadline), len(bounded), held))
        for tried_count, (bound, _, held) in enumerate(sorted(bounded, key=lambda one: one[:2])):
            is_near = best is not None and best.cost <= bound + FAR_FRACTION * abs(bound)
            if tried_count >= (SOLVED_COUNT if is_near else SOLVED_MOST) or _cost(best) <= max(bound, self.enough):
                break
            deadline.check()
            self._bound(self.solver, *held_bounds(self.model, held, self._kinds))
            self.solver.setOptionValue("objective_bound", _cost(best))
            found = highs.run(self.solver, deadline=deadline)
            if found.status != "optimal" or found.values is None or found.objective is None:
                continue
            if found.objective < _cost(best):
                best = _Relaxed(found.objective, found.values, held)
        return best

    def _swaps(self) -> Iterator[Counts]:
        """Yield designs in which a built site gives halls to the rival, from the fewest to all of them, or none.

        Where it gives none, the rival has the fewest besides. Its clusters go along or stay, or one of them goes.
        """
        for partner in self._open_sites(self.counts):
            for count in range(self._fewest, int(self._halls_of(self.counts, partner))):
                for alike in (False, True):
                    held = self._opened(partner)
                    self._move_halls(held, partner, self.rival, count, alike=alike)
                    yield held
                    yield from self._cluster_steps(held, partner, self.rival)
                    trained = {name: values.copy() for name, values in held.items()}
                    self._move_all(trained, CLUSTERS, partner)
                    yield trained
            yield self._closed(partner, alike=False)
            yield self._closed(partner, alike=True)
            besides = self._opened(partner)
            besides[HALLS][self._first_hall(self.counts, partner, self.rival)] += self._fewest
            yield besides

    def _closed(self, partner: int, *, alike: bool) -> Counts:
        """Return the design without a built site: the rival has what fits there, others the rest, by room."""
        held = self._opened(partner)
        for name in held:
            if name not in (HALLS, RACKS, CLUSTERS):
                self._move_all(held, name, partner)
        others = [site for site in self._open_sites(held) if site not in (self.rival, partner)]
        room = {site: self._most_halls(site) - self._halls_of(held, site) for site in (self.rival, *others)}
        for site in (self.rival, *sorted(others, key=lambda site: -room[site])):
            count = int(max(min(room[site], self._halls_of(held, partner)), 0))
            self._move_halls(held, partner, site, count, alike=alike and site == self.rival)
        self._move_halls(held, partner, self.rival, int(self._halls_of(held, partner)), alike=alike)
        for _ in range(int(self._clusters(held, partner))):
            taker = max(
                [self.rival, *others], key=lambda site: self._halls_of(held, site) / (1 + self._clusters(held, site))
            )
            held = next(self._cluster_steps(held, partner, taker))
        return held

    def _most_halls(self, site: int) -> int:
        """Most halls that a site's connection carries, with the rival's way of cooling as a measure."""
        case = self.model.case
        peak = (
            case.values("computing.peak_diversity_fraction") * case.values("cooling.pue_peak_ratio")[site, self.cooling]
        )
        most_mw = min(case.values("placement.site_max_mw")[site], case.values("grid.headroom_mw")[site] / peak)
        whole = math.floor if site != self.rival else math.ceil  # the rival's last hall need not be full
        return whole(float(most_mw) / float(case.values("halls.module_mw")[site]) - ROUNDING)

    @property
    def _most_clusters(self) -> Array:
        """Most clusters of a class that may stand at a site, by column."""
        form = self.model.form
        return form.column_upper[form.columns.of(CLUSTERS)]

    def _clusters(self, counts: Counts, site: int) -> float:
        """Clusters of a site: of each class those of the period in which it has most."""
        at_site, job = self._axis(CLUSTERS, "site") == site, self._axis(CLUSTERS, "job")
        return float(sum(counts[CLUSTERS][at_site & (job == one)].max(initial=0.0) for one in np.unique(job)))

    def _steps(self, counts: Counts) -> Iterator[Counts]:
        """Yield designs in which a hall moves or is added, or a cluster moves from or to the rival."""
        sites, module_mw = self._open_sites(counts), self.model.case.values("halls.module_mw")
        for giver in sites:
            for taker in sites:
                if giver == taker or self._halls_of(counts, giver) < 1 or module_mw[taker] < module_mw[giver]:
                    continue
                for alike in (False, True):
                    held = {name: values.copy() for name, values in counts.items()}
                    self._move_halls(held, giver, taker, 1, alike=alike)
                    yield held
                if self.rival in (giver, taker):
                    yield from self._cluster_steps(counts, giver, taker)
            held = {name: values.copy() for name, values in counts.items()}
            held[HALLS][self._first_hall(counts, giver, giver)] += 1
            yield held

    def _cluster_steps(self, counts: Counts, giver: int, taker: int) -> Iterator[Counts]:
        """Yield the designs in which one cluster of a class moves, in all periods in which the giver has one."""
        site, job = self._axis(CLUSTERS, "site"), self._axis(CLUSTERS, "job")
        for one in np.unique(job):
            gives, takes = (site == giver) & (job == one), (site == taker) & (job == one)
            has = counts[CLUSTERS][gives] > 0
            if has.any():
                held = {name: values.copy() for name, values in counts.items()}
                held[CLUSTERS][gives] -= has
                held[CLUSTERS][takes] += has
                yield held

    @property
    def _fewest(self) -> int:
        """Fewest halls of the rival."""
        least_mw = float(self.model.case.values("placement.site_min_mw")[self.rival])
        return max(math.ceil(least_mw / float(self.model.case.values("halls.module_mw")[self.rival]) - ROUNDING), 1)

    def _open_sites(self, counts: Counts) -> list[int]:
        site = self._axis("open_count", "site")
        return [int(place) for place in np.unique(site[counts["open_count"] > 0])]

    def _halls_of(self, counts: Counts, site: int) -> float:
        return float(counts[HALLS][self._axis(HALLS, "site") == site].sum())

    def _opened(self, partner: int) -> Counts:
        """Return the plan's counts with the rival open whenever a built site is."""
        held = {name: values.copy() for name, values in self.counts.items()}
        site = self._axis("open_count", "site")
        held["open_count"][site == self.rival] = held["open_count"][site == partner]
        return held

    def _move_all(self, held: Counts, name: str, partner: int) -> None:
        """Move all that a built site has of something to the rival."""
        site = self._axis(name, "site")
        held[name][site == self.rival] = held[name][site == partner]
        held[name][site == partner] = 0.0

    def _move_halls(self, held: Counts, giver: int, taker: int, count: int, *, alike: bool) -> None:
        """Move some halls from site to site, those that are built first; alike, or at the taker of its kind."""
        site, period, cooling = (self._axis(HALLS, axis) for axis in ("site", "period", "cooling"))
        most = self.model.form.column_upper[self.model.form.columns.of(HALLS)]
        for column in sorted(np.flatnonzero(site == giver).tolist(), key=lambda i: int(period[i])):
            taken = min(float(held[HALLS][column]), float(count))
            if taken:
                same = np.flatnonzero((site == taker) & (period == period[column]) & (cooling == cooling[column]))
                is_offered = alike and len(same) > 0 and most[same].min() >= 1
                held[HALLS][column] -= taken
                held[HALLS][same if is_offered else self._hall(taker, int(period[column]))] += taken
                count -= int(taken)

    def _first_hall(self, counts: Counts, partner: int, at: int) -> Places:
        """Column of the halls of a site in the period in which another one is opened."""
        site, period = self._axis("open_count", "site"), self._axis("open_count", "period")
        is_open = (site == partner) & (counts["open_count"] > 0)
        return self._hall(at, int(period[is_open].min()))

    def _hall(self, site: int, period: int) -> Places:
        """Column of a site's halls of its kind, built in a period: the rival's cheapest, else what it has most of."""
        sites, periods, cooling = (self._axis(HALLS, axis) for axis in ("site", "period", "cooling"))
        kind = self.cooling
        if site != self.rival:
            kind = int(cooling[np.where(sites == site, self.counts[HALLS], -1.0).argmax()])
        return np.flatnonzero((sites == site) & (periods == period) & (cooling == kind))

    def _whole(self, design: _Relaxed, deadline: Deadline) -> Found | None:
        """Make racks whole: down, or up where they fit, by a short search."""
        form, racks = self.model.form, self.model.form.columns.of(RACKS)
        lower, upper = held_bounds(self.model, design.counts, self._kinds)
        lower[racks] = np.floor(design.values[racks] + ROUNDING)
        upper[racks] = np.minimum(np.ceil(design.values[racks] - ROUNDING) + SPARE_RACKS, upper[racks])
        solver = loading.load(form)
        self._bound(solver, lower, upper)
        solver.setOptionValue("mip_max_nodes", NODES_MAX)
        found = highs.run(solver, gap=GAP_FRACTION, deadline=deadline)
        solver.setOptionValue("mip_max_nodes", linear.NO_ITERATION_LIMIT)
        self._bound(solver, form.column_lower, form.column_upper)
        if found.values is None:
            return None
        return Found(dataclasses.replace(found, status="feasible", bound=None), form, solver)

    def _axis(self, name: str, axis: str) -> Places:
        """Position of each column of a variable along one of its axes."""
        return axis_of(self.model, name, axis)

    def _bound(self, solver: Any, lower: Array, upper: Array) -> None:
        columns = np.arange(len(lower), dtype=np.int32)
        solver.changeColsBounds(len(columns), columns, lower, upper)
