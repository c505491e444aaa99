"""Minimum take: a large load pays for a share of its connection, whatever it draws."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Relation
from siting.models.components.grid import Grid


class MinimumTake(Component):
    r"""The demand charge is paid on a share of the connection at the least, month by month.

    .. math::

        P^{\mathrm{month}}_{s,y,n} + U^{\mathrm{take}}_{s,y,n} \ge \mathrm{least}^{\mathrm{take}}_s \, X_{s,y}

    What a month's peak lacks of that share is billed like the peak.

    Symbols
    -------
    U^{\mathrm{take}}_{s,y,n} : untaken_mw
        What a month's peak lacks of the share that is paid at the least.
    \mathrm{least}^{\mathrm{take}}_s : minimum_take.min_take_fraction
        Share of the connection on which the demand charge is paid at the least.
    """

    scope = Scope.SITE
    needs = (Grid,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site has a minimum."""
        return bool(case.values("minimum_take.min_take_fraction").any())

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what is not taken, and bill it."""
        m, grid = assembly.model, assembly.block(Grid)
        least = assembly.numbers("minimum_take.min_take_fraction")
        charge = assembly.numbers("grid.demand_charge_usd_per_mw_month")
        peak, connection = grid.month_peak_mw, grid.connection_mw

        untaken = assembly.variable(block, "untaken_mw", m.SITE, m.PERIOD, m.MONTH)

        def billed_peak_carries_minimum(_: Block, s: str, y: float, n: int) -> Relation:
            return peak[s, y, n] + untaken[s, y, n] >= least[s] * connection[s, y]

        block.billed_peak_carries_minimum = pyo.Constraint(m.SITE, m.PERIOD, m.MONTH, rule=billed_peak_carries_minimum)
        assembly.cost_usd_per_yr.post(
            self,
            "untaken",
            lambda s, y: assembly.sum_over(m.MONTH, lambda n: charge[s] * untaken[s, y, n]),
            payer="operator",
            receiver="grid operators",
        )
