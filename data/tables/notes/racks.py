"""What a study may ask of racks and should know: guesses, kinds that come later than a period, long waits."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from siting.case.case import Case
from siting.data.kinds.rack_rules import is_speculative
from siting.data.kinds.vintages import KIND
from siting.problems import Problem
from siting.quantities import MONTHS_PER_YR

__all__ = ["rack_notes"]

FIELD = "technology.racks"


def rack_notes(case: Case) -> tuple[Problem, ...]:
    """Return what is allowed of the racks that a study names and perhaps not meant; nothing where it takes all.

    Parameters
    ----------
    case : Case
        Holds the chosen racks, each vintage for itself.
    """
    if case.study.technology.racks == "all":
        return ()
    return tuple(sorted({*_guesses(case), *_later(case), *_waits(case)}))


def _kinds(racks: pd.DataFrame) -> pd.Series:
    """Id of each rack without its vintage."""
    kinds: pd.Series = racks.get(KIND, racks["rack_id"])
    return kinds.astype(str)


def _guesses(case: Case) -> Iterator[Problem]:
    """Speculative racks."""
    racks = case.tables["racks"]
    for kind in _kinds(racks)[is_speculative(racks)]:
        message = f"rack '{kind}' is speculative: nobody can buy it for such work today"
        yield case.study.problem(FIELD, message, "its price and its speed are guesses")


def _later(case: Case) -> Iterator[Problem]:
    """Kinds that are not sold yet when a period begins."""
    racks = case.tables["racks"]
    if "first_year" in racks:
        for kind, first in racks.groupby(_kinds(racks))["first_year"].min().dropna().items():
            for period in case.study.horizon.periods:
                if period.year < first:
                    message = f"rack '{kind}' is sold from {first:g}, period {period.year}"
                    yield case.study.problem(FIELD, message, "no plan buys it then")


def _waits(case: Case) -> Iterator[Problem]:
    """Kinds that come after the first period has begun, if they are ordered in the base year."""
    racks, horizon = case.tables["racks"], case.study.horizon
    start = horizon.periods[0].year
    if "lead_months" in racks:
        for kind, lead in racks.groupby(_kinds(racks))["lead_months"].max().dropna().items():
            if horizon.base_year + lead / MONTHS_PER_YR > start:
                message = f"rack '{kind}' comes {lead:g} months after its order, period {start}"
                yield case.study.problem(FIELD, message, f"it must be ordered before {horizon.base_year}")
