"""Data that moves with batch work: from the people whose it is, through exchange points, to the site that does it."""

from __future__ import annotations

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression
from siting.models.components.serving import Serving, SteadyBatch


class Transfer(Component):
    r"""Cost of the data of batch work.

    .. math::

        \sum_h \omega_h \, \gamma^{\mathrm{data}}_s
            \sum_O \left( b_{s,O,y,h} + \pi^{\mathrm{win}}_{O,h} \, b^{\mathrm{flat}}_{s,O,y} \right)

    The price is that of the ports at an exchange point and of the way: from the site to the nearest one, and from there
    to the people, each zone by its own. Inference pays for its bandwidth by zone.

    Symbols
    -------
    \gamma^{\mathrm{data}}_s : transfer.transfer_usd_per_pflop_h
        Price of moving the data of an hour's work of 1 PFLOP/s to the site and back.
    """

    scope = Scope.SITE
    needs = (Serving,)
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - it owns no variable
        """Post the price of the data to cost."""
        m, sum_over, weight = assembly.model, assembly.sum_over, assembly.numbers("hours.weight_h_per_yr")
        price, present = (
            assembly.numbers("transfer.transfer_usd_per_pflop_h"),
            assembly.numbers("serving.batch_presence_ratio"),
        )
        batch, lots_of = assembly.block(Serving).batch_pflop, assembly.partners(m.SITE_LOT, "site")
        steady_lots_of = assembly.partners(m.SITE_STEADY_LOT, "site")

        def moved(s: str, y: float, h: int) -> Expression:
            return sum_over(lots_of[s], lambda j: batch[s, j, y, h])

        def moved_and_steady(s: str, y: float, h: int) -> Expression:
            steady = assembly.block(SteadyBatch).steady_batch_pflop
            return moved(s, y, h) + sum_over(steady_lots_of[s], lambda j: present[j, h] * steady[s, j, y])

        work = moved_and_steady if SteadyBatch.is_wanted(assembly.case) else moved
        assembly.cost_usd_per_yr.post(
            self,
            "moved_data",
            lambda s, y: sum_over(m.HOUR, lambda h: weight[h] * price[s] * work(s, y, h)),
            payer="operator",
            receiver="carriers",
        )
