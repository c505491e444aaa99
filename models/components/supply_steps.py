"""Stepped supply: a fleet moves the price and the queue of its balancing authority."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression, Relation
from siting.models.components.grid import Grid


class SupplySteps(Component):
    r"""What all sites of a balancing authority connect comes in steps, each dearer and later than the one before.

    .. math::

        X_{s,y} \le \sum_O \mathrm{serve}_{s,O,y}, \qquad
        \sum_s \mathrm{serve}_{s,O,y} \le \overline{\mathrm{serve}}_{O,y}, \qquad
        \mathrm{serve}_{s,O,y} \ge \mathrm{serve}_{s,O,y-1}

    Prices do not fall from a step to the next, so that the cheapest way of filling them is in their order, and the
    whole is convex. The price on top of power's is that of the step's own power in all hours of the year: what the
    step costs the system, and not a rise of the price of all that is drawn there.

    Symbols
    -------
    \mathrm{serve}_{s,O,y} : supply_mw
        Part of a site's connection that a step serves.
    \overline{\mathrm{serve}}_{O,y} : supply_steps.supply_most_mw
        Power of a step, once it is there.
    \gamma^{\mathrm{step}}_O : supply_steps.supply_usd_per_mw_yr
        Price on top of power's, over a year.
    \gamma^{\mathrm{works}}_O : supply_steps.upgrade_usd_per_mw
        Price of a step's works that the load pays.
    """

    scope = Scope.SYSTEM
    needs = (Grid,)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site's authority has steps."""
        return bool(case.supplied())

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what each step serves; hold connections to it, and post its cost."""
        m, sum_over = assembly.model, assembly.sum_over
        connection, most = assembly.block(Grid).connection_mw, assembly.numbers("supply_steps.supply_most_mw")
        adder = assembly.numbers("supply_steps.supply_usd_per_mw_yr")
        works = assembly.numbers("supply_steps.upgrade_usd_per_mw")
        steps_of, sites_of = assembly.partners(m.SITE_STEP), assembly.partners(m.SITE_STEP, "step")

        served = assembly.variable(block, "supply_mw", m.SITE_STEP, m.PERIOD)

        def connection_within_steps(_: Block, s: str, y: float) -> Relation:
            return connection[s, y] <= sum_over(steps_of[s], lambda t: served[s, t, y])

        def step_within_most(_: Block, t: str, y: float) -> Relation:
            return sum_over(sites_of[t], lambda s: served[s, t, y]) <= most[t, y]

        pairs = assembly.case.supplied()
        has_steps, has_sites = {site for site, _ in pairs}, {step for _, step in pairs}
        stepped = assembly.subset("SITE_STEPPED", m.SITE, lambda s: s in has_steps)
        used = assembly.subset("STEP_USED", m.STEP, lambda t: t in has_sites)
        block.connection_within_steps = pyo.Constraint(stepped, m.PERIOD, rule=connection_within_steps)
        block.step_within_most = pyo.Constraint(used, m.PERIOD, rule=step_within_most)
        block.supply_stays = pyo.Constraint(m.SITE_STEP, m.PERIOD, rule=assembly.periods.stays(served))

        def worth(s: str, y: float) -> Expression:
            return sum_over(steps_of[s], lambda t: works[t] * served[s, t, y])

        assembly.cost_usd_per_yr.post(
            self,
            "adder",
            lambda s, y: sum_over(steps_of[s], lambda t: adder[t] * served[s, t, y]),
            payer="operator",
            receiver="power suppliers",
        )
        assembly.purchases.buys(
            self, "works", "grid.connection", assembly.periods.added(worth), receiver="grid operators"
        )
