"""The search, site by site: relaxation, bound, plan; and, where these are apart, one after another the other sites.

1. The relaxation is solved by `siting.models.decomposition` in longer steps, which tells the sites that it uses and
   prices of what sites share.
2. At these prices every site is priced hour by hour, once: that bounds all plans, and all plans with a given site.
3. The integer model of the sites that the relaxation uses is searched, near its own best plan in longer steps first.
4. Where plan and bound are too far apart, the relaxation is solved to its end hour by hour, and each other site is
   forced into its bound: those that make it too dear are dropped for good, and the search goes on with the
   others, the likeliest first.

The model of all sites is never made: only that of the sites in hand, and pieces of one site each.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siting import highs
from siting.highs import Outcome, Progress, ProgressCallback
from siting.relaxation import SUPPORT_TOLERANCE
from siting.result import Result
from siting.search import Found, search
from siting.start import start_from, used_sites
from siting.unavoidable import unavoidable_cost

if TYPE_CHECKING:
    from siting.case import Array, Case
    from siting.models.assembly import Component
    from siting.models.decomposition import Relaxation, Round
    from siting.models.model import Model
    from siting.models.pieces import Size
    from siting.models.site_bounds import SiteBounds
    from siting.models.standard_form import StandardForm
    from siting.plan import Plan

STEP_H = 4
"""Hours of a longer step: a site's problem has a quarter of the rows then, and still morning, noon and night."""

RELAXATION_SHARE = 0.1
"""Part of the gap that the relaxation may leave open."""

NEAR_WIDTH = 0.005
"""Half-width of the box around prices that were found in longer steps."""

FEW = 20
"""Count in the plan in longer steps below which it is taken as it is."""

NEAR_FRACTION = 0.1
"""How far larger counts may differ from it."""

RELAXATION_TIME_SHARE = 0.5
"""Part of the time that the relaxation may take: what is left is for a plan."""

Sites = npt.NDArray[np.bool_]


def search_by_site(
    case: Case,
    components: Sequence[type[Component]],
    *,
    gap: float,
    time_limit: float | None,
    threads: int,
    progress: ProgressCallback | None,
    scale: float,
    start: Plan | None = None,
) -> Result:
    """Minimise a mixed-integer model without ever making the whole of it.

    Parameters
    ----------
    case : Case
        The numbers, of all sites.
    components : sequence of component classes
        What the model consists of.
    gap : float
        Relative gap at which to stop (0 to 1).
    time_limit : float or None
        Seconds for all stages together.
    threads : int
        Sites priced at once.
    progress : callable or None
        Told of incumbent and bound.
    scale : float
        What to divide the objective by to have USD.
    start : Plan, optional
        An earlier plan to begin with.

    Raises
    ------
    InfeasibleConstraintException
        If a demand is out of reach of all sites.
    """
    return _Search(case, components, gap, time_limit, threads, progress, scale, start).run()


class _Search:
    """One search: what is asked, and what is known so far."""

    def __init__(
        self,
        case: Case,
        components: Sequence[type[Component]],
        gap: float,
        time_limit: float | None,
        threads: int,
        progress: ProgressCallback | None,
        scale: float,
        start: Plan | None,
    ) -> None:
        self.case, self.components, self.start = dataclasses.replace(case, year_of=None), components, start
        self.in_steps = self.case.in_steps(STEP_H)
        self.gap, self.time_limit, self.threads = gap, time_limit, threads
        self.progress, self.scale = progress, scale
        self.began = time.monotonic()
        self.bound = unavoidable_cost(case) * scale
        self.bounds: SiteBounds | None = None
        self.size: Size | None = None
        self.best: tuple[Found, Model] | None = None

    def run(self) -> Result:
        """Go through the stages."""
        relaxed, prices = self._relaxed_in_steps()
        if relaxed.infeasible:  # in the hours, too?
            relaxed, prices = self._relaxed_hour_by_hour({})
        if relaxed.infeasible:
            return self._without_plan("infeasible", "the relaxation leaves demand unmet")
        try:
            if relaxed.interrupted:
                raise KeyboardInterrupt
            self._bound_hour_by_hour(prices)
        except KeyboardInterrupt:
            return self._without_plan("failed", "interrupted in the relaxation", interrupted=True)
        kept = relaxed.size_mw > SUPPORT_TOLERANCE
        if self.start is not None:
            kept |= used_sites(self.start, self.case)
        outcome = self._search_on(kept)
        if not self._is_over(outcome):
            self._close_the_gap(kept, outcome, prices)
        return self._ended()

    # The relaxation, and what it bounds.

    def _relaxed_in_steps(self) -> tuple[Relaxation, dict[str, float]]:
        """Solve the relaxation in longer steps; and its prices by name. It bounds no plan of the model."""

        def tell(moment: Round) -> bool:
            self._say(f"relaxation site by site, in longer steps, round {moment.number}")
            return True

        relaxed, prices, _ = self._relaxed(self.in_steps, {}, tell)
        return relaxed, prices

    def _relaxed_hour_by_hour(self, prices: Mapping[str, float]) -> tuple[Relaxation, dict[str, float]]:
        """Solve the relaxation to its end, from prices that are near, if there are any."""

        def tell(moment: Round) -> bool:
            self.bound = max(self.bound, moment.bound)
            self._say(f"relaxation site by site, round {moment.number}")
            return True

        relaxed, better, self.size = self._relaxed(self.case, prices, tell)
        if not relaxed.infeasible:
            self.bound = max(self.bound, relaxed.bound)
        return relaxed, better

    def _relaxed(
        self, case: Case, prices: Mapping[str, float], tell: Callable[[Round], bool]
    ) -> tuple[Relaxation, dict[str, float], Size]:
        from siting.models.decomposition import relax
        from siting.models.pieces import cut

        pieces, size = cut(case, self.components)
        names = pieces.shared.names
        near: dict[str, Any] = {}
        if prices:
            near = {"first": np.array([prices.get(name, np.nan) for name in names]), "width": NEAR_WIDTH}
        limit = self.time_limit
        relaxed = relax(
            pieces,
            tolerance=self.gap * RELAXATION_SHARE,
            threads=self.threads,
            time_limit=None if limit is None else max(RELAXATION_TIME_SHARE * limit - self._spent(), 0.0),
            tell=tell,
            **near,
        )
        return relaxed, dict(zip(names, relaxed.prices.tolist(), strict=True)), size

    def _bound_hour_by_hour(self, prices: Mapping[str, float]) -> None:
        """Bound all plans, and all with each site, at given prices."""
        from siting.models.site_bounds import bounds_of_sites

        count = len(self.case.axes["site"])

        def go_on(done: int) -> bool:
            self._say(f"bound hour by hour, {done} of {count} sites")
            return self._left() != 0.0

        self.bounds, self.size = bounds_of_sites(self.case, self.components, prices, threads=self.threads, go_on=go_on)
        self.bound = float(np.fmax(self.bound, self.bounds.of_all))

    # Plans.

    def _search_on(self, kept: Sites) -> Outcome:
        """Search the model of some sites, and say how that ended: its bound is one on plans of these sites only."""
        from siting.models.model import model_of

        sites = [str(self.case.axes["site"][place]) for place in np.flatnonzero(kept)]
        model = model_of(self.case.only(site=sites), self.components, of_more=True)
        begun = None if self.start is None else start_from(self.start, model)
        found = self._near_plan_in_steps(model) if begun is None else None
        if found is None or not (found.outcome.interrupted or self._is_within(found)):
            begun = begun if found is None else found.outcome.values
            found = search(model.form, **self._asked(), start=begun)
        if self.best is None or found.objective < self.best[0].objective:
            self.best = found, model
        return found.outcome

    def _near_plan_in_steps(self, model: Model) -> Found | None:
        """Search near the best plan of the same sites in longer steps; None if there is none."""
        from siting.models.model import model_of

        small = model_of(
            self.in_steps.only(site=[str(site) for site in model.case.axes["site"]]), self.components, of_more=True
        ).form

        def tell(moment: Progress) -> None:  # what it finds is no plan of the model, nor a bound on one
            self._say(moment.phase.removeprefix("solve: ") + ", in longer steps")

        rough = search(small, **{**self._asked(), "progress": tell}).outcome
        if rough.interrupted:
            return Found(dataclasses.replace(rough, status="failed", values=None, objective=None), model.form, None)
        if rough.values is None:
            return None
        found = search(near(model.form, small, rough.values), **self._asked())
        return None if found.outcome.values is None and not found.outcome.interrupted else found

    def _close_the_gap(self, kept: Sites, outcome: Outcome, prices: Mapping[str, float]) -> None:
        """Solve the relaxation to its end, and take in other sites until none is left that a better plan may have."""
        relaxed, prices = self._relaxed_hour_by_hour(prices)
        if relaxed.interrupted:
            return
        with contextlib.suppress(KeyboardInterrupt):
            self._bound_hour_by_hour(prices)
            self._take_in(kept, outcome, relaxed)

    def _take_in(self, kept: Sites, outcome: Outcome, relaxed: Relaxation) -> None:
        """Search on with the likeliest of the other sites, as long as some are left."""
        with_site = np.full(len(kept), np.nan) if self.bounds is None else self.bounds.with_each
        with_site = np.nan_to_num(with_site, nan=-np.inf, posinf=np.inf)
        while not self._is_over(outcome):
            # A plan is made of the sites kept, or has one of the others.
            of_kept = np.inf if outcome.status == "infeasible" else outcome.bound
            of_kept = relaxed.bound if of_kept is None else of_kept
            self.bound = max(self.bound, min(of_kept, with_site[~kept].min(initial=np.inf)))
            undecided = np.flatnonzero(~kept & (with_site < self._enough()))
            if self.bound >= self._enough() or not len(undecided):
                break
            likely = relaxed.size_mw[undecided] > SUPPORT_TOLERANCE
            order = np.lexsort((with_site[undecided], ~likely))
            kept[undecided[order][: max(int(kept.sum()), 1)]] = True
            outcome = self._search_on(kept)

    # What is known.

    def _spent(self) -> float:
        return time.monotonic() - self.began

    def _left(self) -> float | None:
        return None if self.time_limit is None else max(self.time_limit - self._spent(), 0.0)

    def _enough(self) -> float:
        """Bound with which the best plan is within the gap."""
        cost = np.inf if self.best is None else self.best[0].objective
        return cost - self.gap * abs(cost) if np.isfinite(cost) else np.inf

    def _is_within(self, found: Found) -> bool:
        return bool(np.isfinite(found.objective) and self.bound >= found.objective - self.gap * abs(found.objective))

    def _is_over(self, outcome: Outcome) -> bool:
        return bool(self.bound >= self._enough() or outcome.interrupted or self._left() == 0.0)

    def _asked(self) -> dict[str, Any]:
        """What each search on some sites is asked."""
        return {"gap": self.gap / 2, "time_limit": self._left(), "progress": self._tell, "scale": self.scale}

    def _tell(self, moment: Progress) -> None:
        """Tell of a search on some sites with the bound that holds for all; the search's own is of those sites."""
        if self.progress is not None:
            bound_usd, gap = self.bound / self.scale, None
            if moment.incumbent_usd:
                gap = (moment.incumbent_usd - bound_usd) / abs(moment.incumbent_usd)
            self.progress(Progress(moment.phase, self._spent(), moment.incumbent_usd, bound_usd, gap))

    def _say(self, stage: str) -> None:
        """Tell of a stage that has no plan of its own."""
        self._tell(Progress(f"solve: {stage}", self._spent()))

    def _without_plan(self, status: highs.Status, reason: str, *, interrupted: bool = False) -> Result:
        return Result(Outcome(status, reason, None, None, None, interrupted))

    def _ended(self) -> Result:
        """The best plan, with the bound that holds for all."""
        if self.best is None:
            raise RuntimeError("no search was made")
        found, model = self.best
        outcome = found.outcome
        if np.isfinite(found.objective):
            status: highs.Status = "optimal" if self.bound >= self._enough() else "feasible"
            outcome = dataclasses.replace(outcome, status=status, bound=min(self.bound, found.objective))
        elif outcome.status == "infeasible" and np.isfinite(self.bound):  # of some sites only: says nothing of all
            reason = "Time limit reached before all sites were tried"
            outcome = dataclasses.replace(outcome, status="failed", reason=reason)
        return Result(outcome, found.solver, model, self.size, bounds=self.bounds)


def near(form: StandardForm, small: StandardForm, values: Array, *, room: float = 0.0) -> StandardForm:
    """Return a model held near a plan of the same model in longer steps.

    What that plan counts in few (sites, modules) is taken from it, or may differ by so much; what it counts in many
    (racks) may differ by a tenth.

    Parameters
    ----------
    form : StandardForm
        The model, hour by hour.
    small : StandardForm
        The same in longer steps.
    values : ndarray
        The plan, by column of `small`.
    room : float
        How far what it counts in few may differ. What it does not have at all stays at zero, and what is chosen
        or not (openings, batteries) as it is: with these free, too, no plan was found in 34 s where halls take 3.
    """
    whole = np.flatnonzero(small.integral).tolist()
    known = {small.columns.name(i): round(values[i]) for i in whole}
    places = [i for i in np.flatnonzero(form.integral).tolist() if form.columns.name(i) in known]
    count = np.array([known[form.columns.name(i)] for i in places], dtype=float)
    few = np.where(form.column_upper[places] > 1, np.minimum(room, count), 0.0)
    most = np.where(count < FEW, few, np.ceil(NEAR_FRACTION * count))
    lower, upper = form.column_lower.copy(), form.column_upper.copy()
    lower[places] = np.maximum(lower[places], count - most)
    upper[places] = np.minimum(upper[places], count + most)
    return dataclasses.replace(form, column_lower=lower, column_upper=upper)
