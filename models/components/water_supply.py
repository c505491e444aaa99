"""Water supply: what a county's supply can spare for new halls, and what their peak day costs."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression, Relation
from siting.models.components.halls import Halls
from siting.models.components.placement import Placement


class WaterSupply(Component):
    r"""Water that must be there for new halls at full load, whatever they take.

    .. math::

        \sum_{v \le y} \sum_k q^{\mathrm{full}}_{s,k} \, B \, M_{s,k,v} \le \bar{Q}^{\mathrm{full}}_s \, o_{s,y}

        \mathrm{buy}^{\mathrm{water}}_{s,v} = \sum_k \gamma^{\mathrm{day}}_{s,k} \, B \, M_{s,k,v}

    A utility commits what the plant can take, not what it takes on the mean: so the limit is on halls, by their way of
    cooling, and the day of most water is paid for once, with the line and the substation. Halls that stand already have
    their water.

    Symbols
    -------
    q^{\mathrm{full}}_{s,k} : water_supply.full_load_m3_per_mw_yr
        Water of a hall at full load in the planned weather.
    \bar{Q}^{\mathrm{full}}_s : water_supply.water_limit_m3_per_yr
        Most water that the site may take.
    \gamma^{\mathrm{day}}_{s,k} : water_supply.peak_day_usd_per_mw
        Charge on the water of a hall's largest day.
    \mathrm{buy}^{\mathrm{water}}_{s,v} : expression [USD]
        What the charges of a period come to.
    """

    scope = Scope.SYSTEM
    needs = (Placement, Halls)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State the limit where it can bind, and buy the supply of the peak day."""
        m, sum_over, module = assembly.model, assembly.sum_over, assembly.numbers("halls.module_mw")
        drawn, charge = (
            assembly.numbers("water_supply.full_load_m3_per_mw_yr"),
            assembly.numbers("water_supply.peak_day_usd_per_mw"),
        )
        limit, largest = (
            assembly.numbers("water_supply.water_limit_m3_per_yr"),
            assembly.numbers("placement.site_max_mw"),
        )
        modules, is_open = assembly.block(Halls).modules_count, assembly.block(Placement).open_count

        def binds(s: str) -> bool:
            most = max(pyo.value(drawn[s, k]) for k in m.COOLING) * pyo.value(largest[s])
            return bool(most > pyo.value(limit[s]))

        def within_supply(_: Block, s: str, y: float) -> Relation:
            taken = sum_over(
                m.COOLING,
                lambda k: drawn[s, k] * module[s] * sum(modules[s, k, v] for v in assembly.periods.vintages(y)),
            )
            return taken <= limit[s] * is_open[s, y]

        def charged(s: str, v: float) -> Expression:
            return sum_over(m.COOLING, lambda k: charge[s, k] * module[s] * modules[s, k, v])

        scarce = assembly.subset("WATER_SCARCE", m.SITE, binds)
        block.within_supply = pyo.Constraint(scarce, m.PERIOD, rule=within_supply)
        assembly.purchases.buys(self, "peak_day", "grid.connection", charged, receiver="water utilities")
