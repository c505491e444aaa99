"""The command that lets prices answer to the fleet."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

import siting
from siting.cli.asked import prepared, require

__all__ = ["respond"]


def respond(
    study: str,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    rounds: int = 8,
    time_limit: float | None = None,
    candidates: int | None = None,
) -> int:
    """Make plans until the price of each balancing authority is the one that their connections come to.

    Exit code 0 where such prices were found; 1 where two plans answer to each other, and the least gap is told.

    Parameters
    ----------
    study
        Path of a YAML file, or the name of a built-in study; with connection.supply_steps.
    output
        Folder for the plan of the round with the least gap; not written if empty.
    rounds
        How many plans are made at the most.
    time_limit
        Seconds for each plan.
    candidates
        Choose among the first so many candidate sites by rank, whatever the study says.
    """
    from siting.scenarios import price_response

    require(rounds >= 1, "--rounds", "a number of rounds, 1 or more", rounds)
    require(time_limit is None or 0 < time_limit < math.inf, "--time-limit", "a number of seconds above 0", time_limit)
    case = prepared(study, candidates)
    require(bool(case.supplied()), "connection.supply_steps", "low or high", case.study.connection.supply_steps)
    found = price_response.respond(
        case,
        lambda held: siting.solve(held, time_limit=time_limit, rivals=False, year_bound=False, replay=False),
        rounds=rounds,
    )
    gap = found.gap_usd_per_yr
    gap * float(case.values("finance.present_value_ratio")[-1]) / found.plan.objective_usd
    if output is not None:
        siting.write(found.plan, output)
    return 0 if found.is_fixed else 1
