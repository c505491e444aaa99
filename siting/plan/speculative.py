"""Racks in a plan that nobody can buy for such work today."""

from __future__ import annotations

from collections.abc import Iterator

from siting.case.case import Case
from siting.case.solution import Solution
from siting.plan.cautions import Caution

__all__ = ["cautions_of_racks"]


def cautions_of_racks(case: Case, solution: Solution) -> Iterator[Caution]:
    """Say which racks that are bought are speculative.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What is bought.
    """
    racks = case.tables["racks"]
    if "speculative" in racks:
        bought = solution.decisions["racks_count"].values.sum(axis=(0, 1, 3)) > 0
        guesses = racks.loc[bought & (racks["speculative"] == 1).to_numpy(bool), "name"]
        if len(guesses):
            yield Caution("speculative_racks", {"racks": ", ".join(guesses)})
