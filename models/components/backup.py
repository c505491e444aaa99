"""Backup by redundancy: what stands by for the grid beyond what the halls' price holds, and what its tests burn."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression, Relation, total
from siting.models.components.computing import Computing


class Backup(Component):
    r"""Generators that stand by for the grid, for full load in the worst hour, by redundancy.

    .. math::

        \mathrm{gen}_{s,y} + \mathrm{standby}_{s,y} \ge \rho^{\mathrm{more}} \, \delta
            \sum_k \sum_r \mathrm{PUE}^{\max}_{s,k} \, I_{s,k,r,y}, \qquad \mathrm{gen}_{s,y} \ge \mathrm{gen}_{s,y-1}

        \mathrm{gen}_{s,y} \le \rho^{\mathrm{more}} \, \delta \sum_{v \le y}
            \sum_k \sum_r \mathrm{PUE}^{\max}_{s,k} \, I_{s,k,r,v}

    Plants on site that bridged the wait stand by once the grid is there, and take the place of generators. Each unit
    is tested for some hours a year, whose fuel is paid and burnt in every account of carbon. Of so many units each runs
    at a smaller part of its load; what that loses more of the computers' power is in the PUE.

    Symbols
    -------
    \mathrm{gen}_{s,y} : backup_mw
        Generators beyond those that the halls' price holds.
    \rho^{\mathrm{more}} : backup.further_ratio
        Their power over the load's.
    \rho^{\mathrm{all}} : backup.units_ratio
        Power of all that stands by, over the load's.
    \gamma^{\mathrm{gen}} : backup.backup_usd_per_mw
        Price of a generator.
    \alpha^{\mathrm{gen}} : backup.backup_annuity_per_yr
        Yearly payment for each dollar spent on a generator.
    \tau^{\mathrm{test}} : backup.test_h_per_yr
        Hours of full power in which each is tested a year.
    \varepsilon^{\mathrm{test}} : backup.test_t_per_mwh
        Carbon of a MWh of them.
    \gamma^{\mathrm{test}}_{s,y} : backup.test_fuel_usd_per_mwh
        Price of the fuel of a MWh of them.
    """

    scope = Scope.SITE
    needs = (Computing,)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study states a redundancy."""
        return bool(case.values("backup.units_ratio"))

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the generators; post their price, and what tests burn."""
        m = assembly.model
        price, hours = assembly.number("backup.backup_usd_per_mw"), assembly.number("backup.test_h_per_yr")
        emitted, fuel = assembly.number("backup.test_t_per_mwh"), assembly.numbers("backup.test_fuel_usd_per_mwh")
        units = assembly.number("backup.units_ratio")

        backup = assembly.variable(block, "backup_mw", m.SITE, m.PERIOD)
        block.backup_stays = pyo.Constraint(m.SITE, m.PERIOD, rule=assembly.periods.stays(backup))

        def tested_mwh(s: str, y: float) -> Expression:
            return hours * units * load(assembly, s, y)

        assembly.purchases.buys(
            self,
            "capital",
            "backup.backup",
            assembly.periods.added(lambda s, y: price * backup[s, y]),
            receiver="equipment makers",
        )
        assembly.cost_usd_per_yr.post(
            self, "tests", lambda s, y: fuel[s, y] * tested_mwh(s, y), payer="operator", receiver="fuel suppliers"
        )
        for ledger in (
            assembly.carbon_location_t_per_yr,
            assembly.carbon_market_t_per_yr,
            assembly.carbon_hourly_t_per_yr,
        ):
            ledger.post(self, "tests", lambda s, y: emitted * tested_mwh(s, y))

    def conclude(self, block: Block, assembly: Assembly) -> None:
        """State that enough stands by, once all plants have posted."""
        m, backup, further = assembly.model, block.backup_mw, assembly.number("backup.further_ratio")

        def enough_stands_by(_: Block, s: str, y: float) -> Relation:
            return backup[s, y] + assembly.standing_by_mw.total(s, y) >= further * load(assembly, s, y)

        def backup_within_load(_: Block, s: str, y: float) -> Relation:
            return backup[s, y] <= further * total(load(assembly, s, v) for v in assembly.periods.vintages(y))

        block.enough_stands_by = pyo.Constraint(m.SITE, m.PERIOD, rule=enough_stands_by)
        block.backup_within_load = pyo.Constraint(m.SITE, m.PERIOD, rule=backup_within_load)


def load(assembly: Assembly, s: str, y: float) -> Expression:
    """Full load of a site in the worst hour, as an expression [MW]."""
    worst, diversity = assembly.numbers("cooling.pue_peak_ratio"), assembly.number("computing.peak_diversity_fraction")
    installed = assembly.block(Computing).installed_mw
    return diversity * assembly.sum_over(assembly.model.PAIR, lambda k, r: worst[s, k] * installed[s, k, r, y])
