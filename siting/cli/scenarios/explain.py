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
        spent_s = max(LEAST_S, time.monotonic() - began)
        alone = _alone(case)
        for name, one in alone.items():
            found = siting.explain(one, time_limit=spent_s / len(alone))
            if not found.is_feasible:  # else to within a rounding, or only together with other futures
                raise NoPlanError("infeasible", f"in future {name}: {found}" if name else str(found)) from error
        raise


def _alone(case: Case) -> dict[str, Case]:
    """What may have no plan by itself, by its name: each future, those that must pay most first; or the one case."""
    from siting.case.futures import CaseOfFutures
    from siting.case.minimum_cost import unavoidable_cost

    if not isinstance(case, CaseOfFutures):
        return {"": case}
    by_name = dict(zip(case.names, case.outcomes, strict=True))
    return dict(sorted(by_name.items(), key=lambda one: -unavoidable_cost(one[1])))
