"""Incentives: credits against the tax on income, exemptions from sales tax, abatements of property tax."""

from __future__ import annotations

from typing import cast

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope, Spending
from siting.models.compiler.algebra import Amount, Block, Expression, Relation, total


class Incentives(Component):
    r"""What tax law gives back where a site lies, some of it only to those who invest enough there.

    .. math::

        \mathrm{worth}_{s,A,y} = \sum_{v \le y} \left(
            (\upsilon^{\mathrm{site}}_{s,v,m,A} + \pi^{\mathrm{site}}_{s,y,A}) \, \gamma^{\mathrm{site}}_s \,
            (o_{s,v} - o_{s,v-1})
            + (\upsilon^{\mathrm{conn}}_{s,v,m,A} + \pi^{\mathrm{conn}}_{s,y,A}) \,
            (\gamma^{\mathrm{conn}}_s (X_{s,v} - X_{s,v-1}) + \gamma^{\mathrm{line}}_s (o_{s,v} - o_{s,v-1})
            + \gamma^{\mathrm{further}}_s (U^{\mathrm{line}}_{s,v} - U^{\mathrm{line}}_{s,v-1})
            + \gamma^{\mathrm{further}}_s (X^{\mathrm{flex}}_{s,v} - X^{\mathrm{flex}}_{s,v-1})
            + \gamma^{\mathrm{reinf}}_s (U^{\mathrm{net}}_{s,v} - U^{\mathrm{net}}_{s,v-1})
            + \sum_O \gamma^{\mathrm{works}}_O (\mathrm{serve}_{s,O,v} - \mathrm{serve}_{s,O,v-1})
            + \sum_k \gamma^{\mathrm{day}}_{s,k} \, B \, M_{s,k,v})
            + \sum_k (\upsilon^{\mathrm{hall}}_{s,k,v,m,A} + \pi^{\mathrm{hall}}_{s,y,A}) \, B \,
            (\chi_s \gamma^{\mathrm{hall}}_k M_{s,k,v} + \gamma^{\mathrm{conv}}_s C_{s,k,v})
            + (\upsilon^{\mathrm{bat}}_{s,v,m,A} + \pi^{\mathrm{bat}}_{s,y,A}) \,
            (\gamma^{\mathrm{power}} (S_{s,v} - S_{s,v-1}) + \gamma^{\mathrm{pack}} (E_{s,v} - E_{s,v-1}))
            + (\upsilon^{\mathrm{heat}}_{s,v,m,A} + \pi^{\mathrm{heat}}_{s,y,A}) \,
            (\gamma^{\mathrm{pipe}}_s (H_{s,v} - H_{s,v-1}) + \gamma^{\mathrm{pump}} (L_{s,v} - L_{s,v-1}))
            + \sum_O (\upsilon^{\mathrm{br}}_{s,O,v,m,A} + \pi^{\mathrm{br}}_{s,y,A}) \, \gamma^{\mathrm{br}}_O \,
            (\mathrm{own}^{\mathrm{br}}_{s,O,v} - \mathrm{own}^{\mathrm{br}}_{s,O,v-1})
            + (\upsilon^{\mathrm{gen}}_{s,v,m,A} + \pi^{\mathrm{gen}}_{s,y,A}) \, \gamma^{\mathrm{gen}} \,
            (\mathrm{gen}_{s,v} - \mathrm{gen}_{s,v-1})
            + (\upsilon^{\mathrm{adapt}}_{s,v,m,A} + \pi^{\mathrm{adapt}}_{s,y,A}) \,
            \sum_W \gamma^{\mathrm{adapt}}_W N_{s,W,v}
            + \sum_r \sum_k (\upsilon^{\mathrm{rack}}_{s,r,v,m,A} + \pi^{\mathrm{rack}}_{s,y,A}) \,
            \gamma^{\mathrm{rack}}_r \chi^{\mathrm{rack}}_{r,l} (R_{s,k,r,v} - G_{s,k,r,v,m}) \right)

        \mathrm{cost}_{s,y} = \dots - \sum_{A : \, \underline{K}_A = 0} \mathrm{worth}_{s,A,y}
            - \sum_{A : \, \underline{K}_A > 0} \bar{R}_{s,A} \, e^{\mathrm{inc}}_{s,A,y}

    over the incentives of a site, on all that is bought and in use. A credit is a share of the price, an exemption a
    share of the sales tax on it with what its write-offs would have saved, both as level amounts a year of the same
    present value; an abatement is a share of the property tax on it, less the tax on the income that it leaves. One
    that has a threshold is granted from the first purchase on where the price of all that is bought at the site while
    it holds, of any asset and renewals left out, reaches it:

    .. math::

        q^{\mathrm{inc}}_{s,A} \in \{0, 1\},
            \qquad \bar{R}_{s,A} \, e^{\mathrm{inc}}_{s,A,y} \le \mathrm{worth}_{s,A,y},
            \qquad e^{\mathrm{inc}}_{s,A,y} \le q^{\mathrm{inc}}_{s,A}

        \underline{K}_A \, q^{\mathrm{inc}}_{s,A} \le \sum_v \nu^{\mathrm{inc}}_{A,v} \left(
            (\gamma^{\mathrm{site}}_s + \gamma^{\mathrm{line}}_s) (o_{s,v} - o_{s,v-1})
            + \gamma^{\mathrm{conn}}_s (X_{s,v} - X_{s,v-1})
            + \gamma^{\mathrm{further}}_s (U^{\mathrm{line}}_{s,v} - U^{\mathrm{line}}_{s,v-1})
            + \gamma^{\mathrm{further}}_s (X^{\mathrm{flex}}_{s,v} - X^{\mathrm{flex}}_{s,v-1})
            + \gamma^{\mathrm{reinf}}_s (U^{\mathrm{net}}_{s,v} - U^{\mathrm{net}}_{s,v-1})
            + \sum_O \gamma^{\mathrm{works}}_O (\mathrm{serve}_{s,O,v} - \mathrm{serve}_{s,O,v-1})
            + \sum_k \gamma^{\mathrm{day}}_{s,k} \, B \, M_{s,k,v}
            + \sum_k B \, (\chi_s \gamma^{\mathrm{hall}}_k M_{s,k,v} + \gamma^{\mathrm{conv}}_s C_{s,k,v})
            + \gamma^{\mathrm{power}} (S_{s,v} - S_{s,v-1}) + \gamma^{\mathrm{pack}} (E_{s,v} - E_{s,v-1})
            + \gamma^{\mathrm{pipe}}_s (H_{s,v} - H_{s,v-1}) + \gamma^{\mathrm{pump}} (L_{s,v} - L_{s,v-1})
            + \sum_O \gamma^{\mathrm{br}}_O (\mathrm{own}^{\mathrm{br}}_{s,O,v} - \mathrm{own}^{\mathrm{br}}_{s,O,v-1})
            + \gamma^{\mathrm{gen}} (\mathrm{gen}_{s,v} - \mathrm{gen}_{s,v-1})
            + \sum_W \gamma^{\mathrm{adapt}}_W N_{s,W,v}
            + \sum_r \sum_k \gamma^{\mathrm{rack}}_r \chi^{\mathrm{rack}}_{r,l} R_{s,k,r,v} \right)

    A credit leaves the write-offs as they are, and one that exceeds the tax is paid out; land is taxed all the same.

    Symbols
    -------
    q^{\mathrm{inc}}_{s,A} : granted_count
        Whether a site reaches the threshold of an incentive.
    e^{\mathrm{inc}}_{s,A,y} : relief_fraction
        What it is granted, over the most that it can be.
    \mathrm{worth}_{s,A,y} : expression [USD/yr]
        Worth of an incentive to a site that is granted it.
    \underline{K}_A : incentives.threshold_usd
        Price of all purchases from which on an incentive is granted.
    \nu^{\mathrm{inc}}_{A,v} : incentives.counted_count
        Whether purchases of a period count towards that.
    \bar{R}_{s,A} : incentives.most_usd_per_yr
        The most that a site can be granted.
    \upsilon^{\mathrm{rack}}_{s,r,v,m,A} : racks.rack_relief_per_yr
        Worth of credits and exemptions on a dollar of a rack, a year.
    \pi^{\mathrm{rack}}_{s,y,A} : racks.rack_abatement_per_yr
        Worth of abatements on a dollar of a rack, a year.
    \upsilon^{\mathrm{hall}}_{s,k,v,m,A} : halls.hall_relief_per_yr
        Worth of credits and exemptions on a dollar of a hall, a year.
    \pi^{\mathrm{hall}}_{s,y,A} : halls.hall_abatement_per_yr
        Worth of abatements on a dollar of a hall, a year.
    \upsilon^{\mathrm{site}}_{s,v,m,A} : placement.site_relief_per_yr
        Worth of credits and exemptions on a dollar of site works, a year.
    \pi^{\mathrm{site}}_{s,y,A} : placement.site_abatement_per_yr
        Worth of abatements on a dollar of site works, a year.
    \upsilon^{\mathrm{conn}}_{s,v,m,A} : grid.connection_relief_per_yr
        Worth of credits and exemptions on a dollar of a connection, a year.
    \pi^{\mathrm{conn}}_{s,y,A} : grid.connection_abatement_per_yr
        Worth of abatements on a dollar of a connection, a year.
    \upsilon^{\mathrm{bat}}_{s,v,m,A} : storage.storage_relief_per_yr
        Worth of credits and exemptions on a dollar of a battery, a year.
    \pi^{\mathrm{bat}}_{s,y,A} : storage.storage_abatement_per_yr
        Worth of abatements on a dollar of a battery, a year.
    \upsilon^{\mathrm{adapt}}_{s,v,m,A} : measures.adaptation_relief_per_yr
        Worth of credits and exemptions on a dollar of adapting models, a year.
    \pi^{\mathrm{adapt}}_{s,y,A} : measures.adaptation_abatement_per_yr
        Worth of abatements on a dollar of adapting models, a year.
    \upsilon^{\mathrm{br}}_{s,O,v,m,A} : bridge.bridge_relief_per_yr
        Credits and exemptions on a dollar of a plant on site, a year.
    \pi^{\mathrm{br}}_{s,y,A} : bridge.bridge_abatement_per_yr
        Property tax abated on a dollar of it in use.
    \upsilon^{\mathrm{gen}}_{s,v,m,A} : backup.backup_relief_per_yr
        Worth of credits and exemptions on a dollar of a generator, a year.
    \pi^{\mathrm{gen}}_{s,y,A} : backup.backup_abatement_per_yr
        Worth of abatements on a dollar of a generator, a year.
    \upsilon^{\mathrm{heat}}_{s,v,m,A} : heat_reuse.heat_relief_per_yr
        Worth of credits and exemptions on a dollar of a connection for heat, a year.
    \pi^{\mathrm{heat}}_{s,y,A} : heat_reuse.heat_abatement_per_yr
        Worth of abatements on a dollar of a connection for heat, a year.
    """

    scope = Scope.SYSTEM

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether there are any, and taxes are in the objective."""
        return case.study.finance.is_after_tax and bool(case.axes["incentive"])

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare who is granted what; what it is granted for is not complete yet."""
        m = assembly.model
        assembly.variable(block, "granted_count", m.SITE_INCENTIVE, within=pyo.Binary)
        assembly.variable(block, "relief_fraction", m.SITE_INCENTIVE, m.PERIOD)

    def conclude(self, block: Block, assembly: Assembly) -> None:
        """State what is granted for all that the other components buy, and post it."""
        m, sum_over, purchases = assembly.model, assembly.sum_over, assembly.purchases
        bought = tuple(purchases.bought)
        threshold, most = assembly.numbers("incentives.threshold_usd"), assembly.numbers("incentives.most_usd_per_yr")
        counted = assembly.numbers("incentives.counted_count")
        abatements = [assembly.numbers(f"{one.asset}_abatement_per_yr") for one in bought]
        granted, relief = block.granted_count, block.relief_fraction
        open_to_all = assembly.subset("OPEN_TO_ALL", m.INCENTIVE, lambda i: pyo.value(threshold[i]) == 0)
        conditional = assembly.partners(m.SITE_INCENTIVE, of="site")

        def worth(s: str, i: str, y: float) -> Amount:
            relieved = sum(purchases.by_use(one, f"{one.asset}_relief_per_yr", i)(s, y) for one in bought)
            return relieved + sum(
                abated[s, y, i] * purchases.in_use_of_all_kinds(one, s, y)
                for one, abated in zip(bought, abatements, strict=True)
            )

        def invested(s: str, i: str) -> Amount:
            def counting(v: float) -> Amount:
                return counted[i, v] * total(purchases.price_of_all_kinds(one, s, v) for one in bought)

            return assembly.periods.sum_over_all(counting) if bought else 0

        def relief_within_worth(_: Block, s: str, i: str, y: float) -> Relation:
            return most[s, i] * relief[s, i, y] <= worth(s, i, y)

        def relief_follows_grant(_: Block, s: str, i: str, y: float) -> Relation:
            return relief[s, i, y] <= granted[s, i]

        def grant_within_investment(_: Block, s: str, i: str) -> Relation:
            return threshold[i] * granted[s, i] <= invested(s, i)

        def relieved(s: str, y: float) -> Amount:
            of_all = sum_over(open_to_all, lambda i: cast("Expression", worth(s, i, y)))
            return -of_all - sum_over(conditional[s], lambda i: most[s, i] * relief[s, i, y])

        block.relief_within_worth = pyo.Constraint(m.SITE_INCENTIVE, m.PERIOD, rule=relief_within_worth)
        block.relief_follows_grant = pyo.Constraint(m.SITE_INCENTIVE, m.PERIOD, rule=relief_follows_grant)
        block.grant_within_investment = pyo.Constraint(m.SITE_INCENTIVE, rule=grant_within_investment)
        assembly.cost_usd_per_yr.post(
            self, "relief", relieved, payer="treasury", receiver="operator", spending=Spending.TAX
        )
