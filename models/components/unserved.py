"""Work left undone, for the replay: the design is fixed there, and an hour may ask too much of it."""

from __future__ import annotations

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope, Spending
from siting.models.compiler.algebra import Block


class Unserved(Component):
    r"""Work that a site fails to do in an hour, at a price far above any way of doing it.

    .. math::

        \sum_k \sum_r c_{s,k,r,y,h} + u_{s,y,h} = \sum_z x_{s,z,y} \, D_{z,y,h}
            + \sum_O \left( b_{s,O,y,h} + \pi^{\mathrm{win}}_{O,h} \, b^{\mathrm{flat}}_{s,O,y} \right)
            + t^{\mathrm{all}}_{s,y,h},
        \qquad u_{s,y,h} \ge 0

    Symbols
    -------
    u_{s,y,h} : unserved_pflop
        Work left undone.
    \gamma^{\mathrm{miss}} : unserved.unserved_usd_per_pflop_h
        Price of work left undone.
    """

    scope = Scope.SITE
    in_design = False
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the unserved work and post it with its price."""
        m = assembly.model
        weight, price = assembly.numbers("hours.weight_h_per_yr"), assembly.number("unserved.unserved_usd_per_pflop_h")
        unserved = assembly.variable(block, "unserved_pflop", m.SITE, m.PERIOD, m.HOUR)

        assembly.compute_pflop.post(self, "unserved", lambda s, y, h: unserved[s, y, h])
        assembly.cost_usd_per_yr.post(
            self,
            "penalty",
            lambda s, y: assembly.sum_over(m.HOUR, lambda h: weight[h] * price * unserved[s, y, h]),
            payer="operator",
            receiver="customers",
            spending=Spending.SHADOW,
        )
