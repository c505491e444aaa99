"""Prices one site's year: makes it, keeps what the next time needs, and cuts at a design and at prices."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np

from siting.case.case import Array, Case
from siting.models.assembly.assembly import Component
from siting.models.assembly.model import model_of
from siting.optimise.decomposition.blocks import BlockBuilder, LinkingRows
from siting.optimise.solver.deadline import Deadline
from siting.optimise.year.bound.coupling import CouplingRows
from siting.optimise.year.bound.cuts import Cuts, cuts_of, reaches
from siting.optimise.year.bound.day_problems import BEYOND_RATIO, Bases, solve_days
from siting.optimise.year.bound.site_year import SiteDays, SiteDesign, site_year
from siting.optimise.year.bound.year_prices import YearPrices

KEPT_COUNT = 40
"""Sites whose days stay in memory: of 26 MB each on 155 sites; made again, they take a quarter of a second."""

ROUNDING = 1e-7
"""Part of a design, over its largest number, that is rounding."""


class YearPricing:
    """The years of all sites.

    Parameters
    ----------
    case : Case
        The numbers, of all sites; with a full year.
    components : sequence of component classes
        What the model consists of.
    prices : mapping of str to float
        Prices of the shared rows of the chosen days, by name.

    Attributes
    ----------
    designs : list of SiteDesign
        The sites met so far, in the order of the case.
    rows : CouplingRows
        How shared rows are weighed together.
    """

    def __init__(self, case: Case, components: Sequence[type[Component]], prices: Mapping[str, float]) -> None:
        self._case, self._components = case, components
        self._names = [str(site) for site in case.axes["site"]]
        first = case.only(site=self._names[:1]).full_year()
        self.rows = CouplingRows(YearPrices(case.calendar, first.calendar, prices))
        self.designs: list[SiteDesign] = []
        self._builder = BlockBuilder()
        self._days: OrderedDict[int, SiteDays] = OrderedDict()
        self._bases: list[Bases] = []
        self._lock = threading.Lock()

    @property
    def known(self) -> list[str]:
        """Names of the shared rows that the sites met so far stand in."""
        return list(self._builder.known)

    def first_prices(self, site: int, own: Array) -> Array:
        """Prices of a site's coupling rows: given ones of its own, the days' of those that sites share."""
        shared = [self.rows.first_price[key] for key in self.designs[site].coupling_keys[len(own) :]]
        return np.concatenate([own, shared])

    def meet(self) -> int:
        """Make the year of the next site, and return its number."""
        design, days = self._made(len(self.designs), self._builder)
        with self._lock:
            self.designs.append(design)
            self._bases.append(Bases())
            self._keep(len(self.designs) - 1, days)
        return len(self.designs) - 1

    def shared(self) -> LinkingRows:
        """What sites share, once all have been met.

        Raises
        ------
        InfeasibleConstraintException
            If no site has anything to meet a row with.
        """
        return self._builder.shared()

    def cut(self, site: int, design: Array, coupling_prices: Array, deadline: Deadline) -> Cuts:
        """Cut a site's days at a design and at prices of its coupling rows.

        Raises
        ------
        Stopped
            If the deadline is over before.
        """
        days, of_site = self._days_of(site), self.designs[site]
        values = np.where(design > ROUNDING * max(float(design.max(initial=0.0)), 0.0), design, 0.0)
        paid = np.abs(of_site.cost[of_site.cost != 0])
        beyond = BEYOND_RATIO * np.maximum(np.abs(of_site.cost), np.median(paid) if len(paid) else 1.0)
        cost = days.cost - days.coupling.T @ coupling_prices
        row_prices = solve_days(days, cost, values, self._bases[site], beyond, deadline)
        return cuts_of(days, days.cost, row_prices, coupling_prices)

    def reaches(self, site: int) -> list[Cuts]:
        """Bounds on what a site's days can add to its coupling rows."""
        return reaches(self._days_of(site))

    def _days_of(self, site: int) -> SiteDays:
        """A site's days, made again if they have been dropped; one at a time, as its making is not for threads."""
        with self._lock:
            days = self._days.get(site)
            if days is None:
                _, days = self._made(site, BlockBuilder())
            self._keep(site, days)
            return days

    def _keep(self, site: int, days: SiteDays) -> None:
        """Keep a site's days, and drop those not asked for the longest."""
        self._days[site] = days
        self._days.move_to_end(site)
        while len(self._days) > KEPT_COUNT:
            self._days.popitem(last=False)

    def _made(self, site: int, builder: BlockBuilder) -> tuple[SiteDesign, SiteDays]:
        year = self._case.only(site=[self._names[site]]).full_year()
        model = model_of(year, self._components, of_more=True)
        return site_year(model, builder.cut(model)[0], builder.known, self.rows)
