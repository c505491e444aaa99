"""The replay: the design, fixed, run through all 8,760 hours of the year.

The proof of a plan concerns the days it was designed on. Here each open site is run through the whole year with what
has been built, its contracts, its share of each zone and its quota of batch work held fixed; only the dispatch is free.
With sizes fixed, only limits on sums over the year join the months, and caps the sites: where the cheapest dispatch
keeps them, months are solved apart, else the limits are shared out among them. Work that cannot be done is left undone
and told, and so is a limit that no dispatch keeps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.caps import capped_ledgers
from siting.accounts.components import contracts, minimum_take
from siting.accounts.numbers import Books
from siting.case.case import Array, Case, Field
from siting.case.solution import Solution
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.progress import Progress, ProgressCallback
from siting.optimise.year.months import ONE_WAY_TOLERANCE_FRACTION, Months
from siting.optimise.year.site_months import SiteMonths, cut_into_months
from siting.optimise.year.yearly_limits import Dispatch, breaks_its_own, broken_caps, solved, within_limits
from siting.plan.cautions import Caution
from siting.plan.full_year import OF_CALENDAR, Replay, accounted, cautions_of_year

if TYPE_CHECKING:
    from siting.models.assembly.assembly import Assembly
    from siting.models.assembly.standard_form import StandardForm


def replay_year(
    case: Case,
    solution: Solution,
    progress: ProgressCallback | None = None,
    deadline: Deadline | None = None,
    threads: int = 1,
) -> tuple[Replay, tuple[Caution, ...]]:
    """Run a design through the full year.

    The dispatch costs the least within all limits on the year, but for batteries that would be paid to charge and
    discharge at once: what keeps them from it is within `ONE_WAY_TOLERANCE_FRACTION` of that, or the excess is told.

    Parameters
    ----------
    case : Case
        The case that was solved; its `Case.full_year` is what is run through.
    solution : Solution
        What was decided.
    progress : callable, optional
        Told of each site that is done.
    deadline : Deadline, optional
        When to stop.
    threads : int
        Sites whose years are solved at the same time.

    Returns
    -------
    Replay
        The year.
    tuple of Caution
        What the year shows that the design did not.

    Raises
    ------
    ValueError
        If the case has no full year.
    RuntimeError
        If a site's year cannot be solved.
    Stopped
        If the deadline is over before the year is.
    """
    limit = Deadline() if deadline is None else deadline
    began = limit.spent()
    design = _only_built(case, solution)
    year = _with_quotas(design)
    count = len(year.case.axes["site"])
    months = Months(count * len(year.case.axes["month"]), limit)

    def tell(done: int, site: str) -> None:
        if progress is not None:
            progress(Progress(f"replay {done + 1} of {count}: {site}", limit.spent() - began))

    dispatch = _dispatched(year, months, tell, threads)
    year_solution = accounted(year.case, _decisions(year, _joined(year, dispatch)))
    replay = Replay(year.case, year_solution, seconds=limit.spent() - began)
    replay.audit().raise_for_residuals()
    told = list(cautions_of_year(replay))
    if (excess := months.excess_fraction()) > ONE_WAY_TOLERANCE_FRACTION:
        told.append(Caution("replay_one_way", {"excess_fraction": excess}))
    if limit.is_over():
        replay = dataclasses.replace(replay, with_climate=False)
        told.append(Caution("climate_stopped"))
    replay.climate  # noqa: B018 - worked out here, where its time is the run's
    return replay, tuple(told)


@dataclasses.dataclass(frozen=True)
class _Design:
    """What was built of a case, on the full year and on the sampled days, with its decisions and batch quotas."""

    case: Case
    sampled: Case
    decisions: dict[str, Array]
    axes: dict[str, tuple[str, ...]]


def _only_built(case: Case, solution: Solution) -> _Design:
    """Leave out sites, cooling and racks of which nothing was built."""
    installed = solution.decisions["installed_mw"].values
    kept = {
        "site": np.flatnonzero(solution.decisions["open_count"].values.any(axis=1)),
        "cooling": np.flatnonzero(
            solution.decisions["modules_count"].values.any(axis=(0, 2))
            | installed.any(axis=(0, 2, 3))
            | case.values("retrofit.existing_mw").any(axis=0)
        ),
        "rack": np.flatnonzero(installed.any(axis=(0, 1, 3))),
    }
    decisions, axes = {}, {}
    for name, field in solution.decisions.items():
        built = field
        for axis, positions in kept.items():
            built = built.take(axis, positions)
        decisions[name], axes[name] = built.values, built.axes
    members = {axis: [str(case.axes[axis][i]) for i in positions] for axis, positions in kept.items()}
    sampled = case.only(**members)
    return _Design(sampled.full_year(), sampled, decisions, axes)


def _with_quotas(design: _Design) -> _Design:
    """Give each site, on each real day, its part of the batch work of the day that stands for it, and its pauses."""
    sampled, year = design.sampled, design.case
    stands_for = list(sampled.calendar.stands_for)
    mean = _by_day(design, "batch_pflop")
    part = mean / np.maximum(mean.sum(axis=0), 1e-12)
    asked = year.values("serving.batch_moved_pflop")
    decided = {name: Field(design.axes[name], values) for name, values in design.decisions.items()}
    books = Books(year, decided)
    left = 1 - books.spared_fraction(of_batch=True) - books.leased_batch_fraction()
    quota = part[..., stands_for] * (left[..., None] * asked)[None, ...]
    waits = year.values("serving.batch_waiting_days_count") > 0  # what is done on a day is not what is asked on it
    quota = np.where(waits[None, :, None, None], mean[..., stands_for], quota)
    fields = {
        **year.fields,
        "quota.batch_quota_pflop": Field(("site", "lot", "period", "day"), quota),
        "quota.unclaimed_fraction": contracts.unclaimed(Books(sampled, decided)),
    }
    if "paused_pflop" in design.decisions:
        rests = _by_day(design, "paused_pflop")[..., stands_for]
        fields["quota.pause_quota_pflop"] = Field(("site", "job", "period", "day"), rests)
    return dataclasses.replace(design, case=dataclasses.replace(year, fields=fields))


def _by_day(design: _Design, name: str) -> Array:
    """Mean of a decision of each hour over each sampled day, its last axis."""
    hourly = design.decisions[name]
    mean: Array = hourly.reshape(*hourly.shape[:-1], design.sampled.calendar.days_count, -1).mean(axis=-1)
    return mean


def _dispatched(
    design: _Design, months: Months, tell: Callable[[int, str], None], threads: int
) -> list[dict[str, Array]]:
    """Dispatch of all sites within all limits on the year, their own and those that they share."""
    years = []
    has_caps = bool(capped_ledgers(design.case.study.policy))
    decided = []
    sites = [str(site) for site in design.case.axes["site"]]
    with ThreadPoolExecutor(threads) as pool:
        for done, (year, dispatch) in enumerate(pool.map(lambda site: _site_year(design, site, months), sites)):
            tell(done, sites[done])
            decided.append(_decided(design, year, dispatch))
            if has_caps:
                years.append((year, dispatch))
    if not has_caps:
        return decided
    over = broken_caps(Books(design.case, _decisions(design, _joined(design, decided))))
    if not over:
        return decided
    kept = within_limits([year for year, _ in years], [dispatch for _, dispatch in years], over, months)
    return [_decided(design, year, dispatch) for (year, _), dispatch in zip(years, kept, strict=True)]


def _site_year(design: _Design, site: str, months: Months) -> tuple[SiteMonths, Dispatch]:
    """The year of one site, with its dispatch within its own limits."""
    from siting.models.assembly.assembly import Assembly
    from siting.models.assembly.compilation import compile_assembly
    from siting.models.assembly.ledgers import Scope
    from siting.models.formulation import REPLAY, chosen

    months.deadline.check()
    kept = {"site": [site]}
    position = design.case.axes["site"].index(site)
    for axis, name in (("cooling", "installed_mw"), ("rack", "installed_mw"), ("contract", "contracted_mw")):
        if name in design.decisions:
            used = np.moveaxis(design.decisions[name][position], design.axes[name].index(axis) - 1, 0)
            kept[axis] = [str(member) for member, part in zip(design.case.axes[axis], used, strict=True) if part.any()]
    case = design.case.only(**kept)
    assembly = Assembly(case, chosen(REPLAY, case), scope=Scope.SITE)
    year = cut_into_months(case, assembly, _fixed(assembly, compile_assembly(assembly), design, site))
    dispatch = solved(year, months)
    if breaks_its_own(year, dispatch):
        (dispatch,) = within_limits([year], [dispatch], {}, months)
    return year, dispatch


def _decided(design: _Design, year: SiteMonths, dispatch: Dispatch) -> dict[str, Array]:
    """Decisions of a site that have hours, days or months, over all members of the design."""
    from siting.optimise.extraction import decisions_of

    values = year.form.column_lower.copy()
    for month, found in zip(year.months, dispatch, strict=True):
        values[month.columns] = found
    return {
        name: _widened(field, year.case, design.case)
        for name, field in decisions_of(year.assembly, values).items()
        if OF_CALENDAR.intersection(field.axes)
    }


def _joined(design: _Design, dispatch: list[dict[str, Array]]) -> dict[str, Array]:
    """Put the sites' years together; zero where a site has nothing of the kind, such as a customer for its heat."""
    axes = {name: of for name, of in design.axes.items() if OF_CALENDAR.intersection(of) and "site" in of}
    axes["unserved_pflop"] = ("site", "period", "hour")
    joined = {}
    for name, of in axes.items():
        nothing = np.zeros((1, *(len(design.case.axes[axis]) for axis in of[1:])))
        joined[name] = np.concatenate([part.get(name, nothing) for part in dispatch])
    return joined


def _widened(field: Field, case: Case, whole: Case) -> Array:
    """Put an array over a few members of its axes into one over all, zero elsewhere; the site axis stays."""
    values = field.values
    for axis in ("cooling", "rack", "contract"):
        if axis in field.axes and case.axes[axis] != whole.axes[axis]:
            place = field.axes.index(axis)
            shape = list(values.shape)
            shape[place] = len(whole.axes[axis])
            wide = np.zeros(shape)
            positions = [whole.axes[axis].index(member) for member in case.axes[axis]]
            wide[(slice(None),) * place + (positions,)] = values
            values = wide
    return values


def _fixed(assembly: Assembly, form: StandardForm, design: _Design, site: str) -> StandardForm:
    """Hold fixed what a site decides for more than a month; rows between such decisions alone are the design's."""
    position = design.case.axes["site"].index(site)
    lower, upper = form.column_lower.copy(), form.column_upper.copy()
    is_held = np.zeros(len(form.columns), dtype=bool)
    for name, (variable, axes) in assembly.variables.items():
        columns = form.columns.of(name)
        if not len(columns) or OF_CALENDAR.intersection(axes):
            continue
        is_held[columns] = True
        if name not in design.decisions:
            lower[columns] = upper[columns] = 0.0
            continue
        kept = [[design.case.axes[axis].index(m) for m in assembly.case.axes[axis]] for axis in axes[1:]]
        values = design.decisions[name][position][np.ix_(*kept)][variable.over.places()[1:]]
        lower[columns] = upper[columns] = np.maximum(values, 0.0)
    decides = np.abs(form.matrix) @ ~is_held > 0
    return dataclasses.replace(
        form,
        column_lower=lower,
        column_upper=upper,
        row_lower=np.where(decides, form.row_lower, -np.inf),
        row_upper=np.where(decides, form.row_upper, np.inf),
    )


def _decisions(design: _Design, dispatch: dict[str, Array]) -> dict[str, Field]:
    """Return design and dispatch together."""
    axes = {
        "draw_mw": ("site", "period", "hour"),
        **design.axes,
        "unserved_pflop": ("site", "period", "hour"),
    }
    values = {**design.decisions, **_of_real_days(design), **dispatch}
    decisions = {name: Field(axes[name], array) for name, array in values.items()}
    decisions |= minimum_take.of_year(Books(design.case, decisions))
    decided = {name: Field(design.axes[name], values) for name, values in design.decisions.items()}
    return decisions | contracts.of_year(Books(design.sampled, decided), Books(design.case, decisions))


def _of_real_days(design: _Design) -> dict[str, Array]:
    """What is decided of all sites together on each day, on the real days that it stands for."""
    stands_for = list(design.sampled.calendar.stands_for)
    shared = [name for name, of in design.axes.items() if "site" not in of and of[-1:] == ("day",)]
    return {name: design.decisions[name][..., stands_for] for name in shared}
