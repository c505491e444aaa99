"""Data that moves with batch work: from the people whose it is, through exchange points, to the site that does it."""

from __future__ import annotations

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block
from siting.models.components.serving import Serving


class Transfer(Component):
    r"""Cost of the data of batch work.

    .. math::

        \sum_h \omega_h \, \gamma^{\mathrm{data}}_s \, b_{s,y,h}

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
        m, batch = assembly.model, assembly.block(Serving).batch_pflop
        weight, price = assembly.numbers("hours.weight_h_per_yr"), assembly.numbers("transfer.transfer_usd_per_pflop_h")
        assembly.cost_usd_per_yr.post(
            self,
            "moved_data",
            lambda s, y: assembly.sum_over(m.HOUR, lambda h: weight[h] * price[s] * batch[s, y, h]),
            payer="operator",
            receiver="carriers",
        )
