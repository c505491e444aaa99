"""Why each site that is not built is not: what forcing it in would cost, or the limit that rules it out."""

from __future__ import annotations

import dataclasses
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.case import Array, Case
from siting.highs import Progress, ProgressCallback
from siting.search import Found, search

if TYPE_CHECKING:
    from siting.models.assembly import Assembly
    from siting.models.partition import Partition
    from siting.models.standard_form import StandardForm

GAP_SHARE = 0.1
"""Part of the search's gap at which these searches stop: the differences between sites are small."""

RESOLVED_COUNT = 10
"""Sites, nearest to being built, for which the plan is solved again with the site forced in."""

SECONDS_EACH = 30.0
"""Most time for one of these."""

KINDS = frozenset({"modules_count", "racks_count"})
"""Variables that say how many of which kind of hall and rack a site has."""

TOGETHER = "limits_together"
"""Limit of a site that no single limit rules out, but which no plan can use."""


@dataclasses.dataclass(frozen=True)
class Rivals:
    """What is known of plans that use a given site in the last period.

    Parameters
    ----------
    sites : tuple of str
        The candidates.
    period : int
        The last period.
    bound_usd : ndarray
        What any plan with the site costs at the least; NaN where none can be.
    cost_usd : ndarray
        Cost of the best plan found with the site; NaN where none was looked for or found.
    limits : tuple of str
        Limit by which a site cannot be opened at all; empty if there is none.
    best : Found or None
        The cheapest of the plans found here, if any was.
    """

    sites: tuple[str, ...]
    period: int
    bound_usd: Array
    cost_usd: Array
    limits: tuple[str, ...]
    best: Found | None

    def table(self, is_open: Array, objective_usd: float) -> pd.DataFrame:
        """Return why each closed site of a plan is closed.

        Parameters
        ----------
        is_open : ndarray
            Which sites the plan opens in the last period.
        objective_usd : float
            Cost of the plan.

        Returns
        -------
        DataFrame
            ``site_id``, ``period``, ``basis`` (``resolved``: a plan with the site was found; ``bounded``:
            no plan with it costs less; ``excluded``: a limit rules it out), ``extra_cost_usd``,
            ``extra_cost_at_least_usd`` (negative where the gap is wider than the difference), ``limit``.
        """
        at_least = np.where([bool(limit) for limit in self.limits], np.nan, self.bound_usd - objective_usd)
        found = np.isfinite(self.cost_usd)
        frame = pd.DataFrame(
            {
                "site_id": self.sites,
                "period": self.period,
                "basis": np.where(np.isnan(at_least), "excluded", np.where(found, "resolved", "bounded")),
                "extra_cost_usd": self.cost_usd - objective_usd,
                "extra_cost_at_least_usd": at_least,
                "limit": [
                    limit or (TOGETHER if np.isnan(least) else "")
                    for limit, least in zip(self.limits, at_least, strict=True)
                ],
            }
        )
        closed: pd.DataFrame = frame[is_open == 0].reset_index(drop=True)
        return closed


def rivals(
    case: Case,
    assembly: Assembly,
    form: StandardForm,
    parts: Partition,
    found: Found,
    is_open: Array,
    objective_usd: float,
    *,
    scale: float,
    gap: float,
    threads: int,
    progress: ProgressCallback,
) -> Rivals:
    """Bound the plans that use each site, and solve again for those nearest to being built.

    Parameters
    ----------
    case : Case
        The numbers.
    assembly : Assembly
        The whole model, with the plan's values.
    form : StandardForm
        The same, as arrays.
    parts : Partition
        Its cut along the seam.
    found : Found
        How the search ended; its prices bound the plans that must use a site.
    is_open : ndarray
        Which sites the plan opens, site by period.
    objective_usd : float
        Cost of the plan.
    threads : int
        Sites tried at once.
    scale, gap, progress
        As of the search.
    """
    from siting.models.rivals import force_each

    opening = _opening_columns(assembly, form)
    sites = range(len(parts.sites))
    limits = tuple(_limit(case, i) for i in sites)
    bound_usd = np.full(len(sites), -np.inf)
    if found.prices is not None:
        prices = found.prices[parts.rows(-1)] if len(found.prices) == form.matrix.shape[0] else found.prices
        bound_usd = force_each(form, parts, opening, prices).with_site / scale
    can_be = [i for i in sites if not is_open[i, -1] and not limits[i] and not np.isnan(bound_usd[i])]
    tried = sorted(can_be, key=lambda i: bound_usd[i])[:RESOLVED_COUNT]
    cost_usd = np.where(is_open[:, -1] > 0, objective_usd, np.nan)
    best: Found | None = None
    small = _of_kinds_in_use(form, parts, is_open)
    began = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        plans = pool.map(lambda i: _with_site(small, parts, is_open, i, int(opening[i]), gap * GAP_SHARE, scale), tried)
        for done, (i, plan) in enumerate(zip(tried, plans, strict=True), start=1):
            label = f"rivals: {done} of {len(tried)}, with {parts.sites[i]}"
            progress(Progress(label, time.monotonic() - began))
            objective = plan.outcome.objective
            if objective is None:
                continue
            cost_usd[i] = objective / scale
            if best is None or objective < best.objective:
                best = plan
    return Rivals(parts.sites, int(case.axes["period"][-1]), bound_usd, cost_usd, limits, best)


def _opening_columns(assembly: Assembly, form: StandardForm) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Column that opens each site in the last period; -1 for a site that the study excludes."""
    from siting.models.standard_form import positions_of

    last = assembly.case.axes["period"][-1]
    position = positions_of(form, assembly.variables["open_count"][0])
    columns = [position.get((site, last), -1) for site in assembly.case.axes["site"]]
    return np.array(columns, dtype=np.int32)


def _limit(case: Case, site: int) -> str:
    """Name of the limit by which a site cannot be opened at its least size; empty if there is none."""
    name = str(case.axes["site"][site])
    least_mw = float(case.values("site_min_mw")[site])
    if name in case.study.policy.excluded_sites:
        return "excluded_by_study"
    if case.values("land_available_ha")[site] < case.values("land_ha_per_mw").min() * least_mw:
        return "land"
    return ""


def _of_kinds_in_use(form: StandardForm, parts: Partition, is_open: Array) -> StandardForm:
    """Return the model in which open sites may only have the kinds of halls and racks that the plan gives them.

    The plan's values are read from the variables. Ten sites with all kinds take 20 s and more to solve
    again, with their own kinds 3 s; a plan with the site in it is still a plan.
    """
    kinds = [
        column.parent_component().local_name in KINDS and not column.value and site >= 0 and bool(is_open[site].any())
        for column, site in zip(form.columns, parts.site_named.tolist(), strict=True)
    ]
    return dataclasses.replace(form, column_upper=np.where(kinds, 0.0, form.column_upper))


def _with_site(
    form: StandardForm,
    parts: Partition,
    is_open: Array,
    site: int,
    opening: int,
    gap: float,
    scale: float,
) -> Found:
    """Search for a plan on the plan's sites and one more, which must be open."""
    kept = is_open.any(axis=1).astype(bool)
    kept[site] = True
    part, columns = parts.support(form, kept)
    lower = part.column_lower.copy()
    lower[np.flatnonzero(columns == opening)] = 1.0
    return search(
        dataclasses.replace(part, column_lower=lower),
        gap=gap,
        time_limit=SECONDS_EACH,
        progress=None,
        scale=scale,
    )
