"""Months of a design's year, each solved by itself, and how far their dispatch may be from the cheapest."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.highs import Outcome

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.models.assembly.standard_form import StandardForm

ONE_WAY_TOLERANCE_FRACTION = 1e-4
"""Part of a month's cost that batteries may untold lose by flowing one way at a time, instead of choosing longer."""

CHOICE_SECONDS, CHOICE_SHARE = 60.0, 0.3
"""Most time for choosing the ways of all batteries in all months, and the most of the time that is left.

Each month has an even part of it. One that has too little is rounded, and what that costs is told.
"""


class Months:
    """Solves months, and adds up how far their dispatch may be from the cheapest; several threads may ask at once.

    Parameters
    ----------
    count : int
        How many there are.
    deadline : Deadline
        When to stop.
    """

    def __init__(self, count: int, deadline: Deadline) -> None:
        self.deadline, self._count, self._choosing_left_s = deadline, count, CHOICE_SECONDS
        self._costs = self._excess = 0.0
        self._counting = threading.Lock()

    def excess_fraction(self) -> float:
        """Cost above what is proven to be the least, over the costs of the months."""
        return self._excess / self._costs if self._costs else 0.0

    def solve(self, case: Case, part: StandardForm, basis: Any = None) -> Outcome:
        """Solve one month of one site.

        Parameters
        ----------
        case : Case
            The numbers.
        part : StandardForm
            The month.
        basis : HighsBasis, optional
            Of its columns and first rows, to begin with.

        Raises
        ------
        Stopped
            If the deadline is over before.
        """
        from siting.optimise.battery_complementarity import flow_one_way, flows_of

        self.deadline.check()
        solver = loading.load(part)
        if basis is not None:
            loading.begin_at_basis(solver, basis)
        free = highs.run(solver, gap=0.0, deadline=self.deadline)
        if free.objective is None or free.status != "optimal":
            self.deadline.check()
            return free
        enough = free.objective + ONE_WAY_TOLERANCE_FRACTION * abs(free.objective)
        with self._counting:
            seconds = min(self._choosing_left_s, CHOICE_SHARE * self.deadline.left()) / max(self._count, 1)
        choosing = self.deadline.within(seconds)
        began = choosing.spent()
        flows = flows_of(case, part)
        found = flow_one_way(solver, flows, free, enough=enough, deadline=self.deadline, choosing=choosing)
        with self._counting:
            self._choosing_left_s -= choosing.spent() - began
            self._count -= 1
        if found.objective is None or found.status != "optimal":
            self.deadline.check()
            return found
        with self._counting:
            self._costs += abs(free.objective)
            self._excess += found.objective - (free.objective if found.bound is None else found.bound)
        return found
