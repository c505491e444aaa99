"""The search, site by site: relaxation, bound, plan; and, where these are apart, a tree over what is undecided.

1. The relaxation is solved by `siting.models.decomposition` in longer steps, which tells the sites that it uses and
   prices of what sites share.
2. At these prices every site is priced hour by hour, once: that bounds all plans, and all plans with a given site.
3. The integer model of the sites that the relaxation uses is searched, near its own best plan in longer steps first,
   for some time.
4. Where plan and bound are too far apart, the relaxation is solved to its end hour by hour, and each other site is
   forced into its bound: those that make it too dear are dropped for good. The others are branched and priced in
   whole numbers by `siting.models.tree`, which also says where to look for better plans.
5. What is still open is searched in the model of these sites as a whole: the tree takes what there are many of
   (racks) for continuous.

The model of all sites is never made: only that of the sites in hand, and pieces of one site each.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siting import highs
from siting.deadline import Deadline, Stopped
from siting.highs import Outcome, Progress, ProgressCallback
from siting.near import counts_of, near
from siting.relaxation import SUPPORT_TOLERANCE
from siting.result import Result
from siting.search import Found, search
from siting.standing import Standing
from siting.start import start_from, used_sites
from siting.unavoidable import unavoidable_cost

if TYPE_CHECKING:
    from siting.case import Array, Case
    from siting.models.assembly import Component
    from siting.models.decomposition import Relaxation, Round
    from siting.models.model import Model
    from siting.models.pieces import Size
    from siting.models.site_bounds import SiteBounds
    from siting.plan import Plan

STEP_H = 4
"""Hours of a longer step: a site's problem has a quarter of the rows then, and still morning, noon and night."""

RELAXATION_SHARE = 0.1
"""Part of the gap that the relaxation may leave open."""

NEAR_WIDTH = 0.005
"""Half-width of the box around prices that were found in longer steps."""

RELAXATION_TIME_SHARE = 0.5
"""Part of the time that the relaxation may take: what is left is for a plan."""

LEAST_PATIENCE_S, PATIENCE_RATIO = 10.0, 3.0
"""Time for each search of the sites that the relaxation uses: at the least, and over that of the relaxation and bound.

Once as long is too short where the relaxation is quick: of 200 sites and 288 hours, it left none with a plan.
"""

Sites = npt.NDArray[np.bool_]


def search_by_site(
    case: Case,
    components: Sequence[type[Component]],
    *,
    gap: float,
    deadline: Deadline,
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
    deadline : Deadline
        Of all stages together.
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
    standing = Standing(gap, deadline, progress, scale, unavoidable_cost(case) * scale)
    return _Search(case, components, threads, standing, start).run()


class _Search:
    """One search: what it is about, and its stages."""

    def __init__(
        self,
        case: Case,
        components: Sequence[type[Component]],
        threads: int,
        standing: Standing,
        start: Plan | None,
    ) -> None:
        self.case, self.components, self.start = dataclasses.replace(case, year_of=None), components, start
        self.in_steps = self.case.in_steps(STEP_H)
        self.threads, self.standing = threads, standing
        self.bounds: SiteBounds | None = None
        self.size: Size | None = None

    def run(self) -> Result:
        """Go through the stages."""
        try:
            relaxed, prices = self._relaxed_in_steps()
            if relaxed.infeasible:  # in the hours, too?
                relaxed, prices = self._relaxed_hour_by_hour({})
            if relaxed.infeasible:
                return self._without_plan("infeasible", "the relaxation leaves demand unmet")
            self._bound_hour_by_hour(prices)
        except Stopped:
            return self._without_plan("failed", "interrupted in the relaxation", interrupted=True)
        kept = relaxed.size_mw > SUPPORT_TOLERANCE
        if self.start is not None:
            kept |= used_sites(self.start, self.case)
        outcome = self._search_on(
            kept, patience_s=max(LEAST_PATIENCE_S, PATIENCE_RATIO * self.standing.deadline.spent())
        )
        if not (outcome.interrupted or self.standing.is_over()):
            with contextlib.suppress(Stopped):
                self._close_the_gap(kept, prices)
        return self._ended("Interrupted by user" if self.standing.deadline.is_stopped else "Time limit reached")

    # The relaxation, and what it bounds.

    def _relaxed_in_steps(self) -> tuple[Relaxation, dict[str, float]]:
        """Solve the relaxation in longer steps; and its prices by name. It bounds no plan of the model."""

        def tell(moment: Round) -> bool:
            self.standing.say(f"relaxation site by site, in longer steps, round {moment.number}")
            return True

        relaxed, prices, _ = self._relaxed(self.in_steps, {}, tell)
        return relaxed, prices

    def _relaxed_hour_by_hour(self, prices: Mapping[str, float]) -> tuple[Relaxation, dict[str, float]]:
        """Solve the relaxation to its end, from prices that are near, if there are any."""

        def tell(moment: Round) -> bool:
            self.standing.raise_bound(moment.bound)
            self.standing.say(f"relaxation site by site, round {moment.number}")
            return True

        relaxed, better, self.size = self._relaxed(self.case, prices, tell)
        if not relaxed.infeasible:
            self.standing.raise_bound(relaxed.bound)
        return relaxed, better

    def _relaxed(
        self, case: Case, prices: Mapping[str, float], tell: Callable[[Round], bool]
    ) -> tuple[Relaxation, dict[str, float], Size]:
        """Solve a relaxation, as far as there is time.

        Raises
        ------
        Stopped
            If Ctrl-C ended it.
        """
        from siting.models.decomposition import relax
        from siting.models.pieces import cut

        pieces, size = cut(case, self.components)
        names = pieces.shared.names
        near: dict[str, Any] = {}
        if prices:
            near = {"first": np.array([prices.get(name, np.nan) for name in names]), "width": NEAR_WIDTH}
        relaxed = relax(
            pieces,
            tolerance=self.standing.gap * RELAXATION_SHARE,
            threads=self.threads,
            deadline=self.standing.deadline.part(RELAXATION_TIME_SHARE),
            tell=tell,
            **near,
        )
        if relaxed.interrupted:
            raise Stopped
        return relaxed, dict(zip(names, relaxed.prices.tolist(), strict=True)), size

    def _bound_hour_by_hour(self, prices: Mapping[str, float]) -> None:
        """Bound all plans, and all with each site, at given prices."""
        from siting.models.site_bounds import bounds_of_sites

        count = len(self.case.axes["site"])

        def tell(done: int) -> None:
            self.standing.say(f"bound hour by hour, {done} of {count} sites")

        self.bounds, self.size = bounds_of_sites(
            self.case, self.components, prices, threads=self.threads, deadline=self.standing.deadline, tell=tell
        )
        self.standing.raise_bound(self.bounds.of_all)

    # Plans.

    def _search_on(self, kept: Sites, *, patience_s: float | None) -> Outcome:
        """Search the model of some sites, and say how that ended: its bound is one on plans of these sites only."""
        from siting.models.model import model_of

        model = model_of(self.case.only(site=self._names(kept)), self.components, of_more=True)
        begun = None if self.start is None else start_from(self.start, model)
        found = self._near_plan_in_steps(model, patience_s) if begun is None else None
        if found is None or not (found.outcome.interrupted or self._is_enough_for(found)):
            begun = begun if found is None else found.outcome.values
            found = search(model.form, **self.standing.asked(patience_s), start=begun)
        self.standing.keep(found, model)
        return found.outcome

    def _near_plan_in_steps(self, model: Model, patience_s: float | None) -> Found | None:
        """Search near the best plan of the same sites in longer steps; None if there is none."""
        from siting.models.model import model_of

        sites = [str(site) for site in model.case.axes["site"]]
        small = model_of(self.in_steps.only(site=sites), self.components, of_more=True).form

        def tell(moment: Progress) -> None:  # what it finds is no plan of the model, nor a bound on one
            self.standing.say(moment.phase.removeprefix("solve: ") + ", in longer steps")

        rough = search(small, **{**self.standing.asked(patience_s), "progress": tell}).outcome
        if rough.interrupted:
            return Found(dataclasses.replace(rough, status="failed", values=None, objective=None), model.form, None)
        if rough.values is None:
            return None
        found = search(near(model.form, counts_of(small, rough.values)), **self.standing.asked(patience_s))
        return None if found.outcome.values is None and not found.outcome.interrupted else found

    def _is_enough_for(self, found: Found) -> bool:
        """Whether the bound is enough for a plan."""
        return self.standing.bound >= found.objective - self.standing.gap * abs(found.objective)

    def _close_the_gap(self, kept: Sites, prices: Mapping[str, float]) -> None:
        """Solve the relaxation to its end, and search all sites that a better plan may have in whole numbers.

        Raises
        ------
        Stopped
            If Ctrl-C ended it.
        """
        from siting.search_tree import branch_and_price

        relaxed, prices = self._relaxed_hour_by_hour(prices)
        if relaxed.infeasible:
            self.standing.raise_bound(np.inf)
            return
        self._bound_hour_by_hour(prices)
        if self.standing.is_over():
            return
        with_site = np.nan_to_num(self._with_site(), nan=-np.inf, posinf=np.inf)
        live = kept | (with_site < self.standing.enough())
        of_others = float(with_site[~live].min(initial=np.inf))
        case = self.case.only(site=self._names(live))
        branch_and_price(case, self.components, prices, self.standing, bound_of_others=of_others, threads=self.threads)
        if not self.standing.is_over():
            outcome = self._search_on(live, patience_s=None)
            of_live = np.inf if outcome.status == "infeasible" else outcome.bound
            if of_live is not None:
                self.standing.raise_bound(min(of_live, of_others))

    def _with_site(self) -> Array:
        """What plans with each site cost at the least; NaN where there was no time to work it out."""
        return np.full(len(self.case.axes["site"]), np.nan) if self.bounds is None else self.bounds.with_each

    def _names(self, chosen: Sites) -> list[str]:
        return [str(self.case.axes["site"][place]) for place in np.flatnonzero(chosen)]

    # The end.

    def _without_plan(self, status: highs.Status, reason: str, *, interrupted: bool = False) -> Result:
        return Result(Outcome(status, reason, None, None, None, interrupted))

    def _ended(self, reason: str) -> Result:
        """The best plan, with the bound that holds for all.

        Parameters
        ----------
        reason : str
            Why it ended, if it did so before bound and plan had met; the best plan's own search may have ended well.
        """
        if self.standing.best is None:
            raise RuntimeError("no search was made")
        (found, model), bound = self.standing.best, self.standing.bound
        outcome = found.outcome
        if np.isfinite(found.objective):
            is_enough = bound >= self.standing.enough()
            bound = min(bound, found.objective)
            if is_enough:
                outcome = dataclasses.replace(outcome, status="optimal", bound=bound)
            else:
                outcome = dataclasses.replace(outcome, status="feasible", reason=reason, bound=bound)
        elif np.isposinf(bound):
            outcome = dataclasses.replace(outcome, status="infeasible", reason="no plan of any site is left")
        elif outcome.status == "infeasible":  # of some sites only: says nothing of all
            outcome = dataclasses.replace(outcome, status="failed", reason=f"{reason} before all sites were tried")
        return Result(outcome, found.solver, model, self.size, bounds=self.bounds)
