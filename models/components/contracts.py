"""Contracts for solar and wind power, of which all that they can produce is paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyomo.environ as pyo

from siting.case.case import Array
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Relation, TermRule
from siting.models.components.grid import Grid

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.models.assembly.labels import Labels

MOST_RATIO = 100
"""Most contracted power of a kind, over the connection of the site: even an hour in which a plant gives one hundredth
of its power is carried by it.

What nobody wants may be curtailed, so no other row limits a contract, and without this no prices would prove a bound.
"""


class Contracts(Component):
    r"""Purchase of all that a plant in the same grid zone can produce.

    .. math::

        e^{\mathrm{sold}}_{s,p,y,h} = \mathrm{CF}_{s,p,h} \, Z_{s,p,y} - e^{\mathrm{cut}}_{s,p,y,h} - e_{s,p,y,h}

        e_{s,p,y,h} + e^{\mathrm{cut}}_{s,p,y,h} \le \mathrm{CF}_{s,p,h} \, Z_{s,p,y}, \qquad
        Z_{s,p,y} \ge Z_{s,p,y-1}, \qquad Z_{s,p,y} \le 100 \, X_{s,y}

    The buyer pays the strike price on all output, and for what it uses a delivery fee: the contract's own, and
    the part of the site's tariff that pays for the grid and the supplier rather than for power, which a
    contract does not replace. The rest is sold at a discount to the market, or curtailed, still paid: where selling
    costs money, or where more is left than may be sold. The selling price never exceeds the buying price of the same
    hour, which keeps this convex. A contract once made holds to the horizon's end.

    Symbols
    -------
    Z_{s,p,y} : contracted_mw
        Contracted power.
    e_{s,p,y,h} : delivered_mw
        Contracted power that the site uses.
    e^{\mathrm{sold}}_{s,p,y,h} : expression [MW]
        Contracted power that is sold: what is neither used nor curtailed.
    e^{\mathrm{cut}}_{s,p,y,h} : curtailed_mw
        Contracted power that is paid and not produced.
    \mathrm{CF}_{s,p,h} : contracts.output_fraction
        Most that the plant can produce, over its power.
    \gamma^{\mathrm{strike}}_{s,p} : contracts.strike_usd_per_mwh
        Price of all that the plant can produce, in the site's grid zone.
    \gamma^{\mathrm{deliv}}_{s,p} : contracts.delivery_usd_per_mwh
        Fee for what is delivered.
    \gamma^{\mathrm{sale}}_{s,p,h} : contracts.resale_usd_per_mwh
        What is sold fetches.
    """

    scope = Scope.SITE
    needs = (Grid,)
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare contracted, delivered and curtailed power; post delivery, purchase and resale."""
        m = assembly.model
        most, strike = assembly.numbers("contracts.output_fraction"), assembly.numbers("contracts.strike_usd_per_mwh")
        fee = assembly.numbers("contracts.delivery_usd_per_mwh")
        resale = assembly.numbers("contracts.resale_usd_per_mwh")
        weight, offered = assembly.numbers("hours.weight_h_per_yr"), assembly.partners(m.SITE_CONTRACT)
        sum_over, connection = assembly.sum_over, assembly.block(Grid).connection_mw

        contracted = assembly.variable(block, "contracted_mw", m.SITE_CONTRACT, m.PERIOD)
        delivered = assembly.variable(block, "delivered_mw", m.SITE_CONTRACT, m.PERIOD, m.HOUR)
        curtailed = assembly.variable(block, "curtailed_mw", m.SITE_CONTRACT, m.PERIOD, m.HOUR)

        sold = self.sold(block, assembly)

        def over_year(of_hour: TermRule) -> TermRule:
            return lambda s, y: sum_over(
                offered[s], lambda p: sum_over(m.HOUR, lambda h: weight[h] * of_hour(s, p, y, h))
            )

        def delivered_and_curtailed_within_output(_: Block, s: str, p: str, y: float, h: int) -> Relation:
            return delivered[s, p, y, h] + curtailed[s, p, y, h] <= most[s, p, h] * contracted[s, p, y]

        def contracted_within_reach(_: Block, s: str, p: str, y: float) -> Relation:
            return contracted[s, p, y] <= MOST_RATIO * connection[s, y]

        block.contracted_within_reach = pyo.Constraint(m.SITE_CONTRACT, m.PERIOD, rule=contracted_within_reach)
        block.contract_stays = pyo.Constraint(m.SITE_CONTRACT, m.PERIOD, rule=assembly.periods.stays(contracted))
        block.delivered_and_curtailed_within_output = pyo.Constraint(
            m.SITE_CONTRACT, m.PERIOD, m.HOUR, rule=delivered_and_curtailed_within_output
        )

        assembly.meter_mw.post(self, "delivered", lambda s, y, h: sum_over(offered[s], lambda p: delivered[s, p, y, h]))
        assembly.cost_usd_per_yr.post(
            self,
            "purchase",
            over_year(lambda s, p, y, h: strike[s, p] * most[s, p, h] * contracted[s, p, y]),
            payer="operator",
            receiver="generators",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "delivery",
            over_year(lambda s, p, y, h: fee[s, p] * delivered[s, p, y, h]),
            payer="operator",
            receiver="grid operators",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "resale",
            over_year(lambda s, p, y, h: -resale[s, p, h] * sold(s, p, y, h)),
            payer="power market",
            receiver="operator",
        )

    @staticmethod
    def produced(block: Block, assembly: Assembly) -> TermRule:
        """Return what the plants produce, by site, contract, period and hour [MW]."""
        most = assembly.numbers("contracts.output_fraction")
        return lambda s, p, y, h: most[s, p, h] * block.contracted_mw[s, p, y] - block.curtailed_mw[s, p, y, h]

    @staticmethod
    def sold(block: Block, assembly: Assembly) -> TermRule:
        """Return what is sold of it, by site, contract, period and hour [MW]."""
        produced = Contracts.produced(block, assembly)
        return lambda s, p, y, h: produced(s, p, y, h) - block.delivered_mw[s, p, y, h]


class ResaleLimit(Component):
    r"""Most that may be sold of contracted output, over the year.

    .. math::

        \sum_p \sum_h \omega_h \, e^{\mathrm{sold}}_{s,p,y,h} \le \zeta \sum_h \omega_h \, f_{s,y,h}

    Symbols
    -------
    \zeta : contracts.resale_limit_fraction
        Most that may be sold, over the site's own use.
    """

    scope = Scope.SITE
    needs = (Grid, Contracts)
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State the limit."""
        m, sum_over = assembly.model, assembly.sum_over
        offered = assembly.partners(m.SITE_CONTRACT)
        limit = assembly.number("contracts.resale_limit_fraction")
        weight, draw = assembly.numbers("hours.weight_h_per_yr"), assembly.block(Grid).draw_mw
        sold = Contracts.sold(assembly.block(Contracts), assembly)

        def sold_within_limit(_: Block, s: str, y: float) -> Relation:
            of_year = sum_over(offered[s], lambda p: sum_over(m.HOUR, lambda h: weight[h] * sold(s, p, y, h)))
            return of_year <= limit * sum_over(m.HOUR, lambda h: weight[h] * draw[s, y, h])

        supplied = assembly.subset("SITE_SUPPLIED", m.SITE, lambda s: bool(offered[s]))
        block.sold_within_limit = pyo.Constraint(supplied, m.PERIOD, rule=sold_within_limit)


class VirtualContracts(Component):
    r"""Contracts that are settled against the market price, without delivery.

    .. math::

        \upsilon_{s,y} \le \phi_s \, X_{s,y}

    The plant sells its output to the market, the consumer pays the difference between strike and what it fetches there,
    and has the certificates: they count in claims, and no power comes through the meter, no energy charge is
    avoided and no hour is matched. Where the market pays more than the strike, the gain is left out: it is a bet on
    prices that a site has no part in.

    Symbols
    -------
    \upsilon_{s,y} : virtual_mwh_per_yr
        Output settled in a year.
    \phi_s : contracts.virtual_h_per_yr
        Hours of a year where an organised market settles such contracts, else 0: no more than the connection can carry.
    \gamma^{\mathrm{virt}}_s : contracts.virtual_usd_per_mwh
        Strike less what the output fetches in the market, of the kind of plant for which it is least; 0 at the least.
    """

    scope = Scope.SITE
    needs = (Grid,)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what is settled; post its cost."""
        m, connection = assembly.model, assembly.block(Grid).connection_mw
        offered, price = (
            assembly.numbers("contracts.virtual_h_per_yr"),
            assembly.numbers("contracts.virtual_usd_per_mwh"),
        )
        virtual = assembly.variable(block, "virtual_mwh_per_yr", m.SITE, m.PERIOD)

        def virtual_within_reach(_: Block, s: str, y: float) -> Relation:
            return virtual[s, y] <= offered[s] * connection[s, y]

        block.virtual_within_reach = pyo.Constraint(m.SITE, m.PERIOD, rule=virtual_within_reach)
        assembly.cost_usd_per_yr.post(
            self, "settlement", lambda s, y: price[s] * virtual[s, y], payer="operator", receiver="generators"
        )


class Certificates(Component):
    r"""Yearly certificates of clean power, and the claim on the market-based carbon account.

    .. math::

        q_{s,y} \le Q_{s,y} + \upsilon_{s,y} + \sum_p \sum_h \omega_h
            \left( \mathrm{CF}_{s,p,h} \, Z_{s,p,y} - e^{\mathrm{cut}}_{s,p,y,h} \right), \qquad
        q_{s,y} \le \sum_h \omega_h \, f_{s,y,h}

    No more is claimed than is held, and no more than is used. What is curtailed is never produced, and has none.

    Symbols
    -------
    Q_{s,y} : certificates_mwh_per_yr
        Certificates bought.
    q_{s,y} : claimed_mwh_per_yr
        Energy claimed as clean.
    \gamma^{\mathrm{cert}} : contracts.certificate_usd_per_mwh
        Price of a certificate.
    """

    scope = Scope.SITE
    needs = (Grid, Contracts, VirtualContracts)

    @classmethod
    def decided_later(cls, cases: Sequence[Case]) -> tuple[str, ...]:  # noqa: ARG003 - in all
        """What is claimed, and bought for it, answers to what comes."""
        return ("certificates_mwh_per_yr", "claimed_mwh_per_yr")

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare certificates and claims; post their cost and the carbon they take off."""
        m, sum_over = assembly.model, assembly.sum_over
        weight, price = assembly.numbers("hours.weight_h_per_yr"), assembly.number("contracts.certificate_usd_per_mwh")
        residual, path = assembly.numbers("grid.residual_t_per_mwh"), assembly.numbers("grid.carbon_path_ratio")
        produced = Contracts.produced(assembly.block(Contracts), assembly)
        draw, virtual = assembly.block(Grid).draw_mw, assembly.block(VirtualContracts).virtual_mwh_per_yr
        offered = assembly.partners(m.SITE_CONTRACT)

        most = None if assembly.case.study.technology.certificates else 0

        bought = assembly.variable(block, "certificates_mwh_per_yr", m.SITE, m.PERIOD, bounds=(0, most))
        claimed = assembly.variable(block, "claimed_mwh_per_yr", m.SITE, m.PERIOD)

        def claimed_within_held(_: Block, s: str, y: float) -> Relation:
            of_year = sum_over(offered[s], lambda p: sum_over(m.HOUR, lambda h: weight[h] * produced(s, p, y, h)))
            return claimed[s, y] <= bought[s, y] + virtual[s, y] + of_year

        def claimed_within_used(_: Block, s: str, y: float) -> Relation:
            return claimed[s, y] <= sum_over(m.HOUR, lambda h: weight[h] * draw[s, y, h])

        block.claimed_within_held = pyo.Constraint(m.SITE, m.PERIOD, rule=claimed_within_held)
        block.claimed_within_used = pyo.Constraint(m.SITE, m.PERIOD, rule=claimed_within_used)

        assembly.cost_usd_per_yr.post(
            self, "purchase", lambda s, y: price * bought[s, y], payer="operator", receiver="generators"
        )
        assembly.carbon_market_t_per_yr.post(self, "claimed", lambda s, y: -path[s, y] * residual[s] * claimed[s, y])

    def settle(self, values: Array, slack: Array, rows: Labels, columns: Labels) -> Array:
        """Claim all that may be claimed: it costs nothing, and without a price on carbon nothing else asks for it."""
        limits = ("certificates.claimed_within_held", "certificates.claimed_within_used")
        room = np.min([slack[rows.of(limit)] for limit in limits], axis=0)
        settled = values.copy()
        settled[columns.of("claimed_mwh_per_yr")] += np.maximum(room, 0.0)
        return settled
