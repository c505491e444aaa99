"""The search, site by site: relaxation, bound, plan; and, where these are apart, a tree over what is undecided.

1. The relaxation is solved by `siting.optimise.decomposition.column_generation` in longer steps, which tells the sites
   that it uses and prices of what sites share. It begins with the relaxation on the sites of a first plan: guessed
   prices of `us` were so far off that nine in ten of its 91 rounds only got them near, and from these it takes two.
   With several periods and few sites it begins with the relaxation on all sites: from prices of those of a first plan,
   the bound of `us-power` stayed 2 % lower for 100 rounds.
2. On the sites that it uses it goes on hour by hour, from these prices; at what comes out every site is priced hour by
   hour, once: that bounds all plans, and all plans with a given site. At the prices of longer steps the bound of `us`
   was 96 million dollars lower. What began with all sites is left as it is.
3. The integer model of the sites that the relaxation uses is searched near its own best plan in longer steps. That of
   a small one is then searched whole for some time: of `us` it took three minutes, and the tree 12 s to prove more.
4. Where plan and bound are too far apart, the relaxation is solved to its end hour by hour, and each other site is
   forced into its bound: those that make it too dear are dropped for good. The others are branched and priced in
   whole numbers by `siting.optimise.branch_and_price.tree`, which also says where to look for better plans.
5. What is still open is searched in the model of these sites as a whole: the tree takes what there are many of
   (racks) for continuous.

The model of all sites is never made hour by hour: only that of the sites in hand, and blocks of one site each.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siting.case.minimum_cost import unavoidable_cost
from siting.optimise.first_plan.first_relaxation import FirstRelaxation, first_relaxation
from siting.optimise.gap import Gap
from siting.optimise.incumbent import SearchState
from siting.optimise.method import site_hours
from siting.optimise.neighbourhood import counts_of, neighbourhood
from siting.optimise.result import Result
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.highs import Outcome
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.warm_start import Earlier, used_sites, warm_start
from siting.optimise.whole.lp_relaxation import LARGE_ROWS_COUNT, SUPPORT_TOLERANCE
from siting.optimise.whole.whole_model import Found, search
from siting.plan.records.search_record import Status
from siting.quantities import COST_SCALE

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.model import Model
    from siting.optimise.decomposition.blocks import Size
    from siting.optimise.decomposition.column_generation import Relaxation, Round
    from siting.optimise.decomposition.lagrangian_bounds import SiteBounds

STEP_H = 4
"""Hours of a longer step: a site's problem has a quarter of the rows then, and still morning, noon and night."""

ALL_AT_ONCE_SITE_STEPS = 4_000
"""Sites times longer steps and periods up to which the relaxation of all sites in several periods is solved in one.

Of `us-power` there are 2,880.
"""

RELAXATION_SHARE = 0.1
"""Part of the gap that the relaxation may leave open."""

NEAR_WIDTH = 0.005
"""Half-width of the box around prices that were found in longer steps."""

NEAR_GAP_SHARE, NEAR_ROUNDS_COUNT = 0.02, 80
"""The same hour by hour on the sites that it uses, and the most rounds for it: of `us` 53, of 0.1 s each."""

RELAXATION_TIME_SHARE = 0.5
"""Part of the time that the relaxation may take: what is left is for a plan."""

ROOM = 1.0
"""How far counts may differ from those in longer steps, whose peaks are lower: as they are no plan of `us` has them."""

INTERRUPTED, OUT_OF_TIME = "Interrupted by user", "Time limit reached"
"""Why a search ended before bound and plan had met."""

LEAST_PATIENCE_S, PATIENCE_RATIO = 10.0, 3.0
"""Time for each search of the sites that the relaxation uses: at the least, and over that of the relaxation and bound.

Once as long is too short where the relaxation is quick: of 200 sites and 288 hours, it left none with a plan.
"""

Sites = npt.NDArray[np.bool_]


def search_by_site(
    case: Case,
    components: Sequence[type[Component]],
    *,
    gap: Gap,
    deadline: Deadline,
    threads: int,
    progress: ProgressCallback | None,
    start: Earlier | None = None,
    first: tuple[Found, Model] | None = None,
) -> Result:
    """Minimise a mixed-integer model without ever making the whole of it.

    Parameters
    ----------
    case : Case
        The numbers, of all sites.
    components : sequence of component classes
        What the model consists of.
    gap : Gap
        At which to stop.
    deadline : Deadline
        Of all stages together.
    threads : int
        Sites priced at once.
    progress : callable or None
        Told of incumbent and bound.
    start : Earlier, optional
        An earlier plan to begin with.
    first : (Found, Model), optional
        A plan that is there already, and the model of its sites.

    Raises
    ------
    InfeasibleConstraintException
        If a demand is out of reach of all sites.
    """
    state = SearchState(gap, deadline, progress, unavoidable_cost(case) * COST_SCALE)
    if first is not None:
        state.keep(*first)
    return _Search(case, components, threads, state, start).run()


class _Search:
    """One search: what it is about, and its stages."""

    def __init__(
        self,
        case: Case,
        components: Sequence[type[Component]],
        threads: int,
        state: SearchState,
        start: Earlier | None,
    ) -> None:
        self.case, self.components, self.start = dataclasses.replace(case, year_of=None), components, start
        self.in_steps = self.case.in_steps(STEP_H)
        self.gap_in_steps = dataclasses.replace(state.gap, unavoidable=unavoidable_cost(self.in_steps) * COST_SCALE)
        is_small = site_hours(self.in_steps) <= ALL_AT_ONCE_SITE_STEPS
        self.is_all_at_once = is_small and len(self.case.axes["period"]) > 1
        self.threads, self.state = threads, state
        self.bounds: SiteBounds | None = None
        self.size: Size | None = None
        self.prices: Mapping[str, float] | None = None

    def run(self) -> Result:
        """Go through the stages."""
        if self._is_late():
            return self._ended(OUT_OF_TIME)
        try:
            relaxed, prices = self._relaxed_in_steps()
            if relaxed.infeasible:  # in the hours, too?
                relaxed, prices = self._relaxed_hour_by_hour({})
            if relaxed.infeasible and not self.state.has_plan():
                return self._without_plan("infeasible", "the relaxation leaves demand unmet")
            if self._is_late():
                return self._ended(OUT_OF_TIME)
            kept = (relaxed.size_mw > SUPPORT_TOLERANCE) | self._of_best_plan()
            needs_hours = relaxed.complete and not self.is_all_at_once
            self._bound_hour_by_hour(self._hour_by_hour_on(kept, prices) if needs_hours else prices)
        except Stopped:
            if self.state.has_plan():
                return self._ended(INTERRUPTED)
            return self._without_plan("failed", "interrupted in the relaxation", interrupted=True)
        if self.state.has_plan() and self.state.is_over():
            return self._ended(INTERRUPTED if self.state.deadline.is_stopped else OUT_OF_TIME)
        if self.start is not None:
            kept |= used_sites(self.start, self.case)
        if not kept.any():  # time was up before anything was known of any site
            return self._without_plan("failed", OUT_OF_TIME)
        outcome = self._search_on(kept, patience_s=max(LEAST_PATIENCE_S, PATIENCE_RATIO * self.state.deadline.spent()))
        self._bound_by(outcome, kept)
        if not (outcome.interrupted or self.state.is_over()):
            with contextlib.suppress(Stopped):
                self._close_the_gap(kept, outcome, prices)
        return self._ended(INTERRUPTED if self.state.deadline.is_stopped else OUT_OF_TIME)

    def _of_best_plan(self) -> Sites:
        """Which sites the best plan opens, none as long as there is none."""
        opened = set(self.state.best_counts()[0])
        return np.array([str(site) in opened for site in self.case.axes["site"]])

    def _is_late(self) -> bool:
        """Whether time is up and there is a plan: what is not begun is left."""
        return self.state.has_plan() and self.state.deadline.is_over()

    # The relaxation, and what it bounds.

    def _relaxed_in_steps(self) -> tuple[Relaxation, dict[str, float]]:
        """Solve the relaxation in longer steps; and its prices by name. It bounds no plan of the model."""

        def tell(moment: Round) -> bool:
            self.state.say(f"relaxation site by site, in longer steps, round {moment.number}")
            return True

        begun, sites = None, self.state.best_counts()[0]
        if self.is_all_at_once:
            sites = [str(site) for site in self.case.axes["site"]]
        if sites:
            begun = first_relaxation(self.in_steps, self.components, sites, self.state.deadline)
        relaxed, prices, _ = self._relaxed(self.in_steps, self.gap_in_steps, {}, tell, begun)
        return relaxed, prices

    def _hour_by_hour_on(self, kept: Sites, prices: dict[str, float]) -> dict[str, float]:
        """Prices of the relaxation of some sites hour by hour, from those of longer steps, as far as a few rounds go.

        They take no longer than all that was done before: any prices bound all plans.
        """
        began_s = self.state.deadline.spent()

        def tell(moment: Round) -> bool:
            self.state.say(f"relaxation of {np.count_nonzero(kept)} sites, hour by hour, round {moment.number}")
            return moment.number < NEAR_ROUNDS_COUNT and self.state.deadline.spent() < 2 * began_s

        some = self.case.only(site=self._names(kept))
        relaxed, nearer, _ = self._relaxed(some, self.state.gap.part(NEAR_GAP_SHARE), prices, tell)
        return prices if relaxed.infeasible or np.isneginf(relaxed.bound) else {**prices, **nearer}

    def _relaxed_hour_by_hour(self, prices: Mapping[str, float]) -> tuple[Relaxation, dict[str, float]]:
        """Solve the relaxation to its end, from prices that are near, if there are any."""

        def tell(moment: Round) -> bool:
            self.state.raise_bound(moment.bound)
            self.state.say(f"relaxation site by site, round {moment.number}")
            return True

        relaxed, better, self.size = self._relaxed(self.case, self.state.gap, prices, tell)
        if not relaxed.infeasible:
            self.state.raise_bound(relaxed.bound)
        return relaxed, better

    def _relaxed(
        self,
        case: Case,
        gap: Gap,
        prices: Mapping[str, float],
        tell: Callable[[Round], bool],
        begun: FirstRelaxation | None = None,
    ) -> tuple[Relaxation, dict[str, float], Size]:
        """Solve a relaxation, as far as there is time, from prices that are near or from what some sites do at best.

        Raises
        ------
        Stopped
            If Ctrl-C ended it.
        """
        from siting.optimise.decomposition.blocks import cut
        from siting.optimise.decomposition.column import columns_of
        from siting.optimise.decomposition.column_generation import relax

        blocks, size = cut(case, self.components)
        names = blocks.shared.names
        near: dict[str, Any] = {}
        if prices:
            near = {"first": np.array([prices.get(name, np.nan) for name in names]), "width": NEAR_WIDTH}
        if begun is not None:  # rows that are unknown there ask nothing
            near["first"] = np.array([begun.prices.get(name, 0.0) for name in names])
            near["begun"] = tuple(columns_of(begun.values, begun.model, blocks))
        relaxed = relax(
            blocks,
            gap=gap.part(RELAXATION_SHARE),
            threads=self.threads,
            deadline=self.state.deadline.part(RELAXATION_TIME_SHARE),
            tell=tell,
            **near,
        )
        if relaxed.interrupted:
            raise Stopped
        return relaxed, dict(zip(names, relaxed.prices.tolist(), strict=True)), size

    def _bound_hour_by_hour(self, prices: Mapping[str, float]) -> None:
        """Bound all plans, and all with each site, at given prices."""
        from siting.optimise.decomposition.lagrangian_bounds import bounds_of_sites

        count, self.prices = len(self.case.axes["site"]), prices

        def tell(done: int) -> None:
            self.state.say(f"bound hour by hour, {done} of {count} sites")

        self.bounds, self.size = bounds_of_sites(
            self.case, self.components, prices, threads=self.threads, deadline=self.state.deadline, tell=tell
        )
        self.state.raise_bound(self.bounds.of_all)

    # Plans.

    def _search_on(self, kept: Sites, *, patience_s: float | None) -> Outcome:
        """Search the model of some sites, and say how that ended: its bound is one on plans of these sites only.

        Where a search near one plan was enough, or was stopped, there is no bound: that one is of what is near.
        In a large model with little patience it is enough: the rest is settled sooner by the tree.
        """
        from siting.models.assembly.model import model_of

        model = model_of(self.case.only(site=self._names(kept)), self.components, of_more=True)
        begun = None if self.start is None else warm_start(self.start, model)
        is_left_to_tree = patience_s is not None and model.form.matrix.shape[0] >= LARGE_ROWS_COUNT
        asked = {**self.state.solve_options(patience_s), "everything": not is_left_to_tree}
        found = self._near_plan_in_steps(model, asked) if begun is None else None
        if found is not None and (found.outcome.interrupted or is_left_to_tree or self._is_enough_for(found)):
            self.state.keep(found, model)
            return dataclasses.replace(found.outcome, bound=None)
        begun = begun if found is None else found.outcome.values
        found = search(model.form, **asked, start=begun)
        self.state.keep(found, model)
        return found.outcome

    def _near_plan_in_steps(self, model: Model, asked: Mapping[str, Any]) -> Found | None:
        """Search near the best plan of the same sites in longer steps; None if there is none."""
        from siting.models.assembly.model import model_of

        sites = [str(site) for site in model.case.axes["site"]]
        small = model_of(self.in_steps.only(site=sites), self.components, of_more=True).form

        def tell(moment: Progress) -> None:  # what it finds is no plan of the model, nor a bound on one
            self.state.say(moment.phase.removeprefix("solve: ") + ", in longer steps")

        rough = search(small, **{**asked, "gap": self.gap_in_steps.part(0.5), "progress": tell}).outcome
        if rough.interrupted:
            return Found(dataclasses.replace(rough, status="failed", values=None, objective=None), model.form, None)
        if rough.values is None:
            return None
        found = search(neighbourhood(model.form, counts_of(small, rough.values), room=ROOM), **asked)
        return None if found.outcome.values is None and not found.outcome.interrupted else found

    def _is_enough_for(self, found: Found) -> bool:
        """Whether the bound is enough for a plan."""
        return self.state.bound >= self.state.gap.cutoff(found.objective)

    def _bound_by(self, outcome: Outcome, kept: Sites) -> None:
        """Bound all plans by a search of those of some sites, and by what any with another site costs."""
        of_kept = np.inf if outcome.status == "infeasible" else outcome.bound
        if of_kept is not None:
            self.state.raise_bound(min(of_kept, float(self._with_site()[~kept].min(initial=np.inf))))

    def _close_the_gap(self, kept: Sites, outcome: Outcome, prices: Mapping[str, float]) -> None:
        """Solve the relaxation to its end, and search all sites that a better plan may have in whole numbers.

        Parameters
        ----------
        kept : Sites
            Those searched so far.
        outcome : Outcome
            How that ended.
        prices : mapping of str to float
            Of the rows that sites share, from longer steps.

        Raises
        ------
        Stopped
            If Ctrl-C ended it.
        """
        from siting.optimise.branch_and_price.branch_and_price import branch_and_price

        relaxed, prices = self._relaxed_hour_by_hour(prices)
        if relaxed.infeasible:
            self.state.raise_bound(np.inf)
            return
        self._bound_hour_by_hour(prices)
        self._bound_by(outcome, kept)
        if self.state.is_over():
            return
        with_site = self._with_site()
        live = kept | (with_site < self.state.cutoff())
        of_others = float(with_site[~live].min(initial=np.inf))
        case = self.case.only(site=self._names(live))
        branch_and_price(case, self.components, prices, self.state, bound_of_others=of_others, threads=self.threads)
        if not self.state.is_over():
            self._bound_by(self._search_on(live, patience_s=None), live)

    def _with_site(self) -> Array:
        """What plans with each site cost at the least; minus infinity where there was no time to work it out."""
        if self.bounds is None:
            return np.full(len(self.case.axes["site"]), -np.inf)
        return np.nan_to_num(self.bounds.with_each, nan=-np.inf, posinf=np.inf)

    def _names(self, chosen: Sites) -> list[str]:
        return [str(self.case.axes["site"][place]) for place in np.flatnonzero(chosen)]

    # The end.

    def _without_plan(self, status: Status, reason: str, *, interrupted: bool = False) -> Result:
        return Result(Outcome(status, reason, None, None, None, interrupted))

    def _ended(self, reason: str) -> Result:
        """The best plan, with the bound that holds for all.

        Parameters
        ----------
        reason : str
            Why it ended, if it did so before bound and plan had met; the best plan's own search may have ended well.
        """
        if self.state.best is None:
            raise RuntimeError("no search was made")
        from siting.optimise.decomposition.blocks import Size

        (found, model), bound = self.state.best, self.state.bound
        outcome = found.outcome
        if np.isfinite(found.objective):
            is_enough = bound >= self.state.cutoff()
            bound = min(bound, found.objective)
            if is_enough:
                outcome = dataclasses.replace(outcome, status="optimal", bound=bound)
            else:
                outcome = dataclasses.replace(outcome, status="feasible", reason=reason, bound=bound)
        elif np.isposinf(bound):
            outcome = dataclasses.replace(outcome, status="infeasible", reason="no plan of any site is left")
        elif outcome.status == "infeasible":  # of some sites only: says nothing of all
            outcome = dataclasses.replace(outcome, status="failed", reason=f"{reason} before all sites were tried")
        rows, columns = model.form.matrix.shape
        of_plan = Size(rows, columns, int(model.form.matrix.nnz), int(np.count_nonzero(model.form.integral)))
        return Result(outcome, found.solver, model, self.size or of_plan, self.prices, self.bounds)
