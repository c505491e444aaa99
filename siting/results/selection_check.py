"""What the table of how often each site is chosen must obey, whatever was drawn: held against the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from siting.plan.records.selection_table import COLUMNS

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["faults_of_selection"]


def faults_of_selection(plan: Plan) -> Iterator[str]:
    """Say what in a plan's table of chosen sites cannot be.

    Parameters
    ----------
    plan : Plan
        With the table.
    """
    table, case = plan.selection, plan.case
    if table is None:
        return
    if tuple(table.columns) != COLUMNS:
        yield f"its columns should be {', '.join(COLUMNS)}"
        return
    sites = [str(site) for site in case.axes["site"]]
    if list(table["site_id"]) != sites or set(table["period"]) != {case.axes["period"][-1]}:
        yield "its rows are not the sites in the last period"
        return
    if list(table["is_open"] == 1) != [site in set(plan.open_sites) for site in sites]:
        yield "is_open is not what the plan builds"
    counts, draws = table["chosen_count"].to_numpy(float), table["draws_count"].to_numpy(float)
    if len(set(draws)) != 1 or not 0 < draws[0] <= plan.search.draws_asked_count:
        yield f"draws_count is not one number up to the {plan.search.draws_asked_count} that were asked for"
    elif (counts < 0).any() or (counts > draws).any() or (counts != np.round(counts)).any():
        yield "a site is chosen more often than there are draws, or not a whole number of times"
    elif not np.allclose(table["chosen_fraction"], counts / draws, rtol=1e-12, atol=0):
        yield "chosen_fraction is not the count over the draws"
