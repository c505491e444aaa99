"""Rules of a state: a price on carbon, caps on carbon and water, a limit on the power of a grid zone."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Ledger, Scope, Spending
from siting.models.compiler.algebra import SKIP, Block, Relation
from siting.models.compiler.members import Members
from siting.models.components.cooling import Cooling
from siting.models.components.grid import Grid


class CarbonPrice(Component):
    r"""Price on the carbon account of the chosen method.

    .. math::

        \mathrm{cost}_{s,y} = \dots + \gamma^{\mathrm{carbon}} \, \mathrm{carbon}_{s,y}

    It lives at the site, like what it prices, so that a site alone sees it in its dispatch. Where nobody charges it, it
    steers the plan and is no cash: neither cash flow nor taxes know it.

    Symbols
    -------
    \mathrm{carbon}_{s,y} : expression [t CO2e/yr]
        The carbon account by the chosen method: location, market or hourly.
    \gamma^{\mathrm{carbon}} : policy.carbon_price_usd_per_t
        Price of carbon.
    """

    scope = Scope.SITE
    needs = (Grid,)
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - a price needs no variable
        """Post the price of all that the account holds."""
        price, account = assembly.number("policy.carbon_price_usd_per_t"), carbon_account(assembly)
        if pyo.value(price):
            charged = assembly.case.study.policy.carbon_price_is_charged
            assembly.cost_usd_per_yr.post(
                self,
                "carbon" if charged else "shadow",
                lambda s, y: price * account.total(s, y),
                payer="operator",
                receiver="treasury" if charged else "no one",
                spending=Spending.OPERATING if charged else Spending.SHADOW,
            )


class Policy(Component):
    r"""Limits on the accounts.

    .. math::

        \sum_s \mathrm{carbon}_{s,y} \le \overline{\mathrm{carbon}}, \qquad
        \sum_s \mathrm{water}_{s,y} \le \overline{\mathrm{water}}, \qquad
        \sum_{s \in g} X_{s,y} \le \bar{X}^{\mathrm{zone}}_g

    each in every period; carbon is counted by the method of the cap (location, market or hourly), which is
    that of the price unless another is chosen.

    Symbols
    -------
    \overline{\mathrm{carbon}} : carbon_cap_t_per_yr
        Most carbon in a period.
    \overline{\mathrm{water}} : water_cap_m3_per_yr
        Most water in a period.
    \bar{X}^{\mathrm{zone}}_g : grid_zone_limit_mw
        Most connected power in a grid zone.
    """

    scope = Scope.SYSTEM
    needs = (Grid, Cooling)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Caps need no variable and post nothing."""

    def conclude(self, block: Block, assembly: Assembly) -> None:
        """State the caps, once every account is complete."""
        m, policy = assembly.model, assembly.case.study.policy
        zone_of = assembly.case.tables["sites"].set_index("site_id")["grid_zone_id"].to_dict()
        connection = assembly.block(Grid).connection_mw

        def carbon_within_cap(_: Block, y: float) -> Relation:
            cap = policy.carbon_cap_t_per_yr
            if cap is None:
                return SKIP
            account = assembly.ledgers[f"carbon_{policy.capped_carbon}_t_per_yr"]
            emitted = assembly.sum_over(m.SITE, lambda s: account.total(s, y))
            return emitted <= assembly.limit("carbon_cap_t_per_yr", cap)

        def water_within_cap(_: Block, y: float) -> Relation:
            cap = policy.water_cap_m3_per_yr
            if cap is None:
                return SKIP
            taken = assembly.sum_over(m.SITE, lambda s: assembly.water_m3_per_yr.total(s, y))
            return taken <= assembly.limit("water_cap_m3_per_yr", cap)

        def connections_within_zone(_: Block, g: str, y: float) -> Relation:
            inside = [s for s in m.SITE if zone_of[s] == g]
            if not inside:
                return SKIP
            contracted = assembly.sum_over(Members("site", inside), lambda s: connection[s, y])
            return contracted <= assembly.limit("grid_zone_limit_mw", policy.grid_zone_limit_mw[g])

        block.GRID_ZONE = pyo.Set(initialize=list(policy.grid_zone_limit_mw), ordered=True)
        block.carbon_within_cap = pyo.Constraint(m.PERIOD, rule=carbon_within_cap)
        block.water_within_cap = pyo.Constraint(m.PERIOD, rule=water_within_cap)
        block.connections_within_zone = pyo.Constraint(block.GRID_ZONE, m.PERIOD, rule=connections_within_zone)


def carbon_account(assembly: Assembly) -> Ledger:
    """Account of the method that the policy counts carbon by."""
    return assembly.ledgers[f"carbon_{assembly.case.study.policy.carbon_method}_t_per_yr"]
