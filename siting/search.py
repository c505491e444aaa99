"""The search: relaxation, then its support, then everything.

HiGHS alone spends most of its time on finding a first good plan: on eight sites and 168 hours its root
relaxation takes 8 s of 120 s, and is then within 1 % of the best plan that it finds at the end. So the
relaxation is solved by itself; the integer model is solved on the sites, halls and racks that the
relaxation uses, which is small; and only if that does not close the gap does HiGHS search everything
that the relaxation's prices leave unsettled, starting from that plan.

Above some size the relaxation is solved site by site, by `siting.models.decomposition`: in longer steps
first, which tells the sites that it uses and prices that bound the model hour by hour in one round. The
integer model is then searched on these sites. Where the gap to the relaxation's bound, which holds
for all sites, is still too wide, the relaxation is solved to its end hour by hour, and each other site is
forced into its bound: those that make it too dear are dropped for good, and the search goes on with the others,
the likeliest first.
"""

from __future__ import annotations

import dataclasses
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siting import highs
from siting.coarse import carried_over
from siting.highs import Outcome, Progress, ProgressCallback
from siting.settled import settled

if TYPE_CHECKING:
    import threading

    from siting.case import Array
    from siting.models.partition import Partition, Positions
    from siting.models.rivals import Forcing
    from siting.models.standard_form import StandardForm

SUPPORT_TOLERANCE = 1e-6
"""Value of an integer column in the relaxation below which it is left out of the support."""

INSIDE_TOLERANCE = 1e-3
"""The same where the relaxation's solution is no vertex: nothing in it is quite zero."""

LARGE_ROWS_COUNT = 20_000
"""Rows below which the way of solving the relaxation matters little."""

RELAXATION_SHARE = 0.1
"""Part of the gap that the relaxation, solved site by site, may leave open."""

NEAR_WIDTH = 0.005
"""Half-width of the box around prices that were found in longer steps."""

FEW = 20
"""Count in the plan in longer steps below which it is taken as it is."""

NEAR_FRACTION = 0.1
"""How far larger counts may differ from it."""

RELAXATION_TIME_SHARE = 0.5
"""Part of the time that it may take: what is left is for a plan."""

ALL = "all choices"
"""Name of the last stage, the only one whose own bound holds for everything."""


@dataclasses.dataclass(frozen=True)
class Found:
    """What a search ends with.

    Parameters
    ----------
    outcome : Outcome
        The best plan and the best bound of all stages; values by column of `form`.
    form : StandardForm
        The model in which the plan was found: whole, or with only some sites; all else is zero.
    solver : Highs
        Holds `form`.
    prices : ndarray or None
        Prices of the relaxation's rows: from `search` of all, from `search_by_site` of those that sites share.
    """

    outcome: Outcome
    form: StandardForm
    solver: Any
    prices: Array | None = None

    @property
    def objective(self) -> float:
        """Cost of the plan found, in the scale of the form; infinite if there is none."""
        return np.inf if self.outcome.objective is None else self.outcome.objective

    def at_rows(self, rows: Positions) -> Found:
        """Return the same with the prices of some rows only."""
        return dataclasses.replace(self, prices=None if self.prices is None else self.prices[rows])


def search(
    form: StandardForm,
    *,
    gap: float,
    time_limit: float | None,
    progress: ProgressCallback | None,
    scale: float,
    stop: threading.Event | None = None,
    start: Array | None = None,
) -> Found:
    """Minimise a mixed-integer model as a whole.

    Parameters
    ----------
    form : StandardForm
        The model as arrays.
    gap : float
        Relative gap at which to stop (0 to 1).
    time_limit : float or None
        Seconds for all stages together.
    progress : callable or None
        Told of incumbent and bound.
    scale : float
        What to divide the objective by to have USD.
    stop : Event, optional
        Stops the search from another thread.
    start : ndarray, optional
        A plan to begin with, by column; it may break rows.
    """
    solver = highs.load(form)
    outcome, prices = _stages(form, solver, gap, time_limit, progress, scale, stop, start)
    return Found(outcome, form, solver, prices)


def _stages(
    form: StandardForm,
    solver: Any,
    gap: float,
    time_limit: float | None,
    progress: ProgressCallback | None,
    scale: float,
    stop: threading.Event | None,
    start: Array | None,
) -> tuple[Outcome, Array | None]:
    """Relaxation, support, everything; and the prices of the relaxation's rows."""
    began = time.monotonic()

    def left() -> float | None:
        return None if time_limit is None else max(time_limit - (time.monotonic() - began), 0.0)

    def tell(stage: str, bound: float | None) -> ProgressCallback | None:
        return None if progress is None else lambda moment: progress(_bounded(moment, stage, bound))

    inside = _is_tied(form)
    if inside:
        solver.setOptionValue("solver", "ipx")
        solver.setOptionValue("run_crossover", "off")
    highs.relax(solver, form)
    relaxed = highs.run(solver, gap=0.0, time_limit=left(), progress=tell("relaxation", None), scale=scale, stop=stop)
    solver.setOptionValue("solver", "choose")
    solver.setOptionValue("run_crossover", "on")
    if relaxed.status != "optimal" or relaxed.values is None or relaxed.bound is None:
        return dataclasses.replace(
            relaxed, status=_without_plan(relaxed), values=None, objective=None, bound=None
        ), None
    floor = relaxed.bound
    highs.restore(solver, form)
    prices = relaxed.prices
    if not form.integral.any():
        return relaxed, prices

    least = INSIDE_TOLERANCE if inside else SUPPORT_TOLERANCE
    idle_there = form.integral & (relaxed.values < least) & (form.column_lower == 0)
    if start is not None:
        idle_there &= start < 0.5  # the start must stay a plan
    left_out = np.flatnonzero(idle_there).astype(np.int32)
    zero = np.zeros(len(left_out))
    solver.changeColsBounds(len(left_out), left_out, zero, zero)
    if start is not None:
        highs.begin_at(solver, start)
    on_support = tell("support of the relaxation", floor / scale)
    some = highs.run(solver, gap=gap / 2, time_limit=left(), progress=on_support, scale=scale, stop=stop)
    solver.changeColsBounds(len(left_out), left_out, zero, form.column_upper[left_out])
    if some.interrupted or (some.objective is not None and some.objective - floor <= gap * abs(some.objective)):
        status = "optimal" if some.objective is not None and not some.interrupted else some.status
        return dataclasses.replace(some, status=status, bound=floor), prices

    worth, idle = np.inf, np.zeros(0, dtype=np.int32)
    if some.objective is not None and some.values is not None and some.bound is not None and prices is not None:
        worth = some.objective - gap * abs(some.objective)
        unused = some.values < 0.5  # the plan that is the start must stay one
        idle = np.flatnonzero(settled(form, prices, floor, worth) & unused).astype(np.int32)
        if some.status == "optimal" and np.isin(left_out, idle).all():
            return dataclasses.replace(some, bound=max(floor, min(some.bound, worth))), prices
        solver.changeColsBounds(len(idle), idle, np.zeros(len(idle)), np.zeros(len(idle)))
    if some.values is not None:
        highs.begin_at(solver, some.values)
    on_all = tell(ALL, floor / scale)
    every = highs.run(solver, gap=gap, time_limit=left(), progress=on_all, scale=scale, stop=stop)
    solver.changeColsBounds(len(idle), idle, np.zeros(len(idle)), form.column_upper[idle])
    if every.values is None and some.values is not None:
        return dataclasses.replace(some, status="feasible", reason=every.reason, bound=floor), prices
    return dataclasses.replace(
        every, bound=None if every.bound is None else max(min(every.bound, worth), floor)
    ), prices


def _is_tied(form: StandardForm) -> bool:
    """Whether a model is large and most of its rows hold an integer column, as each share's within an opening does.

    Such a relaxation is so degenerate that the interior point is the faster way: of 1,000 customers and 100
    sites in 38 s where the simplex takes 185 s. Elsewhere the simplex was, by half or more.
    """
    if form.matrix.shape[0] < LARGE_ROWS_COUNT:
        return False
    held = np.zeros(form.matrix.shape[0], dtype=bool)
    held[form.matrix[:, np.flatnonzero(form.integral)].indices] = True
    return bool(held.mean() > 0.5)


def search_by_site(
    form: StandardForm,
    parts: Partition,
    *,
    coarse: tuple[StandardForm, Partition],
    gap: float,
    time_limit: float | None,
    threads: int,
    progress: ProgressCallback | None,
    scale: float,
    start: Array | None = None,
) -> Found:
    """Minimise a mixed-integer model whose relaxation is solved site by site.

    Parameters
    ----------
    form : StandardForm
        The model as arrays.
    parts : Partition
        Its cut along the seam.
    coarse : (StandardForm, Partition)
        The same model in longer steps, from `siting.coarse.in_steps`, solved first for its prices.
    threads : int
        Sites priced at once.
    gap, time_limit, progress, scale, start
        As of `search`.
    """
    from siting.models.decomposition import ROUND_LIMIT, Relaxation, Round, relax
    from siting.models.rivals import Forcing

    began = time.monotonic()

    def spent() -> float:
        return time.monotonic() - began

    def left() -> float | None:
        return None if time_limit is None else max(time_limit - spent(), 0.0)

    def relaxed_by_site(model: tuple[StandardForm, Partition], label: str, rounds: int, **begin: Any) -> Relaxation:
        def tell(moment: Round) -> bool:
            if progress is not None:
                # In longer steps it bounds no plan of the model.
                bound = moment.bound / scale if moment.bound > 0 and not label else None
                said = f"solve: relaxation site by site{label}, round {moment.number}"
                progress(Progress(said, spent(), None, bound, None))
            return moment.number < rounds

        seconds = None if time_limit is None else max(RELAXATION_TIME_SHARE * time_limit - spent(), 0.0)
        return relax(*model, tolerance=gap * RELAXATION_SHARE, threads=threads, time_limit=seconds, tell=tell, **begin)

    relaxed = relaxed_by_site(coarse, ", in longer steps", ROUND_LIMIT)
    kept = relaxed.size_mw > SUPPORT_TOLERANCE
    near = {"first": carried_over(relaxed.prices, coarse, (form, parts)), "width": NEAR_WIDTH}
    interrupted = relaxed.interrupted
    if not interrupted:
        relaxed = relaxed_by_site((form, parts), "", ROUND_LIMIT if relaxed.infeasible else 1, **near)
        interrupted = relaxed.interrupted
    if relaxed.infeasible or interrupted:
        ended: highs.Status = "failed" if interrupted else "infeasible"
        reason = "interrupted in the relaxation" if interrupted else "the relaxation leaves demand unmet"
        return Found(Outcome(ended, reason, None, None, None, interrupted), form, None)

    if start is not None:
        kept |= np.bincount(parts.site_named[parts.sizes], start[parts.sizes], len(kept)) > SUPPORT_TOLERANCE
    bound, best, with_site = relaxed.bound, None, None
    while True:
        part, columns = parts.support(form, kept)
        begun = None if start is None else start[columns]
        told = _with_bound(progress, bound / scale)
        found = None
        if begun is None:
            found = near_coarse(part, coarse, kept, gap=gap / 2, time_limit=left(), progress=told, scale=scale)
        if found is None or (not found.outcome.interrupted and bound < _enough(found.objective, gap)):
            begun = begun if found is None else found.outcome.values
            found = search(part, gap=gap / 2, time_limit=left(), progress=told, scale=scale, start=begun)
        best = found if best is None or found.objective < best.objective else best
        enough = _enough(best.objective, gap)
        if bound >= enough or found.outcome.interrupted or left() == 0.0:
            break
        if with_site is None:
            relaxed = relaxed_by_site((form, parts), "", ROUND_LIMIT, **{**near, "first": relaxed.prices})
            bound = max(bound, relaxed.bound)
            with_site = _with_each_site(Forcing(form, parts, relaxed.prices), len(kept), threads)
        # A plan is made of the sites kept, or has one of the others.
        of_kept = _floor(found.outcome, relaxed.bound)
        bound = max(bound, min(of_kept, with_site[~kept].min(initial=np.inf)))
        undecided = np.flatnonzero(~kept & (with_site < enough))
        if bound >= enough or not len(undecided) or relaxed.interrupted:
            break
        likely = relaxed.size_mw[undecided] > SUPPORT_TOLERANCE
        order = np.lexsort((with_site[undecided], ~likely))
        kept[undecided[order][: max(int(kept.sum()), 1)]] = True

    outcome = best.outcome
    if np.isfinite(best.objective):
        status: highs.Status = "optimal" if bound >= enough else "feasible"
        outcome = dataclasses.replace(outcome, status=status, bound=min(bound, best.objective))
    elif outcome.status == "infeasible" and np.isfinite(bound):  # of some sites only: says nothing of all
        outcome = dataclasses.replace(outcome, status="failed", reason="Time limit reached before all sites were tried")
    return Found(outcome, best.form, best.solver, relaxed.prices)


def _enough(objective: float, gap: float) -> float:
    """Bound with which a plan of some cost is within the gap."""
    return objective - gap * abs(objective) if np.isfinite(objective) else np.inf


def near_coarse(
    part: StandardForm,
    coarse: tuple[StandardForm, Partition],
    kept: npt.NDArray[np.bool_],
    *,
    gap: float,
    time_limit: float | None,
    progress: ProgressCallback | None,
    scale: float,
) -> Found | None:
    """Search near the best plan of the model in longer steps; None if there is none.

    What that plan counts in few (sites, modules) is taken from it; what it counts in many (racks) may differ
    by a tenth.

    Parameters
    ----------
    part : StandardForm
        The model of some sites, hour by hour.
    coarse : (StandardForm, Partition)
        The model of all sites in longer steps, and its cut.
    kept : ndarray of bool
        The sites of `part`.
    gap, time_limit, progress, scale
        As of `search`.
    """
    began = time.monotonic()
    small, _ = coarse[1].support(coarse[0], kept)
    told = None if progress is None else lambda moment: progress(_of_other(moment))
    rough = search(small, gap=gap, time_limit=time_limit, progress=told, scale=scale).outcome
    if rough.interrupted:
        return Found(Outcome("failed", rough.reason, None, None, None, interrupted=True), part, None)
    if rough.values is None:
        return None
    whole = np.flatnonzero(small.integral).tolist()
    known = {small.columns.name(i): round(rough.values[i]) for i in whole}
    places = [i for i in np.flatnonzero(part.integral).tolist() if part.columns.name(i) in known]
    count = np.array([known[part.columns.name(i)] for i in places], dtype=float)
    room = np.where(count < FEW, 0.0, np.ceil(NEAR_FRACTION * count))
    lower, upper = part.column_lower.copy(), part.column_upper.copy()
    lower[places] = np.maximum(lower[places], count - room)
    upper[places] = np.minimum(upper[places], count + room)
    near = dataclasses.replace(part, column_lower=lower, column_upper=upper)
    left = None if time_limit is None else max(time_limit - (time.monotonic() - began), 0.0)
    found = search(near, gap=gap, time_limit=left, progress=progress, scale=scale)
    return None if found.outcome.values is None and not found.outcome.interrupted else found


def _of_other(moment: Progress) -> Progress:
    """A moment of the search in longer steps: what it finds is no plan of the model, nor a bound on one."""
    return Progress(f"{moment.phase}, in longer steps", moment.seconds)


def _with_each_site(forcing: Forcing, count: int, threads: int) -> Array:
    """What any plan costs at the least that uses a site, by site; infinite where there is none."""
    with ThreadPoolExecutor(threads) as pool:
        free, forced = np.array(list(pool.map(forcing.price, range(count)))).T
    return np.asarray(forcing.shared + free.sum() - free + forced)


def _floor(outcome: Outcome, otherwise: float) -> float:
    """Bound that a search gives; infinite if it showed that there is no plan."""
    if outcome.status == "infeasible":
        return np.inf
    return otherwise if outcome.bound is None else outcome.bound


def _without_plan(relaxed: Outcome) -> highs.Status:
    """Status when the relaxation gave nothing to build on."""
    return "infeasible" if relaxed.status == "infeasible" else "failed"


def _with_bound(progress: ProgressCallback | None, bound_usd: float) -> ProgressCallback | None:
    """Tell of a search on some sites with the bound that holds for all; the search's own is of those sites."""
    if progress is None:
        return None

    def tell(moment: Progress) -> None:
        gap = None
        if moment.incumbent_usd:
            gap = (moment.incumbent_usd - bound_usd) / abs(moment.incumbent_usd)
        progress(Progress(moment.phase, moment.seconds, moment.incumbent_usd, bound_usd, gap))

    return tell


def _bounded(moment: Progress, stage: str, floor_usd: float | None) -> Progress:
    """Return a moment of a stage, with the bound that holds for everything."""
    best = floor_usd
    if stage == ALL and moment.bound_usd is not None and floor_usd is not None:
        best = max(floor_usd, moment.bound_usd)
    gap = None
    if moment.incumbent_usd and best is not None:
        gap = (moment.incumbent_usd - best) / abs(moment.incumbent_usd)
    return Progress(f"{moment.phase}: {stage}", moment.seconds, moment.incumbent_usd, best, gap)
