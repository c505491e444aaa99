"""Rules for large loads of a region: a charge on what is beyond a size, and the duty to give up a share of it."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression, Relation
from siting.models.components.computing import Computing
from siting.models.components.grid import Grid


class LargeLoadRules(Component):
    r"""A charge on the full load of a site beyond a size, and a duty to do without a share of it in given hours.

    .. math::

        \mathrm{large}_{s,y} \ge \delta \sum_k \sum_r \mathrm{PUE}^{\max}_{s,k} \, I_{s,k,r,y} - \mathrm{largest}_s

        f_{s,y,h} \le X_{s,y} - \theta^{\mathrm{duty}}_{s,h} \left( X_{s,y}
            - \delta \sum_k \sum_r \mathrm{PUE}^{\max}_{s,k} \, I_{s,k,r,y}
            + \mathrm{duty}_s \, \mathrm{large}_{s,y} \right)

    The charge and the duty are on what lies beyond the size alone, so that a site has no reason to stay just below it.
    What is given up counts from the full load in the worst hour and not from the connection, which could be made
    larger than it need be. Batch work that waits, batteries and plants on site make up for it.

    Symbols
    -------
    \mathrm{large}_{s,y} : large_mw
        Full load in the worst hour beyond the size.
    \mathrm{largest}_s : large_load_rules.large_load_mw
        Size beyond which the rules of the site's region hold.
    \gamma^{\mathrm{large}}_s : large_load_rules.large_load_usd_per_mw_yr
        Charge on what is beyond it.
    \mathrm{duty}_s : large_load_rules.large_load_give_fraction
        Share of what is beyond it that the site does without in given hours.
    \theta^{\mathrm{duty}}_{s,h} : large_load_rules.duty_fraction
        Whether the share is given up in an hour, or the part of a longer step in which it is.
    """

    scope = Scope.SITE
    needs = (Computing, Grid)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site lies where large loads have a charge or a duty."""
        names = ("large_load_usd_per_mw_yr", "large_load_give_fraction")
        return any(bool(case.values(f"large_load_rules.{name}").any()) for name in names)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what is beyond the size; post the charge, and state the duty."""
        m, draw, connection = assembly.model, assembly.block(Grid).draw_mw, assembly.block(Grid).connection_mw
        worst, diversity = (
            assembly.numbers("cooling.pue_peak_ratio"),
            assembly.number("computing.peak_diversity_fraction"),
        )
        size = assembly.numbers("large_load_rules.large_load_mw")
        charge = assembly.numbers("large_load_rules.large_load_usd_per_mw_yr")
        share = assembly.numbers("large_load_rules.large_load_give_fraction")
        duty = assembly.numbers("large_load_rules.duty_fraction")
        installed = assembly.block(Computing).installed_mw

        large = assembly.variable(block, "large_mw", m.SITE, m.PERIOD)

        def full_load(s: str, y: int) -> Expression:
            return diversity * assembly.sum_over(m.PAIR, lambda k, r: worst[s, k] * installed[s, k, r, y])

        def large_follows_full_load(_: Block, s: str, y: int) -> Relation:
            return large[s, y] >= full_load(s, y) - size[s]

        def draw_within_what_is_left(_: Block, s: str, y: int, h: int) -> Relation:
            beside = connection[s, y] - full_load(s, y) + share[s] * large[s, y]
            return draw[s, y, h] <= connection[s, y] - duty[s, h] * beside

        block.large_follows_full_load = pyo.Constraint(m.SITE, m.PERIOD, rule=large_follows_full_load)
        dutiful = assembly.subset("LARGE_LOAD_DUTY", m.SITE, lambda s: pyo.value(share[s]) > 0)
        block.draw_within_what_is_left = pyo.Constraint(dutiful, m.PERIOD, m.HOUR, rule=draw_within_what_is_left)
        assembly.cost_usd_per_yr.post(
            self,
            "charge",
            lambda s, y: charge[s] * large[s, y],
            payer="operator",
            receiver="grid operators",
        )
