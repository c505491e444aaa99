"""Leases: work done by accelerators that are rented in cloud regions, instead of own ones."""

from __future__ import annotations

from collections.abc import Sequence

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression, Relation
from siting.models.components.placement import Placement
from siting.models.components.serving import SteadyBatch


class Leases(Component):
    r"""Work that is leased, by cloud region, of what would have to be done at sites.

    .. math::

        L^{\mathrm{lease}}_{s,K,y} = \sum_z x^{\mathrm{lease}}_{s,K,z,y} \, D^{\mathrm{mean}}_{z,y}
            + \sum_O b^{\mathrm{lease}}_{s,K,O,y} \, D^{\mathrm{lot}}_{O,y}

        \mathrm{leased}_{s,y} = \sum_K L^{\mathrm{lease}}_{s,K,y}

    A share of a zone's inference is leased in every hour, and only in a region :math:`K` whose round trip is within the
    latency limit, by the same rule as of sites; a share of a lot of batch work is leased on every day. Accelerators are
    rented for the hours that they work, at the list price of an hour, so none of them idles; the network to the zones
    costs what it costs from a site. No computer, hall or connection of one's own is needed for it.

    A site of the plan books what is leased: it pays the rent, earns what the work is sold for and is taxed on both, and
    the carbon (by location, whichever method the policy counts by, for the provider's contracts are its own) and the
    water enter the accounts that the policy limits and prices. What is not known of a region counts nothing there.
    What making the provider's machines emits is not known of any.

    Work that must be done in certain states is leased in regions that lie in one of them.
    Training is not leased. It comes in clusters, which are whole and stand at one site, and no list price is for
    thousands of accelerators on one fabric for months.

    Symbols
    -------
    L^{\mathrm{lease}}_{s,K,y} : leased_work_pflop
        Work that is leased and booked at the site, as a mean of the year.
    x^{\mathrm{lease}}_{s,K,z,y} : leased_share_fraction
        Share of a zone's inference that it is.
    b^{\mathrm{lease}}_{s,K,O,y} : leased_batch_fraction
        Share of a lot of batch work that it is.
    D^{\mathrm{lot}}_{O,y} : leases.lot_year_pflop
        Batch work of a lot, as a mean of the year.
    \gamma^{\mathrm{lease}}_K : leases.lease_usd_per_pflop_yr
        Rent of accelerators that do a PFLOP/s the whole year.
    \gamma^{\mathrm{net,lease}}_{K,z} : leases.lease_network_usd_per_pflop_yr
        Price of the bandwidth between region and zone, for the work that it feeds.
    \epsilon^{\mathrm{lease}}_{K,y} : leases.lease_t_per_pflop_yr
        Carbon of a PFLOP/s the whole year.
    \omega^{\mathrm{lease}}_K : leases.lease_m3_per_pflop_yr
        Water of a PFLOP/s the whole year.
    """

    scope = Scope.SITE
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study offers any lease."""
        return bool(case.offered_leases())

    @classmethod
    def decided_later(cls, cases: Sequence[Case]) -> tuple[str, ...]:  # noqa: ARG003 - in all
        """What is leased answers to what comes."""
        return ("leased_work_pflop", "leased_share_fraction", "leased_batch_fraction")

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what is leased; post it to demand, and what it costs, emits and drinks."""
        m, sum_over = assembly.model, assembly.sum_over
        mean, lot = assembly.numbers("serving.inference_mean_pflop"), assembly.numbers("leases.lot_year_pflop")
        moved, steady = assembly.numbers("serving.batch_moved_pflop"), assembly.numbers("serving.batch_steady_pflop")
        rent = assembly.numbers("leases.lease_usd_per_pflop_yr")
        network = assembly.numbers("leases.lease_network_usd_per_pflop_yr")
        emitted, drunk = (
            assembly.numbers("leases.lease_t_per_pflop_yr"),
            assembly.numbers("leases.lease_m3_per_pflop_yr"),
        )
        zones_of = assembly.partners(m.LEASE_ZONE, of="lease")
        leases_of = assembly.partners(m.LEASE_ZONE, of="zone")
        lots_of, leases_of_lot = assembly.partners(m.LEASE_LOT, of="lease"), assembly.partners(m.LEASE_LOT, of="lot")

        leased = assembly.variable(block, "leased_work_pflop", m.SITE, m.OFFERED_LEASE, m.PERIOD)
        share = assembly.variable(block, "leased_share_fraction", m.SITE, m.LEASE_ZONE, m.PERIOD)
        batch = assembly.variable(block, "leased_batch_fraction", m.SITE, m.LEASE_LOT, m.PERIOD)

        def leased_follows_shares(_: Block, s: str, q: str, y: float) -> Relation:
            of_zones = sum_over(zones_of[q], lambda z: mean[z, y] * share[s, q, z, y])
            return leased[s, q, y] == of_zones + sum_over(lots_of[q], lambda j: lot[j, y] * batch[s, q, j, y])

        block.leased_follows_shares = pyo.Constraint(m.SITE, m.OFFERED_LEASE, m.PERIOD, rule=leased_follows_shares)

        def leased_part(j: str, y: float) -> Expression:
            return sum_over(leases_of_lot[j], lambda q: sum_over(m.SITE, lambda s: batch[s, q, j, y]))

        assembly.inference_fraction.post(
            self,
            "leased",
            lambda z, y: sum_over(leases_of[z], lambda q: sum_over(m.SITE, lambda s: share[s, q, z, y])),
        )
        assembly.batch_pflop.post(self, "leased", lambda j, y, d: moved[j, y, d] * leased_part(j, y))
        if SteadyBatch.is_wanted(assembly.case):
            assembly.steady_pflop.post(self, "leased", lambda y, j: steady[j, y] * leased_part(j, y))
        assembly.leased_pflop.post(self, "leased", lambda s, y: sum_over(m.OFFERED_LEASE, lambda q: leased[s, q, y]))

        def carbon(s: str, y: float) -> Expression:
            return sum_over(m.OFFERED_LEASE, lambda q: emitted[q, y] * leased[s, q, y])

        for ledger in (
            assembly.carbon_location_t_per_yr,
            assembly.carbon_market_t_per_yr,
            assembly.carbon_hourly_t_per_yr,
        ):
            ledger.post(self, "leased", carbon)
        assembly.water_m3_per_yr.post(
            self, "leased", lambda s, y: sum_over(m.OFFERED_LEASE, lambda q: drunk[q] * leased[s, q, y])
        )
        assembly.cost_usd_per_yr.post(
            self,
            "rent",
            lambda s, y: sum_over(m.OFFERED_LEASE, lambda q: rent[q] * leased[s, q, y]),
            payer="operator",
            receiver="cloud providers",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "network",
            lambda s, y: sum_over(m.LEASE_ZONE, lambda q, z: network[q, z] * mean[z, y] * share[s, q, z, y]),
            payer="operator",
            receiver="carriers",
        )


class LeaseLimits(Component):
    r"""What may be leased: as much as there is in a region, booked at sites that are open.

    .. math::

        \sum_s L^{\mathrm{lease}}_{s,K,y} \le \bar{L}^{\mathrm{lease}}_K, \qquad
        \sum_K L^{\mathrm{lease}}_{s,K,y} \le D^{\mathrm{all}}_y \, o_{s,y}

    A plan has an open site anyway. No lease needs a binary of its own.

    Symbols
    -------
    \bar{L}^{\mathrm{lease}}_K : leases.lease_most_pflop
        Most work that can be leased in a region, as a mean of the year.
    D^{\mathrm{all}}_y : leases.leasable_pflop
        All inference and batch work, as a mean of the year.
    """

    scope = Scope.SYSTEM
    needs = (Leases, Placement)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study offers any lease."""
        return bool(case.offered_leases())

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State both limits."""
        m, leased = assembly.model, assembly.block(Leases).leased_work_pflop
        most, work = assembly.numbers("leases.lease_most_pflop"), assembly.numbers("leases.leasable_pflop")
        is_open = assembly.block(Placement).open_count

        def leased_within_offer(_: Block, q: str, y: float) -> Relation:
            return assembly.sum_over(m.SITE, lambda s: leased[s, q, y]) <= most[q]

        def leased_within_open(_: Block, s: str, y: float) -> Relation:
            return assembly.sum_over(m.OFFERED_LEASE, lambda q: leased[s, q, y]) <= work[y] * is_open[s, y]

        block.leased_within_offer = pyo.Constraint(m.OFFERED_LEASE, m.PERIOD, rule=leased_within_offer)
        block.leased_within_open = pyo.Constraint(m.SITE, m.PERIOD, rule=leased_within_open)
