"""What is allowed of the leases of a study, and perhaps not meant: regions too far from every zone."""

from __future__ import annotations

from siting.case.case import Case
from siting.problems import Problem

__all__ = ["lease_notes"]


def lease_notes(case: Case) -> tuple[Problem, ...]:
    """Return the leases that a study may take and that can serve no zone's inference.

    Parameters
    ----------
    case : Case
        Holds the leases and their round trips.
    """
    near, limit = {lease for lease, _ in case.leased()}, case.values("serving.rtt_limit_ms").max()
    return tuple(
        case.study.problem(
            "technology.leases",
            f"'{lease}' reaches no zone within the limit of any class of work, {limit:g} ms at the most",
            "it can do batch work alone",
        )
        for lease in case.offered_leases()
        if lease not in near
    )
