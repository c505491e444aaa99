"""The command `siting explain`, and the same text where a run finds that no plan exists."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import siting
from siting.cli.asked import prepared, require

if TYPE_CHECKING:
    from siting.case.case import Case

__all__ = ["explain", "explained"]

LEAST_S = 10.0
"""Seconds for an explanation after a search that took less."""


def explain(study: str, /, *, candidates: int | None = None, time_limit: float | None = None) -> int:
    """Say why a study has no plan: the fewest of its limits that cannot hold together, and the cheapest ways out.

    Parameters
    ----------
    study
        Path of a YAML file, or the name of a built-in study.
    candidates
        Choose among the first so many candidate sites by rank, whatever the study says.
    time_limit
        Seconds for all of it; what was found until then is printed.
    """
    require(time_limit is None or 0 < time_limit < math.inf, "--time-limit", "a number of seconds above 0", time_limit)
    found = siting.explain(prepared(study, candidates), time_limit=time_limit)
    print(found)
    return 0 if found.is_feasible else 1


@contextlib.contextmanager
def explained(case: Case) -> Iterator[None]:
    """Add to the error of a search that found that no plan exists why that is, in as much time as it took.

    Raises
    ------
    NoPlanError
        With the explanation.
    """
    from siting.optimise.no_plan import NoPlanError

    began = time.monotonic()
    try:
        yield
    except NoPlanError as error:
        if error.status != "infeasible":
            raise
        found = siting.explain(case, time_limit=max(LEAST_S, time.monotonic() - began))
        if found.is_feasible:  # to within a rounding
            raise
        raise NoPlanError("infeasible", str(found)) from error
