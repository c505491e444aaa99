"""What the table of rivals must obey, whatever the search found: held against the case and the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.accounts.audit import TOLERANCE_FRACTION
from siting.optimise.rivals.forced_openings import TOGETHER, limit_of

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["faults_of_rivals"]

COLUMNS = (
    "site_id",
    "period",
    "basis",
    "extra_cost_usd",
    "extra_cost_at_least_usd",
    "bound_rise_usd",
    "status",
    "limit",
)

STATUSES = ("", "found", "none", "stopped")

ROUNDING_FRACTION = 1e-9
"""Of the cost of the plan that the search found: what sums of the same numbers in another order may differ by."""


def faults_of_rivals(plan: Plan) -> Iterator[str]:
    """Say what in a plan's table of rivals cannot be.

    Parameters
    ----------
    plan : Plan
        With the table.
    """
    table, case = plan.rivals, plan.case
    if table is None:
        return
    if tuple(table.columns) != COLUMNS:
        yield f"its columns should be {', '.join(COLUMNS)}"
        return
    open_in_the_end = set(plan.open_sites)
    closed = [str(site) for site in case.axes["site"] if site not in open_in_the_end]
    if sorted(table["site_id"]) != sorted(closed) or set(table["period"]) - {case.axes["period"][-1]}:
        yield "its rows are not the sites that the plan does not build"
        return
    proven = table["extra_cost_at_least_usd"]
    if not proven.dropna().is_monotonic_increasing or proven.isna().to_numpy()[: proven.count()].any():
        yield "its rows are not in the order of the proof"
    places = {str(site): place for place, site in enumerate(case.axes["site"])}
    single = np.array([limit_of(case, places[str(site)]) for site in table["site_id"]], dtype=object)
    if (
        not np.isin(table["limit"][single == ""], ("", TOGETHER)).all()
        or (table["limit"] != single)[single != ""].any()
    ):
        yield "a limit is not the one that rules the site out"
    yield from _of_numbers(table, plan.search.found_usd, plan.bound_usd)


def _of_numbers(table: pd.DataFrame, found_usd: float, bound_usd: float) -> Iterator[str]:
    """Say which figures do not go together, with each other or with the plan that the search found and its bound."""
    rounding = ROUNDING_FRACTION * max(abs(found_usd), 1.0)
    extra, at_least, rise = (
        table[name].to_numpy(float) for name in ("extra_cost_usd", "extra_cost_at_least_usd", "bound_rise_usd")
    )
    is_out = (table["limit"] != "").to_numpy()
    if np.isinf([extra, at_least, rise]).any():
        yield "a cost has no end"
    if not table["status"].isin(STATUSES).all():
        yield f"a status is none of {', '.join(filter(None, STATUSES))}"
    basis = np.where(np.isnan(at_least), "unknown", "bounded")
    basis = np.where(is_out, "excluded", np.where(np.isfinite(extra), "resolved", basis))
    if (table["basis"].to_numpy() != basis).any():
        yield "a basis is not the one that its figures have"
    if any(np.isfinite(cost[is_out]).any() for cost in (extra, at_least, rise)):
        yield "a site that is ruled out has a cost"
    base = at_least - rise  # the same for all sites: the bound at the search's prices, less the plan's cost
    known = base[np.isfinite(base)]
    if known.size and (np.ptp(known) > rounding or known.max() > rounding):
        yield "the proven extra costs do not follow from what the sites add to the bound"
    if (rise < -rounding).any():
        yield "a site that must be open lowers the bound"
    if (extra < at_least - rounding).any():
        yield "a plan found costs less than is proven"
    if (extra < bound_usd - found_usd - TOLERANCE_FRACTION * abs(found_usd)).any():
        yield "a plan found costs less than any plan can"
    if (np.isfinite(extra) != table["status"].eq("found").to_numpy()).any():
        yield "a cost without a plan that was found, or a plan without its cost"
