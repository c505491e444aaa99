"""Clean energy that a state asks for: by the hour, of each site or of all, and by the year."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression, Relation, total
from siting.models.components.bridge import Bridge
from siting.models.components.contracts import Certificates
from siting.models.components.cooling import Cooling
from siting.models.components.grid import Grid
from siting.models.components.storage import Storage


class CleanEnergy(Component):
    r"""Energy by the hour that is not carbon-free, over what a state allows.

    .. math::

        \mathrm{unclean}_{s,y} = \sum_h \omega_h \, \phi^{\mathrm{burnt}}_{s,y,h} \, i_{s,y,h}
            + \sum_h \sum_O \omega_h \, \mathrm{out}^{\mathrm{br}}_{s,O,y,h}
            - \left( 1 - \underline{\mathrm{CFE}} \right) \sum_h \omega_h \, P^{\mathrm{use}}_{s,y,h}

    where the use is all that takes power at the site but its battery. Contracted power that is delivered in an hour is
    carbon-free, of what is bought the grid's own share is, and of what plants on site give nothing is; so the account
    is zero where the carbon-free score of the site is just what is asked. With `policy.cfe_scope: site` no site's
    account is above zero.

    Symbols
    -------
    \mathrm{unclean}_{s,y} : unclean_mwh_per_yr
        Energy that is not carbon-free in its hour, less what is allowed.
    \phi^{\mathrm{burnt}}_{s,y,h} : clean_energy.grid_burnt_fraction
        Part of the grid's power that is not carbon-free.
    P^{\mathrm{use}}_{s,y,h} : expression [MW]
        Power of the computers, of cooling, of losses and of heat pumps.
    \underline{\mathrm{CFE}} : cfe_min_fraction
        Least carbon-free share, by the hour.
    """

    scope = Scope.SITE
    needs = (Grid, Cooling)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study asks for clean energy by the hour."""
        return case.study.policy.cfe_min_fraction is not None

    def declare(self, block: Block, assembly: Assembly) -> None:
        """An account needs no variable; its terms are posted once all power is."""

    def conclude(self, block: Block, assembly: Assembly) -> None:
        """Post what is not carbon-free and what is allowed; hold each site to it where that is asked."""
        m, policy, sum_over = assembly.model, assembly.case.study.policy, assembly.sum_over
        burnt, weight = assembly.numbers("clean_energy.grid_burnt_fraction"), assembly.numbers("hours.weight_h_per_yr")
        bought = assembly.block(Grid).import_mw
        supplies = (Grid.name(), Storage.name(), Bridge.name())
        uses = [term for term in assembly.power_mw.terms if term.component not in supplies]
        least = assembly.limit("cfe_min_fraction", policy.cfe_min_fraction or 0.0)
        assembly.unclean_mwh_per_yr.post(
            self, "bought", lambda s, y: sum_over(m.HOUR, lambda h: weight[h] * burnt[s, y, h] * bought[s, y, h])
        )
        assembly.unclean_mwh_per_yr.post(
            self,
            "allowed",
            lambda s, y: sum_over(
                m.HOUR, lambda h: total((1 - least) * weight[h] * term.rule(s, y, h) for term in uses)
            ),
        )

        def enough_clean_at_site(_: Block, s: str, y: float) -> Relation:
            return assembly.unclean_mwh_per_yr.total(s, y) <= 0

        if policy.cfe_scope == "site":
            block.enough_clean_at_site = pyo.Constraint(m.SITE, m.PERIOD, rule=enough_clean_at_site)


class CleanFleet(Component):
    r"""Clean energy of all sites together.

    .. math::

        \sum_s \mathrm{unclean}_{s,y} \le 0, \qquad
        \sum_s q_{s,y} \ge \underline{\mathrm{CFE}}^{\mathrm{yr}} \sum_s \sum_h \omega_h
            \left( f_{s,y,h} + \sum_O \mathrm{out}^{\mathrm{br}}_{s,O,y,h} \right)

    By the hour, with `policy.cfe_scope: fleet`; and by the year, where what is claimed of contracts, virtual ones and
    certificates counts whenever it is produced.

    Symbols
    -------
    \underline{\mathrm{CFE}}^{\mathrm{yr}} : cfe_annual_min_fraction
        Least share of the power drawn and made on site that is claimed as clean; what is made there is not.
    """

    scope = Scope.SYSTEM
    needs = (Grid, Certificates)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study asks for clean energy of all sites together."""
        policy = case.study.policy
        by_hour = policy.cfe_min_fraction is not None and policy.cfe_scope == "fleet"
        return by_hour or policy.cfe_annual_min_fraction is not None

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Limits need no variable and post nothing."""

    def conclude(self, block: Block, assembly: Assembly) -> None:
        """State the limits, once every account is complete."""
        m, policy, sum_over = assembly.model, assembly.case.study.policy, assembly.sum_over
        weight, draw = assembly.numbers("hours.weight_h_per_yr"), assembly.block(Grid).draw_mw
        claimed = assembly.block(Certificates).claimed_mwh_per_yr

        made = [term for term in assembly.power_mw.terms if term.component == Bridge.name()]

        def supplied(s: str, y: float) -> Expression:
            return sum_over(
                m.HOUR,
                lambda h: total(weight[h] * power for power in (draw[s, y, h], *(t.rule(s, y, h) for t in made))),
            )

        def enough_clean_by_hour(_: Block, y: float) -> Relation:
            return sum_over(m.SITE, lambda s: assembly.unclean_mwh_per_yr.total(s, y)) <= 0

        def enough_clean_by_year(_: Block, y: float) -> Relation:
            asked = assembly.limit("cfe_annual_min_fraction", policy.cfe_annual_min_fraction or 0.0)
            return sum_over(m.SITE, lambda s: claimed[s, y]) >= asked * sum_over(m.SITE, lambda s: supplied(s, y))

        if policy.cfe_min_fraction is not None and policy.cfe_scope == "fleet":
            block.enough_clean_by_hour = pyo.Constraint(m.PERIOD, rule=enough_clean_by_hour)
        if policy.cfe_annual_min_fraction is not None:
            block.enough_clean_by_year = pyo.Constraint(m.PERIOD, rule=enough_clean_by_year)
