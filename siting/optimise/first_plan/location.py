"""Which sites a first plan opens, with how many halls of which kind: the model with one hour, and one way a site."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import scipy.sparse

from siting.case.consent import may_open
from siting.case.minimum_cost import works_usd_per_yr
from siting.optimise.first_plan.greedy_location import Opened, open_greedily
from siting.optimise.rivals.cheapest_ways import cheapest_ways
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline

if TYPE_CHECKING:
    from siting.case.case import Array, Case

CANDIDATES_COUNT, NEAR_COUNT = 40, 3
"""Sites among which is chosen: so many of the cheapest by their work, and so many of the cheapest for each zone."""

LEAST_PFLOP = 1e-9
"""Capacity that is none."""

PAIRS_MAX = 20_000
"""Pairs of site and zone, over all periods, above which sites are opened greedily, without a location problem."""

BARE = {
    "presolve": "off",
    "mip_allow_restart": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
"""HiGHS's options for a search that branches at once."""

Places = npt.NDArray[np.intp]


@dataclasses.dataclass(frozen=True)
class Effort:
    """How hard the location problem is tried.

    Parameters
    ----------
    gap_fraction : float
        Gap at which its search stops.
    nodes_max : int
        Nodes of its search.
    seconds : float
        Time for it.
    is_bare : bool
        Whether it branches at once, without presolve and searches within the search: with a small gap they cost more
        than they save (of `us` 1.4 s of 1.9).
    """

    gap_fraction: float
    nodes_max: int
    seconds: float = np.inf
    is_bare: bool = False


FIRST = Effort(gap_fraction=1e-3, nodes_max=100, seconds=2.0)
"""For a first plan: half a second for `us`. At a gap of 2 % it took 38 sites, whose least sizes cost 18 % more.

Sixty sites alike are not settled in any time; what is found in two seconds is a plan.
"""


@dataclasses.dataclass(frozen=True)
class Location:
    """What the location problem chooses, of some sites.

    Parameters
    ----------
    sites : ndarray of int
        Positions of the sites that are opened at some time.
    cooling, rack : ndarray of int
        The way of each of them.
    open_count, modules_count : ndarray
        Of each of them by period; modules as all that stand.
    clusters_count : ndarray
        Of each of them by class and period.
    work_pflop : ndarray
        What each of them is made able to do, by period [PFLOP/s].
    cost_usd : float
        Present value by the location problem; NaN of sites that were opened greedily.
    """

    sites: Places
    cooling: Places
    rack: Places
    open_count: Array
    modules_count: Array
    clusters_count: Array
    work_pflop: Array
    cost_usd: float


@dataclasses.dataclass(frozen=True)
class _Candidates:
    """Sites with the way that is cheapest at each of them.

    Parameters
    ----------
    sites, cooling, rack : ndarray of int
        Positions.
    work_usd_per_pflop_yr : ndarray
        Cost of a PFLOP/s that works as much as the mean, without halls.
    hall_pflop : ndarray
        What the racks in one module can do.
    most_count : ndarray
        Most modules.
    works_usd_per_yr : ndarray
        Cost of opening.
    """

    sites: Places
    cooling: Places
    rack: Places
    work_usd_per_pflop_yr: Array
    hall_pflop: Array
    most_count: Array
    works_usd_per_yr: Array


def choose_location(
    case: Case,
    spare: float,
    deadline: Deadline,
    kept: Mapping[int, float] = MappingProxyType({}),
    *,
    correction_usd_per_pflop_yr: Array | None = None,
    effort: Effort = FIRST,
) -> Location | None:
    """Choose sites, halls and where clusters stand; None if no choice of the candidates serves all demand.

    Where there are too many pairs of site and zone, or the location problem is cut off, sites are opened greedily. Caps
    on carbon and water and limits on PUE and WUE are not known here: a plan that breaks one is found out later.

    Parameters
    ----------
    case : Case
        The numbers.
    spare : float
        What capacities must have to spare (0 to 1), for all that one hour does not show.
    deadline : Deadline
        When to give up.
    kept : mapping of int to float
        Modules that a site has at the least, by its position.
    correction_usd_per_pflop_yr : ndarray, optional
        What is added to the cost of work at each site, where more is known of it than the cheapest way tells.
    effort : Effort
        How hard it is tried.
    """
    some = _candidates(case, kept, correction_usd_per_pflop_yr)
    least = np.array([kept.get(int(site), 0.0) for site in some.sites])
    least = np.minimum(least, some.most_count)
    if not len(some.sites):
        return None
    pairs_count = int(case.within_latency()[some.sites].sum()) * len(case.axes["period"])
    solved = _solved(case, some, least, spare, deadline, effort) if pairs_count <= PAIRS_MAX else None
    return _greedily(case, some, least, spare) if solved is None else solved


def _candidates(case: Case, also: Iterable[int], correction_usd_per_pflop_yr: Array | None) -> _Candidates:
    ways = cheapest_ways(case)
    works = works_usd_per_yr(case)
    each = ways.usd_per_pflop_yr + (0.0 if correction_usd_per_pflop_yr is None else correction_usd_per_pflop_yr)
    all_in = each + works / np.maximum(ways.hall_pflop * ways.most_count, LEAST_PFLOP)
    reach, network = case.within_latency(), case.values("serving.network_usd_per_pflop_yr")
    resident = np.hstack([case.values("serving.lot_resident_count"), case.values("training.job_resident_count")])
    kept = set(also)
    everywhere = np.arange(len(all_in))
    carried = _energised_count(case, everywhere, ways.most_count)
    opens = _can_open(case, everywhere, carried) * (carried >= 1)
    for is_possible in np.unique(opens, axis=1).T > 0:  # once for all periods that are open to the same sites
        cost = np.where(is_possible, all_in, np.inf)
        kept |= set(_cheapest(cost, CANDIDATES_COUNT))
        for zone in range(reach.shape[1]):
            kept |= set(_cheapest(np.where(reach[:, zone], cost + network[:, zone], np.inf), NEAR_COUNT))
        for where in resident.T:
            kept |= set(_cheapest(np.where(where > 0, cost, np.inf), NEAR_COUNT))
    sites = np.array(sorted(site for site in kept if np.isfinite(all_in[site])), dtype=np.intp)
    return _Candidates(
        sites,
        ways.cooling[sites],
        ways.rack[sites],
        each[sites],
        ways.hall_pflop[sites],
        ways.most_count[sites],
        works[sites],
    )


def _cheapest(cost: Array, count: int) -> list[int]:
    """Positions of so many of the cheapest, without those that cannot be."""
    order: list[int] = np.argsort(cost, kind="stable")[:count].tolist()
    return [site for site in order if np.isfinite(cost[site])]


class _Rows:
    """Rows of a small model, put together entry by entry."""

    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, lower: float, upper: float, entries: list[tuple[int, float]]) -> None:
        """Add a row."""
        for column, value in entries:
            self.row.append(len(self.lower))
            self.column.append(column)
            self.value.append(value)
        self.lower.append(lower)
        self.upper.append(upper)


def _solved(
    case: Case, some: _Candidates, least: Array, spare: float, deadline: Deadline, effort: Effort
) -> Location | None:
    """Solve the location problem: openings, modules, clusters, capacity, batch and shares of each zone."""
    periods, count = len(case.axes["period"]), len(some.sites)
    reach = case.within_latency()[some.sites]
    network = case.values("serving.network_usd_per_pflop_yr")[some.sites]
    worth = case.values("finance.present_value_ratio")
    mean = case.values("serving.inference_mean_pflop")
    inference = case.values("serving.inference_pflop")
    size, jobs = case.values("training.training_cluster_pflop"), len(case.axes["job"])
    needed = case.values("training.clusters_needed_count")
    may_train = case.values("training.job_resident_count")[some.sites]
    may_batch, lots = case.values("serving.lot_resident_count")[some.sites], len(case.axes["lot"])
    batch = case.values("serving.batch_mean_pflop").max(axis=-1)
    module, least_mw = (case.values(name)[some.sites] for name in ("halls.module_mw", "placement.site_min_mw"))
    carried = _energised_count(case, some.sites, some.most_count)
    can_open = _can_open(case, some.sites, carried)
    pairs = [(i, z) for i in range(count) for z in range(reach.shape[1]) if reach[i, z]]
    each, rows, inf = (3 + jobs + lots) * count + len(pairs), _Rows(), np.inf
    cost: list[float] = []
    lower: list[float] = []
    upper: list[float] = []
    whole: list[bool] = []
    for y in range(periods):
        at = y * each
        opened, halls, able = (at + i * count for i in range(3))
        placed = [at + (3 + q) * count for q in range(jobs)]
        moved = [at + (3 + jobs + j) * count for j in range(lots)]
        shares = at + (3 + jobs + lots) * count
        cost += [*(worth[y] * some.works_usd_per_yr), *np.zeros(count), *(worth[y] * some.work_usd_per_pflop_yr)]
        cost += [*np.zeros((jobs + lots) * count), *(worth[y] * network[i, z] * mean[z, y] for i, z in pairs)]
        lower += [
            *np.zeros(count),
            *np.minimum(least, carried[:, y]),
            *np.zeros((1 + jobs + lots) * count + len(pairs)),
        ]
        upper += [*can_open[:, y], *carried[:, y], *np.full(count, inf)]
        upper += [*(may_train.T * needed[:, y, None]).ravel(), *(may_batch.T * batch[:, y, None]).ravel()]
        upper += [1.0] * len(pairs)
        whole += [True] * (2 * count) + [False] * count + [True] * (jobs * count)
        whole += [False] * (lots * count + len(pairs))
        peak = inference[:, y, int(inference[:, y].sum(axis=0).argmax())]
        served: dict[int, list[tuple[int, float]]] = {}
        load: list[list[tuple[int, float]]] = [[] for _ in range(count)]
        steady: list[list[tuple[int, float]]] = [[] for _ in range(count)]
        for j, (i, z) in enumerate(pairs):
            served.setdefault(z, []).append((shares + j, 1.0))
            load[i].append((shares + j, float(peak[z])))
            steady[i].append((shares + j, float(mean[z, y])))
            rows.add(-inf, 0.0, [(shares + j, 1.0), (opened + i, -1.0)])
        for z in range(reach.shape[1]):
            if mean[z, y] > 0:
                rows.add(1.0, 1.0, served.get(z, []))
        for q in range(jobs):
            rows.add(needed[q, y], needed[q, y], [(placed[q] + i, 1.0) for i in range(count)])
        for j in range(lots):
            rows.add(batch[j, y], inf, [(moved[j] + i, 1.0) for i in range(count)])
        fewest, most = case.study.policy.sites_min_count, case.study.policy.sites_max_count
        rows.add(fewest, inf if most is None else most, [(opened + i, 1.0) for i in range(count)])
        for i in range(count):
            trained = [(placed[q] + i, float(size[q])) for q in range(jobs)]
            rows.add(-inf, 0.0, [*load[i], *trained, (able + i, -(1 - spare))])
            done = [(moved[j] + i, 1.0) for j in range(lots)]
            rows.add(-inf, 0.0, [*steady[i], *done, *trained, (able + i, -(1 - spare))])
            rows.add(-inf, 0.0, [(able + i, 1.0), (halls + i, -some.hall_pflop[i])])
            rows.add(-inf, 0.0, [(halls + i, 1.0), (opened + i, -some.most_count[i])])
            rows.add(0.0, inf, [(halls + i, module[i]), (opened + i, -least_mw[i])])
            rows.add(0.0, inf, [(able + i, module[i]), (opened + i, -least_mw[i] * some.hall_pflop[i])])
            if y:
                stay = [placed[q] for q in range(jobs) if needed[q, y] >= needed[q, y - 1]]
                for first in (opened, halls, able, *stay):
                    rows.add(0.0, inf, [(first + i, 1.0), (first - each + i, -1.0)])
    matrix = scipy.sparse.csc_array((rows.value, (rows.row, rows.column)), shape=(len(rows.lower), len(cost)))
    scaled = np.array(cost) / max(float(np.max(cost)), 1.0) * 1e3
    solver = loading.new_lp(
        matrix,
        scaled,
        (np.array(lower, dtype=float), np.array(upper, dtype=float)),
        (np.array(rows.lower, dtype=float), np.array(rows.upper, dtype=float)),
        integral=np.array(whole),
    )
    solver.setOptionValue("mip_max_nodes", effort.nodes_max)
    for name, value in BARE.items() if effort.is_bare else ():
        solver.setOptionValue(name, value)
    found = highs.run(solver, gap=effort.gap_fraction, deadline=deadline.within(effort.seconds))
    if found.values is None:
        return None
    chosen = found.values.reshape(periods, each)[:, : (3 + jobs) * count].reshape(periods, 3 + jobs, count)
    cost_usd = float(np.array(cost) @ found.values)
    return _located(some, np.round(chosen[:, :2]), np.round(chosen[:, 3:]), chosen[:, 2], cost_usd)


def _energised_count(case: Case, sites: Places, most_count: Array) -> Array:
    """Most modules that what is energised carries, by site and period: as much of them as of the headroom."""
    headroom = case.values("grid.headroom_mw")[sites][:, None]
    energised = case.values("energisation.energised_mw")[sites]
    share = np.divide(energised, headroom, out=np.ones_like(energised), where=energised < headroom)
    most: Array = np.floor(most_count[:, None] * share)
    return most


def _can_open(case: Case, sites: Places, carried_count: Array) -> Array:
    """1 by site and period where it may open and what is energised carries its least size."""
    module, least_mw = (case.values(name)[sites, None] for name in ("halls.module_mw", "placement.site_min_mw"))
    return (may_open(case)[sites] * (carried_count * module >= least_mw)).astype(float)


def _greedily(case: Case, some: _Candidates, least: Array, spare: float) -> Location | None:
    """Open sites greedily, by period: clusters where they are cheapest, then inference and batch work."""
    periods, count = len(case.axes["period"]), len(some.sites)
    network = case.values("serving.network_usd_per_pflop_yr")[some.sites]
    serving = np.where(case.within_latency()[some.sites], some.work_usd_per_pflop_yr[:, None] + network, np.inf)
    may_batch = case.values("serving.lot_resident_count")[some.sites] > 0  # a lot is a zone near where it may be done
    serving = np.column_stack([serving, np.where(may_batch, some.work_usd_per_pflop_yr[:, None], np.inf)])
    inference, mean = case.values("serving.inference_pflop"), case.values("serving.inference_mean_pflop")
    batch = case.values("serving.batch_mean_pflop").max(axis=-1)
    needed, size = case.values("training.clusters_needed_count"), case.values("training.training_cluster_pflop")
    may_train = case.values("training.job_resident_count")[some.sites] > 0
    module, least_mw = (case.values(name)[some.sites] for name in ("halls.module_mw", "placement.site_min_mw"))
    hall = np.maximum((1 - spare) * some.hall_pflop, LEAST_PFLOP)
    room, fewest = hall * some.most_count, np.ceil(least_mw / module)
    is_open, halls, clusters = least > 0, least.copy(), np.zeros((len(size), count))
    chosen, placed = np.zeros((periods, 2, count)), np.zeros((periods, *clusters.shape))
    for y in range(periods):
        clusters = np.where((needed[:, y] >= clusters.sum(axis=1))[:, None], clusters, 0.0)
        for q in np.argsort(-size, kind="stable"):  # the largest first: the others fit where it does not
            while clusters[q].sum() < needed[q, y]:
                each = some.work_usd_per_pflop_yr + np.where(is_open, 0.0, some.works_usd_per_yr / size[q])
                each = np.where((room - size @ clusters >= size[q]) & may_train[:, q], each, np.inf)
                best = int(each.argmin())
                if np.isinf(each[best]):
                    return None
                is_open = is_open | (np.arange(count) == best)
                clusters[q, best] += 1
        peak = inference[:, y, int(inference[:, y].sum(axis=0).argmax())]
        asked = np.append(np.maximum(peak, mean[:, y]), batch[:, y])
        opened = open_greedily(room, some.works_usd_per_yr, serving, asked, Opened(is_open, size @ clusters))
        if opened is None:
            return None
        is_open = opened.is_open
        halls = np.where(is_open, np.maximum(halls, np.maximum(fewest, np.ceil(opened.load_pflop / hall - 1e-9))), 0.0)
        chosen[y], placed[y] = (is_open, halls), clusters
    policy = case.study.policy
    counts = chosen[:, 0].sum(axis=1)
    is_wrong = (chosen[:, 0] > may_open(case)[some.sites].T).any(axis=1)
    is_wrong |= counts > (np.inf if policy.sites_max_count is None else policy.sites_max_count)
    if (is_wrong | (counts < policy.sites_min_count)).any():
        return None
    return _located(some, chosen, placed, chosen[:, 1] * hall, np.nan)


def _located(some: _Candidates, values: Array, placed: Array, work_pflop: Array, cost_usd: float) -> Location:
    """What is chosen, by period, of what, and candidate, of the sites that are opened at some time."""
    used = np.flatnonzero(values[:, 0].max(axis=0) > 0)
    opened, modules = (values[:, what][:, used].T for what in range(2))
    clusters = np.transpose(placed[:, :, used], (2, 1, 0))
    return Location(
        some.sites[used],
        some.cooling[used],
        some.rack[used],
        opened,
        modules,
        clusters,
        work_pflop[:, used].T,
        cost_usd,
    )
