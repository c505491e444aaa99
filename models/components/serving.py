"""Who serves what: inference by zone, batch work by lot and hour, and the demand for both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, BoundsOrRule


class Serving(Component):
    r"""Work taken on by a site.

    .. math::

        \sum_k \sum_r c_{s,k,r,y,h} = \sum_z x_{s,z,y} \, D_{z,y,h}
            + \sum_O \left( b_{s,O,y,h} + \pi^{\mathrm{win}}_{O,h} \, b^{\mathrm{flat}}_{s,O,y} \right)
            + t^{\mathrm{all}}_{s,y,h}

        b_{s,O,y,h} = 0 \text{ where } \pi^{\mathrm{win}}_{O,h} = 0

    A zone :math:`z` is a place and one class of inference that is asked for there. The share :math:`x` of it is
    served in every hour, and only where the round trip is within the latency limit of its class, at a site at which
    its class may be done. A lot :math:`O` is what a class of batch work asks for within a window of each day, which is
    the whole day, or as long as its deadline: it is free to move within its window and between sites, but for the part
    that runs alike in all of its hours. :math:`t^{\mathrm{all}}` is training. Serving from afar costs wide-area
    bandwidth in proportion to the distance.

    Symbols
    -------
    x_{s,z,y} : share_fraction
        Share of a zone's inference that the site serves.
    b_{s,O,y,h} : batch_pflop
        Batch work done, of what moves.
    b^{\mathrm{flat}}_{s,O,y} : steady_batch_pflop
        Batch work done that does not move, as a mean of the day.
    D_{z,y,h} : serving.inference_pflop
        Inference that a zone asks for.
    D^{\mathrm{mean}}_{z,y} : serving.inference_mean_pflop
        The same, as a mean of the year.
    \pi^{\mathrm{win}}_{O,h} : serving.batch_presence_ratio
        Part of an hour in the window of a lot, over that of the day: none outside, one on the mean of the day.
    \gamma^{\mathrm{net}}_{s,z} : serving.network_usd_per_pflop_yr
        Price of the bandwidth between site and zone, for the work that it feeds.
    """

    scope = Scope.SITE
    in_replay = True

    @classmethod
    def decided_later(cls, cases: Sequence[Case]) -> tuple[str, ...]:  # noqa: ARG003 - in all
        """Who serves whom answers to what comes."""
        return ("share_fraction",)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare shares and batch work; post them to the compute balance and to demand."""
        m, hours_of_day = assembly.model, assembly.hours_of_day
        demand = assembly.numbers("serving.inference_pflop")
        network = assembly.numbers("serving.network_usd_per_pflop_yr")
        mean = assembly.numbers("serving.inference_mean_pflop")
        zones_of, sites_of = assembly.partners(m.SITE_ZONE, "site"), assembly.partners(m.SITE_ZONE, "zone")
        lots_of, sites_of_lot = assembly.partners(m.SITE_LOT, "site"), assembly.partners(m.SITE_LOT, "lot")
        sum_over = assembly.sum_over

        share = assembly.variable(block, "share_fraction", m.SITE_ZONE, m.PERIOD)
        batch = assembly.variable(block, "batch_pflop", m.SITE_LOT, m.PERIOD, m.HOUR, bounds=_within_window(assembly))

        assembly.compute_pflop.post(
            self, "inference", lambda s, y, h: -sum_over(zones_of[s], lambda z: share[s, z, y] * demand[z, y, h])
        )
        assembly.compute_pflop.post(self, "batch", lambda s, y, h: -sum_over(lots_of[s], lambda j: batch[s, j, y, h]))
        assembly.assignment_fraction.post(self, "share", lambda s, z, y: -share[s, z, y])
        assembly.inference_fraction.post(self, "served", lambda z, y: sum_over(sites_of[z], lambda s: share[s, z, y]))
        assembly.batch_pflop.post(
            self,
            "served",
            lambda j, y, d: (
                sum_over(sites_of_lot[j], lambda s: sum_over(hours_of_day[d], lambda h: batch[s, j, y, h]))
                / hours_of_day.count(d)
            ),
        )
        assembly.cost_usd_per_yr.post(
            self,
            "network",
            lambda s, y: sum_over(zones_of[s], lambda z: network[s, z] * mean[z, y] * share[s, z, y]),
            payer="operator",
            receiver="carriers",
        )


def _within_window(assembly: Assembly) -> BoundsOrRule | None:
    """Bounds that leave no work outside the window of its lot; none where every window is the whole day."""
    present = assembly.case.values("serving.batch_presence_ratio")
    if (present > 0).all():
        return None
    most = assembly.coefficients("\\infty", ("lot", "hour"), np.where(present > 0, np.inf, 0.0))
    return lambda _block, _s, j, _y, h: (0, most[j, h])


class SteadyBatch(Component):
    r"""Batch work that runs alike in all hours of its window.

    .. math::

        \sum_s b^{\mathrm{flat}}_{s,O,y} = D^{\mathrm{flat}}_{O,y}

    Symbols
    -------
    D^{\mathrm{flat}}_{O,y} : serving.batch_steady_pflop
        Batch work of a lot that does not move, as a mean of the day.
    """

    scope = Scope.SITE
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether some batch work does not move."""
        return bool(case.steady_asking())

    @classmethod
    def decided_later(cls, cases: Sequence[Case]) -> tuple[str, ...]:  # noqa: ARG003 - in all
        """Where work is done that does not move answers to what comes."""
        return ("steady_batch_pflop",)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the work; post it to the compute balance and to demand."""
        m, sum_over = assembly.model, assembly.sum_over
        present = assembly.numbers("serving.batch_presence_ratio")
        lots_of = assembly.partners(m.SITE_STEADY_LOT, "site")
        sites_of = assembly.partners(m.SITE_STEADY_LOT, "lot")
        steady = assembly.variable(block, "steady_batch_pflop", m.SITE_STEADY_LOT, m.PERIOD)
        assembly.compute_pflop.post(
            self, "steady", lambda s, y, h: -sum_over(lots_of[s], lambda j: present[j, h] * steady[s, j, y])
        )
        assembly.steady_pflop.post(self, "served", lambda y, j: sum_over(sites_of[j], lambda s: steady[s, j, y]))


class Demand(Component):
    r"""What must be served.

    .. math::

        \sum_s x_{s,z,y} = 1 \text{ where } z \text{ asks for anything}, \qquad x_{s,z,y} \le o_{s,y}

        \frac{1}{|d|} \sum_s \sum_{h \in d} b_{s,O,y,h} = D^{\mathrm{due}}_{O,y,d} + b^{\mathrm{day}}_{O,y,d}

    with :math:`|d|` the number of hours of a day, and the last term as of `waiting`.

    Symbols
    -------
    D^{\mathrm{due}}_{O,y,d} : serving.batch_due_pflop
        Batch work of a lot on a day that may move within it, and no further, as the mean of the day's hours.
    """

    scope = Scope.SYSTEM
    needs = (Serving,)

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - demand owns no variable
        """Post each zone's inference and each day's batch work."""
        batch = assembly.numbers("serving.batch_due_pflop")
        assembly.inference_fraction.post(self, "asked", lambda _z, _y: -1)
        assembly.batch_pflop.post(self, "asked", lambda j, y, d: -batch[j, y, d])
        if SteadyBatch.is_wanted(assembly.case):
            steady = assembly.numbers("serving.batch_steady_pflop")
            assembly.steady_pflop.post(self, "asked", lambda y, j: -steady[j, y])
