"""Who serves what: inference by zone, batch work by hour, and the demand for both."""

from __future__ import annotations

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block


class Serving(Component):
    r"""Work taken on by a site.

    .. math::

        \sum_k \sum_r c_{s,k,r,y,h} = \sum_z x_{s,z,y} \, D_{z,y,h} + b_{s,y,h} + t_{s,y}

    The share :math:`x` of a zone's inference is served in every hour, and only where the round trip is within
    the latency limit; batch work is free to move within a day and between sites; :math:`t` is training.
    Serving from afar costs wide-area bandwidth in proportion to the distance.

    Symbols
    -------
    x_{s,z,y} : share_fraction
        Share of a zone's inference that the site serves.
    b_{s,y,h} : batch_pflop
        Batch work done.
    D_{z,y,h} : serving.inference_pflop
        Inference that a zone asks for.
    D^{\mathrm{mean}}_{z,y} : serving.inference_mean_pflop
        The same, as a mean of the year.
    \gamma^{\mathrm{net}}_{s,z} : serving.network_usd_per_pflop_yr
        Price of the bandwidth between site and zone, for the work that it feeds.
    """

    scope = Scope.SITE
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare shares and batch work; post them to the compute balance and to demand."""
        m, hours_of_day = assembly.model, assembly.hours_of_day
        demand = assembly.numbers("serving.inference_pflop")
        network = assembly.numbers("serving.network_usd_per_pflop_yr")
        mean = assembly.numbers("serving.inference_mean_pflop")
        zones_of, sites_of = assembly.partners(m.SITE_ZONE, "site"), assembly.partners(m.SITE_ZONE, "zone")
        sum_over = assembly.sum_over

        share = assembly.variable(block, "share_fraction", m.SITE_ZONE, m.PERIOD)
        batch = assembly.variable(block, "batch_pflop", m.SITE, m.PERIOD, m.HOUR)

        assembly.compute_pflop.post(
            self, "inference", lambda s, y, h: -sum_over(zones_of[s], lambda z: share[s, z, y] * demand[z, y, h])
        )
        assembly.compute_pflop.post(self, "batch", lambda s, y, h: -batch[s, y, h])
        assembly.assignment_fraction.post(self, "share", lambda s, z, y: -share[s, z, y])
        assembly.inference_fraction.post(self, "served", lambda z, y: sum_over(sites_of[z], lambda s: share[s, z, y]))
        assembly.batch_pflop.post(
            self,
            "served",
            lambda y, d: (
                sum_over(m.SITE, lambda s: sum_over(hours_of_day[d], lambda h: batch[s, y, h])) / hours_of_day.count(d)
            ),
        )
        assembly.cost_usd_per_yr.post(
            self,
            "network",
            lambda s, y: sum_over(zones_of[s], lambda z: network[s, z] * mean[z, y] * share[s, z, y]),
            payer="operator",
            receiver="carriers",
        )


class Demand(Component):
    r"""What must be served.

    .. math::

        \sum_s x_{s,z,y} = 1 \text{ where } z \text{ asks for anything}, \qquad x_{s,z,y} \le o_{s,y}

        \frac{1}{|d|} \sum_s \sum_{h \in d} b_{s,y,h} = D^{\mathrm{batch}}_{y,d}

    with :math:`|d|` the number of hours of a day.

    Symbols
    -------
    D^{\mathrm{batch}}_{y,d} : serving.batch_mean_pflop
        Batch work of a day, as the mean of its hours.
    """

    scope = Scope.SYSTEM
    needs = (Serving,)

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - demand owns no variable
        """Post each zone's inference and each day's batch work."""
        batch = assembly.numbers("serving.batch_mean_pflop")
        assembly.inference_fraction.post(self, "asked", lambda _z, _y: -1)
        assembly.batch_pflop.post(self, "asked", lambda y, d: -batch[y, d])
