"""Why each site that is not built is not: what forcing it in would cost, or the limit that rules it out."""

from __future__ import annotations

import dataclasses
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from siting.case import Array, Case
from siting.highs import Progress, ProgressCallback
from siting.search import Found, search

if TYPE_CHECKING:
    from siting.models.assembly import Assembly
    from siting.models.partition import Partition
    from siting.models.standard_form import StandardForm

RESOLVED_COUNT = 10
"""Sites, nearest to being built, for which the plan is solved again with the site forced in."""

SECONDS_EACH = 30.0
"""Most time for one of these."""

KINDS = frozenset({"modules_count", "racks_count"})
"""Variables that say how many of which kind of hall and rack a site has."""

COLUMNS = ("site_id", "period", "basis", "extra_cost_usd", "extra_cost_at_least_usd", "limit")


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
) -> pd.DataFrame:
    """Return why each closed site is closed in the last period.

    Parameters
    ----------
    case : Case
        The numbers.
    assembly : Assembly
        The whole model.
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

    Returns
    -------
    DataFrame
        ``site_id``, ``period``, ``basis`` (``resolved``: the plan was solved again with the site in it;
        ``bounded``: no plan with it costs less; ``excluded``: a limit rules it out),
        ``extra_cost_usd`` (of the plan found with the site, to the gap of the search, the other sites
        keeping their kinds of halls and racks),
        ``extra_cost_at_least_usd`` (negative where the gap is wider than the difference), ``limit``.
    """
    from siting.models.rivals import force_each

    last = case.axes["period"][-1]
    opening = _opening_columns(assembly, form)
    closed = [i for i in range(len(parts.sites)) if not is_open[i, -1]]
    limit = {i: _limit(case, i) for i in closed}
    rows: dict[int, dict[str, Any]] = {
        i: {"site_id": parts.sites[i], "period": last, "basis": "excluded", "limit": limit[i]}
        for i in closed
        if limit[i]
    }
    open_to_choice = [i for i in closed if not limit[i]]
    if open_to_choice and found.prices is not None:
        prices = found.prices[parts.rows(-1)] if len(found.prices) == form.matrix.shape[0] else found.prices
        forced = force_each(form, parts, opening, prices).with_site / scale - objective_usd
        for i in open_to_choice:
            rows[i] = {"site_id": parts.sites[i], "period": last, "basis": "bounded", "limit": ""}
            rows[i]["extra_cost_at_least_usd"] = float(forced[i])
            if np.isnan(forced[i]):
                rows[i] |= {"basis": "excluded", "limit": "limits_together", "extra_cost_at_least_usd": np.nan}
        nearest = sorted((i for i in open_to_choice if rows[i]["basis"] == "bounded"), key=lambda i: forced[i])
        began = time.monotonic()
        tried = nearest[:RESOLVED_COUNT]
        small = _of_kinds_in_use(form, parts, is_open)
        with ThreadPoolExecutor(threads) as pool:
            costs = pool.map(lambda i: _with_site(small, parts, is_open, i, int(opening[i]), gap, scale), tried)
            for done, (i, cost) in enumerate(zip(tried, costs, strict=True), start=1):
                label = f"rivals: {done} of {len(tried)}, with {parts.sites[i]}"
                progress(Progress(label, time.monotonic() - began))
                if cost is not None:
                    rows[i] |= {"basis": "resolved", "extra_cost_usd": cost - objective_usd}
    frame = pd.DataFrame([rows[i] for i in closed if i in rows], columns=list(COLUMNS))
    for column in ("extra_cost_usd", "extra_cost_at_least_usd"):
        frame[column] = frame[column].astype(float)
    return frame


def _opening_columns(assembly: Assembly, form: StandardForm) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Column that opens each site in the last period; -1 for a site that the study excludes."""
    variable, _ = assembly.variables["open_count"]
    last = assembly.case.axes["period"][-1]
    position = {id(data): i for i, data in enumerate(form.columns)}
    columns = [position.get(id(variable[site, last]), -1) for site in assembly.case.axes["site"]]
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
) -> float | None:
    """Cost of the best plan found on the plan's sites and one more, which must be open [USD]."""
    kept = is_open.any(axis=1).astype(bool)
    kept[site] = True
    part, columns = parts.support(form, kept)
    lower = part.column_lower.copy()
    lower[np.flatnonzero(columns == opening)] = 1.0
    found = search(
        dataclasses.replace(part, column_lower=lower),
        gap=gap,
        time_limit=SECONDS_EACH,
        progress=None,
        scale=scale,
    )
    return None if found.outcome.objective is None else found.outcome.objective / scale
