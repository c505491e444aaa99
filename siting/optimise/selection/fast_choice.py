"""A fast choice of sites, corrected so that with the inputs as they are it is the plan's own.

The location problem of the first plan (`siting.optimise.first_plan.location`) knows one way of computing a site and
one hour. It is solved in a second, and what it leaves out is more than what tells near sites apart. So its cost of work
is corrected site by site: as long as it chooses other sites than the plan, their cost is raised and that of the plan's
sites lowered, each in proportion to how much more of it one choice has than the other, just so far that the plan's
choice is the cheaper one. What remains of its errors is common to all draws, and to both sides of each comparison.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from siting.optimise.first_plan.location import Effort, Location, Places, choose_location

if TYPE_CHECKING:
    from collections.abc import Collection

    from siting.case.case import Array, Case
    from siting.optimise.solver.deadline import Deadline

__all__ = ["FastChoice", "corrected_for"]

SPARES = (0.02, 0.0, -0.05, -0.1, -0.15, -0.2)
"""What capacities have to spare in the location problem, tried in turn.

A plan of all hours has little, and one that mixes kinds of racks does more at a site than the one way that the location
problem knows there: on `us` its own sites are enough from -0.1 on.
"""

EFFORT = Effort(gap_fraction=1e-6, nodes_max=1000, is_bare=True)
"""A choice is no better than its gap: sites differ by a few millionths of what all racks cost."""

CORRECTIONS_MAX = 60
"""Times that the cost of work is corrected, at the most."""

ROUNDING = 1e-9
"""Part of all work that is none."""

BEYOND_FRACTION = 3 * EFFORT.gap_fraction
"""How much cheaper than the other choice a correction makes the planned sites, over the cost of all.

More than the gap of a choice: at a mere tie it may be the other one, however often the correction is made again.
"""


@dataclasses.dataclass(frozen=True)
class FastChoice:
    """What the location problem needs to choose as a plan does.

    Parameters
    ----------
    spare : float
        What capacities have to spare.
    correction_usd_per_pflop_yr : ndarray
        What is added to the cost of work, by site.
    """

    spare: float
    correction_usd_per_pflop_yr: Array

    def sites(self, case: Case, deadline: Deadline) -> frozenset[int] | None:
        """Return the positions of the sites that are open in the last period; None where no choice is found.

        Parameters
        ----------
        case : Case
            The numbers, with or without errors.
        deadline : Deadline
            When to give up.
        """
        found = self.location(case, deadline)
        return None if found is None else _open(found)

    def location(self, case: Case, deadline: Deadline, *, all_open: bool = False) -> Location | None:
        """Return the whole choice; None where none is found, or none but by opening greedily.

        Parameters
        ----------
        case : Case
            The numbers.
        deadline : Deadline
            When to give up.
        all_open : bool
            Open every site of the case.
        """
        found = choose_location(
            case,
            self.spare,
            deadline,
            dict.fromkeys(range(len(case.axes["site"])), 1.0) if all_open else {},
            correction_usd_per_pflop_yr=self.correction_usd_per_pflop_yr,
            effort=EFFORT,
        )
        return None if found is None or np.isnan(found.cost_usd) else found

    def nearer(self, case: Case, planned: Collection[int], deadline: Deadline) -> FastChoice | None:
        """Return a correction with which the planned sites cost no more than those chosen; None if there is none.

        It is this one where the choice is the plan's own already.
        """
        free = self.location(case, deadline)
        sites = sorted(planned)
        own = dataclasses.replace(self, correction_usd_per_pflop_yr=self.correction_usd_per_pflop_yr[sites])
        held = own.location(case.only(site=[str(case.axes["site"][i]) for i in sites]), deadline, all_open=True)
        if free is None or held is None:
            return None
        if _open(free) == frozenset(sites):
            return self
        worth = case.values("finance.present_value_ratio")
        every = np.arange(len(case.axes["site"]))
        more = _work(free, every, worth, len(every)) - _work(held, np.array(sites), worth, len(every))
        if not more.any():
            return None
        beyond_usd = BEYOND_FRACTION * abs(held.cost_usd)
        step = (held.cost_usd - free.cost_usd + beyond_usd) / float(more @ more)
        return dataclasses.replace(self, correction_usd_per_pflop_yr=self.correction_usd_per_pflop_yr + step * more)


def corrected_for(case: Case, planned: Collection[int], deadline: Deadline) -> FastChoice | None:
    """Return the fast choice that, with a case as it is, opens the sites of a plan; None where there is none.

    Parameters
    ----------
    case : Case
        The numbers.
    planned : collection of int
        Positions of the sites that the plan opens in the last period.
    deadline : Deadline
        When to give up.
    """
    for spare in SPARES:
        choice = FastChoice(spare, np.zeros(len(case.axes["site"])))
        for _ in range(CORRECTIONS_MAX):
            nearer = choice.nearer(case, planned, deadline)
            if nearer is choice:
                return choice
            if nearer is None or deadline.is_over():
                break
            choice = nearer
    return None


def _open(location: Location) -> frozenset[int]:
    """Positions of the sites that work in the last period: one that costs nothing to open may be open for nothing."""
    works = location.work_pflop[:, -1] > ROUNDING * location.work_pflop[:, -1].sum()
    return frozenset(location.sites[(location.open_count[:, -1] > 0) & works].tolist())


def _work(location: Location, places: Places, worth: Array, sites_count: int) -> Array:
    """What each of all sites is made able to do, in sum over the periods by their worth.

    Parameters
    ----------
    location : Location
        Of some sites.
    places : ndarray of int
        Where these stand among all.
    worth : ndarray
        Present value of a dollar a year, by period.
    sites_count : int
        Of all sites.
    """
    work = np.zeros(sites_count)
    work[places[location.sites]] = location.work_pflop @ worth
    return work
