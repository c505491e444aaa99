"""Which way a case is solved, and why: the whole model at once, or site by site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from siting.case.case import Case

SolveMethod = Literal["auto", "whole", "decomposed"]

WHOLE_BELOW_SITE_HOURS = 5_000
"""Sites times hours and periods below which the whole model is the faster way."""


def choose_method(case: Case) -> Literal["whole", "decomposed"]:
    """Say which way is the faster for a case of this size."""
    return "whole" if site_hours(case) < WHOLE_BELOW_SITE_HOURS else "decomposed"


def why(case: Case) -> str:
    """Say in a sentence which way is the faster for a case, and why."""
    relation = "below" if choose_method(case) == "whole" else "not below"
    said = {"whole": "the whole model at once", "decomposed": "site by site"}[choose_method(case)]
    return f"{said} is faster: {site_hours(case):,} site-hours are {relation} {WHOLE_BELOW_SITE_HOURS:,}"


def site_hours(case: Case) -> int:
    """Return the sites times hours and periods of a case, in all of its futures."""
    from siting.case.futures import CaseOfFutures

    if isinstance(case, CaseOfFutures):
        return sum(map(site_hours, case.outcomes))
    return len(case.axes["site"]) * len(case.axes["hour"]) * len(case.axes["period"])
