"""Taxes: what federation and states take of revenue, profit, purchases and property, where a site stands."""

from __future__ import annotations

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope, Spending
from siting.models.compiler.algebra import Amount, Block, Expression
from siting.models.components.computing import Computing


class Taxes(Component):
    r"""Taxes on work sold, on profit, on purchases and on property, each where the site stands.

    .. math::

        \mathrm{rev}_{s,y} = \gamma^{\mathrm{gpu}} \sum_h \omega_h
            \left( \sum_k \sum_r c_{s,k,r,y,h} + \mathrm{spared}_{s,y} + \mathrm{leased}_{s,y} \right)
            / \kappa^{\mathrm{gpu}}

        \mathrm{cost}_{s,y} = \dots + \vartheta^{\mathrm{rec}}_s \, \mathrm{rev}_{s,y}
            + \vartheta^{\mathrm{prop}}_{s,y} \, \mathrm{prop}_{s,y}

    Tax on income falls on revenue less all that is paid in the year, these two taxes too:

    .. math::

        \mathrm{cost}_{s,y} = \dots + \vartheta_s \left( (1 - \vartheta^{\mathrm{rec}}_s) \, \mathrm{rev}_{s,y}
            - \mathrm{run}_{s,y} - \vartheta^{\mathrm{prop}}_{s,y} \, \mathrm{prop}_{s,y} \right)

    with :math:`\vartheta_s` the state's tax and, on what it leaves, the federation's. A purchase is not paid off the
    year's income: tax law writes it off over years, taxes what it is sold for above its books, and puts sales tax on
    some. All that is worked out once for a dollar of each kind of asset, by the period in which it is bought and that
    after which it is given up, as a level amount a year of the same present value:

    .. math::

        \mathrm{cost}_{s,y} = \dots + \sum_{v \le y} (\varsigma_{s,v,m} + \varpi_{s,v,m}) \, \mathrm{buy}_{s,v}

    Total revenue does not depend on the plan, since all demand is served: the plan of least cost and taxes is the one
    of the greatest net present value after tax. A loss saves tax at once, because its owner has other income. A price
    that nobody charges (a shadow price) is no cost to tax law.

    Symbols
    -------
    \mathrm{rev}_{s,y} : expression [USD/yr]
        Revenue from the work asked of the site, done, spared or leased: customers pay for what they ask for.
    \mathrm{run}_{s,y} : expression [USD/yr]
        All terms of running cost that the other parts post.
    \mathrm{prop}_{s,y} : expression [USD]
        Price of land, site works and halls in use.
    \varsigma_{s,v,m} : expression [1/yr]
        Sales tax on a dollar of an asset bought in a period and used until another has ended, of each kind.
    \varpi_{s,v,m} : expression [1/yr]
        Its tax on income, of each kind.
    \mathrm{buy}_{s,v} : expression [USD]
        Price of the assets that a period buys.
    \gamma^{\mathrm{gpu}} : finance.compute_price_usd_per_gpu_h
        Price of an hour of the reference accelerator.
    \kappa^{\mathrm{gpu}} : finance.reference_accelerator_pflop
        Work of the reference accelerator.
    \vartheta^{\mathrm{rec}}_s : finance.receipts_tax_fraction
        Tax on receipts.
    \vartheta^{\mathrm{prop}}_{s,y} : taxes.property_tax_per_yr
        Tax on a dollar of property, a year.
    \vartheta_s : taxes.profit_tax_fraction
        Tax of state and federation on a dollar of profit.
    \varsigma^{\mathrm{rack}}_{s,r,v,m} : racks.rack_sales_tax_per_yr
        Sales tax on a dollar of a rack, a year.
    \varpi^{\mathrm{rack}}_{s,r,v,m} : racks.rack_purchase_tax_per_yr
        Tax on income from a dollar of a rack, a year: on its sale, less what its write-offs save.
    \varsigma^{\mathrm{hall}}_{s,k,v,m} : halls.hall_sales_tax_per_yr
        Sales tax on a dollar of a hall, a year.
    \varpi^{\mathrm{hall}}_{s,k,v,m} : halls.hall_purchase_tax_per_yr
        Tax on income from a dollar of a hall, a year: on its sale, less what its write-offs save.
    \varsigma^{\mathrm{site}}_{s,v,m} : placement.site_sales_tax_per_yr
        Sales tax on a dollar of site works, a year.
    \varpi^{\mathrm{site}}_{s,v,m} : placement.site_purchase_tax_per_yr
        Tax on income from a dollar of site works, a year: on its sale, less what its write-offs save.
    \varsigma^{\mathrm{conn}}_{s,v,m} : grid.connection_sales_tax_per_yr
        Sales tax on a dollar of a connection, a year.
    \varpi^{\mathrm{conn}}_{s,v,m} : grid.connection_purchase_tax_per_yr
        Tax on income from a dollar of a connection, a year: on its sale, less what its write-offs save.
    \varsigma^{\mathrm{bat}}_{s,v,m} : storage.storage_sales_tax_per_yr
        Sales tax on a dollar of a battery, a year.
    \varpi^{\mathrm{bat}}_{s,v,m} : storage.storage_purchase_tax_per_yr
        Tax on income from a dollar of a battery, a year: on its sale, less what its write-offs save.
    \varsigma^{\mathrm{adapt}}_{s,v,m} : measures.adaptation_sales_tax_per_yr
        Sales tax on a dollar of adapting models, a year.
    \varpi^{\mathrm{adapt}}_{s,v,m} : measures.adaptation_purchase_tax_per_yr
        Tax on income from a dollar of adapting models, a year: less what its write-offs save.
    \varsigma^{\mathrm{br}}_{s,O,v,m} : bridge.bridge_sales_tax_per_yr
        Sales tax on a dollar of a plant on site, a year.
    \varpi^{\mathrm{br}}_{s,O,v,m} : bridge.bridge_purchase_tax_per_yr
        Tax on income from a dollar of a plant on site, a year: on its sale, less what its write-offs save.
    \varsigma^{\mathrm{gen}}_{s,v,m} : backup.backup_sales_tax_per_yr
        Sales tax on a dollar of a generator, a year.
    \varpi^{\mathrm{gen}}_{s,v,m} : backup.backup_purchase_tax_per_yr
        Tax on income from a dollar of a generator, a year: on its sale, less what its write-offs save.
    \varsigma^{\mathrm{heat}}_{s,v,m} : heat_reuse.heat_sales_tax_per_yr
        Sales tax on a dollar of a connection for heat, a year.
    \varpi^{\mathrm{heat}}_{s,v,m} : heat_reuse.heat_purchase_tax_per_yr
        Tax on income from a dollar of a connection for heat, a year: on its sale, less what its write-offs save.
    """

    scope = Scope.SITE
    needs = (Computing,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study minimises what is paid after tax, and work has a price."""
        return case.study.finance.is_after_tax

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Taxes need no variable; what they fall on is not complete yet."""

    def conclude(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - taxes need no variable
        """Post each tax on what the other components have posted and bought."""
        m, sum_over, ledger = assembly.model, assembly.sum_over, assembly.cost_usd_per_yr
        price, work = assembly.number("finance.compute_price_usd_per_gpu_h"), assembly.block(Computing).work_pflop
        each, weight = assembly.number("finance.reference_accelerator_pflop"), assembly.numbers("hours.weight_h_per_yr")
        of_receipts, of_profit = (
            assembly.numbers("finance.receipts_tax_fraction"),
            assembly.numbers("taxes.profit_tax_fraction"),
        )
        of_property = assembly.numbers("taxes.property_tax_per_yr")
        running = tuple(term.rule for term in ledger.terms if term.spending is Spending.OPERATING)
        purchases = assembly.purchases
        held = tuple(purchases.held)
        sales = [purchases.by_use(one, f"{one.asset}_sales_tax_per_yr") for one in purchases.bought]
        bought = [purchases.by_use(one, f"{one.asset}_purchase_tax_per_yr") for one in purchases.bought]

        def elsewhere(s: str, y: float) -> Expression:
            return assembly.spared_pflop.total(s, y) + assembly.leased_pflop.total(s, y)

        def revenue(s: str, y: float) -> Expression:
            done = sum_over(
                m.PAIR, lambda k, r: sum_over(m.HOUR, lambda h: price / each * weight[h] * work[s, k, r, y, h])
            )
            return done + sum_over(m.HOUR, lambda h: price / each * weight[h] * elsewhere(s, y))

        def on_receipts(s: str, y: float) -> Expression:
            return of_receipts[s] * revenue(s, y)

        def on_property(s: str, y: float) -> Amount:
            return sum(of_property[s, y] * value(s, y) for value in held)

        def on_income(s: str, y: float) -> Amount:
            running_cost = sum(rule(s, y) for rule in running)
            profit = (1 - of_receipts[s]) * revenue(s, y) - running_cost - on_property(s, y)
            return of_profit[s] * profit + sum(rule(s, y) for rule in bought)

        def on_sales(s: str, y: float) -> Amount:
            return sum(rule(s, y) for rule in sales)

        taxes = {
            "income_tax": on_income,
            "sales_tax": on_sales,
            "property_tax": on_property,
            "receipts_tax": on_receipts,
        }
        for label, rule in taxes.items():
            ledger.post(self, label, rule, payer="operator", receiver="treasury", spending=Spending.TAX)
